using System.Text.Json.Nodes;

namespace ScimGateway.Host.Tests.Fuzz;

/// <summary>
/// A request as a provider may send it, about a few people and groups whose names and addresses come in each other's way.
/// </summary>
internal sealed record SoundRequest(string Method, string Path, JsonObject? Body = null)
{
    private const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    private static readonly string[] _people = ["ada", "bea", "cleo", "dirk", "kai", "strauß"];
    private static readonly string[] _domains = ["corp.example", "CORP.example", "körp.example", "corp.example."];
    private static readonly string[] _crews = ["Crew", "crew", "Crew ", "Çrew", "Deck"];

    private static readonly string[] _filters =
    [
        "userName eq \"ada\"",
        "emails.value eq \"ada@corp.example\"",
        "emails[type eq \"work\" and value co \"corp\"]",
        "displayName sw \"C\" or displayName pr",
        "members.value eq \"x\"",
        "externalId eq \"1\"",
        "not (title pr) and active eq true",
        "meta.lastModified gt \"2026-01-01T00:00:00Z\"",
        "urn:scimgateway:schemas:link:1.0:state eq \"failed\"",
        $"{Enterprise}:department ew \"s\"",
        "groups.display co \"e\"",
    ];

    private static readonly string[] _attributes =
    [
        "userName",
        "emails.value",
        "emails[type eq \"work\"].value",
        "members",
        "members.display",
        "groups",
        "meta.created",
        Enterprise,
        "urn:scimgateway:schemas:link:1.0",
        "id",
        "password",
        "title",
    ];

    /// <summary>One of all there are.</summary>
    public static SoundRequest Of(Random dice, Known known) =>
        dice.Next(24) switch
        {
            < 7 => UserWrite(dice, known),
            < 9 => new("PATCH", $"Users/{known.User(dice)}", PatchOf(dice, () => UserChange(dice, known))),
            < 15 => GroupWrite(dice, known),
            15 or 16 => new("POST", "Bulk", Bulk(dice, known)),
            17 => new("POST", Pick(dice, ".search", "Users/.search", "Groups/.search"), Search(dice, known)),
            18 => new(Pick(dice, "GET", "HEAD"), $"Users/{known.User(dice)}{Query(dice, known)}"),
            19 => new("GET", $"Groups/{known.Group(dice)}{Query(dice, known)}"),
            20 => new("GET", Pick(dice, "ServiceProviderConfig", "Schemas", "ResourceTypes", "Me")),
            _ => new("GET", Pick(dice, "Users", "Users", "Groups", "") + Query(dice, known)),
        };

    private static SoundRequest UserWrite(Random dice, Known known) =>
        dice.Next(8) switch
        {
            < 3 => new("POST", "Users", Person(dice, known)),
            3 => new("PUT", $"Users/{known.User(dice)}", Person(dice, known)),
            < 6 => new("PATCH", $"Users/{known.User(dice)}", PatchOf(dice, () => UserChange(dice, known))),
            _ => new("DELETE", $"Users/{known.User(dice)}"),
        };

    private static SoundRequest GroupWrite(Random dice, Known known) =>
        dice.Next(7) switch
        {
            0 => new("POST", "Groups", Team(dice, known)),
            1 => new("PUT", $"Groups/{known.Group(dice)}", Team(dice, known)),
            2 => new("DELETE", $"Groups/{known.Group(dice)}"),
            _ => new("PATCH", $"Groups/{known.Group(dice)}", PatchOf(dice, () => GroupChange(dice, known))),
        };

