using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.Slack.Wire;
using Xunit;

namespace ScimGateway.Slack.Tests.Wire;

/// <summary>
/// What the real Slack answered, as others recorded it: read in the shared folder, where it exists, and never copied.
/// </summary>
public class SlackSampleTests
{
    [Fact]
    public void The_recorded_bot_is_a_bot()
    {
        var bot = SlackUser.Read(Sample("python-slack-scim/v1_user_1.json"))!;

        Assert.Equal("W111", bot.Id);
        Assert.True(bot.IsBot);
        Assert.Null(bot.Seen[SlackField.DisplayName]);
        Assert.Null(bot.Seen[SlackField.FamilyName]);
        Assert.Equal(DateTimeOffset.Parse("2019-07-24T07:55:02Z", null), bot.Created);
    }

    [Fact]
    public void The_recorded_long_form_has_its_nulls_read_as_empty()
    {
        var user = SlackUser.Read(Sample("python-slack-scim/v1_user_2.json"))!;

        Assert.False(user.IsBot);
        Assert.Equal(
            [
                SlackField.UserName,
                SlackField.DisplayName,
                SlackField.GivenName,
                SlackField.FamilyName,
                SlackField.Title,
                SlackField.ProfileUrl,
                SlackField.Timezone,
                SlackField.Active,
                SlackField.PrimaryEmail,
                SlackField.Photo,
            ],
            user.Seen.Fields.Where(f => user.Seen[f] is not null)
        );
        Assert.Equal("blaise.beahan@example.com", user.Seen[SlackField.PrimaryEmail]);
        Assert.Equal("Asia/Tokyo", user.Seen[SlackField.Timezone]);
    }

    [Theory]
    [InlineData("python-slack-scim/v1_users_1.json", 360, 1, "W111 W222 W333", 4)]
    [InlineData("python-slack-scim/v1_users_2.json", 360, 2, "W222 W333", 4)]
    [InlineData("java-slack-sdk/v1/Users.json", 12345, 12345, "W00000000", 12346)]
    public void The_recorded_pages_of_users_are_read(string file, int total, int start, string ids, int next)
    {
        var page = SlackPage.Read(Sample(file), start, SlackUser.Read)!;

        Assert.Equal((total, start, next), (page.Total, page.StartIndex, page.Next));
        Assert.Equal(ids.Split(' '), page.Resources.Select(u => u.Id));
    }

    [Theory]
    [InlineData("python-slack-scim/v1_groups_1.json", 3, 1, "S111 S222 S333", 4)]
    [InlineData("python-slack-scim/v1_groups_2.json", 3, 2, "S222 S333", 4)]
    [InlineData("java-slack-sdk/v1/Groups.json", 12345, 12345, "S00000000", 12346)]
    public void The_recorded_pages_of_groups_are_read(string file, int total, int start, string ids, int next)
    {
        var page = SlackPage.Read(Sample(file), start, SlackGroup.Read)!;

        Assert.Equal((total, start, next), (page.Total, page.StartIndex, page.Next));
        Assert.Equal(ids.Split(' '), page.Resources.Select(g => g.Id));
    }

    // An id becomes part of a path, a key of the store, and a word on a screen.
    [Theory]
    [InlineData("..")]
    [InlineData("../Groups/S1")]
    [InlineData("U1?count=1")]
    [InlineData("U1\n")]
    [InlineData("Ｕ1")]
    [InlineData("A1234567890123456789012345678901234567890123456789012345678901234")]
    public void What_is_no_id_of_Slacks_is_no_user_no_group_and_no_member(string id)
    {
        var json = JsonSerializer.SerializeToElement(new { id, userName = "ada" });
        var group = JsonSerializer.SerializeToElement(
            new { id = "S1", members = new[] { new { value = id }, new { value = "U1" } } }
        );

        Assert.Null(SlackUser.Read(json));
        Assert.Null(SlackGroup.Read(json));
        Assert.Equal(["U1"], SlackGroup.Read(group)!.Members);
    }

    [Theory]
    [InlineData("python-slack-scim/v1_group_1.json", "S111", "test-group-111", "")]
    [InlineData("python-slack-scim/v1_group_3.json", "S333", "test-group-333", "M333")]
    public void The_recorded_groups_are_read(string file, string id, string name, string members)
    {
        var group = SlackGroup.Read(Sample(file))!;

        Assert.Equal((id, name), (group.Id, group.DisplayName));
        Assert.Equal(members.Split(' ', StringSplitOptions.RemoveEmptyEntries), group.Members);
    }

    [Fact]
    public void The_recorded_exchange_is_a_page_of_two_guests()
    {
        var page = SlackPage.Read(
            Sample("python-slack-scim/http_exchange_search_users_2020-04.json")
                .GetProperty("response")
                .GetProperty("body"),
            1,
            SlackUser.Read
        )!;

        Assert.Equal((2, 2), (page.Total, page.Received));
        Assert.Equal("guest.one", page.Resources[0].Seen[SlackField.UserName]);
    }

    [Theory]
    [InlineData("xsoar/create_user__email_as_userName.json", "W000000CR7", "testuser7", "true")]
    [InlineData("xsoar/create_user__userName_and_email_only.json", "U00000CR15", "testuser15", "true")]
    [InlineData("xsoar/patch_user__active_false.json", "U000000DIS", "testuser10", "false")]
    public void The_recorded_answers_to_writes_are_read(string file, string id, string userName, string active)
    {
        var user = SlackUser.Read(Sample(file).GetProperty("response"))!;

        Assert.Equal(id, user.Id);
        Assert.Equal(userName, user.Seen[SlackField.UserName]);
        Assert.Equal(active, user.Seen[SlackField.Active]);
    }

    [Fact]
    public void What_the_publisher_masked_is_read_as_empty()
    {
        var user = SlackUser.Read(Sample("java-slack-sdk/v1/Users/00000000000.json"))!;

        Assert.Equal("W00000000", user.Id);
        Assert.Equal([SlackField.ProfileUrl, SlackField.Active], user.Seen.Fields.Where(f => user.Seen[f] is not null));
        Assert.Empty(user.Groups);
        Assert.Null(user.Created);
    }

    [Theory]
    [InlineData("invalid_authentication.json", 401, "invalid_authentication")]
    [InlineData("invalid_name_specials.json", 400, "invalid_name_specials")]
    [InlineData("long_username.json", 400, "long_username")]
    [InlineData("no_filters.json", 400, "no_filters")]
    [InlineData("non_org_teams_only.json", 400, "non_org_teams_only")]
    [InlineData("username_not_allowed.json", 400, "username_not_allowed")]
    [InlineData("v2_missing_schema_element.json", 400, "missing_schema_element")]
    public void The_recorded_refusals_are_read(string file, int status, string code)
    {
        var json = JsonNode.Parse(Text("observed-errors/" + file))!;
        var error = SlackError.Read((int)json["httpStatus"]!, JsonSerializer.SerializeToUtf8Bytes(json["body"]));

        Assert.Equal((status, code), (error.Status, error.Code));
    }

    private static string Text(string file)
    {
        var text = Vectors.SharedText("slack-v1/samples/" + file);
        Assert.SkipWhen(text is null, "There is no shared folder beside the repository.");
        return text!;
    }

    private static JsonElement Sample(string file)
    {
        using var document = JsonDocument.Parse(Text(file));
        return document.RootElement.Clone();
    }
}
