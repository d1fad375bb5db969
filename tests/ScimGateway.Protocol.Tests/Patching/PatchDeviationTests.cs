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

/// <summary>
/// The strict twin of each row of patch.json that needs a deviation: without it the same request ends otherwise.
/// </summary>
public class PatchDeviationTests
{
    private static readonly Deviation[] _ofFiltersAlone =
    [
        Deviation.ComparedValuePath,
        Deviation.ComplexForValue,
        Deviation.FilteredProjection,
    ];

    public static IEnumerable<TheoryDataRow<string, string>> Needed() =>
        from row in Rows()
        from deviation in Fires(row)
        select new TheoryDataRow<string, string>(deviation, row.ToJsonString())
        {
            TestDisplayName = $"{deviation}: {row["name"]}",
        };

    [Theory]
    [MemberData(nameof(Needed))]
    public void Without_the_deviation_the_patch_ends_otherwise(string deviation, string json)
    {
        var row = JsonNode.Parse(json)!.AsObject();
        var dialect = Dialect.Everything.Without(Deviation.Named(deviation)!);
        if ((string?)row["strict"] == "same")
        {
            Assert.NotEmpty((string)row["why"]!);
            Assert.True(
                IsReached(row, new Reading(dialect, new WorkLimit())),
                "the row says that it ends the same without the deviation"
            );
        }
        else
            Assert.False(
                IsReached(row, new Reading(dialect, new WorkLimit())),
                "the deviation is not what makes this work"
            );
    }

    [Fact]
    public void What_the_RFC_has_needs_no_deviation()
    {
        foreach (var row in Rows().Where(row => (string?)row["dialect"] == "rfc" && row["after"] is not null))
        {
            var reading = Reading.Everything();
            if (IsReached(row, reading))
                Assert.True(reading.Normalised.Count == 0, $"{row["name"]}: {string.Join(", ", reading.Normalised)}");
        }
    }

    [Fact]
    public void Each_deviation_of_PATCH_has_rows()
    {
        var shown = Rows()
            .SelectMany(Fires)
            .CountBy(name => name)
            .Where(times => times.Value > 1)
            .Select(times => times.Key);
        Assert.Equal(Deviation.All.Except(_ofFiltersAlone).Select(d => d.Name).Order(), shown.Order());
    }

    private static bool IsReached(JsonObject row, Reading reading)
    {
        try
        {
            var after = Patch(row, reading);
            return row["after"] is JsonObject expected && Vectors.Same(expected, after.Json);
        }
        catch (ScimException refusal)
        {
            return row["error"] is { } error && (int)error["status"]! == (int)refusal.Status;
        }
    }

    private static ScimResource Patch(JsonObject row, Reading reading)
    {
        var type = (string?)row["type"] == "Group" ? ResourceTypes.Group : ResourceTypes.User;
        var before = ScimResource.Read(type, Utf8(row["before"]!), ReadLimits.User);
        return Patcher.Apply(before, PatchRequest.Read(type, Utf8(row["patch"]!), ReadLimits.User, reading), reading);
    }

    private static IEnumerable<JsonObject> Rows() =>
        Vectors
            .Rows("patch.json", "vectors", row => $"{row["name"]}")
            .Select(row => JsonNode.Parse(row.Data.Item2)!.AsObject());

    private static IEnumerable<string> Fires(JsonObject row) =>
        (row["fires"] as JsonArray ?? []).Select(name => (string)name!);

    private static byte[] Utf8(JsonNode node) => Encoding.UTF8.GetBytes(node.ToJsonString());
}