    private static JsonObject Person(Random dice, Known known)
    {
        var person = new JsonObject
        {
            ["schemas"] = new JsonArray("urn:ietf:params:scim:schemas:core:2.0:User", Enterprise),
            ["userName"] = Name(dice),
        };
        if (dice.Next(8) > 0)
            person["emails"] = new JsonArray([.. Enumerable.Range(0, dice.Next(1, 3)).Select(i => Email(dice, i))]);
        if (dice.Next(3) > 0)
            person["active"] = dice.Next(4) > 0;
        if (dice.Next(2) == 0)
            person["name"] = new JsonObject { ["givenName"] = Name(dice), ["familyName"] = "Lovelace" };
        if (dice.Next(3) == 0)
            person["displayName"] = Name(dice) + Pick(dice, "", " @home", " (x)");
        if (dice.Next(3) == 0)
            person["externalId"] = $"{dice.Next(5)}";
        if (dice.Next(4) == 0)
            person["phoneNumbers"] = new JsonArray(new JsonObject { ["value"] = "+1 555", ["type"] = "mobile" });
        if (dice.Next(4) == 0)
            person[Enterprise] = new JsonObject
            {
                ["department"] = "Engines",
                ["manager"] = new JsonObject { ["value"] = known.User(dice) },
            };
        return person;
    }

    private static JsonObject Team(Random dice, Known known) =>
        new()
        {
            ["schemas"] = new JsonArray("urn:ietf:params:scim:schemas:core:2.0:Group"),
            ["displayName"] = Pick(dice, _crews),
            ["members"] = Members(dice, known),
        };

    private static JsonArray Members(Random dice, Known known) =>
        new([
            .. Enumerable
                .Range(0, dice.Next(5))
                .Select(_ => dice.Next(8) == 0 ? known.Group(dice) : known.User(dice))
                .Select(id => (JsonNode)new JsonObject { ["value"] = id }),
        ]);

    private static JsonObject PatchOf(Random dice, Func<JsonObject> change) =>
        new()
        {
            ["schemas"] = new JsonArray("urn:ietf:params:scim:api:messages:2.0:PatchOp"),
            ["Operations"] = new JsonArray([.. Enumerable.Range(0, dice.Next(1, 4)).Select(_ => change())]),
        };

    private static JsonObject UserChange(Random dice, Known known) =>
        dice.Next(14) switch
        {
            0 => Change("replace", "active", dice.Next(2) == 0),
            1 => Change("Replace", "active", Pick(dice, "True", "False")),
            2 or 3 => Change("replace", "userName", Name(dice)),
            4 => Change("replace", "emails[type eq \"work\"].value", Address(dice)),
            5 => Change("add", "emails", new JsonArray(Email(dice, 1))),
            6 => Change("replace", "emails", new JsonArray(Email(dice, 0))),
            7 => Change("remove", Pick(dice, "title", "emails", "emails[type eq \"home\" or primary eq true]", "name")),
            8 => Change("add", null, new JsonObject { ["name.givenName"] = Name(dice), ["nickName"] = "A" }),
            9 => Change("replace", $"{Enterprise}:manager", known.User(dice)),
            10 => Change("add", "urn:x:y:1", new JsonObject { ["a"] = new JsonArray(1, "b") }),
            11 => Change("add", "roles", new JsonArray(new JsonObject { ["value"] = Name(dice), ["primary"] = true })),
            12 => Change("replace", null, new JsonObject { ["title"] = Name(dice), ["active"] = dice.Next(2) == 0 }),
            _ => Change("replace", "title", Name(dice)),
        };

    private static JsonObject GroupChange(Random dice, Known known) =>
        dice.Next(8) switch
        {
            0 => Change("replace", "displayName", Pick(dice, _crews)),
            1 => Change("remove", $"members[value eq \"{known.User(dice)}\"]"),
            2 => Change("remove", $"members[type eq \"User\" and not (value eq \"{known.User(dice)}\")]"),
            3 => Change("remove", "members"),
            4 => Change("replace", "members", Members(dice, known)),
            5 => Change("add", null, new JsonObject { ["members"] = Members(dice, known) }),
            _ => Change("add", "members", Members(dice, known)),
        };

    private static JsonObject Change(string verb, string? path, JsonNode? value = null)
    {
        var change = new JsonObject { ["op"] = verb };
        if (path is not null)
            change["path"] = path;
        if (value is not null)
            change["value"] = value;
        return change;
    }

