using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Filters;
using ScimGateway.Protocol.Patching;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;
using Xunit;

namespace ScimGateway.Protocol.Tests.Deviations;

public class ReadingTests
{
    [Theory]
    [InlineData("""{"op":"add","value":{"emails[value eq \"ines@harbor.example\"].display":"x"}}""")]
    [InlineData(
        """{"op":"add","path":"urn:ietf:params:scim:schemas:core:2.0:User.emails[value eq \"ines@harbor.example\"].display","value":"x"}"""
    )]
    public void A_note_names_the_place_and_no_value(string operation)
    {
        var reading = Reading.Everything();

        Read(operation, reading);

        Assert.NotEmpty(reading.Normalised);
        Assert.All(reading.Normalised, note => Assert.DoesNotContain("ines", note.Where, StringComparison.Ordinal));
    }

    [Fact]
    public void An_attribute_that_no_schema_has_is_noted_when_a_filter_asks_for_it()
    {
        var reading = Reading.Everything();

        Filter.Read("not (departmnt eq \"Towage\")", ResourceTypes.User, reading);

        Assert.Equal([new Ignored("departmnt", "no schema has it, so it has no value")], reading.Ignored);
    }

    [Fact]
    public void Where_there_is_more_to_note_than_is_kept_that_is_said()
    {
        var reading = Reading.Everything();
        var few = ScimJson.ReadObject("""{"userName":"v","a":1}""");
        SchemaCheck.Admit(new ScimResource(ResourceTypes.User, few), reading);
        Assert.False(reading.HasMore);

        var many = string.Join(',', Enumerable.Range(0, 150).Select(i => $"\"x{i}\":1"));
        SchemaCheck.Admit(
            new ScimResource(ResourceTypes.User, ScimJson.ReadObject($"{{\"userName\":\"v\",{many}}}")),
            reading
        );

        Assert.Equal(100, reading.Ignored.Count);
        Assert.True(reading.HasMore);
    }

    [Fact]
    public void A_refusal_quotes_no_more_of_a_request_than_a_reader_needs()
    {
        var refusal = Assert.Throws<ScimException>(() =>
            Read($$"""{"op":"{{new string('x', 50_000)}}","path":"title"}""", Reading.Rfc())
        );

        Assert.InRange(refusal.Message.Length, 100, 1_001);
    }

    [Fact]
    public void A_body_that_was_read_can_be_read_again()
    {
        var body = ScimJson.ReadObject(
            $$"""{"schemas":["{{Urn.PatchOp}}"],"Operations":[{"op":"add","path":"title","value":"Mate"}]}"""
        );

        PatchRequest.Read(ResourceTypes.User, body, Reading.Rfc());
        var again = PatchRequest.Read(ResourceTypes.User, body, Reading.Rfc());

        Assert.Equal("Mate", (string?)again.Operations.Single().Value);
    }

    [Fact]
    public void JSON_whose_names_compare_with_case_makes_no_resource() =>
        Assert.Throws<ArgumentException>(() => new ScimResource(ResourceTypes.User, []));

    private static void Read(string operation, Reading reading) =>
        PatchRequest.Read(
            ResourceTypes.User,
            ScimJson.ReadObject($$"""{"schemas":["{{Urn.PatchOp}}"],"Operations":[{{operation}}] }"""),
            reading
        );
}
