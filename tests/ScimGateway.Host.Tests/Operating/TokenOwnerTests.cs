using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Host.Tests.Admin;
using ScimGateway.SlackEmulator;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Operating;

/// <summary>
/// A new token is that of a user whom a provider has: whatever was wanted before or is confirmed afterwards, the user is
/// not deactivated, as that would end the token, and everybody else would wait.
/// </summary>
public class TokenOwnerTests
{
    private const string Owners = "xoxp-other";

    [Fact]
    public async Task Not_by_what_waited_for_the_end_of_the_shadow_run()
    {
        await using var served = await ServedGateway.StartAsync();
        var (provider, ada, bob) = await SetUpAsync(served);
        await served.AskAsync(HttpMethod.Post, "tenants/acme/shadow");
        foreach (var user in (string[])[ada, bob])
            Assert.Equal(HttpStatusCode.OK, await OffAsync(provider, user));

        await ConnectAsync(served, ada);
        await served.EnableAsync();

        await Gateway.UntilAsync(() => Task.FromResult(!IsActive(served, "bob")));
        await OwnerStaysAsync(served, ada);
    }

    [Fact]
    public async Task Not_by_the_release_of_what_the_guard_held()
    {
        await using var served = await ServedGateway.StartAsync();
        var (provider, ada, bob) = await SetUpAsync(served, """{"guardedAccounts":1}""");
        await OffAsync(provider, bob);
        await OffAsync(provider, ada);
        await Gateway.UntilAsync(async () => (await HoldsAsync(served)).Count == 1);

        await ConnectAsync(served, ada);
        var hold = Assert.Single(await HoldsAsync(served))!;
        await served.AskAsync(HttpMethod.Post, "tenants/acme/holds/release", $$"""{"holds":[{{hold["id"]}}]}""");

        Assert.Equal("change nothing in Slack", (string?)hold["would"]);
        await Gateway.UntilAsync(async () => (string?)(await LinkAsync(served, ada))["state"] == "protected");
        await OwnerStaysAsync(served, ada);
    }

    [Fact]
    public async Task Not_by_rules_that_let_the_user_go()
    {
        await using var served = await ServedGateway.StartAsync();
        var (provider, ada, bob) = await SetUpAsync(served, """{"deprovisionOnRuleDeletion":true}""");
        await ConnectAsync(served, ada);

        var changed = await served.AskAsync(HttpMethod.Patch, "tenants/acme/rules", """{"R":"title eq \"y\""}""");
        await served.AskAsync(HttpMethod.Post, $"tenants/acme/jobs/{changed["id"]}/confirm");

        await Gateway.UntilAsync(() => Task.FromResult(!IsActive(served, "bob")));
        await OwnerStaysAsync(served, ada);
        provider.Dispose();
    }

    [Fact]
    public async Task The_owner_is_protected_from_the_connection_on()
    {
        await using var served = await ServedGateway.StartAsync();
        var (provider, ada, _) = await SetUpAsync(served);

        await ConnectAsync(served, ada);

        Assert.Equal("protected", (string?)(await LinkAsync(served, ada))["state"]);
        Assert.Equal(HttpStatusCode.Forbidden, await OffAsync(provider, ada));
    }

    [Fact]
    public async Task The_owner_of_a_former_token_may_leave_at_once()
    {
        await using var served = await ServedGateway.StartAsync();
        var (provider, ada, bob) = await SetUpAsync(served);
        await ConnectAsync(served, ada);
        Assert.Equal(HttpStatusCode.Forbidden, await OffAsync(provider, ada));

        await ConnectAsync(served, bob);

        await Gateway.UntilAsync(async () => (string?)(await LinkAsync(served, ada))["state"] == "settled");
        Assert.Equal(HttpStatusCode.OK, await OffAsync(provider, ada));
        await Gateway.UntilAsync(() => Task.FromResult(!IsActive(served, "ada")));
        Assert.Equal(HttpStatusCode.Forbidden, await OffAsync(provider, bob));
    }

