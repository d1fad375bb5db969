using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using ScimGateway.Host.Operations;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Notices;
using ScimGateway.SlackEmulator.Tests;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Notices;

/// <summary>
/// Who watches is told what went wrong: once, not too often, and whatever happens to the gateway or the receiver
/// meanwhile.
/// </summary>
public sealed class NoticeTests : IAsyncLifetime
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private readonly ManualClock _clock = new();
    private Receiver _receiver = null!;

    public async ValueTask InitializeAsync() => _receiver = await Receiver.StartAsync();

    public ValueTask DisposeAsync() => _receiver.DisposeAsync();

    [Fact]
    [Trait("speed", "slow")]
    public async Task Holds_are_told_at_once_and_what_follows_within_the_hour_is_counted_into_the_next()
    {
        await using var gateway = await StartAsync(new Preferences { GuardedAccounts = 1 });
        var people = await PeopleAsync(gateway, 6);
        foreach (var person in people[..2])
            await PatchAsync(gateway, person, "active", "false");
        var first = Body(await NextAsync(1));
        Assert.Equal("demo", (string?)first["tenant"]);
        Assert.Equal("held", (string?)first["cause"]);
        Assert.Equal(0, (int)first["more"]!);
        Assert.Equal(gateway.Holds.List()[0].LinkId.Value, (long)Assert.Single(first["about"]!.AsArray())!["link"]!);

        foreach (var person in people[2..])
            await PatchAsync(gateway, person, "active", "false");
        _clock.Advance(TimeSpan.FromMinutes(59));
        Assert.Single(_receiver.Received);

        var second = Body(await NextAsync(2));
        Assert.Equal(3, (int)second["more"]!);
        Assert.EndsWith("(and 3 more)", (string?)second["text"], StringComparison.Ordinal);
        Assert.Equal(4, second["about"]!.AsArray().Count);
        // What they are called is looked up as it is sent, and is in nothing that is kept.
        Assert.All(second["about"]!.AsArray(), about => Assert.StartsWith("person", (string?)about!["name"]));
        Assert.DoesNotContain("person", (string?)second["text"], StringComparison.Ordinal);
        Assert.DoesNotContain("corp.example", _receiver.Received[1].Body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receiver_can_tell_by_the_signature_who_sent_it_and_when()
    {
        await using var gateway = await StartAsync(new Preferences { GuardedAccounts = 1 });
        await HoldOneAsync(gateway);

        var (headers, body) = await NextAsync(1);

        // As https://www.standardwebhooks.com has it.
        var (id, stamp) = (headers["webhook-id"].Single()!, headers["webhook-timestamp"].Single()!);
        var signed = HMACSHA256.HashData(
            Convert.FromBase64String(Secret["whsec_".Length..]),
            Encoding.UTF8.GetBytes($"{id}.{stamp}.{body}")
        );
        Assert.Equal("v1," + Convert.ToBase64String(signed), headers["webhook-signature"].Single());
        Assert.Equal(id, (string?)JsonNode.Parse(body)!["id"]);
        Assert.InRange(_clock.GetUtcNow().ToUnixTimeSeconds() - long.Parse(stamp), 0, 60);
    }

    [Fact]
    public async Task What_Slack_refuses_after_it_was_taken_on_is_told_with_its_link_and_its_operation_and_once()
    {
        await using var gateway = await StartAsync(new Preferences());
        var id = await CreateAsync(gateway);
        await gateway.WeatherAsync(
            """{"method":"PATCH","path":"/Users/{id}","description":"photos_invalid","times":0}"""
        );
        var photo =
            """{"op":"replace","value":{"photos":[{"value":"https://pictures.example/a.png","type":"photo"}]}}""";

        await TakenOnAsync(gateway, () => gateway.SendAsync(HttpMethod.Patch, $"Users/{id}", PatchOf(photo)));
        await Gateway.UntilAsync(() => Task.FromResult(gateway.State(id) == "Failed"));

        var body = Body(await NextAsync(1));
        Assert.Equal("failed", (string?)body["cause"]);
        var operation = gateway.Operation((string)Assert.Single(body["about"]!.AsArray())!["operation"]!);
        Assert.Equal($"PATCH /Users/{id}", operation!.Request);
        Assert.Equal("failed", operation.Outcome);

        // The gateway tries again, in vain again: that is no news.
        await Gateway.UntilAsync(() =>
        {
            _clock.Advance(TimeSpan.FromMinutes(1));
            return Task.FromResult(gateway.OwnDoings().Count > 0 && gateway.State(id) == "Failed");
        });
        Assert.Single(gateway.Notices.List(Gateway.Tenant));
    }

    [Fact]
    public async Task A_create_that_is_refused_late_and_a_removal_have_causes_of_their_own()
    {
        await using var gateway = await StartAsync(new Preferences());
        var leaver = await CreateAsync(gateway);
        await gateway.WeatherAsync("""{"method":"POST","path":"/Users","description":"invalid_email","times":0}""");
        await TakenOnAsync(gateway, () => gateway.SendAsync(HttpMethod.Post, "Users", User("bob", "bob@corp.example")));
        Assert.Equal("createRefused", (string?)Body(await NextAsync(1))["cause"]);

        await gateway.WeatherAsync(
            """{"method":"PATCH","path":"/Users/{id}","description":"cannot_disable_primary_owner","times":0}"""
        );
        await gateway.WeatherAsync(
            """{"method":"DELETE","path":"/Users/{id}","description":"cannot_disable_primary_owner","times":0}"""
        );
        await TakenOnAsync(gateway, () => gateway.SendAsync(HttpMethod.Delete, $"Users/{leaver}"));
        Assert.Equal("removalRefused", (string?)Body(await NextAsync(2))["cause"]);
    }

    [Fact]
    public async Task That_Slack_takes_the_token_no_more_is_told_and_that_it_does_again()
    {
        await using var gateway = await StartAsync(new Preferences());
        var id = await CreateAsync(gateway);
        await gateway.WeatherAsync(
            """{"method":"PATCH","path":"/Users/{id}","status":401,"description":"token_revoked"}"""
        );
        await PatchAsync(gateway, id, "title", "\"Countess\"");

        var closed = await NextAsync(1);
        Assert.Equal("slackClosed", (string?)Body(closed)["cause"]);
        Assert.DoesNotContain("xoxp", closed.Body, StringComparison.Ordinal);

        _clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal("slackOpen", (string?)Body(await NextAsync(2))["cause"]);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task What_is_not_taken_is_tried_again_with_growing_pauses_as_the_same_and_kept_in_the_end()
    {
        await using var gateway = await StartAsync(new Preferences { GuardedAccounts = 1 });
        _receiver.Answers = 302; // nor is a redirect followed
        _receiver.Ignores = "digest";
        await HoldOneAsync(gateway);
        await NextAsync(1);

        for (var tries = 2; tries <= 12; tries++)
        {
            var pause = TimeSpan.FromMinutes(Math.Min(1 << (tries - 2), 360));
            await TriedAsync(gateway, tries - 1);
            _clock.Advance(pause - TimeSpan.FromSeconds(20));
            Assert.Equal(tries - 1, _receiver.Received.Count);
            await NextAsync(tries);
        }

        await Gateway.UntilAsync(() =>
            Task.FromResult(
                gateway.Notices.List(Gateway.Tenant).Any(kept => kept is { Ended: not null, Error: not null })
            )
        );
        Assert.Single(_receiver.Received.Select(one => one.Body).Distinct());
        var (notice, _, error) = gateway.Notices.List(Gateway.Tenant).Single(kept => kept.Error is not null);
        Assert.Equal("webhook: The receiver answered 302.", error);
        _receiver.Answers = 204;
        await RaiseAsync(gateway);
        Assert.NotEqual(notice.Id.ToString(), (string?)Body(await NextAsync(13))["id"]);
    }

    [Fact]
    public async Task Mail_goes_to_a_mailbox_and_who_has_it_is_not_told_again_when_the_other_has_not()
    {
        await using var mailbox = new MailServer();
        await using var gateway = await StartAsync(
            new Preferences { GuardedAccounts = 1 },
            new MailOptions("127.0.0.1", mailbox.Port, "gateway@ours.example", "operators@ours.example") { Tls = false }
        );
        _receiver.Answers = 503;
        await HoldOneAsync(gateway);
        await NextAsync(1);
        await TriedAsync(gateway, 1);
        _receiver.Answers = 200;
        _clock.Advance(TimeSpan.FromMinutes(1));
        var (headers, _) = await NextAsync(2);

        await Gateway.UntilAsync(() => Task.FromResult(gateway.Notices.List(Gateway.Tenant)[0].Ended is not null));
        var mail = Assert.Single(mailbox.Messages);
        Assert.StartsWith("RCPT TO:<operators@ours.example>", mail, StringComparison.Ordinal);
        Assert.Contains($"Message-ID: <{headers["webhook-id"]}@scimgateway>", mail, StringComparison.Ordinal);
        Assert.Contains("Subject: [ScimGateway demo] A change is held", mail, StringComparison.Ordinal);
        Assert.Contains($"link {gateway.Holds.List()[0].LinkId}", mail, StringComparison.Ordinal);
        Assert.DoesNotContain("corp.example", mail, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task Who_takes_nothing_keeps_others_from_nothing_however_long()
    {
        const int Hours = 30;
        await using var mailbox = new MailServer();
        await using var gateway = await StartAsync(
            new Preferences(),
            new MailOptions("127.0.0.1", mailbox.Port, "gateway@ours.example", "operators@ours.example") { Tls = false }
        );
        _receiver.Answers = 503;
        _receiver.Ignores = "digest";

        for (var hour = 1; hour <= Hours; hour++)
        {
            var since = _clock.Now();
            await RaiseAsync(gateway);
            await Gateway.UntilAsync(() =>
            {
                _clock.Advance(TimeSpan.FromSeconds(1));
                return Task.FromResult(
                    Held(gateway) is var held
                        && held.Count == hour
                        && held.All(one => one.Notice.Taken.Contains("mail") && one.Error is not null)
                );
            });
            Assert.InRange(_clock.Now() - since, TimeSpan.Zero, TimeSpan.FromMinutes(30));
            _clock.Advance(TimeSpan.FromHours(1));
        }

        Assert.Contains(Held(gateway), one => one.Ended is not null);
        var tried = _receiver.Received.Count;
        _receiver.Answers = 204;
        await Gateway.UntilAsync(() =>
        {
            _clock.Advance(TimeSpan.FromMinutes(10));
            return Task.FromResult(Held(gateway).All(one => one.Ended is not null));
        });
        var came = _receiver.Received[tried..].Select(one => one.Headers["webhook-id"].ToString()).ToHashSet();
        Assert.NotEmpty(came);
        Assert.All(Held(gateway), one => Assert.True(one.Error is not null || came.Contains(one.Notice.Id.ToString())));
        Assert.All(
            Held(gateway),
            one =>
                Assert.Contains(
                    mailbox.Messages,
                    mail => mail.Contains($"Message-ID: <{one.Notice.Id}@", StringComparison.Ordinal)
                )
        );
    }

    [Fact]
    public async Task A_process_that_dies_before_or_after_the_sending_loses_nothing_and_what_comes_twice_has_one_id()
    {
        await using var gateway = await StartAsync(new Preferences { GuardedAccounts = 1 });
        await HoldOneAsync(gateway);
        await gateway.CrashAsync();
        var (headers, _) = await NextAsync(1);
        await Gateway.UntilAsync(() => Task.FromResult(gateway.Notices.List(Gateway.Tenant)[0].Ended is not null));

        // It had been sent, and nobody had written that down.
        await using (var kept = gateway.Kept())
            await kept.Outbox.ExecuteUpdateAsync(notice =>
                notice
                    .SetProperty(one => one.Ended, (Instant?)null)
                    .SetProperty(one => one.Taken, "")
                    .SetProperty(one => one.Due, _clock.Now() + TimeSpan.FromMinutes(1))
            );
        await gateway.CrashAsync();
        _clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(headers["webhook-id"], (await NextAsync(2)).Headers["webhook-id"]);
        await Gateway.UntilAsync(() => Task.FromResult(gateway.Notices.List(Gateway.Tenant)[0].Ended is not null));

        await gateway.RestartAsync();
        _clock.Advance(TimeSpan.FromHours(3));
        Assert.Equal(2, _receiver.Received.Count);
    }

    [Fact]
    public async Task Each_day_has_a_digest_of_what_came_of_it()
    {
        await using var gateway = await StartAsync(new Preferences { GuardedAccounts = 1 });
        await HoldOneAsync(gateway);
        await NextAsync(1);
        Assert.Equal(
            HttpStatusCode.Conflict,
            (await gateway.SendAsync(HttpMethod.Post, "Users", User("person0", "0@x.example"))).Status
        );

        _clock.Advance(TimeSpan.FromHours(12)); // it began at noon
        var body = Body(await NextAsync(2));
        if ((string?)body["cause"] == "held") // one whose answer was late comes twice
            body = Body(await NextAsync(3));
        Assert.Equal("digest", (string?)body["cause"]);
        Assert.Equal(
            "Operations that ended on 2026-03-01 (UTC): 5 done, 1 held, 1 refused. Open since then: 1 held, 0 links failed, 0 links waiting.",
            (string?)body["text"]
        );
        await gateway.RestartAsync();
        _clock.Advance(TimeSpan.FromHours(1));
        Assert.Equal(2, gateway.Notices.List(Gateway.Tenant).Count);
    }

    [Theory]
    [InlineData("http://receiver.example/hook", Secret)]
    [InlineData("https://receiver.example/hook", "whsec_c2hvcnQ=")]
    [InlineData("https://receiver.example/hook", "no base64 at all")]
    public void A_webhook_that_could_be_read_or_forged_is_refused(string url, string secret) =>
        Assert.True(
            new NoticeOptionsValidator()
                .Validate(null, new NoticeOptions { Webhook = new WebhookOptions(new Uri(url), secret) })
                .Failed
        );

    private Task<Gateway> StartAsync(Preferences preferences, MailOptions? mail = null) =>
        Gateway.StartAsync(
            new Setting
            {
                Preferences = preferences,
                Clock = _clock,
                More = services =>
                    services.Configure<NoticeOptions>(notices =>
                        (notices.Webhook, notices.Mail) = (new WebhookOptions(_receiver.Url, Secret), mail)
                    ),
            }
        );

    // What the receiver got as the one of a number; what is due is looked for every five seconds.
    private async Task<(Microsoft.AspNetCore.Http.IHeaderDictionary Headers, string Body)> NextAsync(int number)
    {
        for (var looks = 0; looks < 30 && _receiver.Received.Count < number; looks++)
        {
            _clock.Advance(TimeSpan.FromSeconds(5));
            await ArrivedAsync(number);
        }
        return _receiver.Received[number - 1];
    }

    // Within a moment, if at all.
    private async Task ArrivedAsync(int number)
    {
        for (var moments = 0; moments < 10 && _receiver.Received.Count < number; moments++)
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
    }

    private static List<(Notice Notice, DateTimeOffset? Ended, string? Error)> Held(Gateway gateway) =>
        [.. gateway.Notices.List(Gateway.Tenant).Where(one => one.Notice.Cause == Cause.Held)];

    // Something more is held.
    private Task<bool> RaiseAsync(Gateway gateway)
    {
        var now = _clock.Now();
        return gateway.Store.WriteAsync(
            session =>
            {
                Alerts.Raise(session, Gateway.Tenant, Cause.Held, now);
                return true;
            },
            CancellationToken.None
        );
    }

    private static Task TriedAsync(Gateway gateway, int times) =>
        Gateway.UntilAsync(() =>
            Task.FromResult(
                gateway
                    .Notices.List(Gateway.Tenant)
                    .Any(kept => kept.Notice.Attempts == times && kept.Error is not null)
            )
        );

    private static JsonNode Body((Microsoft.AspNetCore.Http.IHeaderDictionary Headers, string Body) received) =>
        JsonNode.Parse(received.Body)!;

    // The request is answered before its call to Slack begins.
    private static async Task TakenOnAsync(
        Gateway gateway,
        Func<Task<(HttpStatusCode Status, JsonObject?, HttpResponseMessage)>> write
    )
    {
        var call = new TaskCompletionSource();
        gateway.Life.Watch();
        gateway.Life.HoldAt(Step.Calling, call.Task);
        var answer = write();
        await gateway.Life.ReachedAsync(Step.Calling);
        gateway.GiveUp();
        Assert.True((int)(await answer).Status < 300);
        call.SetResult();
    }

    private static async Task<List<string>> HoldOneAsync(Gateway gateway)
    {
        var people = await PeopleAsync(gateway, 3);
        foreach (var person in people[..2])
            await PatchAsync(gateway, person, "active", "false");
        Assert.Single(gateway.Holds.List());
        return people;
    }

    private static async Task<List<string>> PeopleAsync(Gateway gateway, int count)
    {
        var people = new List<string>();
        for (var i = 0; i < count; i++)
            people.Add(
                (string)
                    (
                        await gateway.SendAsync(HttpMethod.Post, "Users", User($"person{i}", $"person{i}@corp.example"))
                    ).Body!["id"]!
            );
        return people;
    }

    private long Now() => _clock.GetUtcNow().ToUnixTimeMilliseconds();
}
