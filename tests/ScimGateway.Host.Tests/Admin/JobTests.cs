using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ScimGateway.Cli;
using ScimGateway.Host.Tests.CommandLine;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Model;
using ScimGateway.SlackEmulator;
using ScimGateway.SlackEmulator.Tests;
using ScimGateway.SlackEmulator.Traffic;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>What takes time: how far it is, how it is cancelled, and how it goes on.</summary>
public class JobTests
{
    private const string Jobs = "tenants/acme/jobs";

    private readonly ManualClock _clock = new();

    [Fact]
    [Trait("speed", "slow")]
    public async Task An_import_that_is_cancelled_keeps_what_it_has_and_goes_on_there()
    {
        await using var served = await ServedGateway.StartAsync(seed: 2_500);
        await ConnectAsync(served);
        var job = await StuckAsync(served);
        var id = (long)job["id"]!;

        var (unknown, _, _) = await served.SendAsync(HttpMethod.Post, $"{Jobs}/4711/cancel");
        Assert.Equal(HttpStatusCode.NotFound, unknown);
        var cancelled = await served.AskAsync(HttpMethod.Post, $"{Jobs}/{id}/cancel");
        Assert.Equal(("cancelled", 1_000), ((string?)cancelled["state"], Users(cancelled)));
        Assert.NotNull(cancelled["finished"]);
        var again = await served.AskAsync(HttpMethod.Post, $"{Jobs}/{id}/cancel");
        Assert.Equal(cancelled.ToJsonString(), again.ToJsonString());
        Assert.Equal(
            [id],
            (await served.AskAsync(HttpMethod.Get, $"{Jobs}?state=cancelled"))["items"]!
                .AsArray()
                .Select(one => (long)one!["id"]!)
        );

        served.Slack.Faults.Clear();
        var before = Lists(served);
        var (status, resumed, response) = await served.SendAsync(HttpMethod.Post, $"{Jobs}/{id}/resume");
        Assert.Equal(HttpStatusCode.Accepted, status);
        Assert.EndsWith($"/{Jobs}/{resumed!["id"]}", response.Headers.Location!.ToString(), StringComparison.Ordinal);
        var done = await EndedAsync(served, (long)resumed["id"]!);
        // The owner of the token is one of them, whom nobody is shown.
        Assert.Equal(("done", 2_501), ((string?)done["state"], Users(done)));
        Assert.Equal(3, Lists(served) - before); // the two pages that were missing, and the one that ends the list

        foreach (var what in new[] { $"{id}/resume", $"{resumed["id"]}/resume", $"{resumed["id"]}/cancel" })
            Assert.Equal(HttpStatusCode.Conflict, (await served.SendAsync(HttpMethod.Post, $"{Jobs}/{what}")).Status);
    }

