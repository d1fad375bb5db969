using System.Globalization;
using System.Text.Json.Nodes;

namespace ScimGateway.Conformance.Tests.Sound;

/// <summary>
/// A SCIM 2.0 server as the RFCs have it, in memory and in one piece: requests in, answers out. It shares no code with
/// the gateway, bears of providers' habits what it is told to, and says what it does in the order of RFC 7644.
/// </summary>
internal sealed class SoundScim(string @base, string token, Habit habits = Habit.None)
{
    /// <summary>The most users or groups of one page if nothing is said, operations of one bulk request and bytes of its body.</summary>
    public const int MostResults = 20;
    public const int MostOperations = 10;
    public const int MostPayload = 50_000;

    private readonly List<Resource> _resources = [];
    private readonly TimeProvider _clock = TimeProvider.System;
    private readonly Tolerance _tolerance = new(habits);
    private long _ids;

    /// <summary>All there are.</summary>
    public IReadOnlyList<Resource> Resources => _resources;

    /// <summary>Where it is.</summary>
    public string Base => @base;

    /// <summary>What is kept beside the RFCs: nothing, if nothing is said.</summary>
    public Detour Keeps { get; set; } = (ask, scim) => scim.AsRfcsHaveIt(ask);

    /// <summary>The most users or groups of one page.</summary>
    public int PageSize { get; set; } = MostResults;

    /// <summary>What each operation of a bulk request goes by.</summary>
    public Detour Within { get; set; } = SoundServer.Straight;

    /// <summary>How values are compared with those of a filter.</summary>
    public Comparing Compares { get; set; } = Filters.Compare;

    /// <summary>By what of an attribute resources are sorted.</summary>
    public Func<Name, JsonObject, string?> SortsBy { get; set; } = Lists.Key;

    public Answer Handle(Ask ask)
    {
        try
        {
            return Keeps(ask, this);
        }
        catch (Refusal refusal)
        {
            return refusal.Answer();
        }
    }

    /// <summary>The answer that the RFCs have.</summary>
    public Answer AsRfcsHaveIt(Ask ask)
    {
        var answer = Routed(_tolerance.Plain(ask, this));
        if (ask.Header("accept") == "application/json")
            answer.Headers["Content-Type"] = "application/json";
        return answer;
    }

