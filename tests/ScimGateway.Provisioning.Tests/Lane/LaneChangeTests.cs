using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Lane;
using ScimGateway.Provisioning.Model;
using Xunit;

namespace ScimGateway.Provisioning.Tests.Lane;

/// <summary>What the body of a write in Slack's words does to others, however it is spelled (tests/vectors/lane).</summary>
public sealed class LaneChangeTests
{
    public static IEnumerable<TheoryDataRow<JsonObject>> Rows() =>
        Vectors
            .Rows(Path.Combine("lane", "changes.json"))
            .Select(row => new TheoryDataRow<JsonObject>(row) { TestDisplayName = (string)row["name"]! });

    [Theory]
    [MemberData(nameof(Rows))]
    public void It_is_read_so_that_no_spelling_gets_past_the_rules(JsonObject row)
    {
        var request = new LaneRequest(
            Enum.Parse<LaneVerb>((string)row["verb"]!, ignoreCase: true),
            Enum.Parse<Kind>((string)row["kind"]!, ignoreCase: true),
            "X1"
        );
        var body = Encoding.UTF8.GetBytes((string)row["body"]!);
        if (row["refused"] is not null)
        {
            Assert.Equal(400, (int)Assert.Throws<ScimException>(() => LaneChange.Read(request, body)).Status);
            return;
        }

        var change = LaneChange.Read(request, body);

        Assert.Equal((bool?)row["active"], change.Active);
        Assert.Equal(Texts(row["keys"]), change.Keys.Select(key => key.Value));
        Assert.Equal(Texts(row["removes"]), change.Removes.Order(StringComparer.Ordinal));
        Assert.Equal(row["stay"] is null ? null : Texts(row["stay"]), change.Stay?.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Texts(JsonNode? array) =>
        (array as JsonArray ?? []).Select(text => (string)text!);
}
