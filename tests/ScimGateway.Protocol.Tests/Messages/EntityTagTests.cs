using ScimGateway.Protocol.Messages;
using Xunit;

namespace ScimGateway.Protocol.Tests.Messages;

public class EntityTagTests
{
    private static readonly EntityTag _plain = new(12);
    private static readonly EntityTag _hashed = new(12, "9f3a");

    [Fact]
    public void A_tag_is_weak_and_holds_the_version_and_perhaps_a_hash()
    {
        Assert.Equal("W/\"12\"", _plain.ToString());
        Assert.Equal("W/\"12-9f3a\"", _hashed.ToString());
    }

    [Theory]
    [InlineData("W/\"12\"")]
    [InlineData("\"12\"")]
    [InlineData("W/\"12-9f3a\"")]
    [InlineData("W/\"12-0000\"")] // other groups, the same version
    [InlineData(" W/\"12\"\t")]
    [InlineData("W/\"11\", W/\"12\"")]
    [InlineData("\"a,b\",W/\"12\"")]
    [InlineData("what, W/\"12\"")]
    [InlineData(",,W/\"12\",")]
    [InlineData("*")]
    [InlineData(" * ")]
    public void A_header_names_the_version_whatever_the_hash(string header)
    {
        Assert.True(_plain.IsNamedBy(header));
        Assert.True(_hashed.IsNamedBy(header));
    }

    [Theory]
    [InlineData("W/\"11\"")]
    [InlineData("W/\"1\"")]
    [InlineData("W/\"123\"")]
    [InlineData("W/\"012\"")]
    [InlineData("W/\"9f3a\"")]
    [InlineData("W/\"x-12\"")]
    [InlineData("W/\"11\", W/\"13\"")]
    [InlineData("\"11,12\"")]
    public void A_header_that_names_another_version_does_not_name_this_one(string header) =>
        Assert.False(_hashed.IsNamedBy(header));

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("12")]
    [InlineData("W/12")]
    [InlineData("w/\"12\"")]
    [InlineData("W/ \"12\"")]
    [InlineData("\"12")]
    [InlineData("12\"")]
    [InlineData("\"12\"\"")]
    [InlineData("\"12\"x")]
    [InlineData("W/")]
    [InlineData("W/\"")]
    [InlineData("\"")]
    [InlineData(",")]
    [InlineData("**")]
    [InlineData("*, \"1\"")]
    [InlineData("\ud800\0\"")]
    public void Garbage_matches_nothing(string header)
    {
        Assert.False(_plain.IsNamedBy(header));
        Assert.False(_plain.IsKnownTo(header));
    }

    [Fact]
    public void No_header_throws()
    {
        var random = new Random(7232);
        string[] pieces = ["W/", "\"", "12", "-", ",", " ", "*", "\t", "\0", "\ud800", "\\"];
        var matched = 0;
        for (var i = 0; i < 50_000; i++)
        {
            var header = string.Concat(random.GetItems(pieces, random.Next(12)));
            matched += _plain.IsNamedBy(header) || _plain.IsKnownTo(header) ? 1 : 0;
        }

        Assert.InRange(matched, 1, 49_999);
    }

    [Fact]
    public void Without_a_header_a_write_goes_ahead_and_nothing_is_known()
    {
        Assert.Null(new Preconditions(null).Forbidding(_plain));
        Assert.False(_plain.IsKnownTo(null));
    }

    [Theory]
    [InlineData("W/\"12-9f3a\"")]
    [InlineData("\"12-9f3a\"")]
    [InlineData("W/\"7\" , W/\"12-9f3a\"")]
    [InlineData("*")]
    public void If_None_Match_knows_a_tag_that_it_names_wholly(string header) => Assert.True(_hashed.IsKnownTo(header));

    [Theory]
    [InlineData("W/\"12\"")]
    [InlineData("W/\"12-0000\"")]
    [InlineData("W/\"13-9f3a\"")]
    [InlineData("W/\"12-9F3A\"")]
    public void If_None_Match_does_not_know_the_version_with_another_hash(string header) =>
        Assert.False(_hashed.IsKnownTo(header));

    [Fact]
    public void A_header_of_any_length_is_not_read()
    {
        var header = string.Concat(Enumerable.Repeat("\"1\",", 4000)) + "\"12\"";

        Assert.False(_plain.IsNamedBy(header));
        Assert.False(_plain.IsKnownTo(header));
        Assert.True(_plain.IsNamedBy(header[^400..]));
    }

    [Theory]
    [InlineData("W/\"12\"", null, null)]
    [InlineData("W/\"11\"", null, "If-Match")]
    [InlineData(null, "W/\"11\"", null)]
    [InlineData(null, "W/\"11\", W/\"12\"", "If-None-Match")]
    [InlineData(null, "*", "If-None-Match")]
    [InlineData("*", "*", "If-None-Match")]
    [InlineData("W/\"11\"", "*", "If-Match")] // the first of the two (RFC 9110 §13.2.2)
    [InlineData("W/\"12\"", "W/\"11\"", null)]
    public void A_write_is_for_the_versions_of_If_Match_but_those_of_If_None_Match(
        string? ifMatch,
        string? ifNoneMatch,
        string? forbidding
    ) => Assert.Equal(forbidding, new Preconditions(ifMatch, ifNoneMatch).Forbidding(_hashed));
}
