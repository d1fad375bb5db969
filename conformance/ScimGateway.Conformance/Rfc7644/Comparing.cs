using System.Globalization;
using System.Text.Json.Nodes;
using static ScimGateway.Conformance.Level;

namespace ScimGateway.Conformance.Rfc7644;

/// <summary>
/// Filters told from their neighbours (RFC 7644 §3.4.2.2): three users differ in nothing but what is compared, so that an
/// operator that is taken for another one finds others.
/// </summary>
internal static class Comparing
{
    private const Feature Filtered = Feature.Users | Feature.Filter;

    // What a server need not know: texts have an order that some do not keep, and not every word has a shorter form.
    private static readonly string[] _mayBeUnknown = [" gt ", " ge ", " lt ", " le ", "emails co", "((", " ne "];

    // How the names of the three end.
    private static readonly string[] _endings = ["abc", "abd", "xab"];

    public static readonly Requirement[] All =
    [
        Finds("sw-beginning", "sw finds who begins so", name => $"userName sw \"{name}-ab\"", "abc", "abd"),
        Finds("sw-within", "sw finds nobody who has it within", name => $"userName sw \"{name[1..]}-ab\""),
        Finds("co-within", "co finds who has it within", name => $"userName co \"{name[1..]}-ab\"", "abc", "abd"),
        Finds("co-nowhere", "co finds nobody who has it nowhere", name => $"userName co \"{name[1..]}-abx\""),
        Finds("ew-end", "ew finds who ends so", name => $"userName ew \"{name[1..]}-abc\"", "abc"),
        Finds("ew-within", "ew finds nobody who goes on", name => $"userName ew \"{name[1..]}-ab\""),
        Finds("eq-beginning", "eq finds nobody who goes on", name => $"userName eq \"{name}-ab\""),
        Finds(
            "ne-others",
            "ne finds all others",
            name => $"userName ne \"{name}-abc\" and userName sw \"{name}\"",
            "abd",
            "xab"
        ),
        Finds(
            "or-both",
            "or finds who is either",
            name => $"userName eq \"{name}-abc\" or userName eq \"{name}-xab\"",
            "abc",
            "xab"
        ),
        Finds(
            "or-before-and",
            "and binds more than an or before it",
            name => $"userName eq \"{name}-abc\" or userName eq \"{name}-abd\" and userName eq \"{name}-xab\"",
            "abc"
        ),
        Finds(
            "not-one",
            "not takes out whom it names and nobody else",
            name => $"not (userName eq \"{name}-abc\") and userName sw \"{name}\"",
            "abd",
            "xab"
        ),
        Finds(
            "nested",
            "parentheses stand in parentheses",
            name =>
                $"((userName eq \"{name}-abc\") or (not (userName eq \"{name}-abd\"))) and (userName sw \"{name}\")",
            "abc",
            "xab"
        ),
        Finds(
            "gt-text",
            "gt of texts finds what comes after",
            name => $"userName gt \"{name}-abc\" and userName sw \"{name}\"",
            "abd",
            "xab"
        ),
        Finds(
            "ge-text",
            "ge of texts finds that, too",
            name => $"userName ge \"{name}-abd\" and userName sw \"{name}\"",
            "abd",
            "xab"
        ),
        Finds(
            "lt-text",
            "lt of texts finds what comes before",
            name => $"userName lt \"{name}-abd\" and userName sw \"{name}\"",
            "abc"
        ),
        Finds(
            "le-text",
            "le of texts finds that, too",
            name => $"userName le \"{name}-abd\" and userName sw \"{name}\"",
            "abc",
            "abd"
        ),
        Finds(
            "escapes",
            "what is escaped in a value is what it stands for, as in JSON",
            name => $"displayName eq \"\\\"{name}\\\" \\\\ \\u0061\\u0062c\"",
            "abc"
        ),
        Finds(
            "operator-word-case",
            "and, or, not and pr may be in any case",
            name =>
                $"NOT (userName EQ \"{name}-abc\" OR userName EQ \"{name}-abd\") AND userName PR AND userName SW \"{name}\"",
            "xab"
        ),
        Finds(
            "not-of-all",
            "not is said of all within its parentheses",
            name => $"not (userName eq \"{name}-abc\" or userName eq \"{name}-abd\") and userName sw \"{name}\"",
            "xab"
        ),
        Finds(
            "pr-complex",
            "pr is true of what has sub-attributes and of what has several values",
            name => $"name pr and emails pr and userName sw \"{name}\"",
            _endings
        ),
        Finds(
            "wildcards",
            "letters that are wildcards elsewhere stand for themselves",
            name =>
                $"userName co \"{name[1..]}_ab\" or userName co \"{name[1..]}%ab\" or userName co \"{name[1..]}.ab\""
        ),
        Finds(
            "words-in-values",
            "words and brackets of filters may stand in a value",
            name => $"displayName eq \"x) and (y or ]z[ {name}\" or userName eq \"{name}-abc\"",
            "abc"
        ),
        Finds(
            "beyond-ascii",
            "a value may have any letter, and those with an accent are others",
            name => $"displayName eq \"Zoë {name}\" or userName eq \"{name}-äbc\" or userName eq \"{name}-abd\"",
            "abd"
        ),
        Finds(
            "any-value-first",
            "of several values any is enough, not the last alone",
            name => $"emails.value eq \"{name}-abc@example.com\"",
            "abc"
        ),
        Finds(
            "display-name",
            "displayName is compared as userName is",
            name => $"displayName co \"{name}\\\"\"",
            _endings
        ),
        Finds(
            "value-path-together",
            "what a value path wants has to hold of one value, not of two together",
            name => $"emails[type eq \"work\" and value eq \"home-{name}-abc@example.com\"]"
        ),
        Finds(
            "value-path-second",
            "a value path looks at each value, not at the first alone",
            name => $"emails[type eq \"home\" and value eq \"home-{name}-abc@example.com\"]",
            "abc"
        ),
        Finds(
            "any-value-second",
            "of several values any is enough, not the first alone",
            name => $"emails.value eq \"home-{name}-abc@example.com\"",
            "abc"
        ),
        Finds(
            "complex-value",
            "of several values without a sub-attribute it is value that is compared",
            name => $"emails co \"home-{name}-ab\"",
            "abc",
            "abd"
        ),
        Finds(
            "value-path-and",
            "a value path is one of several expressions",
            name => $"emails[type eq \"home\"] and userName eq \"{name}-abd\"",
            "abd"
        ),
        Finds(
            "blanks",
            "a blank at the end of a value is one of its letters",
            name => $"displayName eq \"\\\"{name}\\\" \\\\ abc \""
        ),
        new(
            "RFC7644-3.4.2.2-long",
            Must,
            "long values are told apart by their last letter",
            async server =>
            {
                if (!server.Announced.HasWritable("title"))
                    return Verdict.Skipped("users have no title");
                var begun = new string('x', 60);
                var crowd = await CrowdAsync(server, (user, ending) => user["title"] = $"{begun}{ending}");
                return await FoundAsync(server, crowd, $"title eq \"{begun}abd\" and {crowd.Filter}", "abd");
            }
        )
        {
            Needs = Filtered,
        },
        new(
            "RFC7644-3.4.2.2-null",
            Should,
            "null is what an attribute without a value is equal to",
            async server =>
            {
                var crowd = await TitledAsync(server, null);
                return await FoundAsync(server, crowd, $"title eq null and {crowd.Filter}", "xab");
            }
        )
        {
            Needs = Filtered,
        },
        new(
            "RFC7644-3.4.2.2-pr-empty",
            Must,
            "pr is not true of a text without letters",
            async server =>
            {
                var crowd = await TitledAsync(server, "");
                return await FoundAsync(server, crowd, $"title pr and {crowd.Filter}", "abc", "abd");
            }
        )
        {
            Needs = Filtered,
        },
        new(
            "RFC7644-3.4.2.2-extension",
            Must,
            "attributes of an extension are named with its URN",
            async server =>
            {
                if (!server.Announced.HasWritable("department", Words.Enterprise))
                    return Verdict.Skipped("users have no department");
                var crowd = await CrowdAsync(
                    server,
                    (user, ending) =>
                    {
                        user["schemas"] = new JsonArray(Words.User, Words.Enterprise);
                        user[Words.Enterprise] = new JsonObject { ["department"] = Crowd.Name(user, ending) };
                    }
                );
                return await FoundAsync(server, crowd, $"{Words.Enterprise}:department eq \"{crowd.Mark}-abc\"", "abc");
            }
        )
        {
            Needs = Filtered | Feature.Enterprise,
        },
        new(
            "RFC7644-3.4.2.2-external-id",
            Must,
            "users are found by externalId, with regard to case",
            async server =>
            {
                var crowd = await CrowdAsync(
                    server,
                    (user, ending) => user["externalId"] = $"Ext-{Crowd.Name(user, ending)}"
                );
                return Verdict.All(
                    await FoundAsync(server, crowd, $"externalId eq \"Ext-{crowd.Mark}-abc\"", "abc"),
                    await FoundAsync(server, crowd, $"externalId eq \"EXT-{crowd.Mark}-abc\"")
                );
            }
        )
        {
            Needs = Filtered,
        },
        new(
            "RFC7644-3.4.2.2-zone",
            Must,
            "times are compared as times, in whichever zone they are written",
            async server =>
            {
                var user = await server.MadeUserAsync();
                if (
                    !DateTimeOffset.TryParse(
                        user.At("meta.created").AsText(),
                        CultureInfo.InvariantCulture,
                        out var created
                    )
                )
                    throw new NotPossibleException("meta.created is no time, as RFC7643-2.3.5-date-time tells");
                // Later and earlier by an hour, where the text of it comes before and after.
                var later = Time(created.AddHours(1).ToOffset(TimeSpan.FromHours(-12)));
                var earlier = Time(created.AddHours(-1).ToOffset(TimeSpan.FromHours(12)));
                return Verdict.All(
                    await FoundAsync(
                        server,
                        user,
                        $"meta.created lt \"{later}\" and userName eq \"{user.At("userName")}\""
                    ),
                    await FoundAsync(
                        server,
                        user,
                        $"meta.created gt \"{earlier}\" and userName eq \"{user.At("userName")}\""
                    )
                );
            }
        )
        {
            Needs = Filtered,
        },
        new(
            "RFC7644-3.4.2.2-false",
            Must,
            "a flag that is false is there, and one that is not there is not false",
            async server =>
            {
                if (!server.Announced.HasWritable("active"))
                    return Verdict.Skipped("users have no active");
                var crowd = await CrowdAsync(
                    server,
                    (user, ending) =>
                    {
                        if (ending == "xab")
                            user.Remove("active");
                        else
                            user["active"] = ending != "abc";
                    }
                );
                // Of whom nothing is said a server may say something of its own, which is compared then.
                var own = (await crowd.ListAsync())
                    .Resources.First(user => crowd.Ending(user) == "xab")
                    .At("active")
                    .AsFlag();
                return Verdict.All(
                    await FoundAsync(
                        server,
                        crowd,
                        $"active pr and {crowd.Filter}",
                        own is null ? _endings[..2] : _endings
                    ),
                    await FoundAsync(
                        server,
                        crowd,
                        $"active eq false and {crowd.Filter}",
                        own == false ? ["abc", "xab"] : ["abc"]
                    )
                );
            }
        )
        {
            Needs = Filtered,
        },
        new(
            "RFC7644-3.4.2.2-members",
            Must,
            "groups are found by whoever is in them",
            async server =>
            {
                var (one, second) = (await server.MadeUserAsync(), await server.MadeUserAsync());
                var other = await server.MadeUserAsync();
                var group = await server.MadeGroupAsync(one.At("id").AsText()!, second.At("id").AsText()!);
                await server.MadeGroupAsync(other.At("id").AsText()!);
                return await Steps.EachAsync(
                    new[] { one, second },
                    async member =>
                        Verdict.All(
                            await GroupAsync(server, group, $"members.value eq \"{member.At("id")}\""),
                            await GroupAsync(server, group, $"members[value eq \"{member.At("id")}\"]"),
                            await GroupAsync(server, group, $"members eq \"{member.At("id")}\"")
                        )
                );
            }
        )
        {
            Needs = Filtered | Feature.Groups,
        },
    ];

