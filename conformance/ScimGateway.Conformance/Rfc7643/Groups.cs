using System.Text.Json.Nodes;
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
                    : Verdict.Of(place.EndsWith($"Users/{user.At("id")}", StringComparison.Ordinal), read);
            }
        )
        {
            Needs = Feature.Users | Feature.Groups,
        },
        new(
            "RFC7643-4.2-members-once",
            Should,
            "who is a member already is not a second time",
            async server =>
            {
                var user = await server.MadeUserAsync();
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
    ];
}
