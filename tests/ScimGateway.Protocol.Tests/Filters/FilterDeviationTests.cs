using System.Text.Json.Nodes;
using ScimGateway.Protocol.Bounds;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Filters;
using ScimGateway.Protocol.Schemas;
using Xunit;

namespace ScimGateway.Protocol.Tests.Filters;

public class FilterDeviationTests
{
    public static IEnumerable<TheoryDataRow<string, string>> Cases() =>
        Vectors.Rows("filter-deviations.json", "vectors", row => $"{row["name"]}");

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_habit_is_read_as_what_it_means_and_told_by_its_name(string _, string json)
    {
        var row = JsonNode.Parse(json)!.AsObject();
        var reading = Reading.Everything();
        AssertReads(row, row, reading);
        if (row["fires"] is not null)
            Assert.Equal(Fires(row).Order(), reading.Normalised.Select(n => n.Deviation.Name).Distinct().Order());
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_habit_that_is_switched_off_is_what_the_RFC_makes_of_it(string _, string json)
    {
        var row = JsonNode.Parse(json)!.AsObject();
        var strict = row["strict"] ?? row;
        var rfc = Reading.Rfc();
        AssertReads(strict, row, rfc);
        Assert.Empty(rfc.Normalised);

        foreach (var name in Fires(row))
        {
            var deviation = Deviation.Named(name)!;
            var reading = new Reading(Dialect.Everything.Without(deviation), new WorkLimit());
            AssertReads(row["without"]?[name] ?? strict, row, reading);
            Assert.DoesNotContain(deviation, reading.Normalised.Select(n => n.Deviation));
        }
    }

    [Fact]
    public void Every_habit_of_names_and_filters_has_its_rows()
    {
        var fired = Cases().SelectMany(row => Fires(JsonNode.Parse(row.Data.Item2)!.AsObject()));
        Deviation[] habits =
        [
            Deviation.BareExtensionName,
            Deviation.DottedUrn,
            Deviation.LegacyEnterpriseUrn,
            Deviation.EmailForEmails,
            Deviation.StrayBlank,
            Deviation.UnquotedValue,
            Deviation.ComparedValuePath,
            Deviation.ComplexForValue,
            Deviation.BooleanAsText,
        ];
        Assert.Equal(habits.Select(h => h.Name).Order(), fired.Distinct().Order());
    }

    private static void AssertReads(JsonNode expected, JsonObject row, Reading reading)
    {
        var text = (string)row["filter"]!;
        var type = (string?)row["type"] == "Group" ? ResourceTypes.Group : ResourceTypes.User;
        if ((bool?)expected["refused"] ?? false)
            Assert.Equal(
                "invalidFilter",
                Assert.Throws<ScimException>(() => Filter.Read(text, type, reading)).ScimType
            );
        else
            Assert.Equal((string?)expected["reads"], Filter.Read(text, type, reading).ToString());
    }

    private static IEnumerable<string> Fires(JsonObject row) =>
        row["fires"]?.AsArray().Select(name => (string)name!) ?? [];
}
