using System.Text.Json.Nodes;
using ScimGateway.Conformance.Rfc7644;
using static ScimGateway.Conformance.Level;

namespace ScimGateway.Conformance.Rfc9865;

/// <summary>Pages by cursor (RFC 9865).</summary>
internal static class Cursors
{
    private const Feature Paged = Feature.Users | Feature.Filter | Feature.CursorPaging;

    public static readonly Requirement[] All =
    [
        new(
            "RFC9865-4-pagination",
            Must,
            "pagination says of cursor and of index whether it is supported",
            async server =>
            {
                var config = await server.GetAsync("ServiceProviderConfig");
                return config["pagination"] is null
                    ? Verdict.Skipped("not announced: pagination")
                    : Verdict.Of(
                        config["pagination.cursor"].AsFlag() is not null
                            && config["pagination.index"].AsFlag() is not null,
                        config
                    );
            }
        ),
        new(
            "RFC9865-4-default-method",
            Must,
            "the default method is cursor or index, and one that is supported",
            async server =>
            {
                var config = await server.GetAsync("ServiceProviderConfig");
                return config.TextOf("pagination.defaultPaginationMethod") is not { } method
                    ? Verdict.Skipped("it is not said")
                    : Verdict.Of(
                        method is "cursor" or "index" && config[$"pagination.{method}"].AsFlag() == true,
                        config
                    );
            }
        ),
        new(
            "RFC9865-2-next",
            Must,
            "a page that is not the last one has nextCursor",
            async server =>
            {
                var page = await FirstAsync(server);
                return Verdict.Of(page.Resources.Count == 2 && Next(page) is not null, page);
            }
        )
        {
            Needs = Paged,
        },
        new(
            "RFC9865-2-last",
            Must,
            "the last page has none",
            async server =>
            {
                var crowd = await Crowd.MadeAsync(server, 2);
                var page = await crowd.ListAsync("&cursor=&count=50");
                return Verdict.Of(page.Status == 200 && page.Resources.Count == 2 && Next(page) is null, page);
            }
        )
        {
            Needs = Paged,
        },
        new(
            "RFC9865-2-all",
            Must,
            "pages one after the other have all there is, and each once",
            async server =>
            {
                var crowd = await Crowd.MadeAsync(server, 5);
                var ids = new List<string?>();
                var cursor = "";
                for (var pages = 0; pages < 10; pages++)
                {
                    var page = await crowd.ListAsync($"&count=2&cursor={Uri.EscapeDataString(cursor)}");
                    if (page.Status != 200)
                        return Verdict.Broken(page);
                    ids.AddRange(page.Resources.Select(user => user.At("id").AsText()));
                    if (Next(page) is not { } next)
                        break;
                    cursor = next;
                }
                return Verdict.Of(
                    ids.Count == 5 && ids.Distinct().Count() == 5,
                    $"five users came in pages as {ids.Count}, of whom {ids.Distinct().Count()} differ"
                );
            }
        )
        {
            Needs = Paged,
        },
        new(
            "RFC9865-2-count",
            Must,
            "no page has more than count says",
            async server =>
            {
                var page = await FirstAsync(server);
                return Verdict.Of(page.Status == 200 && page.Resources.Count <= 2, page);
            }
        )
        {
            Needs = Paged,
        },
        new(
            "RFC9865-2-characters",
            Must,
            "a cursor is made of characters that a URL needs not escape",
            async server =>
            {
                var page = await FirstAsync(server);
                return Next(page) is not { } next
                    ? throw new NotPossibleException("there is no cursor to look at")
                    : Verdict.Of(
                        next.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or '_' or '~'),
                        page
                    );
            }
        )
        {
            Needs = Paged,
        },
        new(
            "RFC9865-2-previous",
            May,
            "previousCursor leads to the page before",
            async server =>
            {
                var crowd = await Crowd.MadeAsync(server, 3);
                var first = await crowd.ListAsync("&cursor=&count=2");
                if (Next(first) is not { } next)
                    throw new NotPossibleException("there is no second page");
                var second = await crowd.ListAsync($"&count=2&cursor={Uri.EscapeDataString(next)}");
                if (second.TextOf("previousCursor") is not { } previous)
                    return Verdict.Skipped("there is no previousCursor");
                var again = await crowd.ListAsync($"&count=2&cursor={Uri.EscapeDataString(previous)}");
                return Verdict.Of(
                    again
                        .Resources.Select(user => user.At("id").AsText())
                        .SequenceEqual(first.Resources.Select(user => user.At("id").AsText())),
                    again
                );
            }
        )
        {
            Needs = Paged,
        },
        new(
            "RFC9865-2.1-invalid-cursor",
            Should,
            "a cursor that is none is 400 with scimType invalidCursor",
            async server =>
            {
                var page = await server.GetAsync("Users?count=2&cursor=no-cursor-of-yours");
                return Verdict.Of(page.IsError(400, "invalidCursor"), page);
            }
        )
        {
            Needs = Feature.Users | Feature.CursorPaging,
        },
        new(
            "RFC9865-2.1-invalid-count",
            Should,
            "a count that is none is 400 with scimType invalidCount",
            async server =>
            {
                var page = await server.GetAsync("Users?cursor=&count=many");
                return Verdict.Of(page.IsErrorOf(400, "invalidCount", "invalidValue"), page);
            }
        )
        {
            Needs = Feature.Users | Feature.CursorPaging,
        },
        new(
            "RFC9865-2.2-sorted",
            Should,
            "pages by cursor are sorted where sorting is supported",
            async server =>
            {
                var crowd = await Crowd.MadeAsync(server, 3);
                var first = await crowd.ListAsync("&cursor=&count=2&sortBy=userName&sortOrder=descending");
                return Verdict.Of(first.Resources.Select(crowd.Ending).SequenceEqual(["2", "1"]), first);
            }
        )
        {
            Needs = Paged | Feature.Sort,
        },
        new(
            "RFC9865-3-search",
            Must,
            "a search by POST takes a cursor as well",
            async server =>
            {
                var crowd = await Crowd.MadeAsync(server, 3);
                JsonObject Search(string cursor) =>
                    new()
                    {
                        ["schemas"] = new JsonArray(Words.Search),
                        ["filter"] = crowd.Filter,
                        ["count"] = 2,
                        ["cursor"] = cursor,
                    };
                var first = await server.PostAsync("Users/.search", Search(""));
                if (Next(first) is not { } next)
                    return Verdict.Broken(first);
                var second = await server.PostAsync("Users/.search", Search(next));
                return Verdict.Of(second.Status == 200 && second.Resources.Count == 1, second);
            }
        )
        {
            Needs = Paged,
        },
        Requirement.NotSeen(
            "RFC9865-2-endpoint",
            Must,
            "the next page is asked for at the same endpoint with the same parameters",
            "that is asked of clients; these checks do so"
        ),
        Requirement.NotSeen(
            "RFC9865-5-resources",
            Should,
            "a server bounds what cursors cost it",
            "what a cursor costs is not seen from outside"
        ),
        new(
            "RFC9865-2-attributes",
            Must,
            "attributes counts for each page of a cursor",
            async server =>
            {
                var crowd = await Crowd.MadeAsync(server, 3);
                var asked = $"Users?filter={Uri.EscapeDataString(crowd.Filter)}&count=2&attributes=userName&cursor=";
                var first = await server.GetAsync(asked);
                if (first.TextOf("nextCursor") is not { Length: > 0 } next)
                    throw new NotPossibleException("there is no second page, as RFC9865-2-next tells");
                var second = await server.GetAsync(asked + Uri.EscapeDataString(next));
                return Verdict.Of(
                    second.IsFine && !second.Resources.Any(one => one.At("emails").IsSomething()),
                    second
                );
            }
        )
        {
            Needs = Paged,
        },
    ];

    private static async Task<Exchange> FirstAsync(Server server) =>
        await (await Crowd.MadeAsync(server, 3)).ListAsync("&cursor=&count=2");

    private static string? Next(Exchange page) => page.TextOf("nextCursor") is { Length: > 0 } next ? next : null;
}
