using System.Text.Json.Nodes;
using static ScimGateway.Conformance.Level;

namespace ScimGateway.Conformance.Rfc7643;

/// <summary>Users, and what enterprises say of them (RFC 7643 §4.1, §4.3, §9).</summary>
internal static class Users
{
    public static readonly Requirement[] All =
    [
        new(
            "RFC7643-4.1.1-user-name",
            Must,
            "each user has a userName",
            async server =>
            {
                var made = await server.PostAsync("Users", server.User());
                if (made.IsFine && made.WithResource().TextOf("userName") is not { Length: > 0 })
                    return Verdict.Broken(made);
                var list = await server.GetAsync("Users?count=50");
                return
                    list.Resources.FirstOrDefault(user => user.At("userName").AsText() is not { Length: > 0 })
                        is { } nameless
                    ? Verdict.Broken(nameless.ToJsonString())
                    : Verdict.Kept;
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7643-4.1.1-user-name-empty",
            Must,
            "an empty userName is refused",
            async server =>
            {
                var made = await server.PostAsync("Users", server.User(""));
                return Verdict.Of(made.Status == 400, made);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7643-4.1.1-password",
            Must,
            "a password is never returned",
            async server =>
            {
                const string Password = "t1meMa$heen-and-more";
                var made = await server.PostAsync(
                    "Users",
                    Values.Changed(server.User(), user => user["password"] = Password)
                );
                if (!made.IsFine)
                    throw new NotPossibleException($"no user with a password was taken: {made}");
                var at = Server.At(made.WithResource().Json!);
                var read = await server.GetAsync($"{at}?attributes=password");
                // Everywhere looks at what these show.
                await server.GetAsync(at);
                await server.GetAsync("Users?count=50");
                if (server.Announced.Has(Feature.Filter))
                    await server.PostAsync(
                        "Users/.search",
                        new JsonObject
                        {
                            ["schemas"] = new JsonArray(Words.Search),
                            ["filter"] = $"userName eq \"{made.TextOf("userName")}\"",
                        }
                    );
                await server.PutAsync(
                    at,
                    Values.Changed(server.User(made.TextOf("userName")), user => user["password"] = Password)
                );
                if (server.Announced.Has(Feature.Patch))
                    await server.PatchAsync(at, Rfc7644.Patching.Operation("replace", "displayName", "Another Name"));
                return Verdict.Of(
                    !made.Text.Contains(Password, StringComparison.Ordinal)
                        && !made["password"].IsSomething()
                        && !read["password"].IsSomething(),
                    read["password"].IsSomething() ? read : made
                );
            }
        )
        {
            Everywhere = Seen.Secret,
            Needs = Feature.Users,
        },
        new(
            "RFC7643-4.1.1-active",
            Must,
            "active is true or false, and says what was written",
            async server =>
            {
                if (!server.Announced.HasWritable("active"))
                    return Verdict.Skipped("users have no active");
                var user = await server.MadeUserAsync();
                user["active"] = false;
                var put = await server.PutAsync(Server.At(user), user);
                var read = await server.GetAsync(Server.At(user));
                return Verdict.Of(put.IsFine && (read.Status == 404 || read["active"].AsFlag() == false), read);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7643-4.1.2-emails",
            Should,
            "an address comes back as it was sent, or in its canonical form",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var read = await server.GetAsync(Server.At(user));
                return Verdict.Of(
                    read.Json.Objects("emails")
                        .Any(email =>
                            string.Equals(
                                email.At("value").AsText(),
                                user.First("emails").At("value").AsText(),
                                StringComparison.OrdinalIgnoreCase
                            )
                        ),
                    read
                );
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7643-4.1.2-groups",
            Must,
            "groups of a user have the id of the group as value and its place as $ref",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var (group, other) = (
                    await server.MadeGroupAsync(user.At("id").AsText()!),
                    await server.MadeGroupAsync(user.At("id").AsText()!)
                );
                var read = await server.GetAsync($"{Server.At(user)}?attributes=groups");
                var own = read.Json.Objects("groups");
                if (own.Count == 0 && server.Announced.Attribute(Words.User, "groups") is null)
                    return Verdict.Skipped("users do not show their groups");
                return Verdict.Of(IsShown(own, group) && IsShown(own, other), read);

                static bool IsShown(IReadOnlyList<JsonObject> own, JsonObject group) =>
                    own.FirstOrDefault(one => one.At("value").AsText() == group.At("id").AsText()) is { } found
                    && found.At("$ref").AsText() is { } place
                    && place.EndsWith($"Groups/{group.At("id")}", StringComparison.Ordinal)
                    && found.At("display").AsText() is var display
                    && (display is null || display == group.At("displayName").AsText())
                    && found.At("type").AsText() is null or "direct" or "indirect";
            }
        )
        {
            Needs = Feature.Users | Feature.Groups,
        },
        new(
            "RFC7643-4.1.2-groups-renamed",
            Should,
            "display of a group of a user is the name that the group has by now",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var group = await server.MadeGroupAsync(user.At("id").AsText()!);
                var before = await server.GetAsync(Server.At(user));
                if (before.Json.First("groups").At("display").AsText() is null)
                    return Verdict.Skipped("groups of users have no display");
                var renamed = server.Group(user.At("id").AsText()!);
                if (await server.PutAsync(Server.At(group), renamed) is { IsFine: false } put)
                    throw new NotPossibleException($"the group was not renamed: {put}");
                var read = await server.GetAsync(Server.At(user));
                return Verdict.Of(
                    Steps.IsSame(read.Json.First("groups").At("display").AsText(), renamed.At("displayName").AsText()),
                    read
                );
            }
        )
        {
            Needs = Feature.Users | Feature.Groups,
        },
        new(
            "RFC7643-4.1.2-groups-read-only",
            Must,
            "groups of a user are changed at the group alone",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var group = await server.MadeGroupAsync();
                user["groups"] = new JsonArray(new JsonObject { ["value"] = group.At("id").AsText() });
                await server.PutAsync(Server.At(user), user);
                var read = await server.GetAsync(Server.At(group));
                return Verdict.Of(!read["members"].IsSomething(), read);
            }
        )
        {
            Needs = Feature.Users | Feature.Groups,
        },
        new(
            "RFC7643-4.3-enterprise",
            Must,
            "attributes of the enterprise extension come back as they were sent",
            async server =>
            {
                var schema = server.Announced.Schemas.Count == 0 ? null : Words.Enterprise;
                var names = new[] { "employeeNumber", "costCenter", "organization", "division", "department" }
                    .Where(name => server.Announced.HasWritable(name, schema ?? Words.Enterprise))
                    .ToList();
                var user = await server.MadeUserAsync(sent =>
                {
                    sent["schemas"] = new JsonArray(Words.User, Words.Enterprise);
                    sent[Words.Enterprise] = new JsonObject(
                        names.Select(name => KeyValuePair.Create(name, (JsonNode?)$"{name} of ours"))
                    );
                });
                var read = await server.GetAsync(Server.At(user));
                return Verdict.Of(
                    names.All(name =>
                        Steps.IsSame(read.Json.Member(Words.Enterprise).At(name).AsText(), $"{name} of ours")
                    ),
                    read
                );
            }
        )
        {
            Needs = Feature.Users | Feature.Enterprise,
        },
        new(
            "RFC7643-4.3-manager",
            Should,
            "a manager has the id of another user as value",
            async server =>
            {
                if (!server.Announced.HasWritable("manager", Words.Enterprise))
                    return Verdict.Skipped("users have no manager");
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
                return Verdict.Of(
                    read.Json.Member(Words.Enterprise).At("manager.value").AsText() == manager.At("id").AsText(),
                    read
                );
            }
        )
        {
            Needs = Feature.Users | Feature.Enterprise,
        },
        new(
            "RFC7643-4.3-manager-ref",
            Should,
            "a manager has its place as $ref",
            async server =>
            {
                if (server.Announced.Attribute(Words.Enterprise, "manager.$ref") is null)
                    return Verdict.Skipped("a manager is not said to have a $ref");
                var manager = await server.MadeUserAsync();
                var user = await server.MadeUserAsync(sent =>
                {
                    sent["schemas"] = new JsonArray(Words.User, Words.Enterprise);
                    sent[Words.Enterprise] = new JsonObject
                    {
                        ["manager"] = new JsonObject
                        {
                            ["value"] = manager.At("id").AsText(),
                            ["$ref"] = manager.At("meta.location").AsText(),
                        },
                    };
                });
                var read = await server.GetAsync(Server.At(user));
                return !read.Json.Member(Words.Enterprise).At("manager").IsSomething()
                    ? Verdict.Skipped("no manager is shown, as RFC7643-4.3-manager tells")
                    : Verdict.Of(
                        read.Json.Member(Words.Enterprise)
                            .At("manager.$ref")
                            .AsText()
                            ?.EndsWith($"Users/{manager.At("id")}", StringComparison.Ordinal) == true,
                        read
                    );
            }
        )
        {
            Needs = Feature.Users | Feature.Enterprise,
        },
        new(
            "RFC7643-4.3-manager-name",
            Must,
            "a manager's displayName, which is read-only, is ignored in what is sent",
            async server =>
            {
                if (
                    !server.Announced.HasWritable("manager.value", Words.Enterprise)
                    || server.Announced.Attribute(Words.Enterprise, "manager.displayName").At("mutability").AsText()
                        != "readOnly"
                )
                    return Verdict.Skipped("a manager is not said to have a displayName that is read-only");
                var manager = await server.MadeUserAsync();
                var name = server.Name();
                var user = await server.MadeUserAsync(sent =>
                {
                    sent["schemas"] = new JsonArray(Words.User, Words.Enterprise);
                    sent[Words.Enterprise] = new JsonObject
                    {
                        ["manager"] = new JsonObject { ["value"] = manager.At("id").AsText(), ["displayName"] = name },
                    };
                });
                var read = await server.GetAsync(Server.At(user));
                return Verdict.Of(read.Json.Member(Words.Enterprise).At("manager.displayName").AsText() != name, read);
            }
        )
        {
            Needs = Feature.Users | Feature.Enterprise,
        },
        Requirement.NotSeen(
            "RFC7643-4.1.1-password-hash",
            Must,
            "a password that is held is hashed",
            "storage is not seen from outside"
        ),
        Requirement.NotSeen(
            "RFC7643-4.1.1-password-passed-on",
            Must,
            "a password that is passed on goes by a secured connection, and is protected where it waits",
            "what a server passes on is not seen from outside"
        ),
        Requirement.NotSeen(
            "RFC7643-4.1.2-phone-numbers",
            Should,
            "phone numbers are canonicalised as RFC 3966 has it, when appropriate",
            "when it is appropriate is the server's to say"
        ),
        Requirement.NotSeen(
            "RFC7643-4.1.2-ims",
            Should,
            "addresses of instant messages are without blanks and in lower case, when appropriate",
            "when it is appropriate is the server's to say"
        ),
        Requirement.NotSeen(
            "RFC7643-4.1.2-photos",
            Must,
            "a photo is a file and no page",
            "it is asked of who names it"
        ),
        Requirement.NotSeen(
            "RFC7643-4.1.2-certificates",
            Must,
            "a value has one certificate, in base64",
            "it is asked of who sends it; RFC7643-2.3.6-binary looks at what comes back"
        ),
        Requirement.NotSeen(
            "RFC7643-9.2-credentials",
            Must,
            "passwords and the like are not kept in the clear",
            "storage is not seen from outside"
        ),
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
    ];
}
