using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Bounds;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Patching;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;
using Xunit;

namespace ScimGateway.Protocol.Tests.Patching;

public class MembershipVectorTests
{
    public static IEnumerable<TheoryDataRow<string, string>> Cases() =>
        Vectors.Rows("membership.json", "vectors", row => $"{row["name"]}");

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_patch_of_members_becomes_these_changes(string _, string json)
    {
        var row = JsonNode.Parse(json)!;
        Dialect[] dialects =
            (string?)row["dialect"] == "rfc" ? [Dialect.Rfc, Dialect.Everything] : [Dialect.Everything];
        foreach (var dialect in dialects)
        {
            var reading = new Reading(dialect, new WorkLimit());
            var split = () =>
                Membership.Split(
                    PatchRequest.Read(
                        ResourceTypes.Group,
                        Encoding.UTF8.GetBytes(row["patch"]!.ToJsonString()),
                        ReadLimits.Group,
                        reading
                    ),
                    reading
                );
            if (row["error"] is { } error)
            {
                var refusal = Assert.Throws<ScimException>(() => split());
                Assert.Equal((int)error["status"]!, (int)refusal.Status);
                Assert.Equal((string?)error["scimType"], refusal.ScimType);
                continue;
            }

            var (document, changes) = split();
            Assert.Equal(row["changes"]!.ToJsonString(), new JsonArray([.. changes.Select(Shown)]).ToJsonString());
            Assert.Equal((int?)row["documentOperations"] ?? 0, document.Operations.Count);
        }
    }

    private static JsonArray Shown(MembershipChange change) =>
        change switch
        {
            MembershipChange.Add c => ["add", .. c.Members.Select(m => (JsonNode)m.Value)],
            MembershipChange.Remove c => ["remove", .. c.Values.Select(v => (JsonNode)v)],
            MembershipChange.RemoveWhere c => ["removeWhere", c.Element.ToString()],
            MembershipChange.ReplaceAll c => ["replaceAll", .. c.Members.Select(m => (JsonNode)m.Value)],
            MembershipChange.RemoveAll => ["removeAll"],
            _ => throw new NotSupportedException(),
        };
}
