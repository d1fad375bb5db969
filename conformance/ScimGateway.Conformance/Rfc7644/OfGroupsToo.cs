using System.Text.Json.Nodes;
using static ScimGateway.Conformance.Level;

namespace ScimGateway.Conformance.Rfc7644;

/// <summary>What is asked of users elsewhere, asked of groups; and what the two say of each other.</summary>
internal static class OfGroupsToo
{
    private const Feature Both = Feature.Users | Feature.Groups;

    public static readonly Requirement[] All =
    [
        new(
            "RFC7643-4.1.2-groups-left",
            Should,
            "who is no member any more has the group no more in groups, whether it was PUT or PATCH that took him out",
            async server =>
            {
                var (one, other) = (await server.MadeUserAsync(), await server.MadeUserAsync());
                var group = await server.MadeGroupAsync(one.At("id").AsText()!, other.At("id").AsText()!);
                var before = await server.GetAsync(Server.At(one));
                if (!before["groups"].IsSomething())
                    return Verdict.Skipped("users are not shown with their groups, as RFC7643-4.1.2-groups tells");
                var sent = server.Group(other.At("id").AsText()!);
                sent["displayName"] = group.At("displayName").AsText();
                var left = await LeftAsync(server, one, await server.PutAsync(Server.At(group), sent));
                if (left.Outcome != Outcome.Passed || !server.Announced.Has(Feature.Patch))
                    return left;
                return await LeftAsync(
                    server,
                    other,
                    await server.PatchAsync(Server.At(group), Patching.Operation("remove", "members"))
                );
            }
        )
        {
            Needs = Both,
        },
        new(
            "RFC7644-3.5.2-atomic-group",
            Must,
            "where one operation on a group fails none is done",
            async server =>
            {
                var (user, group) = (await server.MadeUserAsync(), await server.MadeGroupAsync());
                var patched = await server.PatchAsync(
                    Server.At(group),
                    Patching.Operation("replace", "displayName", $"Half Way {server.Name()}"),
                    Patching.Operation(
                        "add",
                        "members",
                        new JsonArray(new JsonObject { ["value"] = user.At("id").AsText() })
                    ),
                    Patching.Operation("replace", "id", "another-id")
                );
                var read = await server.GetAsync(Server.At(group));
                return Verdict.Of(
                    !patched.IsFine
                        && read.Says("displayName", group.At("displayName").AsText())
                        && !read["members"].IsSomething(),
                    patched.IsFine ? patched : read
                );
            }
        )
        {
            Needs = Both | Feature.Patch,
        },
        new(
            "RFC7644-3.5.2-attributes-group",
            Must,
            "PATCH of a group that asks for attributes is answered with 200 and those",
            async server =>
            {
                var group = await server.MadeGroupAsync();
                var patched = await server.PatchAsync(
                    $"{Server.At(group)}?attributes=displayName",
                    Patching.Operation("replace", "displayName", $"Group {server.Name()}")
                );
                return Verdict.Of(patched.Status == 200 && patched["displayName"].IsSomething(), patched);
            }
        )
        {
            Needs = Feature.Groups | Feature.Patch,
        },
        new(
            "RFC7644-3.14-if-match-groups",
            Must,
            "a group of a version that is no more is neither replaced, changed nor deleted",
            async server =>
            {
                var group = await server.MadeGroupAsync();
                var former = (await server.GetAsync(Server.At(group))).Header("ETag");
                if (former is null)
                    throw new NotPossibleException("a group has no ETag, as RFC7644-3.14-header tells");
                var put = await server.PutAsync(Server.At(group), server.Group());
                var now = await server.GetAsync(Server.At(group));
                if (!put.IsFine || now.Header("ETag") == former)
                    throw new NotPossibleException($"the group has no other version: {now}");
                var late = new List<Exchange> { await server.PutAsync(Server.At(group), server.Group(), IfMatch()) };
                if (server.Announced.Has(Feature.Patch))
                    late.Add(
                        await server.SendAsync(
                            HttpMethod.Patch,
                            Server.At(group),
                            Patching
                                .Body(Patching.Operation("replace", "displayName", $"Group {server.Name()}"))
                                .ToJsonString(),
                            IfMatch()
                        )
                    );
                late.Add(await server.DeleteAsync(Server.At(group), IfMatch()));
                var after = await server.GetAsync(Server.At(group));
                return Verdict.All(
                    late.Select(answer => Verdict.Of(answer.Status == 412, answer))
                        .Append(Verdict.Of(after.Says("displayName", now.TextOf("displayName")), after))
                );

                (string, string?) IfMatch() => ("If-Match", former);
            }
        )
        {
            Needs = Feature.Groups | Feature.ETag,
        },
        new(
            "RFC7644-3.14-answered",
            Must,
            "the version that a write is answered with is the one that is read next",
            async server =>
            {
                var posted = await server.PostAsync("Users", server.User());
                var user = posted.WithResource().Json!.AsObject();
                var verdict = Verdict.All(
                    await CurrentAsync(server, user, posted),
                    await CurrentAsync(
                        server,
                        user,
                        await server.PutAsync(Server.At(user), server.User(user.At("userName").AsText()))
                    ),
                    await CurrentAsync(server, user, await PatchedAsync(server, user))
                );
                if (verdict.Outcome != Outcome.Passed || !server.Announced.Has(Feature.Groups))
                    return verdict;
                posted = await server.PostAsync("Groups", server.Group(user.At("id").AsText()!));
                var group = posted.WithResource().Json!.AsObject();
                return Verdict.All(
                    await CurrentAsync(server, group, posted),
                    await CurrentAsync(server, group, await server.PutAsync(Server.At(group), server.Group())),
                    await CurrentAsync(server, group, await PatchedAsync(server, group))
                );
            }
        )
        {
            Needs = Feature.Users | Feature.ETag,
        },
        new(
            "RFC7643-3.1-location-listed",
            Must,
            "meta.location is the same in a list as in the resource itself",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var verdict = await PlacedAsync(server, "Users", user);
                return verdict.Outcome != Outcome.Passed || !server.Announced.Has(Feature.Groups)
                    ? verdict
                    : await PlacedAsync(server, "Groups", await server.MadeGroupAsync(user.At("id").AsText()!));
            }
        )
        {
            Needs = Feature.Users | Feature.Filter,
        },
    ];

    private static async Task<Verdict> LeftAsync(Server server, JsonObject user, Exchange done)
    {
        if (!done.IsFine)
            throw new NotPossibleException($"nobody was taken out: {done}");
        var read = await server.GetAsync(Server.At(user));
        return Verdict.Of(read.IsFine && !read["groups"].IsSomething(), read);
    }

    private static async Task<Exchange?> PatchedAsync(Server server, JsonObject resource) =>
        server.Announced.Has(Feature.Patch)
            ? await server.PatchAsync(
                Server.At(resource),
                Patching.Operation("replace", "displayName", $"Another {server.Name()}")
            )
            : null;

    // An answer that says no version, as that to a PATCH may, is no other one.
    private static async Task<Verdict> CurrentAsync(Server server, JsonObject resource, Exchange? done)
    {
        if (done is not { IsFine: true } || (done.Header("ETag") ?? done.TextOf("meta.version")) is not { } told)
            return Verdict.Kept;
        var read = await server.GetAsync(Server.At(resource));
        return Verdict.Of(
            (read.Header("ETag") ?? read.TextOf("meta.version")) == told,
            $"{done.Method} was answered with the version {told}, and the next one is {read.Header("ETag")}: {read}"
        );
    }

    private static async Task<Verdict> PlacedAsync(Server server, string endpoint, JsonObject resource)
    {
        var read = await server.GetAsync(Server.At(resource));
        var list = await server.FilterAsync(endpoint, $"id eq \"{resource.At("id")}\"");
        if (list.IsErrorOf(400, "invalidFilter"))
            return Verdict.Skipped($"it is not supported: {list}");
        return Verdict.Of(
            list.Resources.All(one =>
                one.At("meta.location").AsText() is not { } place || place == read.TextOf("meta.location")
            ),
            list
        );
    }
}
