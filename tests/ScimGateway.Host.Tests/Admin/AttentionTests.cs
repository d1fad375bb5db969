using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Cli;
using ScimGateway.Host.Tests.CommandLine;
using ScimGateway.SlackEmulator.Tests;
using ScimGateway.SlackEmulator.Traffic;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>A tenant at a glance: what somebody should look at, how much of it, why, and one of it by name.</summary>
public class AttentionTests
{
    [Fact]
    public async Task A_tenant_says_what_was_refused_held_dismissed_and_protected_with_one_of_each()
    {
        var clock = new ManualClock();
        await using var served = await ServedGateway.StartAsync(null, clock: clock);
        using var entered = new TerminalSession(served.Base, served.Key);
        var token = await served.SetUpAsync();
        await served.EnableAsync();
        using var provider = served.Provider("acme", token);
        // That the token's owner is protected needs nobody, as long as no provider has that account.
        Assert.Empty(await AttentionAsync(served));
        var people = new Dictionary<string, string>();
        foreach (var name in (string[])["ada", "bob", "carl", "dora", "eve"])
            people[name] = await CreateAsync(provider, name, $"{name}@corp.example");
        await served.AskAsync(HttpMethod.Patch, "tenants/acme/preferences", """{"guardedAccounts":1}""");
        foreach (var name in (string[])["ada", "bob", "carl"])
            await Gateway.SendAsync(provider, HttpMethod.Patch, $"Users/{people[name]}", Patch("active", "false"));
        var held = (await served.AskAsync(HttpMethod.Get, "tenants/acme/holds"))["items"]!.AsArray();
        var carl = held.Single(hold => (string?)hold!["name"] == "carl")!;
        await served.AskAsync(HttpMethod.Post, "tenants/acme/holds/dismiss", $$"""{"holds":[{{carl["id"]}}]}""");
        await DecidedAsync(served, (long)carl["link"]!);
        var dora = (await served.AskAsync(HttpMethod.Get, "tenants/acme/links?search=dora@"))["items"]![0]!["id"];
        await served.AskAsync(HttpMethod.Post, $"tenants/acme/links/{dora}/protect");
        foreach (var name in (string[])["ada", "bob", "eve"])
            await Gateway.SendAsync(provider, HttpMethod.Post, "Users", User(name, $"{name}.again@corp.example"));

        var all = await AttentionAsync(served);

        Assert.Equal(
            [
                ("refused", 3, null, "Ada", true),
                ("held", 1, 1, "bob", true),
                ("dismissed", 1, 1, "carl", true),
                ("protected", 1, 1, "dora", true),
            ],
            from one in all
            where (string?)one["example"] is "eve" or "bob" or "carl" or "dora" || (string?)one["what"] == "refused"
            let example = (string)one["example"]!
            orderby "rhdp".IndexOf(((string)one["what"]!)[0], StringComparison.Ordinal)
            select (
                (string)one["what"]!,
                (int)one["lastDay"]!,
                (int?)one["inAll"],
                example.Split(' ')[0],
                ((string)one["why"]!).Length > 10
            )
        );
        Assert.StartsWith("409 uniqueness: ", (string?)all[0]["why"], StringComparison.Ordinal);
        Assert.Contains(".again@corp.example", (string?)all[0]["example"], StringComparison.Ordinal);
        Assert.Equal(Exit.Done, await entered.RunAsync("tenant show acme"));
        foreach (var said in (string[])["refused", "409 uniqueness", "dismissed", "carl"])
            Assert.Contains(said, entered.Out, StringComparison.Ordinal);

        // A day later nothing of it is new, and what stands so still does.
        clock.Advance(TimeSpan.FromHours(25));
        all = await AttentionAsync(served);
        Assert.DoesNotContain(all, one => (string?)one["what"] == "refused");
        Assert.Equal(
            (0, 1),
            all.Where(one => (string?)one["what"] == "dismissed")
                .Select(one => ((int)one["lastDay"]!, (int)one["inAll"]!))
                .Single()
        );
    }

