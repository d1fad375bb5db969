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
                var refusal = Assert.Throws<ScimException>(() => Filter.Read(text, ResourceTypes.User, reading));
                Assert.Equal((int)error["status"]!, (int)refusal.Status);
                Assert.Contains(refusal.ScimType, error["scimType"]!.AsArray().Select(t => (string?)t));
                if ((string?)error["says"] is { } says)
                    Assert.Equal(says, refusal.Message);
                continue;
            }

            var filter = Filter.Read(text, ResourceTypes.User, reading);
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
                ScimResource.Read(ResourceTypes.User, Encoding.UTF8.GetBytes(user!.ToJsonString()), ReadLimits.User)
            );
    }
}
