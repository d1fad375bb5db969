using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Http;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;
using ScimGateway.SlackEmulator.Traffic;
using Xunit;

namespace ScimGateway.Slack.Tests.Http;

/// <summary>
/// Every verb in every weather: reported as exactly what it is, nothing repeated that must not be, every attempt paid
/// for.
/// </summary>
[Trait("speed", "slow")]
public sealed class ClientFaultTests(SlackRig rig) : IClassFixture<SlackRig>
{
    // Of these, a twentieth in real time.
    private static readonly SlackClientOptions _hasty = new()
    {
        AttemptLimit = TimeSpan.FromSeconds(3),
        TotalLimit = TimeSpan.FromSeconds(30),
    };

    private static readonly Dictionary<string, Weather> _weather = new()
    {
        ["fair"] = new(new Fault { Nth = 99 }, "done", "done", Effect: true),
        ["lost before the effect"] = new(new Fault { Drop = Drop.Before }, "unknown", "not done", Effect: false),
        ["lost after the effect"] = new(new Fault { Drop = Drop.After }, "unknown", "not done", Effect: true),
        ["429 with Retry-After"] = new(
            new Fault { Status = 429, RetryAfter = 7 },
            "not done",
            "not done",
            Effect: false
        )
        {
            Attempts = 1,
            Freezes = true,
            RetryAfter = 7,
        },
        ["429 without Retry-After"] = new(new Fault { Status = 429 }, "not done", "not done", Effect: false)
        {
            Attempts = 1,
            Freezes = true,
        },
        ["429 without a word"] = new(
            new Fault
            {
                Status = 429,
                RetryAfter = 7,
                Body = SpoiledBody.Garbage,
            },
            "not done",
            "not done",
            Effect: false
        )
        {
            Attempts = 1,
            Freezes = true,
            RetryAfter = 7,
        },
        ["locked"] = new(
            new Fault
            {
                Status = 429,
                Description = "resource_locked",
                RetryAfter = 1,
            },
            "not done",
            "not done",
            Effect: false
        )
        {
            Attempts = 1,
            RetryAfter = 1,
        },
        ["500"] = new(new Fault { Status = 500 }, "unknown", "not done", Effect: false),
        ["500 after the effect"] = new(new Fault { Status = 500, Effect = true }, "unknown", "not done", Effect: true),
        ["503"] = new(new Fault { Status = 503, RetryAfter = 5 }, "unknown", "not done", Effect: false),
        ["a slow drip"] = new(new Fault { Body = SpoiledBody.Drip, DripMs = 40 }, "by body", "not done", Effect: true)
        {
            IsSlow = true,
            ShowsNobody = true,
        },
        ["a drip in time"] = new(new Fault { Body = SpoiledBody.Drip, DripMs = 1 }, "done", "done", Effect: true)
        {
            Attempts = 1,
        },
        ["a late answer"] = new(new Fault { AnswerDelayMs = 350 }, "unknown", "not done", Effect: true)
        {
            IsSlow = true,
        },
        ["a late effect"] = new(new Fault { DelayMs = 350 }, "unknown", "not done", Effect: true) { IsSlow = true },
        ["an answer in time"] = new(new Fault { AnswerDelayMs = 30 }, "done", "done", Effect: true) { Attempts = 1 },
        ["truncated JSON"] = new(new Fault { Body = SpoiledBody.Truncated }, "by body", "not done", Effect: true)
        {
            // It came whole, so far as HTTP can tell: asking at once would bring the same.
            Attempts = 1,
            ShowsNobody = true,
        },
        ["cut in the middle"] = new(new Fault { Body = SpoiledBody.Cut }, "by body", "not done", Effect: true)
        {
            // A reset takes along what was not read yet, the status too.
            MayLoseStatus = true,
            ShowsNobody = true,
        },
        ["a redirect"] = new(new Fault { Status = 302 }, "not done", "not done", Effect: false) { Attempts = 1 },
        ["400"] = new(
            new Fault { Status = 400, Description = "invalid_request_payload" },
            "refused",
            "refused",
            Effect: false
        )
        {
            Attempts = 1,
        },
        ["revoked"] = new(new Fault { Status = 401 }, "refused", "refused", Effect: false) { Attempts = 1 },
        ["forbidden"] = new(new Fault { Status = 403 }, "refused", "refused", Effect: false) { Attempts = 1 },
        ["gone"] = new(new Fault { Status = 404, Description = "no_such_user" }, "refused", "refused", Effect: false)
        {
            Attempts = 1,
        },
    };

