using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Bounds;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Filters;
using ScimGateway.Protocol.Patching;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;
using Xunit;

namespace ScimGateway.Protocol.Tests.Deviations;

/// <summary>What the interoperability profile has otherwise than the RFCs, and nothing beside that.</summary>
public class InteropTests
{
    public static IEnumerable<TheoryDataRow<string, string>> Cases() =>
        Vectors.Rows("interop.json", "vectors", row => $"{row["name"]}");

    [Theory]
    [MemberData(nameof(Cases))]
    public void It_is_read_as_the_profile_has_it_and_by_the_RFCs_as_ever(string _, string json)
    {
        var row = JsonNode.Parse(json)!.AsObject();

        Assert.Equal((string?)row["interop"], Told(row, Reading.Interop(), "after"));
        Assert.Equal((string?)row["rfc"], Told(row, Reading.Rfc(), "afterRfc"));
    }

    [Fact]
    public void What_a_source_is_not_understood_with_leaves_the_profile_as_it_is()
    {
        var dialect = Dialect.Interop.Without(Deviation.BooleanAsText);

        Assert.True(dialect.IsInterop);
        Assert.DoesNotContain(Deviation.All, dialect.Understands);
        Assert.False(Dialect.Everything.Without(Deviation.BooleanAsText).IsInterop);
    }

    [Fact]
    public void Nothing_but_what_is_not_kept_goes_from_a_schema_and_what_is_whole_stays_the_same()
    {
        var (plain, announced) = (ResourceTypes.User, InteropSchemas.Of(ResourceTypes.User));

        Assert.Null(announced.CoreAttribute("password"));
        foreach (var attribute in plain.Schema.Attributes.Where(attribute => attribute.Name != "password"))
        {
            var other = announced.Schema.Attribute(attribute.Name)!;
            Assert.Equal(
                Printed(attribute, untyped: true),
                Printed(other, untyped: attribute.Sub("type") is { CanonicalValues.Count: 0 })
            );
        }
    }

    // A schema that has the attribute alone, as it is printed; without the values of a type where that is asked.
    private static string Printed(AttributeDefinition attribute, bool untyped)
    {
        using var buffer = new MemoryStream();
        using (var json = new System.Text.Json.Utf8JsonWriter(buffer))
            new SchemaDefinition("urn:x", "x", "x", [attribute]).WriteTo(json, "");
        var printed = JsonNode.Parse(buffer.ToArray())!.AsObject();
        foreach (var part in printed["attributes"]![0]!["subAttributes"]?.AsArray() ?? [])
            if (
                untyped
                && (string?)part!["name"] == "type"
                && attribute.Name is "roles" or "entitlements" or "x509Certificates"
            )
                part!.AsObject().Remove("canonicalValues");
        return printed.ToJsonString();
    }

    private static string? Told(JsonObject row, Reading reading, string after)
    {
        var type = (string?)row["type"] == "Group" ? ResourceTypes.Group : ResourceTypes.User;
        try
        {
            if ((string?)row["filter"] is { } filter)
                Filter.Read(
                    filter,
                    type,
                    reading,
                    (bool?)row["ofBoth"] == true ? [ResourceTypes.User, ResourceTypes.Group] : null
                );
            else if (row["body"] is { } body)
                SchemaCheck.Admit(Resource(type, body), reading);
            else
            {
                var request = PatchRequest.Read(type, Bytes(row["patch"]!), ReadLimits.User, reading);
                var patched = Patcher.Apply(Resource(type, row["before"]!), request, reading);
                if ((row[after] ?? row["after"]) is { } expected)
                    Assert.True(Vectors.Same(expected.AsObject(), patched.Json), patched.Json.ToJsonString());
            }
            return null;
        }
        catch (ScimException e)
        {
            return e.ScimType;
        }
    }

    private static ScimResource Resource(ResourceTypeDefinition type, JsonNode json) =>
        ScimResource.Read(type, Bytes(json), ReadLimits.User);

    private static byte[] Bytes(JsonNode node) => Encoding.UTF8.GetBytes(node.ToJsonString());
}
