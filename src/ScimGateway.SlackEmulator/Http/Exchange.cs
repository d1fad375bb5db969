using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using ScimGateway.SlackEmulator.Errors;
using ScimGateway.SlackEmulator.Tuning;

namespace ScimGateway.SlackEmulator.Http;

/// <summary>One call to Slack, read once at the edge.</summary>
internal sealed class Exchange
{
    private const int MostNested = 32;
    private const int MostFormBytes = 64 << 10;

    private readonly HttpContext _http;
    private readonly string _form;
    private Dictionary<string, string>? _fields;

    public Exchange(HttpContext http, byte[] body, KnobValues knobs)
    {
        _http = http;
        Body = body;
        Knobs = knobs;
        _form = http.Request.ContentType ?? "";
        var host = http.Request.Host;
        IsGov =
            host.Host.Equals("slack-gov.com", StringComparison.OrdinalIgnoreCase)
            || host.Host.EndsWith(".slack-gov.com", StringComparison.OrdinalIgnoreCase);
        var isSlack =
            IsGov
            || host.Host.Equals("slack.com", StringComparison.OrdinalIgnoreCase)
            || host.Host.EndsWith(".slack.com", StringComparison.OrdinalIgnoreCase);
        // Whoever asks by Slack's own name reads Slack's own addresses; everybody else is kept on the loopback,
        // where a token may follow them.
        BaseUrl = isSlack ? "https://" + host.Host : "http://" + (host.HasValue ? host.Value : "127.0.0.1");
    }

    public KnobValues Knobs { get; }

    public byte[] Body { get; }

    public string BaseUrl { get; }

    public bool IsGov { get; }

    public HttpRequest Request => _http.Request;

    public IPAddress? Remote => _http.Connection.RemoteIpAddress;

    public string? Query(string name) => _http.Request.Query.TryGetValue(name, out var values) ? values[^1] : null;

    public string? Header(string name) => _http.Request.Headers.TryGetValue(name, out var values) ? values[^1] : null;

    /// <summary>Whether the body calls itself a form.</summary>
    public bool IsForm => _form.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase);

    public bool IsJson =>
        _form.StartsWith("application/json", StringComparison.OrdinalIgnoreCase)
        && (_form.Length == 16 || _form[16] is ';' or ' ');

    /// <summary>The body as a JSON object: of any declared type, bounded in depth, its texts sound.</summary>
    /// <exception cref="SlackRefusal"><c>invalid_request_payload</c>.</exception>
    public JsonDocument Json()
    {
        if (Knobs.Get(KnobTable.StrictContentType) && !IsJson)
            throw new SlackRefusal("invalid_request_payload");
        JsonDocument? document = null;
        try
        {
            ReadOnlyMemory<byte> text = Body.AsSpan().StartsWith("\uFEFF"u8) ? Body.AsMemory(3) : Body;
            if (!System.Text.Unicode.Utf8.IsValid(text.Span))
                throw new SlackRefusal("invalid_request_payload");
            document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = MostNested });
            if (document.RootElement.ValueKind is not JsonValueKind.Object)
                throw new SlackRefusal("invalid_request_payload");
            // Bytes that are UTF-8 become half a surrogate pair by an escape alone.
            if (text.Span.IndexOf("\\u"u8) >= 0)
                SoundJson.Check(document.RootElement);
            return document;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or SlackRefusal)
        {
            document?.Dispose();
            throw e as SlackRefusal ?? new SlackRefusal("invalid_request_payload");
        }
    }

    /// <summary>The fields of a form, or of a JSON object, or of the query. Read once,
    /// and never first under the gate.</summary>
    /// <exception cref="SlackRefusal"><c>invalid_request_payload</c>: no JSON, or
    /// more than anybody fills in.</exception>
    public IReadOnlyDictionary<string, string> Fields() => _fields ??= ReadFields();

    private Dictionary<string, string> ReadFields()
    {
        if (Body.Length > MostFormBytes)
            throw new SlackRefusal("invalid_request_payload");
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, values) in _http.Request.Query)
            fields[name] = values[^1] ?? "";
        if (Body.Length == 0)
            return fields;
        if (IsJson)
        {
            using var document = Json();
            foreach (var member in document.RootElement.EnumerateObject())
                if (member.Value.ValueKind is JsonValueKind.String)
                    fields[member.Name] = member.Value.GetString()!;
            return fields;
        }
        foreach (var (name, values) in QueryHelpers.ParseQuery(System.Text.Encoding.UTF8.GetString(Body)))
            fields[name] = values[^1] ?? "";
        return fields;
    }
}
