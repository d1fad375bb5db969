using System.Text.Json.Nodes;
using ScimGateway.Protocol.Resources;

namespace ScimGateway.Provisioning.Model.Mirror;

/// <summary>What a user's document says.</summary>
internal static class UserDocument
{
    /// <summary>Whether the document wants the account active, as one that does not say so does.</summary>
    public static bool IsActive(ScimResource user) => ScimJson.AsFlag(user.Json["active"]) ?? true;

    /// <summary>First and last name, as they are read; null where the document says none.</summary>
    public static string? NameOf(JsonObject user) =>
        user["name"] is not JsonObject name ? null
        : Text(name, "formatted") is { Length: > 0 } formatted ? formatted
        : $"{Text(name, "givenName")} {Text(name, "familyName")}".Trim() is { Length: > 0 } both ? both
        : null;

    private static string? Text(JsonObject name, string part) => ScimJson.AsText(name[part]);
}
