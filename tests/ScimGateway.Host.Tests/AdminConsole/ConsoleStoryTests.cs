using System.Net;
using Microsoft.Playwright;
using ScimGateway.Host.Tests.Admin;
using ScimGateway.SlackEmulator;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.AdminConsole;

/// <summary>What administrators do in a browser, from the page they open to what Slack has in the end.</summary>
[Collection(nameof(Chromium))]
public class ConsoleStoryTests(Chromium chromium)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_is_sent_to_a_decision_signs_in_sees_what_a_release_does_and_releases_it(bool hasScript)
    {
        await using var served = await ServedGateway.StartAsync();
        await LeaveAsync(served, "ada", "grace");
        await using var console = await ConsolePage.OpenAsync(chromium, served, hasScript: hasScript);

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
        await Assertions.Expect(console.Page.GetByRole(AriaRole.Status)).ToHaveTextAsync("1 released.");
        await Gateway.UntilAsync(() => Task.FromResult(!IsActive(served, "grace")));
    }

    [Fact]
    public async Task All_that_is_held_for_a_reason_is_released_at_once_and_one_of_them_from_its_own_page()
    {
        await using var served = await ServedGateway.StartAsync();
        await LeaveAsync(served, "ada", "grace", "hedy", "mary");
        await using var console = await ConsolePage.SignedInAsync(chromium, served);

        await console.GoAsync("tenants/acme/people?search=mary");
        await console.Page.GetByRole(AriaRole.Row).GetByRole(AriaRole.Link).First.ClickAsync();
        await console.FollowAsync("Decide it");
        await Assertions.Expect(console.Page.GetByRole(AriaRole.Checkbox)).ToHaveCountAsync(1);
        // The table has what the page has.
        var file = await console.Page.RunAndWaitForDownloadAsync(() =>
            console.FollowAsync("All of these as a table for a spreadsheet")
        );
        var lines = await File.ReadAllLinesAsync((await file.PathAsync())!, TestContext.Current.CancellationToken);
        Assert.Equal(2, lines.Length);
        await console.GoAsync("tenants/acme/holds?reason=guardAccounts");
        await Assertions.Expect(console.Page.GetByRole(AriaRole.Checkbox)).ToHaveCountAsync(3);
        await console.PressAsync("Release all for this reason");
        await console.RequireHeadingAsync("Release all");
        Assert.True(IsActive(served, "hedy"));
        await console.PressAsync("Release all");

        await Assertions.Expect(console.Page.GetByRole(AriaRole.Status)).ToHaveTextAsync("3 released.");
        await Gateway.UntilAsync(() =>
            Task.FromResult(!IsActive(served, "grace") && !IsActive(served, "hedy") && !IsActive(served, "mary"))
        );
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
        using var provider = await served.LiveAsync();
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
        await Assertions
            .Expect(console.Page.GetByRole(AriaRole.Img).First)
            .ToHaveAttributeAsync("aria-label", new System.Text.RegularExpressions.Regex("1 refused"));
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

    [Fact]
    public async Task From_nothing_to_a_person_in_Slack()
    {
        await using var served = await ServedGateway.StartAsync();
        await using var console = await ConsolePage.SignedInAsync(chromium, served);

        await console.FollowAsync("New tenant");
        await console.Page.GetByLabel("Name").FillAsync("Acme");
        await console.Page.GetByLabel("Word in addresses").FillAsync("Ac me");
        await console.PressAsync("Make the tenant");
        await Assertions.Expect(console.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("slug");
        Assert.Equal("Acme", await console.Page.GetByLabel("Name").InputValueAsync());
        await console.Page.GetByLabel("Word in addresses").FillAsync("acme");
        await console.Page.GetByLabel("Identity provider").SelectOptionAsync("PingOne");
        await console.PressAsync("Make the tenant");
        await console.RequireHeadingAsync("Set-up");

        await console.Page.GetByRole(AriaRole.Link, new() { Name = "Connection", Exact = true }).Last.ClickAsync();
        await console.RequireHeadingAsync("Connection to Slack");
        await console.Page.GetByLabel("Slack token").FillAsync("xoxp-nobodys");
        await console.PressAsync("Connect with this token");
        await Assertions.Expect(console.Page.GetByRole(AriaRole.Main)).ToContainTextAsync("invalid");
        await console.Page.GetByLabel("Slack token").FillAsync(SlackEmulatorServer.TokenOf(1));
        await console.PressAsync("Connect with this token");
        await Assertions
            .Expect(console.Page.GetByRole(AriaRole.Region, new() { Name = "What the test found" }))
            .ToContainTextAsync("organization");
        await served.ImportedAsync("acme");

        await console.FollowAsync("Back to the set-up");
        await console.FollowAsync("Identity providers");
        await console.Page.GetByLabel("Name").FillAsync("PingOne production");
        await console.Page.GetByLabel("Which it is").SelectOptionAsync("PingOne");
        await console.PressAsync("Add it");
        await console.RequireHeadingAsync("PingOne production");
        await console.PressAsync("Make it");
        await console.RequireHeadingAsync("The credential");
        var form = console.Page.GetByRole(AriaRole.Region, new() { Name = "What the provider's form asks for" });
        await Assertions.Expect(form).ToContainTextAsync("/acme/scim/v2");
        var token = await form.GetByRole(AriaRole.Row)
            .Filter(new() { HasText = "OAuth Access Token" })
            .Locator("code")
            .InnerTextAsync();
        using var provider = served.Provider("acme", token);
        await CreateAsync(provider, "ada", "ada@corp.example");

        await console.FollowAsync("Go on with the set-up");
        await console.PressAsync("Show what going live would do");
        await console.RequireHeadingAsync("Going live");
        await Assertions
            .Expect(console.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "ada@corp.example" }))
            .ToContainTextAsync("created");
        // The numbers lead to whom they are of.
        await console
            .Page.GetByRole(AriaRole.Region, new() { Name = "users", Exact = true })
            .GetByRole(AriaRole.Link)
            .First.ClickAsync();
        await Assertions
            .Expect(console.Page.GetByRole(AriaRole.Main))
            .ToContainTextAsync("Only those that are created.");
        Assert.DoesNotContain(served.Slack.Workspace.Users(), user => (string?)user["userName"] == "ada");
        await console.PressAsync("Go live");

        await Gateway.UntilAsync(() =>
            Task.FromResult(served.Slack.Workspace.Users().Any(user => (string?)user["userName"] == "ada"))
        );
        await console.FollowAsync("Set-up");
        await Assertions.Expect(console.Page.GetByText("Slack is told what providers ask for.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Preferences_are_changed_and_what_two_tabs_say_at_once_is_not_lost()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.TenantAsync();
        await using var console = await ConsolePage.SignedInAsync(chromium, served);
        await console.GoAsync("tenants/acme/preferences");
        var shown = await console
            .Page.Locator("select[name], input[inputmode]")
            .EvaluateAllAsync<string[]>("all => all.map(one => one.name)");
        var all = (await served.AskAsync(HttpMethod.Get, "tenants/acme/preferences")).AsObject();
        Assert.Equal(all.Select(one => one.Key).Order(), shown.Order());

        // Nothing is changed that was not entered: each choice is the one that is in force.
        await console.PressAsync("Save");
        await Assertions.Expect(console.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("Saved.");
        Assert.Equal(
            all.ToJsonString(),
            (await served.AskAsync(HttpMethod.Get, "tenants/acme/preferences")).ToJsonString()
        );

        await console.Page.GetByLabel("Deactivate people", new() { Exact = true }).SelectOptionAsync("no");
        await console.Page.GetByLabel("Leaving Slack is told as").SelectOptionAsync("a deletion");
        await console.PressAsync("Save");
        await Assertions.Expect(console.Page.Locator("#removeAction-wrong")).ToContainTextAsync("disableUsers");
        await console.Page.GetByLabel("Leaving Slack is told as").SelectOptionAsync("a deactivation");
        await console.Page.GetByLabel("More members than this who leave a group").FillAsync("7");
        await served.AskAsync(HttpMethod.Patch, "tenants/acme/preferences", """{"guardedGroups":3}""");
        await console.PressAsync("Save");
        await Assertions.Expect(console.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Somebody has changed this");
        await console.Page.GetByLabel("More members than this who leave a group").FillAsync("7");
        await console.PressAsync("Save");
        await Assertions.Expect(console.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("Saved.");
        var now = await served.AskAsync(HttpMethod.Get, "tenants/acme/preferences");
        Assert.Equal((7, 3), ((int)now["guardedMembers"]!, (int)now["guardedGroups"]!));
    }

    [Fact]
    public async Task A_token_is_replaced_without_a_pause()
    {
        await using var served = await ServedGateway.StartAsync();
        using var former = await served.LiveAsync();
        await using var console = await ConsolePage.SignedInAsync(chromium, served);

        await console.GoAsync("tenants/acme/sources");
        await console.Page.GetByRole(AriaRole.Row).GetByRole(AriaRole.Link).First.ClickAsync();
        await console.Page.GetByLabel("Name (optional)").FillAsync("second");
        await console.PressAsync("Make it");
        var form = console.Page.GetByRole(AriaRole.Region, new() { Name = "What the provider's form asks for" });
        var token = await form.GetByRole(AriaRole.Row).Last.Locator("code").InnerTextAsync();
        // Loaded anew, the form is sent again: nothing more is made, and the secret is not shown again.
        await console.Page.ReloadAsync();
        await Assertions.Expect(console.Page.GetByText("It was made before")).ToBeVisibleAsync();
        using var next = served.Provider("acme", token);
        await CreateAsync(next, "ada", "ada@corp.example");

        await console.FollowAsync("Back to the provider");
        await Assertions.Expect(console.Page.GetByRole(AriaRole.Row)).ToHaveCountAsync(3);
        await console.Page.GetByRole(AriaRole.Row).Nth(1).GetByRole(AriaRole.Link).ClickAsync();
        await Assertions.Expect(console.Page.GetByText("Whoever uses it is refused at once.")).ToBeVisibleAsync();
        await console.PressAsync("End it");
        await Assertions.Expect(console.Page.GetByRole(AriaRole.Row)).ToHaveCountAsync(2);

        Assert.Equal(HttpStatusCode.Unauthorized, (await Gateway.SendAsync(former, HttpMethod.Get, "Users")).Status);
        Assert.Equal(HttpStatusCode.OK, (await Gateway.SendAsync(next, HttpMethod.Get, "Users")).Status);
    }

    [Fact]
    public async Task A_credential_of_any_kind_is_made_and_what_it_lacks_is_said_beside_its_field()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.SetUpAsync();
        await using var console = await ConsolePage.SignedInAsync(chromium, served);
        await console.GoAsync("tenants/acme/sources/1");

        await console.Page.GetByLabel("Kind").SelectOptionAsync("Another value of the header Authorization");
        await console.Page.GetByText("What some kinds ask for").ClickAsync();
        await console.Page.GetByLabel("Word before the value").FillAsync("Token");
        await console.PressAsync("Make it");
        var form = console.Page.GetByRole(AriaRole.Region, new() { Name = "What the provider's form asks for" });
        var value = await form.GetByRole(AriaRole.Row).Last.Locator("code").InnerTextAsync();
        Assert.StartsWith("Token ", value, StringComparison.Ordinal);
        using var provider = served.Client;
        using var asked = new HttpRequestMessage(HttpMethod.Get, new Uri(served.Base, "acme/scim/v2/Users"));
        Assert.True(asked.Headers.TryAddWithoutValidation("Authorization", value));
        Assert.Equal(
            HttpStatusCode.OK,
            (await provider.SendAsync(asked, TestContext.Current.CancellationToken)).StatusCode
        );

        await console.FollowAsync("Back to the provider");
        await console.Page.GetByLabel("Kind").SelectOptionAsync("Signed token of an issuer");
        await console.Page.GetByText("What some kinds ask for").ClickAsync();
        await console.Page.GetByLabel("Issuer", new() { Exact = true }).FillAsync("https://login.corp.example");
        await console.PressAsync("Make it");
        await Assertions.Expect(console.Page.Locator("#audience-wrong")).ToContainTextAsync("aud");
        await Assertions.Expect(console.Page.Locator("#metadata-wrong")).ToBeVisibleAsync();
        await console.Page.GetByLabel("Audience").FillAsync("gateway");
        await console
            .Page.GetByLabel("Address of the issuer's metadata")
            .FillAsync("https://login.corp.example/.well-known/openid-configuration");
        // A pin that cannot be read is not left out: anybody of that issuer would be let in.
        await console.Page.GetByLabel("Whose token it is").FillAsync("azp: provider");
        await console.PressAsync("Make it");
        await Assertions.Expect(console.Page.Locator("#claim-wrong")).ToContainTextAsync("azp=");
        await console.Page.GetByLabel("Whose token it is").FillAsync("azp = provider");
        await console.PressAsync("Make it");
        await Assertions.Expect(console.Page.GetByText("It has no secret")).ToBeVisibleAsync();
        var made = (await served.AskAsync(HttpMethod.Get, "tenants/acme/sources/1/credentials"))["items"]!
            .AsArray()
            .Single(one => (string?)one!["kind"] == "jwt")!;
        Assert.Equal(
            ("https://login.corp.example", "gateway", "provider"),
            (
                (string?)made["trusts"]!["issuer"],
                (string?)made["trusts"]!["audience"],
                (string?)made["trusts"]!["claims"]!["azp"]
            )
        );
    }

    [Fact]
    public async Task Somebody_is_got_out_now()
    {
        await using var served = await ServedGateway.StartAsync();
        using var provider = await served.LiveAsync();
        await CreateAsync(provider, "ada", "ada@corp.example");
        await Gateway.UntilAsync(() =>
            Task.FromResult(served.Slack.Workspace.Users().Any(user => (string?)user["userName"] == "ada"))
        );
        await using var console = await ConsolePage.SignedInAsync(chromium, served);

        await console.GoAsync("tenants/acme/people?search=ada");
        await console.Page.GetByRole(AriaRole.Row).GetByRole(AriaRole.Link).First.ClickAsync();
        await console.RequireHeadingAsync("ada");
        await console.PressAsync("Deactivate now");
        await console.RequireHeadingAsync("Deactivate now: ada");
        Assert.True(IsActive(served, "ada"));
        await console.PressAsync("Deactivate now");

        await console.RequireHeadingAsync("ada");
        await Assertions.Expect(console.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("deactivation");
        await Gateway.UntilAsync(() => Task.FromResult(!IsActive(served, "ada")));
        await Assertions
            .Expect(console.Page.GetByRole(AriaRole.Button, new() { Name = "Deactivate now" }))
            .ToHaveCountAsync(0);
    }

    // The first goes by herself; the others are held by the guard.
    private static async Task LeaveAsync(ServedGateway served, string first, params string[] others)
    {
        using var provider = await served.LiveAsync();
        await served.AskAsync(HttpMethod.Patch, "tenants/acme/preferences", """{"guardedAccounts":1}""");
        foreach (var who in (string[])[first, .. others])
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
