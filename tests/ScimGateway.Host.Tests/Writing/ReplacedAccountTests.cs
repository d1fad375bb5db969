using System.Net;
using ScimGateway.Host.Demo;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using ScimGateway.SlackEmulator.Tests;
using ScimGateway.SlackEmulator.Traffic;
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

    [Fact]
    public async Task Who_is_disabled_and_gets_another_address_with_it_is_inactive_in_that_account()
    {
        await using var gateway = await StartAsync(Existing.Adopt);
        var id = await CreateAsync(gateway);
        Replace(gateway, id);

        var (status, _, _) = await gateway.SendAsync(
            HttpMethod.Patch,
            $"Users/{id}",
            """{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","value":{"active":false,"emails":[{"value":"left-ada@corp.example","primary":true}]}}]}"""
        );
        Assert.Equal(HttpStatusCode.OK, status);
        await gateway.QuietAsync();

        Assert.Empty(await gateway.AccountsAsync(Address));
        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("left-ada@corp.example"))));
    }

    // A rule no longer admits the user, whose account was left as it was.
    [Fact]
    public async Task Who_is_frozen_and_disabled_is_inactive_in_that_account()
    {
        await using var gateway = await StartAsync(Existing.Adopt);
        var id = await CreateAsync(gateway);
        await gateway.ChangeAsync(
            new TenantChange.OtherRules([new Rule { Name = "crew", Filter = "title eq \"crew\"" }])
        );
        Replace(gateway, id);

        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, id, "active", "false"));
        await gateway.QuietAsync();

        Assert.False(Active(Assert.Single(await gateway.AccountsAsync(Address))));
    }

    // The provider has been told that it is done later: it fails, and is never said to be done.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_was_to_be_put_out_later_is_not_said_to_be_out(bool isDeleted)
    {
        var clock = new ManualClock();
        await using var gateway = await StartAsync(Existing.Refuse, clock: clock);
        var id = await CreateAsync(gateway);
        Replace(gateway, id);
        gateway.Slack.Faults.Add(new Fault { DelayMs = 9_000 });
        var total = gateway.Slack.Calls.Total;
        var leaving = LeaveAsync(gateway, id, isDeleted);
        await Gateway.UntilAsync(() => Task.FromResult(gateway.Slack.Calls.Total > total));
        clock.Advance(TimeSpan.FromSeconds(8));
        Assert.True((int)await leaving < 300);
        clock.Advance(TimeSpan.FromSeconds(1));

        for (var i = 0; i < 3; i++)
        {
            total = gateway.Slack.Calls.Total;
            await Gateway.UntilAsync(() =>
            {
                if (gateway.State(id) == "Failed" && gateway.Slack.Calls.Total > total)
                    return Task.FromResult(true);
                if (gateway.NextDue() is { } due && due > clock.GetUtcNow()) // when it is tried again
                    clock.Advance(due - clock.GetUtcNow() + TimeSpan.FromSeconds(1));
                return Task.FromResult(false);
            });
        }
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync(Address))));
    }

    public static TheoryData<Existing, bool, bool> NotToBeTaken =>
        new()
        {
            { Existing.Adopt, true, true }, // an import has taken it for one that is in conflict with the user's own
            { Existing.Adopt, true, false },
            { Existing.Refuse, true, true },
            { Existing.Refuse, true, false },
            { Existing.Refuse, false, true },
            { Existing.Refuse, false, false },
        };

    // Providers repeat what was refused, which was done then without a look, and an account was made for the leaver.
    [Theory]
    [MemberData(nameof(NotToBeTaken))]
    public async Task Who_cannot_be_put_out_of_that_account_is_never_said_to_be(
        Existing existing,
        bool isImported,
        bool isDeleted
    )
    {
        var clock = new ManualClock();
        await using var gateway = await StartAsync(existing, clock: clock);
        var id = await CreateAsync(gateway);
        Replace(gateway, id);
        if (isImported)
            await gateway.ImportAsync();

        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(HttpStatusCode.Conflict, await LeaveAsync(gateway, id, isDeleted));
            await gateway.QuietAsync();
            clock.Advance(TimeSpan.FromMinutes(2));
            await gateway.QuietAsync();
        }
        if (existing == Existing.Adopt)
            await gateway.ImportAsync();
        Assert.Equal(HttpStatusCode.Conflict, await LeaveAsync(gateway, id, isDeleted));
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync(Address))));
        Assert.Equal("Broken", gateway.State(id));

        gateway.Slack.Workspace.RemoveUser("U99");
        clock.Advance(TimeSpan.FromHours(7));
        await gateway.QuietAsync();
        Assert.Empty(await gateway.AccountsAsync(Address)); // none is made for a leaver
        var inactive = Account("U98", "ada", Address);
        inactive["active"] = false;
        gateway.Slack.Workspace.MakeUser(inactive);
        var expected = isDeleted ? HttpStatusCode.NoContent : HttpStatusCode.OK;
        Assert.Equal(expected, await LeaveAsync(gateway, id, isDeleted));
        await gateway.QuietAsync();
        Assert.False(Active(Assert.Single(await gateway.AccountsAsync(Address))));
    }

    private static Task<HttpStatusCode> LeaveAsync(Gateway gateway, string id, bool isDeleted) =>
        isDeleted ? DeleteAsync(gateway, id) : PatchAsync(gateway, id, "active", "false");

    private static async Task<HttpStatusCode> DeleteAsync(Gateway gateway, string id) =>
        (await gateway.SendAsync(HttpMethod.Delete, $"Users/{id}")).Status;

    private static Task<Gateway> StartAsync(
        Existing existing,
        RemoveAction removal = RemoveAction.Disable,
        ManualClock? clock = null
    ) =>
        Gateway.StartAsync(
            new Setting
            {
                Clock = clock ?? TimeProvider.System,
                Preferences = DemoTenant.Lenient with { WhenAccountExists = existing, RemoveAction = removal },
            }
        );

    private static void Replace(Gateway gateway, string id)
    {
        gateway.Slack.Workspace.RemoveUser(SlackId(gateway, id));
        gateway.Slack.Workspace.MakeUser(Account("U99", "ada", Address));
    }
}
