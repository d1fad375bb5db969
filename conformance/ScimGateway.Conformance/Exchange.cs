using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ScimGateway.Conformance;

/// <summary>A request and what came back.</summary>
internal sealed partial class Exchange
{
    private const int MostShown = 600;
    private const int MostSent = 4_000;

    // A name given twice has no value that could be relied upon.
    private static readonly JsonDocumentOptions _strict = new() { AllowDuplicateProperties = false };

    private static readonly Dictionary<string, string> _noNames = [];

    private readonly IReadOnlyList<SentHeader> _sent;
    private readonly Dictionary<string, string> _headers;

    public Exchange(
        HttpMethod method,
        Uri url,
        IReadOnlyList<SentHeader> sent,
        string? body,
        HttpStatusCode status,
        IEnumerable<KeyValuePair<string, IEnumerable<string>>> headers,
        byte[] bytes,
        TimeSpan took,
        Secrets secrets
    )
    {
        (Method, Url, _sent, Sent, Status, Took) = (method, url, sent, body, (int)status, took);
        _headers = headers.ToDictionary(
            header => header.Key,
            header => secrets.Hide(string.Join(", ", header.Value)),
            StringComparer.OrdinalIgnoreCase
        );
        Bytes = bytes;
        (var text, IsUtf8) = Decoded(bytes);
        (Text, Json) = secrets.Hide(text, Parsed);
    }

    public HttpMethod Method { get; }

    public Uri Url { get; }

    /// <summary>The body that was sent.</summary>
    public string? Sent { get; }

    public int Status { get; }

    public byte[] Bytes { get; }

    /// <summary>The body that came back, without what lets us in.</summary>
    public string Text { get; }

    /// <summary>Whether it is UTF-8.</summary>
    public bool IsUtf8 { get; }

    /// <summary>The same as JSON; null if it is none.</summary>
    public JsonNode? Json { get; }

    public TimeSpan Took { get; }

    /// <summary>When it was asked.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>The headers that were sent, as they are shown.</summary>
    public IEnumerable<KeyValuePair<string, string>> SentHeaders =>
        _sent.Select(header => KeyValuePair.Create(header.Name, header.Shown ?? header.Value ?? ""));

    /// <summary>The headers of the answer.</summary>
    public IReadOnlyDictionary<string, string> Headers => _headers;

    /// <summary>Whether the status is one of success.</summary>
    public bool IsFine => Status is >= 200 and < 300;

    /// <summary>A member of the body, by names with dots between; null if there is none.</summary>
    public JsonNode? this[string path] => Json.At(path);

    /// <summary>A text of the body.</summary>
    public string? TextOf(string path) => this[path].AsText();

    /// <summary>
    /// Whether a text of the body is this one, in whichever case: that a server may change where it does not count
    /// (RFC 7643 §7).
    /// </summary>
    public bool Says(string path, string? text) => Steps.IsSame(TextOf(path), text);

    /// <summary>A header of the answer; null if there is none.</summary>
    public string? Header(string name) => _headers.GetValueOrDefault(name);

    /// <summary>The media type of the body, without parameters.</summary>
    public string? MediaType => Header("Content-Type")?.Split(';')[0].Trim().ToLowerInvariant();

    /// <summary>The resources of a list; none if it is no list.</summary>
    public IReadOnlyList<JsonObject> Resources =>
        [.. (this[nameof(Resources)] as JsonArray ?? []).OfType<JsonObject>()];

    /// <summary>
    /// The resources that it shows: those of a list or of a bulk answer, or the one that it is. What is said of a DELETE is
    /// none, as there is nothing any more.
    /// </summary>
    public IEnumerable<JsonObject> Shown =>
        !IsFine || Method == HttpMethod.Delete || Json is not JsonObject body ? []
        : body.ContainsKey(nameof(Resources)) || body.ContainsKey("totalResults") ? Resources
        : Json.Strings("schemas").Contains(Words.BulkResponse)
            ? Json.Objects("Operations")
                .Where(one => one.At("status")?.ToString() is ['2', ..])
                .Select(one => one.At("response"))
                .OfType<JsonObject>()
        : Url.Segments[^1].TrimEnd('/') is "ServiceProviderConfig" ? []
        : [body];

    /// <summary>The names that a parameter of the query, or a member of a search, has.</summary>
    public IReadOnlyList<string> Asked(string parameter)
    {
        if (Url.AbsolutePath.EndsWith("/.search", StringComparison.Ordinal))
            return Parsed(Sent ?? "").Strings(parameter);
        foreach (var part in Url.Query.TrimStart('?').Split('&'))
            if (part.StartsWith($"{parameter}=", StringComparison.OrdinalIgnoreCase))
                return
                [
                    .. Uri.UnescapeDataString(part[(parameter.Length + 1)..])
                        .Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
                ];
        return [];
    }

