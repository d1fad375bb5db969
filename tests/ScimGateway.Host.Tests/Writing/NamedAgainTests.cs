using ScimGateway.Host.Demo;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;

namespace ScimGateway.Host.Tests.Writing;

/// <summary>
/// Where groups are flattened, a provider names a member in the inner group: if Slack was not told of it for the group
/// around, it is told when the provider names the member again, as in any group.
/// </summary>
public class NamedAgainTests
{
    private static readonly Preferences _flat = DemoTenant.Lenient with { NestedGroups = NestedGroups.Flatten };

    [Theory]
    [InlineData("inner, PATCH")]
    [InlineData("inner, PUT")]
    [InlineData("outer, PATCH")]
    [InlineData("outer, PUT")]
    public async Task Who_was_refused_in_a_group_around_comes_in_when_named_again(string how)
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = _flat });
        var (ada, eve) = (await UserAsync(gateway, "ada"), await UserAsync(gateway, "eve"));
        var inner = await GroupAsync(gateway, "Inner", ada);
        var outer = await GroupAsync(gateway, "Outer", inner);
        await RefuseAsync(gateway, outer, "unable_to_add_deleted_or_guest_to_group");
        await MembersAsync(gateway, inner, Add(eve));
        await gateway.QuietAsync();
        Assert.Equal(["ada"], await InSlackAsync(gateway, "Outer"));

        await (
            how switch
            {
                "inner, PATCH" => MembersAsync(gateway, inner, Add(eve)),
                "inner, PUT" => gateway.SendAsync(HttpMethod.Put, $"Groups/{inner}", Group("Inner", ada, eve)),
                "outer, PATCH" => MembersAsync(gateway, outer, Add(inner)),
                _ => gateway.SendAsync(HttpMethod.Put, $"Groups/{outer}", Group("Outer", inner)),
            }
        );
        await gateway.QuietAsync();

        Assert.Equal(["ada", "eve"], await InSlackAsync(gateway, "Outer"));
    }

    [Theory]
    [InlineData("no_such_group_members")]
    [InlineData("something_nobody_knows")]
    public async Task Whose_leaving_was_refused_in_a_group_around_leaves_it_when_named_again(string code)
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = _flat });
        var (ada, bob) = (await UserAsync(gateway, "ada"), await UserAsync(gateway, "bob"));
        var inner = await GroupAsync(gateway, "Inner", ada, bob);
        var outer = await GroupAsync(gateway, "Outer", inner);
        await RefuseAsync(gateway, outer, code);
        await MembersAsync(gateway, inner, Remove(ada));
        await gateway.QuietAsync();
        Assert.Equal(["ada", "bob"], await InSlackAsync(gateway, "Outer"));

        await MembersAsync(gateway, inner, Remove(ada));
        await gateway.QuietAsync();

        Assert.Equal(["bob"], await InSlackAsync(gateway, "Outer"));
    }

    [Fact]
    public async Task Who_was_left_out_of_a_group_around_by_a_preference_comes_in_when_named_again()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = _flat with { UpdateGroups = false, WhenNotAllowed = NotAllowed.Skip } }
        );
        var (ada, eve) = (await UserAsync(gateway, "ada"), await UserAsync(gateway, "eve"));
        var inner = await GroupAsync(gateway, "Inner", eve);
        var outer = await GroupAsync(gateway, "Outer", ada);
        await MembersAsync(gateway, outer, Add(inner));
        await gateway.ChangeAsync(new TenantChange.OtherPreferences(_flat));
        await gateway.QuietAsync();
        Assert.Equal(["ada"], await InSlackAsync(gateway, "Outer"));

        await MembersAsync(gateway, outer, Add(inner));
        await gateway.QuietAsync();

        Assert.Equal(["ada", "eve"], await InSlackAsync(gateway, "Outer"));
    }

    [Fact]
    public async Task Who_is_in_a_group_around_as_wanted_costs_no_call_when_named_again()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = _flat });
        var ada = await UserAsync(gateway, "ada");
        var inner = await GroupAsync(gateway, "Inner", ada);
        await GroupAsync(gateway, "Outer", inner);
        await gateway.QuietAsync();
        await gateway.CallsAsync();

        await MembersAsync(gateway, inner, Add(ada));
        await gateway.QuietAsync();

        Assert.Empty(await gateway.CallsAsync());
    }

    private static Task RefuseAsync(Gateway gateway, string group, string code) =>
        gateway.WeatherAsync(
            $$"""{"method":"PATCH","path":"/Groups/{{SlackId(gateway, group)}}","status":400,"description":"{{code}}","times":1}"""
        );
}