    [Fact]
    public async Task What_waited_for_the_owner_of_a_former_token_is_told()
    {
        await using var served = await ServedGateway.StartAsync();
        var (provider, ada, bob) = await SetUpAsync(served);
        await served.AskAsync(HttpMethod.Post, "tenants/acme/shadow");
        await OffAsync(provider, ada);
        await ConnectAsync(served, ada);
        await served.EnableAsync();
        await Gateway.UntilAsync(async () => (string?)(await LinkAsync(served, ada))["state"] == "protected");

        await ConnectAsync(served, bob);

        await Gateway.UntilAsync(() => Task.FromResult(!IsActive(served, "ada")));
    }

    [Fact]
    public async Task The_account_of_a_former_token_that_nobody_claimed_can_be_claimed_at_once()
    {
        await using var served = await ServedGateway.StartAsync();
        served.Slack.Workspace.MakeUser(
            new JsonObject { ["userName"] = "kim", ["emails"] = new JsonArray("kim@corp.example") }
        );
        var (provider, ada, _) = await SetUpAsync(served);
        await ConnectAsync(served, "kim");
        await served.ImportAsync();
        var (status, _, _) = await MakeKimAsync();
        Assert.NotEqual(HttpStatusCode.Created, status);

        await ConnectAsync(served, ada);

        (status, _, _) = await MakeKimAsync();
        Assert.Equal(HttpStatusCode.Created, status);

        Task<(HttpStatusCode Status, JsonObject? Body, HttpResponseMessage Response)> MakeKimAsync() =>
            Gateway.SendAsync(provider, HttpMethod.Post, "Users", User("kim", "kim@corp.example"));
    }

    private static async Task<(HttpClient Provider, string Ada, string Bob)> SetUpAsync(
        ServedGateway served,
        string preferences = "{}"
    )
    {
        var provider = served.Provider("acme", await served.SetUpAsync());
        await served.AskAsync(HttpMethod.Patch, "tenants/acme/preferences", preferences);
        await served.EnableAsync();
        return (
            provider,
            await CreateAsync(provider, "ada", "ada@corp.example"),
            await CreateAsync(provider, "bob", "bob@corp.example")
        );
    }

    private static async Task ConnectAsync(ServedGateway served, string owner)
    {
        var id =
            owner == "kim"
                ? (string)served.Slack.Workspace.Users().Single(user => (string?)user["userName"] == "kim")["id"]!
                : (string)(await LinkAsync(served, owner))["slackId"]!;
        served.Slack.Workspace.ChangeUser(id, new JsonObject { ["rank"] = "owner" });
        served.Slack.Knobs.Set(
            "auth.tokens",
            new JsonArray(
                new JsonObject
                {
                    ["token"] = Owners,
                    ["rank"] = "owner",
                    ["level"] = "org",
                    ["scopes"] = new JsonArray("admin"),
                    ["owner"] = id,
                }
            )
        );
        var shown = await served.AskAsync(HttpMethod.Put, "tenants/acme/connection", $$"""{"token":"{{Owners}}"}""");
        Assert.Equal("valid", (string?)shown["state"]);
    }

    private static async Task OwnerStaysAsync(ServedGateway served, string owner)
    {
        Assert.True(IsActive(served, "ada"));
        Assert.Equal("protected", (string?)(await LinkAsync(served, owner))["state"]);
        Assert.Equal("valid", (string?)(await ConsentTests.TestAsync(served))["state"]);
    }

    private static bool IsActive(ServedGateway served, string name) =>
        Active(served.Slack.Workspace.Users().Single(user => (string?)user["userName"] == name));

    private static async Task<JsonNode> LinkAsync(ServedGateway served, string user) =>
        Assert.Single(
            (await served.AskAsync(HttpMethod.Get, $"tenants/acme/links?resource={user}"))["items"]!.AsArray()
        )!;

    private static async Task<JsonArray> HoldsAsync(ServedGateway served) =>
        (await served.AskAsync(HttpMethod.Get, "tenants/acme/holds"))["items"]!.AsArray();

    private static async Task<HttpStatusCode> OffAsync(HttpClient provider, string user) =>
        (await Gateway.SendAsync(provider, HttpMethod.Patch, $"Users/{user}", Patch("active", "false"))).Status;
}
