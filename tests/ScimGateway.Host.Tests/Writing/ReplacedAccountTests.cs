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
    [InlineData(RemoveAction.Disable)]
    [InlineData(RemoveAction.Delete)]
    public async Task Who_is_deleted_is_inactive_in_the_account_that_took_the_place_of_the_former_one(
        RemoveAction removal
    )
    {
        await using var gateway = await StartAsync(Existing.Adopt, removal);
        var id = await CreateAsync(gateway);
        Replace(gateway, id);

        Assert.Equal(HttpStatusCode.NoContent, await DeleteAsync(gateway, id));
        await gateway.QuietAsync();

        Assert.All(await gateway.AccountsAsync(Address), account => Assert.False(Active(account)));
        Assert.Equal("Settled", gateway.State(id));
    }

    // The replaced account is another one's by now, has the address no more, or is inactive already.
    [Fact]
    public async Task Who_is_deleted_and_has_no_account_in_place_of_the_former_one_is_gone()
    {
        await using var gateway = await StartAsync(Existing.Adopt);
        var id = await CreateAsync(gateway);
        gateway.Slack.Workspace.RemoveUser(SlackId(gateway, id));

        Assert.Equal(HttpStatusCode.NoContent, await DeleteAsync(gateway, id));
        await gateway.QuietAsync();

        Assert.Equal(HttpStatusCode.Created, (await gateway.SendAsync(HttpMethod.Post, "Users", User())).Status);
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync(Address))));
    }

    [Theory]
    [InlineData(Existing.Adopt, true)]
    [InlineData(Existing.Refuse, true)]
    [InlineData(Existing.Refuse, false)]
    public async Task Who_is_deleted_and_cannot_be_put_out_of_that_account_is_not_said_to_be(
        Existing existing,
        bool isImported
    )
    {
        await using var gateway = await StartAsync(existing);
        var id = await CreateAsync(gateway);
        Replace(gateway, id);
        if (isImported)
            await gateway.ImportAsync();

        Assert.Equal(HttpStatusCode.Conflict, await DeleteAsync(gateway, id));
        await gateway.QuietAsync();

        Assert.True(Active(Assert.Single(await gateway.AccountsAsync(Address))));
        Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync(HttpMethod.Get, $"Users/{id}")).Status);
        Assert.Equal("Failed", gateway.State(id));
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

    private static async Task<HttpStatusCode> DeleteAsync(Gateway gateway, string id) =>
        (await gateway.SendAsync(HttpMethod.Delete, $"Users/{id}")).Status;

    private static Task<Gateway> StartAsync(Existing existing, RemoveAction removal = RemoveAction.Disable) =>
        Gateway.StartAsync(
            new Setting
            {
                Preferences = DemoTenant.Lenient with { WhenAccountExists = existing, RemoveAction = removal },
            }
        );

    private static void Replace(Gateway gateway, string id)
    {
        gateway.Slack.Workspace.RemoveUser(SlackId(gateway, id));
        gateway.Slack.Workspace.MakeUser(Account("U99", "ada", Address));
    }
}
