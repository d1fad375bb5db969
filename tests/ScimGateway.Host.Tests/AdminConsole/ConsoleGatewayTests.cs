using System.Text.RegularExpressions;
using Microsoft.Playwright;
using ScimGateway.Host.Tests.Admin;
using Xunit;

namespace ScimGateway.Host.Tests.AdminConsole;

/// <summary>Who may administer the gateway, what they did, and where it runs, in a browser.</summary>
[Collection(nameof(Chromium))]
public class ConsoleGatewayTests(Chromium chromium)
{
    [Fact]
    public async Task A_key_is_made_for_somebody_used_and_ended()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.TenantAsync();
        await using var owner = await ConsolePage.SignedInAsync(chromium, served);

        await owner.FollowAsync("Admin keys");
        await owner.Page.GetByLabel("Name").FillAsync("Ana");
        await owner.Page.GetByLabel("Role").SelectOptionAsync("operator");
        await owner.Page.GetByLabel("Only for the tenant").FillAsync("nowhere");
        await owner.PressAsync("Make it");
        await Assertions.Expect(owner.Page.Locator("#tenant-wrong")).ToContainTextAsync("no such tenant");
        await owner.Page.GetByLabel("Only for the tenant").FillAsync("acme");
        await owner.PressAsync("Make it");
        await owner.RequireHeadingAsync("The admin key");
        var secret = await owner.Page.GetByText(new Regex("^sga_")).InnerTextAsync();
        await owner.Page.ReloadAsync();
        await Assertions.Expect(owner.Page.GetByText("It was made before")).ToBeVisibleAsync();

        await using var ana = await ConsolePage.SignedInAsync(chromium, served, secret);
        await Assertions.Expect(ana.Page.GetByRole(AriaRole.Link, new() { Name = "Admin keys" })).ToHaveCountAsync(0);
        await ana.FollowAsync("A tenant");

        await owner.FollowAsync("All admin keys");
        await owner
            .Page.GetByRole(AriaRole.Row)
            .Filter(new() { HasText = "Ana" })
            .GetByRole(AriaRole.Link, new() { Name = "End it" })
            .ClickAsync();
        await owner.RequireHeadingAsync($"End the key Ana {secret[..8]}");
        await owner.PressAsync("End it");
        await Assertions.Expect(owner.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("One key");
        await ana.FollowAsync("People and groups");
        await ana.RequireHeadingAsync("Sign in");
    }

    [Fact]
    public async Task What_an_administrator_changed_is_found_with_what_it_was_before()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.TenantAsync();
        await served.AskAsync(HttpMethod.Patch, "tenants/acme/preferences", """{"guardedGroups":3}""");
        await served.AskAsync(HttpMethod.Get, "tenants/acme/links");
        await using var console = await ConsolePage.SignedInAsync(chromium, served);

        await console.FollowAsync("Audit");
        await console.Page.GetByLabel("Tenant", new() { Exact = true }).FillAsync("acme");
        await console.PressAsync("Show");
        var row = console.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "update preferences" });
        await Assertions.Expect(row).ToContainTextAsync("guardedGroups: 5 → 3");
        await Assertions.Expect(row).ToContainTextAsync("the tests'");
        await Assertions.Expect(console.Page.GetByRole(AriaRole.Main)).Not.ToContainTextAsync("list links");
        await console.Page.GetByLabel("What", new() { Exact = true }).SelectOptionAsync("false");
        await console.PressAsync("Show");
        await Assertions.Expect(console.Page.GetByRole(AriaRole.Main)).ToContainTextAsync("list links");
        await row.GetByRole(AriaRole.Link, new() { Name = "update preferences" }).ClickAsync();
        await Assertions.Expect(console.Page.GetByLabel("Tenant", new() { Exact = true })).ToHaveValueAsync("acme");
        await console.FollowAsync("Has anybody changed the audit trail?");
        await Assertions.Expect(console.Page.GetByRole(AriaRole.Main)).ToContainTextAsync("as it was sealed");
    }

    [Fact]
    public async Task Signing_out_everywhere_ends_the_session_of_another_browser()
    {
        await using var served = await ServedGateway.StartAsync();
        await using var here = await ConsolePage.SignedInAsync(chromium, served);
        await using var there = await ConsolePage.SignedInAsync(chromium, served);
        await there.RequireHeadingAsync("Tenants");

        await here.FollowAsync("the tests'");
        await here.RequireHeadingAsync("Your session");
        await here.PressAsync("Sign out everywhere: end all sessions of this key");
        await here.RequireHeadingAsync("Sign in");
        await there.FollowAsync("Audit");

        await there.RequireHeadingAsync("Sign in");
    }

    [Fact]
    public async Task A_gateway_of_one_process_says_so()
    {
        await using var served = await ServedGateway.StartAsync();
        await using var console = await ConsolePage.SignedInAsync(chromium, served);

        await console.FollowAsync("Cluster");

        await Assertions.Expect(console.Page.GetByRole(AriaRole.Main)).ToContainTextAsync("one process alone");
    }
}
