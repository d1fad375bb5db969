using ScimGateway.Protocol.Resources;

namespace ScimGateway.Provisioning.Model.Mirror;

/// <summary>What a group's document says; its members are rows of their own.</summary>
internal static class GroupDocument
{
    /// <summary>The name, by which Slack knows the group.</summary>
    public static string Name(ScimResource group) => group.Text("displayName")!;
}
