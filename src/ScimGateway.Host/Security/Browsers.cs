namespace ScimGateway.Host.Security;

/// <summary>
/// What a browser sends for another site's page. It adds a name and a password that it remembers by itself, as it does not
/// add a token.
/// </summary>
internal static class Browsers
{
    /// <summary>Why such a request is refused.</summary>
    public const string Words =
        "A browser sent this with its own name and password for a page of another site, which nothing here takes.";

    /// <summary>The header by which a browser says whose page has sent it.</summary>
    public const string FetchSite = "Sec-Fetch-Site";

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
