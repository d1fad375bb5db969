using ScimGateway.Protocol.Resources;

namespace ScimGateway.Provisioning.Model.Mirror;

/// <summary>A user's document, and what of it is a column to be found by.</summary>
internal static class UserDocument
{
    /// <summary>Sets the columns from the document.</summary>
    public static void Describe(Resource resource, ScimResource user)
    {
        resource.UserNameKey = Fold.Key(user.Text("userName")!);
        resource.DisplayNameKey = user.Text("displayName") is { } shown ? Fold.Key(shown) : null;
        resource.EmailKeys = EmailKeys.Of(UserAddresses.Keys(user));
        resource.ExternalId = user.Text("externalId");
        resource.Manager = UserManager.Of(user);
        resource.Active = IsActive(user);
    }

    /// <summary>Whether the document wants the account active, as one that does not say so does.</summary>
    public static bool IsActive(ScimResource user) => ScimJson.AsFlag(user.Json["active"]) ?? true;

    /// <summary>The document as it is read.</summary>
    public static ScimResource Of(Resource resource) =>
        new(GatewayTypes.User, ScimJson.ReadObject(resource.Document, ReadLimits.User));
}
