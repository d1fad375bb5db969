using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.Slack.Wire;
using Xunit;

namespace ScimGateway.Slack.Tests.Wire;

/// <summary>tests/vectors/slack-wire.json: what Slack answers, and what is read of it.</summary>
public class SlackWireVectorTests
{
    public static IEnumerable<TheoryDataRow<string, string>> Users => Vectors.Rows("slack-wire.json", "users");

    public static IEnumerable<TheoryDataRow<string, string>> Groups => Vectors.Rows("slack-wire.json", "groups");

    public static IEnumerable<TheoryDataRow<string, string>> Pages => Vectors.Rows("slack-wire.json", "pages");

    [Theory]
    [MemberData(nameof(Users))]
    public void A_user_is_read(string name, string row)
    {
        var (json, expected) = Split(row);
        var user = SlackUser.Read(json);

        Assert.NotNull(name);
        if (expected["none"] is not null)
        {
            Assert.Null(user);
            return;
        }
        Assert.Equal((string?)expected["id"], user!.Id);
        var seen = Profiles.Of(expected["seen"]);
        foreach (var field in Enum.GetValues<SlackField>())
            Assert.Equal((field, seen[field]), (field, user.Seen[field]));
        // All is known but whether an account is active of which Slack does not say.
        Assert.Equal(seen.Active, user.Seen.Active);
        Assert.All(Enum.GetValues<SlackField>(), f => Assert.True(user.Seen.Says(f) || f == SlackField.Active));
        Assert.Equal(seen.Active is not null, user.Seen.Says(SlackField.Active));
        Assert.Equal(Date(expected["created"]), user.Created);
        Assert.Equal(Texts(expected["groups"]), user.Groups);
        Assert.Equal((bool?)expected["bot"] ?? false, user.IsBot);
    }

    [Theory]
    [MemberData(nameof(Groups))]
    public void A_group_is_read(string name, string row)
    {
        var (json, expected) = Split(row);
        var group = SlackGroup.Read(json);

        Assert.NotNull(name);
        Assert.Equal((string?)expected["id"], group?.Id);
        if (group is null)
            return;
        Assert.Equal((string?)expected["displayName"], group.DisplayName);
        Assert.Equal(Texts(expected["members"]), group.Members);
        Assert.Equal(Date(expected["created"]), group.Created);
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void A_page_is_read_that_was_asked_for_from_101(string name, string row)
    {
        var (json, expected) = Split(row);
        var page = SlackPage.Read(json, 101, SlackUser.Read);

        Assert.NotNull(name);
        Assert.Equal((int?)expected["total"], page?.Total);
        if (page is null)
            return;
        Assert.Equal((int?)expected["start"], page.StartIndex);
        Assert.Equal((int?)expected["received"], page.Received);
        Assert.Equal((int?)expected["next"], page.Next);
        Assert.Equal(Texts(expected["ids"]), page.Resources.Select(u => u.Id));
    }

    private static (JsonElement Json, JsonNode Expected) Split(string row)
    {
        using var document = JsonDocument.Parse(row);
        return (document.RootElement.GetProperty("json").Clone(), JsonNode.Parse(row)!);
    }

    private static List<string> Texts(JsonNode? list) => [.. (list as JsonArray ?? []).Select(t => (string)t!)];

    private static DateTimeOffset? Date(JsonNode? date) =>
        (string?)date is { } text ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture) : null;
}
