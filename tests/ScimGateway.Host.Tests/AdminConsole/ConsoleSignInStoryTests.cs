using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using ScimGateway.Host.Tests.Admin;
using ScimGateway.Host.Tests.Security;
using Xunit;

namespace ScimGateway.Host.Tests.AdminConsole;

/// <summary>Signing in by an identity provider in a browser, which is sent there and back.</summary>
[Collection(nameof(Chromium))]
public class ConsoleSignInStoryTests(Chromium chromium)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_is_sent_to_a_page_signs_in_with_the_organization_and_is_there(bool hasScript)
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await ServedGateway.StartAsync(0, null, provider.Settings());
        await served.TenantAsync();
        await served.TenantAsync("globex");
        provider.Person["roles"] = "helpdesk";
        await using var console = await ConsolePage.OpenAsync(
            chromium,
            served,
            hasScript: hasScript,
            provider: provider.Name
        );

        await console.GoAsync("tenants/acme?as=sent");
        await console.RequireHeadingAsync("Sign in");
        await console.FollowAsync("Sign in with your organization");

        await console.RequireHeadingAsync("A tenant");
        Assert.Equal("/console/tenants/acme?as=sent", console.Path);
        await console.GoAsync("");
        var page = console.Page.GetByRole(AriaRole.Main);
        await Assertions.Expect(page).ToContainTextAsync("acme");
        await Assertions.Expect(page).Not.ToContainTextAsync("globex");
        await Assertions
            .Expect(console.Page.GetByRole(AriaRole.Link, new() { Name = "Admin keys" }))
            .ToHaveCountAsync(0);
        await console.FollowAsync("ada@corp.example");
        await console.RequireHeadingAsync("Your session");
        await Assertions.Expect(page).ToContainTextAsync("Signed in with your organization as ada@corp.example");
        await console.PressAsync("Sign out everywhere: end all your sessions");
        await console.RequireHeadingAsync("Sign in");
    }

    [Fact]
    public async Task Who_turned_back_or_comes_back_twice_is_told_what_to_do_and_goes_on_from_there()
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await ServedGateway.StartAsync(0, null, provider.Settings());
        await using var console = await ConsolePage.OpenAsync(chromium, served, provider: provider.Name);
        provider.Error = "access_denied";

        await console.GoAsync("keys");
        await console.FollowAsync("Sign in with your organization");
        var alert = console.Page.GetByRole(AriaRole.Alert);
        await Assertions.Expect(alert).ToContainTextAsync("You did not sign in at the identity provider");
        await RequireAccessibleAsync(console);

        await console.Page.ReloadAsync();
        await Assertions.Expect(alert).ToContainTextAsync("was used before");

        provider.Error = null;
        await console.GoAsync("keys");
        await console.FollowAsync("Sign in with your organization");
        await console.RequireHeadingAsync("Admin keys");
        await Assertions
            .Expect(console.Page.GetByRole(AriaRole.Table))
            .ToContainTextAsync("signs in with the organization");
        await RequireAccessibleAsync(console);
        await console.FollowAsync("End it (ada@corp.example");
        await console.RequireHeadingAsync("Sign out ada@corp.example");
        await RequireAccessibleAsync(console);
        await console.PressAsync("End it");
        await console.GoAsync("keys");
        await console.RequireHeadingAsync("Sign in");
    }

    [Theory]
    [InlineData(360, ColorScheme.Light)]
    [InlineData(360, ColorScheme.Dark)]
    [InlineData(1280, ColorScheme.Light)]
    [InlineData(1280, ColorScheme.Dark)]
    public async Task The_pages_on_the_way_can_be_used_by_everybody(int width, ColorScheme scheme)
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await ServedGateway.StartAsync(0, null, provider.Settings());
        await using var console = await ConsolePage.OpenAsync(chromium, served, width, scheme, provider: provider.Name);
        await console.GoAsync("sign-in");
        await RequireAccessibleAsync(console);

        // The page that goes on by itself is kept from doing so.
        using var browser = new ConsoleBrowser(served);
        using var back = await browser.ByOrganizationAsync();
        var page = await back.Content.ReadAsStringAsync();
        await console.Page.RouteAsync(
            "**/console/sign-in/held",
            route =>
                route.FulfillAsync(
                    new()
                    {
                        ContentType = "text/html",
                        Body = page.Replace("http-equiv=\"refresh\"", "name=\"held\"", StringComparison.Ordinal),
                    }
                )
        );
        await console.GoAsync("sign-in/held");
        await console.RequireHeadingAsync("You are signed in");
        await RequireAccessibleAsync(console);
    }

    private static async Task RequireAccessibleAsync(ConsolePage console)
    {
        var found = await console.Page.RunAxe();
        Assert.True(
            found.Violations.Length == 0,
            string.Join("; ", found.Violations.Select(one => $"{one.Help}: {one.Nodes[0].Html}"))
        );
        Assert.True(
            await console.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"),
            "It is wider than the window."
        );
    }
}
