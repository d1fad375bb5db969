using System.Net;
using ScimGateway.Host.Demo;
using ScimGateway.Provisioning.Model.Tenants;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Writing;

/// <summary>Leavers in place of whose account somebody has made another one in Slack, with the same address.</summary>
public sealed class ReplacedAccountTests
{
    [Fact]
    public async Task Who_is_disabled_is_inactive_in_the_account_that_took_the_place_of_the_former_one()
    {
        await using var gateway = await StartAsync(Existing.Adopt);
        var id = await CreateAsync(gateway);
        Replace(gateway, id);

        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, id, "active", "false"));
        await gateway.QuietAsync();

        Assert.False(Active(Assert.Single(await gateway.AccountsAsync(Address))));
        Assert.Equal("Settled", gateway.State(id));
    }

    [Theory]
    [InlineData(Existing.Adopt, true)] // an import has taken it for one that is in conflict with the user's own
    [InlineData(Existing.Refuse, true)]
    [InlineData(Existing.Refuse, false)]
    public async Task Who_cannot_be_disabled_in_that_account_is_not_said_to_be(Existing existing, bool isImported)
    {
        await using var gateway = await StartAsync(existing);
        var id = await CreateAsync(gateway);
        Replace(gateway, id);
        if (isImported)
            await gateway.ImportAsync();

        Assert.Equal(HttpStatusCode.Conflict, await PatchAsync(gateway, id, "active", "false"));
        await gateway.QuietAsync();

        Assert.True(Active(Assert.Single(await gateway.AccountsAsync(Address))));
        Assert.Equal("Failed", gateway.State(id));
    }

    private static Task<Gateway> StartAsync(Existing existing) =>
        Gateway.StartAsync(new Setting { Preferences = DemoTenant.Lenient with { WhenAccountExists = existing } });

    private static void Replace(Gateway gateway, string id)
    {
        gateway.Slack.Workspace.RemoveUser(SlackId(gateway, id));
        gateway.Slack.Workspace.MakeUser(Account("U99", "ada", Address));
    }
}
