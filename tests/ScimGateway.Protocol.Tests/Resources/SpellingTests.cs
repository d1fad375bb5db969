using System.Diagnostics;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Resources;
using Xunit;

namespace ScimGateway.Protocol.Tests.Resources;

/// <summary>A letter is the same in one character and in several.</summary>
public class SpellingTests
{
    public static IEnumerable<TheoryDataRow<string, string>> Cases() =>
        Vectors.Rows("spelling.json", "cases", row => $"{row["text"]}");

    [Theory]
    [MemberData(nameof(Cases))]
    public void Letters_and_marks_are_composed(string _, string json)
    {
        var row = JsonNode.Parse(json)!;

        var composed = Spelling.Composed((string)row["text"]!);

        Assert.Equal((string)row["composed"]!, composed);
        Assert.Equal(composed, Spelling.Composed(composed));
    }

    [Fact]
    public void A_text_of_marks_alone_costs_no_more_than_its_length()
    {
        var marks = string.Concat(Enumerable.Repeat("\u0345\u0301\u0323\u0327", 50_000));
        var since = Stopwatch.GetTimestamp();

        Assert.Equal(marks.Length, Spelling.Composed(marks).Length);

        Assert.True(Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(2));
    }
}
