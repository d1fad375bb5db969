using System.Text.Json.Nodes;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;

namespace ScimGateway.Provisioning.Model.Mirror;

/// <summary>The manager of a user's document.</summary>
internal static class UserManager
{
    /// <summary>The SCIM id of the manager, or null.</summary>
    public static string? Of(ScimResource user) =>
        user.Json[Urn.EnterpriseUser] is JsonObject enterprise && enterprise["manager"] is JsonObject manager
            ? InOneSpelling(ScimJson.AsText(manager["value"]))
            : null;

    private static string? InOneSpelling(string? id) => Guid.TryParse(id, out var guid) ? guid.ToString() : id;
}
