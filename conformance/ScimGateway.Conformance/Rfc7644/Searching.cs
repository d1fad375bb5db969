using System.Text.Json.Nodes;
using static ScimGateway.Conformance.Level;

namespace ScimGateway.Conformance.Rfc7644;

/// <summary>Queries by POST (RFC 7644 §3.4.3).</summary>
internal static class Searching
{
    public static readonly Requirement[] All =
    [
        new(
            "RFC7644-3.4.3-search",
            Must,
            "POST to /Users/.search is a query, answered as one",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var list = await SearchAsync(server, "Users/.search", user);
                return Verdict.Of(
                    list.Status == 200
                        && list.Json.Strings("schemas").Contains(Words.List)
                        && list.Resources.Count == 1
                        && list.Resources[0].At("id").AsText() == user.At("id").AsText(),
                    list
                );
            }
        )
        {
            Needs = Feature.Users | Feature.Filter,
        },
        new(
            "RFC7644-3.4.3-attributes",
            Must,
            "attributes of a search are those that are answered",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var list = await SearchAsync(server, "Users/.search", user, "displayName", "userName");
                return Verdict.Of(
                    list.Resources.Count == 1
                        && list.Resources[0].At("displayName").IsSomething()
                        && list.Resources[0].At("userName").IsSomething()
                        && !list.Resources[0].At("emails").IsSomething(),
                    list
                );
            }
        )
        {
            Needs = Feature.Users | Feature.Filter,
        },
        new(
            "RFC7644-3.4.3-root",
            May,
            "POST to /.search asks for resources of all types",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var list = await SearchAsync(server, ".search", $"userName eq \"{user.At("userName")}\"");
                if (list.Status is 404 or 405 or 501 or 403)
                    return Verdict.Skipped("the root is not asked for resources");
                if (list.Status != 200 || list.Resources.Count != 1 || !server.Announced.Has(Feature.Groups))
                    return Verdict.Of(list.Status == 200 && list.Resources.Count == 1, list);
                var group = await server.MadeGroupAsync();
                var both = await SearchAsync(
                    server,
                    ".search",
                    $"id eq \"{user.At("id")}\" or id eq \"{group.At("id")}\""
                );
                return both.IsErrorOf(400, "invalidFilter")
                    ? Verdict.Skipped($"users and groups are not asked for by their ids: {both}")
                    : Verdict.Of(
                        both.Status == 200 && Steps.Ids(both.Resources).SetEquals(Steps.Ids([user, group])),
                        both
                    );
            }
        )
        {
            Needs = Feature.Users | Feature.Filter,
        },
        Requirement.NotSeen(
            "RFC7644-3.4.3-schemas",
            Must,
            "a search names its schema",
            "that is asked of clients; a server that takes it all the same breaks nothing"
        ),
    ];

    private static Task<Exchange> SearchAsync(
        Server server,
        string path,
        JsonObject user,
        params string[] attributes
    ) => SearchAsync(server, path, $"userName eq \"{user.At("userName")}\"", attributes);

    private static Task<Exchange> SearchAsync(Server server, string path, string filter, params string[] attributes)
    {
        var search = new JsonObject
        {
            ["schemas"] = new JsonArray(Words.Search),
            ["filter"] = filter,
            ["startIndex"] = 1,
            ["count"] = 10,
        };
        if (attributes.Length > 0)
            search["attributes"] = new JsonArray([.. attributes.Select(name => (JsonNode)name)]);
        return server.PostAsync(path, search);
    }
}