    [Fact]
    public async Task A_provider_that_has_asked_for_nothing_for_a_day_stands_there_until_it_does_or_nobody_waits_for_it()
    {
        var clock = new ManualClock();
        await using var served = await ServedGateway.StartAsync(null, clock: clock);
        using var provider = await served.LiveAsync();
        await served.SourceAsync("Other"); // which was never there
        await CreateAsync(provider, "ada", "ada@corp.example");
        await Gateway.UntilAsync(async () =>
            (await served.AskAsync(HttpMethod.Get, "tenants/acme"))["sources"]![0]!["lastContact"] is not null
        );
        Assert.Empty(await AttentionAsync(served));

        clock.Advance(TimeSpan.FromHours(25));
        var silent = Assert.Single(await AttentionAsync(served));
        Assert.Equal(("silent", "Provider"), ((string?)silent["what"], (string?)silent["example"]));
        Assert.StartsWith("Provider has asked for nothing since 20", (string?)silent["why"], StringComparison.Ordinal);
        Assert.Contains("check provisioning at the provider", (string?)silent["remedy"], StringComparison.Ordinal);

        await served.SendAsync(HttpMethod.Post, "tenants/acme/disable");
        Assert.Empty(await AttentionAsync(served));
        await served.SendAsync(HttpMethod.Post, "tenants/acme/shadow");
        Assert.Single(await AttentionAsync(served));
        await Gateway.SendAsync(provider, HttpMethod.Get, "Users?count=1");
        await Gateway.UntilAsync(async () => (await AttentionAsync(served)).Count == 0);
    }

