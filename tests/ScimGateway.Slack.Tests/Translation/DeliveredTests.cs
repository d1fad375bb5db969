using ScimGateway.Slack.Http;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;
using Xunit;

namespace ScimGateway.Slack.Tests.Translation;

/// <summary>What is known to be delivered once Slack has answered.</summary>
public class DeliveredTests
{
    private static readonly SlackProfile _wanted = SlackProfile
        .Nothing.With(SlackField.UserName, "vera")
        .With(SlackField.PrimaryEmail, "vera@crew.example")
        .With(SlackField.Department, "Deck")
        .With(SlackField.Photo, "https://pictures.crew.example/vera.png");

    [Fact]
    public void A_read_teaches_what_it_was_sent_for_and_the_plan_goes_on()
    {
        var wanted = SlackProfile.Nothing.With(SlackField.PrimaryPhone, null).With(SlackField.MobilePhone, "2");
        var delivered = SlackProfile.Nothing.With(SlackField.MobilePhone, "2");
        var read = Assert.IsType<SlackCommand.ReadUser>(
            UserPlanner.Plan(wanted, "U1", delivered, new()).Commands.Single()
        );

        var shown = SlackProfile
            .Empty.With(SlackField.PrimaryPhone, "1")
            .With(SlackField.MobilePhone, "2")
            .With(SlackField.Title, "Mate");
        var learnt = read.DeliveredAs(new SlackUser("U1", shown, null, [])).Delivered;

        Assert.Equal(SlackProfile.Nothing.With(SlackField.PrimaryPhone, "1"), learnt);
        Assert.IsType<SlackCommand.PatchUser>(
            UserPlanner.Plan(wanted, "U1", delivered.With(learnt), new()).Commands.Single()
        );
    }

    [Fact]
    public void What_Slack_dropped_from_a_new_account_is_noted_and_not_delivered()
    {
        var create = new SlackCommand.CreateUser(_wanted);
        var shown = SlackProfile
            .Empty.With(SlackField.UserName, "vera")
            .With(SlackField.PrimaryEmail, "vera@crew.example")
            .With(active: true);

        var (delivered, notes) = create.DeliveredAs(new SlackUser("U1", shown, null, []));

        Assert.False(delivered.Says(SlackField.Department));
        Assert.Equal("https://pictures.crew.example/vera.png", delivered[SlackField.Photo]); // shown late, not dropped
        var note = Assert.Single(notes);
        Assert.Equal((SlackField.Department, SlackNoteKind.Dropped), (note.Field, note.Kind));
    }

    [Fact]
    public void A_create_whose_answer_shows_no_user_counts_as_told() =>
        Assert.Equal("Deck", new SlackCommand.CreateUser(_wanted).DeliveredAs(null).Delivered[SlackField.Department]);

    [Theory]
    [InlineData("invalid_emoji_not_allowed", SlackField.GivenName, SlackField.GivenName)]
    [InlineData("invalid_name_specials", SlackField.FamilyName, SlackField.FamilyName)]
    [InlineData("unable_to_create_team_profile_fields", SlackField.CostCenter, SlackField.CostCenter)]
    [InlineData("invalid_reserved_word", SlackField.DisplayName, SlackField.DisplayName)]
    [InlineData("invalid_reserved_word", SlackField.Title, null)]
    public void A_refusal_blames_what_the_command_carried(string code, SlackField carried, SlackField? blamed)
    {
        var change = new UserChange(
            SlackProfile.Nothing.With(carried, "General"),
            SlackProfile.Nothing,
            SlackProfile.Nothing
        );

        Assert.Equal(
            blamed,
            SlackErrors.Row(new SlackError(400, code, code), new SlackCommand.PatchUser("U1", change)).Field
        );
    }

    [Fact]
    public void Of_two_names_that_may_be_to_blame_neither_is()
    {
        var names = SlackProfile.Nothing.With(SlackField.GivenName, "V!").With(SlackField.FamilyName, "H!");
        var error = new SlackError(400, "invalid_name_specials", "invalid_name_specials");

        var row = SlackErrors.Row(
            error,
            new SlackCommand.PatchUser("U1", new UserChange(names, SlackProfile.Nothing, SlackProfile.Nothing))
        );

        Assert.Null(row.Field);
        Assert.Equal([SlackField.GivenName, SlackField.FamilyName], row.MayBe);
    }

    [Fact]
    public void A_permission_that_is_missing_for_a_list_or_a_create_is_the_tokens()
    {
        var error = new SlackError(403, "permission_denied", "permission_denied");

        Assert.Equal(SlackErrorKind.Token, SlackErrors.Row(error, new SlackCommand.ListUsers(1, 1)).Kind);
        Assert.Equal(SlackErrorKind.Token, SlackErrors.Row(error, new SlackCommand.CreateUser(_wanted)).Kind);
        Assert.Equal(SlackErrorKind.Forbidden, SlackErrors.Row(error, new SlackCommand.DeactivateUser("U1")).Kind);
        Assert.Equal(SlackErrorKind.Forbidden, SlackErrors.Row(error, new SlackCommand.DeleteGroup("S1")).Kind);
    }

    [Theory]
    [InlineData("http://slack.example/scim/v1/", "xoxp-1")]
    [InlineData("https://slack.example/scim/v1/", "xoxp-1\n")]
    [InlineData("https://slack.example/scim/v1/", "xoxp-é")]
    [InlineData("https://slack.example/scim/v1/", "")]
    [InlineData("ftp://127.0.0.1/scim/v1/", "xoxp-1")]
    public void A_connection_that_could_not_work_is_refused_without_naming_the_token(string address, string token)
    {
        var refusal = Assert.Throws<ArgumentException>(() => new SlackConnection(new Uri(address), token));

        Assert.DoesNotContain("xoxp", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_base_address_gets_the_slash_it_needs() =>
        Assert.Equal(
            "https://slack.example/scim/v1/",
            new SlackConnection(new Uri("https://slack.example/scim/v1"), "xoxp-1").ToString()
        );

    [Theory]
    [InlineData("single", SlackField.GuestType, "type")]
    [InlineData("next monday", SlackField.StartDate, "startDate")]
    public void What_Slack_would_not_understand_is_noted_and_not_sent(string value, SlackField field, string name)
    {
        var urn = field == SlackField.GuestType ? SlackUrn.Guest2 : SlackUrn.Profile2;
        var document = Protocol.Resources.ScimJson.ReadObject(
            $$"""{"userName":"vera","{{urn}}":{"{{name}}":"{{value}}"} }"""
        );

        var (wanted, notes) = UserTranslator.ToSlack(
            new WantedUser(new Protocol.Resources.ScimResource(SlackSchemas.User, document), _ => true, "vera")
        );

        Assert.Null(wanted[field]);
        Assert.Contains(notes, note => note.Field == field && note.Kind == SlackNoteKind.NotTaken);
    }
}
