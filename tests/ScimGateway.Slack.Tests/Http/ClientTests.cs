using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.IO.Compression;
using System.Text;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Http;
using ScimGateway.Slack.Tests.Budget;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;
using ScimGateway.SlackEmulator;
using ScimGateway.SlackEmulator.Traffic;
using Xunit;

namespace ScimGateway.Slack.Tests.Http;

/// <summary>
/// What the client promises beyond the single answer: limits, breaker, cancellation, what it tells and what it does
/// not.
/// </summary>
public sealed class ClientTests(SlackRig rig) : IClassFixture<SlackRig>
{
    private static CancellationToken Now => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("delete user")]
    [InlineData("delete group")]
    [InlineData("patch user")]
    [InlineData("create group")]
    public async Task A_write_is_sent_once_also_on_a_connection_that_ends_under_it(string verb)
    {
        // HttpClient repeated a DELETE three times here, which turned a lost answer into "no such group".
        await using var server = new RawServer(
            "HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\n{\"Resources\":[]}"u8.ToArray(),
            hangsUpOnSecond: true
        );
        using var party = new SlackParty(server.Address, SlackParty.Patient, new HurriedClock());
        Assert.IsType<SlackResult.Done>(await party.SendAsync(new SlackCommand.ListUsers(1, 1)));

        Assert.IsType<SlackResult.Lost>(await party.SendAsync(SlackVerb.All[verb].Command(new SlackIds("U1", "S1"))));

        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_connection_that_does_not_come_about_in_time_is_not_done_and_no_cancellation()
    {
        using var http = new HttpClient(
            new SocketsHttpHandler
            {
                ConnectTimeout = TimeSpan.FromMilliseconds(50),
                ConnectCallback = async (_, cancel) =>
                {
                    await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel);
                    throw new UnreachableException();
                },
            }
        )
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        using var party = new SlackParty(SlackConnection.Slack, SlackParty.Patient, new HurriedClock(), http);

        foreach (var verb in (string[])["patch user", "read user"])
        {
            var command = SlackVerb.All[verb].Command(new SlackIds("U1", "S1"));
            Assert.IsType<SlackResult.NotDone>(await party.SendAsync(command));
            Assert.Equal(0, party.Paid(command.Call));
        }
    }

    [Fact]
    public async Task A_token_that_was_renewed_while_a_call_was_on_its_way_is_not_refused_by_that()
    {
        rig.Restart();
        rig.Slack.Faults.Add(
            new Fault
            {
                Method = "PATCH",
                Status = 401,
                Description = "invalid_authentication",
                DelayMs = 300,
                Times = 2,
            }
        );
        using var party = rig.Party();
        var command = SlackVerb.All["patch user"].Command(new SlackIds("U1", "S1"));

        var call = party.SendAsync(command);
        while (rig.Slack.Calls.Total == 0)
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, TestContext.Current.CancellationToken);
        party.Connection.Use(new SlackToken("xoxp-renewed"));

        Assert.IsType<SlackResult.NotDone>(await call);
        Assert.IsType<SlackResult.Refused>(await party.SendAsync(command)); // it is the token that there is
    }

    [Theory]
    [InlineData("gzip", "no gzip at all")]
    [InlineData("br", "no brotli at all, however long it may be")]
    [InlineData("deflate", "no deflate at all")]
    public async Task What_cannot_be_decompressed_is_an_answer_that_broke_off(string encoding, string body)
    {
        await using var server = new RawServer($"200 OK\r\nContent-Encoding: {encoding}", body);
        using var party = rig.Party(at: server.Address);

        Assert.IsType<SlackResult.NotDone>(await party.SendAsync(new SlackCommand.ReadUser("U1")));
        Assert.IsType<SlackResult.Lost>(
            await party.SendAsync(SlackVerb.All["create user"].Command(new SlackIds("U1", "S1")))
        );
        Assert.IsType<SlackResult.Lost>(await party.SendAsync(new SlackCommand.DeactivateUser("U1")));
    }

    [Theory]
    [InlineData("grace", "grace@corp.example", true)]
    [InlineData("ada2", "Ada@corp.example", false)]
    [InlineData("ada", "other@corp.example", false)]
    public async Task An_answer_to_a_create_that_shows_somebody_else_proves_nothing(
        string name,
        string address,
        bool isLost
    )
    {
        await using var server = new RawServer(
            "201 Created\r\nContent-Type: application/json",
            $$"""{"id":"U9","userName":"{{name}}","active":true,"emails":[{"value":"{{address}}","primary":true}]}"""
        );
        using var party = rig.Party(at: server.Address);

        var result = await party.SendAsync(
            new SlackCommand.CreateUser(
                SlackProfile.Nothing.With(SlackField.UserName, "ada").With(SlackField.PrimaryEmail, "ada@corp.example")
            )
        );

        Assert.Equal(isLost, result is SlackResult.Lost);
    }

    [Theory]
    [InlineData("patch user")]
    [InlineData("deactivate user")]
    [InlineData("delete user")]
    [InlineData("rename group")]
    [InlineData("change members")]
    [InlineData("delete group")]
    public async Task A_200_whose_answer_is_too_long_proves_nothing(string verb)
    {
        await using var server = new RawServer("200 OK\r\nContent-Type: text/html", new string('x', 100));
        using var party = rig.Party(SlackParty.Patient with { MostBytes = 60 }, at: server.Address);

        Assert.IsType<SlackResult.Lost>(await party.SendAsync(SlackVerb.All[verb].Command(new SlackIds("U1", "S1"))));
    }

    [Fact]
    public async Task An_empty_200_ends_a_DELETE_and_no_PATCH_of_a_user()
    {
        await using var server = new RawServer("200 OK", "");
        using var party = rig.Party(at: server.Address);

        Assert.IsType<SlackResult.Done>(await party.SendAsync(new SlackCommand.DeleteUser("U1")));
        Assert.IsType<SlackResult.Lost>(await party.SendAsync(new SlackCommand.DeactivateUser("U1")));
    }

    [Fact]
    public async Task A_small_answer_that_unpacks_to_a_huge_one_is_not_read()
    {
        var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            await gzip.WriteAsync(new byte[8 << 20], Now);
        byte[] answer =
        [
            .. Encoding.ASCII.GetBytes(
                $"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {packed.Length}\r\nConnection: close\r\n\r\n"
            ),
            .. packed.ToArray(),
        ];
        await using var server = new RawServer(answer);
        using var party = rig.Party(SlackParty.Patient with { MostBytes = 1 << 20 }, at: server.Address);

        var result = await party.SendAsync(new SlackCommand.ReadUser("U1"));

        Assert.Equal("the answer is too long", Assert.IsType<SlackResult.NotDone>(result).Why);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task Retry_After_may_be_a_date()
    {
        var clock = new VirtualClock();
        foreach (var (seconds, expected) in ((int, int)[])[(30, 30), (-30, 0)])
        {
            var date = clock.GetUtcNow().AddSeconds(seconds).ToString("R");
            await using var server = new RawServer($"429 Too Many Requests\r\nRetry-After: {date}");
            using var party = new SlackParty(server.Address, SlackParty.Patient, clock);

            var result = await party.SendAsync(new SlackCommand.ReadUser("U1"));

            Assert.Equal(TimeSpan.FromSeconds(expected), Assert.IsType<SlackResult.NotDone>(result).RetryAfter);
            Assert.Equal(TimeSpan.FromSeconds(Math.Max(1, expected)), party.Budget.WaitFor(SlackCall.ReadUser));
        }
    }

    [Fact]
    public async Task A_429_is_never_slept_on()
    {
        rig.Restart();
        rig.Slack.Faults.Add(
            new Fault
            {
                Status = 429,
                RetryAfter = 3600,
                Times = 0,
            }
        );
        using var party = rig.Party(clock: TimeProvider.System);
        var started = Stopwatch.GetTimestamp();

        Assert.IsType<SlackResult.NotDone>(await party.SendAsync(new SlackCommand.ListUsers(1, 1)));
        Assert.IsType<SlackResult.NotDone>(await party.SendAsync(new SlackCommand.DeactivateUser("U1")));

        Assert.InRange(Stopwatch.GetElapsedTime(started), TimeSpan.Zero, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task A_read_ends_with_its_total_limit_though_attempts_are_left()
    {
        rig.Restart();
        rig.Slack.Faults.Add(new Fault { AnswerDelayMs = 250, Times = 0 });
        using var party = rig.Party(
            new SlackClientOptions
            {
                AttemptLimit = TimeSpan.FromSeconds(3),
                TotalLimit = TimeSpan.FromSeconds(5),
                ReadRetries = 100,
            }
        );

        Assert.IsType<SlackResult.NotDone>(await party.SendAsync(new SlackCommand.ListUsers(1, 1)));

        await rig.QuietAsync();
        Assert.InRange(rig.Slack.Calls.Total, 1, 3);
    }

    [Fact]
    public async Task Without_retries_a_read_is_tried_once()
    {
        rig.Restart();
        rig.Slack.Faults.Add(new Fault { Status = 500, Times = 0 });
        using var party = rig.Party(SlackParty.Patient with { ReadRetries = 0 });

        Assert.IsType<SlackResult.NotDone>(await party.SendAsync(new SlackCommand.ListUsers(1, 1)));

        Assert.Equal(1, rig.Slack.Calls.Total);
    }

    [Fact]
    public async Task The_breaker_opens_after_many_failures_for_reads_and_writes_alike_and_closes_when_Slack_is_well_again()
    {
        rig.Restart();
        var ids = SlackIds.Make(rig.Slack);
        var clock = new VirtualClock();
        using var party = rig.Party(SlackParty.Patient with { ReadRetries = 0 }, clock);
        var write = new SlackCommand.DeactivateUser(ids.User);
        var read = new SlackCommand.ReadUser(ids.User);
        rig.Slack.Faults.Add(new Fault { Status = 500, Times = 0 });

        // Nine failures are too few to judge by.
        for (var i = 0; i < 9; i++)
            Assert.IsType<SlackResult.Lost>(await party.SendAsync(write));
        Assert.IsType<SlackResult.NotDone>(await party.SendAsync(read));
        Assert.Equal(10, rig.Slack.Calls.Total);

        // Open: nothing is sent and nothing is paid.
        foreach (var command in (SlackCommand[])[write, read])
        {
            var paid = party.Paid(command.Call);
            var open = Assert.IsType<SlackResult.NotDone>(await party.SendAsync(command));
            Assert.Equal(TimeSpan.FromSeconds(5), open.RetryAfter);
            Assert.Equal(paid, party.Paid(command.Call));
        }
        Assert.Equal(10, rig.Slack.Calls.Total);

        // After a while one is let through; it fails, and it is closed for as long again.
        clock.Advance(5.1);
        Assert.IsType<SlackResult.Lost>(await party.SendAsync(write));
        Assert.IsType<SlackResult.NotDone>(await party.SendAsync(write));
        Assert.Equal(11, rig.Slack.Calls.Total);

        // Slack is well again.
        rig.Slack.Faults.Clear();
        clock.Advance(5.1);
        Assert.IsType<SlackResult.Done>(await party.SendAsync(write));
        Assert.IsType<SlackResult.Done>(await party.SendAsync(read));
        Assert.Equal(13, rig.Slack.Calls.Total);
    }

    [Theory]
    [InlineData(429)]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(404)]
    public async Task What_Slack_refuses_does_not_open_the_breaker(int status)
    {
        rig.Restart();
        using var party = rig.Party(clock: new VirtualClock());
        rig.Slack.Faults.Add(
            new Fault
            {
                Status = status,
                RetryAfter = 1,
                Times = 0,
            }
        );

        for (var i = 0; i < 25; i++)
            await party.Client.SendAsync(new SlackCommand.DeactivateUser("U1"), default, Now);

        Assert.Equal(25, rig.Slack.Calls.Total);
    }

    [Fact]
    public async Task One_tenants_breaker_is_not_anothers()
    {
        rig.Restart();
        var clock = new VirtualClock();
        using var sick = rig.Party(clock: clock, at: RawServer.Nobody());
        using var well = rig.Party(clock: clock);
        for (var i = 0; i < 12; i++)
            await sick.SendAsync(new SlackCommand.DeactivateUser("U1"));

        Assert.Contains(
            "too often",
            Assert.IsType<SlackResult.NotDone>(await sick.SendAsync(new SlackCommand.DeactivateUser("U1"))).Why
        );
        Assert.IsType<SlackResult.Done>(await well.SendAsync(new SlackCommand.ListUsers(1, 1)));
    }

    [Theory]
    [InlineData("deactivate user")]
    [InlineData("read user")]
    public async Task Whoever_cancels_gets_a_cancellation(string verb)
    {
        rig.Restart();
        var ids = SlackIds.Make(rig.Slack);
        rig.Slack.Faults.Add(new Fault { AnswerDelayMs = 200, Times = 0 });
        using var party = rig.Party();
        using var cancel = new CancellationTokenSource();

        var sending = party.SendAsync(SlackVerb.All[verb].Command(ids), cancel.Token);
        while (rig.Slack.Calls.Total == 0)
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, Now);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending);
        await rig.QuietAsync();
        Assert.Equal(1, rig.Slack.Calls.Total);
    }

    [Fact]
    public async Task A_read_cancelled_in_the_middle_of_its_answer_is_cancelled_and_not_repeated()
    {
        rig.Restart();
        var ids = SlackIds.Make(rig.Slack);
        rig.Slack.Faults.Add(
            new Fault
            {
                Body = SpoiledBody.Drip,
                DripMs = 20,
                Times = 0,
            }
        );
        using var party = rig.Party();
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(150), TimeProvider.System);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            party.SendAsync(new SlackCommand.ReadUser(ids.User), cancel.Token)
        );
        await rig.QuietAsync();
        Assert.Equal(1, rig.Slack.Calls.Total);
    }

    [Theory]
    [InlineData("deactivate user")]
    [InlineData("read user")]
    public async Task What_was_cancelled_before_it_was_sent_is_not_sent_and_given_back(string verb)
    {
        rig.Restart();
        using var party = rig.Party();
        var command = SlackVerb.All[verb].Command(new SlackIds("U1", "S1"));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            party.SendAsync(command, new CancellationToken(canceled: true))
        );

        Assert.Equal(0, party.Paid(command.Call));
        Assert.Equal(0, rig.Slack.Calls.Total);
    }

    [Fact]
    public async Task What_is_not_done_is_logged_by_kind_alone()
    {
        rig.Restart();
        var ids = SlackIds.Make(rig.Slack);
        using var party = rig.Party();
        await party.SendAsync(new SlackCommand.ReadUser(ids.User));
        Assert.Empty(party.Log.All);

        rig.Slack.Faults.Add(new Fault { Status = 400, Description = "username_taken (username=vera)" });
        await party.SendAsync(new SlackCommand.DeactivateUser(ids.User));

        Assert.StartsWith("Slack WriteUser: refused (Conflict)", Assert.Single(party.Log.All));
    }

    [Fact]
    public async Task Each_command_is_one_activity_and_one_measurement()
    {
        rig.Restart();
        var ids = SlackIds.Make(rig.Slack);
        List<Activity> activities = [];
        List<(double Seconds, string Tags)> measured = [];
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == SlackScimClient.Source,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(listener);
        using var meter = new MeterListener
        {
            InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == SlackScimClient.Source)
                    l.EnableMeasurementEvents(instrument);
            },
        };
        using var mine = new Activity("this test").Start();
        listener.ActivityStopped = a =>
        {
            if (a.TraceId == mine.TraceId)
                activities.Add(a);
        };
        meter.SetMeasurementEventCallback<double>(
            (instrument, seconds, tags, _) =>
            {
                // Other tests measure meanwhile.
                if (Activity.Current?.TraceId != mine.TraceId)
                    return;
                Assert.Equal("slack.call.duration", instrument.Name);
                measured.Add((seconds, string.Join(' ', tags.ToArray())));
            }
        );
        meter.Start();
        using var party = rig.Party();

        await party.SendAsync(new SlackCommand.ReadUser(ids.User));
        rig.Slack.Faults.Add(new Fault { Drop = Drop.Before });
        await party.SendAsync(new SlackCommand.DeactivateUser(ids.User));

        Assert.Equal(["slack ReadUser", "slack WriteUser"], activities.Select(a => a.DisplayName));
        Assert.Equal(["done", "unknown"], activities.Select(a => a.GetTagItem("slack.result")));
        Assert.Equal(
            ["[slack.call, ReadUser] [slack.result, done]", "[slack.call, WriteUser] [slack.result, unknown]"],
            measured.Select(m => m.Tags)
        );
        Assert.All(measured, m => Assert.True(m.Seconds > 0));
        Assert.All(
            activities.SelectMany(a => a.TagObjects),
            tag => Assert.DoesNotContain(ids.User, $"{tag}", StringComparison.Ordinal)
        );
    }

    [Fact]
    public void A_connection_that_is_printed_says_nothing_of_its_token() =>
        Assert.DoesNotContain(
            SlackEmulatorServer.Token,
            $"{new SlackConnection(SlackConnection.Slack, SlackEmulatorServer.Token)}",
            StringComparison.Ordinal
        );
}
