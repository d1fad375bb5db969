using System.Text.Json.Nodes;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Patching;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;
using Xunit;

namespace ScimGateway.Protocol.Tests.Patching;

/// <summary>
/// RFC 7644 §3.5.2: "adding the attribute urn:…:User:employeeNumber automatically adds the value urn:…:User to the
/// resource's schemas attribute".
/// </summary>
public class PatchedSchemasTests
{
    private const string Crew = "urn:example:params:scim:schemas:extension:crew:2.0:User";

    private const string Plain = $$"""{"schemas":["{{Urn.User}}"],"userName":"ines@harbor.example"}""";

    private const string Staff =
        $$$"""{"schemas":["{{{Urn.User}}}","{{{Urn.EnterpriseUser}}}"],"userName":"ines@harbor.example","{{{Urn.EnterpriseUser}}}":{"department":"Pilotage"}}""";

    [Fact]
    public void The_first_attribute_of_an_extension_adds_its_URN() =>
        Assert.Equal(
            [Urn.User, Urn.EnterpriseUser],
            Schemas(Plain, $$"""{"op":"add","path":"{{Urn.EnterpriseUser}}:employeeNumber","value":"7001"}""")
        );

    [Fact]
    public void The_extension_in_a_value_without_a_path_adds_its_URN() =>
        Assert.Equal(
            [Urn.User, Urn.EnterpriseUser],
            Schemas(Plain, $$$"""{"op":"add","value":{"{{{Urn.EnterpriseUser}}}":{"department":"Pilotage"} } }""")
        );

    [Fact]
    public void An_extension_that_no_schema_describes_adds_no_URN() =>
        Assert.Equal(
            [Urn.User, Urn.EnterpriseUser],
            Schemas(Staff, $$"""{"op":"add","path":"{{Crew}}:watch","value":"first"}""")
        );

    [Fact]
    public void The_URN_is_added_in_the_schemas_own_spelling() =>
        Assert.Equal(
            [Urn.User, Urn.EnterpriseUser],
            Schemas(
                Plain,
                $$"""{"op":"add","path":"{{Urn.EnterpriseUser.ToUpperInvariant()}}:department","value":"Pilotage"}"""
            )
        );

    [Fact]
    public void The_last_attribute_of_an_extension_takes_its_URN_along() =>
        Assert.Equal([Urn.User], Schemas(Staff, $$"""{"op":"remove","path":"{{Urn.EnterpriseUser}}:department"}"""));

    [Fact]
    public void The_extension_itself_takes_its_URN_along() =>
        Assert.Equal([Urn.User], Schemas(Staff, $$"""{"op":"remove","path":"{{Urn.EnterpriseUser}}"}"""));

    [Fact]
    public void A_core_attribute_leaves_the_URNs_as_they_are() =>
        Assert.Equal(
            [Urn.User, Urn.EnterpriseUser],
            Schemas(Staff, """{"op":"replace","path":"title","value":"Mate"}""")
        );

    [Fact]
    public void A_URN_alone_makes_no_extension() =>
        Assert.Equal(
            [Urn.User],
            Schemas(Plain, $$"""{"op":"add","path":"schemas","value":["{{Urn.EnterpriseUser}}"]}""")
        );

    [Fact]
    public void The_URN_of_an_extension_in_use_stays_whatever_is_said() =>
        Assert.Equal(
            [Urn.User, Urn.EnterpriseUser],
            Schemas(Staff, $$"""{"op":"replace","path":"schemas","value":["{{Urn.User}}"]}""")
        );

    [Fact]
    public void A_resource_kept_without_schemas_has_them_after_its_first_patch() =>
        Assert.Equal(
            [Urn.User],
            Schemas("""{"userName":"ines@harbor.example"}""", """{"op":"add","path":"title","value":"Mate"}""")
        );

    private static IEnumerable<string?> Schemas(string before, string operation)
    {
        var request = PatchRequest.Read(
            ResourceTypes.User,
            ScimJson.ReadObject($$"""{"schemas":["{{Urn.PatchOp}}"],"Operations":[{{operation}}]}"""),
            Reading.Rfc()
        );
        var resource = new ScimResource(ResourceTypes.User, ScimJson.ReadObject(before));
        return Patcher.Apply(resource, request, Reading.Rfc()).Json["schemas"]!.AsArray().Select(urn => (string?)urn);
    }
}
