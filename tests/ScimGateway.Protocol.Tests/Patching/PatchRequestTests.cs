using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Patching;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;
using Xunit;

namespace ScimGateway.Protocol.Tests.Patching;

public class PatchRequestTests
{
    [Fact]
    public void A_request_can_be_applied_more_than_once()
    {
        foreach (var data in Vectors.Rows("patch.json", "vectors", row => $"{row["name"]}"))
        {
            var row = JsonNode.Parse(data.Data.Item2)!;
            var type = (string?)row["type"] == "Group" ? ResourceTypes.Group : ResourceTypes.User;
            var before = ScimResource.Read(type, Utf8(row["before"]!), ReadLimits.User);
            PatchRequest request;
            ScimResource first;
            try
            {
                request = PatchRequest.Read(type, Utf8(row["patch"]!), ReadLimits.User, Reading.Everything());
                first = Patcher.Apply(before, request, Reading.Everything());
            }
            catch (ScimException)
            {
                continue;
            }
            var second = Patcher.Apply(before, request, Reading.Everything());
            Assert.True(
                JsonNode.DeepEquals(first.Json, second.Json),
                $"{data.TestDisplayName}: the request has changed"
            );
        }
    }

    [Fact]
    public void More_operations_than_are_read_are_refused()
    {
        var refusal = Assert.Throws<ScimException>(() => Read(PatchRequest.MostOperations + 1));

        Assert.Equal("invalidValue", refusal.ScimType);
        Assert.Equal(PatchRequest.MostOperations, Read(PatchRequest.MostOperations).Operations.Count);
    }

    [Fact]
    public void A_body_that_is_not_JSON_is_refused()
    {
        foreach (var body in (string[])["", "[]", "null", "{\"Operations\":[", "{} {}"])
        {
            var refusal = Assert.Throws<ScimException>(() =>
                PatchRequest.Read(
                    ResourceTypes.User,
                    Encoding.UTF8.GetBytes(body),
                    ReadLimits.User,
                    Reading.Everything()
                )
            );
            Assert.Equal("invalidSyntax", refusal.ScimType);
        }
    }

    private static PatchRequest Read(int operations)
    {
        var body = new JsonObject
        {
            ["schemas"] = new JsonArray(Urn.PatchOp),
            ["Operations"] = new JsonArray([
                .. Enumerable
                    .Range(0, operations)
                    .Select(_ => new JsonObject { ["op"] = "remove", ["path"] = "title" }),
            ]),
        };
        return PatchRequest.Read(ResourceTypes.User, Utf8(body), ReadLimits.User, Reading.Rfc());
    }

    private static byte[] Utf8(JsonNode node) => Encoding.UTF8.GetBytes(node.ToJsonString());
}
