using System.Text.Json.Nodes;
using static ScimGateway.Conformance.Level;

namespace ScimGateway.Conformance.Rfc7644;

/// <summary>What a server says of itself (RFC 7644 §4).</summary>
internal static class Discovery
{
    public static readonly Requirement[] All =
    [
        new(
            "RFC7644-4-configuration",
            Must,
            "/ServiceProviderConfig is answered with its schema",
            async server =>
            {
                var config = await server.GetAsync("ServiceProviderConfig");
                return Verdict.Of(
                    config.Status == 200 && config.Json.Strings("schemas").Contains(Words.ServiceProviderConfig),
                    config
                );
            }
        ),
        ListOf("schemas", "Schemas"),
        ListOf("resource-types", "ResourceTypes"),
        new(
            "RFC7644-4-schema",
            Must,
            "a schema is at /Schemas and its URI",
            server =>
                EachAsync(
                    server.Announced.Schemas,
                    async schema =>
                    {
                        var one = await server.GetAsync($"Schemas/{schema.At("id")}");
                        return Verdict.Of(one.Status == 200 && one.TextOf("id") == schema.At("id").AsText(), one);
                    }
                )
        ),
        new(
            "RFC7644-4-resource-type",
            Must,
            "a resource type is at /ResourceTypes and its name",
            server =>
                EachAsync(
                    server.Announced.Types,
                    async type =>
                    {
                        var one = await server.GetAsync($"ResourceTypes/{type.At("id") ?? type.At("name")}");
                        return Verdict.Of(one.Status == 200 && one.TextOf("name") == type.At("name").AsText(), one);
                    }
                )
        ),
        Ignores("schemas", "Schemas"),
        Ignores("resource-types", "ResourceTypes"),
        Forbids("schemas", "Schemas"),
        Forbids("resource-types", "ResourceTypes"),
        new(
            "RFC7644-4-true",
            Must,
            "what is announced is so: PATCH is understood if it is supported, and only then",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var patched = await server.PatchBodyAsync(
                    Server.At(user),
                    Patching.Body(Patching.Operation("replace", "displayName", "Another Name"))
                );
                return Verdict.Of(
                    patched.IsFine ? !server.Announced.Denies("patch") : !server.Announced.Has(Feature.Patch),
                    patched
                );
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-4-true-filter",
            Must,
            "what is announced is so: filters are answered if they are supported",
            async server =>
            {
                await server.MadeUserAsync(); // of whom a filter that is passed over tells
                var list = await server.FilterAsync("Users", $"userName eq \"{server.Name()}\"");
                return server.Announced.Has(Feature.Filter)
                    ? Verdict.Of(list.Status == 200, list)
                    : Verdict.Of(
                        !server.Announced.Denies("filter")
                            || list.Status != 200
                            || list["totalResults"].AsNumber() is not 0,
                        list
                    );
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-4-true-bulk",
            Must,
            "what is announced is so: /Bulk is there if it is supported",
            async server =>
            {
                var done = await server.SendAsync(HttpMethod.Post, "Bulk", "{}");
                if (server.Announced.Has(Feature.Bulk))
                    return Verdict.Of(done.Status is not (404 or 405 or 501), done);
                var one = await server.PostAsync("Bulk", Bulk.Body(Bulk.Delete($"/Users/{server.Name()}")));
                return Verdict.Of(!server.Announced.Denies("bulk") || !done.IsFine && !one.IsFine, one);
            }
        ),
        new(
            "RFC7644-4-true-sort",
            Should,
            "what is announced is so: nothing is sorted where that is said not to be supported",
            async server =>
            {
                if (!server.Announced.Denies("sort"))
                    return Verdict.Kept; // RFC7644-3.4.2.3-ascending tells
                var crowd = await Crowd.MadeAsync(server, ["c", "a", "d", "b"]);
                var (up, down) = (await NamesAsync("ascending"), await NamesAsync("descending"));
                return Verdict.Of(
                    !(up.SequenceEqual(up.Order(StringComparer.OrdinalIgnoreCase)) && up.Reverse().SequenceEqual(down)),
                    $"sort is not supported, and sortBy sorts: {string.Join(", ", up)}; {string.Join(", ", down)}"
                );

                async Task<IReadOnlyList<string>> NamesAsync(string order) =>
                    [
                        .. (await crowd.ListAsync($"&sortBy=userName&sortOrder={order}")).Resources.Select(user =>
                            user.At("userName").AsText() ?? ""
                        ),
                    ];
            }
        )
        {
            Needs = Feature.Users | Feature.Filter,
        },
        new(
            "RFC7644-4-true-etag",
            Should,
            "what is announced is so: resources have no version where that is said not to be supported",
            async server =>
            {
                var user = await server.MadeUserAsync();
                return Verdict.Of(
                    !server.Announced.Denies("etag") || !user.At("meta.version").IsSomething(),
                    $"etag is not supported, and a user has the version {user.At("meta.version")}"
                );
            }
        )
        {
            Needs = Feature.Users,
        },
    ];

    /// <summary>The first of what is announced that is not as it has to be, one asked for after the other.</summary>
    public static async Task<Verdict> EachAsync(
        IReadOnlyList<JsonObject> announced,
        Func<JsonObject, Task<Verdict>> check
    )
    {
        foreach (var one in announced)
            if (await check(one) is { Outcome: Outcome.Failed } broken)
                return broken;
        return announced.Count == 0 ? Verdict.Skipped("there is nothing announced to look at") : Verdict.Kept;
    }

    private static Requirement ListOf(string word, string path) =>
        new(
            $"RFC7644-4-{word}",
            Must,
            $"/{path} is answered as a list of all there are",
            async server =>
            {
                var list = await server.GetAsync(path);
                return Verdict.Of(
                    list.Status == 200
                        && list.Json.Strings("schemas").Contains(Words.List)
                        && list.Resources.Count > 0
                        && list["totalResults"].AsNumber() == list.Resources.Count,
                    list
                );
            }
        );

    private static Requirement Ignores(string word, string path) =>
        new(
            $"RFC7644-4-{word}-parameters",
            Must,
            $"parameters of sorting and paging are ignored at /{path}",
            async server =>
            {
                var list = await server.GetAsync($"{path}?startIndex=2&count=1&sortBy=name");
                return Verdict.Of(
                    list.Status == 200 && list.Resources.Count == (await server.GetAsync(path)).Resources.Count,
                    list
                );
            }
        );

    private static Requirement Forbids(string word, string path) =>
        new(
            $"RFC7644-4-{word}-filter",
            Should,
            $"a filter at /{path} is 403",
            async server =>
            {
                var list = await server.FilterAsync(path, "name eq \"User\"");
                return Verdict.Of(list.Status == 403, list);
            }
        );
}
