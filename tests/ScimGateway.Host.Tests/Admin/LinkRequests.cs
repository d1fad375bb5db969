using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.SlackEmulator;
using ScimGateway.SlackEmulator.Traffic;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>What tests of operators' decisions set up, ask for and look at.</summary>
internal static class LinkRequests
{
    public const string Rest = """{"whenAccountExists":"adopt","userSlackCannotHold":"keep"}""";

    public static async Task<ServedGateway> StartAsync(params JsonObject[] accounts)
    {
        var served = await ServedGateway.StartAsync();
        foreach (var account in accounts)
            served.Slack.Workspace.MakeUser(account);
        return served;
    }

    public static async Task<HttpClient> SetUpAsync(ServedGateway served, string preferences)
    {
        var token = await served.SetUpAsync();
        await served.AskAsync(HttpMethod.Patch, "tenants/acme/preferences", preferences);
        return served.Provider("acme", token);
    }

    // The same provider after a restart.
    public static HttpClient Provider(ServedGateway served, HttpClient former) =>
        served.Provider("acme", former.DefaultRequestHeaders.Authorization!.Parameter!);

    public static Task<JsonNode> ClaimAsync(ServedGateway served, long link, string resource) =>
        served.AskAsync(HttpMethod.Post, $"tenants/acme/links/{link}/claim", $$"""{"resource":"{{resource}}"}""");

    public static Task<JsonNode> DoAsync(ServedGateway served, long link, string what) =>
        served.AskAsync(HttpMethod.Post, $"tenants/acme/links/{link}/{what}");

    public static async Task<HttpStatusCode> StatusAsync(ServedGateway served, long link, string what) =>
        (await served.SendAsync(HttpMethod.Post, $"tenants/acme/links/{link}/{what}")).Status;

    public static async Task<long> LinkAsync(ServedGateway served, string slackId) =>
        (long)
            Assert.Single(
                (await served.AskAsync(HttpMethod.Get, $"tenants/acme/links?search={slackId}"))["items"]!.AsArray(),
                link => (string?)link!["slackId"] == slackId
            )!["id"]!;

    // How the link of a user or group stands.
    // The operation by which a provider deleted a user.
    public static async Task<JsonNode> DeletionAsync(ServedGateway served, string user)
    {
        var all = (await served.AskAsync(HttpMethod.Get, $"tenants/acme/operations?resource={user}"))[
            "items"
        ]!.AsArray();
        var deletion = all.Single(one => ((string)one!["request"]!).StartsWith("DELETE", StringComparison.Ordinal))!;
        return await served.AskAsync(HttpMethod.Get, $"tenants/acme/operations/{deletion["id"]}");
    }

    public static async Task<JsonNode> OfAsync(ServedGateway served, string resource) =>
        Assert.Single(
            (await served.AskAsync(HttpMethod.Get, "tenants/acme/links"))["items"]!.AsArray(),
            link => (string?)link!["resource"] == resource
        )!;

    public static Task SettledAsync(ServedGateway served, string resource) =>
        Gateway.UntilAsync(async () => (string?)(await OfAsync(served, resource))["state"] == "settled");

    public static Task BlockedAsync(ServedGateway served, string resource, string why = "unlinked") =>
        Gateway.UntilAsync(async () =>
            await OfAsync(served, resource) is var link
            && ((string?)link["state"], (string?)link["reason"]?["code"]) == ("blocked", why)
        );

    public static async Task<string> OwnerAsync(ServedGateway served) =>
        (string)
            Assert.Single(
                (await served.AskAsync(HttpMethod.Get, "tenants/acme/links?state=protected"))["items"]!.AsArray(),
                link => (string?)link!["reason"]!["code"] == "tokenOwner"
            )!["slackId"]!;

    public static IEnumerable<JsonObject> Of(ServedGateway served, string address) =>
        served.Slack.Workspace.Users().Where(user => Address(user) == address);

    public static string? Address(JsonObject user) =>
        (string?)user["emails"]?.AsArray().FirstOrDefault(one => (bool?)one!["primary"] == true)?["value"];

    public static (string? Address, string? Name) Has(ServedGateway served, string slackId) =>
        served.Slack.Workspace.User(slackId) is { } user ? (Address(user), (string?)user["userName"]) : default;

    public static JsonArray Members(ServedGateway served, string group) =>
        served.Slack.Workspace.Groups().Single(one => (string?)one["displayName"] == group)["members"] as JsonArray
        ?? [];

    // The tables and columns that have the person's name in them.
    public static Task<List<string>> WordsAsync(ServedGateway served) =>
        served
            .Store.ReadAsync(session =>
                new[]
                {
                    ("links", "seen"),
                    ("links", "delivered"),
                    ("links", "echo"),
                    ("links", "user_name"),
                    ("links", "drifted"),
                    ("resources", "document"),
                    ("resources", "previous"),
                    ("resources", "user_name_key"),
                    ("resources", "email_keys"),
                    ("resources", "display_name"),
                    ("resources", "display_name_key"),
                    ("resources", "external_id"),
                    ("emails", "key"),
                    ("keys", "value"),
                    ("operations", "request"),
                    ("operations", "notes"),
                    ("operations", "commands"),
                    ("operations", "error"),
                    ("holds", "reason"),
                    ("jobs", "progress"),
                }
                    .Where(place =>
                        session.Any(
                            $"select 1 from {place.Item1} where {place.Item2} is not null and ("
                                + $"{served.Store.Sql.Has($"cast({place.Item2} as text)", "@word")} or {served.Store.Sql.Has($"cast({place.Item2} as text)", "@name")}) /* of all tenants */",
                            ("@word", "adalovelace"),
                            ("@name", "Lovelace")
                        )
                    )
                    .Select(place => $"{place.Item1}.{place.Item2}")
                    .ToList()
            )
            .AsTask();
}