    [Fact]
    public async Task Requests_that_were_refused_for_different_reasons_stand_apart_though_their_answer_is_the_same()
    {
        await using var served = await ServedGateway.StartAsync();
        using var provider = await served.LiveAsync();
        foreach (var name in (string[])["ada", "bob", "conan.o'brien"])
        {
            await CreateAsync(provider, name, $"{name}@corp.example");
            await Gateway.SendAsync(provider, HttpMethod.Post, "Users", User(name, $"{name}.again@corp.example"));
        }
        foreach (var name in (string[])["eve", "fay"])
            await Gateway.SendAsync(provider, HttpMethod.Post, "Users", User(name, "ada@corp.example"));

        var all = await AttentionAsync(served);

        Assert.Equal([3, 2], all.Select(one => (int)one["lastDay"]!));
        Assert.All(all, one => Assert.StartsWith("409 uniqueness: ", (string?)one["why"], StringComparison.Ordinal));
        Assert.Contains("conan.o'brien", (string?)all[0]["why"], StringComparison.Ordinal);
        Assert.Contains("address", (string?)all[1]["why"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tenant_says_when_each_provider_was_last_there_and_what_it_asked_for()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        using var provider = served.Provider("acme", await served.SetUpAsync());
        await served.SourceAsync("Other");
        await served.EnableAsync();
        var id = await CreateAsync(provider, "ada", "ada@corp.example");
        await Gateway.SendAsync(provider, HttpMethod.Post, "Users", User("ada", "ada@corp.example"));
        JsonArray sources = [];
        await Gateway.UntilAsync(async () =>
        {
            sources = (await served.AskAsync(HttpMethod.Get, "tenants/acme"))["sources"]!.AsArray();
            return sources[0]!["lastContact"] is not null;
        });

        Assert.Equal(
            [("Provider", "POST /Users", "refused"), ("Other", null, null)],
            sources.Select(one => ((string)one!["name"]!, (string?)one["lastRequest"], (string?)one["lastOutcome"]))
        );
        Assert.Contains("ada@corp.example", (string?)sources[0]!["lastAbout"], StringComparison.Ordinal);
        Assert.Null(sources[1]!["lastContact"]);
        var listed = (await served.AskAsync(HttpMethod.Get, "tenants/acme/sources"))["items"]!.AsArray();
        Assert.Equal(
            sources.Select(one => (string?)one!["lastContact"]),
            listed.Select(one => (string?)one!["lastContact"])
        );
        Assert.Equal(Exit.Done, await entered.RunAsync("tenant show acme"));
        Assert.Contains("POST /Users", entered.Out, StringComparison.Ordinal);
        Assert.NotEqual("", id);
    }

    [Fact]
    public async Task Who_is_told_nothing_is_told_how_to_change_that()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        await served.SetUpAsync();
        await served.EnableAsync();

        Assert.Equal(Exit.Done, await entered.RunAsync("tenant show acme"));
        Assert.EndsWith(
            "Nobody is told of what is held, fails or is refused. Say who is to be told: 'notification set acme'.\n",
            entered.Out,
            StringComparison.Ordinal
        );
        await served.AskAsync(
            HttpMethod.Patch,
            "tenants/acme/notifications/channels",
            """{"webhook":{"url":"https://alerts.example.org/","secret":"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"}}"""
        );
        Assert.StartsWith(
            "Nobody knows yet whether notifications arrive (webhook).",
            (string?)(await served.AskAsync(HttpMethod.Get, "tenants/acme"))["todo"],
            StringComparison.Ordinal
        );
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_provider_that_is_not_heard_of_for_a_day_is_told_once_for_each_silence()
    {
        var clock = new ManualClock();
        await using var served = await ServedGateway.StartAsync(null, clock: clock);
        using var provider = served.Provider("acme", await served.SetUpAsync());
        await served.EnableAsync();

        foreach (var silence in (int[])[1, 2])
        {
            (await provider.GetAsync(new Uri("Users", UriKind.Relative))).EnsureSuccessStatusCode();
            var heard = clock.GetUtcNow();
            await Gateway.UntilAsync(async () =>
            {
                clock.Advance(TimeSpan.FromMinutes(10));
                return await ToldAsync(served, "silent") == silence;
            });
            Assert.True(clock.GetUtcNow() - heard > TimeSpan.FromDays(1) - TimeSpan.FromMinutes(1));
            for (var i = 0; i < 60; i++) // ten hours more of the same silence
            {
                clock.Advance(TimeSpan.FromMinutes(10));
                Assert.Equal(silence, await ToldAsync(served, "silent"));
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(24)]
    public async Task Many_refusals_within_an_hour_are_told_once_whether_the_gateway_or_Slack_has_refused(int bySlack)
    {
        var clock = new ManualClock();
        await using var served = await ServedGateway.StartAsync(null, clock: clock);
        using var provider = served.Provider("acme", await served.SetUpAsync());
        await served.EnableAsync();
        served.Slack.Faults.Add(
            new Fault
            {
                Method = "POST",
                Path = "/Users",
                Description = "invalid_emoji_not_allowed",
                Times = 0,
            }
        );

        for (var refused = 1; refused < 25; refused++)
        {
            clock.Advance(TimeSpan.FromSeconds(5));
            var user = refused <= bySlack ? User($"u{refused}", $"u{refused}@corp.example") : """{"title":"nobody"}""";
            Assert.Equal(
                HttpStatusCode.BadRequest,
                (await Gateway.SendAsync(provider, HttpMethod.Post, "Users", user)).Status
            );
            Assert.Equal(refused < 10 ? 0 : 1, await ToldAsync(served, "refused"));
        }
    }

    private static async Task<int> ToldAsync(ServedGateway served, string cause) =>
        (await served.AskAsync(HttpMethod.Get, "tenants/acme/notifications"))["items"]!
            .AsArray()
            .Count(one => (string?)one!["cause"] == cause);

    [Fact]
    public async Task The_example_is_one_of_whom_the_reason_speaks()
    {
        await using var served = await ServedGateway.StartAsync();
        var token = await served.SetUpAsync();
        await served.EnableAsync();
        using var provider = served.Provider("acme", token);
        var people = new List<string>();
        foreach (var name in (string[])["zed", "ada", "bob", "carl"])
            people.Add(await CreateAsync(provider, name, $"{name}@corp.example"));
        await served.AskAsync(HttpMethod.Patch, "tenants/acme/preferences", """{"guardedAccounts":1}""");
        foreach (var leaver in people[..2])
            await Gateway.SendAsync(provider, HttpMethod.Patch, $"Users/{leaver}", Patch("active", "false"));
        foreach (var deleted in people[2..])
            await Gateway.SendAsync(provider, HttpMethod.Delete, $"Users/{deleted}");
        var held = (await served.AskAsync(HttpMethod.Get, "tenants/acme/holds"))["items"]!.AsArray();
        Assert.Equal(3, held.Count);
        await served.AskAsync(
            HttpMethod.Post,
            "tenants/acme/holds/dismiss",
            $$"""{"holds":[{{string.Join(',', held.Select(hold => hold!["id"]))}}]}"""
        );
        foreach (var hold in held)
            await DecidedAsync(served, (long)hold!["link"]!);

        var dismissed = Assert.Single(await AttentionAsync(served), one => (string?)one["what"] == "dismissed");

        Assert.Equal(("ada", 3), ((string?)dismissed["example"], (int)dismissed["inAll"]!));
        Assert.Contains("inactive at the provider", (string?)dismissed["why"], StringComparison.Ordinal);
    }

    private static Task DecidedAsync(ServedGateway served, long link) =>
        Gateway.UntilAsync(async () =>
            (string?)(await served.AskAsync(HttpMethod.Get, $"tenants/acme/links/{link}"))["state"] == "blocked"
        );

    private static async Task<List<JsonNode>> AttentionAsync(ServedGateway served) =>
        [.. (await served.AskAsync(HttpMethod.Get, "tenants/acme"))["attention"]!.AsArray().OfType<JsonNode>()];
}
