using System.Text.Json.Nodes;
using ScimGateway.Conformance.Rfc7643;
using static ScimGateway.Conformance.Level;

namespace ScimGateway.Conformance.Rfc7644;

/// <summary>Lists, and what they show (RFC 7644 §3.4.2, §3.4.2.1).</summary>
internal static class Listing
{
    private const Feature Filtered = Feature.Users | Feature.Filter;

    // More are not made to see a list that has them all.
    private const int MostMade = 50;

    public static readonly Requirement[] All =
    [
        new(
            "RFC7644-3.4.2-list",
            Must,
            "a list is a ListResponse with totalResults",
            async server =>
            {
                await server.MadeUserAsync();
                var list = await server.GetAsync("Users?count=1");
                return Verdict.Of(
                    list.Status == 200
                        && list.Json.Strings("schemas").Contains(Words.List)
                        && list["totalResults"].AsNumber() is >= 1,
                    list
                );
            }
        )
        {
            Everywhere = Seen.List,
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.4.2-resources",
            Must,
            "where there are results they are in Resources",
            async server =>
            {
                await server.MadeUserAsync();
                var list = await server.GetAsync("Users?count=1");
                return Verdict.Of(list.Resources.Count == 1, list);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "RFC7644-3.4.2-part",
            Must,
            "a part of a list says where it begins and how many it has",
            async server =>
            {
                await server.MadeUserAsync();
                await server.MadeUserAsync();
                var list = await server.GetAsync("Users?startIndex=1&count=1");
                return Verdict.Of(
                    list["startIndex"].AsNumber() == 1 && list["itemsPerPage"].AsNumber() == list.Resources.Count,
                    list
                );
            }
        )
        {
            Everywhere = Seen.PageSize,
            Needs = Feature.Users | Feature.IndexPaging,
        },
        new(
            "RFC7644-3.4.2-nothing",
            Must,
            "a query that finds nothing is 200 with totalResults 0",
            async server =>
            {
                var list = await server.FilterAsync("Users", $"userName eq \"{server.Name()}\"");
                return Verdict.Of(
                    list.Status == 200 && list["totalResults"].AsNumber() == 0 && list.Resources.Count == 0,
                    list
                );
            }
        )
        {
            Needs = Filtered,
        },
        new(
            "RFC7644-3.4.2.1-root",
            May,
            "a query at the root finds resources of all types",
            async server =>
            {
                var (user, group) = (await server.MadeUserAsync(), await server.MadeGroupAsync());
                var list = await server.FilterAsync("", $"id eq \"{user.At("id")}\" or id eq \"{group.At("id")}\"");
                return list.Status is 404 or 405 or 501 or 403 or 400
                    ? Verdict.Skipped("the root is not asked for resources")
                    : Verdict.Of(list.Resources.Count == 2, list);
            }
        )
        {
            Needs = Filtered | Feature.Groups,
        },
        new(
            "RFC7644-3.4.2.1-other-type",
            Must,
            "at the root an attribute that a type does not have counts as one without a value",
            async server =>
            {
                var (user, group) = (await server.MadeUserAsync(), await server.MadeGroupAsync());
                var list = await server.FilterAsync(
                    "",
                    $"userName pr and (id eq \"{user.At("id")}\" or id eq \"{group.At("id")}\")"
                );
                return list.Status is 404 or 405 or 501 or 403 or 400
                    ? Verdict.Skipped("the root is not asked for resources")
                    : Verdict.Of(
                        list.Resources.Count == 1 && list.Resources[0].At("id").AsText() == user.At("id").AsText(),
                        list
                    );
            }
        )
        {
            Needs = Filtered | Feature.Groups,
        },
        new(
            "RFC7644-3.4.2-whole",
            Must,
            "a list shows of a resource what it shows alone",
            async server =>
            {
                var user = await server.MadeUserAsync(sent =>
                {
                    if (server.Announced.Has(Feature.Enterprise))
                    {
                        sent["schemas"] = new JsonArray(Words.User, Words.Enterprise);
                        sent[Words.Enterprise] = new JsonObject { ["department"] = "Boats" };
                    }
                });
                var group = server.Announced.Has(Feature.Groups)
                    ? await server.MadeGroupAsync(user.At("id").AsText()!)
                    : null;
                foreach (var one in group is null ? new[] { user } : [user, group])
                {
                    var alone = await server.GetAsync(Server.At(one));
                    var list = await server.FilterAsync(Server.At(one).Split('/')[0], $"id eq \"{one.At("id")}\"");
                    if (list.Resources is not [var shown])
                        throw new NotPossibleException(
                            "a resource is not found by its id, as RFC7644-3.4.2.2-id tells"
                        );
                    var missing = (alone.Json as JsonObject ?? []).FirstOrDefault(member =>
                        !Same(member.Value, shown.Member(member.Key))
                    );
                    if (missing.Key is not null)
                        return Verdict.Broken($"{missing.Key} is otherwise in the list: {list}");
                }
                return Verdict.Kept;

                static bool Same(JsonNode? alone, JsonNode? listed) =>
                    !alone.IsSomething()
                    || (
                        alone is JsonObject members
                            ? members.All(member => Same(member.Value, listed.Member(member.Key)))
                            : listed.IsSomething()
                    );
            }
        )
        {
            Needs = Filtered,
        },
        new(
            "RFC7644-3.4.2-total-beyond",
            Must,
            "totalResults is how many are found, also where no page has so many",
            async server =>
            {
                var config = await server.GetAsync("ServiceProviderConfig");
                if (config["filter.maxResults"].AsNumber() is not { } most || most is not (> 0 and <= MostMade))
                    return Verdict.Skipped("filter.maxResults is not said, or more than are made here");
                var there = (await server.GetAsync("Users?count=1"))["totalResults"].AsNumber();
                for (; there <= most; there++)
                    await server.MadeUserAsync();
                var list = await server.GetAsync("Users");
                return Verdict.Of(list["totalResults"].AsNumber() > most, list);
            }
        )
        {
            Needs = Filtered,
        },
    ];
}