    private static Requirement Finds(string word, string says, Func<string, string> filter, params string[] endings) =>
        new(
            $"RFC7644-3.4.2.2-{word}",
            Must,
            says,
            async server =>
            {
                var crowd = await CrowdAsync(
                    server,
                    (user, ending) =>
                    {
                        var name = Crowd.Name(user, ending);
                        user["displayName"] = $"\"{name[..name.LastIndexOf('-')]}\" \\ {ending}";
                        user["emails"]!
                            .AsArray()
                            .Add(new JsonObject { ["value"] = $"home-{name}@example.com", ["type"] = "home" });
                        user["emails"]![0]!["value"] = $"{name}@example.com";
                    }
                );
                return await FoundAsync(server, crowd, crowd.OfUserNames(filter(crowd.Mark)), endings);
            }
        )
        {
            Needs = Filtered,
        };

    // Two have a title; the third has another one, or none where that is null.
    private static async Task<Crowd> TitledAsync(Server server, string? third)
    {
        if (!server.Announced.HasWritable("title"))
            throw new NotPossibleException("users have no title");
        var crowd = await CrowdAsync(
            server,
            (user, ending) =>
            {
                if ((ending == "xab" ? third : "Captain") is { } title)
                    user["title"] = title;
            }
        );
        return (await crowd.ListAsync()).Resources.Count(user => user.At("title").IsSomething()) == 2
            ? crowd
            : throw new NotPossibleException(
                "titles are not kept as they are sent, as RFC7643-7-round-trip-user tells"
            );
    }

