using System.Net;
using System.Text.RegularExpressions;
using ScimGateway.Cli;
using ScimGateway.Host.Tests.Admin;
using ScimGateway.Host.Tests.CommandLine;
using ScimGateway.SlackEmulator;
using ScimGateway.Tests;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Guides;

/// <summary>Each command of docs/runbooks does what it is there for, one after the other, where something has gone wrong.</summary>
public partial class RunbookTests
{
    private const string Begin = "gateway ";

    [Theory]
    [InlineData("out-now", 2)]
    [InlineData("stop-everything", 4)]
    [InlineData("gone-wild", 8)]
    [InlineData("what-happened", 8)]
    [InlineData("try-first", 4)]
    [InlineData("auditor", 5)]
    [InlineData("token-revoked", 2)]
    [InlineData("changed-in-slack", 5)]
    [InlineData("slack-down", 2)]
    [InlineData("change-provider", 13)]
    [InlineData("master-key", 4)]
    [InlineData("restore", 7)]
    [InlineData("rotate-token", 4)]
    [InlineData("alerts", 10)]
    public async Task The_commands_of_a_runbook_work(string page, int commands)
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        var token = await served.SetUpAsync();
        await served.EnableAsync();
        using var provider = served.Provider("acme", token);
        await served.AskAsync(HttpMethod.Patch, "tenants/acme/preferences", """{"guardedAccounts":1}""");
        foreach (var name in (string[])["bob", "ana"])
        {
            var (status, made, _) = await Gateway.SendAsync(
                provider,
                HttpMethod.Post,
                "Users",
                User(name, $"{name}@acme.example")
            );
            Assert.Equal(HttpStatusCode.Created, status);
            await Gateway.SendAsync(provider, HttpMethod.Patch, $"Users/{made!["id"]}", Patch("active", "false"));
        }

        var (lines, secret) = (Lines(page), "");
        foreach (var line in lines)
        {
            var command = line.Replace("--file ", $"--file {entered.Home}/", StringComparison.Ordinal)
                .Replace("PingOne", "Provider", StringComparison.Ordinal);
            var asks =
                line.StartsWith("source transfer", StringComparison.Ordinal)
                || line.StartsWith("tenant enable", StringComparison.Ordinal)
                || line.StartsWith("source delete", StringComparison.Ordinal)
                || line.StartsWith("token delete", StringComparison.Ordinal);
            var exit = asks
                ? await entered.AnswerAsync(command, "yes")
                : await entered.RunAsync(command, SlackEmulatorServer.TokenOf(1));
            Assert.True(exit == Exit.Done, $"{line}: {entered.Error}{entered.Out}");
            if (line.StartsWith("token rotate", StringComparison.Ordinal))
                secret = Secret().Match(entered.Out).Value;
            if (line.StartsWith("hold dismiss", StringComparison.Ordinal))
                await Gateway.UntilAsync(async () =>
                    (string?)
                        (await served.AskAsync(HttpMethod.Get, "tenants/acme/links?search=ana@"))["items"]![0]!["state"]
                    == "blocked"
                );
        }

        Assert.Equal(commands, lines.Count);
        if (page == "rotate-token") // the former one ends, and the new one is let in
        {
            var (former, _, _) = await Gateway.SendAsync(provider, HttpMethod.Get, "Users?count=1");
            Assert.Equal(HttpStatusCode.Unauthorized, former);
            using var renewed = served.Provider("acme", secret);
            var (status, _, _) = await Gateway.SendAsync(renewed, HttpMethod.Get, "Users?count=1");
            Assert.Equal(HttpStatusCode.OK, status);
        }
        var isOut = page is "out-now" or "gone-wild";
        await Gateway.UntilAsync(() => Task.FromResult(!isOut || !IsActive(served, "ana")));
        Assert.NotEqual(isOut, IsActive(served, "ana"));
    }

    [Fact]
    public void Every_runbook_is_in_the_list_and_in_the_test()
    {
        var folder = Path.Combine(GeneratedPage.Root(), "docs", "runbooks");
        var list = File.ReadAllText(Path.Combine(folder, "README.md"));
        var pages = Directory.GetFiles(folder, "*.md").Select(Path.GetFileName).Where(page => page != "README.md");

        Assert.All(pages, page => Assert.Contains($"({page})", list, StringComparison.Ordinal));
        Assert.Equal(14, pages.Count());
    }

    // What stands between fences.
    private static List<string> Lines(string page) =>
        [
            .. File.ReadAllText(Path.Combine(GeneratedPage.Root(), "docs", "runbooks", $"{page}.md"))
                .Split("```")
                .Where((_, place) => place % 2 == 1)
                .SelectMany(block => block.Split('\n'))
                .Where(line => line.StartsWith(Begin, StringComparison.Ordinal))
                .Select(line => line[Begin.Length..]),
        ];

    private static bool IsActive(ServedGateway served, string name) =>
        (bool)served.Slack.Workspace.Users().Single(user => (string?)user["userName"] == name)["active"]!;

    [GeneratedRegex("sgt_[A-Za-z0-9_-]+")]
    private static partial Regex Secret();
}
