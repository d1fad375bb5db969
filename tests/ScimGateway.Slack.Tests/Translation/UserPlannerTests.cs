using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;
using Xunit;

namespace ScimGateway.Slack.Tests.Translation;

/// <summary>
/// A wish without the paths that Slack refused before, which are set aside so that the rest may be sent: no document
/// makes such a one.
/// </summary>
public class UserPlannerTests
{
    private static readonly SlackProfile _noMobile = SlackProfile.Nothing.With(SlackField.MobilePhone, null);

    private static readonly SlackProfile _mobile = SlackProfile.Nothing.With(SlackField.MobilePhone, "+47 2");

    [Fact]
    public void A_number_goes_by_its_value_beside_one_that_is_not_spoken_of()
    {
        var change = Change(_noMobile, _mobile.With(SlackField.PrimaryPhone, "+47 1"));

        Assert.Equal(_mobile, change.Delete);
        Assert.Equal(SlackProfile.Nothing, change.Clear);
    }

    [Fact]
    public void A_number_goes_by_its_value_beside_one_that_is_not_known()
    {
        var change = Change(_noMobile, _mobile);

        Assert.Equal(_mobile, change.Delete);
        Assert.Equal(SlackProfile.Nothing, change.Clear);
    }

    [Fact]
    public void A_number_goes_in_one_word_where_there_is_no_other()
    {
        var change = Change(_noMobile, _mobile.With(SlackField.PrimaryPhone, null));

        Assert.Equal(_noMobile, change.Clear);
        Assert.Equal(SlackProfile.Nothing, change.Delete);
    }

    [Fact]
    public void Nothing_wanted_is_nothing_to_tell() =>
        Assert.True(UserPlanner.Plan(SlackProfile.Nothing, "U1", SlackProfile.Nothing, new SlackSettings()).IsEmpty);

    private static UserChange Change(SlackProfile wanted, SlackProfile delivered) =>
        Assert
            .IsType<SlackCommand.PatchUser>(
                Assert.Single(UserPlanner.Plan(wanted, "U1", delivered, new SlackSettings()).Commands)
            )
            .Change;
}