    public static IEnumerable<TheoryDataRow<string, string, bool>> Rows =>
        from verb in SlackVerb.All.Keys
        from weather in _weather
        from isWarm in weather.Value.Fault.Drop is null ? [false] : (bool[])[false, true]
        select new TheoryDataRow<string, string, bool>(verb, weather.Key, isWarm);

    public static IEnumerable<TheoryDataRow<string>> Verbs =>
        SlackVerb.All.Keys.Select(v => new TheoryDataRow<string>(v));

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task Every_command_in_every_weather(string verb, string weather, bool onUsedConnection)
    {
        var (asked, expected) = (SlackVerb.All[verb], _weather[weather]);
        rig.Restart();
        var ids = SlackIds.Make(rig.Slack);
        using var party = rig.Party(expected.IsSlow ? _hasty : null);
        if (onUsedConnection)
            Assert.IsType<SlackResult.Done>(await party.SendAsync(new SlackCommand.ListGroups(1, 1)));
        var before = party.Paid(asked.Command(ids).Call);
        rig.Slack.Calls.Clear();
        rig.Slack.Faults.Add(expected.Fault with { Times = 0 });

        var started = TimeProvider.System.GetTimestamp();
        var command = asked.Command(ids);
        var result = await party.SendAsync(command);
        var took = TimeProvider.System.GetElapsedTime(started);

        var word = Word(result);
        if (!(expected.MayLoseStatus && !asked.IsRead && word == "unknown"))
            Assert.Equal(expected.For(asked), word);
        // Three attempts of 3 s each, a twentieth of that, and a busy machine's pauses.
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(expected.IsSlow ? 4 : 20));

        // Reads are tried three times, writes once; what came is what was paid for. On a busy machine an attempt may end
        // before Slack has read it.
        await rig.QuietAsync();
        var attempts = asked.IsRead && word == "not done" ? expected.Attempts ?? 3 : 1;
        Assert.InRange(rig.Slack.Calls.Of(asked.Operation), expected.IsSlow ? 1 : attempts, attempts);
        Assert.Equal(rig.Slack.Calls.Of(asked.Operation), rig.Slack.Calls.Total);
        if (expected.Freezes)
            Assert.True(party.IsFrozen);
        else
            Assert.Equal(before + attempts, party.Paid(command.Call));
        Assert.Equal(expected.Freezes, party.IsFrozen);
        Assert.Equal(
            expected.RetryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            (result as SlackResult.NotDone)?.RetryAfter
        );

