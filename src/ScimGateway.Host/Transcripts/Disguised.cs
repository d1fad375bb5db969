using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ScimGateway.Host.Transcripts;

/// <summary>
/// What a source sends with invented people in it, or with those that it has; with no credential in either case. Ids of users
/// and groups are named as the scenario names them.
/// </summary>
/// <param name="disguise">The invented words; null where people stay as they are.</param>
/// <param name="names">What the scenario calls ids.</param>
internal sealed partial class Disguised(Disguise? disguise, IReadOnlyDictionary<string, string> names)
{
    private const string Secret = "Invented-" + Disguise.Mark + "-1";

    private readonly Disguise _words = disguise ?? new Disguise();

    // What these say is of the protocol, or of no single person; a server may look at what they are.
    private static readonly HashSet<string> _open = new(StringComparer.OrdinalIgnoreCase)
    {
        "schemas",
        "op",
        "type",
        "resourceType",
        "primary",
        "active",
        "attributes",
        "excludedAttributes",
        "sortBy",
        "sortOrder",
        "startIndex",
        "count",
        "failOnErrors",
        "timezone",
        "locale",
        "preferredLanguage",
        "country",
        "currency",
    };

    private static readonly string[] _secrets = ["password", "secret", "token", "credential", "authorization"];

    /// <summary>JSON that was sent.</summary>
    /// <param name="json">The JSON.</param>
    /// <param name="isOfGroup">Whether it is about a group, whose displayName is its own.</param>
    public JsonNode? Of(JsonNode? json, bool isOfGroup) => Of(json, "", isOfGroup);

    /// <summary>A body that is no JSON: names of members stay, so that what is wrong with it is seen.</summary>
    public string OfBroken(byte[] body) =>
        MemberOrText()
            .Replace(
                Encoding.UTF8.GetString(body),
                part => part.Groups["name"].Success ? part.Value : _words.Words(part.Value)
            );

    /// <summary>A filter or the path of a PATCH, whose words of the protocol stay.</summary>
    public string OfFilter(string filter, bool isOfGroup) =>
        FilterPart()
            .Replace(
                filter,
                part =>
                    part.Groups["text"].Success
                        ? $"\"{Escaped(Text(Unescaped(part.Groups["text"].Value), AttributeBefore(filter, part.Index), isOfGroup))}\""
                    : part.Groups["bare"].Success && !IsPlain(part.Groups["bare"].Value)
                        ? part.Groups["operator"].Value
                            + Text(part.Groups["bare"].Value, AttributeBefore(filter, part.Index + 1), isOfGroup)
                    : part.Value
            );

    /// <summary>A text that is a value of an attribute.</summary>
    public string Text(string text, string attribute, bool isOfGroup)
    {
        if (IsSecret(attribute))
            return Secret;
        if (names.TryGetValue(text, out var name))
            return $"{{{{{name}}}}}";
        if (_open.Contains(attribute) || IsPlain(text))
            return Parted(text);
        if (
            names.FirstOrDefault(one => text.EndsWith("/" + one.Key, StringComparison.OrdinalIgnoreCase)) is
            { Key: not null } known
        )
            return $"https://scim.example/{(text.Contains($"/{Exchange.Groups}/", StringComparison.Ordinal) ? Exchange.Groups : Exchange.Users)}/{{{{{known.Value}}}}}";
        if (disguise is null)
            return Parted(text);
        return Is(attribute, "userName") || (isOfGroup && Is(attribute, "displayName"))
            ? disguise.Name(text)
            : disguise.Text(text);
    }

    private JsonNode? Of(JsonNode? json, string attribute, bool isOfGroup) =>
        json switch
        {
            JsonObject its => Of(its, attribute, isOfGroup),
            JsonArray all => new JsonArray([.. all.Select(one => Of(one, attribute, isOfGroup))]),
            null => null,
            JsonValue value when value.TryGetValue(out string? text) => Text(text, attribute, isOfGroup),
            JsonValue value => value.ToJsonString() is var other
            && disguise is not null
            && !_open.Contains(attribute)
            && other[0] is (>= '0' and <= '9') or '-'
                ? JsonNode.Parse(disguise.Number(other))
                : value.DeepClone(),
            _ => json.DeepClone(),
        };

    private JsonObject Of(JsonObject its, string attribute, bool isOfGroup)
    {
        var path =
            its.FirstOrDefault(one => Is(one.Key, "path")).Value is JsonValue said && said.TryGetValue(out string? text)
                ? text
                : null;
        var made = new JsonObject();
        foreach (var (key, value) in its)
            made[OfFilter(key, isOfGroup)] =
                Is(key, "path") && path is not null ? OfFilter(path, isOfGroup)
                : Is(key, "filter") && value is JsonValue filter && filter.TryGetValue(out string? query)
                    ? OfFilter(query, isOfGroup)
                : Is(key, "value") ? Of(value, path is null ? attribute : LastOf(path), isOfGroup)
                : Of(value, LastOf(key), isOfGroup);
        return made;
    }

    /// <summary>The name of the attribute that a path ends with.</summary>
    public static string LastOf(string path) => LastName().Match(Brackets().Replace(path, "")).Value;

    private static string AttributeBefore(string filter, int place) =>
        LastOf(Compared().Match(filter[..place]).Groups["attribute"].Value);

    private static bool IsSecret(string attribute) =>
        _secrets.Any(secret => attribute.Contains(secret, StringComparison.OrdinalIgnoreCase));

    // Whatever these are the value of, they are nobody's.
    private static bool IsPlain(string text) =>
        text.ToLowerInvariant()
            is ""
                or "true"
                or "false"
                or "null"
                or "work"
                or "home"
                or "other"
                or "mobile"
                or "user"
                or "group";

    private static bool Is(string name, string word) => name.Equals(word, StringComparison.OrdinalIgnoreCase);

    private static string Parted(string text) => text.Replace("{{", "{ {", StringComparison.Ordinal);

    private static string Unescaped(string text) =>
        text.Replace("\\\"", "\"", StringComparison.Ordinal).Replace(@"\\", @"\", StringComparison.Ordinal);

    private static string Escaped(string text) =>
        text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

    // The name of a member is what a colon stands behind.
    [GeneratedRegex("""(?<name>"[\w.:$-]+"\s*:)|[^"]+|"[^"]*"?""")]
    private static partial Regex MemberOrText();

    // A text in quotes; or what stands behind an operator without them.
    [GeneratedRegex(
        @"""(?<text>(?:[^""\\]|\\.)*)""?|(?<operator>\s(?:eq|ne|co|sw|ew|gt|ge|lt|le)\s+)(?<bare>[^\s""()\[\]]+)|(?<bare>[^\s""()\[\]]+@[^\s""()\[\]]+)",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex FilterPart();

    [GeneratedRegex(@"(?<attribute>[\w.:$-]+)\s+(?:eq|ne|co|sw|ew|gt|ge|lt|le)?\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex Compared();

    [GeneratedRegex(@"\[[^\]]*\]?")]
    private static partial Regex Brackets();

    [GeneratedRegex(@"[\w$-]+$")]
    private static partial Regex LastName();
}
