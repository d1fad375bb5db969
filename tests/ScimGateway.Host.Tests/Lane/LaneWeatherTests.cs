using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.SlackEmulator.Tests;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Lane;

/// <summary>The v1 lane where Slack is slow, full, or gone, and where the gateway dies.</summary>
public sealed class LaneWeatherTests
{
    [Theory]
    [InlineData("before", true)]
    [InlineData("after", false)]
    public async Task An_answer_that_is_lost_leaves_the_account_unknown_until_it_was_read(string drop, bool active)
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock, Preferences = Script.Writes });
        using var script = await Script.OfAsync(gateway);
        var ada = await CreateAsync(gateway);
        await gateway.WeatherAsync($$"""{"method":"PATCH","path":"/Users/{id}","drop":"{{drop}}"}""");

        var (status, words, answer) = await script.SendAsync(
            "PATCH",
            $"Users/{SlackId(gateway, ada)}",
            """{"active":false}"""
        );

        Assert.Equal(504, status);
        Assert.Null(answer.Headers.RetryAfter); // it would invite to do it twice
        Assert.Contains("may be done", words!.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal("Unknown", gateway.State(ada));
        Assert.Equal("failed", Assert.Single(Script.Lines(gateway)).Outcome);
        await KnownAsync(gateway, clock, ada);
        Assert.Equal(active, Active(Assert.Single(await gateway.AccountsAsync(Address))));
        Assert.Equal(active ? [] : ["changed in Slack: Active"], gateway.OwnDoings());
    }

    [Fact]
    public async Task Whom_a_script_may_have_let_in_a_provider_s_removal_lets_out()
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock, Preferences = Script.Writes });
        using var script = await Script.OfAsync(gateway);
        var ada = await CreateAsync(gateway);
        await PatchAsync(gateway, ada, "active", "false");
        await gateway.WeatherAsync("""{"method":"PATCH","path":"/Users/{id}","drop":"after"}""");
        Assert.Equal(504, await script.StatusAsync("PATCH", $"Users/{SlackId(gateway, ada)}", """{"active":true}"""));
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync(Address))));

        var removed = gateway.SendAsync(HttpMethod.Delete, $"Users/{ada}");
        while (!removed.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
        }

        Assert.Equal(204, (int)(await removed).Status);
        await Gateway.UntilAsync(async () =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return !Active(Assert.Single(await gateway.AccountsAsync(Address)));
        });
    }

    [Theory]
    [InlineData(Step.Calling, true)]
    [InlineData(Step.Called, false)]
    public async Task A_gateway_that_dies_before_or_after_the_call_reads_what_came_of_it(Step step, bool active)
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock, Preferences = Script.Writes });
        using var script = await Script.OfAsync(gateway);
        var ada = await CreateAsync(gateway);
        var dead = gateway.Life.DieAt(step);

        var write = script.SendAsync("PATCH", $"Users/{SlackId(gateway, ada)}", """{"active":false}""");
        await dead;
        await gateway.CrashAsync(imports: false);

        Assert.False(write.IsCompletedSuccessfully);
        Assert.Equal("Unknown", gateway.State(ada));
        Assert.Equal("failed", Assert.Single(Script.Lines(gateway)).Outcome);
        await KnownAsync(gateway, clock, ada);
        Assert.Equal(active, Active(Assert.Single(await gateway.AccountsAsync(Address))));
        // The provider's next word is told, whatever it was.
        Assert.Equal(200, (int)await PatchAsync(gateway, ada, "title", "\"Countess\""));
    }

    [Fact]
    public async Task What_Slack_refuses_goes_on_as_Slack_says_it_and_nothing_is_unknown()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = Script.Writes });
        using var script = await Script.OfAsync(gateway);
        var (ada, eve) = (await CreateAsync(gateway), await UserAsync(gateway, "eve"));

        var (status, words) = await script.RefusedAsync(
            "PATCH",
            $"Users/{SlackId(gateway, ada)}",
            """{"emails":[{"value":"eve@corp.example","primary":true}]}"""
        );

        Assert.Equal(400, status);
        Assert.Contains("email_taken", words, StringComparison.Ordinal);
        Assert.Equal(("Settled", "Settled"), (gateway.State(ada), gateway.State(eve)));
        var line = Assert.Single(Script.Lines(gateway));
        Assert.Equal(("refused", 400), (line.Outcome, line.Status));
        Assert.Contains("email_taken", line.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(401, "invalid_authentication")]
    [InlineData(400, "plus_teams_only")]
    public async Task That_Slack_does_not_take_the_gateway_s_token_is_no_word_about_the_script_s(
        int status,
        string code
    )
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = Script.Writes });
        using var script = await Script.OfAsync(gateway);
        await gateway.WeatherAsync(
            $$"""{"method":"GET","path":"/Users","status":{{status}},"description":"{{code}}"}"""
        );

        Assert.Equal(503, (await script.RefusedAsync("GET", "Users")).Status);
    }

    [Fact]
    public async Task Slack_s_own_failure_goes_on_with_a_word_on_when_to_come_again_but_for_what_may_be_done()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = Script.Writes });
        using var script = await Script.OfAsync(gateway);
        await gateway.WeatherAsync("""{"path":"/Users","times":2,"status":500,"description":"internal_error"}""");

        var (written, _, write) = await script.SendAsync("POST", "Users", Script.User("grace"));
        var (read, _, answer) = await script.SendAsync("GET", "Users");

        Assert.Equal((500, null), (written, write.Headers.RetryAfter));
        Assert.Equal((500, "30"), (read, answer.Headers.GetValues("Retry-After").Single()));
    }

    [Theory]
    [InlineData("\"body\":\"garbage\"")]
    [InlineData("\"status\":302")]
    public async Task What_is_not_Slack_s_answer_may_be_done_to_the_script_and_in_the_journal(string fault)
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = Script.Writes });
        using var script = await Script.OfAsync(gateway);
        await gateway.WeatherAsync($$"""{"method":"POST","path":"/Users",{{fault}}}""");

        var (status, words, answer) = await script.SendAsync("POST", "Users", Script.User("grace"));

        Assert.Equal((502, null, null), (status, answer.Headers.Location, answer.Headers.RetryAfter));
        Assert.Contains("may be done", words!.ToJsonString(), StringComparison.Ordinal);
        var line = Assert.Single(Script.Lines(gateway));
        Assert.Equal("failed", line.Outcome);
        Assert.Contains("may be done", line.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"body\":\"garbage\"")]
    [InlineData("\"status\":302")]
    public async Task Of_what_is_not_Slack_s_answer_nothing_is_learned_and_the_account_is_read(string fault)
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock, Preferences = Script.Writes });
        using var script = await Script.OfAsync(gateway);
        var ada = await CreateAsync(gateway);
        await gateway.WeatherAsync($$"""{"method":"DELETE","path":"/Users/{id}",{{fault}}}""");

        Assert.Equal(502, await script.StatusAsync("DELETE", $"Users/{SlackId(gateway, ada)}"));

        Assert.Equal("Unknown", gateway.State(ada));
        await KnownAsync(gateway, clock, ada);
        var isActive = Active(Assert.Single(await gateway.AccountsAsync(Address)));
        Assert.Equal(isActive ? [] : ["changed in Slack: Active"], gateway.OwnDoings());
        Assert.Equal(1, await gateway.CameAsync("GET /Users/{id}"));
    }

    [Theory]
    [InlineData(DriftHandling.Report, false)]
    [InlineData(DriftHandling.Restore, true)]
    public async Task Whom_a_script_deletes_is_known_to_be_out_though_reads_lag_and_nobody_is_held_by_it(
        DriftHandling handling,
        bool active
    )
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = Script.Writes with { Drift = handling } },
            ready: slack => slack.Knobs.Set("consistency.deactivate_lag_ms", 60_000)
        );
        using var script = await Script.OfAsync(gateway);
        var people = new[] { await UserAsync(gateway, "ada"), await UserAsync(gateway, "eve") };

        foreach (var one in people)
        {
            Assert.Equal(200, await script.StatusAsync("DELETE", $"Users/{SlackId(gateway, one)}"));
            Assert.Equal(200, (int)await PatchAsync(gateway, one, "title", "\"Countess\""));
        }
        await gateway.QuietAsync();

        Assert.All(people, one => Assert.Equal("Settled", gateway.State(one)));
        Assert.Equal(Standing.Live, gateway.Home.Executor.Gate.Standing);
        Assert.Equal(2, gateway.OwnDoings().Count(said => said.Contains("Active", StringComparison.Ordinal)));
        Assert.All(await gateway.AccountsAsync("@corp.example"), account => Assert.Equal(active, Active(account)));
    }

    [Fact]
    public async Task A_429_of_Slack_s_goes_on_and_freezes_the_bucket_for_all()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = Script.Writes });
        using var script = await Script.OfAsync(gateway);
        await gateway.WeatherAsync(
            """{"method":"POST","path":"/Users","status":429,"description":"too_many_requests","retryAfter":70}"""
        );

        var (status, _, answer) = await script.SendAsync("POST", "Users", Script.User("grace"));

        Assert.Equal((429, "70"), (status, string.Join(' ', answer.Headers.GetValues("Retry-After"))));
        Assert.Single(gateway.Home.Budget.Frozen);
        // The next one is told at once when to come again, and so would a provider's be.
        Assert.Equal(429, (await script.RefusedAsync("POST", "Users", Script.User("eve"))).Status);
        Assert.Equal(1, await gateway.CameAsync("POST /Users"));
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task Scripts_and_providers_share_one_budget_and_neither_overspends_it()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = Script.Writes },
            ready: slack => slack.Knobs.Set("ratelimit.mode", "bucket")
        );
        using var script = await Script.OfAsync(gateway);

        // Twenty creates may go at once, and three a second after that.
        var all = Enumerable
            .Range(0, 15)
            .SelectMany(i =>
                (Task<int>[])
                    [script.StatusAsync("POST", "Users", Script.User($"script{i}")), ProvideAsync($"provider{i}")]
            )
            .ToList();
        var answers = await Task.WhenAll(all);

        Assert.All(answers, status => Assert.True(status is 201 or 429));
        await gateway.QuietAsync();
        Assert.Equal(0, gateway.Slack.Calls.Last.Count(call => call.Status == 429));
        Assert.InRange(answers.Where((_, i) => i % 2 == 0).Count(status => status == 201), 10, 15);

        async Task<int> ProvideAsync(string name) =>
            (int)(await gateway.SendAsync(HttpMethod.Post, "Users", User(name, $"{name}@corp.example"))).Status;
    }

    [Fact]
    public async Task A_script_whose_turn_does_not_come_is_told_when_to_come_again()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = Script.Writes with { WaitBudget = TimeSpan.Zero } }
        );
        using var script = await Script.OfAsync(gateway);

        var (status, _, answer) = await script.SendAsync("POST", "Users", Script.User("grace"));

        Assert.Equal(429, status);
        Assert.Equal("1", string.Join(' ', answer.Headers.GetValues("Retry-After")));
        Assert.Equal(0, gateway.Slack.Calls.Total);
        Assert.Equal("refused", Assert.Single(Script.Lines(gateway)).Outcome);
    }

    [Fact]
    public async Task A_provider_s_change_that_is_under_way_goes_first()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = Script.Writes });
        using var script = await Script.OfAsync(gateway);
        var ada = await CreateAsync(gateway);
        var held = new TaskCompletionSource();
        gateway.Life.Watch();
        gateway.Life.HoldAt(Step.Calling, held.Task);
        var provider = PatchAsync(gateway, ada, "title", "\"Countess\"");
        await gateway.Life.ReachedAsync(Step.Calling);

        var write = script.StatusAsync("PATCH", $"Users/{SlackId(gateway, ada)}", """{"title":"Lady"}""");
        await Gateway.UntilAsync(() => Task.FromResult(gateway.Home.Outcomes.Watched == 1)); // it waits for that
        held.SetResult();

        Assert.Equal(200, (int)await provider);
        Assert.Equal(200, await write);
        Assert.Equal(
            "done",
            Assert
                .Single(gateway.Operations(), one => one.Request.StartsWith("PATCH /Users", StringComparison.Ordinal))
                .Outcome
        );
        Assert.Equal("Lady", (string)Assert.Single(await gateway.AccountsAsync(Address))["title"]!);
    }

    [Fact]
    public async Task A_script_that_hangs_up_has_written_all_the_same()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = Script.Writes });
        using var script = await Script.OfAsync(gateway);
        var ada = await CreateAsync(gateway);
        var (id, held) = (SlackId(gateway, ada), new TaskCompletionSource());
        gateway.Life.Watch();
        gateway.Life.HoldAt(Step.Calling, held.Task);
        var write = script.StatusAsync("PATCH", $"Users/{id}", """{"title":"Lady"}""");
        await gateway.Life.ReachedAsync(Step.Calling);

        script.Client.CancelPendingRequests();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
        held.SetResult();

        await Gateway.UntilAsync(() => Task.FromResult(gateway.State(ada) == "Settled"));
        Assert.Equal("done", Assert.Single(Script.Lines(gateway)).Outcome);
        Assert.Equal("Lady", (string)Assert.Single(await gateway.AccountsAsync(Address))["title"]!);
    }

    private static Task KnownAsync(Gateway gateway, ManualClock clock, string id) =>
        Gateway.UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(gateway.State(id) == "Settled");
        });
}
