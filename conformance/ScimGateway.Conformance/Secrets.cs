using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScimGateway.Conformance;

/// <summary>
/// What lets us in, and must not be shown. It is taken out of an answer as that is read, so that no check, report or request
/// to repeat can have what a server sends back of it.
/// </summary>
/// <param name="headers">The headers that are sent always.</param>
internal sealed class Secrets(IEnumerable<SentHeader> headers)
{
    // Fewer letters keep nobody out, and stand in other words.
    private const int Fewest = 4;

    private static readonly JsonSerializerOptions _unescaped = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly (string Value, string Shown)[] _all =
    [
        .. headers.Select(Bare).Where(one => one.Value.Length >= Fewest).OrderByDescending(one => one.Value.Length),
    ];

    /// <summary>A text without them.</summary>
    public string Hide(string text)
    {
        foreach (var (value, shown) in _all)
            text = text.Replace(value, shown, StringComparison.Ordinal);
        return text;
    }

    /// <summary>A text that is JSON, and what it says, without them, however they are escaped there.</summary>
    public (string Text, JsonNode? Json) Hide(string text, Func<string, JsonNode?> parse)
    {
        var plain = Hide(text);
        var json = parse(plain);
        var said = json is null || !text.Contains('\\', StringComparison.Ordinal) ? null : Unescaped(json);
        return said is not null && Hide(said) is var hidden && hidden != said ? (hidden, parse(hidden)) : (plain, json);
    }

    // Half of a pair is no text that could be written.
    private static string? Unescaped(JsonNode json)
    {
        try
        {
            return json.ToJsonString(_unescaped);
        }
        catch (Exception e) when (e is InvalidOperationException or JsonException or ArgumentException)
        {
            return null;
        }
    }

    // The scheme of a credential is none.
    private static (string Value, string Shown) Bare(SentHeader header) =>
        header.Name.Equals("Authorization", StringComparison.OrdinalIgnoreCase)
        && header.Value is { } value
        && value.IndexOf(' ', StringComparison.Ordinal) is > 0 and var at
            ? (value[(at + 1)..], header.Shown?.Split(' ')[^1] ?? "")
            : (header.Value ?? "", header.Shown ?? "");
}
