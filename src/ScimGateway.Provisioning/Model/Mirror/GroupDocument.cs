using ScimGateway.Protocol.Resources;

namespace ScimGateway.Provisioning.Model.Mirror;

/// <summary>
/// A group's document without its members, which are rows of their own, and what of it is a column to be found by.
/// </summary>
internal static class GroupDocument
{
    /// <summary>Sets the columns from the document.</summary>
    public static void Describe(Resource resource, ScimResource group)
    {
        resource.DisplayName = Name(group);
        resource.DisplayNameKey = Fold.Key(resource.DisplayName);
        resource.ExternalId = group.Text("externalId");
        resource.Active = true;
    }

    /// <summary>The name, by which Slack knows the group.</summary>
    public static string Name(ScimResource group) => group.Text("displayName")!;

    /// <summary>The document as it is read.</summary>
    public static ScimResource Of(Resource resource) =>
        new(GatewayTypes.Group, ScimJson.ReadObject(resource.Document, ReadLimits.User));
}
