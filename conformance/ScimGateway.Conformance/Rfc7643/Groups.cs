using System.Text.Json.Nodes;
using ScimGateway.Conformance.Rfc7644;
using static ScimGateway.Conformance.Level;

namespace ScimGateway.Conformance.Rfc7643;

/// <summary>Groups (RFC 7643 §4.2).</summary>
internal static class Groups
{
    public static readonly Requirement[] All =
    [
        new(
            "RFC7643-4.2-display-name",
            Must,
            "a group without a displayName is refused",
            async server =>
            {
                var group = server.Group();
                group.Remove("displayName");
                var made = await server.PostAsync("Groups", group);
                return Verdict.Of(made.Status == 400, made);
            }
        )
        {
            Needs = Feature.Groups,
        },
        new(
            "RFC7643-4.2-members",
            Must,
            "members have the id of a resource as value",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var group = await server.MadeGroupAsync(user.At("id").AsText()!);
                var read = await server.GetAsync(Server.At(group));
                return Verdict.Of(
                    read.Json.Objects("members")
                        .Select(one => one.At("value").AsText())
                        .SequenceEqual([user.At("id").AsText()]),
                    read
                );
            }
        )
        {
            Needs = Feature.Users | Feature.Groups,
        },
        new(
            "RFC7643-4.2-members-ref",
            Must,
            "$ref of a member is the place of the resource",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var group = await server.MadeGroupAsync(user.At("id").AsText()!);
                var read = await server.GetAsync(Server.At(group));
                return
                    read.Json.Objects("members").Select(one => one.At("$ref").AsText()).FirstOrDefault()
                        is not { } place
                    ? Verdict.Skipped("members have no $ref")
                    : Verdict.All(
                        Verdict.Of(place.EndsWith($"Users/{user.At("id")}", StringComparison.Ordinal), read),
                        await NestedAsync(
                            server,
                            (inner, member) =>
                                member
                                    .At("$ref")
                                    .AsText()
                                    ?.EndsWith($"Groups/{inner.At("id")}", StringComparison.Ordinal) != false
                        )
                    );
            }
        )
        {
            Needs = Feature.Users | Feature.Groups,
        },
        new(
            "RFC7643-4.2-members-ref-there",
            Should,
            "members have the $ref that their schema says they have",
            async server =>
            {
                if (server.Announced.Attribute(Words.Group, "members.$ref") is not { } defined)
                    return Verdict.Skipped("members are not said to have a $ref");
                if (defined.At("returned").AsText() is not (null or "default" or "always"))
                    return Verdict.Skipped("$ref of members is not returned by default");
                var user = await server.MadeUserAsync();
                var group = await server.MadeGroupAsync(user.At("id").AsText()!);
                var read = await server.GetAsync(Server.At(group));
                return Verdict.Of(read.Json.Objects("members").All(member => member.At("$ref").IsSomething()), read);
            }
        )
        {
            Needs = Feature.Users | Feature.Groups,
            Mend = "Say where each member is, or leave $ref out of the schema.",
        },
        new(
            "RFC7643-4.2-members-type",
            Should,
            "type of a member is that of its resource, where it is said",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var group = await server.MadeGroupAsync(user.At("id").AsText()!);
                var read = await server.GetAsync(Server.At(group));
                return Verdict.All(
                    Verdict.Of(
                        read.Json.Objects("members").All(member => member.At("type").AsText() is null or "" or "User"),
                        read
                    ),
                    await NestedAsync(server, (_, member) => member.At("type").AsText() is null or "" or "Group")
                );
            }
        )
        {
            Needs = Feature.Users | Feature.Groups,
        },
        new(
            "RFC7643-4.2-nested",
            Should,
            "a group is a member of another, where the schema says that groups may be",
            async server =>
            {
                if (!HasNested(server))
                    return Verdict.Skipped("groups are not said to be members");
                var inner = await server.MadeGroupAsync();
                var made = await server.PostAsync("Groups", server.Group(inner.At("id").AsText()!));
                if (!made.IsFine)
                    return Verdict.Broken(made);
                var read = await server.GetAsync(Server.At(made.WithResource().Json!));
                return Verdict.Of(
                    read.Json.Objects("members").Any(member => member.At("value").AsText() == inner.At("id").AsText()),
                    read
                );
            }
        )
        {
            Needs = Feature.Groups,
            Mend = "Leave Group out of referenceTypes of members.$ref where groups are no members.",
        },
        new(
            "RFC7643-4.2-members-unknown",
            Should,
            "a member that there is not is refused, or kept, but not passed over in silence",
            async server =>
            {
                // A server may ignore a part of a POST (RFC 7644 §3.3). The values of a PUT replace those that are there.
                var (group, nobody) = (await server.MadeGroupAsync(), server.Name());
                var put = await server.PutAsync(Server.At(group), server.Group(nobody));
                if (!put.IsFine)
                    return Verdict.Of(put.Status < 500, put);
                var read = await server.GetAsync(Server.At(group));
                return Verdict.Of(
                    read.Json.Objects("members").Any(member => member.At("value").AsText() == nobody),
                    read
                );
            }
        )
        {
            Needs = Feature.Groups,
        },
        new(
            "RFC7643-4.2-members-immutable",
            Must,
            "value of a member is not changed where it is immutable",
            async server =>
            {
                if (server.Announced.Attribute(Words.Group, "members.value").At("mutability").AsText() != "immutable")
                    return Verdict.Skipped("value of members is not said to be immutable");
                var (user, other) = (await server.MadeUserAsync(), await server.MadeUserAsync());
                var group = await server.MadeGroupAsync(user.At("id").AsText()!);
                var patched = await server.PatchAsync(
                    Server.At(group),
                    Rfc7644.Patching.Operation(
                        "replace",
                        $"members[value eq \"{user.At("id")}\"].value",
                        other.At("id").AsText()
                    )
                );
                return Verdict.Of(patched.Status is >= 400 and < 500, patched);
            }
        )
        {
            Needs = Feature.Users | Feature.Groups | Feature.Patch,
        },
        new(
            "RFC7643-4.2-members-once",
            Should,
            "who is a member already is not a second time",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var twice = await server.PostAsync(
                    "Groups",
                    server.Group(user.At("id").AsText()!, user.At("id").AsText()!)
                );
                if (twice.Status >= 500)
                    return Verdict.Broken(twice);
                if (twice.IsFine && await server.GetAsync(Server.At(twice.WithResource().Json!)) is var shown)
                    if (shown.Json.Objects("members").Count > 1)
                        return Verdict.Broken(shown);
                var group = await server.MadeGroupAsync(user.At("id").AsText()!);
                await server.PatchAsync(
                    Server.At(group),
                    Rfc7644.Patching.Operation(
                        "add",
                        "members",
                        new JsonArray(new JsonObject { ["value"] = user.At("id").AsText() })
                    )
                );
                var read = await server.GetAsync(Server.At(group));
                return Verdict.Of(read.Json.Objects("members").Count == 1, read);
            }
        )
        {
            Needs = Feature.Users | Feature.Groups | Feature.Patch,
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
            Needs = Feature.Users | Feature.Groups | Feature.Patch,
        },
    ];

    private static bool HasNested(Server server) =>
        server.Announced.Attribute(Words.Group, "members.$ref").Strings("referenceTypes").Contains("Group");

    // What a group says of another one that is its member; who has none of these is not asked.
    private static async Task<Verdict> NestedAsync(Server server, Func<JsonObject, JsonObject, bool> isSo)
    {
        if (!HasNested(server))
            return Verdict.Kept;
        var inner = await server.MadeGroupAsync();
        var made = await server.PostAsync("Groups", server.Group(inner.At("id").AsText()!));
        if (!made.IsFine)
            return Verdict.Kept; // RFC7643-4.2-nested tells
        var read = await server.GetAsync(Server.At(made.WithResource().Json!));
        return Verdict.Of(read.Json.Objects("members").All(member => isSo(inner, member)), read);
    }

    /// <summary>Adds a new user to a group.</summary>
    internal static async Task WithMemberAsync(Server server, JsonObject group)
    {
        var user = await server.MadeUserAsync();
        var patched = await server.PatchAsync(
            Server.At(group),
            Patching.Operation("add", "members", new JsonArray(new JsonObject { ["value"] = user.At("id").AsText() }))
        );
        if (!patched.IsFine)
            throw new NotPossibleException($"no member could be added, as RFC7644-3.5.2.1-add-member tells: {patched}");
    }
}
