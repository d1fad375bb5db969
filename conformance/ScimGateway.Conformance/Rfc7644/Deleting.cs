using System.Text.Json.Nodes;
using static ScimGateway.Conformance.Level;

namespace ScimGateway.Conformance.Rfc7644;

/// <summary>Deleting resources (RFC 7644 §3.6).</summary>
internal static class Deleting
{
    public static readonly Requirement[] All =
    [
        new(
            "RFC7644-3.6-answer",
            Must,
            "DELETE is answered with 204",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var deleted = await server.DeleteAsync(Server.At(user));
                return Verdict.Of(deleted.Status == 204 && deleted.Text.Length == 0, deleted);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.6-gone",
            Must,
            "what was deleted is 404 to all that is asked of it",
            async server =>
            {
                var path = await DeletedAsync(server);
                var user = server.User();
                return Verdict.All(
                    Gone(await server.GetAsync(path)),
                    Gone(await server.PutAsync(path, user)),
                    Gone(await server.DeleteAsync(path))
                );
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.6-gone-patch",
            Must,
            "what was deleted is 404 to PATCH, too",
            async server =>
                Gone(
                    await server.PatchAsync(
                        await DeletedAsync(server),
                        Patching.Operation("replace", "displayName", "x")
                    )
                )
        )
        {
            Needs = Feature.Users | Feature.Patch,
        },
        new(
            "RFC7644-3.6-omitted",
            Must,
            "what was deleted is in no list",
            async server =>
            {
                var user = await server.MadeUserAsync();
                await DeleteAsync(server, user);
                var list = await server.FilterAsync("Users", $"userName eq \"{user.At("userName")}\"");
                return Verdict.Of(list.Status == 200 && list["totalResults"].AsNumber() == 0, list);
            }
        )
        {
            Needs = Feature.Users | Feature.Filter,
        },
        new(
            "RFC7644-3.6-again",
            Should,
            "a user is created again after it was deleted",
            async server =>
            {
                var user = await server.MadeUserAsync();
                await DeleteAsync(server, user);
                var again = await server.PostAsync("Users", server.User(user.At("userName").AsText()));
                return Verdict.Of(again.IsFine, again);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.6-group",
            Must,
            "a group is deleted, and its members are not",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var group = await server.MadeGroupAsync(user.At("id").AsText()!);
                var deleted = await server.DeleteAsync(Server.At(group));
                return Verdict.All(
                    Verdict.Of(deleted.IsFine, deleted),
                    Gone(await server.GetAsync(Server.At(group))),
                    Verdict.Of((await server.GetAsync(Server.At(user))).Status == 200, "the member is gone, too")
                );
            }
        )
        {
            Needs = Feature.Users | Feature.Groups,
        },
        new(
            "RFC7644-3.6-member",
            Should,
            "who was deleted is no member any more, and nobody is in a group that was deleted",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var other = await server.MadeUserAsync();
                var group = await server.MadeGroupAsync(user.At("id").AsText()!, other.At("id").AsText()!);
                await DeleteAsync(server, user);
                var read = await server.GetAsync(Server.At(group));
                if (read.Json.Objects("members").Count != 1)
                    return Verdict.Broken(read);
                await server.DeleteAsync(Server.At(group));
                var member = await server.GetAsync(Server.At(other));
                return member.Status == 200 && !member["groups"].IsSomething()
                    ? await NestedAsync(server)
                    : Verdict.Broken(member);
            }
        )
        {
            Needs = Feature.Users | Feature.Groups,
        },
        new(
            "RFC7644-3.6-not-found",
            Must,
            "who was deleted is found by no filter",
            async server =>
            {
                var user = await server.MadeUserAsync();
                await DeleteAsync(server, user);
                var filter = $"userName eq \"{user.At("userName")}\"";
                var list = await server.FilterAsync("Users", filter);
                var search = await server.PostAsync(
                    "Users/.search",
                    new JsonObject { ["schemas"] = new JsonArray(Words.Search), ["filter"] = filter }
                );
                return Verdict.All(
                    Verdict.Of(list.Resources.Count == 0 && list["totalResults"].AsNumber() == 0, list),
                    Verdict.Of(search.Resources.Count == 0, search)
                );
            }
        )
        {
            Needs = Feature.Users | Feature.Filter,
        },
    ];

    // A server need not take groups as members (RFC 7643 §4.2): then there is nothing to look at.
    private static async Task<Verdict> NestedAsync(Server server)
    {
        var inner = await server.MadeGroupAsync();
        var made = await server.PostAsync("Groups", server.Group(inner.At("id").AsText()!));
        if (made is not { IsFine: true, Json: JsonObject outer })
            return Verdict.Kept;
        var before = await server.GetAsync(Server.At(outer));
        if (before.Json.Objects("members").Count != 1)
            return Verdict.Kept;
        await DeleteAsync(server, inner);
        var read = await server.GetAsync(Server.At(outer));
        return Verdict.Of(read.IsFine && !read["members"].IsSomething(), read);
    }

    private static async Task<string> DeletedAsync(Server server)
    {
        var user = await server.MadeUserAsync();
        await DeleteAsync(server, user);
        return Server.At(user);
    }

    // With which status, RFC7644-3.6-answer tells alone.
    private static async Task DeleteAsync(Server server, JsonObject resource)
    {
        if (await server.DeleteAsync(Server.At(resource)) is { IsFine: false } kept)
            throw new NotPossibleException($"nothing could be deleted, as RFC7644-3.6-answer tells: {kept}");
    }

    private static Verdict Gone(Exchange answer) => Verdict.Of(answer.Status == 404, answer);
}
