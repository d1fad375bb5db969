using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Cli;
using ScimGateway.Host.Tests.Admin;
using ScimGateway.SlackEmulator.Tests;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.CommandLine;

/// <summary>Some days of a tenant at a glance.</summary>
public class ReportTests
{
    private const string Nameless =
        """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"displayName":"Mallory"}""";

    [Fact]
    public async Task A_report_counts_by_outcome_and_by_person_and_who_was_refused_comes_first()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        using var provider = served.Provider("acme", await served.SetUpAsync());
        await served.EnableAsync();
        var eve = await CreateAsync(provider, HttpStatusCode.Conflict, "ada", "eve", "ada@corp.example");
        foreach (var title in (string[])["Pilot", "Captain"])
            await Gateway.SendAsync(provider, HttpMethod.Patch, $"Users/{eve}", Patch("title", $"\"{title}\""));

        Assert.Equal(Exit.Done, await entered.RunAsync("report acme --json"));

        var report = JsonNode.Parse(entered.Out)!;
        var people = report["items"]!.AsArray();
        Assert.Equal("refused", (string?)people[0]!["outcome"]);
        Assert.Contains("ada@corp.example", $"{people[0]!["error"]}{people[0]!["address"]}", StringComparison.Ordinal);
        var ada = Assert.Single(people, one => (int?)one!["outcomes"]!["done"] == 3)!;
        Assert.Equal("ada@corp.example", (string?)ada["address"]);
        Assert.Equal(3, (int)ada["operations"]!);
        Assert.Equal(
            1,
            (int)Assert.Single(report["outcomes"]!.AsArray(), one => (string?)one!["outcome"] == "refused")!["names"]!
        );

        Assert.Equal(Exit.Done, await entered.RunAsync("report acme eve --json"));
        var evesAlone = JsonNode.Parse(entered.Out)!["items"]!.AsArray();
        Assert.Equal("refused", (string?)Assert.Single(evesAlone)!["outcome"]);
        Assert.Equal(Exit.WrongUse, await entered.RunAsync("report acme --user ada"));
        Assert.StartsWith("There is no option '--user'.", entered.Error, StringComparison.Ordinal);
        Assert.Equal(Exit.Done, await entered.RunAsync("report acme nobody"));
        Assert.StartsWith("Nothing was asked for about 'nobody' from ", entered.Out, StringComparison.Ordinal);

