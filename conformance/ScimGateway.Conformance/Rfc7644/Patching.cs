using System.Text.Json.Nodes;
using static ScimGateway.Conformance.Level;

namespace ScimGateway.Conformance.Rfc7644;

/// <summary>Changing a part of a resource by PATCH (RFC 7644 §3.5.2).</summary>
internal static class Patching
{
    private const Feature OfUsers = Feature.Users | Feature.Patch;
    private const Feature OfGroups = OfUsers | Feature.Groups;

    public static readonly Requirement[] All =
    [
        new(
            "RFC7644-3.5.2-answer",
            Must,
            "PATCH is answered with 200 and the whole resource, or with 204 and nothing",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var patched = await server.PatchAsync(
                    Server.At(user),
                    Operation("replace", "displayName", "Another Name")
                );
                return Verdict.Of(
                    patched.Status == 200 && patched.TextOf("id") == user.At("id").AsText()
                        || patched.Status == 204 && patched.Text.Length == 0,
                    patched
                );
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.5.2-attributes",
            Must,
            "PATCH that asks for attributes is answered with 200 and those",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var patched = await server.PatchAsync(
                    $"{Server.At(user)}?attributes=userName",
                    Operation("replace", "displayName", "Another Name")
                );
                return Verdict.Of(patched.Status == 200 && patched["userName"].IsSomething(), patched);
            }
        )
        {
            Needs = OfUsers,
        },
        Requirement.NotSeen(
            "RFC7644-3.5.2-schemas",
            Must,
            "PATCH names its schema",
            "that is asked of clients; a server that takes it all the same breaks nothing"
        ),
        Refused(
            "operations",
            "PATCH without Operations is refused: invalidSyntax, or invalidValue since they are required",
            ["invalidSyntax", "invalidValue"],
            _ => new JsonObject { ["schemas"] = new JsonArray(Words.Patch) }
        ),
        Refused(
            "op",
            "an operation that is none of add, remove and replace is refused",
            [],
            _ => Body(Operation("move", "displayName", "x"))
        ),
        Refused(
            "bad-path",
            "a path that is none is refused: invalidPath, or invalidFilter where its filter is none",
            ["invalidPath", "invalidFilter"],
            _ => Body(Operation("replace", "emails[", "x"))
        ),
        Refused(
            "read-only",
            "what is read-only is not changed: mutability",
            ["mutability"],
            _ => Body(Operation("replace", "id", "another-id"))
        ),
        Refused(
            "schema",
            "a value of another type than the schema's is refused: invalidValue",
            ["invalidValue"],
            _ => Body(Operation("replace", "name", 17))
        ),
        new(
            "RFC7644-3.5.2-atomic",
            Must,
            "where one operation fails none is done",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var patched = await server.PatchAsync(
                    Server.At(user),
                    Operation("replace", "displayName", "Half Way"),
                    Operation("replace", "id", "another-id")
                );
                var read = await server.GetAsync(Server.At(user));
                return Verdict.Of(
                    !patched.IsFine && read.Says("displayName", user.At("displayName").AsText()),
                    patched.IsFine ? patched : read
                );
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.5.2-order",
            Must,
            "operations are done one after the other",
            async server =>
            {
                var user = await server.MadeUserAsync();
                await server.PatchAsync(
                    Server.At(user),
                    Operation("replace", "displayName", "First"),
                    Operation("replace", "displayName", "Second")
                );
                var read = await server.GetAsync(Server.At(user));
                return Verdict.Of(read.Says("displayName", "Second"), read);
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.5.2-primary",
            Must,
            "where another value becomes primary the former is so no more",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var patched = await server.PatchAsync(
                    Server.At(user),
                    Operation(
                        "add",
                        "emails",
                        new JsonArray(
                            new JsonObject
                            {
                                ["value"] = $"{server.Name()}@example.com",
                                ["type"] = "home",
                                ["primary"] = true,
                            }
                        )
                    )
                );
                if (!patched.IsFine)
                    return Verdict.Broken(patched);
                var read = await server.GetAsync(Server.At(user));
                var primary = read.Json.Objects("emails").Where(email => email.At("primary").AsFlag() == true).ToList();
                return Verdict.Of(primary.Count == 1 && primary[0].At("type").AsText() == "home", read);
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.5.2.1-add-without-path",
            Must,
            "add without a path adds attributes to the resource",
            async server =>
            {
                var user = await server.MadeUserAsync(sent => sent.Remove("displayName"));
                await server.PatchAsync(
                    Server.At(user),
                    Operation("add", null, new JsonObject { ["displayName"] = "Added" })
                );
                var read = await server.GetAsync(Server.At(user));
                return Verdict.Of(read.Says("displayName", "Added"), read);
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.5.2.1-add-single",
            Must,
            "add to what has one value replaces it",
            async server =>
            {
                var user = await server.MadeUserAsync();
                await server.PatchAsync(Server.At(user), Operation("add", "displayName", "Added"));
                var read = await server.GetAsync(Server.At(user));
                return Verdict.Of(read.Says("displayName", "Added"), read);
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.5.2.1-add-many",
            Must,
            "add to what has several values adds one and keeps the others",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var added = $"{server.Name()}@example.com";
                await server.PatchAsync(
                    Server.At(user),
                    Operation("add", "emails", new JsonArray(new JsonObject { ["value"] = added, ["type"] = "home" }))
                );
                var read = await server.GetAsync(Server.At(user));
                return Verdict.Of(
                    Addresses(read).Contains(added)
                        && Addresses(read).Contains(user.First("emails").At("value").AsText() ?? ""),
                    read
                );
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.5.2.1-add-complex",
            Must,
            "add to what is complex adds its sub-attributes and keeps the others",
            async server =>
            {
                var user = await server.MadeUserAsync();
                await server.PatchAsync(
                    Server.At(user),
                    Operation("add", "name", new JsonObject { ["givenName"] = "Another" })
                );
                var read = await server.GetAsync(Server.At(user));
                return Verdict.Of(
                    read.Says("name.givenName", "Another") && read.Says("name.familyName", "Former"),
                    read
                );
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.5.2.1-add-same",
            Must,
            "add of what is there already changes nothing, not even lastModified, and succeeds",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var patched = await server.PatchAsync(
                    Server.At(user),
                    Operation("add", "displayName", user.At("displayName").AsText()!)
                );
                var read = await server.GetAsync(Server.At(user));
                return Verdict.Of(
                    patched.IsFine && read.TextOf("meta.lastModified") == user.At("meta.lastModified").AsText(),
                    patched.IsFine ? read : patched
                );
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.5.2.2-remove-without-path",
            Must,
            "remove without a path is refused as noTarget",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var patched = await server.PatchAsync(Server.At(user), new JsonObject { ["op"] = "remove" });
                return Verdict.Of(patched.IsError(400, "noTarget"), patched);
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.5.2.2-remove-single",
            Must,
            "remove of what has one value leaves it without",
            async server =>
            {
                var user = await server.MadeUserAsync();
                await server.PatchAsync(Server.At(user), Operation("remove", "displayName"));
                var read = await server.GetAsync(Server.At(user));
                return Verdict.Of(!read["displayName"].IsSomething(), read);
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.5.2.2-remove-all",
            Must,
            "remove of what has several values without a filter removes all",
            async server =>
            {
                if (!server.Announced.HasWritable("phoneNumbers"))
                    return Verdict.Skipped("users have no phoneNumbers");
                var user = await server.MadeUserAsync(Phones);
                await server.PatchAsync(Server.At(user), Operation("remove", "phoneNumbers"));
                var read = await server.GetAsync(Server.At(user));
                return Verdict.Of(!read["phoneNumbers"].IsSomething(), read);
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.5.2.2-remove-filtered",
            Must,
            "remove with a filter removes what it matches and nothing else",
            async server =>
            {
                if (!server.Announced.HasWritable("phoneNumbers"))
                    return Verdict.Skipped("users have no phoneNumbers");
                var user = await server.MadeUserAsync(Phones);
                await server.PatchAsync(Server.At(user), Operation("remove", "phoneNumbers[type eq \"work\"]"));
                var read = await server.GetAsync(Server.At(user));
                return Verdict.Of(
                    read.Json.Objects("phoneNumbers")
                        .Select(phone => phone.At("type").AsText())
                        .SequenceEqual(["mobile"]),
                    read
                );
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.5.2.2-remove-last",
            Must,
            "what has no value left counts as not there",
            async server =>
            {
                if (!server.Announced.HasWritable("phoneNumbers"))
                    return Verdict.Skipped("users have no phoneNumbers");
                var user = await server.MadeUserAsync(Phones);
                await server.PatchAsync(
                    Server.At(user),
                    Operation("remove", "phoneNumbers[type eq \"work\"]"),
                    Operation("remove", "phoneNumbers[type eq \"mobile\"]")
                );
                var read = await server.GetAsync(Server.At(user));
                return Verdict.Of(!read["phoneNumbers"].IsSomething(), read);
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.5.2.2-remove-required",
            Must,
            "what is required is not removed",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var patched = await server.PatchAsync(Server.At(user), Operation("remove", "userName"));
                return Verdict.Of(patched.IsError(400, "mutability"), patched);
            }
        )
        {
            Needs = OfUsers,
            Mend = "Answer 400 with scimType mutability.",
        },
        new(
            "RFC7644-3.5.2.3-replace-without-path",
            Must,
            "replace without a path replaces the attributes it has, and keeps the others",
            async server =>
            {
                var user = await server.MadeUserAsync();
                await server.PatchAsync(
                    Server.At(user),
                    Operation("replace", null, new JsonObject { ["displayName"] = "Replaced" })
                );
                var read = await server.GetAsync(Server.At(user));
                return Verdict.Of(read.Says("displayName", "Replaced") && read["emails"].IsSomething(), read);
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.5.2.3-replace-single",
            Must,
            "replace of what has one value replaces it",
            async server =>
            {
                var user = await server.MadeUserAsync();
                await server.PatchAsync(Server.At(user), Operation("replace", "displayName", "Replaced"));
                var read = await server.GetAsync(Server.At(user));
                return Verdict.Of(read.Says("displayName", "Replaced"), read);
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.5.2.3-replace-many",
            Must,
            "replace of what has several values replaces all of them",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var address = $"{server.Name()}@example.com";
                await server.PatchAsync(
                    Server.At(user),
                    Operation(
                        "replace",
                        "emails",
                        new JsonArray(
                            new JsonObject
                            {
                                ["value"] = address,
                                ["type"] = "work",
                                ["primary"] = true,
                            }
                        )
                    )
                );
                var read = await server.GetAsync(Server.At(user));
                return Verdict.Of(Addresses(read).SequenceEqual([address]), read);
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.5.2.3-replace-missing",
            Must,
            "replace of what is not there adds it",
            async server =>
            {
                var user = await server.MadeUserAsync(sent => sent.Remove("displayName"));
                await server.PatchAsync(Server.At(user), Operation("replace", "displayName", "Added"));
                var read = await server.GetAsync(Server.At(user));
                return Verdict.Of(read.Says("displayName", "Added"), read);
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.5.2.3-replace-complex",
            Must,
            "replace of what is complex replaces the sub-attributes it has",
            async server =>
            {
                var user = await server.MadeUserAsync();
                await server.PatchAsync(
                    Server.At(user),
                    Operation("replace", "name", new JsonObject { ["givenName"] = "Another" })
                );
                var read = await server.GetAsync(Server.At(user));
                return Verdict.Of(read.Says("name.givenName", "Another"), read);
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.5.2.3-replace-sub-attribute",
            Must,
            "replace of a sub-attribute behind a filter replaces it where the filter matches",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var address = $"{server.Name()}@example.com";
                await server.PatchAsync(
                    Server.At(user),
                    Operation("replace", "emails[type eq \"work\"].value", address)
                );
                var read = await server.GetAsync(Server.At(user));
                return Verdict.Of(Addresses(read).SequenceEqual([address]), read);
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.5.2.3-replace-no-match",
            Must,
            "replace of records behind a filter that matches none is noTarget",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var patched = await server.PatchAsync(
                    Server.At(user),
                    Operation(
                        "replace",
                        "emails[type eq \"other\"]",
                        new JsonObject { ["value"] = $"{server.Name()}@example.com", ["type"] = "other" }
                    )
                );
                return Verdict.Of(patched.IsError(400, "noTarget"), patched);
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.5.2-unknown",
            Must,
            "PATCH of an id that nobody has is 404",
            async server =>
            {
                var patched = await server.PatchAsync(
                    $"Users/{server.Name()}",
                    Operation("replace", "displayName", "x")
                );
                return Verdict.Of(patched.Status == 404, patched);
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.5.2.1-add-member",
            Must,
            "a member is added to a group, and the others stay",
            async server =>
            {
                var (one, other) = (await server.MadeUserAsync(), await server.MadeUserAsync());
                var group = await server.MadeGroupAsync(one.At("id").AsText()!);
                var patched = await server.PatchAsync(
                    Server.At(group),
                    Operation("add", "members", new JsonArray(new JsonObject { ["value"] = other.At("id").AsText() }))
                );
                return await MembersAsync(server, group, patched, one, other);
            }
        )
        {
            Needs = OfGroups,
        },
        new(
            "RFC7644-3.5.2.2-remove-member",
            Must,
            "a member is removed from a group by a filter, and the others stay",
            async server =>
            {
                var (one, other) = (await server.MadeUserAsync(), await server.MadeUserAsync());
                var group = await server.MadeGroupAsync(one.At("id").AsText()!, other.At("id").AsText()!);
                var patched = await server.PatchAsync(
                    Server.At(group),
                    Operation("remove", $"members[value eq \"{one.At("id")}\"]")
                );
                return await MembersAsync(server, group, patched, other);
            }
        )
        {
            Needs = OfGroups,
        },
        new(
            "RFC7644-3.5.2.2-remove-members",
            Must,
            "all members are removed at once",
            async server =>
            {
                var one = await server.MadeUserAsync();
                var group = await server.MadeGroupAsync(one.At("id").AsText()!);
                var patched = await server.PatchAsync(Server.At(group), Operation("remove", "members"));
                return await MembersAsync(server, group, patched);
            }
        )
        {
            Needs = OfGroups,
        },
        new(
            "RFC7644-3.5.2.3-replace-members",
            Must,
            "members are replaced as a whole",
            async server =>
            {
                var (one, other) = (await server.MadeUserAsync(), await server.MadeUserAsync());
                var group = await server.MadeGroupAsync(one.At("id").AsText()!);
                var patched = await server.PatchAsync(
                    Server.At(group),
                    Operation(
                        "replace",
                        "members",
                        new JsonArray(new JsonObject { ["value"] = other.At("id").AsText() })
                    )
                );
                return await MembersAsync(server, group, patched, other);
            }
        )
        {
            Needs = OfGroups,
        },
        Requirement.NotSeen(
            "RFC7644-3.5.2-immutable",
            Must,
            "what is immutable may be added where it has no value",
            "no attribute of users or groups is immutable by itself"
        ),
    ];

    /// <summary>An operation; without a path where that is null.</summary>
    public static JsonObject Operation(string op, string? path, JsonNode? value = null)
    {
        var operation = new JsonObject { ["op"] = op };
        if (path is not null)
            operation["path"] = path;
        if (value is not null)
            operation["value"] = value;
        return operation;
    }

    /// <summary>A PATCH of one operation.</summary>
    public static JsonObject Body(JsonObject operation) =>
        new() { ["schemas"] = new JsonArray(Words.Patch), ["Operations"] = new JsonArray(operation) };

    private static Requirement Refused(
        string word,
        string says,
        string[] scimTypes,
        Func<JsonObject, JsonObject> body
    ) =>
        new(
            $"RFC7644-3.5.2-{word}",
            Must,
            says,
            async server =>
            {
                var user = await server.MadeUserAsync();
                var patched = await server.PatchBodyAsync(Server.At(user), body(user));
                return Verdict.Of(patched.IsErrorOf(400, scimTypes), patched);
            }
        )
        {
            Needs = OfUsers,
        };

    /// <summary>Gives a user two numbers.</summary>
    public static void Phones(JsonObject user) =>
        user["phoneNumbers"] = new JsonArray(
            new JsonObject { ["value"] = "+1 555 0100", ["type"] = "work" },
            new JsonObject { ["value"] = "+1 555 0101", ["type"] = "mobile" }
        );

    private static IReadOnlyList<string> Addresses(Exchange read) =>
        [.. read.Json.Objects("emails").Select(email => email.At("value").AsText()).OfType<string>()];

    private static async Task<Verdict> MembersAsync(
        Server server,
        JsonObject group,
        Exchange patched,
        params JsonObject[] expected
    )
    {
        if (!patched.IsFine)
            return Verdict.Broken(patched);
        var read = await server.GetAsync(Server.At(group));
        return Verdict.Of(
            read.Json.Objects("members")
                .Select(member => member.At("value").AsText())
                .Order()
                .SequenceEqual(expected.Select(user => user.At("id").AsText()).Order()),
            read
        );
    }
}
