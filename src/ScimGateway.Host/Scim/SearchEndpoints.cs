namespace ScimGateway.Host.Scim;

/// <summary>/.search: a list that is asked for by POST at the root (RFC 7644 §3.4.3). Users are the one kind of resource there is.</summary>
internal static class SearchEndpoints
{
    public static void MapSearch(this IEndpointRouteBuilder tenant) => tenant.MapPost("/.search", UserReadEndpoints.SearchAsync);
}
