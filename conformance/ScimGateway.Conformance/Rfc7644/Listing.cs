using System.Text.Json.Nodes;
using ScimGateway.Conformance.Rfc7643;
using static ScimGateway.Conformance.Level;

namespace ScimGateway.Conformance.Rfc7644;

/// <summary>Lists, their order and their pages (RFC 7644 §3.4.2, §3.4.2.1, §3.4.2.3, §3.4.2.4).</summary>
internal static class Listing
{
    private static readonly bool[] _ways = [false, true];

    private const Feature Filtered = Feature.Users | Feature.Filter;

    public static readonly Requirement[] All =
    [
        new(
            "RFC7644-3.4.2-list",
            Must,
            "a list is a ListResponse with totalResults",
            async server =>
            {
                await server.MadeUserAsync();
                var list = await server.GetAsync("Users?count=1");
                return Verdict.Of(
                    list.Status == 200
                        && list.Json.Strings("schemas").Contains(Words.List)
                        && list["totalResults"].AsNumber() is >= 1,
                    list
                );
            }
        )
        {
            Everywhere = Seen.List,
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.4.2-resources",
            Must,
            "where there are results they are in Resources",
            async server =>
            {
                await server.MadeUserAsync();
                var list = await server.GetAsync("Users?count=1");
                return Verdict.Of(list.Resources.Count == 1, list);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.4.2-part",
            Must,
            "a part of a list says where it begins and how many it has",
            async server =>
            {
                await server.MadeUserAsync();
                await server.MadeUserAsync();
                var list = await server.GetAsync("Users?startIndex=1&count=1");
                return Verdict.Of(
                    list["startIndex"].AsNumber() == 1 && list["itemsPerPage"].AsNumber() == list.Resources.Count,
                    list
                );
            }
        )
        {
            Needs = Feature.Users | Feature.IndexPaging,
        },
        new(
            "RFC7644-3.4.2-nothing",
            Must,
            "a query that finds nothing is 200 with totalResults 0",
            async server =>
            {
                var list = await server.FilterAsync("Users", $"userName eq \"{server.Name()}\"");
                return Verdict.Of(
                    list.Status == 200 && list["totalResults"].AsNumber() == 0 && list.Resources.Count == 0,
                    list
                );
            }
        )
        {
            Needs = Filtered,
        },
        new(
            "RFC7644-3.4.2.1-root",
            May,
            "a query at the root finds resources of all types",
            async server =>
            {
                var (user, group) = (await server.MadeUserAsync(), await server.MadeGroupAsync());
                var list = await server.FilterAsync("", $"id eq \"{user.At("id")}\" or id eq \"{group.At("id")}\"");
                return list.Status is 404 or 405 or 501 or 403 or 400
                    ? Verdict.Skipped("the root is not asked for resources")
                    : Verdict.Of(list.Resources.Count == 2, list);
            }
        )
        {
            Needs = Filtered | Feature.Groups,
        },
        new(
            "RFC7644-3.4.2.1-other-type",
            Must,
            "at the root an attribute that a type does not have counts as one without a value",
            async server =>
            {
                var (user, group) = (await server.MadeUserAsync(), await server.MadeGroupAsync());
                var list = await server.FilterAsync(
                    "",
                    $"userName pr and (id eq \"{user.At("id")}\" or id eq \"{group.At("id")}\")"
                );
                return list.Status is 404 or 405 or 501 or 403 or 400
                    ? Verdict.Skipped("the root is not asked for resources")
                    : Verdict.Of(
                        list.Resources.Count == 1 && list.Resources[0].At("id").AsText() == user.At("id").AsText(),
                        list
                    );
            }
        )
        {
            Needs = Filtered | Feature.Groups,
        },
        Sorts(
            "ascending",
            "sortBy orders the list, ascending if nothing else is said",
            "sortBy=userName",
            descending: false
        ),
        Sorts(
            "order-ascending",
            "sortOrder=ascending is that, too",
            "sortBy=userName&sortOrder=ascending",
            descending: false
        ),
        Sorts(
            "descending",
            "sortOrder=descending turns it round",
            "sortBy=userName&sortOrder=descending",
            descending: true
        ),
        new(
            "RFC7644-3.4.2.3-case",
            Must,
            "what is not case exact is ordered without regard to case",
            async server =>
            {
                var crowd = await Crowd.MadeAsync(server, ["B", "a", "C"]);
                return Ordered(await crowd.ListAsync("&sortBy=userName"), crowd, "a", "B", "C");
            }
        )
        {
            Needs = Filtered | Feature.Sort,
        },
        new(
            "RFC7644-3.4.2.3-complex",
            Must,
            "a sub-attribute is sorted by its path",
            async server =>
            {
                var crowd = await Crowd.MadeAsync(
                    server,
                    ["1-Caesar", "2-Anton", "3-Berta"],
                    (user, ending) => user["name"]!["givenName"] = ending[2..]
                );
                return Ordered(
                    await crowd.ListAsync("&sortBy=name.givenName"),
                    crowd,
                    "2-Anton",
                    "3-Berta",
                    "1-Caesar"
                );
            }
        )
        {
            Needs = Filtered | Feature.Sort,
        },
        new(
            "RFC7644-3.4.2.3-primary",
            Must,
            "what has several values is sorted by the primary one",
            async server =>
            {
                // The primary address is not the first: who goes by that has them the other way round.
                var crowd = await Crowd.MadeAsync(
                    server,
                    ["b", "a"],
                    (user, ending) =>
                        user["emails"] = new JsonArray(
                            Address(user, ending == "a" ? "z" : "c", isPrimary: false),
                            Address(user, ending, isPrimary: true)
                        )
                );
                return Ordered(await crowd.ListAsync("&sortBy=emails.value"), crowd, "a", "b");
            }
        )
        {
            Needs = Filtered | Feature.Sort,
        },
        new(
            "RFC7644-3.4.2.3-without",
            Must,
            "who has no value comes last ascending, and first descending",
            async server =>
            {
                if (!server.Announced.HasWritable("title"))
                    return Verdict.Skipped("users have no title");
                var crowd = await Crowd.MadeAsync(
                    server,
                    ["none", "some"],
                    (user, ending) =>
                    {
                        if (ending == "some")
                            user["title"] = "Captain";
                    }
                );
                return Verdict.All(
                    Ordered(await crowd.ListAsync("&sortBy=title"), crowd, "some", "none"),
                    Ordered(await crowd.ListAsync("&sortBy=title&sortOrder=descending"), crowd, "none", "some")
                );
            }
        )
        {
            Needs = Filtered | Feature.Sort,
        },
        new(
            "RFC7644-3.4.2.4-count",
            Must,
            "no more is answered than count says",
            async server =>
            {
                var crowd = await Crowd.MadeAsync(server, 3);
                var list = await crowd.ListAsync("&count=2");
                return Verdict.Of(list.Resources.Count is > 0 and <= 2 && list["totalResults"].AsNumber() == 3, list);
            }
        )
        {
            Needs = Filtered,
        },
        new(
            "RFC7644-3.4.2.4-count-zero",
            Must,
            "count=0 answers totalResults and no resource",
            async server =>
            {
                var crowd = await Crowd.MadeAsync(server, 1);
                var list = await crowd.ListAsync("&count=0");
                return Verdict.Of(
                    list.Status == 200 && list.Resources.Count == 0 && list["totalResults"].AsNumber() == 1,
                    list
                );
            }
        )
        {
            Needs = Filtered,
        },
        new(
            "RFC7644-3.4.2.4-count-negative",
            Must,
            "a negative count is taken for 0",
            async server =>
            {
                var crowd = await Crowd.MadeAsync(server, 1);
                var list = await crowd.ListAsync("&count=-5");
                return Verdict.Of(
                    list.Status == 200 && list.Resources.Count == 0 && list["totalResults"].AsNumber() == 1,
                    list
                );
            }
        )
        {
            Needs = Filtered,
        },
        new(
            "RFC7644-3.4.2.4-start-below-one",
            Must,
            "a startIndex below 1 is taken for 1",
            async server =>
            {
                var crowd = await Crowd.MadeAsync(server, 1);
                var list = await crowd.ListAsync("&startIndex=0");
                return Verdict.Of(list.Status == 200 && list.Resources.Count == 1, list);
            }
        )
        {
            Needs = Filtered | Feature.IndexPaging,
        },
        new(
            "RFC7644-3.4.2.4-pages",
            Must,
            "pages one after the other have all there is, and each once",
            async server =>
            {
                var crowd = await Crowd.MadeAsync(server, 5);
                var ids = new List<string?>();
                for (var start = 1; start <= 5; start += 2)
                    ids.AddRange(
                        (await crowd.ListAsync($"&startIndex={start}&count=2")).Resources.Select(user =>
                            user.At("id").AsText()
                        )
                    );
                return Verdict.Of(
                    ids.Count == 5 && ids.Distinct().Count() == 5,
                    $"five users came in pages as {ids.Count}, of whom {ids.Distinct().Count()} differ"
                );
            }
        )
        {
            Everywhere = Seen.Twice,
            Needs = Filtered | Feature.IndexPaging,
        },
        new(
            "RFC7644-3.4.2.4-beyond",
            Must,
            "beyond the end there is no result, and totalResults stays",
            async server =>
            {
                var crowd = await Crowd.MadeAsync(server, 1);
                var list = await crowd.ListAsync("&startIndex=100");
                return Verdict.Of(
                    list.Status == 200 && list.Resources.Count == 0 && list["totalResults"].AsNumber() == 1,
                    list
                );
            }
        )
        {
            Needs = Filtered | Feature.IndexPaging,
        },
        SortsBy("names", "sortBy may be in any case, and with the URN", "USERNAME", $"{Words.User}:userName"),
        SortsBy("common", "what all resources have is sorted by, too", "id", "meta.created", "externalId"),
        new(
            "RFC7644-3.4.2-whole",
            Must,
            "a list shows of a resource what it shows alone",
            async server =>
            {
                var user = await server.MadeUserAsync(sent =>
                {
                    if (server.Announced.Has(Feature.Enterprise))
                    {
                        sent["schemas"] = new JsonArray(Words.User, Words.Enterprise);
                        sent[Words.Enterprise] = new JsonObject { ["department"] = "Boats" };
                    }
                });
                var group = server.Announced.Has(Feature.Groups)
                    ? await server.MadeGroupAsync(user.At("id").AsText()!)
                    : null;
                foreach (var one in group is null ? new[] { user } : [user, group])
                {
                    var alone = await server.GetAsync(Server.At(one));
                    var list = await server.FilterAsync(Server.At(one).Split('/')[0], $"id eq \"{one.At("id")}\"");
                    if (list.Resources is not [var shown])
                        throw new NotPossibleException(
                            "a resource is not found by its id, as RFC7644-3.4.2.2-id tells"
                        );
                    var missing = (alone.Json as JsonObject ?? []).FirstOrDefault(member =>
                        !Same(member.Value, shown.Member(member.Key))
                    );
                    if (missing.Key is not null)
                        return Verdict.Broken($"{missing.Key} is otherwise in the list: {list}");
                }
                return Verdict.Kept;

                static bool Same(JsonNode? alone, JsonNode? listed) =>
                    !alone.IsSomething()
                    || (
                        alone is JsonObject members
                            ? members.All(member => Same(member.Value, listed.Member(member.Key)))
                            : listed.IsSomething()
                    );
            }
        )
        {
            Needs = Filtered,
        },
        new(
            "RFC7644-3.4.2.4-groups",
            Must,
            "groups come in pages as users do",
            async server =>
            {
                for (var i = 0; i < 3; i++)
                    await server.MadeGroupAsync();
                var total = (await server.GetAsync("Groups?count=0"))["totalResults"].AsNumber();
                var (first, second) = (
                    await server.GetAsync("Groups?startIndex=1&count=2"),
                    await server.GetAsync("Groups?startIndex=3&count=2")
                );
                return Verdict.All(
                    Verdict.Of(
                        first.Resources.Count == 2
                            && first["totalResults"].AsNumber() == total
                            && first["startIndex"].AsNumber() is null or 1,
                        first
                    ),
                    Verdict.Of(
                        second.Resources.Count is 1 or 2
                            && second["startIndex"].AsNumber() is null or 3
                            && !second.Resources.Any(one => first.Resources.Any(other => Id(one) == Id(other))),
                        second
                    )
                );

                static string? Id(JsonObject group) => group.At("id").AsText();
            }
        )
        {
            Needs = Feature.Groups | Feature.IndexPaging,
        },
        new(
            "RFC7644-3.4.2.3-groups",
            Must,
            "groups are sorted as users are",
            async server =>
            {
                for (var i = 0; i < 3; i++)
                    await server.MadeGroupAsync();
                return Verdict.All(
                    Sorted(await server.GetAsync("Groups?sortBy=displayName&count=50"), descending: false),
                    Sorted(
                        await server.GetAsync("Groups?sortBy=displayName&sortOrder=descending&count=50"),
                        descending: true
                    )
                );

                static Verdict Sorted(Exchange list, bool descending)
                {
                    var names = list.Resources.Select(one => one.At("displayName").AsText() ?? "").ToList();
                    var expected = names.Order(StringComparer.OrdinalIgnoreCase);
                    return Verdict.Of(
                        names.Count >= 3 && names.SequenceEqual(descending ? expected.Reverse() : expected),
                        $"in the order {string.Join(", ", names)}: {list}"
                    );
                }
            }
        )
        {
            Needs = Feature.Groups | Feature.Sort,
        },
        new(
            "RFC7644-3.4.3-pages",
            Must,
            "a search by POST has pages and an order as a list has",
            async server =>
            {
                var crowd = await Crowd.MadeAsync(server, 4);
                var search = new JsonObject
                {
                    ["schemas"] = new JsonArray(Words.Search),
                    ["filter"] = crowd.Filter,
                    ["startIndex"] = 2,
                    ["count"] = 1,
                    ["excludedAttributes"] = new JsonArray("emails"),
                };
                if (server.Announced.Has(Feature.Sort))
                    (search["sortBy"], search["sortOrder"]) = ("userName", "descending");
                var list = await server.PostAsync("Users/.search", search);
                var first = (await crowd.ListAsync("&count=1")).Resources;
                var isSecond = server.Announced.Has(Feature.Sort)
                    ? list.Resources.Any(one =>
                        one.At("userName").AsText()?.EndsWith("-2", StringComparison.Ordinal) == true
                    )
                    : !list.Resources.Any(one => one.At("id").AsText() == first[0].At("id").AsText());
                return Verdict.Of(
                    list.Resources.Count == 1
                        && list["totalResults"].AsNumber() == 4
                        && isSecond
                        && !list.Resources[0].At("emails").IsSomething(),
                    list
                );
            }
        )
        {
            Needs = Filtered | Feature.IndexPaging,
        },
    ];

    private static Requirement Sorts(string word, string says, string parameters, bool descending) =>
        new(
            $"RFC7644-3.4.2.3-{word}",
            Must,
            says,
            async server =>
            {
                var crowd = await Crowd.MadeAsync(server, ["b", "a", "c"]);
                string[] expected = ["a", "b", "c"];
                return Ordered(
                    await crowd.ListAsync($"&{parameters}"),
                    crowd,
                    descending ? [.. expected.Reverse()] : expected
                );
            }
        )
        {
            Needs = Filtered | Feature.Sort,
        };

    // By other names of what is sorted by: the order is that of the one.
    private static Requirement SortsBy(string word, string says, params string[] names) =>
        new(
            $"RFC7644-3.4.2.3-{word}",
            Must,
            says,
            async server =>
            {
                var crowd = await Crowd.MadeAsync(
                    server,
                    ["b", "a", "c"],
                    (user, ending) => user["externalId"] = $"{user.At("userName")}"
                );
                foreach (var name in names)
                foreach (var descending in _ways)
                {
                    var list = await crowd.ListAsync(
                        $"&sortBy={Uri.EscapeDataString(name)}{(descending ? "&sortOrder=descending" : "")}"
                    );
                    var path =
                        name.Contains("meta", StringComparison.Ordinal) || name is "id" or "externalId"
                            ? name
                            : "userName";
                    var found = list.Resources.Select(user => user.At(path).AsText() ?? "").ToList();
                    var expected = found.Order(StringComparer.OrdinalIgnoreCase).ToList();
                    if (descending)
                        expected.Reverse();
                    if (list.Status != 200 || !found.SequenceEqual(expected, StringComparer.OrdinalIgnoreCase))
                        return Verdict.Broken($"by {name} in the order {string.Join(", ", found)}: {list}");
                }
                return Verdict.Kept;
            }
        )
        {
            Needs = Filtered | Feature.Sort,
        };

    private static Verdict Ordered(Exchange list, Crowd crowd, params string[] endings)
    {
        var found = list.Resources.Select(user => user.At("userName").AsText() ?? "").ToList();
        return Verdict.Of(
            found.SequenceEqual(endings.Select(ending => $"{crowd.Mark}-{ending}"), StringComparer.OrdinalIgnoreCase),
            $"in the order {string.Join(", ", found)}: {list}"
        );
    }

    private static JsonObject Address(JsonObject user, string name, bool isPrimary) =>
        new()
        {
            ["value"] = $"{name}-{user.At("userName")}@example.com",
            ["type"] = isPrimary ? "work" : "home",
            ["primary"] = isPrimary,
        };
}
