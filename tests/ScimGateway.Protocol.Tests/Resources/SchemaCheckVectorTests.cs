using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Bounds;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;
using Xunit;

namespace ScimGateway.Protocol.Tests.Resources;

public class SchemaCheckVectorTests
{
    public static IEnumerable<TheoryDataRow<string, string>> Cases() =>
        Vectors.Rows("schema-check.json", "vectors", row => $"{row["name"]}");

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_resource_is_admitted_as_the_vector_says(string _, string json)
    {
        var row = JsonNode.Parse(json)!.AsObject();
        var type = (string?)row["type"] == "Group" ? ResourceTypes.Group : ResourceTypes.User;
        Dialect[] dialects =
            (string?)row["dialect"] == "rfc" ? [Dialect.Rfc, Dialect.Everything] : [Dialect.Everything];
        foreach (var dialect in dialects)
        {
            var reading = new Reading(dialect, new WorkLimit());
            // A string stands for a body that JSON of a vector cannot hold.
            var body = row["body"] is JsonValue text ? (string)text! : row["body"]!.ToJsonString();
            var admit = () =>
            {
                var resource = ScimResource.Read(type, Encoding.UTF8.GetBytes(body), ReadLimits.User);
                SchemaCheck.Admit(resource, reading, (bool?)row["canonical"] ?? false);
                return resource;
            };
            if (row["error"] is { } error)
            {
                var refusal = Assert.Throws<ScimException>(admit);
                Assert.Equal((int)error["status"]!, (int)refusal.Status);
                Assert.Equal((string?)error["scimType"], refusal.ScimType);
                if ((string?)error["says"] is { } says)
                    Assert.Equal(says, refusal.Message);
                continue;
            }

            // Exactly: names in the schema's spelling, order kept, "schemas" as the document uses them.
            Assert.Equal(row["after"]!.ToJsonString(), ScimJson.ToText(admit().Json));
            if (row["ignored"] is JsonArray ignored)
                Assert.Equal(Words(ignored), reading.Ignored.Select(i => i.Path).Order());
            if (row["fires"] is JsonArray fires && dialect == Dialect.Everything)
                Assert.Equal(Words(fires), reading.Normalised.Select(n => n.Deviation.Name).Distinct().Order());
        }
    }

    private static IEnumerable<string> Words(JsonArray words) => words.Select(word => (string)word!).Order();
}
