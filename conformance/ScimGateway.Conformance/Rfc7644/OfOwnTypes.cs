using System.Text.Json.Nodes;
using ScimGateway.Conformance.Rfc7643;
using static ScimGateway.Conformance.Level;

namespace ScimGateway.Conformance.Rfc7644;

/// <summary>What the protocol has for users, asked of types of the server's own, and of groups.</summary>
internal static class OfOwnTypes
{
    public static readonly Requirement[] All =
    [
        new(
            "RFC7644-3.12-own",
            Must,
            "what is not there is 404 with the form of an error in a type of the server's own, whatever is asked of it",
            async server =>
                await OfEachType.OfOwnAsync(
                    server,
                    async kind =>
                    {
                        var at = $"{kind.Endpoint}/no-such-id-{server.Name()}";
                        Exchange[] answers =
                        [
                            await server.GetAsync(at),
                            await server.PutAsync(at, kind.Body()),
                            await server.DeleteAsync(at),
                        ];
                        return Verdict.All(
                            answers.Select(answer =>
                                Verdict.Of(
                                    answer.Status is 405 or 501 || answer is { Status: 404, HasErrorForm: true },
                                    answer
                                )
                            )
                        );
                    }
                )
        ),
        new(
            "RFC7644-3.4.3-own",
            Must,
            "a type of the server's own is searched by POST, at its endpoint and at the root",
            async server =>
            {
                if (!server.Announced.Has(Feature.Users))
                    return Verdict.Skipped(
                        "there are no users, at whom RFC7644-3.4.3-search tells whether there is a search"
                    );
                var user = await server.MadeUserAsync();
                if (!(await SearchAsync(server, "Users/.search", user)).IsFine)
                    return Verdict.Skipped("there is no search, as RFC7644-3.4.3-search tells");
                var isAtRoot = (await SearchAsync(server, ".search", user)).IsFine;
                return await OfEachType.OfOwnAsync(
                    server,
                    async kind =>
                    {
                        if (await kind.MadeAsync() is not { } made)
                            return Verdict.Skipped($"no {kind.Type} could be made");
                        var resource = made.Json!.AsObject();
                        var own = await SearchAsync(server, $"{kind.Endpoint}/.search", resource);
                        if (own.IsErrorOf(400, "invalidFilter"))
                            return Verdict.Skipped($"it is not supported: {own}");
                        if (!isAtRoot || !Finds(own, resource))
                            return Verdict.Of(Finds(own, resource), own);
                        var root = await SearchAsync(server, ".search", resource);
                        return Verdict.Of(Finds(root, resource), root);
                    }
                );
            }
        )
        {
            Needs = Feature.Filter,
        },
        new(
            "RFC7644-3.14-not-modified-each",
            Should,
            "whichever type it is, who has the version that there is is answered with 304",
            async server =>
                await Steps.EachAsync(
                    Kind.All(server),
                    async kind =>
                    {
                        if (await kind.MadeAsync() is not { } made || made.Header("ETag") is not { } tag)
                            return Verdict.Kept; // it has no version to be asked for
                        var read = await server.GetAsync(kind.At(made.Json!), ("If-None-Match", tag));
                        return Verdict.Of(read.Status == 304, read);
                    }
                )
        )
        {
            Needs = Feature.ETag,
        },
        new(
            "RFC7644-3.14-listed",
            Must,
            "the version that a list says of a resource is that of the resource itself",
            async server =>
                await Steps.EachAsync(
                    Kind.All(server),
                    async kind =>
                    {
                        if (await kind.MadeAsync() is not { } made || made.TextOf("meta.version") is not { } version)
                            return Verdict.Kept;
                        var list = await server.FilterAsync(kind.Endpoint, $"id eq \"{made.TextOf("id")}\"");
                        return Verdict.Of(
                            list.Resources.All(one => (one.At("meta.version").AsText() ?? version) == version),
                            list
                        );
                    }
                )
        )
        {
            Needs = Feature.ETag | Feature.Filter,
        },
        new(
            "RFC7644-3.7-own",
            Must,
            "resources of a type of the server's own are made and deleted by a bulk request",
            async server =>
                await OfEachType.OfOwnAsync(
                    server,
                    async kind =>
                    {
                        if (await kind.MadeAsync() is not { } made)
                            return Verdict.Skipped($"no {kind.Type} could be made");
                        var done = await Bulk.BulkAsync(
                            server,
                            Bulk.Post("a", kind.Body(), $"/{kind.Endpoint}"),
                            Bulk.Delete($"/{kind.At(made.Json!)}")
                        );
                        var gone = await server.GetAsync(kind.At(made.Json!));
                        return Verdict.All(
                            Verdict.Of(Bulk.Statuses(done) is [['2', ..], ['2', ..]], done),
                            Verdict.Of(gone.Status == 404, gone)
                        );
                    }
                )
        )
        {
            Needs = Feature.Bulk,
        },
        new(
            "RFC7644-3.6-other-type",
            Must,
            "a group is not deleted, replaced or changed as a user",
            async server =>
            {
                var group = await server.MadeGroupAsync();
                var at = $"Users/{Server.Id(group)}";
                List<Exchange> done = [await server.PutAsync(at, server.User())];
                if (server.Announced.Has(Feature.Patch))
                    done.Add(await server.PatchAsync(at, Patching.Operation("replace", "displayName", server.Name())));
                done.Add(await server.DeleteAsync(at));
                var read = await server.GetAsync(Server.At(group));
                return done.Find(one => one.IsFine) is { } taken
                    ? Verdict.Broken(taken)
                    : Verdict.Of(read.Says("displayName", group.At("displayName").AsText()), read);
            }
        )
        {
            Needs = Feature.Users | Feature.Groups,
        },
        new(
            "RFC7644-3.5.1-group-kept",
            Must,
            "PUT of a group keeps when it was made, and the externalId that it says",
            async server =>
            {
                var sent = server.Group();
                sent["externalId"] = server.Name();
                var made = await server.PostAsync("Groups", sent);
                if (!made.IsFine)
                    return Verdict.Skipped($"a group with an externalId is refused: {made}");
                var before = await server.GetAsync(Server.At(made.WithResource().Json!));
                await server.WaitAsync(TimeSpan.FromMilliseconds(1100));
                var (group, name) = (server.Group(), server.Name());
                (group["displayName"], group["externalId"]) = (sent["displayName"]!.DeepClone(), name);
                var put = await server.PutAsync(Server.At(made.Json!), group);
                if (!put.IsFine)
                    throw new NotPossibleException($"a group is not replaced, as RFC7644-3.5.1-group tells: {put}");
                var read = await server.GetAsync(Server.At(made.Json!));
                return Verdict.Of(
                    read.TextOf("meta.created") == before.TextOf("meta.created")
                        && (!before["externalId"].IsSomething() || read.TextOf("externalId") == name),
                    read
                );
            }
        )
        {
            Needs = Feature.Groups,
        },
        new(
            "RFC7644-3.7.3-of-failed",
            Must,
            "of an operation that failed the status is a text, and the bulkId of a POST is said",
            async server =>
            {
                var done = await Bulk.BulkAsync(
                    server,
                    Bulk.Post("failing", Values.Changed(server.User(), user => user.Without("userName"))),
                    Bulk.Delete($"/Users/no-such-id-{server.Name()}")
                );
                if (done.Json.Objects("Operations") is not [var post, var gone])
                    return Verdict.Broken(done);
                return Verdict.Of(
                    post.At("bulkId").AsText() == "failing"
                        && post.At("status").AsText() is not null
                        && gone.At("status").AsText() is not null,
                    done
                );
            }
        )
        {
            Needs = Feature.Users | Feature.Bulk,
        },
        new(
            "RFC7644-3.7.3-location-of-each",
            Must,
            "each operation but a POST that failed says the location of its resource, as that of a DELETE",
            async server =>
            {
                var (user, other) = (await server.MadeUserAsync(), await server.MadeUserAsync());
                var done = await Bulk.BulkAsync(
                    server,
                    Bulk.Put(user, server.User(user.At("userName").AsText())),
                    Bulk.Delete($"/{Server.At(other)}")
                );
                return Verdict.Of(
                    done.Json.Objects("Operations") is [var put, var deleted]
                        && put.At("location").AsText()?.EndsWith(Server.At(user), StringComparison.Ordinal) == true
                        && deleted.At("location").AsText()?.EndsWith(Server.At(other), StringComparison.Ordinal)
                            == true,
                    done
                );
            }
        )
        {
            Needs = Feature.Users | Feature.Bulk,
        },
        new(
            "RFC7644-3.7.2-former",
            Must,
            "a bulkId is of one request: that of a former one refers to nothing",
            async server =>
            {
                var word = $"former-{server.Name()}";
                var first = await Bulk.BulkAsync(server, Bulk.Post(word, server.User()));
                if (Bulk.Statuses(first) is not ["201"])
                    throw new NotPossibleException($"nobody was made: {first}");
                var id = Bulk.Location(first, word).Split('/')[^1];
                var done = await Bulk.BulkAsync(server, Bulk.Post("b", server.Group($"bulkId:{word}"), "/Groups"));
                if (Bulk.Statuses(done) is not ["201"])
                    return Verdict.Kept;
                var location = Bulk.Location(done, "b");
                var read = await server.GetAsync(location[location.LastIndexOf("Groups/", StringComparison.Ordinal)..]);
                return Verdict.Of(read.Json.Objects("members").All(one => one.At("value").AsText() != id), read);
            }
        )
        {
            Needs = Feature.Users | Feature.Groups | Feature.Bulk,
        },
        new(
            "RFC7644-3.4.3-count",
            Must,
            "a search by POST has no more resources than count says, none for 0, and says how many there are",
            async server =>
            {
                var crowd = await Crowd.MadeAsync(server, 3);
                var (none, one) = (await CountedAsync("Users/.search", 0), await CountedAsync("Users/.search", 1));
                if (none.Status is 404 or 405 or 501)
                    throw new NotPossibleException($"there is no search, as RFC7644-3.4.3-search tells: {none}");
                var root = await CountedAsync(".search", 1);
                return Verdict.All(
                    Verdict.Of(none.IsFine && none.Resources.Count == 0 && none["totalResults"].AsNumber() == 3, none),
                    Verdict.Of(one.IsFine && one.Resources.Count <= 1 && one["totalResults"].AsNumber() == 3, one),
                    Verdict.Of(!root.IsFine || root.Resources.Count <= 1 && root["totalResults"].AsNumber() == 3, root)
                );

                Task<Exchange> CountedAsync(string path, int count) =>
                    server.PostAsync(
                        path,
                        new JsonObject
                        {
                            ["schemas"] = new JsonArray(Words.Search),
                            ["filter"] = crowd.Filter,
                            ["count"] = count,
                        }
                    );
            }
        )
        {
            Needs = Feature.Users | Feature.Filter | Feature.IndexPaging,
        },
        new(
            "RFC7644-3.4.3-order",
            Must,
            "a search by POST with sortBy and without sortOrder is ascending",
            async server =>
            {
                var crowd = await Crowd.MadeAsync(server, ["b", "c", "a"]);
                var list = await server.PostAsync(
                    "Users/.search",
                    new JsonObject
                    {
                        ["schemas"] = new JsonArray(Words.Search),
                        ["filter"] = crowd.Filter,
                        ["sortBy"] = "userName",
                    }
                );
                return list.IsFine
                    ? Verdict.Of(list.Resources.Select(crowd.Ending).SequenceEqual(["a", "b", "c"]), list)
                    : throw new NotPossibleException($"there is no search, as RFC7644-3.4.3-search tells: {list}");
            }
        )
        {
            Needs = Feature.Users | Feature.Filter | Feature.Sort,
        },
    ];

    private static Task<Exchange> SearchAsync(Server server, string path, JsonObject resource) =>
        server.PostAsync(
            path,
            new JsonObject { ["schemas"] = new JsonArray(Words.Search), ["filter"] = $"id eq \"{resource.At("id")}\"" }
        );

    private static bool Finds(Exchange list, JsonObject resource) =>
        list.IsFine && Steps.Ids(list.Resources).SetEquals(Steps.Ids([resource]));
}
