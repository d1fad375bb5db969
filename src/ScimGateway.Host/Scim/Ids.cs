using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Host.Scim;

/// <summary>What a request names: a resource by its id, and the version it means.</summary>
internal static class Ids
{
    /// <summary>The id of a user; 404 for what is none.</summary>
    public static ResourceId User(string id) => Read(id, Kind.User);

    /// <summary>The id of a group; 404 for what is none.</summary>
    public static GroupId Group(string id) => Read(id, Kind.Group).AsGroup();

    /// <summary>
    /// The id of a resource; 404 for what is none. An id is written in one way, and is caseExact (RFC 7643 §3.1).
    /// </summary>
    public static ResourceId Read(string id, Kind kind) => ResourceId.Parse(id) ?? throw Unknown(id, kind);

    /// <summary>The refusal of an id that nothing has.</summary>
    public static ScimException Unknown(string id, Kind kind) =>
        ScimException.NotFound($"There is no {(kind == Kind.User ? "user" : "group")} {id}{Twice(id)}.");

    // Some providers are set up with an address that has /Users, and add it once more.
    private static string Twice(string id) =>
        id is "Users" or "Groups" ? "; the base URL ends in /scim/v2, and the provider adds the rest itself" : "";

    /// <summary>The version that the request is for; null for any.</summary>
    public static string? IfMatch(HttpContext context) =>
        context.Request.Headers.IfMatch is { Count: > 0 } values ? values.ToString() : null;

    /// <summary>The versions that the client has; null for none.</summary>
    public static string? IfNoneMatch(HttpContext context) =>
        context.Request.Headers.IfNoneMatch is { Count: > 0 } values ? values.ToString() : null;
}
