using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ScimGateway.Protocol.Resources;

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

    private static readonly string[] _secrets =
    [
        "password",
        "passwd",
        "pwd",
        "passphrase",
        "secret",
        "token",
        "credential",
        "authorization",
        "apikey",
        "privatekey",
    ];

    /// <summary>JSON that was sent.</summary>
    /// <param name="json">The JSON.</param>
    /// <param name="isOfGroup">Whether it is about a group, whose displayName is its own.</param>
    /// <exception cref="InvalidOperationException">A scenario cannot have it.</exception>
    public JsonNode? Of(JsonNode? json, bool isOfGroup) => Of(json, "", isOfGroup);

    /// <summary>A body that is no JSON: names of members stay, so that what is wrong with it is seen.</summary>
    public string OfBroken(byte[] body) =>
        MemberOrText()
            .Replace(
                Encoding.UTF8.GetString(body),
                part => part.Groups["name"].Success ? part.Value : _words.Words(part.Value)
            );

    /// <summary>A filter, whose attributes and operators stay.</summary>
    public string OfFilter(string filter, bool isOfGroup) =>
        FilterWords.In(
            filter,
            isPath: false,
            (word, of) => Text(word, IsSecret(filter) ? "secret" : of, isOfGroup),
            _words
        );

    /// <summary>The path of a PATCH or the name of a member, which may have a filter in it.</summary>
    public string OfPath(string path, bool isOfGroup) =>
        FilterWords.In(path, isPath: true, (word, of) => Text(word, IsSecret(path) ? "secret" : of, isOfGroup), _words);

    /// <summary>A text that is a value of an attribute.</summary>
    public string Text(string text, string attribute, bool isOfGroup)
    {
        if (IsSecret(attribute))
            return Secret;
        if (names.TryGetValue(text, out var name))
            return $"{{{{{name}}}}}";
        if (OpenValues.Has(attribute, text))
            return Disguise.Parted(text);
        if (IsJson(text) is { } inner)
            return Of(inner, attribute, isOfGroup)!.ToJsonString();
        if (Place(text) is { } place)
            return place;
        if (disguise is null)
            return Disguise.Parted(text);
        return Is(attribute, "userName") || (isOfGroup && Is(attribute, "displayName"))
            ? disguise.Name(text)
            : disguise.Text(text);
    }

    private JsonNode? Of(JsonNode? json, string attribute, bool isOfGroup) =>
        json switch
        {
            JsonObject { Count: 2 } its when its.ContainsKey("repeat") && its.ContainsKey("of") =>
                throw new InvalidOperationException("A scenario has a meaning of its own for that."),
            JsonObject its => Of(its, attribute, isOfGroup),
            JsonArray all => new JsonArray([.. all.Select(one => Of(one, attribute, isOfGroup))]),
            JsonValue value => Of(value, attribute, isOfGroup),
            _ => null,
        };

    private JsonObject Of(JsonObject its, string attribute, bool isOfGroup)
    {
        var path = ScimJson.AsText(References.Member(its, "path"));
        var made = new JsonObject();
        foreach (var (key, value) in its)
            made[OfPath(key, isOfGroup)] =
                IsSecret(attribute) ? Of(value, attribute, isOfGroup)
                : Is(key, "path") && path is not null ? OfPath(path, isOfGroup)
                : Is(key, "filter") && ScimJson.AsText(value) is { } filter ? OfFilter(filter, isOfGroup)
                : Is(key, "value") ? Of(value, path is null ? attribute : Meant(path), isOfGroup)
                : Of(value, Meant(key), isOfGroup);
        return made;
    }

    private JsonNode Of(JsonValue value, string attribute, bool isOfGroup)
    {
        if (ScimJson.AsText(value) is { } text)
            return Text(text, attribute, isOfGroup);
        if (value.GetValueKind() != JsonValueKind.Number || OpenValues.Has(attribute, value.ToJsonString()))
            return value.DeepClone();
        return IsSecret(attribute) ? Secret
            : disguise is null ? value.DeepClone()
            : JsonNode.Parse(disguise.Number(value.ToJsonString()))!;
    }

    // Which attribute a path means: the last of it; all of it where any part is a secret's.
    private static string Meant(string path) => IsSecret(path) ? "secret" : LastOf(path);

    /// <summary>The name of the attribute that a path ends with.</summary>
    public static string LastOf(string path) => LastName().Match(Brackets().Replace(path, "")).Value;

    // Where a user or group is.
    private string? Place(string text)
    {
        var at = text.LastIndexOf('/');
        return at >= 0 && names.TryGetValue(text[(at + 1)..], out var name)
            ? $"https://scim.example/{(text.Contains($"/{Exchange.Groups}/", StringComparison.Ordinal) ? Exchange.Groups : Exchange.Users)}/{{{{{name}}}}}"
            : null;
    }

    // Entra ID sends roles as JSON within a text.
    private static JsonNode? IsJson(string text)
    {
        if (text.AsSpan().TrimStart() is not ['{' or '[', ..])
            return null;
        try
        {
            return JsonNode.Parse(text, documentOptions: Steps.Strict);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsSecret(string attribute) =>
        _secrets.Any(secret => attribute.Contains(secret, StringComparison.OrdinalIgnoreCase));

    private static bool Is(string name, string word) => name.Equals(word, StringComparison.OrdinalIgnoreCase);

    // The name of a member is what a colon stands behind.
    [GeneratedRegex("""(?<name>"[\w.:$-]+"\s*:)|[^"]+|"[^"]*"?""", RegexOptions.NonBacktracking)]
    private static partial Regex MemberOrText();

    [GeneratedRegex(@"\[[^\]]*\]?", RegexOptions.NonBacktracking)]
    private static partial Regex Brackets();

    [GeneratedRegex(@"[\w$-]+$", RegexOptions.RightToLeft)]
    private static partial Regex LastName();
}
