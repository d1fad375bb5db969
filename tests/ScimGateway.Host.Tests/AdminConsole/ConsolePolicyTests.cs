using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using ScimGateway.Host.Operations;
using ScimGateway.Host.Tests.Admin;
using ScimGateway.Host.Tests.Notices;
using ScimGateway.SlackEmulator.Tests;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.AdminConsole;

/// <summary>Whom a tenant provisions, and who is told what needs somebody, set in a browser.</summary>
[Collection(nameof(Chromium))]
public class ConsolePolicyTests(Chromium chromium)
{
    [Fact]
    public async Task A_rule_is_set_once_who_goes_by_it_was_seen_and_removed_again()
    {
        await using var served = await ServedGateway.StartAsync();
        var token = await served.SetUpAsync();
        await served.EnableAsync();
        using var provider = served.Provider("acme", token);
        await CreateAsync(provider, "ada", "ada@corp.example");
        await using var console = await ConsolePage.SignedInAsync(chromium, served);

        await console.GoAsync("tenants/acme/setup");
        await console.FollowAsync("Rules");
        await console.Page.GetByLabel("Name").FillAsync("Staff");
        await console.Page.GetByLabel("Whom it lets through").Last.FillAsync("userType is Employee");
        await console.PressAsync("Add it");
        await Assertions.Expect(console.Page.Locator("#filter-wrong")).ToBeVisibleAsync();
        await console.Page.GetByLabel("Whom it lets through").Last.FillAsync("""userType eq "Employee" """);
        await console.PressAsync("Add it");
        await console.RequireHeadingAsync("Change of rules");
        await Assertions.Expect(console.Page.GetByRole(AriaRole.Main)).ToContainTextAsync("Nothing has changed yet.");
        await Assertions
            .Expect(console.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "ada" }))
            .ToContainTextAsync("stays as it is");
        Assert.Empty((await served.AskAsync(HttpMethod.Get, "tenants/acme/rules")).AsObject());
        await console.PressAsync("Do it");
        await Gateway.UntilAsync(async () =>
            (await served.AskAsync(HttpMethod.Get, "tenants/acme/rules")).AsObject().ContainsKey("Staff")
        );

        await console.GoAsync("tenants/acme/rules");
        await console.FollowAsync("Staff");
        // Nothing is sent before it is said what no rule is to mean.
        await console.PressAsync("Remove it");
        await console.Page.GetByLabel("If it is removed").SelectOptionAsync("everybody is provisioned");
        await console.PressAsync("Remove it");
        await console.RequireHeadingAsync("Change of rules");
        await Assertions
            .Expect(console.Page.GetByRole(AriaRole.Region, new() { Name = "What changes" }))
            .ToContainTextAsync("""before: Staff, userType eq "Employee" """.TrimEnd());
        await console.PressAsync("Do it");
        await Gateway.UntilAsync(async () =>
            !(await served.AskAsync(HttpMethod.Get, "tenants/acme/rules")).AsObject().ContainsKey("Staff")
        );
    }

    [Fact]
    public async Task A_rule_can_be_set_before_Slack_is_connected_and_what_two_tabs_say_at_once_is_not_lost()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.TenantAsync("empty");
        await using var console = await ConsolePage.SignedInAsync(chromium, served);
        await console.GoAsync("tenants/empty/rules");
        await console.Page.GetByLabel("Name").FillAsync("Staff");
        await console.Page.GetByLabel("Whom it lets through").FillAsync("active eq true");
        await served.AskAsync(HttpMethod.Patch, "tenants/empty/rules", """{"Guests":"active eq true"}""");

        await console.PressAsync("Add it");
        await Assertions.Expect(console.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Somebody has changed this");
        await console.PressAsync("Add it");

        await Assertions.Expect(console.Page.GetByRole(AriaRole.Table)).ToContainTextAsync("Staff");
        Assert.Equal(
            ["Guests", "Staff"],
            (await served.AskAsync(HttpMethod.Get, "tenants/empty/rules")).AsObject().Select(rule => rule.Key).Order()
        );
    }

    [Fact]
    public async Task Whoever_is_to_be_told_is_named_tested_and_taken_away()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var mail = new MailServer();
        var clock = new ManualClock();
        await using var served = await ServedGateway.StartAsync(
            services =>
                services.Configure<NoticeOptions>(options =>
                {
                    options.TenantsLoopback = true;
                    options.Mail = new MailOptions("127.0.0.1", mail.Port, "gateway@corp.example", "ops@corp.example")
                    {
                        Tls = false,
                    };
                }),
            clock: clock
        );
        await served.TenantAsync();
        await using var console = await ConsolePage.SignedInAsync(chromium, served);
        await console.GoAsync("tenants/acme/setup");
        await console.FollowAsync("Notifications");

        var webhook = console.Page.GetByRole(AriaRole.Region, new() { Name = "A webhook" });
        await webhook.GetByLabel("Address").FillAsync(receiver.Url.ToString());
        await webhook.GetByLabel("Secret").FillAsync("short");
        await webhook.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(console.Page.Locator("#webhook-wrong, #webhook-secret-wrong")).ToBeVisibleAsync();
        Assert.Equal(receiver.Url.ToString(), await webhook.GetByLabel("Address").InputValueAsync());
        await webhook.GetByLabel("Secret").FillAsync("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        await webhook.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await Assertions.Expect(webhook).ToContainTextAsync("taken no test yet");

        var mailbox = console.Page.GetByRole(AriaRole.Region, new() { Name = "A mailbox" });
        await mailbox.GetByLabel("Address").FillAsync("it@acme.example");
        await mailbox.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await console.Page.GetByLabel("Code of the mail").FillAsync("wrong");
        await console.PressAsync("Confirm the mailbox");
        await Assertions.Expect(console.Page.Locator("#code-wrong")).ToContainTextAsync("not the code");
        await console.Page.GetByLabel("Code of the mail").FillAsync(mail.LastCode);
        await console.PressAsync("Confirm the mailbox");
        await Assertions.Expect(mailbox).ToContainTextAsync("valid");

        // Nobody's channel is filled: a code has just been sent.
        await console.PressAsync("Send a test to all of them");
        await Assertions.Expect(console.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("was just sent");
        clock.Advance(11);
        await console.PressAsync("Send a test to all of them");
        var tested = console.Page.GetByRole(AriaRole.Status);
        await Assertions.Expect(tested).ToContainTextAsync("tenant webhook has taken it");
        await Assertions.Expect(tested).ToContainTextAsync("tenant mail has taken it");
        Assert.Single(receiver.Received);

        await webhook.GetByText("Set another one, or take it away").ClickAsync();
        await webhook.GetByRole(AriaRole.Button, new() { Name = "Take it away" }).ClickAsync();
        await Assertions.Expect(webhook).ToContainTextAsync("Not set.");
    }

    [Fact]
    public async Task What_Slack_still_allows_is_shown()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.SetUpAsync();
        await served.EnableAsync();
        await using var console = await ConsolePage.SignedInAsync(chromium, served);

        await console.GoAsync("tenants/acme");
        await console.FollowAsync("Slack's limits");

        await Assertions.Expect(console.Page.GetByText("Nothing waits.")).ToBeVisibleAsync();
        await Assertions.Expect(console.Page.GetByRole(AriaRole.Table)).ToContainTextAsync("write user");
    }
}
