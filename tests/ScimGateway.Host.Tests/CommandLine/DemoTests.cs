using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using ScimGateway.Host.Demo;
using ScimGateway.Host.Operations;
using ScimGateway.Slack.Budget;
using ScimGateway.SlackEmulator;
using ScimGateway.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.CommandLine;

/// <summary>How the demo starts, and whom it lets in.</summary>
public class DemoTests
{
    [Fact]
    public async Task A_second_gateway_on_the_same_data_ends_and_leaves_the_first_alone()
    {
        await using var gateway = await Gateway.StartAsync();

        var second = await DemoCommand.RunAsync(
            new DemoOptions
            {
                Urls = new Uri("http://127.0.0.1:0"),
                Slack = gateway.Slack.BaseUrl,
                Data = gateway.Data,
            },
            TimeProvider.System
        );

        Assert.Equal(1, second);
        Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync(HttpMethod.Get, "Users")).Status);
    }

    [Fact]
    public async Task An_unknown_tenant_is_answered_as_a_wrong_credential_is()
    {
        await using var gateway = await Gateway.StartAsync();
        using var stranger = new HttpClient();
        stranger.DefaultRequestHeaders.Add("Authorization", "Bearer wrong");

        var wrong = await stranger.GetAsync(new Uri(gateway.Base, "Users"), TestContext.Current.CancellationToken);
        var unknown = await gateway.Client.GetAsync("/nobody/scim/v2/Users", TestContext.Current.CancellationToken);
        var nowhere = await gateway.Client.GetAsync("/", TestContext.Current.CancellationToken);

        foreach (var answer in new[] { wrong, unknown, nowhere })
        {
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.Equal(
                "Bearer realm=\"scim\", error=\"invalid_token\", Basic realm=\"scim\", charset=\"UTF-8\"",
                answer.Headers.WwwAuthenticate.ToString()
            );
            Assert.Equal(
                await wrong.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
                await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)
            );
        }
    }

    [Fact]
    public async Task Settings_that_cannot_be_end_the_start()
    {
        await using var slack = await SlackEmulatorServer.StartAsync();
        var data = Directory.CreateTempSubdirectory("scimgateway-tests-").FullName;
        foreach (
            var setting in new Setting[]
            {
                new() { PublicUrl = new Uri("ftp://scim.corp.example") },
                new()
                {
                    More = services => services.Configure<JournalOptions>(journal => journal.Keep = TimeSpan.Zero),
                },
                new()
                {
                    More = services =>
                        services.Configure<NoticeOptions>(notices =>
                            notices.Mail = new MailOptions("mail.corp.example", 25, "nobody", "operators@corp.example")
                        ),
                },
            }
        )
            await Assert.ThrowsAsync<OptionsValidationException>(async () =>
            {
                var (options, tenant) = (setting.Options(slack.BaseUrl, data), setting.Tenant(Gateway.Token));
                await using var app = await DemoCommand.BuildAsync(options, [tenant], setting.Clock, setting.More);
                await app.StartAsync(TestContext.Current.CancellationToken);
            });
        TestStore.Drop(data);
    }

    [Theory]
    [InlineData("bucket", 0.5, 10)]
    [InlineData("bucket", 1, 20)]
    [InlineData("off", 1, null)]
    public async Task A_budget_is_kept_where_the_pretend_Slack_keeps_limits(string mode, double scale, int? burst)
    {
        await using var slack = await SlackEmulatorServer.StartAsync();
        slack.Knobs.Set("ratelimit.mode", mode);
        slack.Knobs.Set("ratelimit.scale", scale);

        var limits = await EmulatorKnobs.LimitsAsync(slack.ScimUrl, TimeSpan.FromSeconds(10));

        Assert.Equal(
            burst ?? SlackLimits.Unlimited.Buckets.Single(b => b.Bucket == SlackBucket.PostUser).Burst,
            limits.Buckets.Single(b => b.Bucket == SlackBucket.PostUser).Burst
        );
    }
}
