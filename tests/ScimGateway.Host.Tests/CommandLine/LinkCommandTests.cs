using System.Net;
using ScimGateway.Cli;
using ScimGateway.Host.Tests.Admin;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.CommandLine;

/// <summary>What an operator decides of one account, and what refusals name as the next command.</summary>
public class LinkCommandTests
{
    [Fact]
    public async Task The_token_owner_is_not_to_be_deactivated_by_anybody_who_wants_the_gateway_to_go_on()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        await served.SetUpAsync();

        Assert.Equal(Exit.Refused, await entered.RunAsync("user deactivate acme emulator.owner"));

        Assert.Contains("it would end the token", entered.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("deactivate it in Slack", entered.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_it_is_asked_which_account_is_meant_nobody_is_told_to_release_that()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        using var provider = served.Provider("acme", await served.SetUpAsync());
        await served.EnableAsync();
        var (_, ada, _) = await Gateway.SendAsync(provider, HttpMethod.Post, "Users", Ada("1"));
        var links = await served.AskAsync(HttpMethod.Get, $"tenants/acme/links?resource={ada!["id"]}");
        var link = links["items"]![0]!;
        await served.AskAsync(HttpMethod.Post, $"tenants/acme/links/{link["id"]}/unlink");
        await Gateway.SendAsync(provider, HttpMethod.Delete, $"Users/{ada["id"]}");
        await Gateway.SendAsync(provider, HttpMethod.Post, "Users", Ada("2"));
        var hold = Assert.Single((await served.AskAsync(HttpMethod.Get, "tenants/acme/holds"))["items"]!.AsArray())!;

        Assert.Equal(Exit.Done, await entered.RunAsync("hold list acme"));

        Assert.Contains($"'hold choose acme {hold["id"]} SLACK-ID'", entered.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("hold release", entered.Out, StringComparison.Ordinal);
        Assert.Equal(Exit.Done, await entered.RunAsync($"hold choose acme {hold["id"]} {link["slackId"]}"));
    }

    [Fact]
    public async Task Nobody_is_said_to_be_out_who_may_have_an_account_or_be_another_person()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        using var provider = served.Provider("acme", await served.SetUpAsync());
        using var slack = new HttpClient { BaseAddress = served.Slack.BaseUrl };
        await served.EnableAsync();
        var (_, ada, _) = await Gateway.SendAsync(provider, HttpMethod.Post, "Users", Ada("1"));
        await Gateway.SendAsync(provider, HttpMethod.Delete, $"Users/{ada!["id"]}");
        await Gateway.UntilAsync(async () => await StateAsync("ada@corp.example") == "settled");
        await Gateway.SendAsync(provider, HttpMethod.Post, "Users", Ada("2")); // somebody else of that address

        Assert.Equal("held", await StateAsync("ada@corp.example"));
        Assert.Equal(Exit.Refused, await entered.RunAsync("user deactivate acme ada@corp.example"));
        Assert.Contains("Slack was told nothing", entered.Error, StringComparison.Ordinal);

        foreach (
            var fault in new[]
            {
                """{"method":"POST","path":"/Users","drop":"after"}""",
                """{"method":"GET","path":"/Users","times":0,"status":500}""",
            }
        )
            await Gateway.SendAsync(slack, HttpMethod.Post, "/_emulator/faults", fault);
        await Gateway.SendAsync(provider, HttpMethod.Post, "Users", User("eve", "eve@corp.example"));

        Assert.Equal(Exit.Refused, await entered.RunAsync("user deactivate acme eve@corp.example"));
        Assert.Contains("The user is not out of Slack yet", entered.Error, StringComparison.Ordinal);

        async Task<string?> StateAsync(string who) =>
            (string?)(await served.AskAsync(HttpMethod.Get, $"tenants/acme/links?search={who}"))["items"]![0]!["state"];
    }

    [Fact]
    public async Task Who_waits_for_an_address_is_told_whose_it_is_and_the_operation_leads_there()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        using var provider = served.Provider("acme", await served.SetUpAsync());
        await served.EnableAsync();
        await served.AskAsync(HttpMethod.Patch, "tenants/acme/preferences", """{"userSlackCannotHold":"keep"}""");
        foreach (var name in (string[])["bob", "eve"])
            Assert.Equal(
                HttpStatusCode.Created,
                (await Gateway.SendAsync(provider, HttpMethod.Post, "Users", User(name, "bob@corp.example"))).Status
            );
        async Task<string> LinkAsync(string name) =>
            $"{(await served.AskAsync(HttpMethod.Get, $"tenants/acme/links?search={name}"))["items"]!.AsArray().Single(one => ((string)one!["name"]!).StartsWith(name, StringComparison.OrdinalIgnoreCase))!["id"]}";
        var (bob, eve) = (await LinkAsync("bob"), await LinkAsync("eve"));

        Assert.Equal(Exit.Done, await entered.RunAsync($"link show acme {eve}"));
        Assert.Contains($"The address bob@corp.example is that of link {bob}.", entered.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("without primaryEmail", entered.Out, StringComparison.Ordinal);
        Assert.Equal(Exit.Done, await entered.RunAsync("operation show acme eve"));
        Assert.EndsWith($"Next: 'link show acme {eve}'\n", entered.Out, StringComparison.Ordinal);
        Assert.Equal(Exit.Done, await entered.RunAsync($"link show acme {bob}"));
        Assert.DoesNotContain("is that of link", entered.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_account_is_protected_unprotected_unlinked_claimed_and_its_person_erased()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        using var provider = served.Provider("acme", await served.SetUpAsync());
        await served.EnableAsync();
        var (_, made, _) = await Gateway.SendAsync(
            provider,
            HttpMethod.Post,
            "Users",
            User("isla", "isla@corp.example")
        );
        var link = (await served.AskAsync(HttpMethod.Get, "tenants/acme/links?search=isla"))["items"]![0]!;

        await DoneAsync("link protect acme isla", "It is protected. The state is 'protected'");
        Assert.Equal(Exit.Done, await entered.RunAsync("link show acme isla"));
        Assert.Contains($"'link unprotect acme {link["id"]}'", entered.Out, StringComparison.Ordinal);
        await DoneAsync($"link unprotect acme {link["id"]}", "It is not protected any more. The state is '");
        await Gateway.UntilAsync(async () =>
            (string?)(await served.AskAsync(HttpMethod.Get, $"tenants/acme/links/{link["id"]}"))["state"] == "settled"
        );
        await DoneAsync("link unlink acme isla@corp.example", "Nobody claims it any more.");
        Assert.Equal(
            Exit.NotConfirmed,
            await entered.AnswerAsync($"link claim acme {link["slackId"]} {made!["id"]}", "n")
        );
        Assert.Contains("give isla (isla@corp.example, ", entered.Error + entered.Out, StringComparison.Ordinal);
        await DoneAsync($"link claim acme {link["slackId"]} {made!["id"]} --yes", "give isla (isla@corp.example, ");
        Assert.DoesNotContain("which it has now", entered.Out, StringComparison.Ordinal);
        Assert.Contains("\nIt is claimed.", entered.Out, StringComparison.Ordinal);
        Assert.Equal(
            "isla",
            (string?)(await served.AskAsync(HttpMethod.Get, $"tenants/acme/links/{link["id"]}"))["name"]
        );

        Assert.Equal(Exit.Refused, await entered.RunAsync("link erase acme isla --yes"));
        Assert.Contains("the provider has to delete it first", entered.Error, StringComparison.Ordinal);
        await Gateway.SendAsync(provider, HttpMethod.Delete, $"Users/{made["id"]}");
        Assert.Equal(Exit.NotConfirmed, await entered.AnswerAsync($"link erase acme {link["slackId"]}", "n"));
        Assert.Equal(Exit.Done, await entered.AnswerAsync($"link erase acme {link["slackId"]}", "y"));
        var erased = await served.AskAsync(HttpMethod.Get, $"tenants/acme/links/{link["id"]}");
        Assert.Equal("erasedHere", (string?)erased["reason"]!["code"]);
        Assert.Null(erased["name"]);

        Assert.Equal(Exit.WrongUse, await entered.RunAsync("hold release acme 1 --dryrun"));
        Assert.StartsWith("There is no option '--dryrun'.", entered.Error, StringComparison.Ordinal);
        Assert.Equal(Exit.Refused, await entered.RunAsync("audit list --tenant acmee"));
        Assert.Contains("acmee", entered.Error, StringComparison.Ordinal);

        async Task DoneAsync(string command, string says)
        {
            Assert.True(await entered.RunAsync(command) == Exit.Done, entered.Error);
            Assert.StartsWith(says, entered.Out, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Who_is_erased_and_stays_active_in_Slack_is_named_as_that_before_and_afterwards()
    {
        await using var served = await ServedGateway.StartAsync(seed: 20);
        using var entered = new TerminalSession(served.Base, served.Key);
        using var provider = served.Provider("acme", await served.SetUpAsync());
        await served.EnableAsync();
        var nobodys = served
            .Slack.Workspace.Users()
            .First(user => (bool)user["active"]! && (string?)user["rank"] == "member");
        var (_, made, _) = await Gateway.SendAsync(provider, HttpMethod.Post, "Users", User("un1", "un1@corp.example"));
        Assert.Equal(Exit.Done, await entered.RunAsync("link unlink acme un1@corp.example"));
        await Gateway.SendAsync(provider, HttpMethod.Delete, $"Users/{made!["id"]}");
        var account = served.Slack.Workspace.Users().Single(user => (string?)user["userName"] == "un1");

        Assert.Equal(Exit.Refused, await entered.RunAsync("user deactivate acme un1@corp.example"));
        Assert.Contains("if a provider has that user still", entered.Error, StringComparison.Ordinal);
        Assert.Equal(Exit.Refused, await entered.RunAsync($"link erase acme {account["id"]} --yes"));
        Assert.Contains("is active in Slack", entered.Error, StringComparison.Ordinal);
        const string Stays = "The account stays active in Slack: deactivate it there.";
        Assert.Equal(Exit.NotConfirmed, await entered.AnswerAsync($"link erase acme {nobodys["id"]}", "n"));
        Assert.Contains(Stays, entered.Out + entered.Error, StringComparison.Ordinal);
        Assert.Equal(Exit.Done, await entered.RunAsync($"link erase acme {nobodys["id"]} --yes"));
        Assert.Contains(Stays, entered.Out, StringComparison.Ordinal);
    }

    private static string Ada(string externalId) =>
        User("ada", "ada@corp.example")
            .Replace("\"active\":true", $"\"externalId\":\"{externalId}\",\"active\":true", StringComparison.Ordinal);
}
