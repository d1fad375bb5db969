using System.Net;
using Microsoft.EntityFrameworkCore;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Operating;
using ScimGateway.SlackEmulator;
using ScimGateway.SlackEmulator.Tests;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.AtHome;

/// <summary>
/// A start of a tenant that had its import: it asks Slack for nothing before it answers, imports when it is time, and
/// sends nothing before it is known whose the token is.
/// </summary>
public class StartTests
{
    private const string Test = "POST /api/auth.test";

    private static readonly string[] _order = [Test, "POST /Users", "PATCH /Users/{id}"];

    private readonly ManualClock _clock = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_imported_a_while_ago_is_not_imported_by_a_start_but_when_it_is_time(bool isCrash)
    {
        await using var gateway = await StartAsync();
        var id = await UserAsync(gateway);
        var (imports, last) = (Imports(gateway), gateway.Import()!.Finished!.Value);
        _clock.Advance(TimeSpan.FromHours(4));

        await StartAgainAsync(gateway, isCrash);
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, id, "title", "\"Countess\""));
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal([Test, "PATCH /Users/{id}"], Calls(gateway));
        Assert.Equal(imports, Imports(gateway));

        await PassAsync(gateway, () => Imports(gateway) > imports, TimeSpan.FromMinutes(10));
        await gateway.ImportedAsync();
        Assert.InRange(gateway.Import()!.Started - last, TimeSpan.FromHours(6), TimeSpan.FromHours(8));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_imported_long_ago_is_imported_beside_the_requests(bool isCrash)
    {
        await using var gateway = await StartAsync();
        var imports = Imports(gateway);
        await using (var kept = gateway.Kept())
            await kept.Jobs.ExecuteUpdateAsync(jobs =>
                jobs.SetProperty(job => job.Finished, _clock.Now() - TimeSpan.FromHours(7))
            );
        await gateway.WeatherAsync("""{"path":"/Users","times":0,"status":503}""");

        await StartAgainAsync(gateway, isCrash);

        await Gateway.UntilAsync(() => Task.FromResult(Imports(gateway) > imports));
        Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync(HttpMethod.Get, "Users")).Status);
        Assert.Null(gateway.Import()!.Finished);
    }

    [Fact]
    public async Task Before_it_is_known_whose_the_token_is_nothing_is_sent_and_all_is_answered_as_if_it_were_good()
    {
        await using var gateway = await StartAsync();
        var id = await UserAsync(gateway);
        await gateway.WeatherAsync("""{"path":"/api/auth.test","times":0,"delayMs":3000}""");
        await StartAgainAsync(gateway, isCrash: false);

        var writing = PatchAsync(gateway, id, "title", "\"Countess\"");
        await Gateway.UntilAsync(() => Task.FromResult(gateway.State(id) == "Pending"));
        Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync(HttpMethod.Get, $"Users/{id}")).Status);
        Assert.Null(gateway.Home.Executor.Gate.Closed);
        await Gateway.UntilAsync(() => Task.FromResult(Calls(gateway).Count > 0));
        Assert.Equal([Test], Calls(gateway));

        await PassAsync(gateway, () => writing.IsCompleted, TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, await writing);
        Assert.Equal([Test, "PATCH /Users/{id}"], gateway.Slack.Calls.Last.Select(call => call.Operation));
        Assert.Equal("Countess", (string?)Assert.Single(await gateway.AccountsAsync(Address))["title"]);
    }

    [Fact]
    public async Task What_is_written_before_it_is_known_that_the_token_was_revoked_is_refused_and_not_sent()
    {
        await using var gateway = await StartAsync();
        var id = await UserAsync(gateway);
        await RevokeAsync(gateway);
        await gateway.WeatherAsync("""{"path":"/api/auth.test","times":0,"delayMs":3000}""");
        await StartAgainAsync(gateway, isCrash: false);

        var writing = gateway.SendAsync(HttpMethod.Patch, $"Users/{id}", Patch("title", "\"Countess\""));
        await Gateway.UntilAsync(() => Task.FromResult(gateway.State(id) == "Pending"));
        await PassAsync(gateway, () => writing.IsCompleted, TimeSpan.FromSeconds(1));

        var (status, body, _) = await writing;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("token_revoked", (string)body!["detail"]!, StringComparison.Ordinal);
        Assert.All(Calls(gateway), call => Assert.Equal(Test, call));
        Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync(HttpMethod.Get, $"Users/{id}")).Status);
    }

    [Fact]
    public async Task A_token_of_another_organization_is_neither_written_nor_read_with_and_ends_no_process()
    {
        await using var gateway = await StartAsync();
        var id = await UserAsync(gateway);
        var imports = Imports(gateway);
        gateway.Slack.Knobs.Set("tenant.kind", "business_plus"); // whose token is the workspace's
        gateway.Slack.Calls.Clear();

        await gateway.RestartAloneAsync();

        var (status, body, _) = await gateway.SendAsync(
            HttpMethod.Patch,
            $"Users/{id}",
            Patch("title", "\"Countess\"")
        );
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("T0EMULATOR", (string)body!["detail"]!, StringComparison.Ordinal);
        Assert.Contains("E0EMULATOR", (string)body["detail"]!, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync(HttpMethod.Get, $"Users/{id}")).Status);
        // Nor when it is time for an import, nor by an operator's.
        foreach (var _ in Enumerable.Range(0, 10))
            _clock.Advance(TimeSpan.FromHours(1));
        Assert.False(await gateway.BeginImportAsync());
        Assert.Equal(imports, Imports(gateway));
        Assert.All(Calls(gateway), call => Assert.Equal(Test, call));

        gateway.Slack.Knobs.Set("tenant.kind", "grid");
        await PassAsync(gateway, () => gateway.Home.Executor.Gate.Closed is null, TimeSpan.FromSeconds(10));
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, id, "title", "\"Countess\""));
    }

    [Fact]
    public async Task A_tenant_that_was_disabled_when_it_started_is_told_nothing_with_a_token_that_was_revoked_since()
    {
        await using var gateway = await StartAsync();
        var id = await UserAsync(gateway);
        await gateway.Connection.DisableAsync();
        await gateway.RestartAsync();
        await RevokeAsync(gateway);
        gateway.Slack.Calls.Clear();

        await gateway.ChangeAsync(new TenantChange.GoOn(EndsShadow: false));
        await Gateway.UntilAsync(() => Task.FromResult(gateway.Connection.Read().Problem is not null));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, await PatchAsync(gateway, id, "title", "\"Countess\""));
        Assert.Equal([Test], Calls(gateway));
    }

    [Theory]
    [Trait("speed", "slow")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task How_long_Slack_wants_to_see_no_write_outlives_the_process(bool isCrash)
    {
        await using var gateway = await StartAsync();
        var id = await UserAsync(gateway);
        var another = await UserAsync(gateway, "eve", "eve@corp.example");
        await gateway.WeatherAsync("""{"method":"PATCH","path":"/Users/{id}","status":429,"retryAfter":3600}""");
        var writing = PatchAsync(gateway, id, "title", "\"Countess\"");
        await FrozenAsync(gateway);
        gateway.GiveUp();
        Assert.Equal(HttpStatusCode.OK, await writing);

        await StartAgainAsync(gateway, isCrash);
        await ConnectedAsync(gateway);
        // Of this one it is not known from anything else.
        var writingAnother = PatchAsync(gateway, another, "title", "\"Duchess\"");
        foreach (var _ in Enumerable.Range(0, 9))
            _clock.Advance(TimeSpan.FromMinutes(1));
        // Another kind of call goes meanwhile.
        Assert.Equal(
            HttpStatusCode.Created,
            (await gateway.SendAsync(HttpMethod.Post, "Users", User("bob", "bob@corp.example"))).Status
        );
        Assert.Equal([Test, "POST /Users"], Calls(gateway));

        gateway.GiveUp();
        Assert.Equal(HttpStatusCode.OK, await writingAnother);
        await PassAsync(
            gateway,
            () => gateway.State(id) == "Settled" && gateway.State(another) == "Settled",
            TimeSpan.FromSeconds(1)
        );
        Assert.Equal(2, await gateway.CameAsync("PATCH /Users/{id}"));
    }

    [Fact]
    public async Task How_long_Slack_wants_to_see_no_read_outlives_the_process()
    {
        await using var gateway = await StartAsync();
        await gateway.WeatherAsync("""{"method":"GET","path":"/Users","status":429,"retryAfter":3600}""");
        Assert.True(await gateway.BeginImportAsync());
        await FrozenAsync(gateway);

        await StartAgainAsync(gateway, isCrash: false); // what was interrupted goes on at once, but for that
        await ConnectedAsync(gateway);
        foreach (var _ in Enumerable.Range(0, 9))
            _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal([Test], Calls(gateway));

        await PassAsync(
            gateway,
            () => gateway.Import() is { Finished: not null, Error: null },
            TimeSpan.FromSeconds(10)
        );
    }

    // Slack's answer has come, not the call alone: what time passes before that passes for the call, which is given up.
    private static Task ConnectedAsync(Gateway gateway) =>
        Gateway.UntilAsync(() => Task.FromResult(gateway.Home.Executor.Gate.IsConnected));

    private static Task FrozenAsync(Gateway gateway) =>
        Gateway.UntilAsync(() => Task.FromResult(gateway.Connection.Read().SlackFrozen is not null));

    private Task<Gateway> StartAsync() => Gateway.StartAsync(new Setting { Clock = _clock });

    private static async Task StartAgainAsync(Gateway gateway, bool isCrash)
    {
        gateway.Slack.Calls.Clear();
        if (isCrash)
            await gateway.CrashAsync(imports: false);
        else
            await gateway.RestartCountingAsync(imports: false);
    }

    private Task PassAsync(Gateway gateway, Func<bool> isSo, TimeSpan step) =>
        Gateway.UntilAsync(() =>
        {
            if (isSo())
                return Task.FromResult(true);
            _clock.Advance(step);
            return Task.FromResult(false);
        });

    private static async Task<string> UserAsync(Gateway gateway, string name = "ada", string address = Address)
    {
        var (status, body, _) = await gateway.SendAsync(HttpMethod.Post, "Users", User(name, address));
        Assert.Equal(HttpStatusCode.Created, status);
        return (string)body!["id"]!;
    }

    private static async Task RevokeAsync(Gateway gateway)
    {
        using var slack = new HttpClient { BaseAddress = gateway.Slack.BaseUrl };
        slack.DefaultRequestHeaders.Authorization = new("Bearer", SlackEmulatorServer.Token);
        (await slack.PostAsync("api/auth.revoke", null)).EnsureSuccessStatusCode();
    }

    private static int Imports(Gateway gateway) =>
        gateway.Count(kept => kept.Jobs.Where(job => job.Kind == "import" || job.Kind == "drift"));

    // What came, by kind; and each only once, but for the tests of the token.
    private static List<string> Calls(Gateway gateway)
    {
        var calls = gateway.Slack.Calls.ByOperation;
        Assert.All(calls, call => Assert.True(call.Key == Test || call.Value == 1, call.Key));
        return [.. calls.Keys.OrderBy(call => Array.IndexOf(_order, call))];
    }
}
