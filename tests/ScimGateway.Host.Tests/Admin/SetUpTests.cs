using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.SlackEmulator;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>From nothing to a person in Slack, by the admin API alone.</summary>
public class SetUpTests
{
    private static readonly string _slackToken = SlackEmulatorServer.TokenOf(1);

    [Theory]
    [InlineData("../Users", "; SCIM 2.0 is served at /acme/scim/v2.")]
    [InlineData("../../scim", "; SCIM 2.0 is served at /acme/scim/v2.")]
    [InlineData("../../Users", "; SCIM 2.0 is served at /acme/scim/v2.")]
    [InlineData("Users/Users", "; the base URL ends in /scim/v2, and the provider adds the rest itself.")]
    [InlineData("Persons", "There is nothing at /acme/scim/v2/Persons.")]
    public async Task A_provider_whose_address_is_not_quite_right_is_told_the_right_one(string path, string says)
    {
        await using var served = await ServedGateway.StartAsync();
        using var provider = served.Provider("acme", await served.SetUpAsync());

        using var answer = await provider.GetAsync(path);

        Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        var error = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.EndsWith(says, (string)error["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task From_nothing_to_a_person_in_Slack()
    {
        await using var served = await ServedGateway.StartAsync();

        var tenant = await served.AskAsync(
            HttpMethod.Post,
            "tenants",
            """{"slug":"acme","name":"Acme","preset":"pingOne"}"""
        );
        Assert.Equal(("shadow", "none"), ((string?)tenant["standing"], (string?)tenant["connection"]));
        Assert.Contains("PUT /admin/api/v1/tenants/acme/connection", (string)tenant["todo"]!, StringComparison.Ordinal);
        Assert.Equal(
            "skip",
            (string?)(await served.AskAsync(HttpMethod.Get, "tenants/acme/preferences"))["whenNotAllowed"]
        );

        var connection = await served.AskAsync(
            HttpMethod.Put,
            "tenants/acme/connection",
            $$"""{"token":"{{_slackToken}}"}"""
        );
        Assert.Equal("valid", (string?)connection["state"]);
        Assert.Equal(
            ["token", "organization", "scopes", "read"],
            connection["checks"]!
                .AsArray()
                .Where(check => (bool)check!["ok"]!)
                .Select(check => (string)check!["check"]!)
        );
        await served.ImportedAsync("acme");

        var source = await served.AskAsync(
            HttpMethod.Post,
            "tenants/acme/sources",
            """{"name":"PingOne production","preset":"pingOne"}"""
        );
        var made = await served.AskAsync(
            HttpMethod.Post,
            $"tenants/acme/sources/{source["id"]}/credentials",
            """{"kind":"bearer","label":"first"}"""
        );
        Assert.Equal($"{served.Base}acme/scim/v2", (string?)made["use"]!["SCIM Base URL"]);
        Assert.Equal((string?)made["secret"], (string?)made["use"]!["OAuth Access Token"]);

        // In the shadow run everything is accepted and planned, and Slack is told nothing.
        using var provider = served.Provider("acme", (string)made["secret"]!);
        var (status, _, _) = await Gateway.SendAsync(provider, HttpMethod.Post, "Users", User());
        Assert.Equal(HttpStatusCode.Created, status);
        Assert.DoesNotContain(served.Slack.Workspace.Users(), user => IsAda(user));

        var (enabling, job, _) = await served.SendAsync(HttpMethod.Post, "tenants/acme/enable");
        Assert.Equal((HttpStatusCode.Accepted, "toConfirm"), (enabling, (string?)job!["state"]));
        Assert.Equal(1, (int?)job["counts"]!["users"]!["created"]);
        var confirmed = await served.AskAsync(HttpMethod.Post, $"tenants/acme/jobs/{job["id"]}/confirm");
        Assert.Equal("done", (string?)confirmed["state"]);
        await Gateway.UntilAsync(() => Task.FromResult(served.Slack.Workspace.Users().Any(user => IsAda(user))));

        var live = await served.AskAsync(HttpMethod.Get, "tenants/acme");
        Assert.Equal("live", (string?)live["standing"]);
        Assert.StartsWith("Nobody is told of what is held", (string?)live["todo"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_set_up_is_there_after_a_restart()
    {
        await using var served = await ServedGateway.StartAsync();
        var token = await served.SetUpAsync();
        await served.EnableAsync();

        await served.RestartAsync();

        using var provider = served.Provider("acme", token);
        Assert.Equal(
            HttpStatusCode.Created,
            (await Gateway.SendAsync(provider, HttpMethod.Post, "Users", User())).Status
        );
        Assert.Contains(served.Slack.Workspace.Users(), user => IsAda(user));
        Assert.Equal("valid", (string?)(await served.AskAsync(HttpMethod.Get, "tenants/acme/connection"))["state"]);
    }

    [Fact]
    public async Task A_tenant_says_at_each_step_what_is_next()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.AskAsync(HttpMethod.Post, "tenants", """{"slug":"acme","name":"Acme"}""");
        Assert.Contains("/connection with a token", await TodoAsync(), StringComparison.Ordinal);

        await served.AskAsync(HttpMethod.Put, "tenants/acme/connection", """{"token":"xoxp-nobodys"}""");
        Assert.Contains("Slack does not take the token", await TodoAsync(), StringComparison.Ordinal);
        var (_, refused, _) = await served.SendAsync(HttpMethod.Post, "tenants/acme/enable");
        Assert.Contains("Slack does not take the token", (string?)refused!["detail"], StringComparison.Ordinal);
        await served.AskAsync(HttpMethod.Put, "tenants/acme/connection", $$"""{"token":"{{_slackToken}}"}""");
        await served.ImportedAsync("acme");
        Assert.Contains("POST /admin/api/v1/tenants/acme/sources.", await TodoAsync(), StringComparison.Ordinal);
        var source = await served.AskAsync(HttpMethod.Post, "tenants/acme/sources", """{"name":"Provider"}""");
        Assert.Contains($"sources/{source["id"]}/credentials", await TodoAsync(), StringComparison.Ordinal);
        await served.AskAsync(
            HttpMethod.Post,
            $"tenants/acme/sources/{source["id"]}/credentials",
            """{"kind":"bearer"}"""
        );
        Assert.Contains("/enable", await TodoAsync(), StringComparison.Ordinal);

        await served.AskAsync(HttpMethod.Post, "tenants/acme/disable");
        Assert.StartsWith(
            "Slack is told nothing, and what providers send is refused with 503",
            await TodoAsync(),
            StringComparison.Ordinal
        );
        await served.AskAsync(
            HttpMethod.Patch,
            "tenants/acme/preferences",
            """{"whileSlackCannotBeWritten":"queue"}"""
        );
        Assert.Contains("is accepted, and told once the tenant is live", await TodoAsync(), StringComparison.Ordinal);

        async Task<string> TodoAsync() => (string)(await served.AskAsync(HttpMethod.Get, "tenants/acme"))["todo"]!;
    }

    private static bool IsAda(JsonObject user) => user.ToJsonString().Contains("Lovelace", StringComparison.Ordinal);
}
