using ScimGateway.Provisioning.Model.Tenants;
using Xunit;
using static ScimGateway.Host.Tests.Executing.GroupPropertyTests;

namespace ScimGateway.Host.Tests.Executing;

/// <summary>The lives of <see cref="GroupPropertyTests"/> in more rounds: some 200 groups.</summary>
[Trait("speed", "slow")]
public class GroupPropertyRoundTests
{
    [Theory]
    [InlineData(Weather.Fair, GroupMembership.Merge, 10)]
    [InlineData(Weather.Fair, GroupMembership.Overwrite, 20)]
    [InlineData(Weather.Foul, GroupMembership.Merge, 30)]
    [InlineData(Weather.Foul, GroupMembership.Overwrite, 40)]
    [InlineData(Weather.Deadly, GroupMembership.Merge, 50)]
    [InlineData(Weather.Deadly, GroupMembership.Overwrite, 60)]
    public Task Slack_ends_up_with_whom_the_sources_want_round_after_round(
        Weather weather,
        GroupMembership handling,
        int seed
    ) => LiveAsync(weather, handling, seed, rounds: 2);
}
