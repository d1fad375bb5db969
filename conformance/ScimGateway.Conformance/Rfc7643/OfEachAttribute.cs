using System.Globalization;
using System.Text.Json.Nodes;
using ScimGateway.Conformance.Rfc7644;
using static ScimGateway.Conformance.Level;

namespace ScimGateway.Conformance.Rfc7643;

/// <summary>
/// What schemas say of an attribute, asked of each that they announce, in whichever extension it is (RFC 7643 §2, §7). A
/// server may have reasons to refuse a value that follows from its schema alone: then nothing is said of it.
/// </summary>
internal static class OfEachAttribute
{
    private const Feature Filtered = Feature.Users | Feature.Filter;

    public static readonly Requirement[] All =
    [
        new(
            "RFC7643-2.1-extension-names",
            Must,
            "names of attributes of an extension are case insensitive in what is sent, too",
            async server =>
                await EachAsync(
                    server,
                    one => one is { Extension: not null, IsKept: true, IsFreeText: true },
                    async one =>
                    {
                        var value = server.Name();
                        var made = await MadeAsync(
                            server,
                            sent =>
                            {
                                one.Put(sent, null);
                                sent[one.Extension!] = new JsonObject { [one.Name.ToUpperInvariant()] = value };
                            }
                        );
                        return made is null ? null : (Steps.IsSame(one.In(made.Json).AsText(), value), made);
                    },
                    most: 2
                )
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7643-2.3-smallest",
            Must,
            "false, zero, a number below it and a time of another zone are values, and come back as such",
            async server =>
                await EachAsync(
                    server,
                    one =>
                        one is { IsKept: true, IsMany: false, Type: "boolean" or "integer" or "decimal" or "dateTime" }
                        && !(one.Extension is null && Steps.IsSame(one.Name, "active")),
                    async one =>
                    {
                        foreach (var value in Smallest(one.Type))
                        {
                            var made = await MadeAsync(server, sent => one.Put(sent, value.DeepClone()));
                            if (made is null)
                                continue;
                            if (!IsSame(one.Type, value, one.In(made.Json)))
                                return (false, made);
                        }
                        return (true, null);
                    }
                )
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7643-2.3.5-no-time",
            Must,
            "what is no time is not kept as a dateTime",
            async server =>
                await EachAsync(
                    server,
                    one => one is { IsKept: true, IsMany: false, Type: "dateTime" },
                    async one =>
                    {
                        var made = await MadeAsync(server, sent => one.Put(sent, "soon"));
                        return made is null ? (true, null) : (one.In(made.Json).AsText() != "soon", made);
                    }
                )
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7643-7-returned-each",
            Must,
            "what is returned on request is in no list unasked, and there where it is asked for; what is never returned is nowhere",
            async server =>
            {
                var those = server
                    .Announced.Attributes("User")
                    .Where(one =>
                        one.Definition.At("returned").AsText() is "request" or "never"
                        && one.Definition.At("mutability").AsText() is not "readOnly"
                        && one.IsFreeText
                        && !Steps.IsSame(one.Name, "password")
                    )
                    .ToList();
                if (those.Count == 0)
                    return Verdict.Skipped("nothing of users is returned on request alone, or never");
                var value = server.Name();
                var made = await server.PostAsync(
                    "Users",
                    Values.Changed(server.User(), sent => those.ForEach(one => one.Put(sent, $"{one.Name} {value}")))
                );
                if (!made.IsFine)
                    return Verdict.Skipped($"a user with all of them is refused: {made}");
                var user = made.WithResource().Json!.AsObject();
                Exchange[] unasked =
                [
                    await server.GetAsync(Server.At(user)),
                    await server.FilterAsync("Users", $"userName eq \"{user.At("userName")}\""),
                ];
                var requested = those.Where(one => one.Definition.At("returned").AsText() == "request").ToList();
                var asked = await server.GetAsync(
                    $"{Server.At(user)}?attributes={Uri.EscapeDataString(string.Join(',', requested.Select(one => one.Path)))}"
                );
                // POST may answer with what it was sent (RFC 7643 §7: returned on request, or if a client has set it).
                var never = those.Except(requested).Select(one => $"{one.Name} {value}").ToList();
                return Verdict.All(
                    never
                        .Select(text => Verdict.Of(!made.Text.Contains(text, StringComparison.Ordinal), made))
                        .Concat(
                            unasked.Select(answer =>
                                Verdict.Of(!answer.Text.Contains($" {value}\"", StringComparison.Ordinal), answer)
                            )
                        )
                        .Append(
                            Verdict.Of(
                                requested.Count == 0 || requested.TrueForAll(one => one.In(asked.Json).IsSomething()),
                                asked
                            )
                        )
                );
            }
        )
        {
            Needs = Filtered,
        },
        new(
            "RFC7643-3.3-together",
            Must,
            "a user has several extensions at once",
            async server =>
            {
                var those = server
                    .Announced.Attributes("User")
                    .Where(one => one is { Extension: not null, IsKept: true, IsFreeText: true })
                    .DistinctBy(one => one.Extension)
                    .ToList();
                if (those.Count < 2)
                    return Verdict.Skipped("users have no two extensions with a text");
                var value = server.Name();
                // Which of them a server refuses is told where each is sent alone.
                var made = await MadeAsync(server, sent => those.ForEach(one => one.Put(sent, value)));
                return made is null
                    ? Verdict.Skipped("a user with a text in each extension is refused")
                    : Verdict.Of(those.TrueForAll(one => Steps.IsSame(one.In(made.Json).AsText(), value)), made);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.10-patch-each",
            Must,
            "PATCH changes each attribute of an extension that clients may write, by its URN",
            async server =>
            {
                var user = await server.MadeUserAsync();
                return await EachAsync(
                    server,
                    one => one is { Extension: not null, IsKept: true, IsFreeText: true },
                    async one =>
                    {
                        var value = server.Name();
                        var patched = await server.PatchAsync(
                            Server.At(user),
                            Patching.Operation("replace", one.Path, value)
                        );
                        if (!patched.IsFine)
                            return null;
                        var read = await server.GetAsync(Server.At(user));
                        return (Steps.IsSame(one.In(read.Json).AsText(), value), read);
                    }
                );
            }
        )
        {
            Needs = Feature.Users | Feature.Patch,
        },
        new(
            "RFC7644-3.5.2.1-add-texts",
            Must,
            "add to several texts keeps those that are there",
            async server =>
                await EachAsync(
                    server,
                    one => one is { IsKept: true, IsMany: true, Type: "string" },
                    async one =>
                    {
                        var made = await MadeAsync(server, sent => one.Put(sent, new JsonArray("one")));
                        if (made is null || one.In(made.Json) is not JsonArray { Count: 1 })
                            return null;
                        var patched = await server.PatchAsync(
                            Server.At(made.Json!),
                            Patching.Operation("add", one.Path, new JsonArray("other"))
                        );
                        var read = await server.GetAsync(Server.At(made.Json!));
                        return patched.IsFine ? (one.In(read.Json) is JsonArray { Count: 2 }, read) : null;
                    }
                )
        )
        {
            Needs = Feature.Users | Feature.Patch,
        },
        new(
            "RFC7644-3.5.2.3-replace-part-of-extension",
            Must,
            "replace of a complex attribute of an extension, or of a part of it, keeps what it does not name",
            async server =>
                await EachAsync(
                    server,
                    one => one is { Extension: not null, IsKept: true, IsMany: false, Type: "complex" },
                    async one =>
                    {
                        if (
                            Samples.Of(one.Definition, server.Name()) is not JsonObject sample
                            || sample.FirstOrDefault(part => part.Value.AsText() is not null).Key is not { } name
                        )
                            return null;
                        var made = await MadeAsync(server, sent => one.Put(sent, sample.DeepClone()));
                        if (made is null || one.In(made.Json) is not JsonObject before || before.Count < 2)
                            return null;
                        (string Path, JsonNode Value)[] ways =
                        [
                            ($"{one.Path}.{name}", "another"),
                            (one.Path, new JsonObject { [name] = "other" }),
                        ];
                        foreach (var (path, value) in ways)
                        {
                            var patched = await server.PatchAsync(
                                Server.At(made.Json!),
                                Patching.Operation("replace", path, value)
                            );
                            if (!patched.IsFine)
                                return null;
                            var read = await server.GetAsync(Server.At(made.Json!));
                            if (!before.All(part => one.In(read.Json).Member(part.Key).IsSomething()))
                                return (false, read);
                        }
                        return (true, null);
                    }
                )
        )
        {
            Needs = Feature.Users | Feature.Patch,
        },
        new(
            "RFC7644-3.4.2.2-case-of-each",
            Must,
            "whether case counts in a comparison is as each schema says",
            async server =>
                await EachAsync(
                    server,
                    one => one is { Extension: not null, IsKept: true, IsFreeText: true },
                    async one =>
                    {
                        var value = $"Case {server.Name()}";
                        var made = await MadeAsync(server, sent => one.Put(sent, value));
                        if (made is null || one.In(made.Json).AsText() != value)
                            return null;
                        var list = await server.FilterAsync("Users", $"{one.Path} eq \"{Steps.Swapped(value)}\"");
                        var isExact = one.Definition.At("caseExact").AsFlag() == true;
                        return list.IsErrorOf(400, "invalidFilter")
                            ? null
                            : (list.IsFine && list.Resources.Count == (isExact ? 0 : 1), list);
                    }
                )
        )
        {
            Needs = Filtered,
        },
        new(
            "RFC7644-3.4.2.2-numbers",
            Must,
            "numbers are compared as numbers, and not by their digits",
            async server =>
                await EachAsync(
                    server,
                    IsNumber,
                    async one =>
                    {
                        if (await NumberedAsync(server, one) is not { } crowd)
                            return null;
                        var list = await server.FilterAsync("Users", $"{one.Path} gt 9 and {crowd.Filter}");
                        if (list.IsErrorOf(400, "invalidFilter"))
                            return null;
                        if (!list.IsFine || !list.Resources.Select(crowd.Ending).SequenceEqual(["10"]))
                            return (false, list);
                        // Who compares with 9 has no reason to refuse what is below zero.
                        var both = await server.FilterAsync("Users", $"{one.Path} gt -1 and {crowd.Filter}");
                        return (both.IsFine && both.Resources.Count == 2, both);
                    }
                )
        )
        {
            Needs = Filtered,
        },
        new(
            "RFC7644-3.4.2.3-numbers",
            Must,
            "numbers are sorted as numbers, and not by their digits",
            async server =>
                await EachAsync(
                    server,
                    IsNumber,
                    async one =>
                    {
                        if (await NumberedAsync(server, one) is not { } crowd)
                            return null;
                        var list = await crowd.ListAsync($"&sortBy={Uri.EscapeDataString(one.Path)}");
                        return list.IsFine
                            ? (list.Resources.Select(crowd.Ending).SequenceEqual(["9", "10"]), list)
                            : null;
                    }
                )
        )
        {
            Needs = Filtered | Feature.Sort,
        },
        new(
            "RFC7643-6-extension-announced",
            Should,
            "a schema whose attributes users take is one of their resource type's",
            async server =>
            {
                var named = server
                    .Announced.Types.SelectMany(type =>
                        type.Objects("schemaExtensions").Append(type).Select(one => one.At("schema").AsText())
                    )
                    .ToHashSet();
                var others = server
                    .Announced.Schemas.Where(schema =>
                        schema.At("id").AsText() is { } id
                        && !named.Contains(id)
                        && !id.StartsWith("urn:ietf:params:scim:schemas:core:", StringComparison.OrdinalIgnoreCase)
                    )
                    .ToList();
                foreach (var schema in server.Announced.Types.Count == 0 ? [] : others)
                {
                    var id = schema.At("id").AsText()!;
                    var made = await MadeAsync(
                        server,
                        sent =>
                        {
                            sent["schemas"]!.AsArray().Add(id);
                            sent[id] = Samples.All(schema.Objects("attributes"), server.Name());
                        }
                    );
                    if (made?.Json.Member(id).IsSomething() == true)
                        return Verdict.Broken($"users take {id}, which no resource type has: {made}");
                }
                return Verdict.Kept;
            }
        )
        {
            Needs = Feature.Users,
        },
    ];

    // What was asked of each such attribute; the first that is otherwise. Of which nothing can be said null is said.
    private static async Task<Verdict> EachAsync(
        Server server,
        Func<Placed, bool> which,
        Func<Placed, Task<(bool IsSo, Exchange? Shown)?>> look,
        int most = int.MaxValue
    )
    {
        var isSeen = false;
        foreach (var one in server.Announced.Attributes("User").Where(which).Take(most))
            if (await look(one) is { } seen)
            {
                isSeen = true;
                if (!seen.IsSo)
                    return Verdict.Broken($"{one.Path}: {seen.Shown}");
            }
        return isSeen ? Verdict.Kept : Verdict.Skipped("users have no such attribute that could be looked at");
    }

    // A user as it is read; null where it is refused.
    private static async Task<Exchange?> MadeAsync(Server server, Action<JsonObject> change)
    {
        var made = await server.PostAsync("Users", Values.Changed(server.User(), change));
        return made.IsFine ? await server.GetAsync(Server.At(made.WithResource().Json!)) : null;
    }

    private static bool IsNumber(Placed one) => one is { IsKept: true, IsMany: false, Type: "integer" or "decimal" };

    // Two users with 9 and 10; null where these are refused.
    private static async Task<Crowd?> NumberedAsync(Server server, Placed one)
    {
        if (
            await MadeAsync(server, sent => one.Put(sent, 10)) is not { } tried
            || one.In(tried.Json)?.ToJsonString() != "10"
        )
            return null;
        return await Crowd.MadeAsync(
            server,
            ["10", "9"],
            (user, ending) => one.Put(user, int.Parse(ending, CultureInfo.InvariantCulture))
        );
    }

    private static JsonNode[] Smallest(string type) =>
        type switch
        {
            "boolean" => [false],
            "integer" => [0, -3],
            "decimal" => [0, -3.5],
            _ => ["2026-02-03T04:05:06+02:00"],
        };

    private static bool IsSame(string type, JsonNode sent, JsonNode? read) =>
        type switch
        {
            "boolean" => read.AsFlag() == false,
            "dateTime" => DateTimeOffset.TryParse(
                read.AsText(),
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out var at
            )
                && at == DateTimeOffset.Parse(sent.AsText()!, CultureInfo.InvariantCulture),
            _ => read is JsonValue
                && double.TryParse(read.ToJsonString(), CultureInfo.InvariantCulture, out var number)
                && number.Equals(double.Parse(sent.ToJsonString(), CultureInfo.InvariantCulture)),
        };
}
