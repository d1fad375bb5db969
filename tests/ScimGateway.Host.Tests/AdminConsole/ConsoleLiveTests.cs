using Microsoft.Playwright;
using ScimGateway.Host.Tests.Admin;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.AdminConsole;

/// <summary>What the console's script does: it looks again, says what it cannot see, and leaves alone what is in use.</summary>
[Collection(nameof(Chromium))]
public class ConsoleLiveTests(Chromium chromium)
{
    [Fact]
    public async Task What_comes_is_shown_by_itself_and_a_lost_network_is_said()
    {
        await using var served = await ServedGateway.StartAsync();
        var token = await served.SetUpAsync();
        await served.EnableAsync();
        using var provider = served.Provider("acme", token);
        await using var console = await ConsolePage.SignedInAsync(chromium, served);
        await console.GoAsync("tenants/acme/operations");
        var rows = console.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "create" });
        await Assertions.Expect(rows).ToHaveCountAsync(0);

        await CreateAsync(provider, "ada", "ada@corp.example");
        await Assertions.Expect(rows).ToHaveCountAsync(1, _patient);

        await console.GoOfflineAsync(true);
        var said = console.Page.Locator("#said");
        await Assertions.Expect(said).ToContainTextAsync("cannot be reached", new() { Timeout = Patience });
        await Assertions.Expect(rows).ToHaveCountAsync(1);
        await console.GoOfflineAsync(false);
        await Assertions.Expect(said).ToHaveTextAsync("", new() { Timeout = Patience });
    }

    [Fact]
    public async Task A_gateway_that_is_away_is_waited_for()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.SetUpAsync();
        await using var console = await ConsolePage.SignedInAsync(chromium, served);
        await console.GoAsync("tenants/acme/operations");
        var said = console.Page.Locator("#said");

        await console.AnswerAsync(503);
        await Assertions.Expect(said).ToContainTextAsync("cannot be reached", new() { Timeout = Patience });
        await console.AnswerAsync(null);

        await Assertions.Expect(said).ToHaveTextAsync("", new() { Timeout = Patience });
    }

    [Fact]
    public async Task Whoever_is_about_to_search_is_left_alone()
    {
        await using var served = await ServedGateway.StartAsync();
        var token = await served.SetUpAsync();
        await served.EnableAsync();
        using var provider = served.Provider("acme", token);
        await using var console = await ConsolePage.SignedInAsync(chromium, served);
        await console.Page.Clock.InstallAsync();
        await console.GoAsync("tenants/acme/operations");
        var search = console.Page.GetByLabel("Person, group or id");
        await search.FillAsync("gra");
        await CreateAsync(provider, "grace", "grace@corp.example");

        var looks = console.CountLooks();
        await console.Page.Clock.RunForAsync(10_000);
        await console.Page.EvaluateAsync("document.activeElement.blur()");
        await console.Page.Clock.RunForAsync(10_000);
        Assert.Equal(0, looks());
        await search.FillAsync("");
        await console.Page.EvaluateAsync("document.activeElement.blur()");
        var row = console.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "create" });
        await Gateway.UntilAsync(async () =>
        {
            await console.Page.Clock.RunForAsync(3_000);
            return await row.CountAsync() == 1;
        });

        // Whoever reads can have it stand still.
        await console.PressAsync("Keep this page as it is now");
        var before = looks();
        await console.Page.Clock.RunForAsync(10_000);
        Assert.Equal(before, looks());
        await console.PressAsync("Bring this page up to date again");
        await console.Page.Clock.RunForAsync(4_000);
        Assert.True(looks() > before);
    }

    [Fact]
    public async Task A_page_that_is_left_open_says_that_its_session_has_ended()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.SetUpAsync();
        await using var console = await ConsolePage.SignedInAsync(chromium, served);
        await console.GoAsync("tenants/acme/operations");
        await using var other = await ConsolePage.SignedInAsync(chromium, served);

        await other.GoAsync("session");
        await other.PressAsync("Sign out everywhere: end all sessions of this key");

        await Assertions
            .Expect(console.Page.Locator("#said"))
            .ToContainTextAsync("Your session has ended", new() { Timeout = Patience });
    }

    [Fact]
    public async Task What_has_ended_is_shown_and_not_looked_at_again()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.SetUpAsync();
        await using var console = await ConsolePage.SignedInAsync(chromium, served);
        using var slack = new HttpClient { BaseAddress = served.Slack.BaseUrl };
        await Gateway.SendAsync(
            slack,
            HttpMethod.Post,
            "/_emulator/faults",
            """{"method":"GET","path":"/Users","delayMs":4000,"nth":1}"""
        );
        var job = (await served.AskAsync(HttpMethod.Post, "tenants/acme/jobs", """{"kind":"import"}"""))["id"];
        await console.GoAsync($"tenants/acme/jobs/{job}");
        await Assertions.Expect(console.Page.Locator("main[data-live]")).ToHaveCountAsync(1);

        await Assertions
            .Expect(console.Page.GetByRole(AriaRole.Main))
            .ToContainTextAsync("done", new() { Timeout = Patience });
        await Assertions.Expect(console.Page.Locator("main[data-live]")).ToHaveCountAsync(0, _patient);
    }

    private const float Patience = 30_000;

    private static readonly LocatorAssertionsToHaveCountOptions _patient = new() { Timeout = Patience };
}
