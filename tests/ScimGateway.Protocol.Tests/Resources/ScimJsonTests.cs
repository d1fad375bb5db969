using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Resources;
using Xunit;

namespace ScimGateway.Protocol.Tests.Resources;

public class ScimJsonTests
{
    [Theory]
    [InlineData("1")]
    [InlineData("-12345678901234567890.5e-10")]
    [InlineData("true")]
    [InlineData("null")]
    [InlineData("\"\"")]
    [InlineData("\"a\"")]
    [InlineData("\"0190163c-0000-7000-8000-000000000000\"")]
    [InlineData("[]")]
    [InlineData("[[1]]")]
    [InlineData("{}")]
    [InlineData("{\"a\":null}")]
    [InlineData("{\"a\":1,\"b\":2,\"c\":3,\"d\":4}")]
    [InlineData("{\"a\":0,\"b\":0,\"c\":0,\"d\":0,\"e\":0,\"f\":0,\"g\":0,\"h\":0,\"i\":0}")]
    [InlineData("{\"value\":\"0190163c-0000-7000-8000-000000000000\",\"display\":\"Vera Holm\",\"type\":\"User\"}")]
    public void A_body_weighs_what_it_takes_in_memory_once_it_is_read(string value)
    {
        var body = Encoding.UTF8.GetBytes($"{{\"members\":[{string.Join(',', Enumerable.Repeat(value, 20_000))}]}}");
        ScimJson.ReadObject(body, ReadLimits.Group); // what is made once is made

        var before = GC.GetAllocatedBytesForCurrentThread();
        ScimJson.ReadObject(body, ReadLimits.Group);
        var taken = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.InRange(ScimJson.Weigh(body), taken, 4 * taken);
    }

    [Fact]
    public void A_body_that_ends_too_early_weighs_what_is_there_of_it()
    {
        var whole = ScimJson.Weigh("{\"x\":[1,{}]}"u8);

        Assert.Equal(whole, ScimJson.Weigh("{\"x\":[1,{}"u8));
        Assert.Equal(whole, ScimJson.Weigh([0xEF, 0xBB, 0xBF, .. "{\"x\":[1,{}]}"u8]));
    }

    [Fact]
    public void Order_numbers_and_unknown_members_stay_as_they_came()
    {
        const string text =
            """{"zulu":1,"alpha":{"y":null,"x":[]},"userName":"vera","shoeSize":42.0,"tags":[3,"a",{"k":false}],"mike":{}}""";
        Assert.Equal(text, ScimJson.ToText(ScimJson.ReadObject(text)));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("-0")]
    [InlineData("1.0")]
    [InlineData("1.50")]
    [InlineData("1e2")]
    [InlineData("1E+02")]
    [InlineData("-2.5e-07")]
    [InlineData("9007199254740993")]
    [InlineData("123456789012345678901234567890.123456789")]
    [InlineData("1e999")]
    public void A_number_keeps_its_digits(string digits)
    {
        var json = ScimJson.ReadObject($$"""{"n":{{digits}},"list":[{{digits}}]}""");
        Assert.Equal($$"""{"n":{{digits}},"list":[{{digits}}]}""", ScimJson.ToText(json));
        Assert.Equal(ScimJson.ToText(json), ScimJson.ToText(json.DeepClone()));
    }

    [Fact]
    public void Names_compare_without_case_at_every_depth()
    {
        var json = ScimJson.ReadObject(
            """{"UserName":"vera","Name":{"GIVENNAME":"Vera"},"emails":[{"Value":"v@quay.example"}]}"""
        );
        Assert.Equal("vera", ScimJson.AsText(json["userName"]));
        Assert.Equal("Vera", ScimJson.AsText(json["name"]!["givenName"]));
        Assert.Equal("v@quay.example", ScimJson.AsText(json["EMAILS"]![0]!["value"]));
        Assert.Contains("\"UserName\"", ScimJson.ToText(json), StringComparison.Ordinal);
    }

    [Fact]
    public void An_object_made_here_compares_names_without_case_too()
    {
        var json = ScimJson.NewObject();
        json["Title"] = "Cook";
        Assert.Equal("Cook", ScimJson.AsText(json["title"]));
    }

    [Theory]
    [InlineData("""{"title":"a","title":"b"}""")]
    [InlineData("""{"title":"a","Title":"a"}""")]
    [InlineData("""{"name":{"givenName":"a","givenname":"b"}}""")]
    [InlineData("""{"emails":[{"type":"a","TYPE":"b"}]}""")]
    [InlineData("""{"title":"a","t\u0069tle":"b"}""")]
    public void A_name_that_appears_twice_is_refused_in_whatever_case(string text)
    {
        Refused("invalidSyntax", HttpStatusCode.BadRequest, () => ScimJson.ReadObject(text));
    }

