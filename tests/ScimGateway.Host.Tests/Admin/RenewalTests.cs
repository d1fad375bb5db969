using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using ScimGateway.Provisioning.Homes;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Http;
using ScimGateway.SlackEmulator;
using ScimGateway.SlackEmulator.Tests;
using ScimGateway.SlackEmulator.Traffic;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>
/// Tokens that end after twelve hours and are renewed before (docs/slack.md 1.4), and tokens of which Slack says one day
/// that they are none any more.
/// </summary>
public class RenewalTests
{
    private const string Access = "/api/oauth.v2.access";
    private const string Renewals = "POST " + Access;
    private const string Tests = "POST /api/auth.test";

    private readonly ManualClock _clock = new();

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_token_is_renewed_once_ahead_of_its_end_and_all_calls_go_on()
    {
        await using var served = await Browser.GatewayAsync(_clock, rotates: true);
        using var provider = await LiveAsync(served);
        var first = await ConnectionAsync(served);

        await PassAsync(TimeSpan.FromHours(7.9));
        Assert.Equal(1, Came(served, Renewals)); // the consent's own
        await UntilAsync(async () => (await ConnectionAsync(served))["renewedAt"] is not null);

        var second = await ConnectionAsync(served);
        Assert.InRange(
            Time(second, "expiresAt") - Time(first, "expiresAt"),
            TimeSpan.FromHours(7.9),
            TimeSpan.FromHours(8.2)
        );
        await PassAsync(TimeSpan.FromHours(5)); // the first token has ended
        await WorksAsync(provider, "bob");
        Assert.Equal(("valid", null), ((string?)second["state"], (string?)(await ConnectionAsync(served))["problem"]));
        Assert.Equal(2, Came(served, Renewals));
    }