        Assert.Equal(Exit.Done, await entered.RunAsync("report acme --since 1d"));
        Assert.Contains("refused", entered.Out, StringComparison.Ordinal);
        Assert.Equal(Exit.Done, await entered.RunAsync("report acme --until 1d"));
        Assert.Matches("^Nothing was asked for from [0-9-]+ [0-9:]+Z until [0-9-]+ [0-9:]+Z\\.\n$", entered.Out);
        Assert.Equal(Exit.WrongUse, await entered.RunAsync("report acme --from 2027-11-22 --until 2027-11-22"));
        Assert.Contains("For one day say --on", entered.Error, StringComparison.Ordinal);
        Assert.Equal(Exit.Done, await entered.RunAsync("report acme -o csv"));
        Assert.Equal(people.Count + 1, entered.Out.TrimEnd('\n').Split('\n').Length);
        Assert.Contains("outcomes.done", entered.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_day_is_named_by_its_weekday_or_by_its_date()
    {
        var clock = new ManualClock(); // Sunday, 2026-03-01
        await using var served = await ServedGateway.StartAsync(clock: clock);
        using var entered = new TerminalSession(served.Base, served.Key) { Clock = clock };
        using var provider = served.Provider("acme", await served.SetUpAsync());
        await Gateway.SendAsync(provider, HttpMethod.Post, "Users", User("ada", "ada@corp.example"));

        Assert.Equal((1, 0), (await ShownAsync("today"), await ShownAsync("yesterday")));
        clock.Advance(TimeSpan.FromDays(2)); // a Tuesday
        foreach (var day in (string[])["sunday", "Sunday", "sun", "2026-03-01"])
            Assert.Equal(1, await ShownAsync(day));
        foreach (var day in (string[])["today", "yesterday", "tuesday", "monday", "2026-02-28", "2026-03-02"])
            Assert.Equal(0, await ShownAsync(day));
        Assert.Equal(Exit.Done, await entered.RunAsync("report acme --on sunday --json"));
        Assert.Single(JsonNode.Parse(entered.Out)!["items"]!.AsArray());
        Assert.Equal(Exit.Done, await entered.RunAsync("report acme --on 'last tuesday'"));
        Assert.Equal("Nothing was asked for from 2026-02-24 00:00:00Z until 2026-02-25 00:00:00Z.\n", entered.Out);
        foreach (var wrong in (string[])["--on sunday --from 2d", "--on sonday", "--on 7d"])
            Assert.Equal(Exit.WrongUse, await entered.RunAsync($"operation list acme {wrong}"));
        Assert.Contains("--on wants a day: today, yesterday", entered.Error, StringComparison.Ordinal);

        foreach (var (since, count) in new[] { ("--since sunday", 1), ("--since yesterday", 0), ("--until sunday", 0) })
        {
            Assert.Equal(Exit.Done, await entered.RunAsync($"operation list acme --search ada {since} --json"));
            Assert.Equal(count, JsonNode.Parse(entered.Out)!["items"]!.AsArray().Count);
        }

        async Task<int> ShownAsync(string day)
        {
            Assert.Equal(Exit.Done, await entered.RunAsync($"operation list acme --search ada --on {day} --json"));
            return JsonNode.Parse(entered.Out)!["items"]!.AsArray().Count;
        }
    }

    [Fact]
    public async Task Who_was_refused_for_somebody_elses_userName_is_another_person_and_who_came_in_then_is_the_same()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        using var provider = served.Provider("acme", await served.SetUpAsync());
        await served.EnableAsync();
        foreach (
            var (name, called, address, status) in new[]
            {
                ("bob", "Bob Smith", "bob@corp.example", HttpStatusCode.Created),
                ("bob", "Robert Jones", "robert@corp.example", HttpStatusCode.Conflict),
                ("eve", "Eve Adams", "bob@corp.example", HttpStatusCode.Conflict),
                ("eve", "Eve Adams", "eve@corp.example", HttpStatusCode.Created),
            }
        )
            Assert.Equal(
                status,
                (
                    await Gateway.SendAsync(
                        provider,
                        HttpMethod.Post,
                        "Users",
                        $$"""{"userName":"{{name}}","displayName":"{{called}}","emails":[{"value":"{{address}}"}]}"""
                    )
                ).Status
            );

        Assert.Equal(Exit.Done, await entered.RunAsync("report acme --json"));

        Assert.Equal(
            ["Bob Smith 1", "Eve Adams 2", "Robert Jones 1"],
            JsonNode.Parse(entered.Out)!["items"]!
                .AsArray()
                .Select(person => $"{person!["name"]} {person["operations"]}")
                .Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public async Task Refusals_that_one_line_stands_for_are_counted()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        using var provider = served.Provider("acme", await served.SetUpAsync());
        await served.EnableAsync();
        for (var i = 0; i < 260; i++)
            Assert.Equal(
                HttpStatusCode.BadRequest,
                (await Gateway.SendAsync(provider, HttpMethod.Post, "Users", Nameless)).Status
            );

        Assert.Equal(Exit.Done, await entered.RunAsync("report acme --json"));

        var refused = Assert.Single(
            JsonNode.Parse(entered.Out)!["outcomes"]!.AsArray(),
            one => (string?)one!["outcome"] == "refused"
        )!;
        Assert.Equal(260, (int)refused["operations"]!);
    }

    private static async Task<string> CreateAsync(
        HttpClient provider,
        HttpStatusCode second,
        string one,
        string other,
        string address
    )
    {
        var (status, made, _) = await Gateway.SendAsync(provider, HttpMethod.Post, "Users", User(one, address));
        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal(
            second,
            (await Gateway.SendAsync(provider, HttpMethod.Post, "Users", User(other, address))).Status
        );
        return (string)made!["id"]!;
    }
}
