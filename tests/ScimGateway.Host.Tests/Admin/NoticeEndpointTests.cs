using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ScimGateway.Host.Operations;
using ScimGateway.Host.Tests.Notices;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.SlackEmulator.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>Operators see what people were told, and whether they would be told.</summary>
public class NoticeEndpointTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public async Task A_test_goes_to_each_channel_and_says_what_came_of_it()
    {
        await using var slack = await Receiver.StartAsync();
        await using var webhook = await Receiver.StartAsync();
        webhook.Answers = 503;
        await using var served = await ServedGateway.StartAsync(
            services =>
                services.Configure<NoticeOptions>(notices =>
                {
                    notices.Slack = new SlackNoticeOptions(slack.Url);
                    notices.Webhook = new WebhookOptions(webhook.Url, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
                }),
            clock: _clock
        );
        await served.TenantAsync();

        var came = await served.AskAsync(HttpMethod.Post, "tenants/acme/notifications/test");

        Assert.Null((string?)came["slack"]);
        Assert.Equal("The receiver answered 503.", (string?)came["webhook"]);
        var (headers, body) = Assert.Single(slack.Received);
        Assert.Equal("application/json", headers.ContentType.ToString());
        var message = JsonNode.Parse(body)!.AsObject();
        Assert.Equal(["text"], message.Select(field => field.Key));
        Assert.StartsWith("[ScimGateway acme] This is a test", (string)message["text"]!, StringComparison.Ordinal);

        var (again, _, _) = await served.SendAsync(HttpMethod.Post, "tenants/acme/notifications/test");
        Assert.Equal(HttpStatusCode.TooManyRequests, again);
        Assert.Single(slack.Received);

        _clock.Advance(TimeSpan.FromSeconds(10));
        slack.Answers = 404;
        came = await served.AskAsync(HttpMethod.Post, "tenants/acme/notifications/test");
        Assert.StartsWith("Slack answered 404", (string?)came["slack"], StringComparison.Ordinal);
        Assert.DoesNotContain("in-the-address", came.ToJsonString(), StringComparison.Ordinal);

        using var viewer = await served.WithKeyAsync("viewer");
        Assert.Equal(
            HttpStatusCode.Forbidden,
            (await ServedGateway.SendAsync(viewer, HttpMethod.Post, "tenants/acme/notifications/test")).Status
        );
    }

    [Fact]
    public async Task What_happened_is_told_in_Slack_by_what_it_is()
    {
        await using var slack = await Receiver.StartAsync();
        await using var served = await ServedGateway.StartAsync(
            services => services.Configure<NoticeOptions>(notices => notices.Slack = new SlackNoticeOptions(slack.Url)),
            clock: _clock
        );
        await WriteAsync(served, await served.TenantAsync(), "Slack & <others> refused it.");

        await Gateway.UntilAsync(() =>
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            return Task.FromResult(slack.Received.Any(one => one.Body.Contains("others", StringComparison.Ordinal)));
        });

        var text = slack
            .Received.Select(one => (string)JsonNode.Parse(one.Body)!["text"]!)
            .Single(one => one.Contains("others", StringComparison.Ordinal));
        Assert.StartsWith(
            "[ScimGateway acme] Slack &amp; &lt;others&gt; refused it. (and 3 more)\n",
            text,
            StringComparison.Ordinal
        );
        await Gateway.UntilAsync(async () =>
            (await served.AskAsync(HttpMethod.Get, "tenants/acme/notifications"))["items"]!
                .AsArray()
                .Any(one => one!["ended"] is not null && (string?)one["taken"]![0] == "slack")
        );
    }

    [Fact]
    public async Task Notifications_are_listed_newest_first_in_pages()
    {
        await using var served = await ServedGateway.StartAsync(clock: _clock);
        var tenant = await served.TenantAsync();
        var ids = new List<string>();
        for (var i = 0; i < 25; i++)
        {
            _clock.Advance(TimeSpan.FromSeconds(1));
            ids.Add((await WriteAsync(served, tenant, $"number {i}")).ToString());
        }
        await WriteAsync(served, await served.TenantAsync("other"), "another's");

        var found = new List<JsonNode>();
        for (var cursor = ""; ; )
        {
            var page = await served.AskAsync(HttpMethod.Get, $"tenants/acme/notifications?limit=10{cursor}");
            found.AddRange(page["items"]!.AsArray().Select(one => one!));
            if ((string?)page["next"] is not { } next)
                break;
            cursor = $"&cursor={next}";
        }

        Assert.Equal(ids.AsEnumerable().Reverse(), found.Select(one => (string)one["id"]!));
        Assert.Equal(("failed", 3), ((string?)found[0]["cause"], (int)found[0]["more"]!));
        Assert.Equal(77, (long)found[0]["about"]![0]!["link"]!);
    }

    [Theory]
    [InlineData("https://hooks.slack.com/services/T0/B0/x", true)]
    [InlineData("https://hooks.slack-gov.com/services/T0/B0/x", true)]
    [InlineData("http://127.0.0.1:5000/hook", true)]
    [InlineData("http://hooks.slack.com/services/T0/B0/x", false)]
    [InlineData("https://hooks.slack.com:6480/services/T0/B0/x", false)]
    [InlineData("https://hooks.slack.com.example/services/T0/B0/x", false)]
    [InlineData("https://hooks.slack.com@receiver.example/services/T0/B0/x", false)]
    public void A_webhook_of_Slacks_is_Slacks(string url, bool isSo)
    {
        var options = new NoticeOptions { Slack = new SlackNoticeOptions(new Uri(url)) };

        Assert.Equal(isSo, new NoticeOptionsValidator().Validate(null, options).Succeeded);
        Assert.DoesNotContain("hook", options.Slack.ToString(), StringComparison.Ordinal);
    }

    private async Task<Guid> WriteAsync(ServedGateway served, TenantId tenant, string text)
    {
        var now = _clock.Now();
        var notice = new Outbox
        {
            Id = Guid.CreateVersion7(now.ToTime()),
            TenantId = tenant,
            Cause = Cause.Failed,
            Text = text,
            Since = now,
            More = 3,
            About = "77 \n",
            At = now,
            Due = now,
        };
        await served.Store.WriteAsync(session => OutboxRows.Insert(session, notice), CancellationToken.None);
        return notice.Id;
    }
}
