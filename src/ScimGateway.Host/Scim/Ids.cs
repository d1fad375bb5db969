using Microsoft.Extensions.Primitives;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Messages;
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

    /// <summary>What the request says of versions: those that it is for, and those that the client has.</summary>
    public static Preconditions Preconditions(HttpContext context) =>
        new(Said(context.Request.Headers.IfMatch), Said(context.Request.Headers.IfNoneMatch));

    private static string? Said(StringValues header) => header.Count > 0 ? header.ToString() : null;
}
