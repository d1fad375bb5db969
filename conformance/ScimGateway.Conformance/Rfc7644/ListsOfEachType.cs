using System.Globalization;
using System.Text.Json.Nodes;
using ScimGateway.Conformance.Rfc7643;
using static ScimGateway.Conformance.Level;

namespace ScimGateway.Conformance.Rfc7644;

/// <summary>
/// What filters, sortBy and attributes do with each kind of attribute, of users, their extensions, and types of the server's
/// own (RFC 7644 §3.4.2, §3.9). A filter that is refused as not supported says nothing.
/// </summary>
internal static class ListsOfEachType
{
    public static readonly Requirement[] All =
    [
        Finding(
            "negative",
            "a number below zero, and the part of one behind its point, are compared",
            one => one is { IsKept: true, IsMany: false, Type: "integer" or "decimal" },
            (one, _) => one.Type == "integer" ? -7341 : -7341.75,
            (one, _) =>
                one.Type == "integer"
                    ? [($"{one.Path} eq -7341", true), ($"{one.Path} lt -7340", true), ($"{one.Path} gt -7341", false)]
                    :
                    [
                        ($"{one.Path} eq -7341.75", true),
                        ($"{one.Path} lt -7341.5", true),
                        ($"{one.Path} eq -7341", false),
                    ]
        ),
        Finding(
            "each-of-several",
            "of several simple values whichever is compared",
            one => one is { IsKept: true, IsMany: true, Type: "string" },
            (_, name) => new JsonArray($"{name}-a", $"{name}-b"),
            (one, name) => [($"{one.Path} eq \"{name}-a\"", true), ($"{one.Path} eq \"{name}-b\"", true)]
        ),
        Finding(
            "value-path-of-each",
            "a value path is of one value, whichever attribute has several",
            one =>
                one is { IsKept: true, IsMany: true, Type: "complex" }
                && Samples.Of(one.Definition, "x") is JsonArray sample
                && sample[0].At("value").AsText()?.EndsWith(" x", StringComparison.Ordinal) == true
                && sample[0].At("type").AsText() is not null,
            (_, name) =>
                new JsonArray(
                    new JsonObject { ["value"] = $"{name}-a", ["type"] = "work" },
                    new JsonObject { ["value"] = $"{name}-b", ["type"] = "home" }
                ),
            (one, name) =>
                [
                    ($"{one.Path}[type eq \"home\" and value eq \"{name}-b\"]", true),
                    ($"{one.Path}[type eq \"home\" and value eq \"{name}-a\"]", false),
                ]
        ),
        Finding(
            "binary-case",
            "what is binary is compared in its case",
            one => one is { IsKept: true, IsMany: false, Type: "binary" },
            (_, _) => "QUJD",
            (one, _) => [($"{one.Path} eq \"QUJD\"", true), ($"{one.Path} eq \"qujd\"", false)]
        ),
        Finding(
            "sub-absent",
            "pr is not true of a sub-attribute that is not there, though another one is",
            one => one is { IsKept: true, IsMany: false, Type: "complex" } && Parts(one).Count > 1,
            (one, name) => new JsonObject { [Parts(one)[0]] = name },
            (one, name) =>
                [
                    ($"{one.Path}.{Parts(one)[0]} eq \"{name}\"", true),
                    ($"{one.Path}.{Parts(one)[0]} eq \"{name}\" and {one.Path}.{Parts(one)[1]} pr", false),
                ]
        ),
        Finding(
            "after-or",
            "an attribute is named with its URN behind an or, too",
            one => one is { Extension: not null, IsKept: true, IsFreeText: true },
            (_, name) => name,
            (one, name) => [($"id eq \"no-such-id\" or {one.Path} eq \"{name}\"", true)]
        ),
        Finding(
            "parentheses",
            "parentheses and letters beyond ASCII in a text are of the text",
            one =>
                one is { IsKept: true, IsFreeText: true, Extension: null }
                && (Steps.IsSame(one.Name, "displayName") || Steps.IsSame(one.Name, "label")),
            (_, name) => $"Zo\u00eb ({name}) \u00fc",
            (one, name) => [($"{one.Path} eq \"Zo\u00eb ({name}) \u00fc\"", true)]
        ),
        new(
            "RFC7644-3.4.2.2-changed-of-each",
            Must,
            "a filter finds what an attribute is after a PATCH, and not what it was",
            async server =>
                await Kind.EachAsync(
                    server,
                    one => one is { IsKept: true, IsFreeText: true } && !Steps.IsSame(one.Name, "userName"),
                    async (kind, one) =>
                    {
                        var (former, later) = (server.Name(), server.Name());
                        if (
                            await kind.MadeAsync(sent => one.Put(sent, former)) is not { } made
                            || await FindsAsync(kind, made, $"{one.Path} eq \"{former}\"") is not (true, _)
                        )
                            return null;
                        var patched = await server.PatchAsync(
                            kind.At(made.Json!),
                            Patching.Operation("replace", one.Path, later)
                        );
                        var read = await server.GetAsync(kind.At(made.Json!));
                        if (!patched.IsFine || !Steps.IsSame(one.In(read.Json).AsText(), later))
                            return null;
                        var (isFound, list) = await FindsAsync(kind, made, $"{one.Path} eq \"{later}\"");
                        if (isFound != true)
                            return (false, list);
                        (isFound, list) = await FindsAsync(kind, made, $"{one.Path} eq \"{former}\"");
                        return (isFound != true, list);
                    }
                )
        )
        {
            Needs = Feature.Filter | Feature.Patch,
        },
        new(
            "RFC7644-3.4.2.3-case-of-each",
            Must,
            "what is not case exact is sorted without regard to case, of an extension as well",
            async server =>
            {
                var those = server
                    .Announced.Attributes("User")
                    .Where(one =>
                        one is { Extension: not null, IsKept: true, IsFreeText: true }
                        && one.Definition.At("caseExact").AsFlag() != true
                        && one.Definition.At("uniqueness").AsText() is null or "none"
                    )
                    .ToList();
                if (those.Count == 0)
                    return Verdict.Skipped("users have no extension with a text that is not case exact");
                var crowd = await Crowd.MadeAsync(
                    server,
                    ["b", "c", "a"],
                    (user, ending) => those.ForEach(one => one.Put(user, ending == "c" ? "C" : ending))
                );
                return await Steps.EachAsync(
                    those,
                    async one =>
                    {
                        var list = await crowd.ListAsync($"&sortBy={Uri.EscapeDataString(one.Path)}");
                        return list.IsFine && list.Resources.All(user => one.In(user).AsText() is not null)
                            ? Verdict.Of(
                                list.Resources.Select(crowd.Ending).SequenceEqual(["a", "b", "c"]),
                                $"{one.Path}: {list}"
                            )
                            : Verdict.Kept;
                    }
                );
            }
        )
        {
            Needs = Feature.Users | Feature.Filter | Feature.Sort,
        },
        new(
            "RFC7644-3.9-part-of-each",
            Must,
            "a sub-attribute of an extension, or of a type of the server's own, is asked for or left out alone, and stays where it is",
            async server =>
                await Kind.EachAsync(
                    server,
                    one => one is { IsKept: true, IsMany: false, Type: "complex" } && Parts(one).Count > 1,
                    async (kind, one) =>
                    {
                        var (first, second) = (Parts(one)[0], Parts(one)[1]);
                        var value = new JsonObject { [first] = server.Name(), [second] = server.Name() };
                        if (
                            await kind.MadeAsync(sent => one.Put(sent, value)) is not { } made
                            || one.In(made.Json) is not JsonObject { Count: >= 2 }
                        )
                            return null;
                        var at = kind.At(made.Json!);
                        var path = Uri.EscapeDataString($"{one.Path}.{first}");
                        var alone = await server.GetAsync($"{at}?attributes={path}");
                        if (
                            !one.In(alone.Json).Member(first).IsSomething()
                            || one.In(alone.Json).Member(second).IsSomething()
                        )
                            return (false, alone);
                        var without = await server.GetAsync($"{at}?excludedAttributes={path}");
                        if (
                            one.In(without.Json).Member(first).IsSomething()
                            || !one.In(without.Json).Member(second).IsSomething()
                        )
                            return (false, without);
                        var whole = await server.GetAsync(at);
                        return (one.In(whole.Json).Member(first).IsSomething(), whole);
                    }
                )
        ),
        Patching.Changes(
            "3.5.2-path-core-filter",
            "a path has the URN of the schema before an attribute with a filter, too (RFC 7644 §3.10)",
            [Patching.Operation("replace", $"{Words.User}:emails[type eq \"work\"].VALUE", "by-urn@example.com")],
            read => read.Json.Objects("emails").All(one => Steps.IsSame(one.At("value").AsText(), "by-urn@example.com"))
        ),
        Patching.OfPhones(
            "3.5.2-path-not",
            "a filter of a path may have not in it",
            [Patching.Operation("remove", "phoneNumbers[not (type eq \"work\")]")],
            ["work +1 555 0100"]
        ),
    ];