    /// <summary>Whether it is refused with a status and a keyword (RFC 7644 §3.12); its form is judged there alone.</summary>
    /// <exception cref="NotPossibleException">It has no keyword, as RFC7644-3.12-scim-type tells.</exception>
    public bool IsError(int status, string scimType) =>
        Status == status
        && (
            this["scimType"] is null
                ? throw new NotPossibleException(
                    $"the error has no scimType, which RFC7644-3.12-scim-type asks for: {this}"
                )
                : TextOf("scimType") == scimType
        );

    /// <summary>Whether it is refused with a status, and with one of these keywords, which are optional, if one is said.</summary>
    public bool IsErrorOf(int status, params string[] scimTypes) =>
        Status == status
        && (scimTypes.Length == 0 || this["scimType"] is null || scimTypes.Contains(TextOf("scimType")));

    /// <summary>Whether it has the form of an error (RFC 7644 §3.12).</summary>
    public bool HasErrorForm =>
        Json.Strings("schemas").Contains(Words.Error)
        && TextOf("status") == Status.ToString(CultureInfo.InvariantCulture);

    /// <summary>What is refused and how, without what differs from one request to the next; null if it is not.</summary>
    public string? Refusal =>
        Status switch
        {
            // A refused credential or connection is refused at every address: one cause.
            401 or 403 or 406 or 412 or 415 or 428 or 429 or 503 => $"{Status} {Alike(TextOf("detail"))}",
            // Sent elsewhere, and nothing where there should be something.
            204 when Method == HttpMethod.Get => $"{Method} {Url.Segments.Length} → {Status}",
            >= 300 and not 304 and < 400 => $"{Method} {Url.Segments.Length} → {Status}",
            >= 400 => $"{Method} {Url.Segments.Length} → {Status} {TextOf("scimType")} {Alike(TextOf("detail"))}",
            _ => null,
        };

    /// <summary>This, if it was done and has a resource to look at.</summary>
    /// <exception cref="NotPossibleException">It was not, or has none, as RFC7644-3.3-representation tells.</exception>
    public Exchange WithResource() =>
        IsFine && Json is JsonObject
            ? this
            : throw new NotPossibleException($"there is no resource to look at: {this}");

    /// <summary>What was asked and what came back, on one line.</summary>
    public override string ToString() =>
        $"{Method} {Url.PathAndQuery} → {Status}{(Text.Length == 0 ? ", no body" : $" {Cut(Text)}")}";

    /// <summary>Whether what was sent names a resource.</summary>
    public bool Names(string id) => Place(id).IsMatch(Url.AbsoluteUri) || Sent is not null && Place(id).IsMatch(Sent);

    /// <summary>How to ask the same by hand; credentials are left to the reader.</summary>
    /// <param name="names">The variables of the shell that stand for ids; none if not said.</param>
    /// <param name="command">How it begins.</param>
    public string Curl(IReadOnlyDictionary<string, string>? names = null, string command = "curl -i")
    {
        var curl = new StringBuilder(command);
        if (Method != HttpMethod.Get)
            curl.Append(CultureInfo.InvariantCulture, $" -X {Method}");
        curl.Append(CultureInfo.InvariantCulture, $" {Named(Quoted(Url.AbsoluteUri), names ?? _noNames)}");
        foreach (var header in _sent)
            curl.Append(CultureInfo.InvariantCulture, $" {Written(header)}");
        if (Sent is { Length: > MostSent })
            curl.Append(CultureInfo.InvariantCulture, $" --data-binary @a-body-of-{Sent.Length}-characters");
        else if (Sent is not null)
            curl.Append(CultureInfo.InvariantCulture, $" --data-binary {Named(Quoted(Sent), names ?? _noNames)}");
        return Plain.Whole(curl.ToString());
    }

    /// <summary>How what this has made is removed by hand.</summary>
    /// <param name="name">The shell's name for its id.</param>
    public string Removal(string name)
    {
        var credentials = string.Concat(
            _sent.Where(header => header.Shown is not null).Select(one => $" {Written(one)}")
        );
        // A server that makes users by a query has them where they are without one.
        var list = Url.GetLeftPart(UriPartial.Path).TrimEnd('/').Replace("/.search", "", StringComparison.Ordinal);
        return Plain.Whole($"curl -s -X DELETE {Quoted(list + "/")}\"${name}\"{credentials}");
    }

