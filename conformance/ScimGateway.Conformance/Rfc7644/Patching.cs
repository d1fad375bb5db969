using System.Text.Json.Nodes;
using static ScimGateway.Conformance.Level;

namespace ScimGateway.Conformance.Rfc7644;

/// <summary>Changing a part of a resource by PATCH (RFC 7644 §3.5.2).</summary>
internal static class Patching
{
    private const Feature OfUsers = Feature.Users | Feature.Patch;

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
        Changes(
            "3.5.2-order",
            "operations are done one after the other",
            [Operation("replace", "displayName", "First"), Operation("replace", "displayName", "Second")],
            read => read.Says("displayName", "Second")
        ),
        new(
            "RFC7644-3.5.2-primary",
            Must,
            "where another value becomes primary the former is so no more",
            async server =>
            {
                var user = await server.MadeUserAsync();
                return await Steps.ChangesAsync(
                    server,
                    user,
                    read =>
                        read.Json.Objects("emails").Where(email => email.At("primary").AsFlag() == true).ToList()
                            is [var one]
                        && one.At("type").AsText() == "home",
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
            }
        )
        {
            Needs = OfUsers,
        },
        Changes(
            "3.5.2.1-add-without-path",
            "add without a path adds attributes to the resource",
            [Operation("add", null, new JsonObject { ["displayName"] = "Added" })],
            read => read.Says("displayName", "Added"),
            user => user.Remove("displayName")
        ),
        Changes(
            "3.5.2.1-add-single",
            "add to what has one value replaces it",
            [Operation("add", "displayName", "Added")],
            read => read.Says("displayName", "Added")
        ),
        new(
            "RFC7644-3.5.2.1-add-many",
            Must,
            "add to what has several values adds one and keeps the others",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var added = $"{server.Name()}@example.com";
                return await Steps.ChangesAsync(
                    server,
                    user,
                    read =>
                        Addresses(read).Contains(added)
                        && Addresses(read).Contains(user.First("emails").At("value").AsText() ?? ""),
                    Operation("add", "emails", new JsonArray(new JsonObject { ["value"] = added, ["type"] = "home" }))
                );
            }
        )
        {
            Needs = OfUsers,
        },
        Changes(
            "3.5.2.1-add-complex",
            "add to what is complex adds its sub-attributes and keeps the others",
            [Operation("add", "name", new JsonObject { ["givenName"] = "Another" })],
            read => read.Says("name.givenName", "Another") && read.Says("name.familyName", "Former")
        ),
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
                var name = await Steps.UndefaultedAsync(server);
                var user = await server.MadeUserAsync(sent => sent[name] = "Captain");
                return await Steps.ChangesAsync(
                    server,
                    user,
                    read => !read[name].IsSomething(),
                    Operation("remove", name)
                );
            }
        )
        {
            Needs = OfUsers,
        },
        OfPhones(
            "3.5.2.2-remove-all",
            "remove of what has several values without a filter removes all",
            [Operation("remove", "phoneNumbers")],
            []
        ),
        OfPhones(
            "3.5.2.2-remove-filtered",
            "remove with a filter removes what it matches and nothing else",
            [Operation("remove", "phoneNumbers[type eq \"work\"]")],
            ["mobile +1 555 0101"]
        ),
        OfPhones(
            "3.5.2.2-remove-last",
            "what has no value left counts as not there",
            [
                Operation("remove", "phoneNumbers[type eq \"work\"]"),
                Operation("remove", "phoneNumbers[type eq \"mobile\"]"),
            ],
            []
        ),
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
        Changes(
            "3.5.2.3-replace-without-path",
            "replace without a path replaces the attributes it has, and keeps the others",
            [Operation("replace", null, new JsonObject { ["displayName"] = "Replaced" })],
            read => read.Says("displayName", "Replaced") && read["emails"].IsSomething()
        ),
        Changes(
            "3.5.2.3-replace-single",
            "replace of what has one value replaces it",
            [Operation("replace", "displayName", "Replaced")],
            read => read.Says("displayName", "Replaced")
        ),
        new(
            "RFC7644-3.5.2.3-replace-many",
            Must,
            "replace of what has several values replaces all of them",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var address = $"{server.Name()}@example.com";
                return await Steps.ChangesAsync(
                    server,
                    user,
                    read => Addresses(read).SequenceEqual([address]),
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
            }
        )
        {
            Needs = OfUsers,
        },
        Changes(
            "3.5.2.3-replace-missing",
            "replace of what is not there adds it",
            [Operation("replace", "displayName", "Added")],
            read => read.Says("displayName", "Added"),
            user => user.Remove("displayName")
        ),
        Changes(
            "3.5.2.3-replace-complex",
            "replace of what is complex replaces the sub-attributes it has",
            [Operation("replace", "name", new JsonObject { ["givenName"] = "Another" })],
            read => read.Says("name.givenName", "Another")
        ),
        new(
            "RFC7644-3.5.2.3-replace-sub-attribute",
            Must,
            "replace of a sub-attribute behind a filter replaces it where the filter matches",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var address = $"{server.Name()}@example.com";
                return await Steps.ChangesAsync(
                    server,
                    user,
                    read => Addresses(read).SequenceEqual([address]),
                    Operation("replace", "emails[type eq \"work\"].value", address)
                );
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

    /// <summary>A user is as it has to be when operations were carried out.</summary>
    public static Requirement Changes(
        string word,
        string says,
        JsonObject[] operations,
        Func<Exchange, bool> isSo,
        Action<JsonObject>? change = null
    ) =>
        new(
            $"RFC7644-{word}",
            Must,
            says,
            async server =>
            {
                var user = await server.MadeUserAsync(change);
                return await Steps.ChangesAsync(
                    server,
                    user,
                    isSo,
                    [.. operations.Select(one => one.DeepClone().AsObject())]
                );
            }
        )
        {
            Needs = OfUsers,
        };

    /// <summary>
    /// The same of a user with a number at work and a mobile one. What no value holds may be refused as well, but changes
    /// nothing.
    /// </summary>
    public static Requirement OfPhones(
        string word,
        string says,
        JsonObject[] operations,
        string[] expected,
        bool isRefused = false
    ) =>
        new(
            $"RFC7644-{word}",
            Must,
            says,
            async server =>
            {
                if (!server.Announced.HasWritable("phoneNumbers"))
                    return Verdict.Skipped("users have no phoneNumbers");
                var user = await server.MadeUserAsync(Phones);
                var patched = await server.PatchAsync(
                    Server.At(user),
                    [.. operations.Select(one => one.DeepClone().AsObject())]
                );
                if (!patched.IsFine && !isRefused)
                    return Verdict.Broken(patched);
                var read = await server.GetAsync(Server.At(user));
                var found = read
                    .Json.Objects("phoneNumbers")
                    .Select(phone => $"{phone.At("type")} {Digits(phone.At("value").AsText())}");
                return Verdict.Of(
                    found.Order().SequenceEqual(expected.Select(one => $"{one.Split(' ')[0]} {Digits(one)}").Order()),
                    read
                );
            }
        )
        {
            Needs = OfUsers,
        };

    // A number is the same however it is written.
    private static string Digits(string? number) => string.Concat((number ?? "").Where(char.IsAsciiDigit));

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
}
