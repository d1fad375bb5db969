using System.Text.Json.Nodes;
using ScimGateway.Conformance.Rfc7643;
using static ScimGateway.Conformance.Level;

namespace ScimGateway.Conformance.Rfc7644;

/// <summary>The pages of lists (RFC 7644 §3.4.2.4), also of those that POST asks for (§3.4.3).</summary>
internal static class Paging
{
    private const Feature Filtered = Feature.Users | Feature.Filter;

    public static readonly Requirement[] All =
    [
        new(
            "RFC7644-3.4.2.4-count",
            Must,
            "no more is answered than count says",
            async server =>
            {
                var crowd = await Crowd.MadeAsync(server, 3);
                var list = await crowd.ListAsync("&count=2");
                return Verdict.Of(list.Resources.Count is > 0 and <= 2 && list["totalResults"].AsNumber() == 3, list);
            }
        )
        {
            Needs = Filtered,
        },
        new(
            "RFC7644-3.4.2.4-count-zero",
            Must,
            "count=0 answers totalResults and no resource",
            async server =>
            {
                var crowd = await Crowd.MadeAsync(server, 1);
                var list = await crowd.ListAsync("&count=0");
                return Verdict.Of(
                    list.Status == 200 && list.Resources.Count == 0 && list["totalResults"].AsNumber() == 1,
                    list
                );
            }
        )
        {
            Needs = Filtered,
        },
        new(
            "RFC7644-3.4.2.4-count-negative",
            Must,
            "a negative count is taken for 0",
            async server =>
            {
                var crowd = await Crowd.MadeAsync(server, 1);
                var list = await crowd.ListAsync("&count=-5");
                return Verdict.Of(
                    list.Status == 200 && list.Resources.Count == 0 && list["totalResults"].AsNumber() == 1,
                    list
                );
            }
        )
        {
            Needs = Filtered,
        },
        new(
            "RFC7644-3.4.2.4-start-below-one",
            Must,
            "a startIndex below 1 is taken for 1",
            async server =>
            {
                var crowd = await Crowd.MadeAsync(server, 1);
                var list = await crowd.ListAsync("&startIndex=0");
                return Verdict.Of(list.Status == 200 && list.Resources.Count == 1, list);
            }
        )
        {
            Needs = Filtered | Feature.IndexPaging,
        },
        new(
            "RFC7644-3.4.2.4-pages",
            Must,
            "pages one after the other have all there is, and each once",
            async server =>
            {
                var crowd = await Crowd.MadeAsync(server, 5);
                var ids = new List<string?>();
                for (var start = 1; start <= 5; start += 2)
                    ids.AddRange(
                        (await crowd.ListAsync($"&startIndex={start}&count=2")).Resources.Select(user =>
                            user.At("id").AsText()
                        )
                    );
                return Verdict.Of(
                    ids.Count == 5 && ids.Distinct().Count() == 5,
                    $"five users came in pages as {ids.Count}, of whom {ids.Distinct().Count()} differ"
                );
            }
        )
        {
            Everywhere = Seen.Twice,
            Needs = Filtered | Feature.IndexPaging,
        },
        new(
            "RFC7644-3.4.2.4-beyond",
            Must,
            "beyond the end there is no result, and totalResults stays",
            async server =>
            {
                var crowd = await Crowd.MadeAsync(server, 1);
                var list = await crowd.ListAsync("&startIndex=100");
                return Verdict.Of(
                    list.Status == 200 && list.Resources.Count == 0 && list["totalResults"].AsNumber() == 1,
                    list
                );
            }
        )
        {
            Needs = Filtered | Feature.IndexPaging,
        },
        new(
            "RFC7644-3.4.2.4-groups",
            Must,
            "groups come in pages as users do, also those that a filter lets through",
            async server =>
            {
                for (var i = 0; i < 3; i++)
                    await server.MadeGroupAsync();
                var total = (await server.GetAsync("Groups?count=0"))["totalResults"].AsNumber();
                var (first, second) = (
                    await server.GetAsync("Groups?startIndex=1&count=2"),
                    await server.GetAsync("Groups?startIndex=3&count=2")
                );
                return Verdict.All(
                    Verdict.Of(
                        first.Resources.Count == 2
                            && first["totalResults"].AsNumber() == total
                            && first["startIndex"].AsNumber() is null or 1,
                        first
                    ),
                    Verdict.Of(
                        second.Resources.Count is 1 or 2
                            && second["startIndex"].AsNumber() is null or 3
                            && !second.Resources.Any(one => first.Resources.Any(other => Id(one) == Id(other))),
                        second
                    ),
                    await FilteredAsync()
                );

                async Task<Verdict> FilteredAsync()
                {
                    if (!server.Announced.Has(Feature.Filter) || first.Resources.Count < 2)
                        return Verdict.Kept;
                    var list = await server.FilterAsync(
                        "Groups",
                        string.Join(" or ", first.Resources.Select(one => $"id eq \"{Id(one)}\"")),
                        "&count=1"
                    );
                    return Verdict.Of(
                        list.IsErrorOf(400, "invalidFilter")
                            || list.Resources.Count == 1 && list["totalResults"].AsNumber() == 2,
                        list
                    );
                }

                static string? Id(JsonObject group) => group.At("id").AsText();
            }
        )
        {
            Needs = Feature.Groups | Feature.IndexPaging,
        },
        new(
            "RFC7644-3.4.3-pages",
            Must,
            "a search by POST has pages and an order as a list has",
            async server =>
            {
                var crowd = await Crowd.MadeAsync(server, 4);
                var search = new JsonObject
                {
                    ["schemas"] = new JsonArray(Words.Search),
                    ["filter"] = crowd.Filter,
                    ["startIndex"] = 2,
                    ["count"] = 1,
                    ["excludedAttributes"] = new JsonArray("emails"),
                };
                if (server.Announced.Has(Feature.Sort))
                    (search["sortBy"], search["sortOrder"]) = ("userName", "descending");
                var list = await server.PostAsync("Users/.search", search);
                var first = (await crowd.ListAsync("&count=1")).Resources;
                var isSecond = server.Announced.Has(Feature.Sort)
                    ? list.Resources.Any(one => crowd.Ending(one) == "2")
                    : !list.Resources.Any(one => one.At("id").AsText() == first[0].At("id").AsText());
                return Verdict.Of(
                    list.Resources.Count == 1
                        && list["totalResults"].AsNumber() == 4
                        && isSecond
                        && !list.Resources[0].At("emails").IsSomething(),
                    list
                );
            }
        )
        {
            Needs = Filtered | Feature.IndexPaging,
        },
    ];
}
