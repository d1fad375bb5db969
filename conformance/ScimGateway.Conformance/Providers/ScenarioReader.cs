using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace ScimGateway.Conformance.Providers;

/// <summary>Reads a scenario from JSON, strictly: what is misspelt there would be asked for by nobody.</summary>
internal static partial class ScenarioReader
{
    private const int MostSteps = 5_000;
    private const int MostCopies = 1_000;

    private static readonly JsonDocumentOptions _strict = new() { AllowDuplicateProperties = false, MaxDepth = 40 };

    /// <summary>What a text says.</summary>
    /// <exception cref="FormatException">It is none; the message says where and why.</exception>
    public static Scenario Read(string text)
    {
        JsonNode? json;
        try
        {
            json = JsonNode.Parse(text, documentOptions: _strict);
        }
        catch (JsonException e)
        {
            throw new FormatException($"it is no JSON: {e.Message}");
        }
        var at = new Node(Copied(json), "");
        at.Only(
            ["idp", "scenario", "title", "steps"],
            [
                "source",
                "confidence",
                "vars",
                "expectSource",
                "flag",
                "requires",
                "tags",
                "notes",
                "defaults",
                "cleanup",
            ],
            ["level", "change", "beyond", "people"]
        );
        var defaults = at.Inner("defaults");
        defaults?.Only([], ["headers"]);
        var steps = new List<Step>([.. People(at), .. at.Elements("steps").Select(Step)]);
        if (steps.Count is 0 or > MostSteps)
            throw new FormatException($"it has {steps.Count} steps and may have 1 to {MostSteps}");
        var scenario = new Scenario
        {
            Provider = at.Word("idp"),
            Name = at.Word("scenario"),
            Title = Titled(at),
            Level = at.Text("level") is { } level ? Levelled(level) : Level.Must,
            Change = at.Text("change") ?? Joined(at.Text("notes"), at.Text("expectSource")),
            Beyond = at.Text("beyond"),
            IsInferred = at.Text("confidence") == "inferred",
            Requires = at.Texts("requires"),
            Variables = [.. at.Pairs("vars", Variable)],
            Headers = defaults?.Headers() ?? new Dictionary<string, string?>(),
            Steps = steps,
            CleanUp = [.. at.Elements("cleanup").Select(Deleted)],
        };
        RequireValues(scenario);
        return scenario;
    }

    // An element {"repeat": 3, "of": …} of a list stands for three of it, in which {n} is the number; none within another.
    private static JsonNode? Copied(JsonNode? node) =>
        node switch
        {
            JsonObject members => new JsonObject(
                members.Select(member => KeyValuePair.Create(member.Key, Copied(member.Value)))
            ),
            JsonArray elements => new JsonArray([.. elements.SelectMany(Copies)]),
            _ => node?.DeepClone(),
        };

    private static IEnumerable<JsonNode?> Copies(JsonNode? element)
    {
        if (
            element is not JsonObject { Count: 2 } copied
            || copied["of"] is not { } of
            || copied["repeat"] is not { } repeat
        )
            return [Copied(element)];
        return repeat.AsNumber() is > 0 and <= MostCopies and var times
            ? Enumerable.Range(1, (int)times).Select(n => Numbered(of, n))
            : throw new FormatException($"repeat is a number from 1 to {MostCopies}");
    }

    private static JsonNode? Numbered(JsonNode? node, int n)
    {
        var number = n.ToString(CultureInfo.InvariantCulture);
        return node switch
        {
            JsonObject members => new JsonObject(
                members.Select(member =>
                    KeyValuePair.Create(
                        member.Key.Replace("{n}", number, StringComparison.Ordinal),
                        Numbered(member.Value, n)
                    )
                )
            ),
            JsonArray elements => new JsonArray([.. elements.Select(element => Numbered(element, n))]),
            _ => node.AsText() is { } text
                ? JsonValue.Create(text.Replace("{n}", number, StringComparison.Ordinal))
                : node?.DeepClone(),
        };
    }

    // "people": 2 stands for two users that are there already, {{p1}} and {{p2}}, whose names are {{name1}} and {{name2}}.
    private static IEnumerable<Step> People(Node at)
    {
        if (at.Json["people"] is not { } people)
            yield break;
        if (people.AsNumber() is not (> 0 and <= MostCopies and var count))
            throw new FormatException($"people is a number from 1 to {MostCopies}");
        for (var n = 1; n <= count; n++)
            yield return new Step
            {
                Name = $"user {n} is there",
                IsSetup = true,
                Method = HttpMethod.Post,
                Path = "/Users",
                Body = Person(n),
                Expects = new Expectation { Status = [201], Present = [JsonPath.Parse("$.id")] },
                Captures =
                [
                    KeyValuePair.Create($"p{n}", JsonPath.Parse("$.id")),
                    KeyValuePair.Create($"name{n}", JsonPath.Parse("$.userName")),
                ],
            };
    }

