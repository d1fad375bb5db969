using System.Text.Json.Nodes;
using Microsoft.Playwright;
using ScimGateway.Host.Tests.Admin;
using ScimGateway.SlackEmulator;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.AdminConsole;

/// <summary>What a browser shows of one person or group, and what can be decided of it there.</summary>
[Collection(nameof(Chromium))]
public class ConsolePeopleTests(Chromium chromium)
{
    [Fact]
    public async Task An_account_that_is_nobodys_is_given_to_the_person_whose_it_is()
    {
        await using var served = await ServedGateway.StartAsync();
        served.Slack.Workspace.MakeUser(Account("U1", "countess", "old@corp.example"));
        using var provider = await served.LiveAsync();
        var ada = await CreateAsync(provider, "ada", "ada@corp.example");
        await CreateAsync(provider, "grace", "grace@corp.example");
        await LinkRequests.SettledAsync(served, ada);
        await using var console = await ConsolePage.SignedInAsync(chromium, served);

        await console.GoAsync("tenants/acme/people?search=old@corp.example");
        await console.Page.GetByRole(AriaRole.Row).GetByRole(AriaRole.Link).First.ClickAsync();
        await console.FollowAsync("Give it to a person of a provider");
        await console.Page.GetByLabel("Name, address or id at the provider").FillAsync("ada@");
        await console.PressAsync("Show");
        await Assertions.Expect(console.Page.GetByRole(AriaRole.Row)).ToHaveCountAsync(2);
        await console.PressAsync("Give it to ada");
        await Assertions
            .Expect(console.Page.GetByRole(AriaRole.Main))
            .ToContainTextAsync("What ada has in Slack now (ada) stays there as it is");
        var link = $"tenants/acme/links/{await LinkRequests.LinkAsync(served, "U1")}";
        Assert.Null((await served.AskAsync(HttpMethod.Get, link))["source"]);
        await console.PressAsync("Give it to ada");

        await Assertions.Expect(console.Page.GetByText("Claimed by Provider.")).ToBeVisibleAsync();
        Assert.Equal(ada, (string?)(await served.AskAsync(HttpMethod.Get, link))["resource"]);
    }

