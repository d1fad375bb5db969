using System.Globalization;
using ScimGateway.Conformance.Providers;
using ScimGateway.Conformance.Tests.Sound;

namespace ScimGateway.Conformance.Tests;

/// <summary>How fast a server is asked, and how a client goes on that is told to wait.</summary>
public sealed class PaceTests
{
    private readonly LeapingClock _clock = new();

    [Fact]
    public async Task Entra_sends_25_requests_a_second()
    {
        await using var sound = await SoundServer.StartAsync();
        using var server = Of(sound, "entra");
        for (var i = 0; i < 26; i++)
            await server.GetAsync("Users?count=1");

        Assert.Equal(
            TimeSpan.FromSeconds(1),
            _clock.GetUtcNow() - new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero)
        );
    }

    [Fact]
    public async Task At_full_speed_nothing_is_waited_for()
    {
        await using var sound = await SoundServer.StartAsync(habits: Habit.All);
        var findings = await OfEntraAsync(sound, isReal: false);

        Assert.Equal([], findings.Failed());
        Assert.Empty(_clock.Waits);
    }

    [Fact]
    public async Task A_whole_profile_at_its_real_pace_finds_the_same()
    {
        await using var sound = await SoundServer.StartAsync(habits: Habit.All);
        var findings = await OfEntraAsync(sound, isReal: true);

        Assert.Equal([], findings.Failed());
        Assert.True(_clock.Waits.Count > 200, $"It was waited {_clock.Waits.Count} times.");
        Assert.Empty(sound.Scim.Resources);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("entra")]
    [InlineData("okta")]
    [InlineData("pingone")]
    public async Task Whoever_is_told_when_to_come_again_comes_then(string? provider)
    {
        await using var sound = await SoundServer.StartAsync(Busy(1, () => "7"));
        using var server = Of(sound, provider);

        Assert.Equal(200, (await server.GetAsync("Users?count=1")).Status);
        Assert.Contains(TimeSpan.FromSeconds(7), _clock.Waits);
        Assert.Equal(2, sound.Asked);
    }

    [Fact]
    public async Task Okta_waits_five_minutes_and_twice_as_long_each_time_where_nothing_is_said()
    {
        await using var sound = await SoundServer.StartAsync(Busy(2, () => null));
        using var server = Of(sound, "okta");

        Assert.Equal(200, (await server.GetAsync("Users?count=1")).Status);
        Assert.Equal([TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(10)], _clock.Waits);
    }

    [Fact]
    public async Task After_an_hour_the_answer_stands()
    {
        await using var sound = await SoundServer.StartAsync(Busy(100, () => null));
        using var server = Of(sound, "okta");

        Assert.Equal(429, (await server.GetAsync("Users?count=1")).Status);
        Assert.Equal([5, 10, 20], _clock.Waits.Select(wait => wait.TotalMinutes));
    }

    [Fact]
    public async Task Okta_sends_a_request_ten_times_at_most()
    {
        await using var sound = await SoundServer.StartAsync(Busy(100, () => "1"));
        using var server = Of(sound, "okta");

        Assert.Equal(429, (await server.GetAsync("Users?count=1")).Status);
        Assert.Equal(10, sound.Asked);
    }

    [Fact]
    public async Task A_date_is_understood_by_others_and_not_by_Okta()
    {
        string Soon() => _clock.GetUtcNow().AddSeconds(30).ToString("r", CultureInfo.InvariantCulture);
        await using var sound = await SoundServer.StartAsync(Busy(1, Soon));
        using var ping = Of(sound, "pingone");
        await ping.GetAsync("Users?count=1");
        Assert.Equal([TimeSpan.FromSeconds(30)], _clock.Waits);

        sound.Begin(Busy(1, Soon));
        using var okta = Of(sound, "okta");
        await okta.GetAsync("Users?count=1");
        Assert.Equal(TimeSpan.FromMinutes(5), _clock.Waits[^1]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("soon")]
    [InlineData("-1")]
    public async Task At_full_speed_who_does_not_say_how_long_is_asked_again_soon(string? retryAfter)
    {
        await using var sound = await SoundServer.StartAsync(Busy(2, () => retryAfter));
        using var server = Of(sound, null);

        Assert.Equal(200, (await server.GetAsync("Users?count=1")).Status);
        Assert.Equal([2, 4], _clock.Waits.Select(wait => wait.TotalSeconds));
    }

    [Fact]
    public async Task What_was_made_is_removed_although_the_server_is_busy_and_does_not_say_how_long()
    {
        var refused = false;
        await using var sound = await SoundServer.StartAsync(
            (ask, scim) => ask.Method == "DELETE" && (refused = !refused) ? TooMany(null) : scim.Handle(ask)
        );
        using var server = Of(sound, null);
        await server.MadeUserAsync();
        await server.MadeUserAsync();

        Assert.Empty(await server.Made.CleanUpAsync());
        Assert.Empty(sound.Scim.Resources);
    }

    [Fact]
    public async Task At_full_speed_it_is_waited_for_a_minute_at_most()
    {
        await using var sound = await SoundServer.StartAsync(Busy(1, () => "600"));
        using var server = Of(sound, null);

        Assert.Equal(429, (await server.GetAsync("Users?count=1")).Status);
        Assert.Empty(_clock.Waits);
    }

    [Fact]
    public async Task Who_is_stopped_waits_no_longer_and_leaves_nothing_behind()
    {
        using var stop = new CancellationTokenSource();
        var asked = 0;
        await using var sound = await SoundServer.StartAsync(
            (ask, scim) =>
            {
                if (ask.Method != "GET" || ask.Path != "Users" || ++asked != 2)
                    return scim.Handle(ask);
                stop.CancelAfter(TimeSpan.FromMilliseconds(50));
                return TooMany("50");
            }
        );
        var options = new Options
        {
            Url = sound.Url,
            Token = SoundServer.Token,
            Only = ["entra-create-user-by-external-id"],
        };
        using var server = new Server(options); // by the clock of this machine: a minute is not waited for
        var findings = await Run.AllAsync(server, Inventory.Of(options), Weighing.Strict, _ => { }, stop: stop.Token);

        Assert.Equal("it was stopped", Assert.Single(findings.Results).Verdict.Says);
        Assert.Empty(sound.Scim.Resources);
    }

    private Server Of(SoundServer sound, string? provider)
    {
        var server = new Server(
            new Options
            {
                Url = sound.Url,
                Token = SoundServer.Token,
                IsReal = true,
            },
            _clock
        );
        server.GoAsFastAs(provider);
        return server;
    }

    private async Task<Findings> OfEntraAsync(SoundServer sound, bool isReal)
    {
        var options = new Options
        {
            Url = sound.Url,
            Token = SoundServer.Token,
            Profiles = ["entra"],
            IsReal = isReal,
        };
        using var server = new Server(options, _clock);
        return await Run.AllAsync(server, Inventory.Of(options), Weighing.Strict, _ => { });
    }

    // So many requests are too many, then it is as before.
    private static Detour Busy(int times, Func<string?> retryAfter) =>
        (ask, scim) => times-- > 0 ? TooMany(retryAfter()) : scim.Handle(ask);

    private static Answer TooMany(string? retryAfter)
    {
        var answer = new Refusal(429, null, "Too many requests.").Answer();
        if (retryAfter is not null)
            answer.Headers["Retry-After"] = retryAfter;
        return answer;
    }
}