    [Fact]
    public async Task Whoever_was_away_for_longer_than_the_token_lives_renews_it_before_anything_else()
    {
        await using var served = await Browser.GatewayAsync(_clock, rotates: true);
        using var former = await LiveAsync(served);
        var token = former.DefaultRequestHeaders.Authorization!.Parameter!;

        await served.RestartAsync(() => _clock.Advance(TimeSpan.FromDays(3)));

        using var provider = served.Provider("acme", token);
        await WorksAsync(provider, "bob");
        Assert.Equal(2, Came(served, Renewals));
        Assert.Equal("valid", (string?)(await ConnectionAsync(served))["state"]);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_lost_answer_is_asked_for_again_at_once()
    {
        // No call is given up, however far the clock goes while it is under way.
        var patient = new SlackClientOptions { AttemptLimit = TimeSpan.FromDays(1) };
        await using var served = await Browser.GatewayAsync(_clock, box => box.AddSingleton(patient), rotates: true);
        using var provider = await LiveAsync(served);
        served.Slack.Faults.Add(new Fault { Path = Access, Drop = Drop.After });

        await PassAsync(TimeSpan.FromHours(7.9));
        // From then on the clock stands still, as Slack's time of grace runs by it.
        await UntilAsync(() => Task.FromResult(Came(served, Renewals) > 1), TimeSpan.FromSeconds(10));
        await Gateway.UntilAsync(async () => (await ConnectionAsync(served))["renewedAt"] is not null);

        Assert.Equal(3, Came(served, Renewals));
        await PassAsync(TimeSpan.FromHours(6));
        await WorksAsync(provider, "bob");
        Assert.Null((await ConnectionAsync(served))["warning"]);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_process_that_ends_between_Slacks_answer_and_the_disk_loses_nothing_if_another_one_is_quick()
    {
        await using var served = await Browser.GatewayAsync(_clock, rotates: true);
        using var former = await LiveAsync(served);
        var token = former.DefaultRequestHeaders.Authorization!.Parameter!;
        served.Slack.Faults.Add(
            new Fault
            {
                Path = Access,
                Drop = Drop.After,
                Times = 3,
            }
        );
        await PassAsync(TimeSpan.FromHours(7.99));
        await UntilAsync(() => Task.FromResult(Came(served, Renewals) >= 2), TimeSpan.FromSeconds(10));
        await UntilAsync(() => Task.FromResult(Came(served, Renewals) == 4), TimeSpan.FromSeconds(1));
        Assert.Null((await ConnectionAsync(served))["renewedAt"]);

        await served.RestartAsync();

        await Gateway.UntilAsync(async () => (await ConnectionAsync(served))["renewedAt"] is not null);
        await PassAsync(TimeSpan.FromHours(6));
        using var provider = served.Provider("acme", token);
        await WorksAsync(provider, "bob");
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_token_that_cannot_be_renewed_works_to_its_end_with_a_warning_and_is_a_problem_then()
    {
        await using var served = await Browser.GatewayAsync(_clock, rotates: true);
        using var provider = await LiveAsync(served);
        // Slack has given one that nobody got, and is not heard of again until the time of grace is over.
        served.Slack.Faults.Add(new Fault { Path = Access, Drop = Drop.After });
        served.Slack.Faults.Add(
            new Fault
            {
                Path = Access,
                Drop = Drop.Before,
                Nth = 2,
                Times = 2,
            }
        );
        await PassAsync(TimeSpan.FromHours(8.2));

        await UntilAsync(async () => (await ConnectionAsync(served))["warning"] is not null);
        var warned = await ConnectionAsync(served);
        Assert.Equal(("valid", null), ((string?)warned["state"], (string?)warned["problem"]));
        Assert.Equal(
            "Slack does not renew the token (invalid_refresh_token); it works until its end. Connect again before that.",
            (string?)warned["warning"]
        );
        await WorksAsync(provider, "bob");
        Assert.Equal(["tokenEnds"], await CausesAsync(served));

        await PassAsync(TimeSpan.FromHours(2));
        await UntilAsync(async () => (string?)(await ConnectionAsync(served))["state"] == "invalid");
        Assert.Equal(
            "Slack does not take the token (token_expired; it could not be renewed: invalid_refresh_token); connect with another.",
            (string?)(await ConnectionAsync(served))["problem"]
        );
        Assert.Equal(["slackClosed", "tokenEnds"], await CausesAsync(served));

        using var browser = new Browser();
        Assert.Equal(HttpStatusCode.OK, (await browser.ConnectAsync(served)).Status);
        var after = await ConnectionAsync(served);
        Assert.Equal(("valid", null, null), ((string?)after["state"], after["problem"], after["warning"]));
        await WorksAsync(provider, "carl");
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task While_Slack_is_away_it_is_asked_less_and_less_and_the_token_goes_on()
    {
        await using var served = await Browser.GatewayAsync(_clock, rotates: true);
        using var provider = await LiveAsync(served);
        served.Slack.Faults.Add(
            new Fault
            {
                Path = Access,
                Status = 503,
                Times = 0,
            }
        );

        await PassAsync(TimeSpan.FromHours(9.5));
        var early = await ConnectionAsync(served);
        await WorksAsync(provider, "bob");
        await PassAsync(TimeSpan.FromHours(1.5));

        Assert.Null(early["warning"]);
        // Hours pass faster here than Slack answers: where they do, it says that no answer came in time.
        await UntilAsync(
            async () =>
                ((string?)(await ConnectionAsync(served))["warning"])?.Contains("(HTTP 503)", StringComparison.Ordinal)
                == true,
            TimeSpan.FromSeconds(2)
        );
        Assert.InRange(Came(served, Renewals), 10, 70); // three at once, a dozen times and a few more
        served.Slack.Faults.Clear();
        await UntilAsync(async () => (await ConnectionAsync(served))["renewedAt"] is not null);
        Assert.Null((await ConnectionAsync(served))["warning"]);
        await PassAsync(TimeSpan.FromHours(2));
        await WorksAsync(provider, "carl");
    }

    [Fact]
    public async Task A_token_that_somebody_revoked_is_renewed_where_it_can_be()
    {
        await using var served = await Browser.GatewayAsync(_clock, rotates: true);
        using var provider = await LiveAsync(served);
        served.Slack.Faults.Add(
            new Fault
            {
                Path = "/api/auth.test",
                Status = 200,
                Description = "token_revoked",
            }
        );

        var tested = await served.AskAsync(HttpMethod.Post, "tenants/acme/connection/test");

        Assert.Equal("valid", (string?)tested["state"]);
        Assert.Equal(2, Came(served, Renewals));
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_disabled_tenant_asks_Slack_nothing_and_renews_its_token_when_it_goes_on()
    {
        await using var served = await Browser.GatewayAsync(_clock, rotates: true);
        using var provider = await LiveAsync(served);
        await served.AskAsync(HttpMethod.Post, "tenants/acme/disable");
        served.Slack.Calls.Clear();

        await PassAsync(TimeSpan.FromHours(30));
        Assert.Equal(0, served.Slack.Calls.Total);
        await served.EnableAsync();

        await WorksAsync(provider, "bob");
        Assert.Equal(1, Came(served, Renewals));
    }

    [Fact]
    public async Task Of_two_homes_one_keeps_what_Slack_gives_and_that_works()
    {
        await using var served = await Browser.GatewayAsync(_clock, rotates: true);
        await served.TenantAsync();
        using var browser = new Browser();
        await browser.ConnectAsync(served);
        var id = await served.Store.AskAsync(session => Tenants.Of(session, "acme")!.Id);
        await served.Part<Homes>().OfId(id)!.DisposeAsync();
        var (former, formers) = await HomeAsync();
        served.Slack.Faults.Add(new Fault { Path = Access, AnswerDelayMs = 60_000 });
        _clock.Advance(TimeSpan.FromHours(9));

        var late = former.AskAsync(CancellationToken.None);
        await Gateway.UntilAsync(() => Task.FromResult(Came(served, Renewals) == 2));
        var (latter, latters) = await HomeAsync();
        var said = await latter.AskAsync(CancellationToken.None);
        while (!late.IsCompleted)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, CancellationToken.None);
        }

        await Assert.ThrowsAsync<HomeEndedException>(() => late);
        Assert.IsType<SlackTokenTest.Valid>(said);
        var kept = await served.Store.AskAsync(session => TenantConnections.Token(session, id));
        Assert.Equal(latters.Token.ToSecret(), Opened(kept!).ToSecret());
        Assert.NotEqual(formers.Token.ToSecret(), latters.Token.ToSecret());

        // What Slack gives ends the oldest one, so that a home that has ended does not even ask.
        var asked = Came(served, Renewals);
        _clock.Advance(TimeSpan.FromHours(9));
        await Assert.ThrowsAsync<HomeEndedException>(() => former.AskAsync(CancellationToken.None));
        Assert.Equal(asked, Came(served, Renewals));

        async Task<(TokenRenewal Renewal, SlackConnection Slack)> HomeAsync()
        {
            var store = new HomeStore(served.Store, id);
            await store.TakeAsync(_ => { });
            var slack = new SlackConnection(
                served.Slack.ScimUrl,
                Opened((await served.Store.AskAsync(session => TenantConnections.Token(session, id)))!)
            );
            var app = new SlackApp(served.Slack.ScimUrl, Browser.Id, Browser.Secret);
            var (http, limit) = (served.Part<HttpClient>(), TimeSpan.FromSeconds(10));
            return (
                new TokenRenewal(
                    store,
                    slack,
                    token => app.RenewAsync(http, token, limit, _clock, CancellationToken.None),
                    async token =>
                    {
                        var closed = served.Part<TokenSeal>().Keep(id, token, null);
                        await store.WriteAsync(
                            session => TenantConnections.SetToken(session, id, closed),
                            CancellationToken.None
                        );
                    },
                    cancel => SlackTokenTest.AskAsync(http, slack, limit, _clock, cancel),
                    _clock,
                    NullLogger<TokenRenewal>.Instance
                ),
                slack
            );
        }

        SlackToken Opened(Provisioning.Model.Tenants.KeptToken kept) => served.Part<TokenSeal>().Take(id, kept);
    }

    [Fact]
    public async Task A_token_that_dies_while_nobody_asks_for_anything_is_noticed_told_and_well_again_by_itself()
    {
        await using var served = await ServedGateway.StartAsync(clock: _clock);
        await LiveAsync(served, isPasted: true);
        var before = Time(await ConnectionAsync(served), "testedAt");
        await PassAsync(TimeSpan.FromHours(2));
        await UntilAsync(async () => Time(await ConnectionAsync(served), "testedAt") > before);
        var wasWell = Time(await ConnectionAsync(served), "testedAt");

        served.Slack.Knobs.Set("auth.tokens", new JsonArray());
        await PassAsync(TimeSpan.FromHours(2));
        // The clock that is pushed on may end the answer's time too, which is tried again as any silence is.
        const string Dead = "Slack does not take the token (invalid_auth); connect with another.";
        await UntilAsync(async () => (string?)(await ConnectionAsync(served))["problem"] == Dead);
        var dead = await ConnectionAsync(served);
        var causes = await CausesAsync(served);
        served.Slack.Knobs.Set("auth.tokens", Grant());
        await UntilAsync(async () => (string?)(await ConnectionAsync(served))["state"] == "valid");

        Assert.Equal("invalid", (string?)dead["state"]);
        Assert.True(Time(dead, "testedAt") > wasWell);
        Assert.Equal(["slackClosed"], causes);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_token_is_asked_about_every_hour_or_so_and_Slacks_silence_changes_nothing()
    {
        await using var served = await ServedGateway.StartAsync(clock: _clock);
        using var provider = await LiveAsync(served, isPasted: true);
        var before = Came(served, Tests);
        served.Slack.Faults.Add(
            new Fault
            {
                Path = "/api/auth.test",
                Status = 503,
                Times = 0,
            }
        );

        var began = _clock.GetUtcNow();
        await UntilAsync(() => Task.FromResult(Came(served, Tests) - before >= 3), TimeSpan.FromMinutes(1));

        // A loaded machine sees the time pass faster than the gateway asks, never slower.
        Assert.True(_clock.GetUtcNow() - began > TimeSpan.FromHours(2));
        Assert.Equal("valid", (string?)(await ConnectionAsync(served))["state"]);
        await WorksAsync(provider, "bob");
    }

    private static JsonArray Grant() =>
        [
            new JsonObject
            {
                ["token"] = SlackEmulatorServer.Token,
                ["rank"] = "primary_owner",
                ["level"] = "org",
                ["scopes"] = new JsonArray("admin"),
            },
        ];

    private static Task<JsonNode> ConnectionAsync(ServedGateway served) => ConsentTests.ConnectionAsync(served);

    private static int Came(ServedGateway served, string call) => served.Slack.Calls.Of(call);

    private static DateTimeOffset Time(JsonNode connection, string field) =>
        DateTimeOffset.Parse((string)connection[field]!, System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<List<string>> CausesAsync(ServedGateway served) =>
        [
            .. (await served.AskAsync(HttpMethod.Get, "tenants/acme/notifications"))["items"]!
                .AsArray()
                .Select(notice => (string)notice!["cause"]!)
                .Where(cause => cause != "digest")
                .Order(StringComparer.Ordinal),
        ];

    // A tenant that is live, and its provider.
    private static async Task<HttpClient> LiveAsync(ServedGateway served, bool isPasted = false)
    {
        if (isPasted)
            await served.SetUpAsync();
        else
        {
            await served.TenantAsync();
            using var browser = new Browser();
            Assert.Equal(HttpStatusCode.OK, (await browser.ConnectAsync(served)).Status);
            await served.ImportedAsync("acme");
        }
        var source = await served.AskAsync(HttpMethod.Post, "tenants/acme/sources", """{"name":"Directory"}""");
        var credential = await served.AskAsync(
            HttpMethod.Post,
            $"tenants/acme/sources/{source["id"]}/credentials",
            """{"kind":"bearer"}"""
        );
        await served.EnableAsync();
        var provider = served.Provider("acme", (string)credential["secret"]!);
        await WorksAsync(provider, "ada");
        return provider;
    }

    private static async Task WorksAsync(HttpClient provider, string name)
    {
        var (status, body, _) = await Gateway.SendAsync(
            provider,
            HttpMethod.Post,
            "Users",
            User(name, $"{name}@corp.example")
        );
        Assert.True(status == HttpStatusCode.Created, $"{status} {body}");
    }

    // In steps, so that what is due at each of them comes to its end.
    private async Task PassAsync(TimeSpan time)
    {
        var end = _clock.GetUtcNow() + time;
        while (_clock.GetUtcNow() < end)
        {
            var step = TimeSpan.FromMinutes(4);
            _clock.Advance(end - _clock.GetUtcNow() < step ? end - _clock.GetUtcNow() : step);
            await Task.Delay(TimeSpan.FromMilliseconds(15), TimeProvider.System, CancellationToken.None);
        }
    }

    private Task UntilAsync(Func<Task<bool>> isSo) => UntilAsync(isSo, TimeSpan.FromSeconds(30));

    private Task UntilAsync(Func<Task<bool>> isSo, TimeSpan step) =>
        Gateway.UntilAsync(async () =>
        {
            if (await isSo())
                return true;
            _clock.Advance(step);
            return false;
        });
}
