using System.Text;
using ScimGateway.Slack.Translation;
using ScimGateway.Tests;
using Xunit;

namespace ScimGateway.Slack.Tests;

/// <summary>docs/attributes.md is the map, printed. UPDATE_DOCS=1 writes it anew.</summary>
public class AttributesDocument
{
    [Fact]
    public void The_document_says_what_the_map_says() => GeneratedPage.AssertFresh("attributes.md", Print());

    private static string Print()
    {
        var text = new StringBuilder(
            """
            # Attributes

            Printed from `AttributeMap`, the one table that the translation to Slack and the reading of Slack work from; a test holds this page against it.
            Only what a provider has asserted is sent. What Slack has no room for stays with the gateway and is shown to providers as they sent it.

            | SCIM 2.0 | Slack SCIM v1 | goes | cleared by | remark |
            | --- | --- | --- | --- | --- |

            """
        );
        foreach (var row in AttributeMap.Rows)
            text.Append(
                $"| {Cell(row.Scim)} | {Cell(row.Slack)} | {Goes(row.Direction)} | {Cleared(row)} | {row.Remark} |\n"
            );
        return text.ToString();
    }

    private static string Cell(string path) => path.Length == 0 ? "" : $"`{path}`";

    private static string Goes(Direction direction) =>
        direction switch
        {
            Direction.Both => "both ways",
            Direction.OnCreate => "to Slack on creation, and back",
            _ => "nowhere",
        };

    private static string Cleared(AttributeRow row) =>
        row.Clearing switch
        {
            Clearing.MetaAttributes => $"`meta.attributes`: `{row.Meta}`",
            Clearing.DeleteByValue =>
                "its value with `\"operation\":\"delete\"`; both at once by `meta.attributes`: `phoneNumbers`",
            Clearing.WithItsWhole => $"the whole sent without it; the last part by `meta.attributes`: `{row.Meta}`",
            Clearing.KeptBySlack => "not: Slack keeps it",
            _ => "",
        };
}
