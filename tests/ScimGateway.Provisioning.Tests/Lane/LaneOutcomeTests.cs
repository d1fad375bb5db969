using System.Text;
using ScimGateway.Provisioning.Lane;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Slack.Wire;
using Xunit;

namespace ScimGateway.Provisioning.Tests.Lane;

/// <summary>What a script's write comes to, by the answer that Slack gives.</summary>
public class LaneOutcomeTests
{
    private const string U1 = """{"id":"U1","userName":"ada","active":true}""";

    [Theory]
    [InlineData("Patch", "User", "200 " + U1, "done", "Done", "active")]
    [InlineData("Patch", "User", """200 {"id":"U2","active":true}""", "done", "Done", null)]
    [InlineData("Patch", "User", "204", "done", "Done", null)]
    [InlineData("Patch", "User", "200 {half", "done", "Done", null)]
    [InlineData("Patch", "User", "200 <html>", "failed", "Nothing", null)]
    [InlineData("Patch", "User", "302", "failed", "Nothing", null)]
    [InlineData("Patch", "User", "400", "refused", "AsBefore", null)]
    [InlineData("Patch", "User", "404", "refused", "Missing", null)]
    [InlineData("Patch", "User", "408", "failed", "Nothing", null)]
    [InlineData("Patch", "User", "429", "refused", "AsBefore", null)]
    [InlineData("Patch", "User", "503", "failed", "Nothing", null)]
    [InlineData("Patch", "User", "lost", "failed", "Nothing", null)]
    [InlineData("Patch", "User", "not sent", "failed", "AsBefore", null)]
    [InlineData("Delete", "User", "200", "done", "Done", "inactive")]
    [InlineData("Delete", "User", "404", "refused", "Missing", null)]
    [InlineData("Delete", "User", "lost", "failed", "Nothing", null)]
    [InlineData("Patch", "Group", """200 {"id":"S1","displayName":"Crew"}""", "done", "Done", null)]
    [InlineData("Delete", "Group", "200", "done", "Gone", null)]
    [InlineData("Delete", "Group", "400", "refused", "AsBefore", null)]
    [InlineData("Delete", "Group", "500", "failed", "Nothing", null)]
    [InlineData("Create", "User", "201 " + U1, "done", "Done", null)]
    [InlineData("Create", "User", "409", "refused", "AsBefore", null)]
    public void It_is_told_by_the_answer(string verb, string of, string said, string came, string known, string? shown)
    {
        var (does, kind) = (Enum.Parse<LaneVerb>(verb), Enum.Parse<Kind>(of));
        var slackId = kind == Kind.User ? "U1" : "S1";
        var link = does == LaneVerb.Create ? null : Known(kind, slackId);

        var outcome = LaneOutcome.Of(new LaneRequest(does, kind, link?.SlackId), Answer(said), link);

        Assert.Equal(
            (came, known, shown),
            (
                outcome.Came.Word(),
                $"{outcome.Known}",
                outcome.Shown is not { } user ? null
                : user.Seen.Active == true ? "active"
                : "inactive"
            )
        );
        Assert.Equal(came == "done", outcome.Error is null);
    }

    private static LaneAnswer Answer(string said) =>
        said switch
        {
            "lost" => new LaneAnswer.Lost("the line broke"),
            "not sent" => new LaneAnswer.NotSent("no time is left"),
            _ => new LaneAnswer.Answered(int.Parse(said[..3]), Encoding.UTF8.GetBytes(said[3..].Trim()), null),
        };

    private static Link Known(Kind kind, string slackId) =>
        Link.Found(
            new TenantId(1),
            kind,
            slackId,
            SlackProfile.Empty.With(active: true),
            isReachable: true,
            new Instant(1)
        );
}
