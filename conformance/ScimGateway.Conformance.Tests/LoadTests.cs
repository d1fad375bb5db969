using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ScimGateway.Conformance.Providers;
using ScimGateway.Conformance.Reports;
using ScimGateway.Conformance.Tests.Sound;

namespace ScimGateway.Conformance.Tests;

/// <summary>A provider's first synchronisation goes as that provider does it, is measured, and leaves nothing behind.</summary>
public sealed class LoadTests
{
    private const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    public static TheoryData<string> Providers => [.. FirstSync.Providers];

    [Theory]
    [MemberData(nameof(Providers))]
    public async Task All_users_and_groups_are_there_in_the_end_and_gone_after_it(string provider)
    {
        var most = (Users: 0, Groups: 0, Members: 0);
        await using var sound = await SoundServer.StartAsync(
            (ask, scim) =>
            {
                var groups = scim.Resources.Where(one => one.Type.Name == "Group").ToList();
                most = (
                    Math.Max(most.Users, scim.Resources.Count - groups.Count),
                    Math.Max(most.Groups, groups.Count),
                    Math.Max(most.Members, groups.Sum(group => group.Written.Values("members").Count))
                );
                return scim.Handle(ask);
            },
            Habit.All
        );
        var findings = await OfAsync(sound, provider, users: 12, groups: 3);

        Assert.Equal([], findings.Failed());
        Assert.Equal([], findings.Skipped());
        // Each is in one group, and the eight others are in the first as well.
        Assert.Equal((12, 3, 20), most);
        Assert.Empty(findings.LeftBehind);
        Assert.Empty(sound.Scim.Resources);
    }

    [Fact]
    public async Task Entra_looks_before_it_creates_and_fills_groups_after_that()
    {
        var asked = new ConcurrentQueue<string>();
        await using var sound = await SoundServer.StartAsync(
            (ask, scim) =>
            {
                asked.Enqueue(
                    $"{ask.Method} {ask.Path.Split('/')[0]}{(ask.Filter is { } filter ? $" {filter.Split(' ')[0]}" : "")}"
                );
                return scim.Handle(ask);
            },
            Habit.All
        );
        await OfAsync(sound, "entra", users: 2, groups: 1, atOnce: 1);

        Assert.Equal(
            [
                "GET ServiceProviderConfig",
                "GET ResourceTypes",
                "GET Schemas",
                "GET Users userName",
                "GET Groups displayName",
                "GET Users userName",
                "POST Users",
                "GET Users userName",
                "POST Users",
                "PATCH Users",
                "GET Groups displayName",
                "POST Groups",
                "PATCH Groups",
                "GET Users",
                "GET Users",
                "GET Groups",
                "DELETE Groups",
            ],
            asked.Take(17)
        );
    }

