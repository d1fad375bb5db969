using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ScimGateway.Host.Tests.Scim;

namespace ScimGateway.Host.Tests.Fuzz;

/// <summary>A request as openapi.yaml describes one, most of them spoilt in one way or another.</summary>
/// <param name="Method">The method; a word of any kind.</param>
/// <param name="Path">The path with its query.</param>
/// <param name="Bytes">What goes over the wire.</param>
internal sealed partial record DescribedRequest(string Method, string Path, byte[] Bytes)
{
    private const int LongestBody = 40_000;

    private static readonly (HttpMethod Method, string Path, string? Kind, JsonNode? Example)[] _operations =
    [
        // A recording goes on for an hour: TranscriptTests.
        .. Described.Operations().Where(one => !one.Path.EndsWith("/transcript", StringComparison.Ordinal)),
    ];

    private static readonly string[] _parameters = [.. Described.Parameters("query"), "unknown"];

    private static readonly string[] _values =
    [
        "null",
        "true",
        "\"true\"",
        "0",
        "-1",
        "1.5",
        "1e40",
        "99999999999999999999999",
        "\"\"",
        "\" \"",
        "\"x\"",
        "\"acme\"",
        "\"owner\"",
        "\"bearer\"",
        "\"2026-13-45T99:99:99Z\"",
        "\"9999-12-31T23:59:59.9999999+14:00\"",
        "\"0001-01-01T00:00:00-14:00\"",
        "\"http://169.254.169.254/latest\"",
        "\"(half)\"",
        "\"\\u0000\"",
        "\"\\u202e\\u0007😀\"",
        "\"((((((((a eq \"",
        "\"userName sw \\\"a\\\" and (not (active pr))\"",
        "{}",
        "[]",
        "[null]",
        "[[[[]]]]",
        "{\"a\":{\"a\":{\"a\":null}}}",
    ];

    private static readonly string[] _texts =
    [
        "",
        "0",
        "-1",
        "1",
        "2",
        "1000",
        "1001",
        "99999999999999999999",
        "x",
        "true",
        "other", // never the tenant's own word, by which it could be deleted
        "..",
        "%00",
        "%ff",
        "%ed%a0%80",
        "a%2fb",
        "%2e%2e%2f",
        "null",
        "0190163c-0000-7000-8000-000000000000",
        "00000000-0000-0000-0000-000000000000",
        "2026-03-01T12:00:00Z",
        "9999-12-31T23:59:59Z",
        "%27%3b--",
        "import",
        "failed",
        "userName eq %22a%22",
        "((((",
        "é😀",
    ];

    private static readonly string[] _headers =
    [
        "If-Match: *",
        "If-Match: \"\"",
        "If-Match: W/\"1\", \"x\xff\"",
        "If-None-Match: *",
        "Idempotency-Key: a",
        "Idempotency-Key: \x01",
        "Idempotency-Key:",
        "Accept: application/x-ndjson",
        "Accept: text/csv",
        "Accept: ,;q=x",
        "Last-Event-ID: 99999999999999999999",
        "Last-Event-ID: -1",
        "Content-Type: text/plain",
        "Content-Type: application/json; charset=utf-16",
        "Content-Type: application/merge-patch+json",
        "Content-Type: ;;;",
        "Content-Encoding: gzip",
        "Content-Length: 3",
        "Transfer-Encoding: chunked",
        "Expect: 100-continue",
        "Authorization: Bearer",
        "Authorization: Basic Og==",
        "Authorization: Bearer ey.ey.x",
        "Host: evil.example",
        "X-Forwarded-For: 192.0.2.1",
        "X-HTTP-Method-Override: DELETE",
        "Range: bytes=0-1",
        "Cookie: a=\x01",
        "X: \xff\xfe",
    ];

    /// <summary>The next one.</summary>
    public static DescribedRequest Of(Random dice, Known known, Func<string, string> credential, string host)
    {
        var (verb, template, kind, example) = Pick(dice, _operations);
        var method =
            dice.Next(40) == 0 ? Pick(dice, "HEAD", "OPTIONS", "TRACE", "PURGE", "get", "POST", "DELETE") : verb.Method;
        var path = Place().Replace(template, place => Part(dice, known, template, place.Groups[1].Value));
        if (dice.Next(3) == 0)
            path += "?" + string.Join('&', Enumerable.Range(0, dice.Next(1, 4)).Select(_ => Query(dice, known)));
        if (dice.Next(40) == 0)
            path = path.Insert(dice.Next(path.Length), Pick(dice, "/", "//", "%2f", "%00", ";", ".", "é", "%c3%28"));
        var body = example is null && dice.Next(10) > 0 ? null : Body(dice, kind, example);
        var lines = new List<string> { $"{method} {Escaped(path)} HTTP/1.1", $"Host: {host}", "Connection: close" };
        if (dice.Next(12) > 0)
            lines.Add($"Authorization: {credential(template)}");
        if (body is not null)
            lines.AddRange([$"Content-Type: {kind ?? "application/json"}", $"Content-Length: {body.Length}"]);
        if (dice.Next(6) == 0)
            lines.Add(Pick(dice, _headers));
        return new(method, path, [.. Encoding.Latin1.GetBytes(string.Join("\r\n", lines) + "\r\n\r\n"), .. body ?? []]);
    }

