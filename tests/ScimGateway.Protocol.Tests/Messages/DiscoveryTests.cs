using System.Text.Json.Nodes;
using ScimGateway.Protocol.Messages;
using ScimGateway.Protocol.Schemas;
using Xunit;

namespace ScimGateway.Protocol.Tests.Messages;

public class DiscoveryTests
{
    private static readonly Discovery _discovery = new(ResourceTypes.User, ResourceTypes.Group);

    [Fact]
    public void The_schemas_are_those_of_what_is_served_and_of_the_description_itself()
    {
        var list = Written.Json(json => _discovery.WriteSchemas(json, "https://scim.example/v2"));

        Assert.Equal(
            [
                "urn:ietf:params:scim:schemas:core:2.0:User",
                "urn:ietf:params:scim:schemas:core:2.0:Group",
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
                "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig",
                "urn:ietf:params:scim:schemas:core:2.0:ResourceType",
                "urn:ietf:params:scim:schemas:core:2.0:Schema",
            ],
            Strings(list, "id")
        );
        Assert.Equal("urn:ietf:params:scim:api:messages:2.0:ListResponse", (string?)list["schemas"]![0]);
        Assert.Equal((6, 6, 1), ((int)list["totalResults"]!, (int)list["itemsPerPage"]!, (int)list["startIndex"]!));
        Assert.Equal(
            "https://scim.example/v2/Schemas/urn:ietf:params:scim:schemas:core:2.0:Group",
            (string?)list["Resources"]![1]!["meta"]!["location"]
        );
    }

    [Fact]
    public void The_resource_types_are_those_that_are_served()
    {
        var list = Written.Json(json => _discovery.WriteResourceTypes(json, "https://scim.example/v2"));

        Assert.Equal(["User", "Group"], Strings(list, "name"));
        Assert.Equal(["/Users", "/Groups"], Strings(list, "endpoint"));
        Assert.Equal(2, (int)list["totalResults"]!);
        Assert.Equal(
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
            (string?)list["Resources"]![0]!["schemaExtensions"]![0]!["schema"]
        );
    }

    [Fact]
    public void An_extension_of_two_types_is_one_schema()
    {
        var badge = new SchemaDefinition("urn:example:badge", "Badge", "A badge.", []);

        var discovery = new Discovery(ResourceTypes.User.With(badge), ResourceTypes.Group.With(badge));

        Assert.Equal(7, discovery.Schemas.Count);
        Assert.Same(badge, discovery.Schema("urn:example:badge"));
    }

    [Theory]
    [InlineData("urn:ietf:params:scim:schemas:core:2.0:User", "User")]
    [InlineData("URN:IETF:PARAMS:SCIM:SCHEMAS:CORE:2.0:GROUP", "Group")]
    [InlineData("urn:ietf:params:scim:schemas:core:2.0:schema", "Schema")]
    public void A_schema_is_found_by_its_id_in_any_case(string id, string name) =>
        Assert.Equal(name, _discovery.Schema(id)?.Name);

    [Fact]
    public void A_resource_type_is_found_by_its_id_in_any_case()
    {
        Assert.Same(ResourceTypes.User, _discovery.ResourceType("uSER"));
        Assert.Same(ResourceTypes.Group, _discovery.ResourceType("Group"));
    }

    [Fact]
    public void What_is_not_there_is_not_found()
    {
        Assert.Null(_discovery.Schema("urn:example:badge"));
        Assert.Null(_discovery.ResourceType("Users"));
    }

    private static IEnumerable<string?> Strings(JsonObject list, string name) =>
        list["Resources"]!.AsArray().Select(resource => (string?)resource![name]);
}
