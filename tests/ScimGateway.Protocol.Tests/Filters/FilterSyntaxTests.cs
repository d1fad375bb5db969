using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Filters;
using Xunit;

namespace ScimGateway.Protocol.Tests.Filters;

public class FilterSyntaxTests
{
    public static IEnumerable<TheoryDataRow<string, string>> Cases() =>
        Vectors.Rows("filter-syntax.json", "vectors", row => $"{row["filter"]}");

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_filter_is_read_as_the_grammar_says(string _, string json)
    {
        var row = JsonNode.Parse(json)!;
        var text = (string)row["filter"]!;
        if (!(bool)row["valid"]!)
        {
            var refusal = Assert.Throws<ScimException>(() => Filter.Parse(text));
            Assert.Equal("invalidFilter", refusal.ScimType);
            if ((string?)row["says"] is { } says)
                Assert.Equal(says, refusal.Message);
            return;
        }

        var filter = Filter.Parse(text);
        AssertSame(row["ast"]!.AsArray(), Tree(filter));
        Assert.Equal(filter, Filter.Parse(filter.ToString()));
        if ((string?)row["prints"] is { } prints)
            Assert.Equal(prints, filter.ToString());
    }

    private static JsonArray Tree(Filter filter) =>
        filter switch
        {
            Filter.Compare f => [f.Op.Word(), f.Path.ToString(), Value(f.Value)],
            Filter.Present f => ["pr", f.Path.ToString()],
            Filter.Not f => ["not", Tree(f.Inner)],
            Filter.And f => ["and", Tree(f.Left), Tree(f.Right)],
            Filter.Or f => ["or", Tree(f.Left), Tree(f.Right)],
            Filter.Where f => ["valuePath", f.Path.ToString(), Tree(f.Element)],
            _ => throw new NotSupportedException(),
        };

    private static JsonNode? Value(Literal literal) =>
        literal switch
        {
            Literal.Text text => text.Value,
            Literal.Flag flag => flag.Value,
            Literal.Number number => JsonNode.Parse(number.Digits),
            _ => null,
        };

    private static void AssertSame(JsonNode? expected, JsonNode? actual)
    {
        if (expected is JsonArray wanted)
        {
            var found = Assert.IsType<JsonArray>(actual);
            Assert.Equal(wanted.Count, found.Count);
            for (var i = 0; i < wanted.Count; i++)
                AssertSame(wanted[i], found[i]);
        }
        else if (expected?.GetValueKind() == JsonValueKind.Number)
            Assert.Equal(Number(expected), Number(actual!));
        else
            Assert.Equal(expected?.ToJsonString(), actual?.ToJsonString());
    }

    private static double Number(JsonNode node) => double.Parse(node.ToJsonString(), CultureInfo.InvariantCulture);
}
