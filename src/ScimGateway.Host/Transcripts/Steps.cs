using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ScimGateway.Host.Transcripts;

/// <summary>
/// What was sent as the steps of a scenario (conformance/README.md), which another server can be asked for: ids are those
/// that it gives, and whom the provider finds there is made first.
/// </summary>
/// <param name="disguise">The invented words; null where people stay as they are.</param>
internal sealed partial class Steps(Disguise? disguise)
{
    // A full listing shows everybody: these are enough to see what a provider does with them.
    private const int MostFound = 200;

    private static readonly JsonDocumentOptions _strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    private static readonly string[] _asked =
    [
        "filter",
        "attributes",
        "excludedAttributes",
        "sortBy",
        "sortOrder",
        "startIndex",
        "count",
    ];

    // What has to come out the same wherever it is sent.
    private static readonly string[] _shown = ["userName", "active", "externalId"];

    private readonly Dictionary<string, string> _names = new(StringComparer.OrdinalIgnoreCase);
    private int _found;

    private Disguised Disguised => field ??= new Disguised(disguise, _names);

    /// <summary>The steps of a request, those that prepare it first; none where it cannot be repeated.</summary>
    public IReadOnlyList<JsonObject> Of(Exchange sent)
    {
        if (WhyNot(sent) is not null)
            return [];
        var (asked, answer) = (Read(sent.Body), Read(sent.Answer) as JsonObject);
        var steps = new List<JsonObject>();
        var isMade = sent is { Method: "POST", Status: 201 };
        if (sent.Status < 300)
        {
            foreach (var shown in isMade ? [] : Shown(answer))
            {
                foreach (var (id, endpoint) in References.Of(shown))
                    Find(new JsonObject { ["id"] = id }, endpoint, steps);
                Find(shown, sent.Endpoint, steps);
            }
            foreach (var (id, endpoint) in References.Of(sent, asked))
                Find(new JsonObject { ["id"] = id }, endpoint, steps);
        }
        steps.Add(Step(sent, asked, answer));
        return steps;
    }

    /// <summary>Why a request is none of the scenario's; null where it is.</summary>
    public static string? WhyNot(Exchange sent) =>
        sent.Status is 401 or 403 or 429 or >= 500 ? $"answered with {sent.Status}"
        : sent.Body is null ? "with a body that was not read to its end, or is longer than 256 KiB"
        : sent.Endpoint == "Bulk" ? "to Bulk, whose answer has no ids to go on with"
        : sent.Query.Any(one => !_asked.Contains(one.Key, StringComparer.OrdinalIgnoreCase))
            ? "with other parameters than those of filters, order and pages"
        : sent.Method is not ("GET" or "POST" or "PUT" or "PATCH" or "DELETE") ? "by another method"
        : null;

    private JsonObject Step(Exchange sent, JsonNode? asked, JsonObject? answer)
    {
        var isOfGroup = sent.Endpoint == Exchange.Groups;
        var request = new JsonObject { ["method"] = sent.Method, ["path"] = PathOf(sent, isOfGroup) };
        if (
            sent.ContentType is { } type
            && !type.StartsWith("application/scim+json", StringComparison.OrdinalIgnoreCase)
        )
            request["headers"] = new JsonObject { ["Content-Type"] = type };
        if (asked is not null)
            request["body"] = Disguised.Of(asked, isOfGroup);
        else if (sent.Body is { Length: > 0 } broken)
            request["rawBody"] = Disguised.OfBroken(broken);
        // The answer as it is named from now on.
        var captured =
            sent is { Method: "POST", Status: 201 } && Id(answer) is { } id ? Named(id, sent.Endpoint) : null;
        var step = new JsonObject { ["request"] = request, ["expect"] = Expected(sent, answer, isOfGroup) };
        if (captured is not null)
            step["capture"] = new JsonObject { [captured] = "$.id" };
        return step;
    }

    private string PathOf(Exchange sent, bool isOfGroup)
    {
        var words = sent.Path.TrimStart('/').Split('/');
        var path = new StringBuilder($"/{Encoded(words[0])}");
        foreach (var word in words[1..])
            path.Append('/')
                .Append(
                    Encoded(
                        word == ".search" || IsWordOfProtocol(sent.Endpoint)
                            ? word
                            : Disguised.Text(word, "id", isOfGroup)
                    )
                );
        var separator = '?';
        foreach (var (name, value) in sent.Query)
        {
            path.Append(separator)
                .Append(name)
                .Append('=')
                .Append(
                    Encoded(
                        name.Equals("filter", StringComparison.OrdinalIgnoreCase)
                            ? Disguised.OfFilter(value, isOfGroup)
                            : Disguised.Text(value, name, isOfGroup)
                    )
                );
            separator = '&';
        }
        return path.ToString();
    }

