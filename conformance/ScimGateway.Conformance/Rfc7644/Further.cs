using System.Globalization;
using System.Text.Json.Nodes;
using ScimGateway.Conformance.Rfc7643;
using static ScimGateway.Conformance.Level;
using static ScimGateway.Conformance.Rfc7644.Patching;

namespace ScimGateway.Conformance.Rfc7644;

/// <summary>What forty further broken servers have shown to be missing, of all sections.</summary>
internal static class Further
{
    private const Feature Patched = Feature.Users | Feature.Patch;
    private const Feature Found = Feature.Users | Feature.Filter;
    private const Feature Enterprise = Feature.Users | Feature.Enterprise;
    private const Feature Members = Feature.Users | Feature.Groups | Feature.Patch;

    // More are not made to see a list that has them all.
    private const int MostMade = 50;

    public static readonly Requirement[] All =
    [
        new(
            "RFC7643-2.1-sub-names",
            Must,
            "names of sub-attributes are case insensitive in what is sent, too",
            async server =>
            {
                var made = await server.PostAsync(
                    "Users",
                    Values.Changed(
                        server.User(),
                        user => user["name"] = new JsonObject { ["GIVENNAME"] = "Con", ["familyname"] = "Former" }
                    )
                );
                if (!made.IsFine)
                    return Verdict.Broken(made);
                var read = await server.GetAsync(Server.At(made.WithResource().Json!));
                return Verdict.Of(read.Says("name.givenName", "Con") && read.Says("name.familyName", "Former"), read);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7643-2.4-same-type",
            Must,
            "several values of one type are kept",
            async server =>
            {
                var name = server.Name();
                string[] both = [$"{name}-one@example.com", $"{name}-other@example.com"];
                var user = await server.MadeUserAsync(sent =>
                    sent["emails"] = new JsonArray([
                        .. both.Select(one => new JsonObject { ["value"] = one, ["type"] = "work" }),
                    ])
                );
                var read = await server.GetAsync(Server.At(user));
                return Verdict.Of(
                    both.All(one =>
                        read.Json.Objects("emails").Any(email => Steps.IsSame(email.At("value").AsText(), one))
                    ),
                    read
                );
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7643-3.1-last-modified-members",
            Must,
            "lastModified of a group is later once its members have changed",
            async server =>
            {
                var group = await server.MadeGroupAsync();
                var before = group.At("meta.lastModified").AsText();
                // Who counts in seconds shows it in the next one.
                for (var tries = 0; tries < 3; tries++)
                {
                    await WithMemberAsync(server, group);
                    var read = await server.GetAsync(Server.At(group));
                    if (read.TextOf("meta.lastModified") != before)
                        return Verdict.Kept;
                    await server.WaitAsync(TimeSpan.FromMilliseconds(600));
                }
                return Verdict.Broken(await server.GetAsync(Server.At(group)));
            }
        )
        {
            Needs = Members,
        },
        new(
            "RFC7643-4.1.1-unique-inactive",
            Must,
            "the userName of a user who is not active is taken all the same",
            async server =>
            {
                var user = await server.MadeUserAsync(sent => sent["active"] = false);
                if (user.At("active").AsFlag() != false)
                    throw new NotPossibleException("nobody is made who is not active, as RFC7643-4.1.1-active tells");
                var second = await server.PostAsync("Users", server.User(user.At("userName").AsText()));
                return Verdict.Of(!second.IsFine, second);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7643-4.1.1-password-refused",
            Must,
            "an error does not repeat a password",
            async server =>
            {
                const string Password = "t1meMasheen0and0more";
                var refused = await server.PostAsync(
                    "Users",
                    Values.Changed(
                        server.User(),
                        user =>
                        {
                            user.Remove("userName");
                            user["password"] = Password;
                        }
                    )
                );
                return refused.IsFine
                    ? throw new NotPossibleException($"a user without a userName was made: {refused}")
                    : Verdict.Of(
                        refused.Json?.ToJsonString().Contains(Password, StringComparison.Ordinal) != true,
                        refused
                    );
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7643-7-not-unique",
            Must,
            "two groups may have the same displayName where its schema says that it is not unique",
            async server =>
            {
                if (server.Announced.Attribute(Words.Group, "displayName")?.At("uniqueness").AsText() != "none")
                    return Verdict.Skipped("displayName of groups is not said to be without uniqueness");
                var group = await server.MadeGroupAsync();
                var second = await server.PostAsync(
                    "Groups",
                    Values.Changed(server.Group(), other => other["displayName"] = group.At("displayName").AsText())
                );
                return Verdict.Of(second.IsFine, second);
            }
        )
        {
            Needs = Feature.Groups,
        },
        new(
            "RFC7644-3.4.2-total-beyond",
            Must,
            "totalResults is how many are found, also where no page has so many",
            async server =>
            {
                var config = await server.GetAsync("ServiceProviderConfig");
                if (config["filter.maxResults"].AsNumber() is not { } most || most is not (> 0 and <= MostMade))
                    return Verdict.Skipped("filter.maxResults is not said, or more than are made here");
                var there = (await server.GetAsync("Users?count=1"))["totalResults"].AsNumber();
                for (; there <= most; there++)
                    await server.MadeUserAsync();
                var list = await server.GetAsync("Users");
                return Verdict.Of(list["totalResults"].AsNumber() > most, list);
            }
        )
        {
            Needs = Found,
        },
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
            Needs = Found,
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
            Needs = Found,
        },
        new(
            "RFC7644-3.5.2-next",
            Must,
            "an operation finds what the one before it has added",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var name = server.Name();
                return await Steps.ChangesAsync(
                    server,
                    user,
                    read =>
                        read.Json.Objects("emails")
                            .Any(one => Steps.IsSame(one.At("value").AsText(), $"{name}-later@example.com")),
                    Operation(
                        "add",
                        "emails",
                        new JsonArray(new JsonObject { ["value"] = $"{name}@example.com", ["type"] = "home" })
                    ),
                    Operation("replace", "emails[type eq \"home\"].value", $"{name}-later@example.com")
                );
            }
        )
        {
            Needs = Patched,
        },
        new(
            "RFC7644-3.5.2-path-bracket",
            Must,
            "a value in the filter of a path may have a bracket",
            async server =>
                await Steps.ChangesAsync(
                    server,
                    await server.MadeUserAsync(),
                    read => read.Json.First("emails").At("type").AsText() == "home",
                    Operation("replace", "emails[type eq \"work\" and value ne \"a]b\"].type", "home")
                )
        )
        {
            Needs = Patched,
        },
        new(
            "RFC7644-3.5.2-path-flag",
            Must,
            "a value in the filter of a path may be true or false",
            async server =>
                await Steps.ChangesAsync(
                    server,
                    await server.MadeUserAsync(),
                    read => read.Json.First("emails").At("type").AsText() == "home",
                    Operation("replace", "emails[primary eq true].type", "home")
                )
        )
        {
            Needs = Patched,
        },
        new(
            "RFC7644-3.5.2-null",
            Must,
            "replace by null leaves an attribute without a value (RFC 7643 §2.5)",
            async server =>
            {
                var name = await Steps.UndefaultedAsync(server);
                var user = await server.MadeUserAsync(sent => sent[name] = "Former");
                return await Steps.ChangesAsync(
                    server,
                    user,
                    read => !read[name].IsSomething(),
                    new JsonObject
                    {
                        ["op"] = "replace",
                        ["path"] = name,
                        ["value"] = null,
                    }
                );
            }
        )
        {
            Needs = Patched,
        },
        new(
            "RFC7644-3.8-accept-several",
            Must,
            "Accept may name several types (RFC 9110 §12.5.1)",
            async server =>
            {
                var list = await server.GetAsync(
                    "Users?count=1",
                    ("Accept", "application/scim+json, application/json;q=0.9, */*;q=0.1")
                );
                return Verdict.Of(list.Status == 200 && list.Json is not null, list);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.9-extension-part",
            Must,
            "of an extension only the attribute that attributes names is shown",
            async server =>
            {
                var user = await server.MadeUserAsync(sent =>
                {
                    sent["schemas"] = new JsonArray(Words.User, Words.Enterprise);
                    sent[Words.Enterprise] = new JsonObject
                    {
                        ["employeeNumber"] = server.ShortName(),
                        ["department"] = "Tours",
                    };
                });
                var whole = await server.GetAsync(Server.At(user));
                var shown = whole.Json.Member(Words.Enterprise);
                if (!shown.At("employeeNumber").IsSomething() || !shown.At("department").IsSomething())
                    throw new NotPossibleException("employeeNumber and department are not both kept");
                var read = await server.GetAsync($"{Server.At(user)}?attributes={Words.Enterprise}:department");
                return Verdict.Of(
                    read.IsFine && !read.Json.Member(Words.Enterprise).At("employeeNumber").IsSomething(),
                    read
                );
            }
        )
        {
            Needs = Enterprise,
        },
        new(
            "RFC7644-3.14-if-match-nothing-done",
            Must,
            "what is answered with 412 is not done",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var sent = Values.Changed(
                    user.DeepClone().AsObject(),
                    changed => changed["displayName"] = "Another Name"
                );
                var put = await server.PutAsync(Server.At(user), sent, ("If-Match", "W/\"none-such\""));
                if (put.Status != 412)
                    throw new NotPossibleException($"a version that there is not was taken: {put}");
                var read = await server.GetAsync(Server.At(user));
                return Verdict.Of(!read.Says("displayName", "Another Name"), read);
            }
        )
        {
            Needs = Feature.Users | Feature.ETag,
        },
        new(
            "RFC7644-3.14-members",
            Must,
            "a group with other members has another version",
            async server =>
            {
                var group = await server.MadeGroupAsync();
                var before = (await server.GetAsync(Server.At(group))).Header("ETag");
                if (before is null)
                    throw new NotPossibleException("a group has no ETag, as RFC7644-3.14-header tells");
                await WithMemberAsync(server, group);
                var after = await server.GetAsync(Server.At(group));
                return Verdict.Of(
                    after.Header("ETag") != before,
                    $"ETag before and after a member was added: {before}, {after.Header("ETag")}"
                );
            }
        )
        {
            Needs = Members | Feature.ETag,
        },
        new(
            "RFC7644-3.7-uniqueness",
            Must,
            "in a bulk request a userName is not given twice, either",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var done = await Bulk.BulkAsync(server, Bulk.Post("a", server.User(user.At("userName").AsText())));
                return Verdict.Of(Bulk.Statuses(done) is [var status] && !status.StartsWith('2'), done);
            }
        )
        {
            Needs = Feature.Users | Feature.Bulk,
        },
        new(
            "RFC7644-3.7.2-manager",
            Must,
            "what was made is referred to by bulkId wherever an id is sent, such as by a manager",
            async server =>
            {
                if (!server.Announced.HasWritable("manager.value", Words.Enterprise))
                    return Verdict.Skipped("a manager is not said to be written");
                var managed = server.User();
                managed["schemas"] = new JsonArray(Words.User, Words.Enterprise);
                managed[Words.Enterprise] = new JsonObject { ["manager"] = new JsonObject { ["value"] = "bulkId:a" } };
                var done = await Bulk.BulkAsync(server, Bulk.Post("a", server.User()), Bulk.Post("b", managed));
                if (Bulk.Statuses(done) is not ["201", "201"])
                    return Verdict.Broken(done);
                var location = Bulk.Location(done, "b");
                var read = await server.GetAsync(location[location.LastIndexOf("Users/", StringComparison.Ordinal)..]);
                var value = read.Json.Member(Words.Enterprise).At("manager.value").AsText();
                return value is null
                    ? throw new NotPossibleException("no manager is shown, as RFC7643-4.3-manager tells")
                    : Verdict.Of(Bulk.Location(done, "a").EndsWith($"/{value}", StringComparison.Ordinal), read);
            }
        )
        {
            Needs = Enterprise | Feature.Bulk,
        },
        new(
            "RFC7644-3.7.3-failed-location",
            Must,
            "an operation that fails on a resource that there is has its place",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var done = await Bulk.BulkAsync(
                    server,
                    Bulk.Put(user, new JsonObject { ["schemas"] = new JsonArray(Words.User) })
                );
                return Bulk.Statuses(done) is [var status] && status.StartsWith('2')
                    ? throw new NotPossibleException(
                        "a user is left without a userName, as RFC7644-3.5.1-required tells"
                    )
                    : Verdict.Of(done.Json.First("Operations").At("location").AsText() is { Length: > 0 }, done);
            }
        )
        {
            Needs = Feature.Users | Feature.Bulk,
        },
        new(
            "RFC9865-2-attributes",
            Must,
            "attributes counts for each page of a cursor",
            async server =>
            {
                var crowd = await Crowd.MadeAsync(server, 3);
                var asked = $"Users?filter={Uri.EscapeDataString(crowd.Filter)}&count=2&attributes=userName&cursor=";
                var first = await server.GetAsync(asked);
                if (first.TextOf("nextCursor") is not { Length: > 0 } next)
                    throw new NotPossibleException("there is no second page, as RFC9865-2-next tells");
                var second = await server.GetAsync(asked + Uri.EscapeDataString(next));
                return Verdict.Of(
                    second.IsFine && !second.Resources.Any(one => one.At("emails").IsSomething()),
                    second
                );
            }
        )
        {
            Needs = Found | Feature.CursorPaging,
        },
    ];

    // What a server's filters may not have is told once, by another requirement.
    private static async Task<Verdict> FindsAsync(Server server, string filter, JsonObject user)
    {
        var found = await Supported.UsersAsync(server, filter);
        return Verdict.Of(found.IsFine && Steps.Ids(found.Resources).SetEquals(Steps.Ids([user])), found);
    }

    private static async Task WithMemberAsync(Server server, JsonObject group)
    {
        var user = await server.MadeUserAsync();
        var patched = await server.PatchAsync(
            Server.At(group),
            Operation("add", "members", new JsonArray(new JsonObject { ["value"] = user.At("id").AsText() }))
        );
        if (!patched.IsFine)
            throw new NotPossibleException($"no member could be added, as RFC7644-3.5.2.1-add-member tells: {patched}");
    }

    private static DateTimeOffset? Created(JsonObject user) =>
        DateTimeOffset.TryParse(user.At("meta.created").AsText(), CultureInfo.InvariantCulture, out var at) ? at : null;
}
