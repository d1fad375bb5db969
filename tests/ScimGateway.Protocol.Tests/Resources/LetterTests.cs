using System.Text.Json.Nodes;
using ScimGateway.Protocol.Bounds;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Filters;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;
using Xunit;

namespace ScimGateway.Protocol.Tests.Resources;

/// <summary>
/// Nobody is taken for another person by a letter: what is an ASCII one in disguise is in no address, and meets none
/// where texts are compared.
/// </summary>
public class LetterTests
{
    public static IEnumerable<TheoryDataRow<string, string>> Disguised() =>
        Vectors.Rows("letters.json", "disguised", row => $"{row["name"]}");

    public static IEnumerable<TheoryDataRow<string, string>> Honest() =>
        Vectors.Rows("letters.json", "honest", row => $"{row["name"]}");

    [Theory]
    [MemberData(nameof(Disguised))]
    public void A_letter_that_is_an_ASCII_one_in_disguise_is_in_no_address(string _, string json)
    {
        var row = JsonNode.Parse(json)!;

        var refusal = Assert.Throws<ScimException>(() => TextCheck.Require(null, Of((string)row["address"]!)));

        Assert.Equal("invalidValue", refusal.ScimType);
        Assert.Contains("'emails.value'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains($"{row["letter"]} as its character {row["at"]}", refusal.Message, StringComparison.Ordinal);
        TextCheck.Require(null, Of((string)row["as"]!));
    }

    [Theory]
    [MemberData(nameof(Disguised))]
    public void A_letter_in_disguise_meets_no_ASCII_one(string _, string json)
    {
        var row = JsonNode.Parse(json)!;
        var (disguised, other) = ((string)row["address"]!, (string)row["as"]!);

        Assert.NotEqual(Spelling.Folded(other), Spelling.Folded(disguised));
        Assert.NotEqual(other, Spelling.Lower(disguised));
        Assert.False(Equal(disguised).Matches(Of(other), new WorkLimit()));
        Assert.False(Equal(other).Matches(Of(disguised), new WorkLimit()));
    }

    [Theory]
    [MemberData(nameof(Honest))]
    public void An_address_in_any_language_is_taken_and_is_itself_in_every_case_and_form(string _, string json)
    {
        var row = JsonNode.Parse(json)!;
        var address = (string)row["address"]!;

        TextCheck.Require(null, Of(address));

        foreach (var same in row["as"]!.AsArray().Select(node => (string)node!))
        {
            Assert.Equal(Spelling.Folded(address), Spelling.Folded(same));
            Assert.True(Equal(same).Matches(Of(address), new WorkLimit()));
        }
        foreach (var other in row["not"]!.AsArray().Select(node => (string)node!))
        {
            Assert.NotEqual(Spelling.Folded(address), Spelling.Folded(other));
            Assert.False(Equal(other).Matches(Of(address), new WorkLimit()));
        }
    }

    [Fact]
    public void What_is_folded_or_lower_stays_so()
    {
        for (var code = 0; code <= 0x10FFFF; code = code == 0xD7FF ? 0xE000 : code + 1)
        {
            var letter = char.ConvertFromUtf32(code);
            var folded = Spelling.Folded(letter);
            if (
                folded != Spelling.Folded(folded)
                || folded != Spelling.Folded(Spelling.Lower(letter))
                || (code > 0x7F && folded.Any(char.IsAscii))
                || (code > 0x7F && Spelling.Lower(letter).Any(char.IsAscii))
            )
                Assert.Fail($"U+{code:X4} is folded to {folded}");
        }
    }

    [Theory]
    [InlineData("emails[type eq \\\"work\\\"].value", "\"\\u212aate@x.example\"")]
    [InlineData("emails", "[{\"value\":\"\\u212aate@x.example\"}]")]
    [InlineData("emails.value", "\"\\u212aate@x.example\"")]
    public void A_PATCH_brings_no_such_letter_in(string path, string value)
    {
        var before = Of("ann@x.example");

        var refusal = Assert.Throws<ScimException>(() => TextTests.Patched(before, path, value));

        Assert.Contains("U+212A", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_has_such_an_address_keeps_it_through_a_PATCH_of_something_else_and_a_PUT_that_repeats_it()
    {
        var before = Of("\u212aate@x.example");

        Assert.Equal("Pilot", TextTests.Patched(before, "title", "\"Pilot\"").Text("title"));
        TextCheck.Require(before, Of("\u212aate@x.example"));
        Assert.Throws<ScimException>(() => TextCheck.Require(before, Of("\u212aatie@x.example")));
    }

    [Theory]
    [InlineData("displayName")]
    [InlineData("title")]
    [InlineData("externalId")]
    public void What_is_no_address_may_have_any_letter(string attribute)
    {
        var user = Of("ann@x.example");
        user.Json[attribute] = "\u212aate \ufb01\u2460";

        TextCheck.Require(null, user);
    }

    private static Filter Equal(string address) =>
        Filter.Read(
            $"emails.value eq {JsonValue.Create(address).ToJsonString()}",
            ResourceTypes.User,
            new Reading(Dialect.Rfc, new WorkLimit())
        );

    private static ScimResource Of(string address)
    {
        var user = new ScimResource(
            ResourceTypes.User,
            ScimJson.ReadObject(
                $$"""{"schemas":["{{Urn.User}}"],"userName":"k","emails":[{"type":"work","value":{{JsonValue.Create(
                    address
                ).ToJsonString()}}}]}"""
            )
        );
        SchemaCheck.Admit(user, Reading.Rfc());
        return user;
    }
}
