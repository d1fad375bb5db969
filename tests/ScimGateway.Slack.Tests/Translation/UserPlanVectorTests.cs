using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Resources;
using ScimGateway.Slack.Http;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;
using Xunit;

namespace ScimGateway.Slack.Tests.Translation;

/// <summary>
/// tests/vectors/slack-plan.json: what a provider wants, what Slack has, and the calls between them, body for body.
/// </summary>
public class UserPlanVectorTests
{
    public static IEnumerable<TheoryDataRow<string, string>> Plans => Vectors.Rows("slack-plan.json", "plans");

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task Slack_is_told_exactly_the_difference(string name, string row)
    {
        var json = JsonNode.Parse(row)!.AsObject();
        var (plan, notes) = Plan(json, (string?)json["slackId"], Profiles.Of(json["delivered"]));

        Assert.Equal(Printed(json["commands"]), await Printed(plan.Commands));
        Assert.Equal(
            (json["notes"] as JsonObject ?? []).Select(n => (Profiles.Field(n.Key), (string)n.Value!)),
            notes.Select(n => (n.Field, n.Says))
        );
        Assert.NotNull(name);
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public async Task After_that_there_is_nothing_more_to_tell(string name, string row)
    {
        var json = JsonNode.Parse(row)!.AsObject();
        var (slackId, delivered) = ((string?)json["slackId"], Profiles.Of(json["delivered"]));

        foreach (var commands in (JsonNode?[])[json["commands"], json["then"] ?? new JsonArray(), new JsonArray()])
        {
            var (plan, _) = Plan(json, slackId, delivered);
            Assert.Equal(Printed(commands), await Printed(plan.Commands));
            foreach (var command in plan.Commands)
            {
                slackId ??= "U1";
                delivered = delivered.With(
                    command is SlackCommand.ReadUser ? Profiles.Of(json["seen"]) : command.Delivers
                );
            }
        }
        Assert.NotNull(name);
    }

    [Fact]
    public void Every_field_of_the_map_is_set_changed_and_cleared_in_some_row()
    {
        var there = Plans
            .Select(p => JsonNode.Parse(p.Data.Item2)!)
            .Where(r => r["field"] is not null)
            .Select(r => ((string)r["field"]!, (string)r["does"]!))
            .ToHashSet();

        foreach (var field in AttributeMap.Rows.Select(r => r.Field).OfType<SlackField>())
        foreach (var does in (string[])["set", "change", "clear"])
            if ((field, does) != (SlackField.UserName, "clear")) // there is always one: the gateway derives it
                Assert.Contains((SlackProfile.Name(field), does), there);
    }

    [Fact]
    public void Every_field_of_Slacks_has_one_line_in_the_map() =>
        Assert.Equal(Enum.GetValues<SlackField>(), AttributeMap.Rows.Select(r => r.Field).OfType<SlackField>().Order());

    private static (UserPlan Plan, IEnumerable<SlackNote> Notes) Plan(
        JsonObject json,
        string? slackId,
        SlackProfile delivered
    )
    {
        var settings = new SlackSettings
        {
            DeleteRemovedUsers = (bool?)json["settings"]?["deleteRemovedUsers"] ?? false,
            CreateDisabledUsers = (bool?)json["settings"]?["createDisabledUsers"] ?? false,
            DisplayNameOnCreateOnly = (bool?)json["settings"]?["displayNameOnCreateOnly"] ?? false,
        };
        if ((bool?)json["removal"] == true)
        {
            var removal = UserPlanner.PlanRemoval(slackId, delivered, settings);
            return (removal, removal.Notes);
        }

        var asserts = json["asserts"]!.AsArray().Select(a => (string)a!).ToHashSet();
        var document = new ScimResource(SlackSchemas.User, ScimJson.ReadObject(json["document"]!.ToJsonString()));
        var manager = (string?)json["manager"];
        var (wanted, notes) = UserTranslator.ToSlack(
            new WantedUser(
                document,
                path => asserts.Contains("*") || asserts.Contains(path.ToString()),
                (string?)json["slackUserName"],
                manager == "unlinked" ? null : manager,
                manager != "unlinked"
            )
        );
        var plan = UserPlanner.Plan(wanted, slackId, delivered, settings);
        return (plan, notes.Concat(plan.Notes));
    }

    private static List<string> Printed(JsonNode? commands) =>
        [.. commands!.AsArray().Select(c => c!.AsObject().Single()).Select(c => c.Key + " " + Sorted(c.Value))];

    private static async Task<List<string>> Printed(IReadOnlyList<SlackCommand> commands)
    {
        var printed = new List<string>();
        foreach (var command in commands)
        {
            using var request = SlackRequests.Of(command);
            var body = request.Content is { Headers.ContentLength: > 0 } content
                ? JsonNode.Parse(await content.ReadAsStringAsync())
                : null;
            printed.Add($"{request.Method} /{request.RequestUri!.OriginalString} {Sorted(body)}");
        }
        return printed;
    }

    // The order of members says nothing; that of elements does.
    private static string Sorted(JsonNode? node) =>
        node switch
        {
            JsonObject members => "{"
                + string.Join(
                    ',',
                    members.OrderBy(m => m.Key, StringComparer.Ordinal).Select(m => $"\"{m.Key}\":{Sorted(m.Value)}")
                )
                + "}",
            JsonArray elements => "[" + string.Join(',', elements.Select(Sorted)) + "]",
            null => "",
            _ => JsonSerializer.Serialize(node),
        };
}
