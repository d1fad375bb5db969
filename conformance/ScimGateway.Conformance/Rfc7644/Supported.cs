using System.Text.RegularExpressions;

namespace ScimGateway.Conformance.Rfc7644;

/// <summary>
/// Which operators and attributes a server's filters may have. RFC 7644 §3.12 lets it refuse a combination that it does not
/// support; one that is refused in its plainest form is told once, and what has it in it is not asked for.
/// </summary>
internal static partial class Supported
{
    /// <summary>The requirement that tells what is refused.</summary>
    public const string Id = "RFC7644-3.4.2.2-supported";

    // A word of filters, and the plainest filter with it.
    private static readonly (string Word, string Filter)[] _operators =
    [
        ("ne", "userName ne \"{0}\""),
        ("co", "userName co \"{0}\""),
        ("sw", "userName sw \"{0}\""),
        ("ew", "userName ew \"{0}\""),
        ("pr", "userName pr"),
        ("gt", "meta.created gt \"2999-01-01T00:00:00Z\""),
        ("ge", "meta.created ge \"2999-01-01T00:00:00Z\""),
        ("lt", "meta.created lt \"2001-01-01T00:00:00Z\""),
        ("le", "meta.created le \"2001-01-01T00:00:00Z\""),
        ("and", "userName eq \"{0}\" and userName eq \"{0}\""),
        ("or", "userName eq \"{0}\" or userName eq \"{0}\""),
        ("not", "not (userName eq \"{0}\")"),
        ("(", "(userName eq \"{0}\")"),
        ("[", "emails[value eq \"{0}@example.com\"]"),
        ("schemas", $"schemas eq \"{Words.User}\""),
    ];

    private static readonly (string Word, string Filter)[] _attributes =
    [
        ("active", "active eq true"),
        ("displayName", "displayName eq \"{0}\""),
        ("emails.value", "emails.value eq \"{0}@example.com\""),
        ("name.familyName", "name.familyName eq \"{0}\""),
        ("title", "title eq \"{0}\""),
    ];

    /// <summary>What is refused, by its word.</summary>
    public static async Task<IReadOnlyDictionary<string, Exchange>> RefusedAsync(Server server)
    {
        if (server.RefusedInFilters is { } known)
            return known;
        var refused = new Dictionary<string, Exchange>(StringComparer.OrdinalIgnoreCase);
        var name = server.Name();
        foreach (var (word, filter) in _operators.Concat(_attributes))
        {
            var list = await server.FilterAsync("Users", filter.Replace("{0}", name, StringComparison.Ordinal));
            // With another status it is no refusal that the RFC allows, and each requirement tells it.
            if (list.IsErrorOf(400, "invalidFilter"))
                refused[word] = list;
        }
        return server.RefusedInFilters = refused;
    }

    /// <summary>Those of them that users have.</summary>
    public static async Task<IReadOnlyList<(string Word, Exchange Answer)>> LackedAsync(Server server) =>
        [
            .. (await RefusedAsync(server))
                .Where(one =>
                    _attributes.All(attribute => attribute.Word != one.Key) || server.Announced.HasWritable(one.Key)
                )
                .Select(one => (one.Key, one.Value)),
        ];

    /// <summary>Users that a filter lets through.</summary>
    /// <exception cref="NotPossibleException">It has something in it that is refused everywhere.</exception>
    public static async Task<Exchange> UsersAsync(Server server, string filter)
    {
        var list = await server.FilterAsync("Users", filter);
        if (list.IsFine)
            return list;
        var refused = await RefusedAsync(server);
        return WordsOf(filter).FirstOrDefault(refused.ContainsKey) is { } word
            ? throw new NotPossibleException($"it depends on {Id}, which is not met: {word} is refused")
            : list;
    }

    private static IEnumerable<string> WordsOf(string filter) =>
        Word().Matches(Text().Replace(filter, "\"\"")).Select(match => match.Value);

    [GeneratedRegex("\"(?:[^\"\\\\]|\\\\.)*\"")]
    private static partial Regex Text();

    [GeneratedRegex(@"[\w$.:-]+|\(|\[")]
    private static partial Regex Word();
}
