using ScimGateway.Provisioning.Model.Mirror;

namespace ScimGateway.Host.Scim;

/// <summary>/.search: a list of users and groups that is asked for by POST at the root (RFC 7644 §3.4.3).</summary>
internal static class SearchEndpoints
{
    public static void MapSearch(this IEndpointRouteBuilder tenant) =>
        tenant.MapPost("/.search", ReadEndpoints.Search(Kind.User, Kind.Group));
}
