using System.Globalization;
using System.Text.Json.Nodes;
using ScimGateway.Conformance.Rfc7643;
using static ScimGateway.Conformance.Level;

namespace ScimGateway.Conformance.Rfc7644;

/// <summary>What is asked once more after a change, or sent back as it was read (RFC 7644 §3.3, §3.4.2.2, §3.5.1, §3.14).</summary>
internal static class AfterChanges
{
    public static readonly Requirement[] All =
    [
        new(
            "RFC7644-3.5.1-as-read",
            Must,
            "PUT of a user or group as it was read is 200 and changes nothing: what is read-only in it is ignored",
            async server =>
            {
                var manager = await server.MadeUserAsync();
                var user = await server.MadeUserAsync(sent =>
                {
                    if (
                        !server.Announced.Has(Feature.Enterprise)
                        || !server.Announced.HasWritable("manager.value", Words.Enterprise)
                    )
                        return;
                    sent["schemas"] = new JsonArray(Words.User, Words.Enterprise);
                    sent[Words.Enterprise] = new JsonObject
                    {
                        ["manager"] = new JsonObject { ["value"] = manager.At("id").AsText() },
                    };
                });
                if (!server.Announced.Has(Feature.Groups))
                    return await SameAsync(server, user);
                var group = await server.MadeGroupAsync(user.At("id").AsText()!);
                return Verdict.All(await SameAsync(server, user), await SameAsync(server, group));
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.5.1-own-name",
            Must,
            "PUT of a user's own userName in other letters conflicts with nobody",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var sent = server.User(Steps.Swapped(user.At("userName").AsText()!));
                var put = await server.PutAsync(Server.At(user), sent);
                return put.IsFine || put.Status == 409
                    ? Verdict.Of(put.IsFine, put)
                    : Verdict.Skipped($"the userName is not to be changed: {put}");
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.3-former-name",
            Should,
            "a userName that nobody has any more is free again",
            async server =>
                server.Announced.Has(Feature.Patch)
                    ? Verdict.All(
                        await FreeAsync(server, (user, name) => PutNameAsync(server, user, name)),
                        await FreeAsync(
                            server,
                            (user, name) =>
                                server.PatchAsync(Server.At(user), Patching.Operation("replace", "userName", name))
                        )
                    )
                    : await FreeAsync(server, (user, name) => PutNameAsync(server, user, name))
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.4.2.2-changed",
            Should,
            "a filter finds what holds by now, also where it was asked before",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var (first, second) = (server.Name(), server.Name());
                return Verdict.All(
                    await FoundAsync(server, user, first, isSo: false),
                    await NamedAsync(server, user, first, isPatched: false),
                    await FoundAsync(server, user, first, isSo: true),
                    await FoundAsync(server, user, second, isSo: false),
                    await NamedAsync(server, user, second, server.Announced.Has(Feature.Patch)),
                    await FoundAsync(server, user, second, isSo: true),
                    await FoundAsync(server, user, first, isSo: false)
                );
            }
        )
        {
            Needs = Feature.Users | Feature.Filter,
        },
        new(
            "RFC7644-3.4.2.2-last-modified",
            Must,
            "meta.lastModified is compared as it is shown, and not as meta.created",
            async server =>
            {
                var user = await server.MadeUserAsync();
                await server.PutAsync(
                    Server.At(user),
                    Values.Changed(server.User(user.At("userName").AsText()), sent => sent["displayName"] = "Another")
                );
                var read = await server.GetAsync(Server.At(user));
                if (
                    Time(read, "created") is not { } created
                    || Time(read, "lastModified") is not { } modified
                    || modified <= created
                )
                    throw new NotPossibleException("it was changed when it was made, as far as is shown");
                var name = $"userName eq \"{user.At("userName")}\"";
                var later = await Supported.UsersAsync(
                    server,
                    $"meta.lastModified ge \"{read.TextOf("meta.lastModified")}\" and {name}"
                );
                if (later.IsErrorOf(400, "invalidFilter"))
                    return Verdict.Skipped($"it is not supported: {later}");
                var before = await Supported.UsersAsync(
                    server,
                    $"meta.lastModified le \"{read.TextOf("meta.created")}\" and {name}"
                );
                return Verdict.All(
                    Verdict.Of(later.IsFine && Steps.Ids(later.Resources).SetEquals(Steps.Ids([user])), later),
                    Verdict.Of(before.IsFine && before.Resources.Count == 0, before)
                );
            }
        )
        {
            Needs = Feature.Users | Feature.Filter,
        },
        new(
            "RFC7644-3.14-each-kind",
            Must,
            "whichever kind of attribute has changed, the version is another one",
            async server =>
            {
                var user = await server.MadeUserAsync();
                return await Steps.EachAsync(
                    Kinds(server),
                    async operation =>
                    {
                        var before = await server.GetAsync(Server.At(user));
                        await server.PatchAsync(Server.At(user), operation);
                        var after = await server.GetAsync(Server.At(user));
                        return Verdict.Of(
                            JsonNode.DeepEquals(Bare(server, before), Bare(server, after))
                                || before.Header("ETag") != after.Header("ETag"),
                            $"{operation["path"]} has changed, and the ETag is {after.Header("ETag")} as before: {after}"
                        );
                    }
                );
            }
        )
        {
            Needs = Feature.Users | Feature.Patch | Feature.ETag,
        },
    ];

