using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Host.Security;

/// <summary>
/// What OAuth clients find out of a tenant's token endpoint (RFC 8414): by any word that a tenant may have the same, so
/// that it tells nobody which tenants there are.
/// </summary>
internal static class TokenMetadata
{
    private static readonly string[] _grants = ["client_credentials"];
    private static readonly string[] _methods = ["client_secret_basic", "client_secret_post", "private_key_jwt"];

    /// <summary>Where it is: between host and issuer's path (RFC 8414 §3).</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapMethods("/.well-known/oauth-authorization-server/{tenant}", ReadMethods.All, Answer).AllowAnonymous();

    private static IResult Answer(HttpContext context, string tenant)
    {
        if (Slug.Problem(tenant) is not null)
            return Results.NotFound();
        var issuer = $"{RequestedUrl.Of(context.Request)}/{tenant}";
        return Results.Json(
            new Dictionary<string, object>
            {
                ["issuer"] = issuer,
                ["token_endpoint"] = $"{issuer}/oauth/token",
                ["response_types_supported"] = Array.Empty<string>(), // REQUIRED, and there is no other endpoint
                ["grant_types_supported"] = _grants,
                ["token_endpoint_auth_methods_supported"] = _methods,
                ["token_endpoint_auth_signing_alg_values_supported"] = IssuerTrust.Algorithms,
            }
        );
    }
}