    [Fact]
    public async Task An_account_with_the_address_that_somebody_waits_for_is_said_not_to_be_meant()
    {
        await using var served = await ServedGateway.StartAsync();
        using var provider = await BobWaitsAsync(served);
        await using var console = await ConsolePage.SignedInAsync(chromium, served);

        await console.GoAsync("tenants/acme/holds");
        await Assertions.Expect(console.Page.GetByRole(AriaRole.Checkbox)).ToHaveCountAsync(0);
        await console.FollowAsync("Choose the account");
        await Assertions
            .Expect(console.Page.GetByRole(AriaRole.Button, new() { Name = "Choose countess" }))
            .ToBeVisibleAsync();
        await console.PressAsync("It is not meant");

        await Assertions.Expect(console.Page.GetByText("Nothing waits for a decision.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task An_account_that_the_preferences_refuse_is_not_offered_and_the_page_says_why()
    {
        await using var served = await ServedGateway.StartAsync();
        using var provider = await BobWaitsAsync(served);
        await served.AskAsync(HttpMethod.Patch, "tenants/acme/preferences", """{"whenAccountExists":"refuse"}""");
        await using var console = await ConsolePage.SignedInAsync(chromium, served);

        await console.GoAsync("tenants/acme/holds");
        await console.FollowAsync("Choose the account");

        await Assertions.Expect(console.Page.GetByText("It cannot be chosen.")).ToBeVisibleAsync();
        await Assertions
            .Expect(console.Page.GetByRole(AriaRole.Button, new() { Name = "Choose countess" }))
            .ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Who_was_deleted_is_erased_by_an_owner_alone()
    {
        await using var served = await ServedGateway.StartAsync();
        using var provider = await served.LiveAsync();
        var ada = await CreateAsync(provider, "ada", "ada@corp.example");
        await LinkRequests.SettledAsync(served, ada);
        var link = (long)(await LinkRequests.OfAsync(served, ada))["id"]!;
        await using var console = await ConsolePage.SignedInAsync(chromium, served);
        await console.GoAsync($"tenants/acme/people/{link}");
        await Assertions.Expect(Erase(console)).ToHaveCountAsync(0);
        await Gateway.SendAsync(provider, HttpMethod.Delete, $"Users/{ada}");
        await Gateway.UntilAsync(async () =>
            (string?)(await served.AskAsync(HttpMethod.Get, $"tenants/acme/links/{link}"))["state"] == "settled"
        );

        using var operators = await served.WithKeyAsync("operator");
        await using var other = await ConsolePage.SignedInAsync(
            chromium,
            served,
            operators.DefaultRequestHeaders.Authorization!.Parameter
        );
        await other.GoAsync($"tenants/acme/people/{link}");
        await Assertions.Expect(Erase(other)).ToHaveCountAsync(0);
        await console.Page.ReloadAsync();
        await console.PressAsync("Erase");
        await Assertions.Expect(console.Page.GetByText("It cannot be undone.")).ToBeVisibleAsync();
        await console.PressAsync("Erase");

        await Assertions.Expect(console.Page.GetByRole(AriaRole.Status)).ToContainTextAsync("forgotten");
        await Assertions.Expect(Erase(console)).ToHaveCountAsync(0);
        Assert.Equal(
            "erasedHere",
            (string?)(await served.AskAsync(HttpMethod.Get, $"tenants/acme/links/{link}"))["reason"]!["code"]
        );

        static ILocator Erase(ConsolePage page) =>
            page.Page.GetByRole(AriaRole.Button, new() { Name = "Erase", Exact = true });
    }

    [Fact]
    public async Task Why_somebody_is_not_in_a_group_of_Slack_is_found_from_the_group_and_from_the_person()
    {
        await using var served = await ServedGateway.StartAsync();
        using var provider = await served.LiveAsync();
        var ada = await CreateAsync(provider, "ada", "ada@corp.example");
        var (_, inactive, _) = await Gateway.SendAsync(
            provider,
            HttpMethod.Post,
            "Users",
            """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"dan","active":false,"title":"Pilot","emails":[{"value":"dan@corp.example","primary":true}]}"""
        );
        var dan = (string)inactive!["id"]!;
        var (_, made, _) = await Gateway.SendAsync(
            provider,
            HttpMethod.Post,
            "Groups",
            GroupRequests.Group("Crew", ada, dan)
        );
        await LinkRequests.SettledAsync(served, (string)made!["id"]!);
        await using var console = await ConsolePage.SignedInAsync(chromium, served);

        await console.GoAsync("tenants/acme/people?kind=group");
        await console.FollowAsync("Crew");
        var members = console.Page.GetByRole(AriaRole.Region, new() { Name = "Members", Exact = true });
        await Assertions.Expect(members.GetByRole(AriaRole.Row)).ToHaveCountAsync(3);
        await console.FollowAsync("All, or only where Slack differs");
        await console.FollowAsync("Only where Slack differs from what is wanted");
        await Assertions.Expect(console.Page.GetByRole(AriaRole.Row)).ToHaveCountAsync(2);
        await console.FollowAsync("dan");

        await console.RequireHeadingAsync("dan");
        var groups = console.Page.GetByRole(AriaRole.Region, new() { Name = "Groups", Exact = true });
        await Assertions.Expect(groups.GetByRole(AriaRole.Row).Last).ToContainTextAsync("Crew");
        await Assertions
            .Expect(console.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "title" }))
            .ToContainTextAsync("Pilot");
    }

    [Fact]
    public async Task What_was_changed_in_Slack_by_hand_is_found_and_set_right()
    {
        await using var served = await ServedGateway.StartAsync();
        using var provider = await served.LiveAsync();
        var ada = await CreateAsync(provider, "ada", "ada@corp.example");
        await LinkRequests.SettledAsync(served, ada);
        var slackId = (string)(await LinkRequests.OfAsync(served, ada))["slackId"]!;
        served.Slack.Workspace.ChangeUser(
            slackId,
            new JsonObject
            {
                ["name"] = new JsonObject { ["givenName"] = "Augusta", ["familyName"] = "Lovelace" },
            }
        );
        await using var console = await ConsolePage.SignedInAsync(chromium, served);

        await console.GoAsync("tenants/acme/people");
        await console.FollowAsync("What was changed in Slack by hand");
        await console.PressAsync("Look for changes made in Slack");
        await Gateway.UntilAsync(async () =>
            (await LinkRequests.OfAsync(served, ada))["changedInSlack"]!.AsArray().Count > 0
        );
        await console.GoAsync("tenants/acme/people?changed=true");
        await Assertions
            .Expect(console.Page.GetByRole(AriaRole.Row).Filter(new() { HasText = "ada" }))
            .ToContainTextAsync("givenName");
        await console.PressAsync("Re-sync");
        await console.RequireHeadingAsync("Re-sync");
        await console.PressAsync("Re-sync");

        await Gateway.UntilAsync(() =>
            Task.FromResult((string?)served.Slack.Workspace.User(slackId)!["name"]!["givenName"] == "Ada")
        );
    }

    [Fact]
    public async Task Which_Slack_name_everybody_gets_is_listed_and_a_table_for_a_spreadsheet()
    {
        await using var served = await ServedGateway.StartAsync();
        using var provider = await served.LiveAsync();
        foreach (var name in new[] { "ada", "Ada@corp.example" })
            await CreateAsync(provider, name, $"{name.Length}@corp.example");
        await using var console = await ConsolePage.SignedInAsync(chromium, served);

        await console.GoAsync("tenants/acme/people");
        await console.FollowAsync("Slack user names, and why they are so");
        await console.FollowAsync("Only where it is not the provider's userName");
        await Assertions.Expect(console.Page.GetByRole(AriaRole.Row).Last).ToContainTextAsync("ada2");
        var file = await console.Page.RunAndWaitForDownloadAsync(() =>
            console.FollowAsync("All of these as a table for a spreadsheet")
        );
        var lines = await File.ReadAllLinesAsync((await file.PathAsync())!, TestContext.Current.CancellationToken);
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("\"Ada@corp.example\",\"ada2\",", lines[1], StringComparison.Ordinal);
        await console.FollowAsync("Who has it");
        await console.RequireHeadingAsync("ada");
    }

    // Bob waits for the address of an account that nobody has claimed.
    private static async Task<HttpClient> BobWaitsAsync(ServedGateway served)
    {
        served.Slack.Workspace.MakeUser(Account("U1", "countess", "old@corp.example"));
        var provider = await served.LiveAsync();
        await served.AskAsync(
            HttpMethod.Patch,
            "tenants/acme/preferences",
            """{"userSlackCannotHold":"keep","uniqueUserIdentifier":"userName"}"""
        );
        var bob = await CreateAsync(provider, "bob", "old@corp.example");
        await LinkRequests.BlockedAsync(served, bob, "addressTaken");
        return provider;
    }
}
