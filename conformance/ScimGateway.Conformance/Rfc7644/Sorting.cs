using System.Text.Json.Nodes;
using static ScimGateway.Conformance.Level;

namespace ScimGateway.Conformance.Rfc7644;

/// <summary>The order of lists (RFC 7644 §3.4.2.3).</summary>
internal static class Sorting
{
    private const Feature Sorted = Feature.Users | Feature.Filter | Feature.Sort;

    private static readonly bool[] _ways = [false, true];

    public static readonly Requirement[] All =
    [
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
            Needs = Sorted,
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
            Needs = Sorted,
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
            Needs = Sorted,
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
            Needs = Sorted,
        },
        SortsBy("names", "sortBy may be in any case, and with the URN", "USERNAME", $"{Words.User}:userName"),
        SortsBy("common", "what all resources have is sorted by, too", "id", "meta.created", "externalId"),
        new(
            "RFC7644-3.4.2.3-all-types",
            Must,
            "what is asked for at the root is sorted, too",
            async server =>
            {
                var crowd = await Crowd.MadeAsync(server, ["b", "a", "c"]);
                var up = await server.FilterAsync("", crowd.Filter, "&sortBy=userName");
                if (!up.IsFine || up.Resources.Count == 0)
                    return Verdict.Skipped("the root is not asked for resources");
                var down = await server.FilterAsync("", crowd.Filter, "&sortBy=userName&sortOrder=descending");
                return Verdict.All(Ordered(up, crowd, "a", "b", "c"), Ordered(down, crowd, "c", "b", "a"));
            }
        )
        {
            Needs = Sorted,
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
            Needs = Sorted,
        };

    // Each name is sorted by in both directions; the values that come back have to be in that order.
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
            Needs = Sorted,
        };

    private static Verdict Ordered(Exchange list, Crowd crowd, params string[] endings)
    {
        var found = list.Resources.Select(user => user.At("userName").AsText() ?? "").ToList();
        return Verdict.Of(
            found.SequenceEqual(endings.Select(crowd.UserName), StringComparer.OrdinalIgnoreCase),
            $"in the order {string.Join(", ", found)}: {list}"
        );
    }

    private static JsonObject Address(JsonObject user, string name, bool isPrimary) =>
        new()
        {
            ["value"] = $"{name}-{user.At("name.familyName")}@example.com",
            ["type"] = isPrimary ? "work" : "home",
            ["primary"] = isPrimary,
        };
}
