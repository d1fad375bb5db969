using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging.Abstractions;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Http;
using ScimGateway.Slack.Tests.Budget;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;
using ScimGateway.SlackEmulator;
using Xunit;

namespace ScimGateway.Slack.Tests.Http;

/// <summary>
/// The budget against the pretend Slack's own limiter, both on one clock that stands still between the calls.
/// </summary>
[Trait("speed", "slow")]
public sealed class BudgetAtSlackTests
{
    private readonly VirtualClock _clock = new();

    [Fact]
    public async Task Thousands_of_calls_of_every_kind_meet_no_429_of_our_own_making()
    {
        await using var slack = await StartAsync();
        using var http = SlackHttp.NewClient();
        var (budget, client) = Client(slack, http);
        var ids = SlackIds.Make(slack);
        var dice = new Random(11);
        var groups = new List<string>();

        for (var i = 0; i < 4_000; i++)
        {
            // In rushes of one kind, so that every bucket is emptied in turn.
            var kind = (i / 100 + (dice.Next(10) == 0 ? dice.Next(8) : 0)) % 8;
            SlackCommand command = kind switch
            {
                0 => Create(i),
                1 => Patch(ids.User, i),
                2 => new SlackCommand.DeleteUser(ids.User),
                3 => new SlackCommand.CreateGroup($"g{i}", []),
                4 => new SlackCommand.RenameGroup(ids.Group, $"n{i}"),
                5 when groups.Count > 0 => new SlackCommand.DeleteGroup(groups[^1]),
                6 => new SlackCommand.ReadUser(ids.User),
                _ => new SlackCommand.ReadGroup(ids.Group),
            };
            var done = Assert.IsType<SlackResult.Done>(await SendAsync(budget, client, command));
            if (command is SlackCommand.CreateGroup)
                groups.Add(done.Group!.Id);
            if (command is SlackCommand.DeleteGroup)
                groups.RemoveAt(groups.Count - 1);
        }

        Assert.False(slack.Calls.ByStatus.ContainsKey(429));
        Assert.Equal(4_000, slack.Calls.Total);
    }

    [Fact]
    public async Task Almost_all_that_Slack_allows_is_used()
    {
        await using var slack = await StartAsync();
        using var http = SlackHttp.NewClient();
        var (budget, client) = Client(slack, http);
        var ids = SlackIds.Make(slack);

        for (var i = 0; i < 1_000; i++)
            Assert.IsType<SlackResult.Done>(await SendAsync(budget, client, Patch(ids.User, i)));

        // 180 a minute after a burst of 17, and one part in a thousand less.
        Assert.InRange(_clock.Now.TotalMinutes, 980 / 180.0, 983 / 180.0 * 1.002);
    }

    [Fact]
    public async Task Where_another_app_spends_too_429s_are_learnt_from_and_everything_is_done()
    {
        await using var slack = await StartAsync();
        using var http = SlackHttp.NewClient();
        var (budget, client) = Client(slack, http);
        var (_, other) = Client(slack, http);
        var ids = SlackIds.Make(slack);
        var theirs = slack.Workspace.MakeUser(new() { ["userName"] = "theirs" });
        var (refused, spent) = (0, 0);

        // The other app asks for a third of what there is, once a second, and pays no heed to anything.
        for (var i = 0; i < 1_000; )
        {
            var grant = Take(budget, SlackCall.WriteUser);
            for (; spent < _clock.Now.TotalSeconds; spent++)
                await other.SendAsync(Patch(theirs, spent), default, TestContext.Current.CancellationToken);
            switch (await client.SendAsync(Patch(ids.User, i), grant, TestContext.Current.CancellationToken))
            {
                case SlackResult.Done:
                    i++;
                    break;
                case SlackResult.NotDone { RetryAfter: { } wait }:
                    refused++;
                    Assert.True(budget.WaitFor(SlackCall.WriteUser) >= wait);
                    break;
                case var result:
                    Assert.Fail($"{result}");
                    break;
            }
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{refused} refused, {_clock.Now.TotalMinutes:0.0} minutes");
        Assert.InRange(refused, 1, 50);
        // What is left for us is 120 a minute.
        Assert.InRange(_clock.Now.TotalMinutes, 6, 14);
    }

    [Fact]
    public async Task A_429_without_Retry_After_costs_20_seconds()
    {
        await using var slack = await StartAsync(("ratelimit.send_retry_after", false), ("ratelimit.body", "webapi"));
        using var http = SlackHttp.NewClient();
        var (_, other) = Client(slack, http);
        var (budget, client) = Client(slack, http);
        var ids = SlackIds.Make(slack);
        for (var i = 0; i < 20; i++)
            await other.SendAsync(Patch(ids.User, i), default, TestContext.Current.CancellationToken);

        var result = Assert.IsType<SlackResult.NotDone>(await SendAsync(budget, client, Patch(ids.User, 99)));

        Assert.Null(result.RetryAfter);
        Assert.Equal(TimeSpan.FromSeconds(20), budget.WaitFor(SlackCall.WriteUser));
        Assert.IsType<SlackResult.Done>(await SendAsync(budget, client, Patch(ids.User, 99)));
    }

    private Task<SlackEmulatorServer> StartAsync(params (string Knob, JsonNode? Value)[] knobs) =>
        SlackEmulatorServer.StartAsync(
            new SlackEmulatorOptions
            {
                Clock = _clock,
                Knobs = new JsonObject(
                    knobs
                        .Append<(string Knob, JsonNode? Value)>(("ratelimit.mode", "bucket"))
                        .Select(k => KeyValuePair.Create(k.Knob, k.Value?.DeepClone()))
                ),
            },
            TestContext.Current.CancellationToken
        );

    private (SlackBudget, SlackScimClient) Client(SlackEmulatorServer slack, HttpClient http)
    {
        var budget = new SlackBudget(SlackLimits.Documented, _clock);
        var connection = new SlackConnection(slack.ScimUrl, SlackEmulatorServer.Token);
        return (
            budget,
            new SlackScimClient(http, connection, new SlackClientOptions(), budget, _clock, NullLogger.Instance)
        );
    }

    private Task<SlackResult> SendAsync(SlackBudget budget, SlackScimClient client, SlackCommand command) =>
        client.SendAsync(command, Take(budget, command.Call), TestContext.Current.CancellationToken);

    // Waits as long as the budget says.
    private SlackGrant Take(SlackBudget budget, SlackCall call)
    {
        SlackGrant grant;
        while (!budget.TryTake(call, out grant, out var wait))
            _clock.Advance(wait);
        return grant;
    }

    private static SlackCommand.CreateUser Create(int number) =>
        new(
            SlackProfile
                .Nothing.With(SlackField.UserName, $"u{number}")
                .With(SlackField.PrimaryEmail, $"u{number}@crew.example")
        );

    private static SlackCommand.PatchUser Patch(string id, int number) =>
        new(
            id,
            new UserChange(
                SlackProfile.Nothing.With(SlackField.Title, $"{number}"),
                SlackProfile.Nothing,
                SlackProfile.Nothing
            )
        );
}
