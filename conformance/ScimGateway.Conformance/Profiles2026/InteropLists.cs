using System.Text.Json.Nodes;
using ScimGateway.Conformance.Rfc7644;
using static ScimGateway.Conformance.Level;
using static ScimGateway.Conformance.Steps;

namespace ScimGateway.Conformance.Profiles2026;

/// <summary>
/// Filters and pages: sections 6.3 and 6.4 of the SCIM 2.0 Interoperability Profile
/// (draft-zollner-scim-interop-profile-01).
/// </summary>
internal static class InteropLists
{
    // The default page and the count that each server honours; so many more are made to see that a maximum is kept.
    private const int Page = 100;
    private const int MostMade = 120;

    public static readonly Requirement[] All =
    [
        new(
            "INTEROP-6.3-filter",
            Must,
            "filters are supported, with eq and with and",
            async server =>
            {
                var (one, other) = (await ExternalAsync(server), await ExternalAsync(server));
                var both = $"externalId eq \"{one.At("externalId")}\" and userName eq";
                return Verdict.All(
                    Verdict.Of(server.Announced.Has(Feature.Filter), "ServiceProviderConfig does not say so"),
                    await FindsAsync(server, "Users", $"userName eq \"{one.At("userName")}\"", one),
                    await FindsAsync(server, "Users", $"{both} \"{one.At("userName")}\"", one),
                    await FindsAsync(server, "Users", $"{both} \"{other.At("userName")}\"")
                );
            }
        )
        {
            Needs = Feature.Users,
            Beyond = "RFC 7644 §3.4.2.2: filters are optional",
        },
        new(
            "INTEROP-6.3-get-alone",
            Must,
            "a filter in the URL is for GET alone: a PATCH with one changes nobody",
            async server =>
            {
                var user = await server.MadeUserAsync();
                var filter = Uri.EscapeDataString($"userName eq \"{user.At("userName")}\"");
                await server.PatchBodyAsync(
                    $"Users?filter={filter}",
                    Patching.Body(Patching.Operation("replace", "displayName", "Another Name"))
                );
                var read = await server.GetAsync(Server.At(user));
                return Verdict.Of(read.TextOf("displayName") == user.At("displayName").AsText(), read);
            }
        )
        {
            Needs = Feature.Users,
        },
        new(
            "INTEROP-6.3-undefined",
            Must,
            "a filter by what no schema has is 400 with invalidFilter",
            async server =>
            {
                await server.MadeUserAsync();
                var filters = new[] { Undefined, $"name.{Undefined}", $"{UndefinedSchema}:size" }
                    .Select(name => (Endpoint: "Users", Name: name))
                    .Concat(server.Announced.Has(Feature.Groups) ? [("Groups", Undefined)] : []);
                return await EachAsync(
                    filters,
                    async one =>
                    {
                        var found = await server.FilterAsync(one.Endpoint, $"{one.Name} eq \"x\"");
                        return Verdict.Of(found.IsRefused(400, "invalidFilter"), found);
                    }
                );
            }
        )
        {
            Needs = Feature.Users | Feature.Filter,
            Beyond = "RFC 7644 §3.4.2.1: what an attribute is not defined for does not match",
        },
        new(
            "INTEROP-6.4-pages",
            Must,
            "lists come in pages, by index or by cursor",
            async server =>
            {
                var crowd = await Crowd.MadeAsync(server, 3);
                var whole = await crowd.ListAsync();
                var (all, last) = await PagesAsync(server, "Users", 1, $"&filter={Uri.EscapeDataString(crowd.Filter)}");
                return Verdict.Of(
                    last.IsFine
                        && last.Resources.Count == 1
                        && all.Count == 3
                        && Ids(all).SetEquals(Ids(whole.Resources)),
                    last
                );
            }
        )
        {
            Needs = Feature.Users | Feature.Filter,
            Beyond = "RFC 7644 §3.4.2.4: pages are optional",
        },
        new(
            "INTEROP-6.4-default",
            Should,
            "a list without count has a hundred resources at least, if there are so many",
            async server =>
            {
                await FillAsync(server, Page + 1);
                var list = await server.GetAsync("Users");
                return Verdict.Of(list.Resources.Count >= Page, Sized(list));
            }
        )
        {
            Needs = Feature.Users,
            Beyond = "RFC 7644 §3.4.2.4: how many a page has is the server's",
        },
        new(
            "INTEROP-6.4-count",
            Must,
            "a count of a hundred is answered with a hundred, if there are so many",
            async server =>
            {
                await FillAsync(server, Page + 1);
                var list = await server.GetAsync($"Users?count={Page}");
                return Verdict.Of(list.Resources.Count == Page, Sized(list));
            }
        )
        {
            Needs = Feature.Users,
            Beyond = "RFC 7644 §3.4.2.4: a page may have fewer than were asked for",
        },
        new(
            "INTEROP-6.4-maximum",
            Must,
            "a count beyond the maximum is answered with as many as that",
            async server =>
            {
                var config = await server.GetAsync("ServiceProviderConfig");
                if (
                    (config["pagination.maxPageSize"] ?? config["filter.maxResults"]).AsNumber()
                    is not (> 0 and var most)
                )
                    return Verdict.Skipped("no maximum is said");
                if (most > MostMade)
                    return Verdict.Skipped($"it is {most}, more than are made here");
                await FillAsync(server, most + 1);
                var list = await server.GetAsync($"Users?count={most + 1_000}");
                return Verdict.Of(list.IsFine && list.Resources.Count == most, Sized(list));
            }
        )
        {
            Needs = Feature.Users,
        },
    ];

    private static Task<JsonObject> ExternalAsync(Server server) =>
        server.MadeUserAsync(user => user["externalId"] = $"Ext-{user.At("userName")}");

    // A list of a hundred is not shown whole.
    private static string Sized(Exchange list) =>
        $"{list.Resources.Count} resources of {list["totalResults"]?.ToJsonString() ?? "no totalResults"}: {list}";
}
