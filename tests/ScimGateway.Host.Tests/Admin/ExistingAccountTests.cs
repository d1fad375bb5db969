using System.Net;
using System.Text.Json.Nodes;
using Xunit;
using static ScimGateway.Host.Tests.Admin.LinkRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>Slack already has an account of a user whom a provider posts, and no import has shown it yet.</summary>
public class ExistingAccountTests
{
    private const string Address = "ada@corp.example";

    [Fact]
    public async Task An_account_that_its_user_may_not_adopt_is_listed_and_an_operator_gives_it_to_the_user()
    {
        await using var served = await ServedGateway.StartAsync();
        using var provider = await SetUpAsync(served, """{"whenAccountExists":"refuse"}""");
        var (account, user) = await BothAsync(served, provider);
        await FailedAsync(served, user, account);

        await served.ImportAsync();
        await ClaimAsync(served, await LinkAsync(served, account), user);

        await SettledAsync(served, user);
        Assert.Equal(account, (string?)(await OfAsync(served, user))["slackId"]);
        Assert.Equal((Address, "ada"), Has(served, account));
        Assert.Single(Of(served, Address));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Where_accounts_may_be_adopted_from_now_on_the_user_has_it(bool isListed)
    {
        await using var served = await ServedGateway.StartAsync();
        using var provider = await SetUpAsync(served, """{"whenAccountExists":"refuse"}""");
        var (account, user) = await BothAsync(served, provider);
        await FailedAsync(served, user, account);
        if (isListed)
            await served.ImportAsync();

        var job = await served.AskAsync(
            HttpMethod.Patch,
            "tenants/acme/preferences",
            """{"whenAccountExists":"adopt"}"""
        );
        if ((string?)job["state"] == "toConfirm")
            await served.AskAsync(HttpMethod.Post, $"tenants/acme/jobs/{job["id"]}/confirm");
        if (!isListed)
            await served.AskAsync(
                HttpMethod.Post,
                $"tenants/acme/links/{(await OfAsync(served, user))["id"]}/provision"
            );

        await SettledAsync(served, user);
        Assert.Equal(account, (string?)(await OfAsync(served, user))["slackId"]);
        Assert.Single(Of(served, Address));
    }

    [Theory]
    [InlineData("stays", "changed")]
    [InlineData("disabled", "deactivated")]
    [InlineData("deleted", "deactivated")]
    public async Task Of_an_account_that_an_import_sees_in_a_shadow_run_the_user_is_the_owner_and_a_leaver_leaves_it(
        string becomes,
        string counted
    )
    {
        await using var served = await ServedGateway.StartAsync();
        using var provider = await SetUpAsync(served, "{}");
        var (account, user) = await BothAsync(served, provider);
        await served.ImportAsync();
        if (becomes == "disabled")
            await Gateway.SendAsync(provider, HttpMethod.Patch, $"Users/{user}", Patch("active", "false"));
        else if (becomes == "deleted")
            await Gateway.SendAsync(provider, HttpMethod.Delete, $"Users/{user}");

        var preview = await served.AskAsync(HttpMethod.Post, "tenants/acme/enable");
        Assert.Equal(1, (int?)preview["counts"]!["users"]![counted]);
        Assert.Null(preview["counts"]!["users"]!["created"]);
        await served.AskAsync(HttpMethod.Post, $"tenants/acme/jobs/{preview["id"]}/confirm");

        await Gateway.UntilAsync(() =>
            Task.FromResult(
                Active(served.Slack.Workspace.User(account)!) == (becomes == "stays")
                    && served.Slack.Calls.ByOperation.Keys.Any(call =>
                        call.EndsWith("/Users/{id}", StringComparison.Ordinal)
                    )
            )
        );
        Assert.Single(Of(served, Address));
        Assert.Equal(0, served.Slack.Calls.ByOperation.GetValueOrDefault("POST /Users"));
        if (becomes == "stays")
            Assert.Equal(account, (string?)(await OfAsync(served, user))["slackId"]);
    }

    // Who was disabled before the account was seen.
    [Fact]
    public async Task Of_an_account_that_an_import_sees_when_its_user_is_disabled_already_the_user_is_the_owner()
    {
        await using var served = await ServedGateway.StartAsync();
        using var provider = await SetUpAsync(served, "{}");
        var (account, user) = await BothAsync(served, provider);
        await Gateway.SendAsync(provider, HttpMethod.Patch, $"Users/{user}", Patch("active", "false"));
        await served.ImportAsync();
        await served.EnableAsync();

        await Gateway.UntilAsync(() => Task.FromResult(!Active(served.Slack.Workspace.User(account)!)));
        Assert.Equal(account, (string?)(await OfAsync(served, user))["slackId"]);
    }

    // More versions than the link has that the import gives the user.
    [Fact]
    public async Task What_a_provider_wrote_before_an_import_saw_the_account_has_its_outcome()
    {
        await using var served = await ServedGateway.StartAsync();
        using var provider = await SetUpAsync(served, "{}");
        var (account, user) = await BothAsync(served, provider);
        foreach (var title in (string[])["\"One\"", "\"Two\"", "\"Three\"", "\"Four\""])
            await Gateway.SendAsync(provider, HttpMethod.Patch, $"Users/{user}", Patch("title", title));
        await served.ImportAsync();
        await served.EnableAsync();

        await SettledAsync(served, user);
        Assert.Equal("Four", (string?)served.Slack.Workspace.User(account)!["title"]);
        var operations = (await served.AskAsync(HttpMethod.Get, $"tenants/acme/operations?resource={user}"))["items"]!;
        Assert.Equal(5, operations.AsArray().Count(one => (string?)one!["actor"] != "gateway"));
        Assert.DoesNotContain(operations.AsArray(), one => (string?)one!["outcome"] is "accepted" or "pending");
    }

    // The account, by another name, and the user who is posted behind it.
    private static async Task<(string Account, string User)> BothAsync(ServedGateway served, HttpClient provider)
    {
        var account = served.Slack.Workspace.MakeUser(
            new JsonObject
            {
                ["userName"] = "ada",
                ["emails"] = new JsonArray(new JsonObject { ["value"] = Address, ["primary"] = true }),
            }
        );
        var (status, made, _) = await Gateway.SendAsync(provider, HttpMethod.Post, "Users", User("ada", Address));
        Assert.Equal(HttpStatusCode.Created, status);
        return (account, (string)made!["id"]!);
    }

    private static async Task FailedAsync(ServedGateway served, string user, string account)
    {
        await served.EnableAsync();
        JsonNode? link = null;
        await Gateway.UntilAsync(async () => (string?)(link = await OfAsync(served, user))["state"] == "failed");
        Assert.Equal("accountExists", (string?)link!["reason"]!["code"]);
        Assert.Contains(account, link["reason"]!.ToJsonString(), StringComparison.Ordinal);
    }
}
