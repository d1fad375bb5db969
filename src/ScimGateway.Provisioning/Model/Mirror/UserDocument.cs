using ScimGateway.Protocol.Resources;

namespace ScimGateway.Provisioning.Model.Mirror;

/// <summary>What a user's document says.</summary>
internal static class UserDocument
{
    /// <summary>Whether the document wants the account active, as one that does not say so does.</summary>
    public static bool IsActive(ScimResource user) => ScimJson.AsFlag(user.Json["active"]) ?? true;
}
