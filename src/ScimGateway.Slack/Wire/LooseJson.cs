using System.Text.Json;

namespace ScimGateway.Slack.Wire;

/// <summary>
/// Reads what Slack answers without trusting it: null, a missing member, an empty string and a member of another kind
/// all mean "nothing"; numbers and booleans serve as text and text as them.
/// </summary>
internal static class LooseJson
{
    private const int MostLettersOfId = 64;

    public static JsonElement? Member(this JsonElement json, string name)
    {
        try
        {
            return
                json.ValueKind == JsonValueKind.Object
                && json.TryGetProperty(name, out var value)
                && value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined)
                ? value
                : null;
        }
        catch (InvalidOperationException)
        {
            return null; // some member's name is half a surrogate pair: of such an object nothing can be found
        }
    }

    public static string? Text(this JsonElement json, string name) => json.Member(name)?.AsText();

    /// <summary>
    /// An id of Slack's, which becomes part of a path: letters and digits, some ten of them. Whatever else is there is no
    /// id.
    /// </summary>
    public static string? Id(this JsonElement json, string name) => AsId(json.Text(name));

    /// <summary>The text, if it is an id of Slack's.</summary>
    public static string? AsId(string? text) =>
        text is { Length: <= MostLettersOfId } && text.All(char.IsAsciiLetterOrDigit) ? text : null;

    public static string? AsText(this JsonElement json)
    {
        var text = json.ValueKind switch
        {
            JsonValueKind.String => Unicode(json),
            JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => json.GetRawText(),
            _ => null,
        };
        return string.IsNullOrEmpty(text) ? null : text;
    }

    public static bool? Flag(this JsonElement json, string name) =>
        json.Text(name)?.ToUpperInvariant() switch
        {
            "TRUE" or "1" => true,
            "FALSE" or "0" => false,
            _ => null,
        };

    public static int? Whole(this JsonElement json, string name) =>
        int.TryParse(json.Text(name), System.Globalization.CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    /// <summary>The elements of an array; a lone object counts as one of one.</summary>
    public static IEnumerable<JsonElement> Elements(this JsonElement json, string name) =>
        json.Member(name) switch
        {
            { ValueKind: JsonValueKind.Array } array => array.EnumerateArray(),
            { } one => [one],
            null => [],
        };

    // GetString throws on half a surrogate pair, which a garbled answer may hold.
    private static string? Unicode(JsonElement json)
    {
        try
        {
            return json.GetString()!.Replace("\0", "", StringComparison.Ordinal); // no database keeps one
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}
