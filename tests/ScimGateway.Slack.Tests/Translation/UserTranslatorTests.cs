using ScimGateway.Protocol.Resources;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;
using Xunit;

namespace ScimGateway.Slack.Tests.Translation;

public class UserTranslatorTests
{
    [Fact]
    public void Only_what_was_asserted_is_spoken_of()
    {
        var (wanted, notes) = Translate(
            """{"userName":"vera","title":"Pilot","locale":"nb-NO"}""",
            ["title", "userType"]
        );

        Assert.Equal([SlackField.Title, SlackField.UserType], wanted.Fields);
        Assert.Equal("Pilot", wanted[SlackField.Title]);
        Assert.Null(wanted[SlackField.UserType]);
        Assert.Empty(notes);
    }

    [Fact]
    public void The_providers_own_user_name_never_reaches_Slack()
    {
        var (wanted, _) = Translate(
            """{"userName":"Vera.Holm@crew.example"}""",
            ["userName"],
            slackUserName: "vera.holm2"
        );

        Assert.Equal("vera.holm2", wanted[SlackField.UserName]);
    }

    [Fact]
    public void A_time_zone_that_nobody_knows_is_noted_and_not_sent()
    {
        var (wanted, notes) = Translate("""{"timezone":"Mars/Olympus_Mons"}""", ["timezone"]);

        Assert.False(wanted.Says(SlackField.Timezone));
        Assert.Equal((SlackField.Timezone, SlackNoteKind.NotTaken), (notes.Single().Field, notes.Single().Kind));
    }

    [Fact]
    public void Attribute_names_compare_without_case()
    {
        var (wanted, _) = Translate("""{"TITLE":"Pilot","NAME":{"GIVENNAME":"Vera"}}""", ["title", "name.givenName"]);

        Assert.Equal("Pilot", wanted[SlackField.Title]);
        Assert.Equal("Vera", wanted[SlackField.GivenName]);
    }

    [Fact]
    public void Values_of_a_wrong_kind_are_none()
    {
        var (wanted, _) = Translate(
            """{"title":{"value":"x"},"name":"Vera","emails":"v@crew.example","phoneNumbers":{"type":"work","value":"1"},"addresses":[7],"roles":[null]}""",
            ["title", "name.givenName", "emails", "phoneNumbers", "addresses", "roles"]
        );

        Assert.All(wanted.Fields, field => Assert.Null(wanted[field]));
        Assert.Equal(12, wanted.Fields.Count());
    }

    [Fact]
    public void Active_that_is_neither_true_nor_false_is_not_spoken_of()
    {
        Assert.False(Translate("""{"active":null}""", ["active"]).Wanted.Says(SlackField.Active));
        Assert.False(Translate("{}", ["active"]).Wanted.Says(SlackField.Active));
        Assert.False(Translate("""{"active":false}""", ["active"]).Wanted.Active);
    }

    [Fact]
    public void A_display_name_of_which_only_replaced_signs_are_left_is_still_one()
    {
        var (wanted, notes) = Translate("""{"displayName":"🚀"}""", ["displayName"]);

        Assert.Equal("_", wanted[SlackField.DisplayName]);
        Assert.Equal(SlackField.DisplayName, Assert.Single(notes).Field);
    }

    private static (SlackProfile Wanted, IReadOnlyList<SlackNote> Notes) Translate(
        string document,
        string[] asserts,
        string? slackUserName = null
    ) =>
        UserTranslator.ToSlack(
            new WantedUser(
                new ScimResource(SlackSchemas.User, ScimJson.ReadObject(document)),
                path => asserts.Contains(path.ToString()),
                slackUserName
            )
        );
}
