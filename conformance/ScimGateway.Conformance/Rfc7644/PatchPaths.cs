using System.Text.Json.Nodes;
using ScimGateway.Conformance.Rfc7643;
using static ScimGateway.Conformance.Level;
using static ScimGateway.Conformance.Rfc7644.Patching;

namespace ScimGateway.Conformance.Rfc7644;

/// <summary>What a path of a PATCH names (RFC 7644 §3.5.2, §3.10): that, and nothing beside it.</summary>
internal static class PatchPaths
{
    private const Feature OfUsers = Feature.Users | Feature.Patch;

    public static readonly Requirement[] All =
    [
        Changes(
            "3.5.2-path-urn",
            "a path may begin with the URN of the schema",
            [Operation("replace", $"{Words.User}:displayName", "Another Name")],
            read => read.Says("displayName", "Another Name") && read["emails"].IsSomething()
        ),
        Changes(
            "3.5.2-path-case",
            "names in a path may be in any case",
            [Operation("replace", "DISPLAYNAME", "Another Name")],
            read => read.Says("displayName", "Another Name")
        ),
        Changes(
            "3.5.2-path-sub-attribute",
            "a sub-attribute is replaced alone",
            [Operation("replace", "name.givenName", "Another")],
            read => read.Says("name.givenName", "Another") && read.Says("name.familyName", "Former")
        ),
        Changes(
            "3.5.2-several",
            "one PATCH changes several attributes",
            [
                Operation("replace", "displayName", "Another Name"),
                Operation("replace", "name.givenName", "Another"),
                Operation("remove", "name.familyName"),
            ],
            read =>
                read.Says("displayName", "Another Name")
                && read.Says("name.givenName", "Another")
                && !read["name.familyName"].IsSomething()
        ),
        Changes(
            "3.5.2.2-remove-sub-attribute",
            "a sub-attribute is removed alone",
            [Operation("remove", "name.givenName")],
            read => !read["name.givenName"].IsSomething() && read.Says("name.familyName", "Former")
        ),
        Changes(
            "3.5.2.2-remove-part",
            "a sub-attribute of one value is removed, and the value stays",
            [Operation("remove", "emails[type eq \"work\"].primary")],
            read => read.Json.Objects("emails") is [var email] && email.At("value").IsSomething()
        ),
        Changes(
            "3.5.2.3-replace-nothing-else",
            "what is not named stays",
            [Operation("replace", "displayName", "Another Name")],
            read => read.Says("name.givenName", "Con") && read.Json.Objects("emails").Count == 1
        ),
        OfPhones(
            "3.5.2.3-replace-one-of-several",
            "a value behind a filter is replaced, and no other",
            [Operation("replace", "phoneNumbers[type eq \"mobile\"].value", "+1 555 0199")],
            ["work +1 555 0100", "mobile +1 555 0199"]
        ),
        OfPhones(
            "3.5.2.3-replace-record",
            "a record behind a filter is replaced, and no other",
            [
                Operation(
                    "replace",
                    "phoneNumbers[type eq \"work\"]",
                    new JsonObject { ["type"] = "work", ["value"] = "+1 555 0199" }
                ),
            ],
            ["mobile +1 555 0101", "work +1 555 0199"]
        ),
        OfPhones(
            "3.5.2.2-remove-two-conditions",
            "what both conditions of a filter hold of is removed",
            [Operation("remove", "phoneNumbers[type eq \"work\" and value eq \"+1 555 0101\"]")],
            ["work +1 555 0100", "mobile +1 555 0101"],
            isRefused: true
        ),
        OfPhones(
            "3.5.2.1-add-list",
            "add of a list adds each of it and keeps the others",
            [
                Operation(
                    "add",
                    "phoneNumbers",
                    new JsonArray(
                        new JsonObject { ["type"] = "home", ["value"] = "+1 555 0102" },
                        new JsonObject { ["type"] = "other", ["value"] = "+1 555 0103" }
                    )
                ),
            ],
            ["work +1 555 0100", "mobile +1 555 0101", "home +1 555 0102", "other +1 555 0103"]
        ),
        OfPhones(
            "3.5.2.3-replace-list",
            "replace of a list puts it in the place of all values",
            [
                Operation(
                    "replace",
                    "phoneNumbers",
                    new JsonArray(new JsonObject { ["type"] = "home", ["value"] = "+1 555 0102" })
                ),
            ],
            ["home +1 555 0102"]
        ),
        Changes(
            "3.5.2-primary-by-path",
            "where a value becomes primary by its path the former is so no more",
            [Operation("replace", "emails[type eq \"home\"].primary", true)],
            read =>
                read.Json.Objects("emails").Where(one => one.At("primary").AsFlag() == true).ToList() is [var one]
                && one.At("type").AsText() == "home",
            user =>
                user["emails"]!
                    .AsArray()
                    .Add(new JsonObject { ["value"] = $"home-{user.At("userName")}@example.com", ["type"] = "home" })
        ),
        new(
            "RFC7644-3.10-patch-extension",
            Must,
            "attributes of an extension are added, replaced and removed by the path of their URN, and added without one",
            async server =>
            {
                if (!server.Announced.HasWritable("department", Words.Enterprise))
                    return Verdict.Skipped("users have no department");
                var path = $"{Words.Enterprise}:department";
                var user = await server.MadeUserAsync();
                foreach (
                    var (operation, expected) in new[]
                    {
                        (Operation("add", path, "Boats"), "Boats"),
                        (Operation("replace", path, "Sails"), "Sails"),
                        (Operation("remove", path), null),
                        (
                            Operation(
                                "add",
                                null,
                                new JsonObject { [Words.Enterprise] = new JsonObject { ["department"] = "Keels" } }
                            ),
                            "Keels"
                        ),
                    }
                )
                {
                    var patched = await server.PatchAsync(Server.At(user), operation);
                    if (!patched.IsFine)
                        return Verdict.Broken(patched);
                    var read = await server.GetAsync(Server.At(user));
                    if (
                        read.Json.Member(Words.Enterprise).At("department").AsText() != expected
                        || expected is not null && !read.Json.Strings("schemas").Contains(Words.Enterprise)
                    )
                        return Verdict.Broken(read);
                }
                return Verdict.Kept;
            }
        )
        {
            Needs = OfUsers | Feature.Enterprise,
        },
        Changes(
            "3.5.2-without-path",
            "without a path each attribute of the value is changed, complex ones, and names in any case",
            [
                Operation(
                    "replace",
                    null,
                    new JsonObject
                    {
                        ["displayName"] = "Another Name",
                        ["name"] = new JsonObject { ["givenName"] = "Another" },
                        ["EXTERNALID"] = "another-external-id",
                    }
                ),
            ],
            read =>
                read.Says("displayName", "Another Name")
                && read.Says("name.givenName", "Another")
                && read.TextOf("externalId") == "another-external-id"
        ),
        Changes(
            "3.5.2-external-id",
            "externalId is changed by its path",
            [Operation("replace", "externalId", "another-external-id")],
            read => read.TextOf("externalId") == "another-external-id"
        ),
        new(
            "RFC7644-3.5.2-in-order",
            Must,
            "what is removed after it was added is not there",
            async server =>
            {
                var name = await Steps.UndefaultedAsync(server);
                return await Steps.ChangesAsync(
                    server,
                    await server.MadeUserAsync(),
                    read => !read[name].IsSomething() && !read["name.givenName"].IsSomething(),
                    Operation("add", name, "First"),
                    Operation("remove", name),
                    Operation("add", "name.givenName", "Another"),
                    Operation("remove", "name.givenName")
                );
            }
        )
        {
            Needs = Feature.Users | Feature.Patch,
        },
        OfPhones(
            "3.5.2.1-add-lone",
            "a value that is added without a list around it is one of several",
            [Operation("add", "phoneNumbers", new JsonObject { ["type"] = "home", ["value"] = "+1 555 0102" })],
            ["work +1 555 0100", "mobile +1 555 0101", "home +1 555 0102"]
        ),
        OfPhones(
            "3.5.2-two-conditions",
            "a filter in a path may have two conditions",
            [Operation("replace", "phoneNumbers[type eq \"mobile\" and value sw \"+1\"].value", "+1 555 0199")],
            ["work +1 555 0100", "mobile +1 555 0199"]
        ),
        new(
            "RFC7644-3.5.2-read-only-all",
            Must,
            "no attribute that is read-only by its schema is changed: mutability",
            server =>
                Steps.EachAsync(
                    new[] { "User", "Group" }.SelectMany(type =>
                        server
                            .Announced.Definitions(type)
                            .Where(one => one.At("mutability").AsText() == "readOnly")
                            .Select(one => (Type: type, Definition: one))
                    ),
                    async one =>
                    {
                        var resource =
                            one.Type == "User" ? await server.MadeUserAsync() : await server.MadeGroupAsync();
                        JsonNode value =
                            Samples.Of(one.Definition, server.Name()) ?? new JsonObject { ["value"] = server.Name() };
                        if (one.Definition.At("multiValued").AsFlag() == true && value is not JsonArray)
                            value = new JsonArray(value);
                        var patched = await server.PatchAsync(
                            Server.At(resource),
                            Operation("add", one.Definition.At("name").AsText(), value)
                        );
                        return Verdict.Of(patched.IsErrorOf(400, "mutability"), patched);
                    }
                )
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.5.2-last-modified",
            Must,
            "PATCH moves lastModified",
            async server =>
            {
                var user = await server.MadeUserAsync();
                for (var tries = 0; tries < 3; tries++)
                {
                    await server.WaitAsync(TimeSpan.FromMilliseconds(tries * 600));
                    await server.PatchAsync(
                        Server.At(user),
                        Operation("replace", "displayName", $"Another Name {tries}")
                    );
                    var read = await server.GetAsync(Server.At(user));
                    if (read.TextOf("meta.lastModified") != user.At("meta.lastModified").AsText())
                        return Verdict.Kept;
                }
                return Verdict.Broken(await server.GetAsync(Server.At(user)));
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.5.2-shows",
            Must,
            "what PATCH answers is what the resource is by then",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var patched = await server.PatchAsync(
                    Server.At(user),
                    Operation("replace", "displayName", "Another Name")
                );
                return patched.Status == 204
                    ? Verdict.Skipped("it answers 204 and shows nothing")
                    : Verdict.Of(patched.Says("displayName", "Another Name"), patched);
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.5.2-uniqueness",
            Must,
            "PATCH to a userName that another user has is refused, and changes nothing",
            async server =>
            {
                var (user, other) = (await server.MadeUserAsync(), await server.MadeUserAsync());
                var patched = await server.PatchAsync(
                    Server.At(user),
                    Operation("replace", "userName", other.At("userName").AsText()!)
                );
                if (patched.IsFine)
                    return Verdict.Broken(patched);
                var read = await server.GetAsync(Server.At(user));
                return Verdict.All(
                    Verdict.Of(patched.IsErrorOf(409, "uniqueness") || patched.Status == 400, patched),
                    Verdict.Of(read.TextOf("userName") == user.At("userName").AsText(), read)
                );
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.5.2-user-name",
            Must,
            "a user is given another userName by PATCH",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var name = server.UserName(server.Name());
                var patched = await server.PatchAsync(Server.At(user), Operation("replace", "userName", name));
                var read = await server.GetAsync(Server.At(user));
                return Verdict.Of(
                    patched.IsFine && string.Equals(read.TextOf("userName"), name, StringComparison.OrdinalIgnoreCase),
                    patched.IsFine ? read : patched
                );
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.5.2-active",
            Must,
            "a user is made inactive and active again by PATCH",
            async server =>
            {
                if (!server.Announced.HasWritable("active"))
                    return Verdict.Skipped("users have no active");
                var user = await server.MadeUserAsync();
                foreach (var active in new[] { false, true })
                {
                    await server.PatchAsync(Server.At(user), Operation("replace", "active", active));
                    var read = await server.GetAsync(Server.At(user));
                    if (read["active"].AsFlag() != active)
                        return Verdict.Broken(read);
                }
                return Verdict.Kept;
            }
        )
        {
            Needs = OfUsers,
        },
        new(
            "RFC7644-3.5.2-no-value",
            Must,
            "add without a value is refused",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var patched = await server.PatchAsync(Server.At(user), Operation("add", "displayName"));
                return Verdict.Of(patched.Status == 400, patched);
            }
        )
        {
            Needs = OfUsers,
        },
        FindsTheOne(
            "path-bracket",
            "a value in the filter of a path may have a bracket",
            "emails[type eq \"work\" and value ne \"a]b\"]"
        ),
        FindsTheOne("path-flag", "a value in the filter of a path may be true or false", "emails[primary eq true]"),
    ];

    private static Requirement FindsTheOne(string word, string says, string path) =>
        new(
            $"RFC7644-3.5.2-{word}",
            Must,
            says,
            async server =>
                await Steps.ChangesAsync(
                    server,
                    await server.MadeUserAsync(),
                    read => read.Json.First("emails").At("type").AsText() == "home",
                    Operation("replace", $"{path}.type", "home")
                )
        )
        {
            Needs = OfUsers,
        };
}
