using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Filters;
using Xunit;

namespace ScimGateway.Protocol.Tests.Filters;

/// <summary>The bounds that no row of a vector shows well.</summary>
public class FilterLimitsTests
{
    [Fact]
    public void Eight_thousand_one_hundred_and_ninety_two_characters_are_read_and_one_more_is_refused()
    {
        Assert.IsType<Filter.Compare>(Filter.Parse(OfLength(8192)));
        var refusal = Assert.Throws<ScimException>(() => Filter.Parse(OfLength(8193)));
        Assert.Equal("invalidFilter", refusal.ScimType);
        Assert.Equal("The filter has 8193 characters; at most 8192 are read.", refusal.Message);
    }

    [Fact]
    public void A_long_chain_is_not_deep()
    {
        var chain = string.Join(" or ", Enumerable.Repeat("userName pr and title pr", 290));
        Assert.Equal(chain, Filter.Parse(chain).ToString());
    }

    [Fact]
    public void Groups_side_by_side_are_not_deep()
    {
        var filter = string.Join(" or ", Enumerable.Repeat("not (title pr)", 100));
        Assert.Equal(filter, Filter.Parse(filter).ToString());
    }

    [Theory]
    [InlineData("not (", ")")]
    [InlineData("(title pr or ", ")")]
    public void Thirty_two_levels_of_any_kind_are_read_and_one_more_is_refused(string open, string close)
    {
        var deep = Nested(open, close, 32);
        Assert.Equal(Filter.Parse(deep), Filter.Parse(Filter.Parse(deep).ToString()));
        Assert.Equal(
            "invalidFilter",
            Assert.Throws<ScimException>(() => Filter.Parse(Nested(open, close, 33))).ScimType
        );
    }

    [Fact]
    public void Brackets_count_as_a_level()
    {
        Assert.NotNull(Filter.Parse(Nested("(", ")", 31, "emails[type pr]")));
        Assert.Throws<ScimException>(() => Filter.Parse(Nested("(", ")", 32, "emails[type pr]")));
    }

    private static string OfLength(int length) => "title eq \"" + new string('x', length - 11) + "\"";

    private static string Nested(string open, string close, int levels, string inner = "title pr") =>
        string.Concat(Enumerable.Repeat(open, levels)) + inner + string.Concat(Enumerable.Repeat(close, levels));

    [Fact]
    public void Value_paths_beside_each_other_do_not_nest()
    {
        var filter = string.Join(" and ", Enumerable.Repeat("emails[type pr]", Filter.MostDepth + 8));

        Assert.Equal(filter, Filter.Parse(filter).ToString());
    }
}