    private Answer Routed(Ask ask)
    {
        var segments = ask.Path.Split('/');
        if (ask.Method == "GET" && segments is ["ServiceProviderConfig" or "ResourceTypes" or "Schemas", ..])
            return Discovery.Answered(@base, ask, segments);
        // The scheme is case insensitive (RFC 9110 §11.1).
        if (
            ask.Header("authorization")?.Split(' ', 2) is not [var scheme, var given]
            || !scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase)
            || given != token
        )
        {
            var refused = new Refusal(401, null, "A bearer token is wanted.").Answer();
            refused.Headers["WWW-Authenticate"] = "Bearer realm=\"scim\"";
            return refused;
        }
        return (ask.Method, segments) switch
        {
            ("GET", ["Me"]) => throw new Refusal(501, null, "The token is nobody's."),
            ("POST", ["Bulk"]) => Bulk.Answered(this, ask),
            ("GET", [""]) => Lists.Answered(this, Known.Types, Query.Of(ask.Query)),
            ("POST", [".search"]) => Lists.Answered(this, Known.Types, Query.Of(ask.Body)),
            ("GET", [var endpoint]) => Lists.Answered(this, [Type(endpoint)], Query.Of(ask.Query)),
            ("POST", [var endpoint]) => Created(Type(endpoint), ask),
            ("POST", [var endpoint, ".search"]) => Lists.Answered(this, [Type(endpoint)], Query.Of(ask.Body)),
            ("GET", [var endpoint, var id]) => Read(Found(endpoint, id), ask),
            ("PUT", [var endpoint, var id]) => Replaced(Found(endpoint, id), ask),
            ("PATCH", [var endpoint, var id]) => Patched(Found(endpoint, id), ask),
            ("DELETE", [var endpoint, var id]) => Deleted(Found(endpoint, id), ask),
            _ => throw Refusal.Unknown(ask.Path),
        };
    }

    /// <summary>A resource as it is shown: with what other resources say of it.</summary>
    public JsonObject Whole(Resource resource)
    {
        var whole = resource.Written.DeepClone().AsObject();
        whole["id"] = resource.Id;
        whole["meta"] = new JsonObject
        {
            ["resourceType"] = resource.Type.Name,
            ["created"] = Time(resource.Created),
            ["lastModified"] = Time(resource.Changed),
            ["location"] = Location(resource),
            ["version"] = resource.Version,
        };
        if (resource.Type.Name == "Device")
            whole["state"] = "new";
        if (resource.Type.Name == "Group")
            foreach (var member in Documents.Objects(whole["members"]))
            {
                var one = _resources.First(other => other.Id == member["value"].Text());
                member["$ref"] = Location(one);
                member["type"] = one.Type.Name;
            }
        else if (_resources.Where(group => group.HasMember(resource.Id)).ToList() is { Count: > 0 } groups)
            whole["groups"] = new JsonArray([
                .. groups.Select(group => new JsonObject
                {
                    ["value"] = group.Id,
                    ["$ref"] = Location(group),
                    ["display"] = group.Written["displayName"]?.DeepClone(),
                    ["type"] = "direct",
                }),
            ]);
        return whole;
    }

    private string Location(Resource resource) => $"{@base}/{resource.Type.Endpoint}/{resource.Id}";

    // POST (RFC 7644 §3.3)
    private Answer Created(ResourceType type, Ask ask)
    {
        var written = Documents.Read(type, Parsed(ask));
        var now = _clock.GetUtcNow();
        var resource = new Resource(type, $"r{Guid.NewGuid():n}", now) { Written = written, Changed = now };
        Require(resource, written);
        resource.Number = ++_ids;
        _resources.Add(resource);
        var answer = Shown(201, resource, ask);
        answer.Headers["Location"] = Location(resource);
        return answer;
    }

    // GET (RFC 7644 §3.4.1)
    private Answer Read(Resource resource, Ask ask) =>
        ask.Header("if-none-match")?.Split(',', StringSplitOptions.TrimEntries).Contains(resource.Version) == true
            ? new Answer(304)
            : Shown(200, resource, ask);

    // PUT (RFC 7644 §3.5.1)
    private Answer Replaced(Resource resource, Ask ask)
    {
        RequireVersion(resource, ask);
        Change(resource, Documents.Read(resource.Type, Parsed(ask)));
        return Shown(200, resource, ask);
    }

    // PATCH (RFC 7644 §3.5.2)
    private Answer Patched(Resource resource, Ask ask)
    {
        RequireVersion(resource, ask);
        Change(resource, Patches.Applied(resource.Type, resource.Written, Parsed(ask), Compares));
        return Shown(200, resource, ask);
    }

    // DELETE (RFC 7644 §3.6)
    private Answer Deleted(Resource resource, Ask ask)
    {
        RequireVersion(resource, ask);
        _resources.Remove(resource);
        foreach (var group in _resources.Where(one => one.HasMember(resource.Id)))
        {
            var written = group.Written.DeepClone().AsObject();
            var members = written["members"]!.AsArray();
            members.RemoveAll(member => member!["value"].Text() == resource.Id);
            if (members.Count == 0)
                written.Remove("members");
            Change(group, written);
        }
        return new Answer(204);
    }

    private void Change(Resource resource, JsonObject written)
    {
        Require(resource, written);
        if (JsonNode.DeepEquals(written, resource.Written))
            return;
        resource.Written = written;
        resource.Changed = _clock.GetUtcNow();
        resource.Turns++;
    }

    // What is said of others has to be so.
    private void Require(Resource resource, JsonObject written)
    {
        if (
            written["userName"].Text() is { } name
            && _resources.Any(other =>
                other != resource
                && other.Written["userName"].Text() is { } taken
                && Texts.Folded(taken) == Texts.Folded(name)
            )
        )
            throw new Refusal(409, "uniqueness", $"There is a user {name} already.");
        RequireUnique(resource, written);
        foreach (var member in Documents.Objects(written["members"]))
            if (_resources.All(one => one.Id != member["value"].Text()))
                throw Refusal.Value($"There is no resource {member["value"]} that could be a member.");
    }

    // What a schema says is unique, or not changed once it has a value.
    private void RequireUnique(Resource resource, JsonObject written)
    {
        foreach (var schema in resource.Type.Extensions.Append(resource.Type.Core))
        foreach (var one in schema.Attributes)
            if (Within(written, schema)?[one.Name].Text() is { } value)
            {
                if (
                    one.Uniqueness == "server"
                    && _resources.Any(other =>
                        other != resource
                        && other.Type == resource.Type
                        && Within(other.Written, schema)?[one.Name].Text() == value
                    )
                )
                    throw new Refusal(409, "uniqueness", $"There is a {one.Name} {value} already.");
                if (
                    one.Mutability == "immutable"
                    && Within(resource.Written, schema)?[one.Name].Text() is { } former
                    && former != value
                )
                    throw Refusal.Mutability(one.Name);
            }

        JsonObject? Within(JsonObject whole, Schema schema) =>
            schema == resource.Type.Core ? whole : whole[schema.Id] as JsonObject;
    }

    private static void RequireVersion(Resource resource, Ask ask)
    {
        if (ask.Header("if-match") is { } wanted && wanted != "*" && wanted != resource.Version)
            throw new Refusal(412, null, "The resource has changed.");
    }

    private Answer Shown(int status, Resource resource, Ask ask)
    {
        var answer = new Answer(
            status,
            Documents.Shown(resource.Type, Whole(resource), ask.Query["attributes"], ask.Query["excludedAttributes"])
        );
        answer.Headers["ETag"] = resource.Version;
        answer.Headers["Content-Location"] = Location(resource);
        return answer;
    }

    private static ResourceType Type(string endpoint) =>
        Known.Types.FirstOrDefault(type => type.Endpoint == endpoint) ?? throw Refusal.Unknown(endpoint);

    private Resource Found(string endpoint, string id) =>
        _resources.FirstOrDefault(one => one.Type.Endpoint == endpoint && one.Id == id)
        ?? throw Refusal.Unknown($"{endpoint}/{id}");

    private static JsonNode Parsed(Ask ask) => ask.Body ?? throw Refusal.Syntax("The body is no JSON.");

    private static string Time(DateTimeOffset at) =>
        at.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture);
}

/// <summary>A user or group that is kept.</summary>
internal sealed class Resource(ResourceType type, string id, DateTimeOffset created)
{
    public ResourceType Type => type;

    public string Id => id;

    public DateTimeOffset Created => created;

    /// <summary>What clients wrote of it.</summary>
    public required JsonObject Written { get; set; }

    public required DateTimeOffset Changed { get; set; }

    /// <summary>Which one it was to be made.</summary>
    public long Number { get; set; }

    /// <summary>How often it was changed.</summary>
    public int Turns { get; set; }

    public string Version => string.Create(CultureInfo.InvariantCulture, $"W/\"{Turns}\"");

    public bool HasMember(string one) =>
        Documents.Objects(Written["members"]).Any(member => member["value"].Text() == one);
}
