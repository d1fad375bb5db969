using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Policy;
using Xunit;

namespace ScimGateway.Provisioning.Tests.Policy;

/// <summary>From how many changes on within an hour the next one is held.</summary>
public class GuardTests
{
    private static readonly Preferences _limits = new()
    {
        GuardedAccounts = 20,
        GuardedMembers = 10,
        GuardedGroups = 5,
    };

    [Theory]
    [InlineData(Guarded.Account, 19, 0, null)]
    [InlineData(Guarded.Account, 20, 0, "GuardAccounts 20")]
    [InlineData(Guarded.Account, 20, 2_099, "GuardAccounts 20")]
    [InlineData(Guarded.Account, 20, 2_100, null)] // one of a hundred may always change
    [InlineData(Guarded.Account, 21, 2_100, "GuardAccounts 21")]
    [InlineData(Guarded.Member, 9, 0, null)]
    [InlineData(Guarded.Member, 10, 21, "GuardMembers 10")]
    [InlineData(Guarded.Member, 10, 22, null)] // half of a group may always leave
    [InlineData(Guarded.Member, 11, 22, "GuardMembers 11")]
    [InlineData(Guarded.Group, 4, 1_000, null)]
    [InlineData(Guarded.Group, 5, 1_000_000, "GuardGroups 5")] // however many groups there are
    public void What_is_beyond_the_limit_is_held(Guarded what, int counted, int among, string? why) =>
        Assert.Equal(why, Guard.Holds(_limits, what, counted, among)?.ToString());

    [Theory]
    [InlineData(Guarded.Account)]
    [InlineData(Guarded.Member)]
    [InlineData(Guarded.Group)]
    public void A_limit_of_none_guards_nothing(Guarded what)
    {
        var off = new Preferences
        {
            GuardedAccounts = 0,
            GuardedMembers = 0,
            GuardedGroups = 0,
        };

        Assert.Null(Guard.AtLeast(off, what));
        Assert.Null(Guard.Holds(off, what, int.MaxValue, 0));
    }

    [Theory]
    [InlineData(Guarded.Account, 20)]
    [InlineData(Guarded.Member, 10)]
    [InlineData(Guarded.Group, 5)]
    public void So_many_may_change_whatever_there_is_else(Guarded what, int least)
    {
        Assert.Equal(least, Guard.AtLeast(_limits, what));
        for (var among = 0; among < 5_000; among += 7)
            Assert.Null(Guard.Holds(_limits, what, least - 1, among));
    }
}
