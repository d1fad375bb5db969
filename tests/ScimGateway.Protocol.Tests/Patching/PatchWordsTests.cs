using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Patching;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;
using Xunit;

namespace ScimGateway.Protocol.Tests.Patching;

/// <summary>
/// What an administrator reads of a PATCH that was refused, and what the journal says was ignored.
/// </summary>
public class PatchWordsTests
{
    private const string Crew = "urn:example:params:scim:schemas:extension:crew:2.0:User";

    [Theory]
    [InlineData(
        """{"op":"move","path":"title"}""",
        "Operation 1 has the 'op' 'move'; there are add, remove and replace."
    )]
    [InlineData("""{"path":"title"}""", "Operation 1 has no 'op'.")]
    [InlineData("7", "Operation 1 is no object.")]
    [InlineData("""{"op":"remove","path":7}""", "Operation 1 has a 'path' that is no string.")]
    [InlineData("""{"op":"add","path":"title"}""", "Operation 1 is add without a value.")]
    [InlineData("""{"op":"remove"}""", "A remove names what to remove in its 'path'.")]
    [InlineData("""{"op":"add","value":"x"}""", "An operation without a 'path' has an object as its 'value'.")]
    [InlineData("""{"op":"add","path":"shoeSize","value":44}""", "No schema of User has 'shoeSize'.")]
    [InlineData("""{"op":"add","path":"groups","value":[{"value":"g"}]}""", "'groups' is read-only.")]
    [InlineData("""{"op":"remove","path":"userName"}""", "'userName' is required and cannot be removed.")]
    [InlineData(
        """{"op":"replace","path":"title[value eq \"x\"]","value":"y"}""",
        "'title' has no elements to filter."
    )]
    [InlineData(
        """{"op":"replace","path":"emails[type eq \"pager\"]","value":{}}""",
        "No value of 'emails' meets the filter [type eq \"pager\"]."
    )]
    [InlineData(
        """{"op":"replace","path":"emails[type eq \"work\"]","value":7}""",
        "A value of 'emails' is an object."
    )]
    [InlineData(
        """{"op":"replace","path":"emails[type eq \"work\"].shoe","value":"x"}""",
        "No schema has 'emails.shoe'."
    )]
    [InlineData(
        """{"op":"add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User","value":"x"}""",
        "'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User' takes an object."
    )]
    public void A_refusal_says_what_was_wrong_and_where(string operation, string says) =>
        Assert.Equal(says, Assert.Throws<ScimException>(() => Patched(operation, Reading.Rfc())).Message);

