using System.Net;
using Microsoft.Playwright;
using ScimGateway.Host.Tests.Admin;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.AdminConsole;

/// <summary>What administrators do in a browser, from the page they open to what Slack has in the end.</summary>
[Collection(nameof(Chromium))]
public class ConsoleStoryTests(Chromium chromium)
{
    [Fact]
    public async Task Who_is_sent_to_a_decision_signs_in_sees_what_a_release_does_and_releases_it()
    {
        await using var served = await ServedGateway.StartAsync();
        await LeaveAsync(served, "ada", "grace");
        await using var console = await ConsolePage.OpenAsync(chromium, served);

        await console.GoAsync("tenants/acme/holds?reason=guardAccounts");
        await console.RequireHeadingAsync("Sign in");
        await console.SignInAsync("sga_nobodys");
        await Assertions
            .Expect(console.Page.GetByRole(AriaRole.Alert))
            .ToContainTextAsync("There is no such admin key");
        await console.SignInAsync(served.Key);

        await console.RequireHeadingAsync("Decisions");
        Assert.Equal("/console/tenants/acme/holds?reason=guardAccounts", console.Path);
        await console.PressAsync("Release what is chosen");
        await Assertions.Expect(console.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Nothing was chosen");
        await console.Page.GetByRole(AriaRole.Checkbox, new() { Name = "grace" }).CheckAsync();
        await console.PressAsync("Release what is chosen");
        await console.RequireHeadingAsync("Release");
        await Assertions.Expect(console.Page.GetByRole(AriaRole.Main)).ToContainTextAsync("grace: deactivate");
        Assert.True(IsActive(served, "grace"));
        await console.PressAsync("Release 1");

        await console.RequireHeadingAsync("Decisions");
        await Assertions.Expect(console.Page.GetByText("Nothing waits for a decision.")).ToBeVisibleAsync();
        await Assertions.Expect(console.Page.GetByRole(AriaRole.Status)).ToHaveTextAsync("1 decided.");
        await Gateway.UntilAsync(() => Task.FromResult(!IsActive(served, "grace")));
    }

    [Fact]
    public async Task A_dismissed_leaver_stays_and_the_overview_says_what_helps()
    {
        await using var served = await ServedGateway.StartAsync();
        await LeaveAsync(served, "ada", "grace");
        await using var console = await ConsolePage.SignedInAsync(chromium, served);

        await console.GoAsync("tenants/acme/holds");
        await console.Page.GetByRole(AriaRole.Checkbox, new() { Name = "grace" }).CheckAsync();
        await console.PressAsync("Dismiss what is chosen");
        await console.PressAsync("Dismiss 1");
        await console.RequireHeadingAsync("Decisions");

        await console.FollowAsync("Overview");
        var needs = console.Page.GetByRole(AriaRole.Region, new() { Name = "Needs you" });
        await Assertions.Expect(needs).ToContainTextAsync("dismissed");
        await needs.GetByRole(AriaRole.Link, new() { Name = "For example grace" }).ClickAsync();
        await console.RequireHeadingAsync("grace");
        await Assertions.Expect(console.Page.GetByRole(AriaRole.Region, new() { Name = "Why" })).ToBeVisibleAsync();
        Assert.True(IsActive(served, "grace"));
    }

    [Fact]
    public async Task Why_a_provider_was_refused_is_found_from_the_overview()
    {
        await using var served = await ServedGateway.StartAsync();
        using var provider = await LiveAsync(served);
        await CreateAsync(provider, "ada", "ada@corp.example");
        var (status, _, _) = await Gateway.SendAsync(
            provider,
            HttpMethod.Post,
            "Users",
            """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada","emails":[{"value":"other@corp.example","primary":true}]}"""
        );
        Assert.Equal(HttpStatusCode.Conflict, status);
        await using var console = await ConsolePage.SignedInAsync(chromium, served);

        await console.FollowAsync("A tenant");
        await console.FollowAsync("The last one");

        var way = console.Page.GetByRole(AriaRole.Main);
        await Assertions.Expect(way).ToContainTextAsync("Received");
        await Assertions.Expect(way).ToContainTextAsync("409 uniqueness");
        await console.FollowAsync("Operations");
        await console.Page.GetByLabel("Outcome").SelectOptionAsync("done");
        await console.PressAsync("Show");
        await Assertions.Expect(console.Page.GetByRole(AriaRole.Table)).Not.ToContainTextAsync("refused");
    }

    [Fact]
    public async Task Signing_out_ends_the_session_and_the_back_button_shows_nobody_anything()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.TenantAsync();
        await using var console = await ConsolePage.SignedInAsync(chromium, served);
        await console.FollowAsync("A tenant");
        await console.RequireHeadingAsync("A tenant");

        await console.PressAsync("Sign out");
        await console.RequireHeadingAsync("Sign in");
        await console.Page.GoBackAsync();

        await console.RequireHeadingAsync("Sign in");
    }

    private static async Task<HttpClient> LiveAsync(ServedGateway served)
    {
        var token = await served.SetUpAsync();
        await served.EnableAsync();
        return served.Provider("acme", token);
    }

    // The first goes by herself; the second is held by the guard.
    private static async Task LeaveAsync(ServedGateway served, string first, string second)
    {
        using var provider = await LiveAsync(served);
        await served.AskAsync(HttpMethod.Patch, "tenants/acme/preferences", """{"guardedAccounts":1}""");
        foreach (var who in new[] { first, second })
        {
            var id = await CreateAsync(provider, who, $"{who}@corp.example");
            var (status, _, _) = await Gateway.SendAsync(
                provider,
                HttpMethod.Patch,
                $"Users/{id}",
                Patch("active", "false")
            );
            Assert.Equal(HttpStatusCode.OK, status);
        }
    }

    private static bool IsActive(ServedGateway served, string name) =>
        (bool)served.Slack.Workspace.Users().Single(user => (string?)user["userName"] == name)["active"]!;
}
