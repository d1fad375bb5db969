using ScimGateway.SlackEmulator.Scim;
using ScimGateway.SlackEmulator.WebApi;

namespace ScimGateway.SlackEmulator;

/// <summary>What a path and verb mean.</summary>
internal sealed record Target
{
    private static readonly Target _noEndpoint = new()
    {
        Name = "(unknown path)",
        Refusal = "bad_endpoint",
        IsScim = true,
        IsCounted = true,
    };
    private static readonly Target _noVersion = new()
    {
        Name = "(unknown version)",
        Refusal = "unsupported_version",
        IsScim = true,
        IsCounted = true,
    };
    private static readonly Target _noMethod = new()
    {
        Name = "(unknown verb)",
        Refusal = "method_not_allowed",
        IsScim = true,
        IsCounted = true,
    };

    /// <summary>As calls are counted.</summary>
    public required string Name { get; init; }

    public Operation? Operation { get; init; }

    /// <summary>The code where there is no such operation.</summary>
    public string? Refusal { get; init; }

    public string Id { get; init; } = "";

    /// <summary>The path below <c>/scim/v1</c>, for faults.</summary>
    public string ShortPath { get; init; } = "";

    public bool IsScim { get; init; }

    /// <summary>A call of Slack's API; the consent page is looked at by people.</summary>
    public bool IsCounted { get; init; }

    public bool IsPage { get; init; }

    /// <summary>The method of the Web API, or empty.</summary>
    public string WebMethod { get; init; } = "";

    public static Target Find(string method, string[] segments) =>
        segments switch
        {
            ["scim", "v1", ..] => Scim(method, segments.AsSpan(2)),
            ["scim", ['v', ..] version, ..]
                when version.AsSpan(1).ContainsAnyExceptInRange('0', '9') is false && version.Length > 1 => _noVersion,
            ["api", var name] => new Target
            {
                Name =
                    !WebApiEndpoints.Methods.Contains(name) ? "(unknown method)"
                    : method is "GET" or "POST" ? $"{method} /api/{name}"
                    : "(unknown verb)",
                WebMethod = name,
                ShortPath = "/api/" + name,
                IsCounted = true,
            },
            ["oauth", "v2", "authorize"] or ["oauth", "authorize"] => new Target
            {
                Name = method + " /oauth/authorize",
                WebMethod = segments.Length == 3 ? "authorize" : "authorize.legacy",
                IsPage = true,
            },
            _ => _noEndpoint,
        };

    private static Target Scim(string method, ReadOnlySpan<string> segments)
    {
        var isThere = false;
        foreach (var operation in ScimEndpoints.All)
        {
            if (!operation.IsAt(segments))
                continue;
            isThere = true;
            if (operation.Method != method)
                continue;
            return new Target
            {
                Name = operation.Name,
                Operation = operation,
                Id = operation.HasId ? segments[1] : "",
                ShortPath =
                    segments.Length == 1 ? "/" + segments[0] : string.Concat("/", segments[0], "/", segments[1]),
                IsScim = true,
                IsCounted = true,
            };
        }
        return isThere ? _noMethod : _noEndpoint;
    }
}
