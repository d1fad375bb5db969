using System.Text.Json.Nodes;
using static ScimGateway.Conformance.Level;
using static ScimGateway.Conformance.Rfc7644.Patching;

namespace ScimGateway.Conformance.Rfc7644;

/// <summary>Changing groups and who is in them by PATCH (RFC 7644 §3.5.2).</summary>
internal static class PatchGroups
{
    private const Feature OfGroups = Feature.Users | Feature.Groups | Feature.Patch;

    public static readonly Requirement[] All =
    [
        new(
            "RFC7644-3.5.2.1-add-member",
            Must,
            "a member is added to a group, and the others stay",
            async server =>
            {
                var (one, other) = (await server.MadeUserAsync(), await server.MadeUserAsync());
                var group = await server.MadeGroupAsync(one.At("id").AsText()!);
                return await MembersAsync(
                    server,
                    group,
                    Operation("add", "members", new JsonArray(new JsonObject { ["value"] = other.At("id").AsText() })),
                    one,
                    other
                );
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
                return await MembersAsync(
                    server,
                    group,
                    Operation("remove", $"members[value eq \"{one.At("id")}\"]"),
                    other
                );
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
                return await MembersAsync(server, group, Operation("remove", "members"));
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
                return await MembersAsync(
                    server,
                    group,
                    Operation(
                        "replace",
                        "members",
                        new JsonArray(new JsonObject { ["value"] = other.At("id").AsText() })
                    ),
                    other
                );
            }
        )
        {
            Needs = OfGroups,
        },
        new(
            "RFC7644-3.5.2-groups",
            Must,
            "groups are changed by PATCH as users are",
            async server =>
            {
                var group = await server.MadeGroupAsync();
                var patched = await server.PatchBodyAsync(
                    Server.At(group),
                    Body(Operation("replace", "displayName", $"Group {server.Name()}"))
                );
                return Verdict.Of(patched.IsFine, patched);
            }
        )
        {
            Needs = Feature.Groups | Feature.Patch,
        },
        new(
            "RFC7644-3.5.2-group-name",
            Must,
            "a group is renamed by PATCH, and its members stay",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var group = await server.MadeGroupAsync(user.At("id").AsText()!);
                var name = $"Group {server.Name()}";
                return await Steps.ChangesAsync(
                    server,
                    group,
                    read => read.Says("displayName", name) && read.Json.Objects("members").Count == 1,
                    Operation("replace", "displayName", name)
                );
            }
        )
        {
            Needs = OfGroups,
        },
    ];

    // A group has just these members when an operation was carried out.
    private static Task<Verdict> MembersAsync(
        Server server,
        JsonObject group,
        JsonObject operation,
        params JsonObject[] expected
    ) =>
        Steps.ChangesAsync(
            server,
            group,
            read =>
                read.Json.Objects("members")
                    .Select(member => member.At("value").AsText())
                    .Order()
                    .SequenceEqual(expected.Select(user => user.At("id").AsText()).Order()),
            operation
        );
}
