using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ScimGateway.Cli;
using ScimGateway.Host.Operations;
using ScimGateway.Host.Security;
using ScimGateway.Host.Tests.CommandLine;
using ScimGateway.Host.Tests.Notices;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.SlackEmulator.Tests;
using ScimGateway.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>A tenant is told what happens to it where it says, and nobody else's; and no address of its leads inside.</summary>
public class NotificationChannelTests
{
    private const string Channels = "tenants/acme/notifications/channels";
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private readonly ManualClock _clock = new();

    [Fact]
    public async Task What_happens_to_a_tenant_is_told_by_its_own_channels_and_no_others()
    {
        await using var webhook = await Receiver.StartAsync();
        await using var operators = await Receiver.StartAsync();
        await using var mail = new MailServer();
        await using var served = await StartAsync(notices =>
        {
            notices.Webhook = new WebhookOptions(operators.Url, Secret);
            notices.Mail = new MailOptions("127.0.0.1", mail.Port, "gateway@corp.example", "ops@corp.example")
            {
                Tls = false,
            };
        });
        var (acme, other) = (await served.TenantAsync(), await served.TenantAsync("other"));
        var set = await served.AskAsync(
            HttpMethod.Patch,
            Channels,
            $$$"""{"webhook":{"url":"{{{webhook.Url}}}","secret":"{{{Secret}}}"},"mail":{"to":"it@acme.example"}}"""
        );
        Assert.True((bool)set["webhook"]!["secret"]!["isSet"]!);
        Assert.False((bool)set["mail"]!["confirmed"]!);
        await served.AskAsync(HttpMethod.Post, $"{Channels}/mail/confirm", $$"""{"code":"{{mail.LastCode}}"}""");

        await WriteAsync(served, acme, "of acme");
        await WriteAsync(served, other, "of another");
        await Gateway.UntilAsync(() =>
        {
            _clock.Advance(1);
            return Task.FromResult(
                operators.Received.Count == 2 && webhook.Received.Count > 0 && mail.Messages.Count == 4
            );
        });

        var (headers, body) = Assert.Single(webhook.Received);
        Assert.Contains("of acme", body, StringComparison.Ordinal);
        var signed = HMACSHA256.HashData(
            Convert.FromBase64String(Secret["whsec_".Length..]),
            Encoding.UTF8.GetBytes($"{headers["webhook-id"]}.{headers["webhook-timestamp"]}.{body}")
        );
        Assert.Equal("v1," + Convert.ToBase64String(signed), headers["webhook-signature"].Single());
        var own = Assert.Single(
            mail.Messages.Skip(1),
            one => one.Contains("it@acme.example", StringComparison.Ordinal)
        );
        Assert.Contains("of acme", own, StringComparison.Ordinal);
        await Gateway.UntilAsync(async () =>
            (await served.AskAsync(HttpMethod.Get, "tenants/acme/notifications"))["items"]![0]!["ended"] is not null
        );
        var told = (await served.AskAsync(HttpMethod.Get, "tenants/acme/notifications"))["items"]![0]!;
        Assert.Equal(
            ["mail", "tenantMail", "tenantWebhook", "webhook"],
            told["taken"]!.AsArray().Select(one => (string)one!).Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData("""{"webhook":{"url":"https://127.0.0.1:8443/","secret":"whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"}}""")]
    [InlineData("""{"webhook":{"url":"http://localhost/","secret":"whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"}}""")]
    [InlineData("""{"webhook":{"url":"https://[::1]/","secret":"whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"}}""")]
    [InlineData("""{"slack":{"url":"http://127.0.0.1/services/T1/B1/x"}}""")]
    public async Task Where_issuers_may_be_on_the_loopback_for_a_trial_no_channel_of_a_tenant_may(string channels)
    {
        await using var served = await ServedGateway.StartAsync(clock: _clock, more: ["--loopback-issuers", "true"]);
        await served.TenantAsync();

        var (status, _, _) = await served.SendAsync(HttpMethod.Patch, Channels, channels);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        using var outer = OuterHttp.NewClient(served.Part<IOptions<NoticeOptions>>().Value.TenantsLoopback);
        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => outer.GetAsync(served.Base));
        Assert.IsType<InnerAddressException>(refused.InnerException);
    }