    private static Task<Crowd> CrowdAsync(Server server, Action<JsonObject, string> change) =>
        Crowd.MadeAsync(server, _endings, change);

    // What a server need not know is not asked for: a comparison that it refuses as such is told by the plainer ones.
    private static async Task<Verdict> FoundAsync(Server server, Crowd crowd, string filter, params string[] endings)
    {
        var list = await Supported.UsersAsync(server, filter);
        if (
            _mayBeUnknown.Any(one => filter.Contains(one, StringComparison.Ordinal))
            && list.IsErrorOf(400, "invalidFilter")
        )
            return Verdict.Skipped($"it is not supported: {list}");
        if (list.Status != 200)
            return Verdict.Broken(list);
        var found = list
            .Resources.Select(user => crowd.Ending(user)?.ToLowerInvariant())
            .OfType<string>()
            .Order(StringComparer.Ordinal)
            .ToList();
        return Verdict.Of(
            list.Status == 200 && found.SequenceEqual(endings),
            $"it finds {(found.Count == 0 ? "nobody" : string.Join(", ", found))}, and not {(endings.Length == 0 ? "nobody" : string.Join(", ", endings))}, of {string.Join(", ", _endings)}: {list}"
        );
    }

    private static async Task<Verdict> FoundAsync(Server server, JsonObject user, string filter)
    {
        var list = await server.FilterAsync("Users", filter);
        return list.IsErrorOf(400, "invalidFilter")
            ? Verdict.Skipped($"it is not supported: {list}")
            : Verdict.Of(list.Resources.Any(one => one.At("id").AsText() == user.At("id").AsText()), list);
    }

    private static async Task<Verdict> GroupAsync(Server server, JsonObject group, string filter)
    {
        var list = await server.FilterAsync("Groups", filter);
        return list.IsErrorOf(400, "invalidFilter")
            ? Verdict.Skipped($"it is not supported: {list}")
            : Verdict.Of(
                list.Resources.Select(one => one.At("id").AsText()).SequenceEqual([group.At("id").AsText()]),
                list
            );
    }

    private static string Time(DateTimeOffset time) =>
        time.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
}
