using System.Globalization;

namespace ScimGateway.Conformance;

/// <summary>
/// The requests that show a finding, as lines of a shell that do the same alone: what they need is made first, ids are taken
/// out of the answers, and what was made is removed in the end.
/// </summary>
internal static class Repeat
{
    // No id that a path, a text in JSON or a shell would take for more.
    private static readonly System.Buffers.SearchValues<char> _plain = System.Buffers.SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~"
    );

    /// <summary>The last of several requests, so many, and those before them that made what they name.</summary>
    public static IReadOnlyList<string> Of(IReadOnlyList<Exchange> exchanges, int most)
    {
        var needed = new HashSet<int>();
        var names = new Dictionary<string, string>();
        for (var i = exchanges.Count - 1; i >= 0; i--)
        {
            var isLast = i >= exchanges.Count - most;
            if (isLast || Made(exchanges[i]) is { } id && needed.Any(later => exchanges[later].Names(id)))
                needed.Add(i);
        }
        var lines = new List<string>();
        var removals = new List<string>();
        foreach (var exchange in needed.Order().Select(i => exchanges[i]))
        {
            var id = Made(exchange);
            if (id is null || names.ContainsKey(id))
            {
                lines.Add(exchange.Curl(names));
                continue;
            }
            var name = string.Create(CultureInfo.InvariantCulture, $"ID{names.Count + 1}");
            lines.Add(
                $"{name}=$({exchange.Curl(names, "curl -i -s")} | tee /dev/stderr | grep -o '\"id\" *: *\"[^\"]*\"' | head -n 1 | cut -d '\"' -f 4)"
            );
            names[id] = name;
            removals.Insert(0, exchange.Removal(name));
        }
        return [.. lines, .. removals];
    }

    // The id of the resource that a request has made; null if it made none, or if the id would have to be quoted in a shell.
    private static string? Made(Exchange exchange) =>
        exchange is { IsFine: true }
        && exchange.Method == HttpMethod.Post
        && exchange["totalResults"] is null
        && exchange.TextOf("id") is { Length: > 0 } id
        && !id.AsSpan().ContainsAnyExcept(_plain)
            ? id
            : null;
}