    private static JsonObject Person(int n)
    {
        var name = $"nadia.{n}.{{{{run}}}}@crew.example";
        return new JsonObject
        {
            ["schemas"] = new JsonArray(Words.User),
            ["userName"] = name,
            ["name"] = new JsonObject { ["givenName"] = "Nadia", ["familyName"] = $"Harbour {n}" },
            ["displayName"] = $"Nadia Harbour {n}",
            ["emails"] = new JsonArray(
                new JsonObject
                {
                    ["value"] = name,
                    ["type"] = "work",
                    ["primary"] = true,
                }
            ),
            ["active"] = true,
        };
    }

    private static Step Step(Node at)
    {
        at.Only(["request", "expect"], ["name", "setup", "capture"]);
        var request = at.Inner("request")!;
        request.Only(["method", "path"], ["headers", "body", "rawBody"]);
        if (request.Text("path") is not { } path || !Path().IsMatch(path))
            throw new FormatException($"{request.Place}.path begins with a slash and is percent-encoded");
        return new Step
        {
            Name = at.Text("name"),
            IsSetup = at.Flag("setup"),
            Method = request.Text("method") is "GET" or "POST" or "PUT" or "PATCH" or "DELETE"
                ? HttpMethod.Parse(request.Text("method"))
                : throw new FormatException($"{request.Place}.method is GET, POST, PUT, PATCH or DELETE"),
            Path = path,
            Headers = request.Headers(),
            Body = request.Json["body"],
            RawBody = request.Text("rawBody"),
            Expects = Expected(at.Inner("expect")!),
            Captures = [.. at.Pairs("capture", PathOf)],
        };
    }

    private static Expectation Expected(Node at)
    {
        at.Only(
            ["status"],
            ["body", "present", "absent", "arrayLength", "maxArrayLength", "types", "atMostOnePrimary", "headers"]
        );
        return new Expectation
        {
            Status = at.Json["status"] is JsonArray { Count: > 0 } status
                ? [.. status.Select(one => (int)Node.NumberOf(one, $"{at.Place}.status"))]
                : throw new FormatException($"{at.Place}.status is a list of statuses"),
            Body = at.Inner("body")?.Json,
            Present = Paths(at, "present"),
            Absent = Paths(at, "absent"),
            Length = Lengths(at, "arrayLength"),
            MostLength = Lengths(at, "maxArrayLength"),
            Types = [.. at.Pairs("types", JsonType).Select(one => KeyValuePair.Create(Parsed(one.Key, at), one.Value))],
            OnePrimary = Paths(at, "atMostOnePrimary"),
            Headers = [.. at.Pairs("headers", Node.TextOf)],
        };
    }

    private static IReadOnlyList<JsonPath> Paths(Node at, string name) =>
        [.. at.Texts(name).Select(text => Parsed(text, at))];

    private static IReadOnlyList<KeyValuePair<JsonPath, int>> Lengths(Node at, string name) =>
        [
            .. at.Pairs(name, (value, place) => (int)Node.NumberOf(value, place))
                .Select(one => KeyValuePair.Create(Parsed(one.Key, at), one.Value)),
        ];

    private static string Variable(JsonNode? value, string place) =>
        Node.TextOf(value, place) is var text && text is not ['$', ..] or Placeholders.Guid or Placeholders.ShortId
            ? text
            : throw new FormatException($"{place} is {Placeholders.Guid}, {Placeholders.ShortId} or a text without $");

    private static string JsonType(JsonNode? value, string place) =>
        Expectation.JsonTypes.Contains(Node.TextOf(value, place))
            ? Node.TextOf(value, place)
            : throw new FormatException($"{place} is one of {string.Join(", ", Expectation.JsonTypes)}");

    private static JsonPath PathOf(JsonNode? value, string place) => JsonPath.Parse(Node.TextOf(value, place));

    private static JsonPath Parsed(string text, Node at)
    {
        try
        {
            return JsonPath.Parse(text);
        }
        catch (FormatException e)
        {
            throw new FormatException($"{at.Place}: {e.Message}");
        }
    }

    private static string Deleted(Node at)
    {
        at.Only(["method", "path"]);
        return at.Text("method") == "DELETE" && at.Text("path") is { } path && Path().IsMatch(path)
            ? path
            : throw new FormatException($"{at.Place} is a DELETE of a path");
    }

    // The dialect is a part of what is so.
    private static string Titled(Node at)
    {
        var title = at.Text("title");
        if (string.IsNullOrWhiteSpace(title))
            throw new FormatException("title is a sentence");
        return at.Text("flag") switch
        {
            null or "none" => title,
            "aadOptscim062020" => $"{title} (aadOptscim062020)",
            var flag => throw new FormatException($"flag is none or aadOptscim062020, and not {flag}"),
        };
    }

    private static Level Levelled(string level) =>
        Enum.TryParse<Level>(level, ignoreCase: true, out var known)
            ? known
            : throw new FormatException("level is must, should or may");

    private static string? Joined(params string?[] texts) =>
        string.Join(' ', texts.Where(text => text is { Length: > 0 })) is { Length: > 0 } joined ? joined : null;