    // Each such attribute with a value is found by filters, or by none of them.
    private static Requirement Finding(
        string word,
        string says,
        Func<Placed, bool> which,
        Func<Placed, string, JsonNode> value,
        Func<Placed, string, (string Filter, bool IsFound)[]> filters
    ) =>
        new(
            $"RFC7644-3.4.2.2-{word}",
            Must,
            says,
            async server =>
                await Kind.EachAsync(
                    server,
                    which,
                    async (kind, one) =>
                    {
                        var name = server.Name();
                        if (
                            await kind.MadeAsync(sent => one.Put(sent, value(one, name))) is not { } made
                            || !IsThere(value(one, name), one.In(made.Json))
                        )
                            return null;
                        var isSeen = false;
                        foreach (var (filter, isWanted) in filters(one, name))
                        {
                            var (isFound, list) = await FindsAsync(kind, made, filter);
                            if (isFound is null)
                                continue;
                            isSeen = true;
                            if (isFound != isWanted)
                                return (false, list);
                        }
                        return isSeen ? (true, null) : null;
                    }
                )
        )
        {
            Needs = Feature.Filter,
        };

    // Whether a filter finds a resource; null where it is not supported.
    private static async Task<(bool? IsFound, Exchange List)> FindsAsync(Kind kind, Exchange made, string filter)
    {
        var list = await kind.Server.FilterAsync(kind.Endpoint, filter);
        if (list.IsErrorOf(400, "invalidFilter", "tooMany"))
            return (null, list);
        return (list.IsFine && Steps.Ids(list.Resources).Contains(made.TextOf("id")), list);
    }

    private static bool IsThere(JsonNode sent, JsonNode? read) =>
        sent switch
        {
            JsonArray values => read is JsonArray found && found.Count == values.Count,
            JsonObject members => read is JsonObject found
                && members.All(one => Steps.IsSame(found.Member(one.Key).AsText(), one.Value.AsText())),
            _ => read is JsonValue
                && (
                    Steps.IsSame(read.AsText(), sent.AsText()) && sent.AsText() is not null
                    || sent.AsText() is null && Number(sent) == Number(read)
                ),
        };

    private static double? Number(JsonNode value) =>
        double.TryParse(value.ToJsonString(), CultureInfo.InvariantCulture, out var number) ? number : null;

    // Its sub-attributes that are texts of any kind.
    private static List<string> Parts(Placed one) =>
        Samples.Of(one.Definition, "x") is JsonObject sample
            ?
            [
                .. sample
                    .Where(part => part.Value.AsText()?.EndsWith(" x", StringComparison.Ordinal) == true)
                    .Select(part => part.Key),
            ]
            : [];
}