    private static JsonObject Bulk(Random dice, Known known)
    {
        var operations = new JsonArray();
        for (var i = dice.Next(1, 7); i > 0; i--)
        {
            var write = dice.Next(3) == 0 ? GroupWrite(dice, known) : UserWrite(dice, known);
            var operation = new JsonObject { ["method"] = write.Method, ["path"] = "/" + write.Path };
            if (write.Method == "POST")
                operation["bulkId"] = $"q{i}";
            else if (dice.Next(3) == 0)
                operation["path"] = $"/{write.Path.Split('/')[0]}/bulkId:q{dice.Next(1, 7)}";
            if (write.Body is not null)
                operation["data"] = write.Body;
            operations.Add(operation);
        }
        var bulk = new JsonObject
        {
            ["schemas"] = new JsonArray("urn:ietf:params:scim:api:messages:2.0:BulkRequest"),
            ["Operations"] = operations,
        };
        if (dice.Next(2) == 0)
            bulk["failOnErrors"] = dice.Next(1, 4);
        return bulk;
    }

    private static JsonObject Search(Random dice, Known known)
    {
        var search = new JsonObject
        {
            ["schemas"] = new JsonArray("urn:ietf:params:scim:api:messages:2.0:SearchRequest"),
        };
        foreach (var (name, value) in Parameters(dice, known))
            search[name] = name.EndsWith("ttributes", StringComparison.Ordinal) ? new JsonArray(value) : value;
        return search;
    }

    private static string Query(Random dice, Known known)
    {
        var parameters = Parameters(dice, known)
            .Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value)}")
            .ToList();
        return parameters.Count == 0 ? "" : "?" + string.Join('&', parameters);
    }

    private static IEnumerable<(string Name, string Value)> Parameters(Random dice, Known known)
    {
        if (dice.Next(3) == 0)
            yield return ("filter", Pick(dice, _filters));
        if (dice.Next(4) == 0)
            yield return ("sortBy", Pick(dice, _attributes));
        if (dice.Next(8) == 0)
            yield return ("sortOrder", Pick(dice, "ascending", "descending"));
        if (dice.Next(2) == 0)
            yield return ("count", $"{dice.Next(4)}");
        switch (dice.Next(4))
        {
            case 0:
                yield return ("cursor", known.Cursor(dice));
                break;
            case 1:
                yield return ("startIndex", $"{dice.Next(6)}");
                break;
        }
        if (dice.Next(5) == 0)
            yield return (Pick(dice, "attributes", "excludedAttributes"), Pick(dice, _attributes));
    }

    private static JsonObject Email(Random dice, int i) =>
        new JsonObject
        {
            ["value"] = Address(dice),
            ["type"] = i == 0 ? "work" : "home",
            ["primary"] = i == 0,
        };

    private static string Address(Random dice) =>
        $"{Name(dice)}@{_domains[dice.Next(6) < 3 ? 0 : dice.Next(_domains.Length)]}";

    // The same names again and again, and what may be taken for them.
    private static string Name(Random dice)
    {
        var name = Pick(dice, _people);
        return dice.Next(12) switch
        {
            0 => name.ToUpperInvariant(),
            1 => (char)(name[0] - 'a' + 'ａ') + name[1..], // full width
            2 => name.Replace('k', '\u212a'), // the Kelvin sign
            3 => name.Replace('i', 'ı'),
            4 => name.Replace("a", "a\u0301", StringComparison.Ordinal), // in two characters
            5 => name.Replace('a', 'á'), // in one
            6 => name.Replace("ß", "ss", StringComparison.Ordinal),
            7 => name + Pick(dice, " ", "\u200b", "\u00a0", "1", ".", "+x"),
            8 => " " + name,
            _ => name,
        };
    }

    private static T Pick<T>(Random dice, params ReadOnlySpan<T> all) => all[dice.Next(all.Length)];
}
