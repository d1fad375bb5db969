using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Host.Security;

/// <summary>What the path says of whom a request is for, also where nothing is mapped.</summary>
internal static class TenantPath
{
    /// <summary>The path's first word.</summary>
    public static ReadOnlySpan<char> Tenant(HttpContext context) => Words(context, out _);

    /// <summary>Whether it is one for the v1 lane, /{tenant}/slack/.</summary>
    public static bool IsSlackLane(HttpContext context)
    {
        Words(context, out var rest);
        return rest.Equals("slack", StringComparison.OrdinalIgnoreCase)
            || rest.StartsWith("slack/", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether it is the one where clients get tokens, /{tenant}/oauth/token.</summary>
    public static bool IsForTokens(HttpContext context)
    {
        Words(context, out var rest);
        return rest.TrimEnd('/').Equals("oauth/token", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Whether its first word is one that no tenant has: what is there, is there for anybody.</summary>
    public static bool IsNoTenants(HttpContext context) => Slug.IsSomethingElse(Tenant(context));

    private static ReadOnlySpan<char> Words(HttpContext context, out ReadOnlySpan<char> rest)
    {
        var path = context.Request.Path.Value.AsSpan();
        rest = "";
        if (path is not ['/', .. var words])
            return "";
        var end = words.IndexOf('/');
        if (end < 0)
            return words;
        rest = words[(end + 1)..];
        return words[..end];
    }
}
