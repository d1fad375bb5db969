using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScimGateway.Conformance.Reports;

/// <summary>All that was asked and answered, as an HTTP archive (HAR 1.2), which browsers and proxies read.</summary>
internal sealed class Har
{
    private const int MostEntries = 20_000;
    private const int MostText = 64 * 1024;

    private static readonly JsonSerializerOptions _indented = new() { WriteIndented = true };

    private readonly JsonArray _entries = [];

    /// <summary>Whether a report is one, by its ending.</summary>
    public static bool IsOne(string file) => Path.GetExtension(file).Equals(".har", StringComparison.OrdinalIgnoreCase);

    /// <summary>Adds what was asked for a requirement, as long as there is room.</summary>
    public void Add(Requirement requirement, IReadOnlyList<Exchange> exchanges)
    {
        foreach (var exchange in exchanges)
            if (_entries.Count < MostEntries)
                _entries.Add(Entry(requirement, exchange));
    }

    /// <summary>The archive.</summary>
    public string Text(Heading heading) =>
        new JsonObject
        {
            ["log"] = new JsonObject
            {
                ["version"] = "1.2",
                ["creator"] = new JsonObject { ["name"] = "scim-conformance", ["version"] = heading.Version },
                ["comment"] = _entries.Count < MostEntries ? "" : $"the first {MostEntries} requests of more",
                ["entries"] = _entries,
            },
        }.ToJsonString(_indented);

    private static JsonObject Entry(Requirement requirement, Exchange exchange)
    {
        var took = exchange.Took.TotalMilliseconds;
        var request = new JsonObject
        {
            ["method"] = exchange.Method.Method,
            ["url"] = exchange.Url.AbsoluteUri,
            ["httpVersion"] = "HTTP/1.1",
            ["cookies"] = new JsonArray(),
            ["headers"] = Pairs(exchange.SentHeaders),
            ["queryString"] = new JsonArray(),
            ["headersSize"] = -1,
            ["bodySize"] = -1,
        };
        if (exchange.Sent is { } sent)
            request["postData"] = new JsonObject { ["mimeType"] = Words.MediaType, ["text"] = Cut(sent) };
        return new JsonObject
        {
            ["startedDateTime"] = exchange.At.ToString("O", CultureInfo.InvariantCulture),
            ["time"] = took,
            ["request"] = request,
            ["response"] = new JsonObject
            {
                ["status"] = exchange.Status,
                ["statusText"] = "",
                ["httpVersion"] = "HTTP/1.1",
                ["cookies"] = new JsonArray(),
                ["headers"] = Pairs(exchange.Headers),
                ["content"] = new JsonObject
                {
                    ["size"] = exchange.Bytes.Length,
                    ["mimeType"] = exchange.MediaType ?? "",
                    ["text"] = Cut(exchange.Text),
                },
                ["redirectURL"] = exchange.Header("Location") ?? "",
                ["headersSize"] = -1,
                ["bodySize"] = -1,
            },
            ["cache"] = new JsonObject(),
            ["timings"] = new JsonObject
            {
                ["send"] = 0,
                ["wait"] = took,
                ["receive"] = 0,
            },
            ["comment"] = requirement.Id,
        };
    }

    private static JsonArray Pairs(IEnumerable<KeyValuePair<string, string>> pairs) =>
        [.. pairs.Select(pair => new JsonObject { ["name"] = pair.Key, ["value"] = pair.Value })];

    private static string Cut(string text) => text.Length <= MostText ? text : text[..MostText];
}
