using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.Basics.Spelling;

namespace ScimGateway.Cli;

/// <summary>An answer of the admin API as scripts and spreadsheets read it.</summary>
internal static class ForScripts
{
    // What some program takes for the end of a cell.
    private static readonly SearchValues<char> _quoted = SearchValues.Create("\",;\t\r\n");

    /// <summary>
    /// A line with the names of the fields (RFC 4180), and below it a line for each item: of a list all, of a preview those
    /// whom it names, or else what it changes. What a spreadsheet would take for a formula begins with an apostrophe: names
    /// come from providers and from Slack.
    /// </summary>
    public static IEnumerable<string> Csv(JsonNode? json)
    {
        var rows = Items(json).Select(item => Fields("", item).ToDictionary(StringComparer.Ordinal)).ToList();
        var names = rows.SelectMany(row => row.Keys).Distinct(StringComparer.Ordinal).ToList();
        // Where an object is missing in some, its fields stand for it.
        names.RemoveAll(name => names.Exists(other => other.StartsWith(name + ".", StringComparison.Ordinal)));
        return names.Count == 0
            ? []
            :
            [
                string.Join(',', names.Select(name => Cell(Shown.Line(name)))),
                .. rows.Select(row => string.Join(',', names.Select(name => Cell(row.GetValueOrDefault(name, ""))))),
            ];
    }

    /// <summary>The whole of it as YAML 1.2.</summary>
    public static IEnumerable<string> Yaml(JsonNode? json) =>
        json switch
        {
            JsonObject { Count: > 0 } fields => fields.SelectMany(field => Below(Quoted(field.Key) + ":", field.Value)),
            JsonArray { Count: > 0 } all => all.SelectMany(one => Below("-", one)),
            _ => [Scalar(json)],
        };

    /// <summary>
    /// JSON with what a terminal would obey escaped, which is the same JSON: such characters stand only in its strings.
    /// </summary>
    public static string Json(string json)
    {
        var escaped = new StringBuilder(json.Length);
        foreach (var rune in json.EnumerateRunes())
            if (rune.Value is ' ' or '\n' or '\t' || Shown.Line(rune.ToString()) == rune.ToString())
                escaped.Append(rune);
            else if (rune.Value != '\r') // between values alone, where it is a blank
                foreach (var unit in rune.ToString())
                    escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");
        return escaped.ToString();
    }

    private static IEnumerable<string> Below(string head, JsonNode? value) =>
        value is JsonObject { Count: > 0 } or JsonArray { Count: > 0 }
            ? [head, .. Yaml(value).Select(line => "  " + line)]
            : [$"{head} {Scalar(value)}"];

    private static string Scalar(JsonNode? value) =>
        value switch
        {
            null => "null",
            _ when value.GetValueKind() == JsonValueKind.String => Quoted(value.GetValue<string>()),
            _ => value.ToJsonString(),
        };

    // What a terminal would obey is escaped, as a quotation mark is.
    private static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var rune in text.EnumerateRunes())
            if (rune.Value is '"' or '\\')
                quoted.Append('\\').Append(rune);
            else if (rune.Value == ' ' || Shown.Line(rune.ToString()) == rune.ToString())
                quoted.Append(rune);
            else
                quoted.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:X8}");
        return quoted.Append('"').ToString();
    }

    private static JsonArray Items(JsonNode? json) =>
        json switch
        {
            JsonArray all => all,
            JsonObject page when page["items"] is JsonArray items => items,
            JsonObject job
                when job["report"] is JsonObject report && report["links"] is JsonArray { Count: > 0 } links => links,
            JsonObject job when job["report"] is JsonObject changes => changes["differences"] as JsonArray ?? [],
            _ => [json?.DeepClone()],
        };

    // "reason.sentence" is a field of a field.
    private static IEnumerable<KeyValuePair<string, string>> Fields(string name, JsonNode? value) =>
        value is JsonObject fields
            ? fields.SelectMany(field => Fields(name.Length == 0 ? field.Key : $"{name}.{field.Key}", field.Value))
            : [KeyValuePair.Create(name.Length == 0 ? "value" : name, Shown.Line(Text(value)))];

    private static string Text(JsonNode? value) =>
        value switch
        {
            null => "",
            JsonArray all when !all.Any(one => one is JsonObject or JsonArray) => string.Join("; ", all.Select(Text)),
            _ when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
            _ => value.ToJsonString(),
        };

    private static string Cell(string text)
    {
        text = SpreadsheetText.Of(text);
        return text.AsSpan().ContainsAny(_quoted)
            ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : text;
    }
}