    [Fact]
    public async Task Nothing_goes_to_a_mailbox_whose_reader_has_not_confirmed_it()
    {
        await using var mail = new MailServer();
        await using var served = await StartAsync(notices =>
            notices.Mail = new MailOptions("127.0.0.1", mail.Port, "gateway@corp.example", "ops@corp.example")
            {
                Tls = false,
            }
        );
        await served.TenantAsync();
        await served.AskAsync(HttpMethod.Patch, Channels, """{"mail":{"to":"victim@elsewhere.example"}}""");
        Assert.Single(mail.Messages);
        var code = mail.LastCode;
        // Nobody fills a mailbox by setting it again and again.
        Assert.Equal(HttpStatusCode.TooManyRequests, await PatchAsync("""{"mail":{"to":"other@elsewhere.example"}}"""));

        using var owner = await served.WithKeyAsync("owner", "acme");
        _clock.Advance(TimeSpan.FromSeconds(11));
        var (_, came, _) = await ServedGateway.SendAsync(owner, HttpMethod.Post, "tenants/acme/notifications/test");
        Assert.Empty(came!.AsObject());
        Assert.Equal(HttpStatusCode.BadRequest, await PatchAsync("""{"mail":{"confirmed":true}}"""));

        Assert.Equal(HttpStatusCode.BadRequest, await ConfirmAsync("AAAAAAAAAAAA"));
        Assert.Equal(HttpStatusCode.OK, await ConfirmAsync(code));
        Assert.Equal(HttpStatusCode.Conflict, await ConfirmAsync(code));
        _clock.Advance(TimeSpan.FromSeconds(11));
        (_, came, _) = await ServedGateway.SendAsync(owner, HttpMethod.Post, "tenants/acme/notifications/test");
        // A tenant's own test does not reach the operator's mailbox.
        Assert.Equal(["tenantMail"], came!.AsObject().Select(one => one.Key));
        Assert.Equal(2, mail.Messages.Count);

        // Another mailbox has another reader, and a code is not guessed.
        _clock.Advance(TimeSpan.FromSeconds(11));
        Assert.Equal(HttpStatusCode.OK, await PatchAsync("""{"mail":{"to":"other@elsewhere.example"}}"""));
        for (var i = 0; i < 5; i++)
            Assert.Equal(HttpStatusCode.BadRequest, await ConfirmAsync(code));
        Assert.Equal(HttpStatusCode.Conflict, await ConfirmAsync(mail.LastCode));

        async Task<HttpStatusCode> PatchAsync(string patch) =>
            (await served.SendAsync(HttpMethod.Patch, Channels, patch)).Status;
        async Task<HttpStatusCode> ConfirmAsync(string code) =>
            (await served.SendAsync(HttpMethod.Post, $"{Channels}/mail/confirm", $$"""{"code":"{{code}}"}""")).Status;
    }

