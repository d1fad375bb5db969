using ScimGateway.Protocol.Paths;
using Xunit;

namespace ScimGateway.Protocol.Tests.Paths;

/// <summary>attrPath of RFC 7644 figure 1, and what RFC 7644 §3.10 says of its facets.</summary>
public class AttributePathTests
{
    private const string Enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    [Theory]
    [InlineData("userName", null, "userName", null)]
    [InlineData("name.familyName", null, "name", "familyName")]
    [InlineData("k", null, "k", null)]
    [InlineData("x509Certificates.value", null, "x509Certificates", "value")]
    [InlineData("shift-plan_2.first-day_1", null, "shift-plan_2", "first-day_1")]
    [InlineData("$ref", null, "$ref", null)]
    [InlineData("members.$ref", null, "members", "$ref")]
    [InlineData(
        "urn:ietf:params:scim:schemas:core:2.0:User:userName",
        "urn:ietf:params:scim:schemas:core:2.0:User",
        "userName",
        null
    )]
    [InlineData(Enterprise + ":manager.displayName", Enterprise, "manager", "displayName")]
    [InlineData("urn:example:harbour-crew:3.1:berth", "urn:example:harbour-crew:3.1", "berth", null)]
    [InlineData(
        "https://schemas.harbour.example/crew/1.0:berth.side",
        "https://schemas.harbour.example/crew/1.0",
        "berth",
        "side"
    )]
    public void A_name_is_taken_apart(string text, string? schema, string name, string? sub)
    {
        Assert.True(AttributePath.TryParse(text, out var path));
        Assert.Equal((schema, name, sub), (path.Schema, path.Name, path.Sub));
        Assert.Equal(text, path.ToString());
    }

    [Theory]
    [InlineData("", "nothing")]
    [InlineData(" ", "a blank")]
    [InlineData("user name", "a blank in a name")]
    [InlineData(" userName", "a blank before a name")]
    [InlineData("2ndName", "a digit first")]
    [InlineData("_name", "an underscore first")]
    [InlineData("-name", "a hyphen first")]
    [InlineData("prénom", "a letter that is not ASCII")]
    [InlineData("name٣", "a digit that is not ASCII")]
    [InlineData("name/familyName", "a sign that no name has")]
    [InlineData("$", "a dollar alone")]
    [InlineData("$$ref", "two dollars")]
    [InlineData("$2", "a dollar and a digit")]
    [InlineData(".familyName", "no attribute")]
    [InlineData("name.", "no sub-attribute")]
    [InlineData("name..familyName", "two dots")]
    [InlineData("name.familyName.maiden", "a sub-attribute of a sub-attribute")]
    [InlineData("name.2nd", "a sub-attribute with a digit first")]
    [InlineData(":userName", "no URI")]
    [InlineData("urn:userName", "a scheme alone")]
    [InlineData("2rn:example:crew:berth", "a scheme with a digit first")]
    [InlineData(Enterprise + ":", "no name behind the URI")]
    [InlineData(Enterprise + ":.value", "no attribute behind the URI")]
    [InlineData("urn:example:cr ew:berth", "a blank in the URI")]
    [InlineData("urn:example:cr\tew:berth", "a control character in the URI")]
    [InlineData("urn:example:\"crew\":berth", "quotation marks in the URI")]
    [InlineData("urn:example:crew[1]:berth", "brackets in the URI")]
    [InlineData("urn:example:krähe:berth", "a letter in the URI that is not ASCII")]
    [InlineData("emails[type eq \"work\"]", "a value path")]
    public void What_the_grammar_does_not_have_is_no_name(string text, string because)
    {
        Assert.False(AttributePath.TryParse(text, out _), because);
    }

    [Theory]
    [InlineData("userName", "USERNAME")]
    [InlineData("name.familyName", "Name.FamilyName")]
    [InlineData(Enterprise + ":department", "URN:IETF:PARAMS:SCIM:SCHEMAS:EXTENSION:ENTERPRISE:2.0:USER:DEPARTMENT")]
    public void All_facets_compare_without_case(string left, string right)
    {
        Assert.Equal(Read(left), Read(right));
        Assert.Equal(Read(left).GetHashCode(), Read(right).GetHashCode());
    }

    [Theory]
    [InlineData("userName", "userNames")]
    [InlineData("name", "name.formatted")]
    [InlineData("name.givenName", "name.familyName")]
    [InlineData("department", Enterprise + ":department")]
    [InlineData(Enterprise + ":department", "urn:example:crew:1.0:department")]
    public void Different_names_are_different(string left, string right)
    {
        Assert.NotEqual(Read(left), Read(right));
    }

    [Fact]
    public void A_core_attribute_is_named_without_a_schema()
    {
        Assert.Equal(Read("name.givenName"), new AttributePath("name", "givenName"));
        Assert.Equal(Read("title"), new AttributePath("title"));
    }

    private static AttributePath Read(string text) =>
        AttributePath.TryParse(text, out var path) ? path : throw new ArgumentException(text);
}
