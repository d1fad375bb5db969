using System.Text.Json.Nodes;
using ScimGateway.Cli;
using ScimGateway.Host.Tests.Admin;
using ScimGateway.SlackEmulator;
using Xunit;

namespace ScimGateway.Host.Tests.CommandLine;

/// <summary>The emergency stop, and what somebody looks at afterwards.</summary>
public class AfterwardsTests
{
    [Fact]
    public async Task All_pages_go_with_no_page()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);

        foreach (var wrong in (string[])["tenant list --all --limit 1", "audit list --all --cursor 1"])
        {
            Assert.Equal(Exit.WrongUse, await entered.RunAsync(wrong));
            Assert.StartsWith("--all lists every page", entered.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task One_command_disables_every_tenant_once_it_is_confirmed()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        for (var i = 0; i < 3; i++)
            await served.SetUpAsync($"tenant{i}", SlackEmulatorServer.TokenOf(i + 1));
        await served.TenantAsync("unconnected"); // by which Slack is not called
        await served.AskAsync(HttpMethod.Post, "tenants/tenant1/disable");

        foreach (var wrong in (string[])["tenant disable", "tenant disable tenant0 --all"])
        {
            Assert.Equal(Exit.WrongUse, await entered.RunAsync(wrong));
            Assert.StartsWith("Name one tenant, or say --all.", entered.Error, StringComparison.Ordinal);
        }
        Assert.Equal(Exit.NotConfirmed, await entered.RunAsync("tenant disable --all"));
        Assert.Equal(Exit.NotConfirmed, await entered.AnswerAsync("tenant disable --all", "n"));
        Assert.Equal(["disabled", "shadow", "shadow", "shadow"], (await StandingsAsync(served)).Order());

        Assert.Equal(Exit.Done, await entered.AnswerAsync("tenant disable --all", "y"));

        Assert.EndsWith(
            "2 tenants were disabled.\n"
                + "What providers write meanwhile is refused with 503, so that they send it again, or accepted and told later where whileSlackCannotBeWritten=queue. What they read is answered.\n"
                + "tenant0 goes on in its shadow run by 'tenant shadow tenant0'\n"
                + "tenant2 goes on in its shadow run by 'tenant shadow tenant2'\n",
            entered.Out,
            StringComparison.Ordinal
        );
        Assert.Contains("tenant0", entered.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("tenant1", entered.Out, StringComparison.Ordinal);
        Assert.Equal(["disabled", "disabled", "disabled", "shadow"], (await StandingsAsync(served)).Order());
        Assert.Equal(Exit.Done, await entered.RunAsync("tenant disable --all --json"));
        Assert.Equal("{\"disabled\":[]}\n", entered.Out);
    }

    [Fact]
    public async Task A_key_of_one_tenant_disables_its_own_alone()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.SetUpAsync("ours");
        await served.SetUpAsync("theirs", SlackEmulatorServer.TokenOf(2));
        var key = await served.AskAsync(
            HttpMethod.Post,
            "keys",
            """{"label":"helpdesk","role":"operator","tenant":"ours"}"""
        );
        using var entered = new TerminalSession(served.Base, (string)key["secret"]!);

        Assert.Equal(Exit.Done, await entered.RunAsync("tenant disable --all --yes"));

        Assert.Contains("One tenant was disabled.\n", entered.Out, StringComparison.Ordinal);
        Assert.Equal("shadow", (string?)(await served.AskAsync(HttpMethod.Get, "tenants/theirs"))["standing"]);
    }

    [Fact]
    public async Task The_audit_trail_is_listed_and_written_into_a_file_with_who_when_and_from_where()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        for (var i = 0; i < 3; i++)
            await served.TenantAsync($"tenant{i}");
        await served.AskAsync(HttpMethod.Patch, "tenants/tenant1/preferences", """{"guardedAccounts":7}""");

        Assert.Equal(Exit.Done, await entered.RunAsync("audit list --tenant tenant1 --since 1h"));
        Assert.Contains("updatePreferences", entered.Out, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1", entered.Out, StringComparison.Ordinal);
        Assert.Contains(" guardedAccounts 20 to 7", entered.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("tenant2", entered.Out, StringComparison.Ordinal);
        Assert.Equal(Exit.Done, await entered.RunAsync("audit list --until 1h"));
        Assert.DoesNotContain("createTenant", entered.Out, StringComparison.Ordinal);

        var file = Path.Combine(entered.Home, "audit.ndjson");
        var export = $"audit export --action createTenant --file {file}";
        Assert.Equal(Exit.Done, await entered.RunAsync(export));
        Assert.StartsWith(
            $"3 lines, of changes and of reads of people, are in {file}.",
            entered.Out,
            StringComparison.Ordinal
        );
        Assert.Matches("\nThe audit trail is whole: [0-9]+ lines, and 0 under way\\. Its head is ", entered.Out);
        var lines = (await File.ReadAllLinesAsync(file)).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal(["tenant2", "tenant1", "tenant0"], lines.Select(line => (string?)line["tenant"]));
        Assert.All(lines, line => Assert.Equal("127.0.0.1", (string?)line["client"]));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));

        Assert.Equal(Exit.WrongUse, await entered.RunAsync(export));
        Assert.Equal(3, (await File.ReadAllLinesAsync(file)).Length); // what was there is as it was
    }

    [Theory]
    [InlineData("null", "updatePreferences: may be done")] // of a process that crashed nobody says more
    [InlineData("200", "updatePreferences")]
    [InlineData("202", "updatePreferences: previewed")]
    [InlineData("409", "updatePreferences: refused")]
    public void A_line_of_the_trail_says_what_came_of_it(string status, string says) =>
        Assert.Equal(
            says,
            AuditLine.Action(JsonNode.Parse($$"""{"action":"updatePreferences","status":{{status}}}""")!)
        );

    [Fact]
    public async Task All_lists_every_page_and_a_time_may_be_said_as_how_long_ago()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        for (var i = 0; i < 3; i++)
            await served.TenantAsync($"tenant{i}");

        Assert.Equal(Exit.Done, await entered.RunAsync("tenant list --limit 2 --json"));
        Assert.Equal(2, JsonNode.Parse(entered.Out)!["items"]!.AsArray().Count);
        Assert.Equal(Exit.Done, await entered.RunAsync("tenant list --all --json"));
        Assert.Equal(3, JsonNode.Parse(entered.Out)!["items"]!.AsArray().Count);

        foreach (var ago in (string[])["30m", "12h", "7d", "2w"])
            Assert.Equal(Exit.Done, await entered.RunAsync($"operation list tenant0 --since {ago}"));
        foreach (var wrong in (string[])["7", "d", "7y", "-7d", "7.5d", "1234567d", "sonday"])
        {
            Assert.Equal(Exit.WrongUse, await entered.RunAsync($"operation list tenant0 --since={wrong}"));
            Assert.Contains("or how long ago it is, such as 90m, 12h or 7d", entered.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_dry_run_shows_what_would_be_other_and_changes_nothing()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        await served.SetUpAsync();
        Assert.Equal(Exit.Done, await entered.RunAsync("preferences set acme guardedAccounts=2 --yes"));
        var before = (await served.AskAsync(HttpMethod.Get, "tenants/acme/preferences")).ToJsonString();

        Assert.Equal(Exit.Done, await entered.RunAsync("preferences set acme removeAction=delete --dry-run"));
        Assert.Matches(@"preference +before +after *\n(-.*\n)?removeAction +disable +delete *\n", entered.Out);
        Assert.Contains("removeAction: How a removed user leaves Slack", entered.Out, StringComparison.Ordinal);
        Assert.Contains("Nothing was changed.", entered.Out, StringComparison.Ordinal);
        Assert.Equal(Exit.NotConfirmed, await entered.RunAsync("preferences set acme removeAction=delete"));
        var job = entered
            .Error[(entered.Error.IndexOf("job confirm acme ", StringComparison.Ordinal) + 17)..]
            .Split(' ')[0];
        Assert.Equal(Exit.Refused, await entered.RunAsync("preferences set acme guardedaccounts=2 --yes"));
        Assert.DoesNotContain("before", entered.Out, StringComparison.Ordinal);
        Assert.Contains("did you mean 'guardedAccounts'?", entered.Error, StringComparison.Ordinal);
        Assert.Equal(Exit.Done, await entered.RunAsync("preferences set acme removeAction=disable --dry-run"));
        Assert.Equal("The preferences are so already: nothing is to be changed.\n", entered.Out);
        Assert.Equal(Exit.Done, await entered.RunAsync($"job show acme {job}"));
        Assert.Contains("toConfirm", entered.Out, StringComparison.Ordinal); // no other preview has taken its place
        Assert.Contains("removeAction: disable before, delete now", entered.Out, StringComparison.Ordinal);
        Assert.Equal(Exit.Done, await entered.RunAsync("audit list --action updatePreferences"));
        Assert.Contains("removeAction: disable before, delete now", entered.Out, StringComparison.Ordinal);
        Assert.Equal(Exit.Done, await entered.RunAsync("audit list --action confirmJob"));
        Assert.Contains(" guardedAccounts 20 to 2", entered.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("removeAction", entered.Out, StringComparison.Ordinal);
        Assert.Equal(Exit.Done, await entered.RunAsync("preferences set acme removeAction=delete --dry-run -o csv"));
        Assert.Equal("value\n\"removeAction: disable before, delete now\"\n", entered.Out);
        Assert.Equal(Exit.Done, await entered.RunAsync("preferences preset acme okta --dry-run"));
        Assert.Matches(@"guardedAccounts +2 +20 *\n", entered.Out);
        Assert.Equal(Exit.Done, await entered.RunAsync("tenant enable acme --dry-run"));
        Assert.Contains("Slack would be told nothing.", entered.Out, StringComparison.Ordinal);
        Assert.Equal(Exit.Done, await entered.RunAsync("rule set acme Staff 'userName sw \"a\"' --dry-run"));

        Assert.Equal(before, (await served.AskAsync(HttpMethod.Get, "tenants/acme/preferences")).ToJsonString());
        Assert.Equal("shadow", (string?)(await served.AskAsync(HttpMethod.Get, "tenants/acme"))["standing"]);
        Assert.DoesNotContain(
            "Staff",
            (await served.AskAsync(HttpMethod.Get, "tenants/acme/rules")).ToJsonString(),
            StringComparison.Ordinal
        );
    }

    private static async Task<List<string?>> StandingsAsync(ServedGateway served) =>
        [
            .. (await served.AskAsync(HttpMethod.Get, "tenants"))["items"]!
                .AsArray()
                .Select(tenant => (string?)tenant!["standing"]),
        ];
}