    [Fact]
    public async Task It_is_said_how_long_it_took_and_what_was_answered()
    {
        await using var sound = await SoundServer.StartAsync(habits: Habit.All);
        var findings = await OfAsync(sound, "entra", users: 10, groups: 2);
        var load = findings.Load!;

        // 2 to connect; 10 looks and creations; 9 managers; 2 looks and creations, 2 times members; 12 reads.
        Assert.Equal([(200, 2 + 10 + 9 + 2 + 2 + 12), (201, 12)], load.ByStatus);
        Assert.Equal(49, load.Requests);
        Assert.Equal(10, load.Slowest.Count);
        Assert.Contains(load.Rows, row => row is { Phase: "users", What: "POST Users", Count: 10 });
        Assert.StartsWith("49 requests in ", load.Lines().First(), StringComparison.Ordinal);

        Assert.Equal(49, (int)JsonNode.Parse(Report.Json(findings))!["load"]!["requests"]!);
        Assert.Contains("49 requests in ", Report.Markdown(findings), StringComparison.Ordinal);
        Assert.Contains("49 requests in ", Page.Html(findings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_said_from_time_to_time_how_far_it_is()
    {
        var said = new ConcurrentQueue<string>();
        await using var sound = await SoundServer.StartAsync();
        using var server = new Server(new Options { Url = sound.Url, Token = SoundServer.Token });
        var size = new FirstSync.Size
        {
            Provider = "onelogin",
            Users = 520,
            Groups = 0,
        };
        await FirstSync.RunAsync(server, size, _ => { }, said.Enqueue);

        Assert.Equal(["users: 500 of 520", "check: 500 of 520"], said);
    }

    [Fact]
    public async Task What_fails_is_said_and_how_often_and_nothing_stays()
    {
        var made = 0;
        await using var sound = await SoundServer.StartAsync(
            (ask, scim) =>
                ask is { Method: "POST", Path: "Users" } && ++made is 3 or 5 ? new Answer(500) : scim.Handle(ask)
        );
        var findings = await OfAsync(sound, "okta", users: 12, groups: 2);

        Assert.StartsWith(
            "load-okta-users: 2 of 12 failed; the first: POST /scim/v2/Users → 500",
            Assert.Single(findings.Failed()),
            StringComparison.Ordinal
        );
        Assert.StartsWith("curl -i -X POST", findings.Results[^1].Repeat[0], StringComparison.Ordinal);
        Assert.Contains((500, 2), findings.Load!.ByStatus);
        Assert.Empty(sound.Scim.Resources);
    }

    [Fact]
    public async Task Members_that_are_lost_are_missed()
    {
        await using var sound = await SoundServer.StartAsync(
            (ask, scim) =>
            {
                if (ask.IsOne("PATCH", "Groups"))
                    ask = ask.With(body => body["Operations"]![0]!["value"]!.AsArray().RemoveAt(0));
                return scim.Handle(ask);
            }
        );
        var findings = await OfAsync(sound, "okta", users: 6, groups: 1);

        Assert.Contains("has 5 members and has to have 6", Assert.Single(findings.Failed()), StringComparison.Ordinal);
        Assert.Empty(sound.Scim.Resources);
    }

    [Theory]
    [InlineData("Users", "userName", "userName is missing and has to be \"nadia.")]
    [InlineData("Users", Enterprise, $"{Enterprise} is missing and has to have {{\"manager\":{{\"value\":\"r")]
    [InlineData("Groups", "displayName", "displayName is missing and has to be \"Crew ")]
    public async Task What_is_lost_of_a_user_or_group_is_missed(string endpoint, string name, string says)
    {
        await using var sound = await SoundServer.StartAsync(
            (ask, scim) =>
            {
                var answer = scim.Handle(ask);
                if (ask.IsOne("GET", endpoint))
                    answer.Body!.AsObject().Remove(name);
                return answer;
            },
            Habit.All
        );
        var findings = await OfAsync(sound, "entra", users: 3, groups: 1);

        Assert.Contains(says, Assert.Single(findings.Failed()), StringComparison.Ordinal);
        Assert.Equal("load-entra-check", findings.Results[^1].Requirement.Id);
    }

    [Fact]
    public async Task A_manager_that_the_server_does_not_keep_is_not_sent()
    {
        await using var sound = await SoundServer.StartAsync(
            (ask, scim) => ask.IsOne("PATCH", "Users") ? new Answer(400) : scim.Handle(ask),
            Habit.All
        );
        var options = new Options
        {
            Url = sound.Url,
            Token = SoundServer.Token,
            Lacked = ["manager"],
        };
        using var server = new Server(options);
        var findings = await FirstSync.RunAsync(server, new FirstSync.Size { Users = 3, Groups = 1 }, _ => { });

        Assert.Equal([], findings.Failed());
        Assert.DoesNotContain(findings.Results, result => result.Requirement.Id == "load-entra-managers");
    }

    [Fact]
    public async Task What_was_made_without_a_word_is_found_and_removed()
    {
        await using var sound = await SoundServer.StartAsync(
            (ask, scim) =>
            {
                var answer = scim.Handle(ask);
                return ask is { Method: "POST", Path: "Users" } ? new Answer(503) : answer;
            }
        );
        var findings = await OfAsync(sound, "pingone", users: 4, groups: 1);

        Assert.Single(findings.Failed());
        Assert.Empty(sound.Scim.Resources);
    }

    [Fact]
    public async Task Who_refuses_all_is_not_asked_for_all()
    {
        await using var sound = await SoundServer.StartAsync(
            (ask, scim) => ask is { Method: "POST", Path: "Users" } ? new Answer(500) : scim.Handle(ask)
        );
        var findings = await OfAsync(sound, "entra", users: 5_000, groups: 10);

        Assert.Contains("no more were tried", Assert.Single(findings.Failed()), StringComparison.Ordinal);
        Assert.True(sound.Asked < 200, $"It was asked {sound.Asked} times.");
    }

    [Fact]
    public async Task Who_stops_it_finds_the_place_clean()
    {
        using var stop = new CancellationTokenSource();
        await using var sound = await SoundServer.StartAsync(
            (ask, scim) =>
            {
                if (scim.Resources.Count == 7)
                    stop.Cancel();
                return scim.Handle(ask);
            }
        );
        using var server = new Server(new Options { Url = sound.Url, Token = SoundServer.Token });
        var findings = await FirstSync.RunAsync(
            server,
            new FirstSync.Size { Provider = "okta", Users = 1_000 },
            _ => { },
            stop: stop.Token
        );

        Assert.Equal("it was stopped", findings.Results[^1].Verdict.Says);
        Assert.Empty(sound.Scim.Resources);
    }

    [Fact]
    public async Task Who_stops_it_at_its_real_pace_is_told_of_no_failure()
    {
        using var stop = new CancellationTokenSource();
        await using var sound = await SoundServer.StartAsync(
            (ask, scim) =>
            {
                if (scim.Resources.Count == 7)
                    stop.Cancel();
                return scim.Handle(ask);
            },
            Habit.All
        );
        using var server = Real(sound);
        var findings = await FirstSync.RunAsync(
            server,
            new FirstSync.Size { Users = 1_000, AtOnce = 1 },
            _ => { },
            stop: stop.Token
        );

        // It was stopped between the look for the eighth and its creation, while its turn was waited for.
        Assert.Equal([], findings.Failed());
        Assert.Equal(["load-entra-users: it was stopped"], findings.Skipped());
        Assert.DoesNotContain(findings.Load!.ByStatus, one => one.Status == 0);
        Assert.Empty(sound.Scim.Resources);
    }

    [Fact]
    public async Task Whose_pace_is_one_after_the_other_is_followed_so()
    {
        var asked = new ConcurrentQueue<string>();
        await using var sound = await SoundServer.StartAsync(
            (ask, scim) =>
            {
                if (ask.Path == "Users")
                    asked.Enqueue(ask.Method);
                return scim.Handle(ask);
            },
            Habit.All
        );
        using var server = Real(sound);
        var size = new FirstSync.Size
        {
            Provider = "okta",
            Users = 40,
            Groups = 0,
            AtOnce = 8,
        };
        await FirstSync.RunAsync(server, size, _ => { });

        // After what is asked to connect, each is looked for and created before the next is looked for.
        var creating = asked.SkipWhile(method => method != "POST").ToList();
        Assert.Equal(Enumerable.Range(0, 79).Select(i => i % 2 == 0 ? "POST" : "GET"), creating.Take(79));
    }

    [Fact]
    public async Task A_mistake_of_whoever_listens_leaves_nothing_behind()
    {
        await using var sound = await SoundServer.StartAsync(habits: Habit.All);
        using var server = new Server(new Options { Url = sound.Url, Token = SoundServer.Token });

        await Assert.ThrowsAsync<IOException>(() =>
            FirstSync.RunAsync(
                server,
                new FirstSync.Size { Users = 5, Groups = 1 },
                result =>
                {
                    if (result.Requirement.Id == "load-entra-members")
                        throw new IOException("There is nobody who reads.");
                }
            )
        );
        Assert.Empty(sound.Scim.Resources);
    }

    // By a clock that leaps.
    private static Server Real(SoundServer sound) =>
        new(
            new Options
            {
                Url = sound.Url,
                Token = SoundServer.Token,
                IsReal = true,
            },
            new LeapingClock()
        );

    private static async Task<Findings> OfAsync(
        SoundServer sound,
        string provider,
        int users,
        int groups,
        int atOnce = 4
    )
    {
        var options = new Options { Url = sound.Url, Token = SoundServer.Token };
        using var server = new Server(options);
        return await FirstSync.RunAsync(
            server,
            new FirstSync.Size
            {
                Provider = provider,
                Users = users,
                Groups = groups,
                AtOnce = atOnce,
            },
            _ => { }
        );
    }
}
