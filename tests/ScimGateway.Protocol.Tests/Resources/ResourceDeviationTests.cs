using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Bounds;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;
using Xunit;

namespace ScimGateway.Protocol.Tests.Resources;

/// <summary>
/// The strict twin of each row of schema-check.json that needs a deviation: without it the same resource is refused or
/// kept otherwise.
/// </summary>
public class ResourceDeviationTests
{
    public static IEnumerable<TheoryDataRow<string, string>> Needed() =>
        from data in Vectors.Rows("schema-check.json", "vectors", row => $"{row["name"]}")
        let row = JsonNode.Parse(data.Data.Item2)!.AsObject()
        from name in row["fires"] as JsonArray ?? []
        select new TheoryDataRow<string, string>((string)name!, data.Data.Item2)
        {
            TestDisplayName = $"{name}: {row["name"]}",
        };

    [Theory]
    [MemberData(nameof(Needed))]
    public void Without_the_deviation_the_resource_is_admitted_otherwise(string deviation, string json)
    {
        var row = JsonNode.Parse(json)!.AsObject();
        Assert.NotEqual(Expected(row), Outcome(row, Dialect.Everything.Without(Deviation.Named(deviation)!)));
    }

    private static string Expected(JsonObject row) =>
        row["after"]?.ToJsonString() ?? (string)row["error"]!["scimType"]!;

    private static string Outcome(JsonObject row, Dialect dialect)
    {
        var type = (string?)row["type"] == "Group" ? ResourceTypes.Group : ResourceTypes.User;
        var body = row["body"] is JsonValue text ? (string)text! : row["body"]!.ToJsonString();
        try
        {
            var resource = ScimResource.Read(type, Encoding.UTF8.GetBytes(body), ReadLimits.User);
            SchemaCheck.Admit(resource, new Reading(dialect, new WorkLimit()), (bool?)row["canonical"] ?? false);
            return ScimJson.ToText(resource.Json);
        }
        catch (ScimException refusal)
        {
            return refusal.ScimType!;
        }
    }
}
