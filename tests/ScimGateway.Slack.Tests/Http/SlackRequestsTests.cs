using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.Slack.Http;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;
using Xunit;

namespace ScimGateway.Slack.Tests.Http;

/// <summary>tests/vectors/slack-requests.json: each command as the HTTP request it is.</summary>
public class SlackRequestsTests
{
    private static readonly Uri _base = new("https://slack.example/scim/v1/");

    public static IEnumerable<TheoryDataRow<string, string>> Requests =>
        Vectors.Rows("slack-requests.json", "requests");

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task A_command_is_one_request(string name, string row)
    {
        var json = JsonNode.Parse(row)!;
        using var request = SlackRequests.Of(Command(json));

        Assert.NotNull(name);
        Assert.Equal((string?)json["request"], $"{request.Method} {request.RequestUri!.OriginalString}");
        // What goes out is the same: nothing is decoded, and no path is left, when the base address is put in front.
        Assert.Equal(
            $"{_base.AbsolutePath}{((string)json["request"]!).Split(' ', 2)[1]}",
            new Uri(_base, request.RequestUri).PathAndQuery
        );
        // The content of a DELETE is empty, so that HttpClient does not send it twice.
        var body = request.Content is { Headers.ContentLength: > 0 } content
            ? JsonNode.Parse(await content.ReadAsStringAsync())
            : null;
        Assert.True(JsonNode.DeepEquals(json["body"], body), body?.ToJsonString());
        Assert.Equal(
            body is null ? null : "application/json; charset=utf-8",
            request.Content?.Headers.ContentType?.ToString()
        );
    }

    [Fact]
    public void Every_command_has_a_row()
    {
        var there = Requests.Select(r => (string)JsonNode.Parse(r.Data.Item2)!["command"]!).ToHashSet();
        var all = typeof(SlackCommand).GetNestedTypes().Select(t => t.Name);

        // Those two are all over slack-plan.json.
        Assert.Equal([nameof(SlackCommand.CreateUser), nameof(SlackCommand.PatchUser)], all.Except(there).Order());
    }

    // A body of another length than it says, or with a mark in front, is what Slack would trip over.
    [Fact]
    public async Task A_body_is_compact_utf8_without_a_mark()
    {
        using var request = SlackRequests.Of(new SlackCommand.RenameGroup("S1", "Åse / \"山\""));
        var bytes = await request.Content!.ReadAsByteArrayAsync();

        Assert.Equal("""{"schemas":["urn:scim:schemas:core:1.0"],"displayName":"Åse / \"山\""}"""u8.ToArray(), bytes);
        Assert.Equal(bytes.Length, request.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task Hostile_values_stay_inside_their_strings()
    {
        const string Value = "\",\"active\":false,\"x\":\"\\\n\u2028\ud83d";
        using var request = SlackRequests.Of(
            new SlackCommand.CreateUser(
                SlackProfile
                    .Nothing.With(SlackField.UserName, "vera")
                    .With(SlackField.PrimaryEmail, "vera@crew.example")
                    .With(SlackField.Title, Value)
            )
        );
        using var body = JsonDocument.Parse(await request.Content!.ReadAsByteArrayAsync());

        Assert.Equal(
            ["schemas", "userName", "nickName", "title", "emails"],
            body.RootElement.EnumerateObject().Select(m => m.Name)
        );
        Assert.StartsWith("\",\"active\":false,\"x\":\"\\\n\u2028", body.RootElement.GetProperty("title").GetString());
    }

    [Theory]
    [InlineData(1_000)]
    [InlineData(5_000)]
    public async Task Big_groups_are_one_body(int count)
    {
        using var request = SlackRequests.Of(
            new SlackCommand.CreateGroup("Fleet", [.. Enumerable.Range(0, count).Select(n => $"U{n}")])
        );
        using var body = JsonDocument.Parse(await request.Content!.ReadAsByteArrayAsync());

        Assert.Equal(count, body.RootElement.GetProperty("members").GetArrayLength());
    }

    private static SlackCommand Command(JsonNode json)
    {
        var (id, value) = ((string?)json["id"] ?? "", (string?)json["value"] ?? "");
        return (string)json["command"]! switch
        {
            "DeactivateUser" => new SlackCommand.DeactivateUser(id),
            "DeleteUser" => new SlackCommand.DeleteUser(id),
            "ReadUser" => new SlackCommand.ReadUser(id),
            "FindUserByName" => new SlackCommand.FindUserByName(value),
            "FindUserByEmail" => new SlackCommand.FindUserByEmail(value),
            "ListUsers" => new SlackCommand.ListUsers((int)json["startIndex"]!, (int)json["count"]!),
            "CreateGroup" => new SlackCommand.CreateGroup(value, Ids(json["add"])),
            "RenameGroup" => new SlackCommand.RenameGroup(id, value),
            "ChangeMembers" => new SlackCommand.ChangeMembers(id, Ids(json["add"]), Ids(json["remove"])),
            "DeleteGroup" => new SlackCommand.DeleteGroup(id),
            "ReadGroup" => new SlackCommand.ReadGroup(id),
            "FindGroup" => new SlackCommand.FindGroup(value),
            "ListGroups" => new SlackCommand.ListGroups((int)json["startIndex"]!, (int)json["count"]!),
            var other => throw new ArgumentException(other),
        };
    }

    private static List<string> Ids(JsonNode? list) => [.. (list as JsonArray ?? []).Select(id => (string)id!)];
}
