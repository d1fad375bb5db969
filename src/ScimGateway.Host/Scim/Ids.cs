using ScimGateway.Protocol.Errors;

namespace ScimGateway.Host.Scim;

/// <summary>What a request names: a resource by its id, and the version it means.</summary>
internal static class Ids
{
    /// <summary>The id of a user; 404 for what is none.</summary>
    public static Guid User(string id) => Parse(id, "user");

    /// <summary>The id of a group; 404 for what is none.</summary>
    public static Guid Group(string id) => Parse(id, "group");

    /// <summary>The version that the request is for; null for any.</summary>
    public static string? IfMatch(HttpContext context) =>
        context.Request.Headers.IfMatch is { Count: > 0 } values ? values.ToString() : null;

    // An id is written in one way; Guid would read four more, and blanks around each.
    private static Guid Parse(string id, string what) =>
        id.Length == 36 && Guid.TryParseExact(id, "D", out var guid)
            ? guid
            : throw ScimException.NotFound($"There is no {what} {id}.");
}