    [Fact]
    public async Task Nobody_waits_for_another_tenant_s_receiver()
    {
        var (asked, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var hanging = await Receiver.StartAsync();
        hanging.Before = async () =>
        {
            asked.TrySetResult();
            await answer.Task;
        };
        await using var webhook = await Receiver.StartAsync();
        await using var served = await StartAsync();
        var (acme, other) = (await served.TenantAsync(), await served.TenantAsync("other"));
        foreach (var (slug, url) in new[] { ("acme", hanging.Url), ("other", webhook.Url) })
            await served.AskAsync(
                HttpMethod.Patch,
                $"tenants/{slug}/notifications/channels",
                $$$"""{"webhook":{"url":"{{{url}}}","secret":"{{{Secret}}}"}}"""
            );

        await WriteAsync(served, acme, "of acme");
        await Gateway.UntilAsync(() =>
        {
            _clock.Advance(1);
            return Task.FromResult(asked.Task.IsCompleted);
        });
        await WriteAsync(served, other, "of another");
        // The hanging one has 30 s, which are not over by then.
        var passed = 0.0;
        await Gateway.UntilAsync(() =>
        {
            if (passed < 25)
                _clock.Advance(0.1);
            passed += 0.1;
            return Task.FromResult(webhook.Received.Count == 1);
        });
        Assert.Empty(hanging.Received);
        answer.SetResult();
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_channel_that_hangs_keeps_the_tenant_s_others_from_nothing()
    {
        var (asked, answer) = (new TaskCompletionSource(), new TaskCompletionSource());
        await using var hanging = await Receiver.StartAsync();
        hanging.Before = async () =>
        {
            asked.TrySetResult();
            await answer.Task;
        };
        await using var slack = await Receiver.StartAsync();
        await using var served = await StartAsync();
        var acme = await served.TenantAsync();
        await served.AskAsync(
            HttpMethod.Patch,
            Channels,
            $$$"""{"webhook":{"url":"{{{hanging.Url}}}","secret":"{{{Secret}}}"},"slack":{"url":"{{{slack.Url}}}"}}"""
        );

        await WriteAsync(served, acme, "the first");
        await Gateway.UntilAsync(() =>
        {
            _clock.Advance(1);
            return Task.FromResult(asked.Task.IsCompleted && slack.Received.Count == 1);
        });
        await WriteAsync(served, acme, "the second");
        await WriteAsync(served, acme, "the third");
        // The hanging one has 30 s, which are not over by then.
        var passed = 0.0;
        await Gateway.UntilAsync(() =>
        {
            if (passed < 25)
                _clock.Advance(0.1);
            passed += 0.1;
            return Task.FromResult(slack.Received.Count == 3);
        });
        Assert.Empty(hanging.Received);
        Assert.Contains("the third", slack.Received[2].Body, StringComparison.Ordinal);

        // What it was not asked to take meanwhile comes once it answers again.
        answer.SetResult();
        await Gateway.UntilAsync(() =>
        {
            _clock.Advance(2);
            return Task.FromResult(hanging.Received.Count == 3);
        });
        Assert.Equal(3, slack.Received.Count);
    }

    [Fact]
    public async Task A_channel_is_confirmed_once_it_has_taken_a_test_and_that_is_to_do()
    {
        await using var webhook = await Receiver.StartAsync();
        await using var slack = await Receiver.StartAsync();
        await using var served = await StartAsync();
        await served.SetUpAsync();
        await served.EnableAsync();
        await served.AskAsync(
            HttpMethod.Patch,
            Channels,
            $$$"""{"webhook":{"url":"{{{webhook.Url}}}","secret":"{{{Secret}}}"},"slack":{"url":"{{{slack.Url}}}"}}"""
        );
        await ShowsAsync(webhookIs: false, slackIs: false, "(webhook)");

        slack.Answers = 404;
        await served.AskAsync(HttpMethod.Post, "tenants/acme/notifications/test");
        await ShowsAsync(webhookIs: true, slackIs: false, "(slack)");

        slack.Answers = 200;
        _clock.Advance(11);
        await served.AskAsync(HttpMethod.Post, "tenants/acme/notifications/test");
        await served.RestartAsync();
        await ShowsAsync(webhookIs: true, slackIs: true, null);

        // Another address is another receiver.
        await served.AskAsync(HttpMethod.Patch, Channels, """{"webhook":{"url":"https://hooks.acme.example/scim"}}""");
        await ShowsAsync(webhookIs: false, slackIs: true, "(webhook)");
        Assert.Equal(
            HttpStatusCode.BadRequest,
            (await served.SendAsync(HttpMethod.Patch, Channels, """{"webhook":{"confirmed":true}}""")).Status
        );

        async Task ShowsAsync(bool webhookIs, bool slackIs, string? todo)
        {
            var channels = await served.AskAsync(HttpMethod.Get, Channels);
            Assert.Equal(webhookIs, (bool)channels["webhook"]!["confirmed"]!);
            Assert.Equal(slackIs, (bool)channels["slack"]!["confirmed"]!);
            var shown = (string?)(await served.AskAsync(HttpMethod.Get, "tenants/acme"))["todo"];
            if (todo is null)
                Assert.Null(shown);
            else
                Assert.Contains(todo, shown, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Of_a_restored_store_tenants_channels_are_told_nothing_until_the_tenant_is_enabled(
        bool hasOperator
    )
    {
        Assert.SkipWhen(TestStore.IsPostgres, "the file of the store is put back");
        await using var own = await Receiver.StartAsync();
        await using var operators = await Receiver.StartAsync();
        await using var served = await StartAsync(notices =>
            notices.Webhook = hasOperator ? new WebhookOptions(operators.Url, Secret) : null
        );
        await served.SetUpAsync();
        await served.EnableAsync();
        await served.AskAsync(
            HttpMethod.Patch,
            Channels,
            $$$"""{"webhook":{"url":"{{{own.Url}}}","secret":"{{{Secret}}}"}}"""
        );
        var acme = await served.Store.AskAsync(session => Tenants.Of(session, "acme")!.Id);
        var copy = (string)(await served.AskAsync(HttpMethod.Post, "backup"))["path"]!;
        await served.AskAsync(HttpMethod.Patch, Channels, """{"webhook":null}""");
        await served.RestoreAsync(copy);
        await WriteAsync(served, acme, "after the restore");

        if (hasOperator)
            await Gateway.UntilAsync(() =>
            {
                _clock.Advance(1);
                return Task.FromResult(operators.Received.Count >= 2);
            });
        // Slack is read twice first.
        await Gateway.UntilAsync(async () =>
        {
            Assert.Empty(own.Received);
            _clock.Advance(2);
            var (status, job, _) = await served.SendAsync(HttpMethod.Post, "tenants/acme/enable");
            if (status == HttpStatusCode.Accepted)
                await served.AskAsync(HttpMethod.Post, $"tenants/acme/jobs/{job!["id"]}/confirm");
            return status != HttpStatusCode.Conflict;
        });

        await WriteAsync(served, acme, "after it was enabled");
        await Gateway.UntilAsync(() =>
        {
            _clock.Advance(1);
            return Task.FromResult(Has("after it was enabled"));
        });
        Assert.Equal(!hasOperator, Has("after the restore"));

        bool Has(string text) => own.Received.Any(one => one.Body.Contains(text, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Where_the_operator_is_told_nothing_tenants_with_channels_are_and_others_wait()
    {
        await using var slack = await Receiver.StartAsync();
        await using var served = await StartAsync();
        var (acme, other) = (await served.TenantAsync(), await served.TenantAsync("other"));
        await served.AskAsync(HttpMethod.Patch, Channels, $$$"""{"slack":{"url":"{{{slack.Url}}}"}}""");

        await WriteAsync(served, other, "of another");
        await WriteAsync(served, acme, "of acme");
        await Gateway.UntilAsync(() =>
        {
            _clock.Advance(1);
            return Task.FromResult(slack.Received.Count > 0);
        });

        Assert.Contains("of acme", Assert.Single(slack.Received).Body, StringComparison.Ordinal);
        var waits = (await served.AskAsync(HttpMethod.Get, "tenants/other/notifications"))["items"]![0]!;
        Assert.Equal((0, null), ((int)waits["attempts"]!, (string?)waits["ended"]));
        await served.RestartAsync();
        var came = await served.AskAsync(HttpMethod.Post, "tenants/acme/notifications/test");
        Assert.Equal(["tenantSlack"], came.AsObject().Select(one => one.Key));
        Assert.Equal(2, slack.Received.Count);
    }

    [Fact]
    public async Task Channels_are_patched_and_secrets_are_not_shown()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var served = await StartAsync();
        var id = await served.TenantAsync();
        var none = await served.AskAsync(HttpMethod.Get, Channels);
        Assert.All(none.AsObject(), one => Assert.Null(one.Value));

        await served.AskAsync(
            HttpMethod.Patch,
            Channels,
            $$$"""{"webhook":{"url":"{{{receiver.Url}}}","secret":"{{{Secret}}}"},"slack":{"url":"{{{receiver.Url}}}"}}"""
        );
        var (status, shown, answer) = await served.SendAsync(
            HttpMethod.Patch,
            Channels,
            """{"webhook":{"url":"https://hooks.acme.example/scim"}}"""
        );
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("https://hooks.acme.example/scim", (string?)shown!["webhook"]!["url"]);
        Assert.DoesNotContain("key=in-the-address", shown.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret[6..], shown.ToJsonString(), StringComparison.Ordinal);
        var audit = (await served.AskAsync(HttpMethod.Get, "audit")).ToJsonString();
        Assert.Contains("notifications/channels", audit, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret[6..], audit, StringComparison.Ordinal);
        var kept = (await served.Store.AskAsync(session => ChannelRows.Channels(session, id)))!;
        Assert.Equal(-1, kept.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Secret[6..])));
        Assert.Equal(-1, kept.AsSpan().IndexOf("hooks.acme"u8));

        var (stale, _, _) = await ServedGateway.SendAsync(
            served.Client,
            HttpMethod.Patch,
            Channels,
            """{"slack":null}""",
            ("If-Match", "\"another\"")
        );
        Assert.Equal(HttpStatusCode.PreconditionFailed, stale);
        await served.AskAsync(HttpMethod.Patch, Channels, """{"slack":null,"webhook":null}""");
        Assert.Null(await served.Store.AskAsync(session => ChannelRows.Channels(session, id)));
        using var operating = await served.WithKeyAsync("operator", "acme");
        Assert.Equal(
            HttpStatusCode.Forbidden,
            (await ServedGateway.SendAsync(operating, HttpMethod.Patch, Channels, """{"slack":null}""")).Status
        );
    }

    [Theory]
    [InlineData("""{"webhook":{"url":"http://hooks.acme.example/","secret":"SECRET"}}""", "webhook.url")]
    [InlineData("""{"webhook":{"url":"https://127.0.0.1/","secret":"SECRET"}}""", "webhook.url")]
    [InlineData("""{"webhook":{"url":"https://169.254.169.254/","secret":"SECRET"}}""", "webhook.url")]
    [InlineData("""{"webhook":{"url":"https://[::ffff:10.0.0.1]/","secret":"SECRET"}}""", "webhook.url")]
    [InlineData("""{"webhook":{"url":"https://user@hooks.acme.example/","secret":"SECRET"}}""", "webhook.url")]
    [InlineData("""{"webhook":{"url":"","secret":"SECRET"}}""", "webhook.url")]
    [InlineData("""{"webhook":{"url":"https://localhost./","secret":"SECRET"}}""", "webhook.url")]
    [InlineData("""{"webhook":{"url":"https://①②⑦.0.0.1/","secret":"SECRET"}}""", "webhook.url")]
    [InlineData("""{"slack":{"url":"https://localhost./services/T0/B0/x"}}""", "slack.url")]
    [InlineData("""{"webhook":{"url":"https://hooks.acme.example/","secret":"c2hvcnQ="}}""", "webhook.secret")]
    [InlineData("""{"webhook":{"url":"https://hooks.acme.example/"}}""", "webhook.secret")]
    [InlineData("""{"slack":{"url":"https://hooks.slack.com.example/services/T0/B0/x"}}""", "slack.url")]
    [InlineData("""{"slack":{"url":"https://127.0.0.1/services/T0/B0/x"}}""", "slack.url")]
    [InlineData("""{"mail":{"to":"it@acme.example"}}""", "mail")]
    [InlineData("""{"mail":{"to":"It <it@acme.example>"}}""", "mail.to")]
    [InlineData("""{"pager":{"to":"it"}}""", "pager")]
    public async Task What_cannot_be_told_or_leads_inside_is_refused_by_its_field(string patch, string field)
    {
        await using var served = await ServedGateway.StartAsync();
        await served.TenantAsync();

        var (status, problem, _) = await served.SendAsync(
            HttpMethod.Patch,
            Channels,
            patch.Replace("SECRET", Secret, StringComparison.Ordinal)
        );

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(field, problem!["errors"]!.AsObject().Select(error => error.Key));
        Assert.All((await served.AskAsync(HttpMethod.Get, Channels)).AsObject(), one => Assert.Null(one.Value));
    }

    // What a name means is looked at when it is asked, whatever it meant when it was named: this one always means here.
    [Fact]
    public async Task A_name_that_means_an_inner_address_is_not_asked_and_a_redirect_not_followed()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var inner = await ServedGateway.StartAsync(clock: _clock);
        await inner.TenantAsync();
        await inner.AskAsync(
            HttpMethod.Patch,
            Channels,
            $$$"""{"webhook":{"url":"https://{{{Dns.GetHostName()}}}:{{{receiver.Url.Port}}}/","secret":"{{{Secret}}}"}}"""
        );

        var came = await inner.AskAsync(HttpMethod.Post, "tenants/acme/notifications/test");

        Assert.Equal(
            "The receiver could not be reached: its name means no address on the internet.",
            (string?)came["tenantWebhook"]
        );
        Assert.Empty(receiver.Received);
        // Nobody learns which names there are within by asking for one after the other.
        await inner.AskAsync(
            HttpMethod.Patch,
            Channels,
            $$$"""{"webhook":{"url":"https://nowhere.invalid/","secret":"{{{Secret}}}"}}"""
        );
        _clock.Advance(TimeSpan.FromSeconds(11));
        var nowhere = await inner.AskAsync(HttpMethod.Post, "tenants/acme/notifications/test");
        Assert.Equal((string?)came["tenantWebhook"], (string?)nowhere["tenantWebhook"]);

        await using var served = await StartAsync();
        await served.TenantAsync();
        await served.AskAsync(
            HttpMethod.Patch,
            Channels,
            $$$"""{"webhook":{"url":"{{{receiver.Url}}}","secret":"{{{Secret}}}"}}"""
        );
        receiver.Answers = 307;
        came = await served.AskAsync(HttpMethod.Post, "tenants/acme/notifications/test");
        Assert.Equal("The receiver answered 307.", (string?)came["tenantWebhook"]);
        Assert.Single(receiver.Received);
    }

    [Fact]
    public async Task The_command_line_sets_and_tests_them()
    {
        await using var slack = await Receiver.StartAsync();
        await using var served = await StartAsync();
        await served.TenantAsync();
        using var entered = new TerminalSession(served.Base, served.Key);

        Assert.Equal(Exit.Refused, await entered.RunAsync("notification test acme"));
        Assert.Equal("There is no channel, so nobody is notified.\n", entered.Out);
        Assert.EndsWith("Next: 'notification set acme --mail ADDRESS'\n", entered.Error, StringComparison.Ordinal);
        Assert.Equal(Exit.WrongUse, await entered.RunAsync("notification set acme"));
        Assert.Equal(Exit.WrongUse, await entered.RunAsync("notification set acme --slack"));
        Assert.Equal(
            Exit.Done,
            await entered.RunAsync(
                "notification set acme --webhook https://hooks.acme.example/scim --slack",
                $"{Secret}\n{slack.Url}\n"
            )
        );
        Assert.DoesNotContain("in-the-address", entered.Out, StringComparison.Ordinal);
        Assert.EndsWith("Next: 'notification test acme'\n", entered.Error, StringComparison.Ordinal);
        Assert.Equal(Exit.Done, await entered.RunAsync("notification set acme --without webhook"));
        Assert.Equal(Exit.Done, await entered.RunAsync("notification get acme --json"));
        var channels = JsonNode.Parse(entered.Out)!;
        Assert.Null(channels["webhook"]);
        Assert.True((bool)channels["slack"]!["url"]!["isSet"]!);
        _clock.Advance(11);
        Assert.Equal(Exit.Done, await entered.RunAsync("notification test acme"));
        Assert.Matches("tenantSlack +taken", entered.Out);
        Assert.Equal(Exit.Done, await entered.RunAsync("notification set acme --without webhook"));
        Assert.DoesNotContain("Next:", entered.Error, StringComparison.Ordinal);
        _clock.Advance(11);
        slack.Answers = 404;
        Assert.Equal(Exit.Refused, await entered.RunAsync("notification test acme"));
        Assert.Contains("Slack answered 404", entered.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_a_channel_of_the_settings_fails_no_tenant_is_told_to_set_its_own()
    {
        await using var receiver = await Receiver.StartAsync();
        receiver.Answers = 404;
        await using var served = await StartAsync(options =>
            options.Webhook = new WebhookOptions(receiver.Url, Secret)
        );
        await served.TenantAsync();
        using var entered = new TerminalSession(served.Base, served.Key);

        Assert.Equal(Exit.Refused, await entered.RunAsync("notification test acme"));

        Assert.Matches("webhook .*404", entered.Out);
        Assert.Contains("Who runs the server sets it.", entered.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("notification set", entered.Error, StringComparison.Ordinal);
    }

    // Tenants may name the loopback here, where their receivers are.
    private Task<ServedGateway> StartAsync(Action<NoticeOptions>? notices = null) =>
        ServedGateway.StartAsync(
            services =>
            {
                services.Configure<NoticeOptions>(options => options.TenantsLoopback = true);
                if (notices is not null)
                    services.Configure(notices);
            },
            clock: _clock
        );

    private async Task WriteAsync(ServedGateway served, TenantId tenant, string text)
    {
        var now = _clock.Now();
        var notice = new Outbox
        {
            Id = Guid.CreateVersion7(now.ToTime()),
            TenantId = tenant,
            Cause = Cause.Failed,
            Text = text,
            Since = now,
            About = "77 \n",
            At = now,
            Due = now,
        };
        await served.Store.WriteAsync(session => OutboxRows.Insert(session, notice), CancellationToken.None);
    }
}
