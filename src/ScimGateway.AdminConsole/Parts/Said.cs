using System.Text.RegularExpressions;

namespace ScimGateway.AdminConsole.Parts;

/// <summary>
/// A sentence of the admin API in parts. It says what to do next by its own requests; where a page does that, its link
/// stands in the request's place.
/// </summary>
/// <param name="Text">The words.</param>
/// <param name="Page">The tenant's page that does it; null for plain words.</param>
/// <param name="IsRequest">Whether the words are a request that no page does yet.</param>
internal sealed partial record Said(string Text, string? Page = null, bool IsRequest = false)
{
    private static readonly (Regex Request, string Label, string Page)[] _pages =
    [
        .. new (string, string, string)[]
        {
            ("(GET|POST) /tenants/[^/]+/holds(/release|/dismiss)?", "Decisions", "holds"),
            (@"GET /tenants/[^/]+/holds\?reason=(?<reason>\w+)", "Decisions", "holds?reason=${reason}"),
            (@"GET /tenants/[^/]+/links\?state=(?<state>\w+)", "People and groups", "people?state=${state}"),
            (@"GET /tenants/[^/]+/links\?changed=true", "People and groups", "people?changed=true"),
            (
                @"(GET|POST) /tenants/[^/]+/links/(?<link>\d+)(/(reopen|provision|deactivate|protect|unprotect|unlink|claim|erase|memberships))?",
                "its page",
                "people/${link}"
            ),
            ("GET /tenants/[^/]+/links", "People and groups", "people"),
            ("GET /tenants/[^/]+/operations", "Operations", "operations"),
            ("(GET|PUT|POST) /tenants/[^/]+/connection(/test|/authorize)?", "Connection", "connection"),
            ("(GET|POST) /tenants/[^/]+/sources", "Identity providers", "sources"),
            (@"(GET|POST) /tenants/[^/]+/sources/(?<source>\d+)/credentials", "its page", "sources/${source}"),
            ("(GET|POST) /tenants/[^/]+/jobs", "Jobs", "jobs"),
            (@"(GET|POST) /tenants/[^/]+/jobs/(?<job>\d+)(/confirm|/cancel|/resume)?", "its page", "jobs/${job}"),
            ("(GET|PATCH) /tenants/[^/]+/preferences", "Preferences", "preferences"),
            ("(GET|PATCH) /tenants/[^/]+/rules", "Rules", "rules"),
            ("GET /tenants/[^/]+/budget", "Slack's limits", "budget"),
            ("(GET|PATCH|POST) /tenants/[^/]+/notifications(/channels|/test)?", "Notifications", "notifications"),
            ("POST /tenants/[^/]+/(enable|shadow|disable)", "Set-up", "setup"),
        }.Select(one => (new Regex($"^{one.Item1}$", RegexOptions.CultureInvariant), one.Item2, one.Item3)),
    ];

    /// <summary>The parts of a sentence.</summary>
    public static IEnumerable<Said> In(string sentence)
    {
        var from = 0;
        foreach (Match request in Request().Matches(sentence))
        {
            if (request.Index > from)
                yield return new Said(sentence[from..request.Index]);
            from = request.Index + request.Length;
            yield return Of(request.Groups["method"].Value, request.Groups["path"].Value)
                ?? new Said(request.Value, IsRequest: true);
        }
        if (from < sentence.Length)
            yield return new Said(sentence[from..]);
    }

    private static Said? Of(string method, string path)
    {
        foreach (var (request, label, page) in _pages)
            if (request.Match($"{method} {path}") is { Success: true } match)
                return new Said(label, match.Result(page));
        return null;
    }

    [GeneratedRegex(
        @"\b(?<method>GET|POST|PUT|PATCH|DELETE) \S*?/admin/api/v1(?<path>(/[\w\-{}]+)*(\?[\w=&\-]*)?)",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Request();
}
