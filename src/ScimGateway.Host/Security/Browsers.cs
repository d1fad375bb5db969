namespace ScimGateway.Host.Security;

/// <summary>
/// How a browser keeps one site from another. For another site's page it adds a name and a password that it remembers by
/// itself, as it does not add a token; and it sends cookies that another host has set, unless their names forbid it.
/// </summary>
internal static class Browsers
{
    /// <summary>Why such a request is refused.</summary>
    public const string Words =
        "A browser sent this with its own name and password for a page of another site, which nothing here takes.";

    /// <summary>The header by which a browser says whose page has sent it.</summary>
    public const string FetchSite = "Sec-Fetch-Site";

    /// <summary>
    /// How the name of a cookie begins that browsers take from this host alone, and over https (RFC 6265bis §4.1.3.2); without
    /// https there is no such name.
    /// </summary>
    public static string OwnCookie(bool isHttps) => isHttps ? "__Host-" : "";

    /// <summary>Whether another site's page has sent it (W3C Fetch Metadata; the Fetch standard's Origin).</summary>
    public static bool SendForAnotherSite(HttpRequest request) =>
        request.Headers[FetchSite].ToString() switch
        {
            "" => request.Headers.Origin.ToString() is { Length: > 0 } origin
                && !origin.Equals($"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase),
            "same-origin" or "none" => false,
            _ => true,
        };
}