    [Theory]
    [InlineData("password[value eq 's3cret'")]
    [InlineData("password[value eq 's3cret']")]
    [InlineData("password[value eq 's3cret'].value")]
    [InlineData("password eq 's3cret'")]
    [InlineData("passwords[value like 's3cret']")]
    [InlineData("emails[password eq 's3cret'")]
    [InlineData("emails[password eq 's3cret'].value")]
    [InlineData("emails[type eq 'work' and not (a.password eq 's3cret')]")]
    [InlineData("urn:ietf:params:scim:schemas:core:2.0:User:Password s3cret")]
    public void A_refusal_does_not_repeat_what_a_path_says_of_a_password(string path) =>
        Assert.DoesNotContain(
            "s3cret",
            Assert
                .Throws<ScimException>(() =>
                    Patched(
                        $$"""{"op":"replace","path":"{{path.Replace("'", "\\\"", StringComparison.Ordinal)}}","value":"x"}""",
                        Reading.Rfc()
                    )
                )
                .Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void A_refusal_counts_operations_from_one() =>
        Assert.Equal(
            "Operation 2 has no 'op'.",
            Assert.Throws<ScimException>(() => Patched("""{"op":"remove","path":"title"},{}""", Reading.Rfc())).Message
        );

    [Fact]
    public void A_body_without_operations_says_what_is_missing() =>
        Assert.Equal(
            "A PATCH has an array 'Operations'.",
            Assert
                .Throws<ScimException>(() =>
                    PatchRequest.Read(ResourceTypes.User, ScimJson.ReadObject("{}"), Reading.Everything())
                )
                .Message
        );

    [Theory]
    [InlineData("""{"op":"add","value":{"shoeSize":44}}""", "shoeSize", "no schema has it")]
    [InlineData("""{"op":"add","path":"name","value":{"shoe":"x","givenName":"K"}}""", "name.shoe", "no schema has it")]
    [InlineData(
        """{"op":"add","path":"emails[type eq \"work\"]","value":{"shoe":"x"}}""",
        "emails.shoe",
        "no schema has it"
    )]
    [InlineData("""{"op":"replace","path":"password","value":"hush"}""", "password", "taken and not kept")]
    [InlineData(
        """{"op":"add","value":{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"shoe":"x"}}}""",
        "shoe",
        "no schema has it"
    )]
    [InlineData(
        """{"op":"add","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager","value":{"value":"m","displayName":"M"}}""",
        "manager.displayName",
        "read-only"
    )]
    [InlineData(
        $$"""{"op":"replace","path":"{{Crew}}:watch.hour","value":4}""",
        $"{Crew}:watch.hour",
        "no schema has it"
    )]
    [InlineData($$"""{"op":"remove","path":"{{Crew}}:watch"}""", $"{Crew}:watch", "no schema has it")]
    [InlineData($$"""{"op":"add","path":"{{Crew}}","value":"x"}""", Crew, "no schema has it")]
    [InlineData(
        $$"""{"op":"add","path":"{{Crew}}:knots[value eq 12]","value":"x"}""",
        $"{Crew}:knots",
        "no schema has it"
    )]
    [InlineData($$$"""{"op":"add","value":{"{{{Crew}}}":{"knots":12} } }""", Crew, "no schema has it")]
    [InlineData($$$"""{"op":"add","value":{"{{{Crew}}}:knots":12} }""", $"{Crew}:knots", "no schema has it")]
    public void What_is_left_aside_is_noted_by_name(string operation, string path, string why)
    {
        var reading = Reading.Rfc();

        Patched(operation, reading);

        Assert.Equal([new Ignored(path, why)], reading.Ignored);
    }

    [Theory]
    [InlineData("""{"op":"add","value":{"shoeSize":null}}""")]
    [InlineData(
        """{"op":"add","value":{"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User":{"shoe":null}}}"""
    )]
    public void Of_what_has_no_value_nothing_is_left_aside(string operation)
    {
        var reading = Reading.Rfc();

        Patched(operation, reading);

        Assert.Empty(reading.Ignored);
    }

    [Theory]
    [InlineData(
        """{"op":"add","path":"members","value":[{"display":"x"}]}""",
        "A member is named by its 'value', the id of a user or group."
    )]
    [InlineData(
        """{"op":"add","path":"members[value eq \"1\"]","value":{"value":"2"}}""",
        "A member cannot be changed; remove it and add another."
    )]
    [InlineData(
        """{"op":"replace","path":"members[value eq \"1\"].value","value":"2"}""",
        "'members.value' cannot be changed; remove the member and add another."
    )]
    [InlineData("""{"op":"remove","path":"members[value gt true]"}""", "'gt' cannot compare 'value' with true.")]
    public void A_refusal_of_members_says_what_to_do(string operation, string says)
    {
        var refusal = Assert.Throws<ScimException>(() =>
            Membership.Split(Request(ResourceTypes.Group, operation, Reading.Rfc()), Reading.Rfc())
        );

        Assert.Equal(says, refusal.Message);
    }

    [Fact]
    public void A_list_without_a_path_is_bounded_as_well()
    {
        var many = string.Join(',', Enumerable.Repeat("""{"value":"x@crew.example"}""", 1_001));

        var refusal = Assert.Throws<ScimException>(() =>
            Patched($$"""{"op":"add","value":{"emails":[{{many}}] } }""", Reading.Rfc())
        );

        Assert.Equal("'emails' has more than 1000 values.", refusal.Message);
    }

    private static ScimResource Patched(string operations, Reading reading)
    {
        var before = new ScimResource(
            ResourceTypes.User,
            ScimJson.ReadObject(
                """{"userName":"ines","title":"Mate","emails":[{"value":"ines@harbor.example","type":"work"}]}"""
            )
        );
        return Patcher.Apply(before, Request(before.Type, operations, reading), reading);
    }

    private static PatchRequest Request(ResourceTypeDefinition type, string operations, Reading reading) =>
        PatchRequest.Read(
            type,
            System.Text.Encoding.UTF8.GetBytes($$"""{"schemas":["{{Urn.PatchOp}}"],"Operations":[{{operations}}]}"""),
            ReadLimits.User,
            reading
        );
}