    [Fact]
    public void The_same_name_in_two_objects_is_nothing_special()
    {
        Assert.Equal(2, ScimJson.ReadObject("""{"name":{"value":1},"emails":[{"value":2},{"value":3}]}""").Count);
    }

    [Theory]
    [InlineData("", "nothing")]
    [InlineData("  ", "blanks")]
    [InlineData("[]", "an array")]
    [InlineData("\"text\"", "a string")]
    [InlineData("17", "a number")]
    [InlineData("null", "null")]
    [InlineData("{", "an object that does not end")]
    [InlineData("{\"a\":1", "an object that ends in the middle")]
    [InlineData("{\"a\":[1,2}", "brackets that cross")]
    [InlineData("{\"a\":1,}", "a comma too many")]
    [InlineData("{\"a\":[1,]}", "a comma too many in an array")]
    [InlineData("{a:1}", "a name without quotation marks")]
    [InlineData("{'a':1}", "single quotation marks")]
    [InlineData("{\"a\":1 \"b\":2}", "no comma")]
    [InlineData("{\"a\" 1}", "no colon")]
    [InlineData("{\"a\":01}", "a leading zero")]
    [InlineData("{\"a\":+1}", "a plus sign")]
    [InlineData("{\"a\":.5}", "no whole part")]
    [InlineData("{\"a\":NaN}", "no number")]
    [InlineData("{\"a\":True}", "true with a capital")]
    [InlineData("{\"a\":undefined}", "a word")]
    [InlineData("{\"a\":\"\n\"}", "a line break in a string")]
    [InlineData("{\"a\":\"\\x41\"}", "an escape that JSON does not have")]
    [InlineData("{\"a\":1} // b", "a comment")]
    [InlineData("{/* a */}", "a comment inside")]
    [InlineData("{\"a\":1}{\"b\":2}", "two objects")]
    [InlineData("{\"a\":1} x", "text behind the object")]
    [InlineData("{\"a\":1}]", "a bracket behind the object")]
    [InlineData("{\"a\":1}\0", "a null character behind the object")]
    public void What_is_not_one_JSON_object_is_refused(string text, string because)
    {
        var refusal = Record.Exception(() => ScimJson.ReadObject(text)) as ScimException;
        Assert.True(refusal?.ScimType == "invalidSyntax", because);
    }

    [Fact]
    public void A_refusal_tells_where_the_JSON_goes_wrong()
    {
        var refusal = Assert.Throws<ScimException>(() => ScimJson.ReadObject("{\n  \"a\": tru }"));
        Assert.Equal("The body is not JSON as it should be: line 2, byte 11.", refusal.Message);
    }

    [Fact]
    public void Blanks_around_the_object_are_fine()
    {
        Assert.Single(ScimJson.ReadObject(" \r\n\t{ \"a\" : 1 }\n "));
    }

    [Fact]
    public void A_byte_order_mark_is_passed_over()
    {
        Assert.Single(Read([0xEF, 0xBB, 0xBF, .. "{\"a\":1}"u8], ReadLimits.User));
    }

    [Fact]
    public void One_byte_order_mark_is_enough()
    {
        Refused(
            "invalidSyntax",
            HttpStatusCode.BadRequest,
            () => Read([0xEF, 0xBB, 0xBF, 0xEF, 0xBB, 0xBF, .. "{}"u8], ReadLimits.User)
        );
    }