        if (asked.Happened is { } happened)
            Assert.Equal(expected.Effect, happened(new SlackWorld(rig.Slack, ids)));
        AssertNothingIsTold(party, ids);
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Garbage_for_a_body_confirms_no_write_unless_the_status_allows_no_body(string verb)
    {
        var asked = SlackVerb.All[verb];
        rig.Restart();
        var ids = SlackIds.Make(rig.Slack);
        using var party = rig.Party();
        rig.Slack.Faults.Add(new Fault { Body = SpoiledBody.Garbage, Times = 0 });

        var result = await party.SendAsync(asked.Command(ids));

        Assert.Equal(
            asked.IsRead ? "not done"
                : verb is "rename group" or "change members" or "delete group" ? "done" // 204: there is no body to be garbage
                : "unknown",
            Word(result)
        );
        Assert.Equal(1, rig.Slack.Calls.Total);
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task An_answer_that_is_too_long_is_not_read(string verb)
    {
        var asked = SlackVerb.All[verb];
        rig.Restart();
        var ids = SlackIds.Make(rig.Slack);
        using var party = rig.Party(SlackParty.Patient with { MostBytes = 60 });

        var result = await party.SendAsync(asked.Command(ids));

        Assert.Equal(
            asked.IsRead ? "not done"
                : asked.IsSilent ? "done"
                : "unknown",
            Word(result)
        );
        Assert.Equal(1, rig.Slack.Calls.Total);
        if (asked.IsRead)
            Assert.Equal("the answer is too long", Assert.IsType<SlackResult.NotDone>(result).Why);
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task Where_nobody_listens_nothing_was_done_and_nothing_is_paid(string verb)
    {
        var command = SlackVerb.All[verb].Command(new SlackIds("U0SECRET", "S0SECRET"));
        using var party = rig.Party(at: RawServer.Nobody());

        var result = Assert.IsType<SlackResult.NotDone>(await party.SendAsync(command));

        Assert.Contains("ConnectionError", result.Why);
        Assert.Equal(0, party.Paid(command.Call));
        AssertNothingIsTold(party, new SlackIds("U0SECRET", "S0SECRET"));
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task A_200_that_holds_an_error_is_no_success(string verb)
    {
        await using var server = new RawServer(
            "200 OK\r\nContent-Type: application/json",
            """{"Errors":{"description":"invalid_request_payload","code":200}}"""
        );
        using var party = rig.Party(at: server.Address);

        var result = await party.SendAsync(SlackVerb.All[verb].Command(new SlackIds("U1", "S1")));

        Assert.IsNotType<SlackResult.Done>(result);
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task A_redirect_is_not_followed(string verb)
    {
        await using var elsewhere = new RawServer("200 OK", "{}");
        await using var server = new RawServer($"307 Temporary Redirect\r\nLocation: {elsewhere.Address}");
        using var party = rig.Party(at: server.Address);

        var result = await party.SendAsync(SlackVerb.All[verb].Command(new SlackIds("U1", "S1")));

        Assert.Contains("HTTP 307", Assert.IsType<SlackResult.NotDone>(result).Why);
        Assert.Single(server.Requests);
        Assert.Empty(elsewhere.Requests);
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task A_page_that_is_not_Slacks_says_nothing_of_account_token_or_value(string verb)
    {
        foreach (var status in (string[])["400 Bad Request", "401 Unauthorized", "403 Forbidden", "404 Not Found"])
        {
            await using var server = new RawServer($"{status}\r\nContent-Type: text/html", "<html>nginx</html>");
            using var party = rig.Party(at: server.Address);

            var result = await party.SendAsync(SlackVerb.All[verb].Command(new SlackIds("U1", "S1")));

            Assert.Contains(
                $"HTTP {status[..3]}",
                Assert.IsType<SlackResult.NotDone>(result).Why,
                StringComparison.Ordinal
            );
            Assert.Single(server.Requests);
        }
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task A_page_of_a_proxy_with_status_200_is_no_confirmation(string verb)
    {
        await using var server = new RawServer("200 OK\r\nContent-Type: text/html", "<html>please sign in</html>");
        using var party = rig.Party(at: server.Address);

        var result = await party.SendAsync(SlackVerb.All[verb].Command(new SlackIds("U1", "S1")));

        Assert.Equal(SlackVerb.All[verb].IsRead ? "not done" : "unknown", Word(result));
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task A_token_that_died_is_a_refusal_of_the_token(string verb)
    {
        rig.Restart(("auth.tokens", new System.Text.Json.Nodes.JsonArray()));
        using var party = rig.Party();

        var refused = Assert.IsType<SlackResult.Refused>(
            await party.SendAsync(SlackVerb.All[verb].Command(SlackIds.Make(rig.Slack)))
        );

        Assert.Equal(SlackErrorKind.Token, refused.Row.Kind);
        Assert.Equal(401, refused.Error.Status);
    }

    public static IEnumerable<TheoryDataRow<string>> Codes =>
        SlackErrors.Rows.Select(r => new TheoryDataRow<string>(r.Code));

    [Theory]
    [MemberData(nameof(Codes))]
    public async Task Every_error_at_400_is_a_refusal_with_its_line(string code)
    {
        rig.Restart();
        var ids = SlackIds.Make(rig.Slack);
        rig.Slack.Faults.Add(new Fault { Status = 400, Description = code + " (user=vera.secretname)" });
        using var party = rig.Party();

        var refused = Assert.IsType<SlackResult.Refused>(
            await party.SendAsync(SlackVerb.All["patch user"].Command(ids))
        );

        var row = SlackErrors.Row(new SlackError(400, code, code));
        Assert.Equal((row.Code, row.Kind, row.Says), (refused.Row.Code, refused.Row.Kind, refused.Row.Says));
        // A change of the title blames no name.
        var blamed = row.MayBe.Contains(SlackField.Title) ? SlackField.Title : (SlackField?)null;
        Assert.Equal(row.MayBe.Count == 0 ? row.Field : blamed, refused.Row.Field);
        Assert.Equal(code + " (user=vera.secretname)", refused.Error.Words);
        AssertNothingIsTold(party, ids);
    }

    [Theory]
    [MemberData(nameof(Verbs))]
    public async Task A_read_goes_on_when_the_weather_clears(string verb)
    {
        var asked = SlackVerb.All[verb];
        if (!asked.IsRead)
            return;
        foreach (
            var fault in (Fault[])
                [new() { Drop = Drop.Before }, new() { Status = 503 }, new() { Body = SpoiledBody.Cut }]
        )
        {
            rig.Restart();
            var ids = SlackIds.Make(rig.Slack);
            rig.Slack.Faults.Add(fault with { Times = 2 });
            using var party = rig.Party();
            var command = asked.Command(ids);

            Assert.IsType<SlackResult.Done>(await party.SendAsync(command));

            Assert.Equal(3, rig.Slack.Calls.Total);
            Assert.Equal(3, party.Paid(command.Call));
        }
    }

    [Fact]
    public async Task A_429_on_a_repeated_read_is_handed_to_the_budget_with_the_grant_that_paid_for_it()
    {
        rig.Restart();
        var ids = SlackIds.Make(rig.Slack);
        rig.Slack.Faults.Add(new Fault { Status = 500 });
        rig.Slack.Faults.Add(
            new Fault
            {
                Status = 429,
                RetryAfter = 9,
                Nth = 2,
            }
        );
        using var party = rig.Party();

        var result = Assert.IsType<SlackResult.NotDone>(await party.SendAsync(new SlackCommand.ReadUser(ids.User)));

        Assert.Equal(TimeSpan.FromSeconds(9), result.RetryAfter);
        Assert.Equal(2, rig.Slack.Calls.Total);
        Assert.Equal(TimeSpan.FromSeconds(9), party.Budget.WaitFor(SlackCall.ReadUser));
    }

    [Fact]
    public async Task A_read_is_not_repeated_when_the_budget_has_no_room()
    {
        rig.Restart();
        var ids = SlackIds.Make(rig.Slack);
        rig.Slack.Faults.Add(new Fault { Status = 500, Times = 0 });
        using var party = rig.Party();
        while (party.Budget.WaitFor(SlackCall.ReadUser) == TimeSpan.Zero)
        {
            party.Budget.TryTake(SlackCall.ReadUser, out var grant, out _);
            if (party.Budget.WaitFor(SlackCall.ReadUser) == TimeSpan.Zero)
                continue;
            var result = await party.Client.SendAsync(
                new SlackCommand.ReadUser(ids.User),
                grant,
                TestContext.Current.CancellationToken
            );
            Assert.Contains("no room", Assert.IsType<SlackResult.NotDone>(result).Why);
        }
        Assert.Equal(1, rig.Slack.Calls.Total);
    }

    private static string Word(SlackResult result) =>
        result switch
        {
            SlackResult.Done => "done",
            SlackResult.Refused => "refused",
            SlackResult.NotDone => "not done",
            _ => "unknown",
        };

    // Neither the ids, names and addresses of the call, nor the token, nor where Slack is.
    private static void AssertNothingIsTold(SlackParty party, SlackIds ids) =>
        Assert.All(
            party.Log.All,
            line =>
                Assert.All(
                    (string[])[ids.User, ids.Group, "ecret", "crew.example", "xoxp", "127.0.0.1", "://"],
                    word => Assert.DoesNotContain(word, line, StringComparison.OrdinalIgnoreCase)
                )
        );

    /// <param name="Fault">What is ordered.</param>
    /// <param name="Write">
    /// What a write is reported as; "by body" where it depends on whether the answer has one.
    /// </param>
    /// <param name="Read">What a read is reported as.</param>
    /// <param name="Effect">Whether a write happens.</param>
    private sealed record Weather(Fault Fault, string Write, string Read, bool Effect)
    {
        /// <summary>How often a read is tried, if it is not done; null for the most.</summary>
        public int? Attempts { get; init; }

        public bool Freezes { get; init; }

        public int? RetryAfter { get; init; }

        public bool IsSlow { get; init; }

        public bool MayLoseStatus { get; init; }

        /// <summary>Whether an answer that is to show an account shows none.</summary>
        public bool ShowsNobody { get; init; }

        public string For(SlackVerb verb) =>
            verb.IsRead ? Read
            : Write != "by body" ? Write
            : verb.IsCreate || (ShowsNobody && verb.ShowsAccount) ? "unknown"
            : "done";
    }
}
