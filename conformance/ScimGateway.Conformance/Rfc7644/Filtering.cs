using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.Conformance.Rfc7643;
using static ScimGateway.Conformance.Level;

namespace ScimGateway.Conformance.Rfc7644;

/// <summary>Which resources a filter lets through (RFC 7644 §3.4.2.2). Each is asked among our own alone.</summary>
internal static class Filtering
{
    private const string MendOfEach =
        "A filter that is not supported is 400 with invalidFilter; nothing found means that there is nothing.";

    // What no schema defines, as all resources have it.
    private static readonly string[] _common = ["id", "externalId", "meta.resourceType"];

    // What need not be escaped is not: RFC7644-3.4.2.2-escapes asks for what is.
    private static readonly JsonSerializerOptions _plain = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static readonly Requirement[] All =
    [
        new(
            Supported.Id,
            Should,
            "filters may have each operator, and the attributes that users are looked for by",
            async server =>
            {
                var lacked = await Supported.LackedAsync(server);
                return Verdict.Of(
                    lacked.Count == 0,
                    $"refused: {string.Join(", ", lacked.Select(one => one.Word))}; the first of them: {lacked.Select(one => one.Answer).FirstOrDefault()}"
                );
            }
        )
        {
            Needs = Feature.Users | Feature.Filter,
            Mend =
                "§3.4.2.2 has a table of operators, and §3.12 lets a server refuse a combination as invalidFilter: what is refused is not asked for any more.",
        },
        Finds("eq", "eq compares", (name, _) => $"userName eq \"{name}\""),
        Finds(
            "case-insensitive",
            "userName is compared without regard to case",
            (name, _) => $"userName eq \"{name.ToUpperInvariant()}\""
        ),
        Finds(
            "operator-case",
            "operators and attribute names may be in any case",
            (name, _) => $"USERNAME EQ \"{name}\""
        ),
        Finds("co", "co finds what is within", (name, _) => $"userName co \"{name[1..]}\""),
        Finds("sw", "sw finds by the beginning", (name, _) => $"userName sw \"{name}\""),
        Finds("ew", "ew finds by the end", (name, _) => $"userName ew \"{name[1..]}\""),
        Finds(
            "pr",
            "pr finds what there is",
            (name, _) => $"displayName pr and userName eq \"{name}\"",
            name => $"title pr and userName eq \"{name}\""
        ),
        Finds(
            "and",
            "and wants both",
            (name, _) => $"userName eq \"{name}\" and userName eq \"{name}\"",
            name => $"userName eq \"{name}\" and userName eq \"{name}-x\""
        ),
        Finds(
            "not",
            "not turns a filter in parentheses round",
            (name, other) => $"not (userName eq \"{other}\") and userName sw \"{name}\""
        ),
        Finds(
            "precedence",
            "and binds more than or",
            (name, other) => $"userName eq \"{other}\" and userName eq \"{name}\" or userName eq \"{name}\""
        ),
        Finds(
            "grouping",
            "parentheses bind more than operators",
            (name, other) => $"(userName eq \"{other}\" or userName eq \"{name}\") and userName eq \"{name}\""
        ),
        Finds(
            "sub-attribute",
            "a sub-attribute is named with a dot",
            (name, _) => $"name.familyName eq \"Former\" and userName eq \"{name}\"",
            name => $"name.familyName eq \"Con\" and userName eq \"{name}\""
        ),
        FindsBy("any-value", "of several values one is enough", address => $"emails.value eq \"{address}\""),
        FindsBy(
            "value-path",
            "a value path wants one value of which all holds",
            address => $"emails[type eq \"work\" and value eq \"{address}\"]"
        ),
        Finds("urn", "attributes may be named with their URN", (name, _) => $"{Words.User}:userName eq \"{name}\""),
        Finds(
            "boolean",
            "true and false are written without quotation marks",
            (name, _) => $"active eq true and userName eq \"{name}\"",
            name => $"active eq false and userName eq \"{name}\""
        ),
        Finds(
            "gt",
            "gt of a date is later",
            (name, _) => $"meta.created gt \"2001-01-01T00:00:00Z\" and userName eq \"{name}\"",
            name => $"meta.created gt \"2999-01-01T00:00:00Z\" and userName eq \"{name}\""
        ),
        Asked(
            "ge",
            "ge of a date is not earlier",
            (one, _) => $"meta.created ge \"{one.At("meta.created")}\" and userName eq \"{Name(one)}\"",
            one => $"meta.created ge \"2999-01-01T00:00:00Z\" and userName eq \"{Name(one)}\""
        ),
        Finds(
            "lt",
            "lt of a date is earlier",
            (name, _) => $"meta.created lt \"2999-01-01T00:00:00Z\" and userName eq \"{name}\"",
            name => $"meta.created lt \"2001-01-01T00:00:00Z\" and userName eq \"{name}\""
        ),
        Asked(
            "le",
            "le of a date is not later",
            (one, _) => $"meta.created le \"{one.At("meta.created")}\" and userName eq \"{Name(one)}\"",
            one => $"meta.created le \"2001-01-01T00:00:00Z\" and userName eq \"{Name(one)}\""
        ),
        Finds(
            "schemas",
            "resources are found by their schemas",
            (name, _) => $"schemas eq \"{Words.User}\" and userName eq \"{name}\""
        ),
        FindsNot("ne", "ne is what is otherwise", name => $"userName ne \"{name}\" and userName eq \"{name}\""),
        Asked(
            "value-path-one",
            "what a value path wants has to hold of the same value",
            null,
            one => $"emails[type eq \"home\" and value eq \"{Address(one)}\"]"
        ),
        FindsNot(
            "absent",
            "a filter on what is not there does not hold",
            name => $"title eq \"Captain\" and userName eq \"{name}\""
        ),
        Invalid(
            "unknown-operator",
            "an operator that is not known is refused as invalidFilter",
            "userName regex \".*\""
        ),
        Invalid("no-expression", "a filter has at least one expression", "and"),
        Invalid("unclosed", "a parenthesis that is not closed is refused", "(userName eq \"a\""),
        Invalid("no-value", "a comparison without a value is refused", "userName eq"),
        Invalid("trailing", "what follows a whole filter is refused", "userName eq \"a\" userName"),
        Invalid("boolean-order", "true and false have no order: invalidFilter", "active gt true"),
        new(
            "RFC7644-3.4.2.2-only",
            Must,
            "only what the filter lets through is answered",
            async server =>
            {
                var (one, other) = (await server.MadeUserAsync(), await server.MadeUserAsync());
                var list = await server.FilterAsync("Users", $"userName eq \"{one.At("userName")}\"");
                return Verdict.Of(
                    list.Status == 200
                        && list.Resources.Count == 1
                        && list["totalResults"].AsNumber() == 1
                        && list.Resources[0].At("id").AsText() != other.At("id").AsText(),
                    list
                );
            }
        )
        {
            Needs = Feature.Users | Feature.Filter,
        },
        new(
            "RFC7644-3.4.2.2-case-exact",
            Must,
            "what is case exact, as id, is compared with regard to case",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var id = user.At("id").AsText()!;
                var other = Steps.Swapped(id);
                if (other == id)
                    return Verdict.Skipped("its ids have no letters");
                var list = await server.FilterAsync("Users", $"id eq \"{other}\"");
                return Verdict.Of(list.Status == 200 && list.Resources.Count == 0, list);
            }
        )
        {
            Needs = Feature.Users | Feature.Filter,
        },
        new(
            "RFC7644-3.4.2.2-groups",
            Must,
            "groups are filtered as users are",
            async server =>
            {
                var group = await server.MadeGroupAsync();
                var list = await server.FilterAsync("Groups", $"displayName eq \"{group.At("displayName")}\"");
                return Verdict.Of(
                    list.Status == 200
                        && list.Resources.Count == 1
                        && list.Resources[0].At("id").AsText() == group.At("id").AsText(),
                    list
                );
            }
        )
        {
            Needs = Feature.Groups | Feature.Filter,
        },
        new(
            "RFC7644-3.4.2.2-id",
            Must,
            "resources are found by their id, too",
            async server =>
            {
                var (one, _) = (await server.MadeUserAsync(), await server.MadeUserAsync());
                var list = await server.FilterAsync("Users", $"id eq \"{one.At("id")}\"");
                return Verdict.Of(
                    list.Status == 200
                        && list.Resources.Select(user => user.At("id").AsText()).SequenceEqual([one.At("id").AsText()]),
                    list
                );
            }
        )
        {
            Needs = Feature.Users | Feature.Filter,
        },
        new(
            "RFC7644-3.4.2.2-each",
            Must,
            "each attribute that a user shows is one to filter by, or refused as invalidFilter",
            async server =>
            {
                var user = await WholeAsync(server);
                var read = await server.GetAsync(Server.At(user));
                return await EachAsync(server, "Users", read, $"userName eq \"{user.At("userName")}\"");
            }
        )
        {
            Needs = Feature.Users | Feature.Filter,
            Mend = MendOfEach,
        },
        new(
            "RFC7644-3.4.2.2-each-of-groups",
            Must,
            "each attribute that a group shows is one to filter by, or refused as invalidFilter",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var group = await server.MadeGroupAsync(user.At("id").AsText()!);
                var read = await server.GetAsync(Server.At(group));
                return await EachAsync(server, "Groups", read, $"displayName eq \"{group.At("displayName")}\"");
            }
        )
        {
            Needs = Feature.Users | Feature.Groups | Feature.Filter,
            Mend = MendOfEach,
        },
        Requirement.NotSeen(
            "RFC7644-3.4.2.2-defaulted",
            Must,
            "of an attribute that the server has given a value, that value is compared",
            "which values are a server's own is not announced"
        ),
        new(
            "RFC7644-3.4.2.2-instants",
            Must,
            "times are compared as exactly as they are shown",
            async server =>
            {
                JsonObject[] users =
                [
                    await server.MadeUserAsync(),
                    await server.MadeUserAsync(),
                    await server.MadeUserAsync(),
                ];
                var pairs = users
                    .Zip(users.Skip(1))
                    .Where(pair => Created(pair.First) is { } one && Created(pair.Second) is { } other && one < other)
                    .ToList();
                return pairs.Count == 0
                    ? throw new NotPossibleException("the users were made at one time, as far as is shown")
                    : await Steps.EachAsync(
                        pairs,
                        pair =>
                            FindsAsync(
                                server,
                                $"meta.created gt \"{pair.First.At("meta.created")}\" and userName eq \"{pair.Second.At("userName")}\"",
                                pair.Second
                            )
                    );
            }
        )
        {
            Needs = Feature.Users | Feature.Filter,
        },
        new(
            "RFC7644-3.4.2.2-operator-in-values",
            Must,
            "an operator within a value is a part of the value",
            async server =>
            {
                var name = $"{server.Name()} eq the frequent";
                var user = await server.MadeUserAsync(sent => sent["displayName"] = name);
                return user.At("displayName").AsText() != name
                    ? throw new NotPossibleException("displayName is not kept as it was sent")
                    : await FindsAsync(server, $"displayName eq \"{name}\"", user);
            }
        )
        {
            Needs = Feature.Users | Feature.Filter,
        },
    ];

    // A filter that lets the first of two users through and not the other, and perhaps one that lets neither through.
    private static Requirement Finds(
        string word,
        string says,
        Func<string, string, string> filter,
        Func<string, string>? nobody = null
    ) =>
        Asked(
            word,
            says,
            (one, other) => filter(Name(one), Name(other)),
            nobody is null ? null : one => nobody(Name(one))
        );

    private static Requirement FindsBy(string word, string says, Func<string, string> filter) =>
        Asked(word, says, (one, _) => filter(Address(one)), null);

    private static Requirement FindsNot(string word, string says, Func<string, string> nobody) =>
        Asked(word, says, null, one => nobody(Name(one)));

    private static string Name(JsonObject made) =>
        made.At("userName").AsText()
        ?? throw new NotPossibleException("what was made has no userName, as RFC7643-4.1.1-user-name tells");

    private static string Address(JsonObject made) =>
        (made["emails"] as JsonArray is [var email, ..] ? email.At("value").AsText() : null)
        ?? throw new NotPossibleException("what was made has no email, as RFC7643-4.1.2-emails tells");

    private static Requirement Asked(
        string word,
        string says,
        Func<JsonObject, JsonObject, string>? filter,
        Func<JsonObject, string>? nobody
    ) =>
        new(
            $"RFC7644-3.4.2.2-{word}",
            Must,
            says,
            async server =>
            {
                var (one, other) = (await server.MadeUserAsync(), await server.MadeUserAsync());
                if (filter is not null)
                {
                    var list = await Supported.UsersAsync(server, filter(one, other));
                    if (list.Status != 200 || !Has(list, one) || Has(list, other))
                        return Verdict.Broken(list);
                }
                if (nobody is not null)
                {
                    var list = await Supported.UsersAsync(server, nobody(one));
                    if (list.Status != 200 || Has(list, one))
                        return Verdict.Broken(list);
                }
                return Verdict.Kept;
            }
        )
        {
            Needs = Feature.Users | Feature.Filter,
        };

    // A user with all that it may have, and a group; where that is too much for the server, one as any other.
    private static async Task<JsonObject> WholeAsync(Server server)
    {
        var sent = server.User();
        sent["externalId"] = $"Ext-{server.Name()}";
        foreach (var (name, sample) in Samples.All(server.Announced.Definitions("User"), server.Name()))
            if (sent.Member(name) is null)
                sent[name] = sample?.DeepClone();
        if (server.Announced.HasWritable("department", Words.Enterprise) && server.Announced.Has(Feature.Enterprise))
        {
            sent["schemas"] = new JsonArray(Words.User, Words.Enterprise);
            sent[Words.Enterprise] = new JsonObject { ["department"] = "Boats" };
            if (server.Announced.HasWritable("manager.value", Words.Enterprise))
                sent[Words.Enterprise]!["manager"] = new JsonObject
                {
                    ["value"] = (await server.MadeUserAsync()).At("id").AsText(),
                };
        }
        var made = await server.PostAsync("Users", sent);
        var user = made is { IsFine: true, Json: JsonObject body } ? body : await server.MadeUserAsync();
        if (server.Announced.Has(Feature.Groups))
            await server.PostAsync("Groups", server.Group(user.At("id").AsText() ?? ""));
        return user;
    }

    // Whether a resource is found by each attribute that it shows, together with a filter that finds it.
    private static async Task<Verdict> EachAsync(Server server, string type, Exchange read, string alone)
    {
        var resource = read.WithResource().Json!.AsObject();
        var missing = new List<string>();
        foreach (var (path, value) in Shown(server, read))
        {
            var list = await server.FilterAsync(type, $"{path} eq {value.ToJsonString(_plain)} and {alone}");
            if (!Has(list, resource) && !list.IsErrorOf(400, "invalidFilter"))
                missing.Add(path == "schemas" ? $"{path} eq {value.ToJsonString(_plain)}" : path);
        }
        return Verdict.Of(missing.Count == 0, $"nothing is found by {string.Join(", ", missing)}: {read}");
    }

    // What it shows that has one value to compare, each by a name of its own, and each of its schemas.
    private static IEnumerable<(string Path, JsonNode Value)> Shown(Server server, Exchange read)
    {
        var common = _common.Select(path => (path, read[path]));
        var told = server
            .Announced.Tell(read.WithResource().Json!.AsObject())
            .Where(one =>
                one.Definition.At("type").AsText() is "string" or "boolean" or "reference" && one.Value.IsSomething()
            )
            .Select(one => (one.IsExtension ? $"{one.Schema}:{one.Path}" : one.Path, one.Value));
        return common
            .Concat(told)
            .Where(one => one.Item2 is JsonValue)
            .DistinctBy(one => one.Item1)
            .Select(one => (one.Item1, one.Item2!))
            .Concat(read.Json.Strings("schemas").Select(schema => ("schemas", (JsonNode)schema)));
    }

    private static bool Has(Exchange list, JsonObject user) =>
        list.Resources.Any(one => one.At("id").AsText() == user.At("id").AsText());

    // RFC 7644 §3.4.2.2 wants the keyword of two mistakes; of others it is optional as of any error (§3.12).
    private static Requirement Invalid(string word, string says, string filter) =>
        new(
            $"RFC7644-3.4.2.2-{word}",
            Must,
            says,
            async server =>
            {
                var list = await server.FilterAsync("Users", filter);
                return Verdict.Of(list.IsErrorOf(400, "invalidFilter"), list);
            }
        )
        {
            Needs = Feature.Users | Feature.Filter,
        };

    // What a server's filters may not have is told once, by another requirement.
    private static async Task<Verdict> FindsAsync(Server server, string filter, JsonObject user)
    {
        var found = await Supported.UsersAsync(server, filter);
        return Verdict.Of(found.IsFine && Steps.Ids(found.Resources).SetEquals(Steps.Ids([user])), found);
    }

    private static DateTimeOffset? Created(JsonObject user) =>
        DateTimeOffset.TryParse(user.At("meta.created").AsText(), CultureInfo.InvariantCulture, out var at) ? at : null;
}