    private static string Written(SentHeader header) =>
        $"-H {(header.Shown is { } shown ? $"\"{header.Name}: {shown}\"" : Quoted($"{header.Name}: {header.Value}"))}";

    private static string Named(string quoted, IReadOnlyDictionary<string, string> names)
    {
        var named = names.Aggregate(quoted, (text, name) => Place(name.Key).Replace(text, $"'\"$${name.Value}\"'"));
        return named.EndsWith("\"''", StringComparison.Ordinal) ? named[..^2] : named; // nothing follows the last name
    }

    // Where an id stands as one: a part of a path, a text of JSON or of a filter. Elsewhere a short one is a number.
    private static Regex Place(string id) =>
        new($"(?<=[/\"]|%22){Regex.Escape(id)}(?=[/?\"']|%22|$)", RegexOptions.CultureInvariant);

    // The same words for whichever resource: what is a number, an id or a name of ours is left out, and a path with a filter.
    private static string Alike(string? detail) =>
        string.Join(
            ' ',
            FilteredPath().Replace(detail ?? "", "[]").Split(' ').Where(word => !word.Any(char.IsAsciiDigit))
        );

    [GeneratedRegex(@"\w+\[[^\]]*\](?:\.\w+)?")]
    private static partial Regex FilteredPath();

    private static string Quoted(string text) => $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    private static string Cut(string text) =>
        Plain.Line(text.Length <= MostShown ? text : string.Concat(text.AsSpan(0, MostShown), "…"));

    private static (string Text, bool IsUtf8) Decoded(byte[] bytes)
    {
        try
        {
            return (new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes), true);
        }
        catch (DecoderFallbackException)
        {
            return (Encoding.Latin1.GetString(bytes), false);
        }
    }

    private static JsonNode? Parsed(string text)
    {
        try
        {
            return text.Length == 0 ? null : JsonNode.Parse(text, documentOptions: _strict);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>A header as it was sent.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Value">Its value; null where what is sent else is left out.</param>
/// <param name="Shown">What is shown of it instead, since it is secret; null if it is not.</param>
internal sealed record SentHeader(string Name, string? Value, string? Shown = null);

/// <summary>JSON as checks look at it: what is not there, or is something else, is null.</summary>
internal static class Json
{
    /// <summary>A member by names with dots between; names of SCIM's attributes are case insensitive (RFC 7643 §2.1).</summary>
    public static JsonNode? At(this JsonNode? node, string path)
    {
        foreach (var name in path.Split('.'))
            node = node.Member(name);
        return node;
    }

    /// <summary>A member of a name, which may have dots in it, as a URN has.</summary>
    public static JsonNode? Member(this JsonNode? node, string name) =>
        node is JsonObject members
            ? members.FirstOrDefault(member => member.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value
            : null;

    /// <summary>Takes a member away, in whichever case its name is.</summary>
    public static void Without(this JsonObject members, string name)
    {
        foreach (var (own, _) in members.ToList())
            if (own.Equals(name, StringComparison.OrdinalIgnoreCase))
                members.Remove(own);
    }

    /// <summary>The same with the names that another one has, where they differ by case alone (RFC 7643 §2.1).</summary>
    public static JsonObject Named(this JsonObject members, JsonObject like) =>
        new(
            members.Select(one =>
                KeyValuePair.Create(
                    like.Select(other => other.Key).FirstOrDefault(name => Steps.IsSame(name, one.Key)) ?? one.Key,
                    one.Value?.DeepClone()
                )
            )
        );

    /// <summary>A text; null if it is none, as one with half a letter in it.</summary>
    public static string? AsText(this JsonNode? node)
    {
        try
        {
            return node is JsonValue value && value.TryGetValue(out string? text) ? text : null;
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A whole number; null if it is none.</summary>
    public static long? AsNumber(this JsonNode? node) =>
        node is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.TryGetValue(out long number)
            ? number
            : null;

    /// <summary>True or false; null if it is neither.</summary>
    public static bool? AsFlag(this JsonNode? node) =>
        node is JsonValue value && value.TryGetValue(out bool flag) ? flag : null;

    /// <summary>The texts of a list; none if it is none.</summary>
    public static IReadOnlyList<string> Strings(this JsonNode? node, string path) =>
        [.. (node.At(path) as JsonArray ?? []).Select(AsText).OfType<string>()];

    /// <summary>The objects of a list; none if it is none.</summary>
    public static IReadOnlyList<JsonObject> Objects(this JsonNode? node, string path) =>
        [.. (node.At(path) as JsonArray ?? []).OfType<JsonObject>()];

    /// <summary>The first object of a list; null if there is none.</summary>
    public static JsonObject? First(this JsonNode? node, string path) =>
        node.Objects(path) is [var first, ..] ? first : null;

    /// <summary>Whether there is something: no null, no empty list (RFC 7643 §2.5).</summary>
    public static bool IsSomething(this JsonNode? node) =>
        node switch
        {
            null => false,
            JsonArray array => array.Count > 0,
            JsonObject members => members.Count > 0,
            _ => node.AsText() != "",
        };
}

/// <summary>The URNs of SCIM.</summary>
internal static class Words
{
    public const string User = "urn:ietf:params:scim:schemas:core:2.0:User";
    public const string Group = "urn:ietf:params:scim:schemas:core:2.0:Group";
    public const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    public const string ServiceProviderConfig = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
    public const string ResourceType = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
    public const string Schema = "urn:ietf:params:scim:schemas:core:2.0:Schema";
    public const string List = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
    public const string Search = "urn:ietf:params:scim:api:messages:2.0:SearchRequest";
    public const string Patch = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
    public const string BulkRequest = "urn:ietf:params:scim:api:messages:2.0:BulkRequest";
    public const string BulkResponse = "urn:ietf:params:scim:api:messages:2.0:BulkResponse";
    public const string Error = "urn:ietf:params:scim:api:messages:2.0:Error";
    public const string MediaType = "application/scim+json";
    public const string Json = "application/json";
}
