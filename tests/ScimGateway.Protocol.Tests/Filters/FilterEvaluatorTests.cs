using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Bounds;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Filters;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;
using Xunit;

namespace ScimGateway.Protocol.Tests.Filters;

public class FilterEvaluatorTests
{
    // No attribute of a user is a number, or a list of plain texts; those of this extension are.
    private static readonly ResourceTypeDefinition _user = ResourceTypes.User.With(
        new SchemaDefinition(
            "urn:example:params:scim:schemas:locker:1.0:User",
            "Locker",
            "An extension for tests.",
            [
                new AttributeDefinition("bay", AttributeType.Text, "Which one."),
                new AttributeDefinition("floor", AttributeType.Number, "Where it is."),
                new AttributeDefinition("heated", AttributeType.Flag, "Whether it is warm."),
                new AttributeDefinition("serialNumber", AttributeType.Number, "What its maker calls it."),
                new AttributeDefinition("tags", AttributeType.Text, "What is written on it.") { MultiValued = true },
                new AttributeDefinition("hook", AttributeType.Complex, "What hangs in it.")
                {
                    SubAttributes =
                    [
                        new AttributeDefinition("side", AttributeType.Text, "Left or right."),
                        new AttributeDefinition("row", AttributeType.Number, "From above."),
                    ],
                },
                new AttributeDefinition("keys", AttributeType.Complex, "What opens it.")
                {
                    MultiValued = true,
                    SubAttributes =
                    [
                        new AttributeDefinition("serial", AttributeType.Text, "Which one."),
                        new AttributeDefinition("copies", AttributeType.Number, "How many there are."),
                    ],
                },
            ]
        )
    );

    public static IEnumerable<TheoryDataRow<string, string>> Cases() =>
        Vectors.Rows("filter-eval.json", "cases", row => $"{row["filter"]}");

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_filter_meets_exactly_these_users(string place, string json)
    {
        var row = JsonNode.Parse(json)!;
        var text = (string)row["filter"]!;
        foreach (var dialect in (Dialect[])[Dialect.Rfc, Dialect.Everything])
        {
            var reading = new Reading(dialect, new WorkLimit());
            if (row["error"] is { } error)
            {
                var refusal = Assert.Throws<ScimException>(() => Filter.Read(text, _user, reading));
                Assert.Equal((int)error["status"]!, (int)refusal.Status);
                Assert.Contains(refusal.ScimType, error["scimType"]!.AsArray().Select(t => (string?)t));
                if ((string?)error["says"] is { } says)
                    Assert.Equal(says, refusal.Message);
                continue;
            }

            var filter = Filter.Read(text, _user, reading);
            var matched = Users(place)
                .Where(user => filter.Matches(user.Resource, new WorkLimit()))
                .Select(user => user.Name);
            Assert.Equal(row["match"]!.AsArray().Select(name => (string)name!).Order(), matched.Order());
        }
    }

    private static IEnumerable<(string Name, ScimResource Resource)> Users(string place)
    {
        var path = Vectors
            .Places("filter-eval.json")
            .Single(p => place.StartsWith(p.Origin, StringComparison.Ordinal))
            .Path;
        foreach (var (name, user) in Vectors.Read(path)["users"]!.AsObject())
            yield return (
                name,
                ScimResource.Read(_user, Encoding.UTF8.GetBytes(user!.ToJsonString()), ReadLimits.User)
            );
    }
}
