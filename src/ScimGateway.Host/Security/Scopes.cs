using System.Net;
using ScimGateway.Protocol.Errors;

namespace ScimGateway.Host.Security;

/// <summary>
/// What each scope allows, by the route that was found: its text is ours, whatever spelling a client has for it.
/// </summary>
internal static class Scopes
{
    private static readonly string[] _roots = ["/{tenant}/scim/v2/", "/{tenant}/slack/v1/"];

    // What the gateway says of itself, and of whom there is none.
    private static readonly string[] _discovery =
    [
        "ServiceProviderConfig",
        "ServiceProviderConfigs",
        "ResourceTypes",
        "Schemas",
        "Me",
    ];

    /// <summary>Whether a scope allows a request.</summary>
    /// <remarks>
    /// Bulk needs the whole: what an operation in it touches is known only once it was read, and providers that send
    /// bulk requests push groups as well.
    /// </remarks>
    public static bool Allows(CredentialScope scope, HttpContext context) =>
        scope == CredentialScope.Full
        || context.GetEndpoint() is not RouteEndpoint { RoutePattern.RawText: { } route } // nothing is there to be done
        || Allows(scope, context.Request.Method, route);

    /// <summary>What is answered to a request that its scope does not allow.</summary>
    public static ScimException Refusal(CredentialScope scope, HttpContext context)
    {
        // RFC 6750 §3.1
        context.Response.Headers.WWWAuthenticate = $"{Challenges.Bearer}, error=\"insufficient_scope\"";
        return ScimException.Of(
            HttpStatusCode.Forbidden,
            scope == CredentialScope.Read
                ? "The credential allows reading alone; use one whose scope is full, or users."
                : "The credential allows users alone; use one whose scope is full."
        );
    }

    private static bool Allows(CredentialScope scope, string method, string route)
    {
        if (scope == CredentialScope.Read)
            return ReadMethods.Has(method)
                || (HttpMethods.IsPost(method) && route.EndsWith("/.search", StringComparison.Ordinal));
        if (Array.Find(_roots, root => route.StartsWith(root, StringComparison.Ordinal)) is not { } root)
            return false;
        var first = route[root.Length..].Split('/')[0];
        return first == "Users" || _discovery.Contains(first);
    }
}