    [Fact]
    public async Task A_stop_in_the_middle_of_a_change_is_no_failure_and_the_next_start_completes_it()
    {
        var (life, log, go) = (new Life(), new Lines(), new TaskCompletionSource());
        await using var served = await ServedGateway.StartAsync(
            services => services.AddSingleton<AtStep>(life.At).AddSingleton<ILoggerProvider>(log),
            clock: _clock
        );
        await ConnectAsync(served, isStuck: false);
        var job = await served.AskAsync(
            HttpMethod.Patch,
            "tenants/acme/preferences?preview=true",
            """{"guardedAccounts":7}"""
        );
        life.HoldAt(Step.Confirmed, go.Task);
        life.Watch();
        var confirming = served.SendAsync(HttpMethod.Post, $"{Jobs}/{job["id"]}/confirm");
        await life.ReachedAsync(Step.Confirmed);
        await Gateway.UntilAsync(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(6)); // nobody waits for it any more
            return Task.FromResult(confirming.IsCompleted);
        });

        await served.RestartAsync(go.SetResult);

        await Gateway.UntilAsync(() =>
            Task.FromResult(log.All.Any(line => line.Contains("job of a tenant", StringComparison.Ordinal)))
        );
        Assert.DoesNotContain(log.All, line => line.Contains("ended early", StringComparison.Ordinal));
        Assert.Equal("done", (string?)(await EndedAsync(served, (long)job["id"]!))["state"]);
    }

    [Fact]
    public async Task A_cancelled_import_waits_for_somebody_over_a_restart_too()
    {
        await using var served = await ServedGateway.StartAsync(seed: 1_500);
        await ConnectAsync(served);
        var job = await StuckAsync(served);
        await served.AskAsync(HttpMethod.Post, $"{Jobs}/{job["id"]}/cancel");
        served.Slack.Faults.Clear();
        var before = Lists(served);

        await served.RestartAsync();
        await Gateway.UntilAsync(async () =>
            (string?)(await served.AskAsync(HttpMethod.Post, "tenants/acme/connection/test"))["state"] == "valid"
        );

        Assert.Equal(before + 1, Lists(served)); // the test's own
        var kept = await served.AskAsync(HttpMethod.Get, $"{Jobs}/{job["id"]}");
        Assert.Equal(("cancelled", 1_000), ((string?)kept["state"], Users(kept)));
        await served.AskAsync(HttpMethod.Post, $"{Jobs}/{job["id"]}/resume");
        await served.ImportedAsync("acme");
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task How_long_a_list_takes_follows_from_how_far_it_is()
    {
        await using var served = await ServedGateway.StartAsync(seed: 3_000, clock: _clock);
        await served.AskAsync(HttpMethod.Post, "tenants", """{"slug":"acme","name":"A tenant"}""");
        await served.AskAsync(HttpMethod.Put, "tenants/acme/connection", Token);
        await Gateway.UntilAsync(async () =>
        {
            _clock.Advance(1);
            return (string?)(await LatestAsync(served))["state"] == "done";
        });
        served.Slack.Faults.Add(Stuck(nth: 1, times: 1, milliseconds: 5_000));
        served.Slack.Faults.Add(Stuck(nth: 2, times: 0));
        await served.AskAsync(HttpMethod.Post, Jobs, """{"kind":"import"}""");
        // The first page comes after five seconds or more, so that three would have come after three times that.
        await Gateway.UntilAsync(async () =>
        {
            _clock.Advance(1);
            return Users(await LatestAsync(served)) == 1_000;
        });

        var job = await LatestAsync(served);

        var (started, end) = ((DateTimeOffset)job["started"]!, (DateTimeOffset)job["estimatedEnd"]!);
        // How long the first page took is known to the millisecond.
        Assert.InRange((end - started).TotalSeconds, 14.9, 3 * (_clock.GetUtcNow() - started).TotalSeconds + 0.1);
        await served.AskAsync(HttpMethod.Post, $"{Jobs}/{job["id"]}/cancel");
        Assert.Null(await LatestAsync(served) is { } ended ? ended["estimatedEnd"] : job);
    }

    [Fact]
    public async Task Drift_is_looked_for_at_once_and_certain_at_the_second_look()
    {
        await using var served = await ServedGateway.StartAsync(clock: _clock);
        var token = await served.SetUpAsync();
        await served.EnableAsync();
        using var provider = served.Provider("acme", token);
        await Gateway.SendAsync(provider, HttpMethod.Post, "Users", User());
        var user = (string)
            Assert.Single(
                served.Slack.Workspace.Users(),
                one => one.ToJsonString().Contains(Address, StringComparison.Ordinal)
            )["id"]!;
        served.Slack.Workspace.ChangeUser(user, new JsonObject { ["title"] = "Made by hand" });

        _clock.Advance(120);
        var first = await DriftAsync(served);
        Assert.Equal(1, Of(first, "driftSuspected"));
        _clock.Advance(61);
        var second = await DriftAsync(served);
        Assert.Equal(("drift", 1, 1), ((string?)second["kind"], Of(second, "driftReported"), Of(second, "claimed")));
        var link = Assert.Single(second["report"]!["links"]!.AsArray())!;
        Assert.Equal(["driftReported", "title"], link["what"]!.AsArray().Select(what => (string?)what));
        _clock.Advance(61);
        Assert.Equal(1, Of(await DriftAsync(served), "driftKnown"));
        // An import looks for it, too.
        await served.AskAsync(HttpMethod.Patch, "tenants/acme/preferences", """{"drift":"restore"}""");
        served.Slack.Workspace.ChangeUser(user, new JsonObject { ["active"] = false });
        foreach (var word in new[] { "driftSuspected", "driftRestored" })
        {
            _clock.Advance(61);
            var import = await served.AskAsync(HttpMethod.Post, Jobs, """{"kind":"import"}""");
            Assert.Equal(1, Of(await EndedAsync(served, (long)import["id"]!), word));
        }
    }

    [Fact]
    public async Task The_sweep_is_a_drift_run_and_one_at_a_time_reads_Slack()
    {
        await using var served = await ServedGateway.StartAsync(clock: _clock);
        await served.AskAsync(HttpMethod.Post, "tenants", """{"slug":"acme","name":"A tenant"}""");
        Assert.Equal(HttpStatusCode.Conflict, (await served.SendAsync(HttpMethod.Post, Jobs, Drift)).Status);
        await served.AskAsync(HttpMethod.Put, "tenants/acme/connection", Token);
        await served.ImportedAsync("acme");

        served.Slack.Faults.Add(Stuck(nth: 1, times: 0));
        _clock.Advance(TimeSpan.FromHours(7));
        JsonNode? sweep = null;
        await Gateway.UntilAsync(async () =>
        {
            _clock.Advance(10);
            sweep = (await served.AskAsync(HttpMethod.Get, $"{Jobs}?kind=drift"))["items"]!.AsArray().FirstOrDefault();
            return sweep is not null;
        });
        Assert.Equal("running", (string?)sweep!["state"]);
        foreach (var kind in new[] { Drift, """{"kind":"import"}""" })
        {
            var (status, problem, _) = await served.SendAsync(HttpMethod.Post, Jobs, kind);
            Assert.Equal(HttpStatusCode.Conflict, status);
            Assert.Contains($"Job {sweep["id"]} ", (string?)problem!["detail"], StringComparison.Ordinal);
        }
        Assert.Equal(
            "cancelled",
            (string?)(await served.AskAsync(HttpMethod.Post, $"{Jobs}/{sweep["id"]}/cancel"))["state"]
        );
    }

    [Fact]
    public async Task An_import_that_cannot_begin_says_what_is_in_the_way()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.AskAsync(HttpMethod.Post, "tenants", """{"slug":"acme","name":"A tenant"}""");
        await RefusedAsync("not connected to Slack");
        await served.AskAsync(HttpMethod.Put, "tenants/acme/connection", Token);
        await served.ImportedAsync("acme");
        await served.AskAsync(HttpMethod.Post, "tenants/acme/disable");
        await RefusedAsync("The tenant is disabled");

        async Task RefusedAsync(string why)
        {
            var (status, problem, _) = await served.SendAsync(HttpMethod.Post, Jobs, """{"kind":"import"}""");
            Assert.Equal(HttpStatusCode.Conflict, status);
            Assert.Contains(why, (string?)problem!["detail"], StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_is_to_be_confirmed_is_let_go_of_and_what_was_confirmed_is_not()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.SetUpAsync();
        var (_, job, _) = await served.SendAsync(HttpMethod.Post, "tenants/acme/enable?preview=true");
        var id = (long)job!["id"]!;

        var cancelled = await served.AskAsync(HttpMethod.Post, $"{Jobs}/{id}/cancel");
        Assert.Equal(("cancelled", null), ((string?)cancelled["state"], (string?)cancelled["confirmBy"]));
        await served.AskAsync(HttpMethod.Post, $"{Jobs}/{id}/cancel");
        var (status, _, _) = await served.SendAsync(HttpMethod.Post, $"{Jobs}/{id}/confirm");
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Equal(HttpStatusCode.Conflict, (await served.SendAsync(HttpMethod.Post, $"{Jobs}/{id}/resume")).Status);
        Assert.Equal("shadow", (string?)(await served.AskAsync(HttpMethod.Get, "tenants/acme"))["standing"]);

        await served.EnableAsync();
        var done = (await served.AskAsync(HttpMethod.Get, $"{Jobs}?kind=enable&state=done"))["items"]![0]!;
        var (ended, _, _) = await served.SendAsync(HttpMethod.Post, $"{Jobs}/{done["id"]}/cancel");
        Assert.Equal(HttpStatusCode.Conflict, ended);
    }

    [Fact]
    public async Task Of_a_change_that_is_confirmed_and_cancelled_at_once_the_answer_says_what_became_of_it()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.SetUpAsync();
        for (var times = 0; times < 12; times++)
        {
            var job = await served.AskAsync(HttpMethod.Post, "tenants/acme/enable?preview=true");

            var confirmed = served.SendAsync(HttpMethod.Post, $"{Jobs}/{job["id"]}/confirm");
            var (status, _, _) = await served.SendAsync(HttpMethod.Post, $"{Jobs}/{job["id"]}/cancel");
            var (done, _, _) = await confirmed;

            var state = (string?)(await served.AskAsync(HttpMethod.Get, $"{Jobs}/{job["id"]}"))["state"];
            Assert.Equal(
                state == "cancelled"
                    ? (HttpStatusCode.OK, HttpStatusCode.Conflict)
                    : (HttpStatusCode.Conflict, HttpStatusCode.OK),
                (status, done)
            );
        }
    }

    [Fact]
    public async Task A_resync_says_how_many_it_has_planned()
    {
        await using var served = await ServedGateway.StartAsync();
        var token = await served.SetUpAsync();
        await served.EnableAsync();
        using var provider = served.Provider("acme", token);
        await Gateway.SendAsync(provider, HttpMethod.Post, "Users", User());

        var resync = await served.AskAsync(HttpMethod.Post, Jobs, """{"kind":"resync"}""");
        var done = await EndedAsync(served, (long)resync["id"]!);

        Assert.Equal(("done", 1), ((string?)done["state"], (int)done["counts"]!["links"]!["planned"]!));
        var (ended, _, _) = await served.SendAsync(HttpMethod.Post, $"{Jobs}/{resync["id"]}/cancel");
        Assert.Equal(HttpStatusCode.Conflict, ended);
    }

    [Fact]
    public async Task A_resync_that_runs_says_when_it_will_have_looked_at_all()
    {
        var clock = new ManualClock();
        await using var served = await ServedGateway.StartAsync(clock: clock);
        var tenant = await served.TenantAsync();
        var job = await served.Store.WriteAsync(
            session => Provisioning.Storage.Tables.Jobs.Begin(session, tenant, "resync", "150 200 1000", clock.Now()),
            TestContext.Current.CancellationToken,
            tenant
        );
        clock.Advance(TimeSpan.FromSeconds(10)); // for two hundred

        var shown = await served.AskAsync(HttpMethod.Get, $"{Jobs}/{job}");

        Assert.Equal(("running", 150), ((string?)shown["state"], (int)shown["counts"]!["links"]!["planned"]!));
        Assert.Equal(clock.GetUtcNow().AddSeconds(40), (DateTimeOffset)shown["estimatedEnd"]!);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task The_command_line_cancels_resumes_and_looks_for_drift()
    {
        await using var served = await ServedGateway.StartAsync(seed: 1_500);
        await ConnectAsync(served);
        var id = (long)(await StuckAsync(served))["id"]!;
        using var entered = new TerminalSession(served.Base, served.Key);
        using var watching = new TerminalSession(served.Base, served.Key);
        var watched = watching.RunAsync("import acme");
        // The import that runs is the one that is watched.
        await Gateway.UntilAsync(async () =>
            (await served.AskAsync(HttpMethod.Get, "audit"))["items"]!
                .AsArray()
                .Any(line => (string?)line!["action"] == "createJob" && (int?)line["status"] == 202)
        );

        Assert.Equal(Exit.Done, await entered.RunAsync($"job cancel acme {id}"));
        Assert.EndsWith(
            $"Job {id} is cancelled; what it has done stays.\nNext: 'job resume acme {id}'\n",
            entered.Out,
            StringComparison.Ordinal
        );
        Assert.Equal(Exit.Refused, await watched);
        Assert.EndsWith($"Next: 'job resume acme {id}'\n", watching.Error, StringComparison.Ordinal);
        served.Slack.Faults.Clear();
        Assert.Equal(Exit.Done, await entered.RunAsync($"job resume acme {id}"));
        Assert.EndsWith("It is done.\n", entered.Out, StringComparison.Ordinal);
        Assert.Equal(Exit.Done, await entered.RunAsync("drift acme"));
        Assert.EndsWith("The look for drift is done.\n", entered.Out, StringComparison.Ordinal);
        Assert.Equal(Exit.Done, await entered.RunAsync("job list acme --state cancelled"));
        Assert.Contains("1000", entered.Out, StringComparison.Ordinal);
        Assert.Equal(Exit.Refused, await entered.RunAsync($"job resume acme {id}"));
        Assert.Contains("'job show acme ", entered.Error, StringComparison.Ordinal);
    }

    private const string Drift = """{"kind":"drift"}""";

    private static readonly string Token = $$"""{"token":"{{SlackEmulatorServer.TokenOf(1)}}"}""";

    // Slack takes so long to show a page of users; whoever waits for it may go.
    private static Fault Stuck(int nth, int times, int milliseconds = 600_000) =>
        new()
        {
            Method = "GET",
            Path = "/Users",
            Nth = nth,
            Times = times,
            DelayMs = milliseconds,
        };

    // The test of the connection and the first page are answered, and then none if it is stuck.
    private static async Task ConnectAsync(ServedGateway served, bool isStuck = true)
    {
        if (isStuck)
            served.Slack.Faults.Add(Stuck(nth: 3, times: 0));
        await served.AskAsync(HttpMethod.Post, "tenants", """{"slug":"acme","name":"A tenant"}""");
        await served.AskAsync(HttpMethod.Put, "tenants/acme/connection", Token);
    }

    private static async Task<JsonNode> StuckAsync(ServedGateway served)
    {
        await Gateway.UntilAsync(async () => Users(await LatestAsync(served)) == 1_000);
        return await LatestAsync(served);
    }

    private static async Task<JsonNode> LatestAsync(ServedGateway served) =>
        (await served.AskAsync(HttpMethod.Get, $"{Jobs}?kind=import&limit=1"))["items"]!.AsArray().FirstOrDefault()
        ?? new JsonObject();

    private static async Task<JsonNode> DriftAsync(ServedGateway served) =>
        await EndedAsync(served, (long)(await served.AskAsync(HttpMethod.Post, Jobs, Drift))["id"]!);

    private static async Task<JsonNode> EndedAsync(ServedGateway served, long id)
    {
        JsonNode? job = null;
        await Gateway.UntilAsync(async () =>
            (string?)(job = await served.AskAsync(HttpMethod.Get, $"{Jobs}/{id}"))["state"] != "running"
        );
        return job!;
    }

    private static int Of(JsonNode job, string word) => (int?)job["counts"]!["users"]?[word] ?? 0;

    private static int Users(JsonNode job) =>
        job["counts"]?["users"]?.AsObject().Where(of => _found.Contains(of.Key)).Sum(of => (int)of.Value!) ?? 0;

    private static readonly string[] _found =
    [
        "added",
        "changed",
        "unchanged",
        "claimed",
        "beingWritten",
        "passedOver",
        "unreadable",
    ];

    private static int Lists(ServedGateway served) => served.Slack.Calls.ByOperation.GetValueOrDefault("GET /Users");
}