    public override string ToString() => Encoding.UTF8.GetString(Bytes.AsSpan(0, Math.Min(Bytes.Length, 3_000)));

    private static string Part(Random dice, Known known, string template, string name) =>
        name switch
        {
            "tenant" or "slug" => dice.Next(12) == 0 ? Pick(dice, _texts) : "acme",
            // What the clients themselves have come in by stays.
            "key" or "credential" => Pick(dice, "7", "8", "9", "10", "11", "x", "-1", "99999999999999999999"),
            _ when dice.Next(5) == 0 => Pick(dice, _texts),
            "id" => template.Contains("Groups", StringComparison.Ordinal) ? known.Group(dice) : known.User(dice),
            "operation" => known.User(dice),
            _ => dice.Next(1, 6).ToString(CultureInfo.InvariantCulture),
        };

    private static string Query(Random dice, Known known) =>
        $"{Pick(dice, _parameters)}={(dice.Next(5) == 0 ? known.Cursor(dice) : Pick(dice, _texts))}";

    private static byte[] Body(Random dice, string? kind, JsonNode? example)
    {
        if (kind?.Contains("form", StringComparison.Ordinal) == true)
            return Form(dice, example);
        var json = example?.DeepClone() ?? new JsonObject();
        (json as JsonObject)?.Remove("slug"); // the tenant keeps its word, or all that follows would be nobody's
        for (var i = dice.Next(4); i > 0; i--)
            json = Spoilt(dice, json);
        // What no library writes.
        var text = (json?.ToJsonString() ?? "null")
            .Replace("(half)", "\\ud800", StringComparison.Ordinal)
            .Replace("1e40", "1e400", StringComparison.Ordinal);
        switch (dice.Next(14))
        {
            case 0: // a name twice
                text = text.Replace(
                    "{",
                    "{" + Pick(dice, "\"name\":1,\"name\":2,", "\"token\":\"a\",\"token\":\"b\","),
                    StringComparison.Ordinal
                );
                break;
            case 1:
                text = text.Insert(
                    dice.Next(text.Length + 1),
                    Pick(dice, "\0", "\"", "{", "]", ",", "\\ud800", "\uFEFF", "1e999")
                );
                break;
            case 2:
                text = text[..dice.Next(text.Length + 1)];
                break;
            case 3 when text.Length < LongestBody:
                text = string.Concat(Enumerable.Repeat("{\"a\":", dice.Next(200))) + text;
                break;
            case 4:
                text = text.Replace("\"", "\"" + new string('a', dice.Next(400)), StringComparison.Ordinal);
                break;
        }
        var bytes = Encoding.UTF8.GetBytes(text.Length > LongestBody ? text[..LongestBody] : text);
        if (bytes.Length > 0 && dice.Next(20) == 0)
            bytes[dice.Next(bytes.Length)] = (byte)dice.Next(256);
        return bytes;
    }

    private static byte[] Form(Random dice, JsonNode? example)
    {
        var fields = example!
            .AsObject()
            .Select(field =>
                $"{field.Key}={(dice.Next(4) == 0 ? Pick(dice, _texts) : Uri.EscapeDataString($"{field.Value}"))}"
            )
            .ToList();
        if (dice.Next(3) == 0)
            fields.Add(
                $"{Pick(dice, "client_assertion", "client_assertion_type", "scope", "client_id")}={Pick(dice, _texts)}"
            );
        return Encoding.UTF8.GetBytes(string.Join(dice.Next(10) == 0 ? '=' : '&', fields));
    }

    // Another value somewhere, one field less, one more, or one deeper.
    private static JsonNode? Spoilt(Random dice, JsonNode? json)
    {
        var value = JsonNode.Parse(Pick(dice, _values));
        switch (json)
        {
            case JsonObject { Count: > 0 } fields:
                var name = fields.ElementAt(dice.Next(fields.Count)).Key;
                switch (dice.Next(6))
                {
                    case 0:
                        fields.Remove(name);
                        break;
                    case 1:
                        fields[Pick(dice, "", "x", "__proto__", "$ref", "id", "tenant", name.ToUpperInvariant())] =
                            value;
                        break;
                    case 2 when fields[name] is JsonObject or JsonArray:
                        fields[name] = Spoilt(dice, fields[name]!.DeepClone());
                        break;
                    case 3:
                        fields[name] = new JsonArray(fields[name]?.DeepClone());
                        break;
                    default:
                        fields[name] = value;
                        break;
                }
                return fields;
            case JsonArray { Count: > 0 } items when dice.Next(3) > 0:
                var at = dice.Next(items.Count);
                items[at] = Spoilt(dice, items[at]?.DeepClone());
                if (dice.Next(4) == 0)
                    items.Add(items[at]?.DeepClone());
                return items;
            default:
                return value;
        }
    }

    private static string Escaped(string path) =>
        string.Concat(
            path.EnumerateRunes()
                .Select(rune =>
                    rune.Value is > ' ' and < 0x7f ? rune.ToString() : Uri.EscapeDataString(rune.ToString())
                )
        );

    private static T Pick<T>(Random dice, params ReadOnlySpan<T> all) => all[dice.Next(all.Length)];

    [GeneratedRegex(@"\{\*{0,2}([a-zA-Z]+)}")]
    private static partial Regex Place();
}
