using System.Net;
using ScimGateway.Cli;
using ScimGateway.Host.Tests.Admin;
using Xunit;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.CommandLine;

/// <summary>The provider has deleted somebody, and the deletion is held: the account is active.</summary>
public class LeftInTests
{
    [Fact]
    public async Task Who_is_deleted_and_active_still_is_in_Slack_and_at_no_provider_and_is_handed_over()
    {
        await using var served = await ServedGateway.StartAsync();
        using var entered = new TerminalSession(served.Base, served.Key);
        using var provider = served.Provider("acme", await served.SetUpAsync());
        await served.EnableAsync();
        await served.AskAsync(HttpMethod.Patch, "tenants/acme/preferences", """{"guardedAccounts":1}""");
        foreach (var name in (string[])["out", "left", "there"])
        {
            var (_, made, _) = await Gateway.SendAsync(
                provider,
                HttpMethod.Post,
                "Users",
                User(name, $"{name}@corp.example")
            );
            if (name != "there")
                Assert.Equal(
                    HttpStatusCode.NoContent,
                    (await Gateway.SendAsync(provider, HttpMethod.Delete, $"Users/{made!["id"]}")).Status
                );
        }
        await served.SourceAsync("Next");

        foreach (var asked in (string[])["--claimed false", "--not-source Provider"])
        {
            Assert.Equal(Exit.Done, await entered.RunAsync($"link list acme --kind user {asked}"));
            Assert.Matches("left@corp.example.* held ", entered.Out);
            Assert.DoesNotContain("out@corp.example", entered.Out, StringComparison.Ordinal);
            Assert.DoesNotContain("there@corp.example", entered.Out, StringComparison.Ordinal);
        }
        Assert.Equal(Exit.Done, await entered.RunAsync("link list acme --kind user --claimed true"));
        Assert.DoesNotContain("left@corp.example", entered.Out, StringComparison.Ordinal);

        Assert.Equal(Exit.Done, await entered.RunAsync("source transfer acme Provider Next --dry-run"));
        Assert.Matches(" left +handedOver", entered.Out);
        Assert.DoesNotMatch(" out +handedOver", entered.Out);
    }
}
