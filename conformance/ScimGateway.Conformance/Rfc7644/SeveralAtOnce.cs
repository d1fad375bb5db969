using System.Text.Json.Nodes;
using static ScimGateway.Conformance.Level;
using static ScimGateway.Conformance.Rfc7644.Patching;

namespace ScimGateway.Conformance.Rfc7644;

/// <summary>Where the protocol has several, the second counts as the first; where there was nothing, something comes to be.</summary>
internal static class SeveralAtOnce
{
    private const Feature OfUsers = Feature.Users | Feature.Patch;

    public static readonly Requirement[] All =
    [
        new(
            "RFC7644-3.7.2-several",
            Must,
            "each of several references of one operation is resolved",
            async server =>
            {
                var done = await Bulk.BulkAsync(
                    server,
                    Bulk.Post("a", server.User()),
                    Bulk.Post("b", server.User()),
                    Bulk.Post("c", server.Group("bulkId:a", "bulkId:b"), "/Groups")
                );
                if (Bulk.Statuses(done) is not ["201", "201", "201"])
                    return Verdict.Broken(done);
                var read = await server.GetAsync(Bulk.Location(done, "c"));
                string[] wanted = [Bulk.Location(done, "a"), Bulk.Location(done, "b")];
                return Verdict.Of(
                    wanted.All(place =>
                        read.Json.Objects("members")
                            .Any(member =>
                                member.At("value").AsText() is { Length: > 0 } id
                                && place.EndsWith($"/{id}", StringComparison.Ordinal)
                            )
                    ),
                    read
                );
            }
        )
        {
            Needs = Feature.Users | Feature.Groups | Feature.Bulk,
        },
        new(
            "RFC7644-3.7-version",
            Must,
            "an operation with a version that is no more is 412, and not done",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var put = Bulk.Put(user, server.User(user.At("userName").AsText()));
                (put["version"], put["data"]!["displayName"]) = ("W/\"no-version-of-it\"", "Another Name");
                var done = await Bulk.BulkAsync(server, put);
                var read = await server.GetAsync(Server.At(user));
                return Verdict.Of(Bulk.Statuses(done) is ["412"] && !read.Says("displayName", "Another Name"), done);
            }
        )
        {
            Needs = Feature.Users | Feature.Bulk | Feature.ETag,
        },
        new(
            "RFC7644-3.9-sub-of-several",
            Must,
            "of several values a sub-attribute alone may be asked for",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var read = await server.GetAsync($"{Server.At(user)}?attributes=emails.value");
                return Verdict.Of(
                    read.Json.First("emails").At("value").IsSomething()
                        && !read.Json.First("emails").At("type").IsSomething(),
                    read
                );
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.14-not-modified-several",
            Should,
            "who has several versions, of which one is the current, is answered with 304 (RFC 9110 §13.1.2)",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var tag = (await server.GetAsync(Server.At(user))).Header("ETag");
                if (tag is null)
                    throw new NotPossibleException("there is no ETag, as RFC7644-3.14-header tells");
                var read = await server.GetAsync(Server.At(user), ("If-None-Match", $"W/\"none-such\", {tag}"));
                return Verdict.Of(read.Status == 304, read);
            }
        )
        {
            Needs = Feature.Users | Feature.ETag,
        },
        new(
            "RFC7644-3.5.2.1-add-many-without-path",
            Must,
            "add without a path adds to what has several values, too",
            async server =>
            {
                var (user, name) = (await server.MadeUserAsync(), server.Name());
                return await Steps.ChangesAsync(
                    server,
                    user,
                    read => read.Json.Objects("emails").Count == 2,
                    Operation(
                        "add",
                        null,
                        new JsonObject
                        {
                            ["emails"] = new JsonArray(
                                new JsonObject { ["value"] = $"{name}@example.com", ["type"] = "home" }
                            ),
                        }
                    )
                );
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.5.2.3-replace-all-that-match",
            Must,
            "replace behind a filter that several values match changes each of them",
            async server =>
            {
                var user = await TwoAtWorkAsync(server);
                return await Steps.ChangesAsync(
                    server,
                    user,
                    read => read.Json.Objects("emails").All(one => Steps.IsSame(one.At("type").AsText(), "other")),
                    Operation("replace", "emails[type eq \"work\"].type", "other")
                );
            }
        )
        {
            Needs = OfUsers,
        },
        OfPhones(
            "3.5.2-path-or",
            "a filter of a path may have or in it",
            [Operation("remove", "phoneNumbers[type eq \"work\" or type eq \"mobile\"]")],
            []
        ),
        Changes(
            "3.5.2.3-replace-sub-missing",
            "replace of a sub-attribute of what is not there adds it",
            [Operation("replace", "name.givenName", "Added")],
            read => read.Says("name.givenName", "Added"),
            user => user.Remove("name")
        ),
        new(
            "RFC7644-3.5.2-primary-each",
            Must,
            "where another value becomes primary the former is so no more, of phoneNumbers as of emails",
            async server =>
            {
                if (!server.Announced.HasWritable("phoneNumbers"))
                    return Verdict.Skipped("users have no phoneNumbers");
                var user = await server.MadeUserAsync(sent =>
                {
                    Phones(sent);
                    sent["phoneNumbers"]![0]!["primary"] = true;
                });
                return await Steps.ChangesAsync(
                    server,
                    user,
                    read =>
                        read.Json.Objects("phoneNumbers")
                            .Where(one => one.At("primary").AsFlag() == true)
                            .Select(one => one.At("type").AsText())
                            .SequenceEqual(["home"]),
                    Operation(
                        "add",
                        "phoneNumbers",
                        new JsonArray(
                            new JsonObject
                            {
                                ["value"] = "+1 555 0103",
                                ["type"] = "home",
                                ["primary"] = true,
                            }
                        )
                    )
                );
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.5.2-read-only-within",
            Must,
            "what is read-only is not changed as a member of a value, either",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var before = await server.GetAsync(Server.At(user));
                await server.PatchAsync(
                    Server.At(user),
                    Operation(
                        "replace",
                        null,
                        new JsonObject
                        {
                            ["displayName"] = "Another Name",
                            ["meta"] = new JsonObject { ["created"] = "2001-01-01T00:00:00Z" },
                        }
                    )
                );
                var after = await server.GetAsync(Server.At(user));
                return Verdict.Of(after.TextOf("meta.created") == before.TextOf("meta.created"), after);
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.5.2.1-add-same-record",
            Should,
            "a record that is there already is not added, in whichever order its members are",
            async server =>
            {
                if (!server.Announced.HasWritable("addresses.locality"))
                    return Verdict.Skipped("users have no addresses");
                var user = await server.MadeUserAsync(sent =>
                    sent["addresses"] = new JsonArray(
                        new JsonObject
                        {
                            ["type"] = "work",
                            ["locality"] = "Hollywood",
                            ["country"] = "US",
                        }
                    )
                );
                var before = await server.GetAsync(Server.At(user));
                return before.Json.Objects("addresses").Count != 1
                    ? throw new NotPossibleException("an address is not kept, as RFC7643-7-round-trip-user tells")
                    : await Steps.ChangesAsync(
                        server,
                        user,
                        read => read.Json.Objects("addresses").Count == 1,
                        Operation(
                            "add",
                            "addresses",
                            new JsonArray(
                                new JsonObject
                                {
                                    ["country"] = "US",
                                    ["locality"] = "Hollywood",
                                    ["type"] = "work",
                                }
                            )
                        )
                    );
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.5.2.1-add-extension",
            Should,
            "add with the URN of an extension as its path keeps what it does not name, where such a path is taken",
            async server =>
            {
                if (
                    !server.Announced.HasWritable("department", Words.Enterprise)
                    || !server.Announced.HasWritable("division", Words.Enterprise)
                )
                    return Verdict.Skipped("users have no department or no division");
                var user = await server.MadeUserAsync(sent =>
                {
                    sent["schemas"] = new JsonArray(Words.User, Words.Enterprise);
                    sent[Words.Enterprise] = new JsonObject { ["department"] = "Boats" };
                });
                var patched = await server.PatchAsync(
                    Server.At(user),
                    Operation("add", Words.Enterprise, new JsonObject { ["division"] = "Harbour" })
                );
                if (!patched.IsFine)
                    return Verdict.Skipped($"a URN alone is no path: {patched}");
                var read = await server.GetAsync(Server.At(user));
                var extension = read.Json.Member(Words.Enterprise);
                return Verdict.Of(
                    Steps.IsSame(extension.At("department").AsText(), "Boats")
                        && Steps.IsSame(extension.At("division").AsText(), "Harbour"),
                    read
                );
            }
        )
        {
            Needs = OfUsers | Feature.Enterprise,
        },
        new(
            "RFC7644-3.4.2.2-value-path-case",
            Must,
            "what is not case exact is compared without regard to case in a value path, too",
            async server =>
            {
                if (server.Announced.Attribute(Words.User, "emails.value").At("caseExact").AsFlag() == true)
                    return Verdict.Skipped("value of emails is case exact");
                var user = await server.MadeUserAsync();
                var address = user.First("emails").At("value").AsText();
                var list = await Supported.UsersAsync(server, $"emails[value eq \"{Steps.Swapped(address ?? "")}\"]");
                return list.IsErrorOf(400, "invalidFilter")
                    ? Verdict.Skipped($"it is not supported: {list}")
                    : Verdict.Of(list.IsFine && Steps.Ids(list.Resources).SetEquals(Steps.Ids([user])), list);
            }
        )
        {
            Needs = Feature.Users | Feature.Filter,
        },
        new(
            "RFC7644-3.4.2.2-manager",
            Must,
            "a sub-attribute of an extension is named with its URN and a dot",
            async server =>
            {
                if (!server.Announced.HasWritable("manager.value", Words.Enterprise))
                    return Verdict.Skipped("a manager is not said to be written");
                var manager = await server.MadeUserAsync();
                var user = await server.MadeUserAsync(sent =>
                {
                    sent["schemas"] = new JsonArray(Words.User, Words.Enterprise);
                    sent[Words.Enterprise] = new JsonObject
                    {
                        ["manager"] = new JsonObject { ["value"] = manager.At("id").AsText() },
                    };
                });
                var read = await server.GetAsync(Server.At(user));
                if (!read.Json.Member(Words.Enterprise).At("manager.value").IsSomething())
                    throw new NotPossibleException("no manager is shown, as RFC7643-4.3-manager tells");
                var list = await Supported.UsersAsync(
                    server,
                    $"{Words.Enterprise}:manager.value eq \"{manager.At("id")}\""
                );
                return list.IsErrorOf(400, "invalidFilter")
                    ? Verdict.Skipped($"it is not supported: {list}")
                    : Verdict.Of(list.IsFine && Steps.Ids(list.Resources).SetEquals(Steps.Ids([user])), list);
            }
        )
        {
            Needs = Feature.Users | Feature.Filter | Feature.Enterprise,
        },
    ];

    private static Task<JsonObject> TwoAtWorkAsync(Server server)
    {
        var name = server.Name();
        return server.MadeUserAsync(sent =>
            sent["emails"] = new JsonArray(
                new JsonObject { ["value"] = $"{name}-one@example.com", ["type"] = "work" },
                new JsonObject { ["value"] = $"{name}-other@example.com", ["type"] = "work" }
            )
        );
    }
}
