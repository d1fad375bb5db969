using System.Collections.Specialized;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Web;

namespace ScimGateway.Conformance.Tests.Sound;

/// <summary>A request as the sound server sees it.</summary>
/// <param name="Method">GET, POST and so on.</param>
/// <param name="Path">What follows the base URL, without a slash at either end.</param>
/// <param name="Query">What follows the question mark.</param>
/// <param name="Headers">Its headers, whose names are in lower case.</param>
/// <param name="Text">Its body.</param>
internal sealed record Ask(
    string Method,
    string Path,
    NameValueCollection Query,
    IReadOnlyDictionary<string, string> Headers,
    string Text
)
{
    /// <summary>The body as JSON; null if it is none.</summary>
    public JsonNode? Body
    {
        get
        {
            try
            {
                return JsonNode.Parse(Text);
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }

    public string? Filter => Query["filter"];

    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>Whether it is this method on a path that begins so.</summary>
    public bool Is(string method, string path) =>
        Method == method && (Path == path || Path.StartsWith(path + "/", StringComparison.Ordinal));

    /// <summary>Whether it is this method on one resource of an endpoint.</summary>
    public bool IsOne(string method, string endpoint) => Path != endpoint && Is(method, endpoint);

    /// <summary>The same with another body.</summary>
    public Ask With(JsonNode? body) => this with { Text = body?.ToJsonString() ?? "null" };

    /// <summary>The same with a changed body.</summary>
    public Ask With(Action<JsonObject> change)
    {
        var body = Body as JsonObject ?? [];
        change(body);
        return With(body);
    }

    /// <summary>The same with a parameter, or without it.</summary>
    public Ask With(string parameter, string? value)
    {
        var query = HttpUtility.ParseQueryString(Query.ToString()!);
        if (value is null)
            query.Remove(parameter);
        else
            query[parameter] = value;
        return this with { Query = query };
    }

    /// <summary>The same with a header, or without it.</summary>
    public Ask WithHeader(string name, string? value)
    {
        var headers = new Dictionary<string, string>(Headers);
        if (value is null)
            headers.Remove(name);
        else
            headers[name] = value;
        return this with { Headers = headers };
    }
}

/// <summary>What the sound server answers.</summary>
internal sealed class Answer
{
    public Answer(int status, JsonNode? body = null) => (Status, Body) = (status, body);

    public int Status { get; set; }

    public JsonNode? Body { get; set; }

    /// <summary>What is sent instead of the body, where it is no JSON.</summary>
    public byte[]? Bytes { get; set; }

    /// <summary>Whether the connection is closed instead of an answer.</summary>
    public bool Hangs { get; set; }

    /// <summary>Whether no answer comes until the client gives up.</summary>
    public bool IsLate { get; set; }

    public Dictionary<string, string> Headers { get; } =
        new(StringComparer.OrdinalIgnoreCase) { ["Content-Type"] = "application/scim+json" };

    public bool IsFine => Status is >= 200 and < 300;

    /// <summary>The resources that it shows: those of a list, or the one that it is.</summary>
    public IEnumerable<JsonObject> Shown =>
        Body is not JsonObject body ? []
        : body["Resources"] is JsonArray resources ? resources.OfType<JsonObject>()
        : [body];
}

/// <summary>A request that is not carried out.</summary>
internal sealed class Refusal(int status, string? scimType, string detail) : Exception(detail)
{
    public Answer Answer()
    {
        var body = new JsonObject
        {
            ["schemas"] = new JsonArray("urn:ietf:params:scim:api:messages:2.0:Error"),
            ["status"] = status.ToString(System.Globalization.CultureInfo.InvariantCulture),
            ["detail"] = Message,
        };
        if (scimType is not null)
            body["scimType"] = scimType;
        return new Answer(status, body);
    }

    public static Refusal Value(string detail) => new(400, "invalidValue", detail);

    public static Refusal Syntax(string detail) => new(400, "invalidSyntax", detail);

    public static Refusal Filter(string detail) => new(400, "invalidFilter", detail);

    public static Refusal Path(string detail) => new(400, "invalidPath", detail);

    public static Refusal Mutability(string name) => new(400, "mutability", $"{name} is not changed by clients.");

    public static Refusal NoTarget(string detail) => new(400, "noTarget", detail);

    public static Refusal Unknown(string path) => new(404, null, $"There is nothing at {path}.");
}