    // Each name that stands in a text has a value by then; the token's stands in headers of requests alone.
    private static void RequireValues(Scenario scenario)
    {
        var known = new HashSet<string>();
        if (
            scenario.Steps.Any(step => step.Name == "user 1 is there")
            && scenario.Variables.All(one => one.Key != "run")
        )
            throw new FormatException("people have names with {{run}} in them: vars has to have run");
        foreach (var (name, value) in scenario.Variables)
        {
            Require(value, $"vars.{name}");
            Know(name, $"vars.{name}");
        }
        RequireOfHeaders(scenario.Headers, "defaults.headers");
        for (var i = 0; i < scenario.Steps.Count; i++)
        {
            var (step, place) = (scenario.Steps[i], $"step {i + 1}");
            Require($"{step.Path}{step.Body?.ToJsonString()}{step.RawBody}", place);
            RequireOfHeaders(step.Headers, place);
            Require(step.Expects.Body?.ToJsonString(), $"{place}, expect.body");
            foreach (var (name, begin) in step.Expects.Headers)
                Require(begin, $"{place}, expect.headers.{name}");
            foreach (var (name, _) in step.Captures)
                Know(name, place);
        }
        foreach (var path in scenario.CleanUp)
            Require(path, "cleanup");

        void Know(string name, string place)
        {
            if (name == Placeholders.Token)
                throw new FormatException($"{place}: {name} is the bearer token and nothing else");
            known.Add(name);
        }

        void RequireOfHeaders(IReadOnlyDictionary<string, string?> headers, string place)
        {
            foreach (var name in headers.Values.SelectMany(value => Placeholders.Named(value ?? "")))
                if (name != Placeholders.Token)
                    Require($"{{{{{name}}}}}", place);
        }

        void Require(string? text, string place)
        {
            if (Placeholders.Named(text ?? "").FirstOrDefault(name => !known.Contains(name)) is not { } missing)
                return;
            throw new FormatException(
                missing == Placeholders.Token
                    ? $"{place}: the bearer token stands in headers of requests alone"
                    : $"{place}: nothing said before is called {missing}"
            );
        }
    }

    [GeneratedRegex(@"^/[^ ""]*$")]
    private static partial Regex Path();

    [GeneratedRegex("^[a-z0-9][a-z0-9-]*$")]
    private static partial Regex SmallWord();

    // An object of the file, and where it is.
    private sealed record Node(JsonObject Json, string Place)
    {
        public Node(JsonNode? json, string place)
            : this(
                json as JsonObject
                    ?? throw new FormatException($"{(place.Length == 0 ? "it" : place)} is a JSON object"),
                place
            ) { }

        public void Only(string[] required, params string[][] optional)
        {
            var known = optional.SelectMany(names => names).Concat(required).ToHashSet();
            if (Json.FirstOrDefault(member => !known.Contains(member.Key)).Key is { } unknown)
                throw new FormatException($"{Of(unknown)}: there is no such member");
            if (required.FirstOrDefault(name => Json[name] is null) is { } missing)
                throw new FormatException($"{Of(missing)} is missing");
        }

        public Node? Inner(string name) => Json[name] is { } inner ? new Node(inner, Of(name)) : null;

        public IEnumerable<Node> Elements(string name) =>
            Array(name).Select((element, i) => new Node(element, $"{Of(name)}[{i}]"));

        public string? Text(string name) => Json[name] is { } text ? TextOf(text, Of(name)) : null;

        public bool Flag(string name) =>
            Json[name] is { } flag && (flag.AsFlag() ?? throw new FormatException($"{Of(name)} is true or false"));

        public string Word(string name) =>
            Text(name) is { } word && SmallWord().IsMatch(word)
                ? word
                : throw new FormatException($"{Of(name)} is a word of small letters, digits and -");

        public IReadOnlyList<string> Texts(string name) => [.. Array(name).Select(text => TextOf(text, Of(name)))];

        public IEnumerable<KeyValuePair<string, T>> Pairs<T>(string name, Func<JsonNode?, string, T> read) =>
            (Inner(name)?.Json ?? []).Select(pair =>
                KeyValuePair.Create(pair.Key, read(pair.Value, $"{Of(name)}.{pair.Key}"))
            );

        public Dictionary<string, string?> Headers() =>
            Pairs("headers", (value, place) => value is null ? null : TextOf(value, place))
                .ToDictionary(StringComparer.OrdinalIgnoreCase);

        public static string TextOf(JsonNode? node, string place) =>
            node.AsText() ?? throw new FormatException($"{place} is a text");

        public static long NumberOf(JsonNode? node, string place) =>
            node.AsNumber() is >= 0 and <= int.MaxValue and var number
                ? number
                : throw new FormatException($"{place} is a number");

        private JsonArray Array(string name) =>
            Json[name] is null ? [] : Json[name] as JsonArray ?? throw new FormatException($"{Of(name)} is a list");

        private string Of(string name) => Place.Length == 0 ? name : $"{Place}.{name}";
    }
}
