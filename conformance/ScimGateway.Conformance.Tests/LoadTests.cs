using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ScimGateway.Conformance.Providers;
using ScimGateway.Conformance.Reports;
using ScimGateway.Conformance.Tests.Sound;

namespace ScimGateway.Conformance.Tests;

/// <summary>A provider's first synchronisation goes as that provider does it, is measured, and leaves nothing behind.</summary>
public sealed class LoadTests
{
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
        Assert.Contains("49 requests in ", Report.Html(findings), StringComparison.Ordinal);
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
