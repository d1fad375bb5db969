using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.SlackEmulator;
using ScimGateway.SlackEmulator.Tests;
using ScimGateway.SlackEmulator.Traffic;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>Tokens that auth.test takes and SCIM does not.</summary>
public class RefusedTokenTests
{
    private const string Connection = "tenants/acme/connection";
    private const string NoPlan = "The workspace's plan has no SCIM; it needs Business+ or Enterprise.";

    private static readonly string _token = $$"""{"token":"{{SlackEmulatorServer.TokenOf(1)}}"}""";

    [Fact]
    public async Task Such_a_token_does_not_come_in_place_of_one_that_works()
    {
        var clock = new ManualClock();
        await using var served = await ServedGateway.StartAsync(clock: clock);
        var token = await served.SetUpAsync();
        await served.EnableAsync();
        clock.Advance(TimeSpan.FromMinutes(1));
        var before = await served.AskAsync(HttpMethod.Get, Connection);
        Refuse(served, times: 1);

        var (status, problem, _) = await served.SendAsync(HttpMethod.Put, Connection, _token);

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Equal(
            $"{NoPlan} Slack says: plus_teams_only. So the token that the tenant has and that works stays; connect with one that Slack takes.",
            (string?)problem!["detail"]
        );
        Assert.Equal($"{before}", $"{await served.AskAsync(HttpMethod.Get, Connection)}");
        using var provider = served.Provider("acme", token);
        Assert.Equal(
            HttpStatusCode.Created,
            (await Gateway.SendAsync(provider, HttpMethod.Post, "Users", User())).Status
        );
        Assert.Contains(served.Slack.Workspace.Users(), user => (string?)user["userName"] == "ada");
        clock.Advance(TimeSpan.FromMinutes(1));
        var after = await served.AskAsync(HttpMethod.Put, Connection, _token);
        Assert.Equal("valid", (string?)after["state"]);
        Assert.NotEqual($"{before["connectedAt"]}", $"{after["connectedAt"]}");
    }

    [Fact]
    public async Task A_first_one_is_kept_as_invalid_and_cannot_be_enabled_until_a_test_finds_it_well()
    {
        var clock = new ManualClock();
        await using var served = await ServedGateway.StartAsync(clock: clock);
        await served.TenantAsync();
        Refuse(served, times: 0);

        var shown = await served.AskAsync(HttpMethod.Put, Connection, _token);

        Assert.Equal("invalid", (string?)shown["state"]);
        Assert.StartsWith(NoPlan, (string)shown["problem"]!, StringComparison.Ordinal);
        Assert.Equal(
            [("token", true), ("organization", true), ("scopes", true), ("read", false)],
            shown["checks"]!.AsArray().Select(check => ((string)check!["check"]!, (bool)check["ok"]!))
        );
        clock.Advance(TimeSpan.FromMinutes(2)); // it is not asked once more whose it is, which would say nothing new
        Assert.Equal("invalid", (string?)(await served.AskAsync(HttpMethod.Get, Connection))["state"]);
        Assert.Equal(HttpStatusCode.Conflict, (await served.SendAsync(HttpMethod.Post, "tenants/acme/enable")).Status);

        served.Slack.Faults.Clear();
        Assert.Equal("valid", (string?)(await ConsentTests.TestAsync(served))["state"]);
        await served.AskAsync(HttpMethod.Post, "tenants/acme/jobs", """{"kind":"import"}"""); // the first has failed
        // A call that Slack has refused just before the test may keep the import waiting, for seconds of the clock.
        await Gateway.UntilAsync(async () =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return await served.HasImportedAsync("acme");
        });
        await served.EnableAsync();
    }

    private static void Refuse(ServedGateway served, int times) =>
        served.Slack.Faults.Add(
            new Fault
            {
                Method = "GET",
                Path = "/Users",
                Times = times,
                Status = 403,
                Description = "plus_teams_only",
            }
        );
}
