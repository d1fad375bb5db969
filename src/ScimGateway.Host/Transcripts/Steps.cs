using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Text.Unicode;
using ScimGateway.Protocol.Resources;

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

    // Of a long listing so many are remembered, for whoever of them is named later.
    private const int MostRemembered = 5_000;

    /// <summary>How JSON is read: as the scenario's reader does.</summary>
    public static JsonDocumentOptions Strict { get; } = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

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
    private static readonly string[] _told = ["id", "userName", "active", "externalId"];

    private readonly Dictionary<string, string> _names = new(StringComparer.OrdinalIgnoreCase);

    // As they were last shown; and those that were made before anything was shown of them.
    private readonly Dictionary<string, JsonObject> _shown = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _bare = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, int> _leftOut = [];

    // What got its name by the request that is looked at now.
    private readonly List<string> _namedNow = [];

    private int _found;

    private Disguised Disguised => field ??= new Disguised(disguise, _names);

    /// <summary>How many requests are none of the scenario's, by the reason.</summary>
    public IReadOnlyDictionary<string, int> LeftOut => _leftOut;

    /// <summary>The steps of a request, those that prepare it first; none where it cannot be repeated.</summary>
    public IReadOnlyList<JsonObject> Of(Exchange sent)
    {
        if (WhyNot(sent) is { } why)
            return Without(why);
        _namedNow.Clear();
        try
        {
            var steps = Made(sent);
            return steps.Count > 0 ? steps : Without($"about somebody beyond the {MostFound} that are made first");
        }
        // A text in JSON that is none in Unicode, for example.
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or JsonException)
        {
            foreach (var id in _namedNow)
            {
                _names.Remove(id);
                _bare.Remove(id);
            }
            return Without("that a scenario cannot have");
        }
    }

    private JsonObject[] Without(string why)
    {
        _leftOut[why] = _leftOut.GetValueOrDefault(why) + 1;
        return [];
    }

    private List<JsonObject> Made(Exchange sent)
    {
        var (asked, answer) = (Read(sent.Body), Read(sent.Answer) as JsonObject);
        var steps = new List<JsonObject>();
        var isMade = sent is { Method: "POST", Status: 201 };
        if (sent.Status < 300 && !isMade)
            foreach (var shown in Shown(answer))
            {
                if (Id(shown) is { } id && (_shown.Count < MostRemembered || _shown.ContainsKey(id)))
                    _shown[id] = shown;
                // Of a listing only those that are named later are made.
                if (sent.Id is null && sent.Filter is null)
                    continue;
                foreach (var (member, endpoint) in References.Of(shown))
                    Find(member, endpoint, steps);
                Find(Id(shown) ?? "", sent.Endpoint, steps);
            }
        if (sent.Status is not (404 or 410))
            foreach (var (id, endpoint) in References.Of(sent, sent.Status < 300 ? asked : null))
                Find(id, endpoint, steps);
        if (sent.Status < 300 && sent.Id is { } named && Guid.TryParse(named, out _) && !_names.ContainsKey(named))
            return [];
        var step = Step(sent, asked, answer);
        if (sent is { Method: "POST", Status: 409 } && step["request"]!["body"] is not null)
            steps.Add(Taken(step));
        steps.Add(step);
        return steps;
    }

    /// <summary>Why a request is none of the scenario's; null where it is.</summary>
    private static string? WhyNot(Exchange sent) =>
        sent.Status is 401 or 403 or 429 or >= 500 ? $"answered with {sent.Status}"
        : sent.Status is 304 or 412 or 428 ? "with a condition"
        : sent is { Method: not "POST", Status: 409 } ? "answered with 409, because of somebody else"
        : sent.Body is null ? "with a body that was not read to its end, or is longer than 256 KiB"
        : sent.Endpoint.Equals("Bulk", StringComparison.OrdinalIgnoreCase)
            ? "to Bulk, whose answer has no ids to go on with"
        : sent.Query.Any(one => !_asked.Contains(one.Key, StringComparer.OrdinalIgnoreCase))
            ? "with other parameters than those of filters, order and pages"
        : sent.Method is not ("GET" or "POST" or "PUT" or "PATCH" or "DELETE") ? "by another method"
        : null;

    // Who has the name already: made here, or in this scenario.
    private static JsonObject Taken(JsonObject step) =>
        new()
        {
            ["setup"] = true,
            ["request"] = step["request"]!.DeepClone(),
            ["expect"] = new JsonObject { ["status"] = new JsonArray(201, 409) },
        };

    private JsonObject Step(Exchange sent, JsonNode? asked, JsonObject? answer)
    {
        var isOfGroup = sent.Endpoint == Exchange.Groups;
        var request = new JsonObject { ["method"] = sent.Method, ["path"] = PathOf(sent, isOfGroup) };
        if (MediaType().Match(sent.ContentType ?? "") is { Success: true, Value: not "application/scim+json" } media)
            request["headers"] = new JsonObject { ["Content-Type"] = media.Value };
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
        var path = new StringBuilder(
            $"/{Encoded(IsEndpoint(words[0]) ? words[0] : Disguised.Text(words[0], "", isOfGroup))}"
        );
        foreach (var word in words[1..])
            path.Append('/').Append(Encoded(word == ".search" ? word : Disguised.Text(word, sent.Endpoint, isOfGroup)));
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

    private static bool IsEndpoint(string word) =>
        word
            is Exchange.Users
                or Exchange.Groups
                or "Schemas"
                or "ResourceTypes"
                or "ServiceProviderConfig"
                or "Me"
                or ".search";

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
                if (_told.Contains(name) || (isOfGroup && name == "displayName"))
                    its[name] = value?.DeepClone();
            expected["body"] = Disguised.Of(its, isOfGroup);
        }
        else if (
            sent is { Method: "GET", Status: 200 }
            && answer is not null
            && OneOf().IsMatch(sent.Filter ?? "")
            && Shown(answer).All(one => Id(one) is { } id && _names.ContainsKey(id))
        )
            expected["arrayLength"] = new JsonObject { ["$.Resources"] = Shown(answer).Count() };
        return expected;
    }

    // Somebody whom the provider has found there: he is made before, with all that was shown of him; or, where nothing was, by
    // his id alone, and is made so once it is.
    private void Find(string id, string endpoint, List<JsonObject> steps)
    {
        var isKnown = _names.ContainsKey(id);
        var shown = _shown.GetValueOrDefault(id);
        if (!Guid.TryParse(id, out _) || (isKnown ? shown is null || !_bare.Remove(id) : _found == MostFound))
            return;
        if (shown is null)
            _bare.Add(id);
        _found += isKnown ? 0 : 1;
        var isGroup = endpoint == Exchange.Groups || (shown is not null && IsOf(shown, "Group"));
        var body = Disguised.Of(Written(id, shown ?? [], isGroup), isGroup);
        var name = Named(id, isGroup ? Exchange.Groups : Exchange.Users);
        var path = isGroup ? "/Groups" : "/Users";
        var step = new JsonObject
        {
            ["setup"] = true,
            ["request"] = new JsonObject
            {
                ["method"] = isKnown ? "PUT" : "POST",
                ["path"] = isKnown ? $"{path}/{{{{{name}}}}}" : path,
                ["body"] = body,
            },
            ["expect"] = new JsonObject { ["status"] = new JsonArray(isKnown ? 200 : 201) },
        };
        if (!isKnown)
            step["capture"] = new JsonObject { [name] = "$.id" };
        steps.Add(step);
    }

    // What was shown, as it is written.
    private JsonObject Written(string id, JsonObject shown, bool isGroup)
    {
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
        made[isGroup ? "displayName" : "userName"] ??= $"found {id}";
        return made;
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
        if (_names.TryGetValue(id, out var name))
            return name;
        _namedNow.Add(id);
        return _names[id] = $"{(endpoint == Exchange.Groups ? "group" : "user")}{_names.Count + 1}";
    }

    private static IEnumerable<JsonObject> Shown(JsonObject? answer) =>
        answer?["Resources"] is JsonArray some ? some.OfType<JsonObject>()
        : Id(answer) is not null ? [answer!]
        : [];

    private static string? Id(JsonObject? resource) =>
        ScimJson.AsText(resource?["id"]) is { } id && Guid.TryParse(id, out _) ? id : null;

    private static bool IsOf(JsonObject shown, string type) => ScimJson.AsText(shown["meta"]?["resourceType"]) == type;

    private static JsonNode? Read(byte[]? body)
    {
        try
        {
            return body is { Length: > 0 } && Utf8.IsValid(body) ? JsonNode.Parse(body, documentOptions: Strict) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    [GeneratedRegex(@"^[\w.+-]+/[\w.+-]+")]
    private static partial Regex MediaType();

    // Who is meant by a name, and not whoever else is there.
    [GeneratedRegex(
        @"^\s*([\w:.]*:)?(userName|externalId|displayName|id|emails(\[type eq ""\w+""\])?(\.value)?)\s+eq\s+""[^""]*""\s*$",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex OneOf();

    [GeneratedRegex(@"(\{\{\w+\}\})")]
    private static partial Regex Placeholder();
}
