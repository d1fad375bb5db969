using System.Net;
using Microsoft.Extensions.Hosting;
using ScimGateway.Host.Operations;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Homes;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Slack.Budget;
using ScimGateway.SlackEmulator;
using ScimGateway.SlackEmulator.Tests;
using ScimGateway.SlackEmulator.Traffic;
using ScimGateway.Tests;
using Xunit;
using static ScimGateway.Host.Tests.AtHome.NeighbourTests;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.AtHome;

/// <summary>
/// A home that has ended takes nothing on, says so, and is started again; whatever goes wrong as it ends, all of it ends.
/// </summary>
public class EndedHomeTests
{
    private static readonly TenantId _second = new(2);

    private readonly ManualClock _clock = new();

    [Fact]
    public async Task A_home_that_has_ended_takes_nothing_on_though_its_tenant_has_no_other()
    {
        await using var gateway = await StartWithoutReturnAsync();
        await gateway.Home.DisposeAsync();

        var (status, _, response) = await gateway.SendAsync(HttpMethod.Post, "Users", User());

        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.NotNull(response.Headers.RetryAfter);
        Assert.Equal(0, await TotalAsync(gateway.Client, "Users"));
    }

    [Fact]
    public async Task Of_what_is_written_down_when_its_home_ends_nobody_is_told_that_nothing_was_written()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = _clock });
        await gateway.WeatherAsync("""{"method":"POST","path":"/Users","times":0,"status":503}""");
        var go = new TaskCompletionSource();
        gateway.Life.HoldAt(Step.Accepting, go.Task);
        gateway.Life.Watch();
        var answer = gateway.SendAsync(HttpMethod.Post, "Users", User());
        await gateway.Life.ReachedAsync(Step.Recorded);

        await gateway.Home.DisposeAsync();
        await gateway.Life.ReachedAsync(Step.Accepting);
        go.SetResult();

        var (status, body, _) = await answer;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("may be done", (string?)body!["detail"], StringComparison.Ordinal);
        gateway.Slack.Faults.Clear();
        await gateway.RestartAsync();
        await Gateway.UntilAsync(async () =>
        {
            _clock.Advance(TimeSpan.FromSeconds(10));
            return (await gateway.AccountsAsync(Address)).Count == 1;
        });
    }

    [Fact]
    public async Task A_tenant_that_could_not_be_connected_anew_is_at_home_again_by_its_former_connection()
    {
        await using var gateway = await StartAsync();
        using var other = gateway.Of(2);
        var id = await UserAsync(other);
        await gateway.QuietAsync();
        var former = gateway.Part<Homes>().Find("demo2")!;
        await StoreTables.LoseAsync(gateway.Store, "jobs"); // with which a start begins

        await Assert.ThrowsAnyAsync<Exception>(() => ConnectAsync(gateway));
        var (between, _, _) = await PatchAsync(other, id, "Countess");
        var read = await Gateway.SendAsync(other, HttpMethod.Get, $"Users/{id}");
        await StoreTables.FindAsync(gateway.Store, "jobs");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, HttpStatusCode.OK), (between, read.Status));
        await Gateway.UntilAsync(async () => (await PatchAsync(other, id, "Duchess")).Status == HttpStatusCode.OK);
        Assert.NotSame(former, gateway.Part<Homes>().Find("demo2"));
        await Gateway.UntilAsync(() => Task.FromResult(Title(gateway) == "Duchess"));
    }

    [Fact]
    public async Task A_tenant_that_could_not_be_deleted_is_at_home_again()
    {
        await using var gateway = await StartAsync();
        using var other = gateway.Of(2);
        var id = await UserAsync(other);
        await gateway.QuietAsync();
        await StoreTables.LoseAsync(gateway.Store, "tenants");

        await Assert.ThrowsAnyAsync<Exception>(() => gateway.Part<Homes>().DeleteAsync(_second, dropsUntold: true));
        await StoreTables.FindAsync(gateway.Store, "tenants");

        await Gateway.UntilAsync(async () => (await PatchAsync(other, id, "Duchess")).Status == HttpStatusCode.OK);
        await Gateway.UntilAsync(() => Task.FromResult(Title(gateway) == "Duchess"));
    }

    [Fact]
    public async Task A_word_that_one_gave_up_and_another_took_is_the_others()
    {
        await using var gateway = await StartAsync();
        var homes = gateway.Part<Homes>();
        var ids = new[] { Gateway.Tenant, _second };
        string[] words = ["demo", "demo2"];
        for (var round = 0; round < 300; round++)
        {
            // The first gives up its word for a new one, and the second takes it as soon as it can.
            var given = words[0];
            words[0] = $"word-{round}";
            await Task.WhenAll(
                homes.RenameAsync(ids[0], words[0]),
                Gateway.UntilAsync(async () =>
                {
                    try
                    {
                        await homes.RenameAsync(ids[1], given);
                        return true;
                    }
                    catch (SlugTakenException)
                    {
                        return false;
                    }
                })
            );
            words[1] = given;
            Assert.Equal(
                (round, ids[0], ids[1], 2),
                (round, homes.Find(words[0])!.Id, homes.Find(words[1])?.Id, homes.All.Count())
            );
            (ids, words) = ([ids[1], ids[0]], [words[1], words[0]]);
        }
    }

    [Fact]
    public async Task A_home_that_ends_in_an_import_ends_as_a_whole_though_the_store_fails()
    {
        await using var gateway = await StartWithoutReturnAsync();
        await gateway.WeatherAsync("""{"path":"/Users","times":0,"delayMs":3000}""");
        Assert.True(await gateway.BeginImportAsync());
        await Gateway.UntilAsync(async () => await gateway.CameAsync("GET /Users") > 0);
        await StoreTables.LoseAsync(gateway.Store, "jobs");

        await gateway.Home.DisposeAsync();

        await StoreTables.FindAsync(gateway.Store, "jobs");
        Assert.True(gateway.Home.HasEnded);
        Assert.True(await HasStoppedCleanlyAsync(gateway));
    }

    [Fact]
    public async Task A_home_whose_clean_stop_cannot_be_noted_ends_all_the_same()
    {
        await using var gateway = await StartWithoutReturnAsync();
        await StoreTables.LoseAsync(gateway.Store, "tenants");

        await gateway.Home.DisposeAsync();

        await StoreTables.FindAsync(gateway.Store, "tenants");
        Assert.True(gateway.Home.HasEnded);
        Assert.False(await HasStoppedCleanlyAsync(gateway));
    }

    [Fact]
    public async Task A_change_under_way_when_its_home_ends_says_that_and_nothing_else()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = _clock });
        var preview = await gateway.Changes.PreviewAsync(
            new TenantChange.OtherPreferences(gateway.Home.Preferences.Now with { GuardedAccounts = 7 })
        );
        var go = new TaskCompletionSource();
        gateway.Life.HoldAt(Step.Confirmed, go.Task);
        gateway.Life.Watch();
        var confirming = gateway.Changes.ConfirmAsync(preview.Id);
        await gateway.Life.ReachedAsync(Step.Confirmed);

        await gateway.Home.DisposeAsync();
        go.SetResult();

        await Assert.ThrowsAsync<HomeEndedException>(() => confirming);
    }

    [Fact]
    public async Task A_request_that_was_under_way_when_its_tenant_was_deleted_leaves_no_row()
    {
        await using var gateway = await StartAsync();
        using var other = gateway.Of(2);
        var go = new TaskCompletionSource();
        gateway.Life.HoldAt(Step.WritingDown, go.Task);
        gateway.Life.Watch();
        var answer = Gateway.SendAsync(other, HttpMethod.Post, "Users", User());
        await gateway.Life.ReachedAsync(Step.WritingDown);

        await gateway.Part<Homes>().DeleteAsync(_second, dropsUntold: true);
        go.SetResult();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await answer).Status);
        Assert.Equal(0, gateway.Count(kept => kept.Tenants.Where(one => one.Id == _second)));
        Assert.Equal(0, gateway.Count(kept => kept.Operations.Where(one => one.TenantId == _second)));
    }

    [Fact]
    public async Task A_request_that_waits_for_Slack_when_its_tenant_is_deleted_is_not_answered_as_taken_on()
    {
        await using var gateway = await StartAsync();
        using var other = gateway.Of(2);
        gateway.Slack.Organization(2).Faults.Add(new Fault { Times = 0, Status = 503 });
        var answer = Gateway.SendAsync(other, HttpMethod.Post, "Users", User());
        await Gateway.UntilAsync(() => Task.FromResult(gateway.Part<Homes>().OfId(_second)!.Outcomes.Count == 1));

        await gateway.Part<Homes>().DeleteAsync(_second, dropsUntold: false);

        var (status, body, _) = await answer;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, status);
        Assert.Contains("was deleted meanwhile", (string?)body!["detail"], StringComparison.Ordinal);
    }

    // Homes that have ended stay so: else they come back within a second of the machine's time.
    private async Task<Gateway> StartWithoutReturnAsync()
    {
        var gateway = await Gateway.StartAsync(new Setting { Clock = _clock });
        var returns = gateway.Part<IEnumerable<IHostedService>>().OfType<LostHomes>().Single();
        await returns.StopAsync(TestContext.Current.CancellationToken);
        return gateway;
    }

    // The reply that opens the connection again has an outcome of its own.
    [Fact]
    public async Task What_is_left_to_tell_is_told_though_the_store_failed_when_Slack_was_open_again()
    {
        var queue = new Setting().Preferences with { WhileSlackCannotBeWritten = CannotWrite.Queue };
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = _clock, Preferences = queue });
        var user = await UserAsync(gateway.Client);
        var (_, made, _) = await gateway.SendAsync(HttpMethod.Post, "Groups", Group("Crew"));
        await gateway.QuietAsync();
        await gateway.WeatherAsync(
            """{"method":"PATCH","path":"/Groups/{id}","status":401,"description":"token_revoked"}"""
        );
        await gateway.SendAsync(HttpMethod.Put, $"Groups/{made!["id"]}", Group("Team", user)); // a name, and then a member
        await Gateway.UntilAsync(() => Task.FromResult(gateway.Home.Executor.Gate.Closed is not null));
        var go = new TaskCompletionSource();
        gateway.Life.HoldAt(Step.Recorded, go.Task);
        gateway.Life.Watch();
        _clock.Advance(TimeSpan.FromSeconds(31));
        await gateway.Life.ReachedAsync(Step.Recorded);

        await StoreTables.LoseAsync(gateway.Store, "outbox");
        var before = gateway.Home.Executor.Due.Stamp(LinkOf(gateway));
        go.SetResult();
        await Gateway.UntilAsync(() => Task.FromResult(gateway.Home.Executor.Due.Stamp(LinkOf(gateway)) != before));
        await StoreTables.FindAsync(gateway.Store, "outbox");

        var nextImport = _clock.GetUtcNow() + TimeSpan.FromHours(1); // which would look at everything
        await Gateway.UntilAsync(() =>
        {
            if (_clock.GetUtcNow() < nextImport)
                _clock.Advance(TimeSpan.FromSeconds(31));
            return Task.FromResult(gateway.Slack.Workspace.Groups().Single()["members"]!.AsArray().Count == 1);
        });
    }

    private static LinkId LinkOf(Gateway gateway)
    {
        using var kept = gateway.Kept();
        return kept.Links.Single(link => link.Kind == Kind.Group).Id;
    }

    private static async Task<bool> HasStoppedCleanlyAsync(Gateway gateway) =>
        await gateway.Store.ReadAsync(session =>
            Provisioning.Storage.Tables.TenantHomes.HasStoppedCleanly(session, Gateway.Tenant)
        );

    private static Task<TenantHome> ConnectAsync(Gateway gateway) =>
        gateway.ConnectAsync(_second, SlackEmulatorServer.TokenOf(2));

    private static Task<(
        HttpStatusCode Status,
        System.Text.Json.Nodes.JsonObject? Body,
        HttpResponseMessage Response
    )> PatchAsync(HttpClient client, string id, string title) =>
        Gateway.SendAsync(client, HttpMethod.Patch, $"Users/{id}", Patch("title", $"\"{title}\""));

    private static string? Title(Gateway gateway) =>
        (string?)
            gateway.Slack.Organization(2).Workspace.Users().Single(user => (string?)user["userName"] == "ada")["title"];
}