    [Theory]
    [InlineData(new byte[] { 0xFF }, "a byte that UTF-8 does not have")]
    [InlineData(new byte[] { 0xC3 }, "a character that ends in the middle")]
    [InlineData(new byte[] { 0xC0, 0xAF }, "an overlong form")]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 }, "a surrogate")]
    [InlineData(new byte[] { 0xF4, 0x90, 0x80, 0x80 }, "beyond Unicode")]
    public void Bytes_that_are_not_UTF_8_are_refused_in_values_and_in_names(byte[] bad, string because)
    {
        byte[][] bodies =
        [
            [.. "{\"a\":\""u8, .. bad, .. "\"}"u8],
            [.. "{\""u8, .. bad, .. "\":1}"u8],
        ];
        foreach (var body in bodies)
        {
            var refusal = Record.Exception(() => Read(body, ReadLimits.User)) as ScimException;
            Assert.True(refusal?.ScimType == "invalidSyntax", because);
        }
    }

    [Theory]
    [InlineData("""{"a":"\ud83d"}""")]
    [InlineData("""{"a":"\udea2"}""")]
    [InlineData("""{"a":"\udea2\ud83d"}""")]
    [InlineData("""{"a":["x\ud83dy"]}""")]
    [InlineData("""{"\ud83d":1}""")]
    public void Half_a_surrogate_pair_is_refused(string text)
    {
        Refused("invalidSyntax", HttpStatusCode.BadRequest, () => ScimJson.ReadObject(text));
    }

    [Fact]
    public void A_whole_surrogate_pair_is_one_character()
    {
        Assert.Equal("🚢", ScimJson.AsText(ScimJson.ReadObject("""{"a":"\ud83d\udea2"}""")["a"]));
    }

    [Fact]
    public void A_body_of_as_many_bytes_as_allowed_is_read_and_of_one_more_is_too_large()
    {
        var body = Encoding.UTF8.GetBytes("""{"a":"é"}""");
        Assert.Single(Read(body, new ReadLimits(body.Length)));
        Refused(null, HttpStatusCode.RequestEntityTooLarge, () => Read(body, new ReadLimits(body.Length - 1)));
    }

    [Theory]
    [InlineData('[')]
    [InlineData('{')]
    public void Thirty_two_levels_are_read_and_one_more_is_refused(char kind)
    {
        Assert.Single(ScimJson.ReadObject(Nested(kind, 32)));
        Refused("invalidSyntax", HttpStatusCode.BadRequest, () => ScimJson.ReadObject(Nested(kind, 33)));
    }

    [Fact]
    public void Any_number_of_levels_is_refused_and_not_followed()
    {
        Refused("invalidSyntax", HttpStatusCode.BadRequest, () => ScimJson.ReadObject(Nested('[', 400_000)));
    }

    [Fact]
    public void A_thousand_values_are_read_and_one_more_is_refused()
    {
        Assert.Equal(1_000, ScimJson.ReadObject(List("emails", 1_000))["emails"]!.AsArray().Count);
        Refused("invalidValue", HttpStatusCode.BadRequest, () => ScimJson.ReadObject(List("emails", 1_001)));
    }

    [Fact]
    public void A_list_within_a_list_is_counted_too()
    {
        var text = "{\"a\":[" + List("b", 1_001)["{\"b\":".Length..^1] + "]}";
        Refused("invalidValue", HttpStatusCode.BadRequest, () => ScimJson.ReadObject(text));
    }

    [Theory]
    [InlineData("members")]
    [InlineData("MEMBERS")]
    public void Members_may_be_any_number(string name)
    {
        Assert.Equal(50_000, ScimJson.ReadObject(List(name, 50_000))[name]!.AsArray().Count);
    }

    [Fact]
    public void A_list_that_is_part_of_a_member_is_counted_again()
    {
        var text = "{\"members\":[" + List("roles", 1_001) + "]}";
        Refused("invalidValue", HttpStatusCode.BadRequest, () => ScimJson.ReadObject(text));
    }

    [Fact]
    public void Writing_leaves_characters_as_themselves_and_escapes_what_JSON_must()
    {
        const string text = """{"a":"<Łódź> & 'quay' + 港 é","b":"\"\\\b\f\n\r\t\u0001","c/d":"/"}""";
        Assert.Equal(text, ScimJson.ToText(ScimJson.ReadObject(text)));
        Assert.Equal(Encoding.UTF8.GetBytes(text), ScimJson.ToUtf8(ScimJson.ReadObject(text)));
    }

    [Fact]
    public void A_node_is_taken_for_what_it_is_and_nothing_else()
    {
        var json = ScimJson.ReadObject("""{"text":"5","flag":true,"whole":5,"none":null,"list":[],"object":{}}""");
        Assert.Equal(["5"], json.Select(m => ScimJson.AsText(m.Value)).OfType<string>());
        Assert.Equal([true], json.Select(m => ScimJson.AsFlag(m.Value)).OfType<bool>());
    }

    private static string Nested(char kind, int levels) =>
        kind == '['
            ? "{\"a\":" + new string('[', levels - 1) + new string(']', levels - 1) + "}"
            : string.Concat(Enumerable.Repeat("{\"a\":", levels)) + "1" + new string('}', levels);

    private static string List(string name, int values) =>
        $"{{\"{name}\":[{string.Join(',', Enumerable.Repeat('1', values))}]}}";

    private static JsonObject Read(byte[] body, ReadLimits limits) => ScimJson.ReadObject(body, limits);

    private static void Refused(string? scimType, HttpStatusCode status, Action read)
    {
        var refusal = Assert.Throws<ScimException>(read);
        Assert.Equal((status, scimType), (refusal.Status, refusal.ScimType));
    }
}