    // One operation for each kind of attribute that users have.
    private static IEnumerable<JsonObject> Kinds(Server server)
    {
        var announced = server.Announced;
        if (announced.HasWritable("title"))
            yield return Patching.Operation("replace", "title", "Captain");
        if (announced.HasWritable("name.givenName"))
            yield return Patching.Operation("replace", "name.givenName", "Another");
        if (announced.HasWritable("phoneNumbers"))
            yield return Patching.Operation(
                "add",
                "phoneNumbers",
                new JsonArray(new JsonObject { ["value"] = "+1 555 0102", ["type"] = "work" })
            );
        if (announced.Has(Feature.Enterprise) && announced.HasWritable("department", Words.Enterprise))
            yield return Patching.Operation("replace", $"{Words.Enterprise}:department", "Boats");
    }

    private static async Task<Verdict> SameAsync(Server server, JsonObject made)
    {
        var before = await server.GetAsync(Server.At(made));
        var put = await server.PutAsync(Server.At(made), before.WithResource().Json!);
        if (put.Status != 200)
            return Verdict.Broken(put);
        var after = await server.GetAsync(Server.At(made));
        return Verdict.Of(
            JsonNode.DeepEquals(Bare(server, before), Bare(server, after)),
            $"it was sent as it was read, and is another now: {after}"
        );
    }

    // What clients write of a resource, and in which groups it is; of meta the server's own part changes.
    private static JsonObject Bare(Server server, Exchange read)
    {
        var type = read.TextOf("meta.resourceType") ?? "User";
        return new JsonObject(
            read.WithResource()
                .Json!.AsObject()
                .Where(member =>
                    member.Key is "groups"
                    || member.Key != "meta"
                        && server
                            .Announced.Definitions(type)
                            .FirstOrDefault(one => Steps.IsSame(one.At("name").AsText(), member.Key))
                            .At("mutability")
                            .AsText() != "readOnly"
                )
                .OrderBy(member => member.Key, StringComparer.Ordinal)
                .Select(member => KeyValuePair.Create(member.Key, Ordered(member.Value)))
        );
    }

    // In which order several values are shown is the server's.
    private static JsonNode? Ordered(JsonNode? value) =>
        value is JsonArray values
            ? new JsonArray([
                .. values.OrderBy(one => one?.ToJsonString(), StringComparer.Ordinal).Select(one => one?.DeepClone()),
            ])
            : value?.DeepClone();

    private static Task<Exchange> PutNameAsync(Server server, JsonObject user, string name) =>
        server.PutAsync(Server.At(user), server.User(name));

    private static async Task<Verdict> FreeAsync(Server server, Func<JsonObject, string, Task<Exchange>> rename)
    {
        var user = await server.MadeUserAsync();
        var renamed = await rename(user, server.UserName(server.Name()));
        if (!renamed.IsFine)
            return Verdict.Skipped($"the userName is not to be changed: {renamed}");
        var made = await server.PostAsync("Users", server.User(user.At("userName").AsText()));
        return Verdict.Of(made.IsFine, made);
    }

    private static async Task<Verdict> NamedAsync(Server server, JsonObject user, string name, bool isPatched)
    {
        var done = isPatched
            ? await server.PatchAsync(Server.At(user), Patching.Operation("replace", "displayName", name))
            : await server.PutAsync(
                Server.At(user),
                Values.Changed(server.User(user.At("userName").AsText()), sent => sent["displayName"] = name)
            );
        var read = await server.GetAsync(Server.At(user));
        return done.IsFine && read.Says("displayName", name)
            ? Verdict.Kept
            : throw new NotPossibleException($"displayName is not kept as it was sent: {read}");
    }

    private static async Task<Verdict> FoundAsync(Server server, JsonObject user, string name, bool isSo)
    {
        var list = await Supported.UsersAsync(server, $"displayName eq \"{name}\"");
        return Verdict.Of(
            list.Status == 200 && Steps.Ids(list.Resources).SetEquals(isSo ? Steps.Ids([user]) : []),
            list
        );
    }

    private static DateTimeOffset? Time(Exchange read, string name) =>
        DateTimeOffset.TryParse(read.TextOf($"meta.{name}"), CultureInfo.InvariantCulture, out var at) ? at : null;
}
