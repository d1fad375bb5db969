using ScimGateway.Conformance.Rfc7643;
using static ScimGateway.Conformance.Level;

namespace ScimGateway.Conformance.Rfc7644;

/// <summary>Versions of resources (RFC 7644 §3.14).</summary>
internal static class Versions
{
    private const Feature Tagged = Feature.Users | Feature.ETag;

    public static readonly Requirement[] All =
    [
        new(
            "RFC7644-3.14-header",
            Must,
            "the version is the header ETag",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var read = await server.GetAsync(Server.At(user));
                return Verdict.Of(read.Header("ETag") is { Length: > 0 }, $"no ETag: {read}");
            }
        )
        {
            Everywhere = Seen.NoTag,
            Needs = Tagged,
        },
        new(
            "RFC7644-3.14-meta",
            Should,
            "meta.version is that, too",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var tag = await TagAsync(server, Server.At(user));
                var read = await server.GetAsync(Server.At(user));
                return Verdict.Of(
                    tag == read.TextOf("meta.version"),
                    $"ETag: {tag}, meta.version: {read.TextOf("meta.version")}"
                );
            }
        )
        {
            Everywhere = Seen.Tag,
            Needs = Tagged,
        },
        new(
            "RFC7644-3.14-changes",
            Must,
            "another version has another tag",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var before = await TagAsync(server, Server.At(user));
                user["displayName"] = "Another Name";
                await server.PutAsync(Server.At(user), user);
                var after = await server.GetAsync(Server.At(user));
                return Verdict.Of(
                    after.Header("ETag") != before,
                    $"ETag before and after: {before}, {after.Header("ETag")}"
                );
            }
        )
        {
            Needs = Tagged,
        },
        new(
            "RFC7644-3.14-not-modified",
            Should,
            "who has the version already is answered with 304",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var tag = await TagAsync(server, Server.At(user));
                var read = await server.GetAsync(Server.At(user), ("If-None-Match", tag));
                return Verdict.Of(read.Status == 304, read);
            }
        )
        {
            Needs = Tagged,
        },
        new(
            "RFC7644-3.14-if-match",
            Must,
            "a change of that version is done",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var tag = await TagAsync(server, Server.At(user));
                user["displayName"] = "Another Name";
                var put = await server.PutAsync(Server.At(user), user, ("If-Match", tag));
                return Verdict.Of(put.Status == 200, put);
            }
        )
        {
            Needs = Tagged,
        },
        new(
            "RFC7644-3.14-if-match-other",
            Must,
            "a change of a version that is no more is 412",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var tag = await TagAsync(server, Server.At(user));
                user["displayName"] = "Another Name";
                await server.PutAsync(Server.At(user), user);
                user["displayName"] = "A Third Name";
                var put = await server.PutAsync(Server.At(user), user, ("If-Match", tag));
                return Verdict.Of(put.Status == 412, put);
            }
        )
        {
            Needs = Tagged,
        },
        new(
            "RFC7644-3.14-if-match-delete",
            Must,
            "a version that is no more is not deleted",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var tag = await TagAsync(server, Server.At(user));
                user["displayName"] = "Another Name";
                await server.PutAsync(Server.At(user), user);
                var deleted = await server.DeleteAsync(Server.At(user), ("If-Match", tag));
                return Verdict.Of(deleted.Status == 412, deleted);
            }
        )
        {
            Needs = Tagged,
        },
        new(
            "RFC7644-3.14-if-match-patch",
            Must,
            "a change by PATCH of a version that is no more is 412, and one of the current version is done",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var tag = await TagAsync(server, Server.At(user));
                var body = Patching.Body(Patching.Operation("replace", "displayName", "Another Name")).ToJsonString();
                var done = await server.SendAsync(HttpMethod.Patch, Server.At(user), body, ("If-Match", tag));
                if (!done.IsFine)
                    return Verdict.Broken(done);
                body = body.Replace("Another", "A Third", StringComparison.Ordinal);
                var late = await server.SendAsync(HttpMethod.Patch, Server.At(user), body, ("If-Match", tag));
                return Verdict.Of(late.Status == 412, late);
            }
        )
        {
            Needs = Tagged | Feature.Patch,
        },
        new(
            "RFC7644-3.14-if-match-any",
            Must,
            "If-Match of * is any version there is, and groups have versions as users do",
            async server =>
            {
                var user = await server.MadeUserAsync();
                user["displayName"] = "Another Name";
                var put = await server.PutAsync(Server.At(user), user, ("If-Match", "*"));
                if (!put.IsFine || !server.Announced.Has(Feature.Groups))
                    return Verdict.Of(put.IsFine, put);
                var group = await server.MadeGroupAsync();
                var sent = server.Group();
                var late = await server.PutAsync(Server.At(group), sent, ("If-Match", "W/\"no-version-of-it\""));
                return Verdict.Of(late.Status == 412, late);
            }
        )
        {
            Needs = Tagged,
        },
        new(
            "RFC7644-3.14-stays",
            Must,
            "a version that was read alone stays, and so does lastModified",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var first = await server.GetAsync(Server.At(user));
                var second = await server.GetAsync(Server.At(user));
                return Verdict.Of(
                    first.Header("ETag") == second.Header("ETag")
                        && first.TextOf("meta.version") == second.TextOf("meta.version")
                        && first.TextOf("meta.lastModified") == second.TextOf("meta.lastModified"),
                    second
                );
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.14-modified",
            Should,
            "who has another version is answered with what it is by now",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var tag = await TagAsync(server, Server.At(user));
                user["displayName"] = "Another Name";
                await server.PutAsync(Server.At(user), user);
                var read = await server.GetAsync(Server.At(user), ("If-None-Match", tag));
                return Verdict.Of(read.Status == 200 && read.Says("displayName", "Another Name"), read);
            }
        )
        {
            Needs = Tagged,
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
            Needs = Tagged,
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
                await Groups.WithMemberAsync(server, group);
                var after = await server.GetAsync(Server.At(group));
                return Verdict.Of(
                    after.Header("ETag") != before,
                    $"ETag before and after a member was added: {before}, {after.Header("ETag")}"
                );
            }
        )
        {
            Needs = Tagged | Feature.Groups | Feature.Patch,
        },
    ];

    private static async Task<string> TagAsync(Server server, string path) =>
        (await server.GetAsync(path)).Header("ETag") ?? throw new NotPossibleException("there is no ETag");
}
