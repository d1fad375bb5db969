using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ScimGateway.Provisioning.Policy;

namespace ScimGateway.Host.Tests.Traces;

/// <summary>
/// A sequence of requests that a provider sends, and what it expects back. The format is described in the README of the
/// shared traces.
/// </summary>
internal sealed partial class Trace(JsonObject json)
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyz0123456789";

    private readonly Dictionary<string, string> _values = [];

    /// <summary>
    /// Sends every step; the first expectation that is not met is returned in words, null if all are.
    /// </summary>
    public async Task<string?> ReplayAsync(HttpClient client, Uri baseUrl, string token)
    {
        _values["token"] = token;
        foreach (var (name, value) in json["vars"] as JsonObject ?? [])
            _values[name] = Variable((string)value!);
        try
        {
            foreach (var step in json["steps"]!.AsArray())
                if (await StepAsync(client, baseUrl, step!.AsObject()) is { } problem)
                    return $"{step!["name"] ?? step["request"]!["method"] + " " + step["request"]!["path"]}: {problem}";
            return null;
        }
        finally
        {
            foreach (var step in json["cleanup"] as JsonArray ?? [])
                await StepAsync(client, baseUrl, step!.AsObject());
        }
    }

    private async Task<string?> StepAsync(HttpClient client, Uri baseUrl, JsonObject step)
    {
        using var request = Request(baseUrl, (step["request"] ?? step).AsObject());
        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        JsonNode? body = null;
        try
        {
            body = text.Length == 0 ? null : JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return $"the answer is no JSON: {text}";
        }
        // A clean-up expects nothing.
        if (
            step["expect"] is JsonObject expect
            && Unmet(expect, (int)response.StatusCode, response, body) is { } problem
        )
            return $"{problem}; the answer was {(int)response.StatusCode} {text[..Math.Min(text.Length, 1_000)]}";
        foreach (var (name, path) in step["capture"] as JsonObject ?? [])
            _values[name] = JsonPath.Find(body, (string)path!)?.ToString() ?? "";
        return null;
    }

    private HttpRequestMessage Request(Uri baseUrl, JsonObject from)
    {
        var request = new HttpRequestMessage(
            new HttpMethod((string)from["method"]!),
            baseUrl.ToString().TrimEnd('/') + Fill((string)from["path"]!, Uri.EscapeDataString)
        );
        var raw = (string?)from["rawBody"];
        if (raw is not null || from["body"] is not null)
        {
            request.Content = new ByteArrayContent(
                Encoding.UTF8.GetBytes(raw ?? Fill(from["body"]!.ToJsonString(), Escape))
            );
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/scim+json");
        }
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {_values["token"]}");
        foreach (var headers in new[] { json["defaults"]?["headers"] as JsonObject, from["headers"] as JsonObject })
        foreach (var (name, value) in headers ?? [])
            Set(request, name, value is null ? null : Fill((string)value!, v => v));
        return request;
    }

    private static void Set(HttpRequestMessage request, string name, string? value)
    {
        if (name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase))
        {
            request.Content?.Headers.Remove(name);
            if (value is not null)
                request.Content?.Headers.TryAddWithoutValidation(name, value);
            return;
        }
        request.Headers.Remove(name);
        if (value is not null)
            request.Headers.TryAddWithoutValidation(name, value);
    }

    private string? Unmet(JsonObject expect, int status, HttpResponseMessage response, JsonNode? body)
    {
        if (!expect["status"]!.AsArray().Any(s => (int)s! == status))
            return $"the status is not one of {expect["status"]!.ToJsonString()}";
        foreach (var (name, value) in expect["headers"] as JsonObject ?? [])
            if (!Header(response, name).StartsWith(Fill((string)value!, v => v), StringComparison.Ordinal))
                return $"the header {name} is '{Header(response, name)}'";
        if (body is null)
            return null;
        if (
            expect["body"] is { } wanted
            && Mismatch(JsonNode.Parse(Fill(wanted.ToJsonString(), Escape)), body, "$") is { } mismatch
        )
            return mismatch;
        foreach (var path in Paths(expect, "present"))
            if (IsEmpty(JsonPath.Find(body, path)))
                return $"{path} is missing";
        foreach (var path in Paths(expect, "absent"))
            if (!IsEmpty(JsonPath.Find(body, path)))
                return $"{path} is there";
        foreach (var (path, length) in expect["arrayLength"] as JsonObject ?? [])
            if (Length(JsonPath.Find(body, path)) != (int)length!)
                return $"{path} has {Length(JsonPath.Find(body, path))} elements";
        foreach (var (path, length) in expect["maxArrayLength"] as JsonObject ?? [])
            if (Length(JsonPath.Find(body, path)) > (int)length!)
                return $"{path} has {Length(JsonPath.Find(body, path))} elements";
        foreach (var (path, _) in expect["types"] as JsonObject ?? [])
            if (JsonPath.Find(body, path) is not JsonValue number || !number.TryGetValue<int>(out var _))
                return $"{path} is no integer";
        foreach (var path in Paths(expect, "atMostOnePrimary"))
            if ((JsonPath.Find(body, path) as JsonArray ?? []).Count(e => (bool?)e!["primary"] == true) > 1)
                return $"{path} has two primaries";
        return null;
    }

    // Partial: every listed member, every listed element in any order; scalars of the same JSON type.
    private static string? Mismatch(JsonNode? wanted, JsonNode? found, string path)
    {
        switch (wanted)
        {
            case JsonObject members:
                if (found is not JsonObject there)
                    return $"{path} is {found?.ToJsonString() ?? "missing"}";
                return members
                    .Select(m => Mismatch(m.Value, there[m.Key], $"{path}.{m.Key}"))
                    .FirstOrDefault(m => m is not null);
            case JsonArray elements:
                var left = (found as JsonArray ?? []).ToList();
                foreach (var element in elements)
                {
                    var match = left.FindIndex(candidate => Mismatch(element, candidate, path) is null);
                    if (match < 0)
                        return $"{path} has no {element?.ToJsonString()}";
                    left.RemoveAt(match);
                }
                return null;
            default:
                return JsonNode.DeepEquals(wanted, found)
                    ? null
                    : $"{path} is {found?.ToJsonString() ?? "missing"}, not {wanted?.ToJsonString()}";
        }
    }

    private static IEnumerable<string> Paths(JsonObject expect, string name) =>
        (expect[name] as JsonArray ?? []).Select(path => (string)path!);

    private static string Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) || response.Content.Headers.TryGetValues(name, out values)
            ? string.Join(',', values)
            : "";

    private static bool IsEmpty(JsonNode? node) =>
        node is null or JsonArray { Count: 0 } or JsonObject { Count: 0 }
        || (node is JsonValue v && v.TryGetValue<string>(out var s) && s.Length == 0);

    private static int Length(JsonNode? node) => (node as JsonArray)?.Count ?? 0;

    private string Variable(string value) =>
        value switch
        {
            "$guid" => Guid.NewGuid().ToString(),
            "$shortid" => new string(Random.Shared.GetItems<char>(Letters, 8)),
            _ => Fill(value, v => v),
        };

    private string Fill(string text, Func<string, string> encode) =>
        Placeholder().Replace(text, match => encode(_values.GetValueOrDefault(match.Groups[1].Value, match.Value)));

    private static string Escape(string value) => JsonEncodedText.Encode(value).ToString();

    [GeneratedRegex(@"\{\{(\w+)\}\}")]
    private static partial Regex Placeholder();
}

/// <summary><c>$.a.b[0]</c> and <c>$['urn:…'].x</c>.</summary>
internal static partial class JsonPath
{
    public static JsonNode? Find(JsonNode? node, string path)
    {
        foreach (Match part in Part().Matches(path))
            node = part.Groups["index"].Success
                ? (node as JsonArray)?.ElementAtOrDefault(
                    int.Parse(part.Groups["index"].ValueSpan, System.Globalization.CultureInfo.InvariantCulture)
                )
                : (node as JsonObject)?[
                    part.Groups["name"].Success ? part.Groups["name"].Value : part.Groups["quoted"].Value
                ];
        return node;
    }

    [GeneratedRegex(@"\.(?<name>[^.\[]+)|\[(?<index>\d+)\]|\['(?<quoted>[^']+)'\]")]
    private static partial Regex Part();
}