    private static bool IsWordOfProtocol(string endpoint) =>
        endpoint is "Schemas" or "ResourceTypes" or "ServiceProviderConfig";

    // The names of values stay as they are: they are encoded when they have their values.
    private static string Encoded(string text) =>
        string.Concat(Placeholder().Split(text).Select((part, i) => i % 2 == 0 ? Uri.EscapeDataString(part) : part));

    private JsonObject Expected(Exchange sent, JsonObject? answer, bool isOfGroup)
    {
        var expected = new JsonObject
        {
            // Which of both it is is left to the server (RFC 7644 §3.5.2).
            ["status"] = sent is { Method: "PATCH", Status: 200 or 204 }
                ? new JsonArray(200, 204)
                : new JsonArray(sent.Status),
        };
        if (sent.Status is 200 && sent.Method == "GET" && sent.Id is not null && Id(answer) is not null)
        {
            var its = new JsonObject();
            foreach (var (name, value) in answer!)
                if (name == "id" || _shown.Contains(name) || (isOfGroup && name == "displayName"))
                    its[name] = Disguised
                        .Of(new JsonObject { [name] = value?.DeepClone() }, isOfGroup)![name]
                        ?.DeepClone();
            expected["body"] = its;
        }
        else if (
            sent is { Method: "GET", Status: 200 }
            && sent.Query.Any(one => one.Key.Equals("filter", StringComparison.OrdinalIgnoreCase))
            && answer?["Resources"] is var some
            && Shown(answer).All(one => Id(one) is { } id && _names.ContainsKey(id))
        )
            expected["arrayLength"] = new JsonObject { ["$.Resources"] = (some as JsonArray)?.Count ?? 0 };
        return expected;
    }

    // Somebody whom the provider has found there: he is made before, with all that was shown of him.
    private void Find(JsonObject shown, string endpoint, List<JsonObject> steps)
    {
        if (Id(shown) is not { } id || _names.ContainsKey(id) || _found == MostFound)
            return;
        var isGroup = endpoint == Exchange.Groups || IsOf(shown, "Group");
        _found++;
        var made = new JsonObject();
        foreach (var (name, value) in shown)
            if (name is not ("id" or "meta" or "groups") && value is not null)
                made[name] = value.DeepClone();
        if (made["members"] is JsonArray members)
            made["members"] = new JsonArray([
                .. members
                    .OfType<JsonObject>()
                    .Where(one => References.ValueOf(one) is { } member && _names.ContainsKey(member))
                    .Select(one => one.DeepClone()),
            ]);
        RemoveUnknownManager(made);
        made["schemas"] ??= new JsonArray($"urn:ietf:params:scim:schemas:core:2.0:{(isGroup ? "Group" : "User")}");
        made[isGroup ? "displayName" : "userName"] ??= $"found {id[..Math.Min(8, id.Length)]}";
        var body = Disguised.Of(made, isGroup);
        steps.Add(
            new JsonObject
            {
                ["setup"] = true,
                ["request"] = new JsonObject
                {
                    ["method"] = "POST",
                    ["path"] = isGroup ? "/Groups" : "/Users",
                    ["body"] = body,
                },
                ["expect"] = new JsonObject { ["status"] = new JsonArray(201) },
                ["capture"] = new JsonObject { [Named(id, isGroup ? Exchange.Groups : Exchange.Users)] = "$.id" },
            }
        );
    }

    private void RemoveUnknownManager(JsonObject made)
    {
        foreach (var (_, extension) in made)
            if (
                extension is JsonObject its
                && its["manager"] is JsonObject manager
                && (References.ValueOf(manager) is not { } id || !_names.ContainsKey(id))
            )
                its.Remove("manager");
    }

    private string Named(string id, string endpoint)
    {
        if (!_names.TryGetValue(id, out var name))
            _names[id] = name = $"{(endpoint == Exchange.Groups ? "group" : "user")}{_names.Count + 1}";
        return name;
    }

    private static IEnumerable<JsonObject> Shown(JsonObject? answer) =>
        answer?["Resources"] is JsonArray some ? some.OfType<JsonObject>()
        : Id(answer) is not null ? [answer!]
        : [];

    private static string? Id(JsonObject? resource) =>
        resource?["id"] is JsonValue value && value.TryGetValue(out string? id) && Guid.TryParse(id, out _) ? id : null;

    private static bool IsOf(JsonObject shown, string type) =>
        shown["meta"]?["resourceType"] is JsonValue said && said.TryGetValue(out string? word) && word == type;

    private static JsonNode? Read(byte[]? body)
    {
        try
        {
            return body is { Length: > 0 } ? JsonNode.Parse(body, documentOptions: _strict) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"(\{\{\w+\}\})")]
    private static partial Regex Placeholder();
}
