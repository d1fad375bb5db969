using System.Text.Json.Nodes;
using ScimGateway.Cli;
using ScimGateway.Host.Tests.Admin;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.CommandLine;

/// <summary>What waits for a decision, listed and decided at the command line.</summary>
public class HoldCommandTests
{
    [Fact]
    public async Task What_is_held_is_listed_and_decided()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        var token = await served.SetUpAsync();
        await served.EnableAsync();
        await served.AskAsync(HttpMethod.Patch, "tenants/acme/preferences", """{"guardedAccounts":1}""");
        using var provider = served.Provider("acme", token);
        await LeaveAsync(provider, "a", "b", "c", "d");

        JsonArray held = [];
        await Gateway.UntilAsync(async () =>
        {
            await DoneAsync(entered, "hold list acme --json");
            held = JsonNode.Parse(entered.Out)!["items"]!.AsArray();
            return held.Count > 1;
        });
        var reason = (string)held[0]!["reason"]!["code"]!;
        await DoneAsync(entered, $"hold list acme --reason {reason}");
        Assert.Matches(
            "id +name +would +asked +since +reason\n1 +b +deactivate +Provider +[0-9-]+ [0-9:]+Z +guardAccounts\n(.*\n)*\n"
                + "1, 2, 3: More accounts than the limit of 1 were to be activated or deactivated within an hour. An operator must release or dismiss what waits: 'hold release acme HOLD'. "
                + "If nobody decides: Slack stays as it is until somebody decides. The provider reads what it asked for, as if Slack had it.\n'hold release acme HOLD' tells Slack, 'hold dismiss acme HOLD' leaves Slack as it is, and nothing waits any more. Either is for what is held now; what the provider asks for later is decided anew.\n",
            entered.Out
        );
        Assert.DoesNotContain(" \n", entered.Out, StringComparison.Ordinal);
        await DoneAsync(entered, $"link show acme {held[0]!["link"]}");
        Assert.Contains("or dismiss what waits: 'hold release acme HOLD'.", entered.Out, StringComparison.Ordinal);
        Assert.Equal(Exit.WrongUse, await entered.RunAsync("hold release acme"));
        Assert.Equal(Exit.Refused, await entered.RunAsync("hold release acme nobody@corp.example"));
        // The number of a link is that of somebody else's hold.
        Assert.Equal(Exit.Refused, await entered.RunAsync("hold dismiss acme a@corp"));
        Assert.EndsWith(
            "say the address of one:\n  a  a@corp.example\nNext: 'hold dismiss acme a@corp.example'\n",
            entered.Error,
            StringComparison.Ordinal
        );
        Assert.Equal(Exit.Refused, await entered.RunAsync("hold dismiss acme a@corp.example"));
        Assert.StartsWith("Nothing of 'a@corp.example' is held.", entered.Error, StringComparison.Ordinal);
        await DoneAsync(entered, $"hold release acme {held[0]!["name"]}@corp.example");
        Assert.Equal($"One hold was released.\n{held[0]!["name"]}: Slack is told: deactivate.\n", entered.Out);
        await DoneAsync(entered, "tenant shadow acme");
        await DoneAsync(entered, $"hold release acme {held[1]!["id"]}");
        Assert.EndsWith(
            ": Slack is told once the tenant is live: deactivate.\n",
            entered.Out,
            StringComparison.Ordinal
        );
        Assert.Equal(Exit.NotConfirmed, await entered.RunAsync($"hold dismiss acme --reason {reason}"));
        Assert.Equal(Exit.Done, await entered.AnswerAsync($"hold dismiss acme --reason {reason}", "y"));
        Assert.Contains("One hold was dismissed.\n", entered.Out, StringComparison.Ordinal);
        // A part of an address may be somebody else's.
        var dismissed = (string)held[2]!["name"]!;
        Assert.Equal(Exit.Refused, await entered.RunAsync($"hold reopen acme {dismissed}@corp"));
        Assert.EndsWith(
            $"Next: 'hold reopen acme {dismissed}@corp.example'\n",
            entered.Error,
            StringComparison.Ordinal
        );
        Assert.Equal(Exit.Refused, await entered.RunAsync($"hold choose acme {held[0]!["id"]} U1"));
        await DoneAsync(entered, $"link provision acme {held[0]!["link"]}");
        Assert.Contains("After:", entered.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_that_was_listed_for_a_reason_is_decided_in_whatever_order_it_began_to_wait()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        var token = await served.SetUpAsync();
        await served.EnableAsync();
        await served.AskAsync(HttpMethod.Patch, "tenants/acme/preferences", """{"guardedAccounts":1}""");
        using var provider = served.Provider("acme", token);
        await LeaveAsync(provider, "a", "b", "c", "d");
        await Gateway.UntilAsync(async () =>
            (await served.AskAsync(HttpMethod.Get, "tenants/acme/holds"))["items"]!.AsArray().Count == 3
        );
        // As writes that ran side by side leave them.
        await StoreTables.TamperAsync(served.Store, "update holds set since = since - 1000 * id /* of all tenants */");

        await DoneAsync(entered, "hold release acme --reason guardAccounts --yes");

        Assert.Contains("3 holds were released.\n", entered.Out, StringComparison.Ordinal);
        Assert.Empty((await served.AskAsync(HttpMethod.Get, "tenants/acme/holds"))["items"]!.AsArray());
    }

    // Each comes, and leaves.
    private static async Task LeaveAsync(HttpClient provider, params string[] names)
    {
        foreach (var name in names)
        {
            var (_, user, _) = await ServedGateway.SendAsync(
                provider,
                HttpMethod.Post,
                "Users",
                User(name, $"{name}@corp.example")
            );
            await ServedGateway.SendAsync(provider, HttpMethod.Patch, $"Users/{user!["id"]}", Patch("active", "false"));
        }
    }

    private static async Task DoneAsync(TerminalSession entered, string line)
    {
        var exit = await entered.RunAsync(line);
        Assert.True(exit == Exit.Done, $"{line}: {exit}\n{entered.Out}\n{entered.Error}");
    }
}
