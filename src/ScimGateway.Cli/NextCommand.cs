using System.Net;
using System.Text.RegularExpressions;

namespace ScimGateway.Cli;

/// <summary>
/// The admin API says what to do next by its own requests; here is what that is as a command. So a sentence of the
/// gateway reads the same way to everybody.
/// </summary>
internal static partial class NextCommand
{
    // What a request is as a command: $1 is the tenant, $2 what is in it.
    private static readonly (string Method, Regex Path, string Command)[] _commands =
    [
        .. new[]
        {
            ("GET", "/tenants", "tenant list"),
            ("POST", "/tenants", "tenant create SLUG NAME"),
            ("GET", "/tenants/([^/]+)", "tenant show $1"),
            ("PUT", "/tenants/([^/]+)/connection", "tenant connect $1"),
            ("POST", "/tenants/([^/]+)/connection/authorize", "tenant connect $1 --oauth"),
            ("POST", "/tenants/([^/]+)/connection/test", "tenant test $1"),
            ("POST", "/tenants/([^/]+)/enable", "tenant enable $1"),
            ("POST", "/tenants/([^/]+)/shadow", "tenant shadow $1"),
            ("POST", "/tenants/([^/]+)/disable", "tenant disable $1"),
            ("GET", "/deviations", "source deviations TENANT SOURCE"),
            ("GET", "/tenants/([^/]+)/export", "tenant export $1 --file FILE"),
            ("GET", "/tenants/([^/]+)/sources", "source list $1"),
            ("POST", "/tenants/([^/]+)/sources", "source create $1 NAME"),
            ("POST", "/tenants/([^/]+)/sources/([^/]+)/transfer", "source transfer $1 $2 TO"),
            ("GET", "/tenants/([^/]+)/sources/([^/]+)/credentials", "token list $1 $2"),
            ("POST", "/tenants/([^/]+)/sources/([^/]+)/credentials", "token create $1 $2"),
            ("DELETE", "/tenants/([^/]+)/sources/([^/]+)/credentials/[^/]+", "token delete $1 $2 TOKEN"),
            ("GET", "/tenants/([^/]+)/jobs", "job list $1"),
            ("POST", "/tenants/([^/]+)/jobs", "import $1"),
            ("GET", "/tenants/([^/]+)/jobs/([^/]+)", "job show $1 $2"),
            ("GET", "/tenants/([^/]+)/jobs/([^/]+)/links", "job links $1 $2"),
            ("POST", "/tenants/([^/]+)/jobs/([^/]+)/confirm", "job confirm $1 $2"),
            ("POST", "/tenants/([^/]+)/jobs/([^/]+)/cancel", "job cancel $1 $2"),
            ("POST", "/tenants/([^/]+)/jobs/([^/]+)/resume", "job resume $1 $2"),
            ("POST", "/tenants/([^/]+)/holds/release", "hold release $1 HOLD"),
            ("POST", "/tenants/([^/]+)/links/([^/]+)/claim", "link claim $1 $2 USER"),
            ("POST", "/tenants/([^/]+)/links/([^/]+)/deactivate", "user deactivate $1 $2"),
            ("POST", "/tenants/([^/]+)/links/([^/]+)/unprotect", "link unprotect $1 $2"),
            ("POST", "/tenants/([^/]+)/links/([^/]+)/reopen", "hold reopen $1 $2"),
            ("POST", "/tenants/([^/]+)/holds/([^/]+)/choose", "hold choose $1 $2 SLACK-ID"),
            ("GET", "/tenants/([^/]+)/links\\?state=(\\w+)", "link list $1 --state $2"),
            ("GET", "/tenants/([^/]+)/links\\?changed=true", "link list $1 --changed true"),
            ("GET", "/tenants/([^/]+)/links", "link list $1"),
            ("GET", "/tenants/([^/]+)/holds\\?reason=(\\w+)", "hold list $1 --reason $2"),
            ("GET", "/tenants/([^/]+)/holds", "hold list $1"),
            ("GET", "/tenants/([^/]+)/operations", "operation list $1"),
            ("GET", "/tenants/([^/]+)/budget", "budget $1"),
            ("PATCH", "/tenants/([^/]+)/notifications/channels", "notification set $1"),
            ("POST", "/backup", "backup"),
            ("GET", "/cluster", "cluster show"),
            ("PUT", "/tenants/([^/]+)/home", "cluster move $1 INSTANCE"),
            ("GET", "/keys", "key list"),
            ("POST", "/keys", "key create LABEL --role ROLE"),
        }.Select(one => (one.Item1, new Regex($"^{one.Item2}$", RegexOptions.CultureInvariant), one.Item3)),
    ];

    // What a request's query says as an option.
    private static readonly (string Query, string Option)[] _options =
    [
        ("&withoutExport=true", "--without-export"),
        ("&withoutSlack=true", "--without-slack"),
        ("whenNone=", "--when-none "),
    ];

    /// <summary>A sentence of the gateway, with commands in place of requests.</summary>
    public static string In(string sentence)
    {
        var said = Request()
            .Replace(
                sentence,
                request =>
                {
                    var (method, path) = (request.Groups["method"].Value, request.Groups["path"].Value);
                    return (Of(method, path + request.Groups["query"].Value) ?? Of(method, path)) is { } command
                        ? $"'{command}'"
                        : request.Value;
                }
            );
        foreach (var (query, option) in _options)
            said = said.Replace(query, option, StringComparison.Ordinal);
        return said;
    }

    /// <summary>Whether a sentence names a request that is a command.</summary>
    public static bool IsIn(string sentence) => In(sentence) != sentence;

    /// <summary>What helps where the gateway's sentence names none.</summary>
    /// <param name="status">What it answered.</param>
    /// <param name="command">The command that was asked for.</param>
    /// <param name="tenant">The tenant that was asked about.</param>
    /// <param name="who">The user or group that was asked about; null for none.</param>
    public static string? After(HttpStatusCode status, string command, string? tenant, string? who) =>
        status switch
        {
            HttpStatusCode.Forbidden => null,
            HttpStatusCode.BadRequest => $"{command} --help",
            HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable => command,
            _ when tenant is not null && who is not null => $"link show {tenant} {who}",
            _ when tenant is not null => $"tenant show {tenant}",
            _ => "tenant list",
        };

    private static string? Of(string method, string path)
    {
        foreach (var (wanted, pattern, command) in _commands)
            if (wanted == method && pattern.Match(path) is { Success: true } match)
                return match.Result(command);
        return null;
    }

    [GeneratedRegex(
        @"\b(?<method>GET|POST|PUT|PATCH|DELETE) \S*?/admin/api/v1(?<path>(/[\w\-{}]+)*)(?<query>\?[\w=&\-]*)?",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Request();
}
