using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Schemas;
using ScimGateway.Protocol.Tests.Resources;
using Xunit;

namespace ScimGateway.Protocol.Tests.Schemas;

/// <summary>What /Schemas and /ResourceTypes print, held against RFC 7643 §8.6 and §8.7.</summary>
public class SchemaTests
{
    private const string BaseUrl = "https://scim.harbor.example/v2";

    private static readonly SchemaDefinition[] _schemas =
    [
        CoreSchemas.User,
        CoreSchemas.Group,
        CoreSchemas.EnterpriseUser,
        DiscoverySchemas.ServiceProviderConfig,
        DiscoverySchemas.ResourceType,
        DiscoverySchemas.Schema,
    ];

    // The prose of RFC 7643 §4.3 calls both parts of a manager RECOMMENDED; RFC 9865 §4 adds the pagination.
    private static readonly string[] _requiredInPrintOnly = ["manager.value", "manager.$ref"];
    private static readonly string[] _addedSince = ["pagination"];

    // Slack's groups have their names to themselves, and the server says so.
    private const string Unique = "displayName.uniqueness";

    public static IEnumerable<TheoryDataRow<string>> Printed() => RfcExampleTests.Named("rfc7643-8.7.*.json");

    [Theory]
    [MemberData(nameof(Printed))]
    public void A_schema_is_printed_as_the_RFC_prints_it(string file)
    {
        var printed = RfcExampleTests.Read(file);
        var ours = Print(_schemas.Single(s => s.Id == (string?)printed["id"]));

        Assert.Equal((string?)printed["name"], (string?)ours["name"]);
        AssertSame(printed["attributes"]!, ours["attributes"]!, "");
    }

    // name type [many] [required] [exact] mutability returned uniqueness, and what is below
    public static TheoryData<string, string> Facts() =>
        new()
        {
            { "User", "userName string required readWrite default server" },
            { "User", "name complex readWrite default none" },
            { "User", "name.formatted string readWrite default none" },
            { "User", "name.familyName string readWrite default none" },
            { "User", "name.givenName string readWrite default none" },
            { "User", "name.middleName string readWrite default none" },
            { "User", "name.honorificPrefix string readWrite default none" },
            { "User", "name.honorificSuffix string readWrite default none" },
            { "User", "displayName string readWrite default none" },
            { "User", "nickName string readWrite default none" },
            { "User", "profileUrl reference readWrite default none -> external" },
            { "User", "title string readWrite default none" },
            { "User", "userType string readWrite default none" },
            { "User", "preferredLanguage string readWrite default none" },
            { "User", "locale string readWrite default none" },
            { "User", "timezone string readWrite default none" },
            { "User", "active boolean readWrite default none" },
            { "User", "password string writeOnly never none" },
            { "User", "emails complex many readWrite default none" },
            { "User", "emails.value string readWrite default none" },
            { "User", "emails.display string readWrite default none" },
            { "User", "emails.type string readWrite default none: work home other" },
            { "User", "emails.primary boolean readWrite default none" },
            { "User", "phoneNumbers.type string readWrite default none: work home mobile fax pager other" },
            { "User", "ims.type string readWrite default none: aim gtalk icq xmpp msn skype qq yahoo" },
            { "User", "photos.value reference exact readWrite default none -> external" },
            { "User", "photos.type string readWrite default none: photo thumbnail" },
            { "User", "addresses complex many readWrite default none" },
            { "User", "addresses.formatted string readWrite default none" },
            { "User", "addresses.streetAddress string readWrite default none" },
            { "User", "addresses.locality string readWrite default none" },
            { "User", "addresses.region string readWrite default none" },
            { "User", "addresses.postalCode string readWrite default none" },
            { "User", "addresses.country string readWrite default none" },
            { "User", "addresses.type string readWrite default none: work home other" },
            { "User", "groups complex many readOnly default none" },
            { "User", "groups.value string readOnly default none" },
            { "User", "groups.$ref reference readOnly default none -> Group" },
            { "User", "groups.display string readOnly default none" },
            { "User", "groups.type string readOnly default none: direct indirect" },
            { "User", "entitlements complex many readWrite default none" },
            { "User", "roles complex many readWrite default none" },
            { "User", "roles.primary boolean readWrite default none" },
            { "User", "x509Certificates complex many readWrite default none" },
            { "User", "x509Certificates.value binary exact readWrite default none" },
            { "Group", "displayName string required readWrite default server" },
            { "Group", "members complex many readWrite default none" },
            { "Group", "members.value string immutable default none" },
            { "Group", "members.$ref reference immutable default none -> User Group" },
            { "Group", "members.type string immutable default none: User Group" },
            { "EnterpriseUser", "employeeNumber string readWrite default none" },
            { "EnterpriseUser", "costCenter string readWrite default none" },
            { "EnterpriseUser", "organization string readWrite default none" },
            { "EnterpriseUser", "division string readWrite default none" },
            { "EnterpriseUser", "department string readWrite default none" },
            { "EnterpriseUser", "manager complex readWrite default none" },
            { "EnterpriseUser", "manager.value string exact readWrite default none" },
            { "EnterpriseUser", "manager.$ref reference readWrite default none -> User" },
            { "EnterpriseUser", "manager.displayName string readOnly default none" },
        };

    [Theory]
    [MemberData(nameof(Facts))]
    public void An_attribute_has_these_characteristics(string schema, string fact)
    {
        var path = fact[..fact.IndexOf(' ')].Split('.');
        var attribute = Print(_schemas.Single(s => s.Name == schema));
        var node = path.Aggregate((JsonNode)attribute, Below);

        Assert.Equal(fact, $"{string.Join('.', path)} {Told(node)}");
    }

    [Fact]
    public void A_user_has_the_attributes_of_the_RFC_and_no_others() =>
        Assert.Equal(
            "userName name displayName nickName profileUrl title userType preferredLanguage locale timezone active password"
                + " emails phoneNumbers ims photos addresses groups entitlements roles x509Certificates",
            string.Join(' ', CoreSchemas.User.Attributes)
        );

    [Fact]
    public void What_every_resource_has_is_part_of_no_schema()
    {
        foreach (var name in (string[])["schemas", "id", "externalId", "meta"])
        {
            Assert.All(_schemas.Take(3), schema => Assert.Null(schema.Attribute(name)));
            Assert.NotNull(ResourceTypes.User.CoreAttribute(name));
            Assert.NotNull(ResourceTypes.Group.CoreAttribute(name));
        }
    }

    // RFC 7643 §3.1
    [Theory]
    [InlineData("id", Mutability.ReadOnly, Returned.Always, true)]
    [InlineData("externalId", Mutability.ReadWrite, Returned.Default, true)]
    [InlineData("meta", Mutability.ReadOnly, Returned.Default, false)]
    public void What_every_resource_has_is_described(
        string name,
        Mutability mutability,
        Returned returned,
        bool caseExact
    )
    {
        var attribute = ResourceTypes.User.CoreAttribute(name)!;

        Assert.Equal(
            (mutability, returned, caseExact),
            (attribute.Mutability, attribute.Returned, attribute.CaseExact)
        );
    }

    [Fact]
    public void A_printed_schema_says_what_and_where_it_is()
    {
        foreach (var schema in _schemas)
        {
            var printed = Print(schema);
            Assert.Equal(Urn.Schema, (string?)Assert.Single(printed["schemas"]!.AsArray()));
            Assert.Equal(schema.Id, (string?)printed["id"]);
            Assert.Equal("Schema", (string?)printed["meta"]!["resourceType"]);
            Assert.Equal($"{BaseUrl}/Schemas/{schema.Id}", (string?)printed["meta"]!["location"]);
        }
    }

    // Entra ID, OneLogin and authentik read /Schemas, and stumble over nulls and over members that are missing.
    [Fact]
    public void A_printed_attribute_is_complete_and_has_no_null()
    {
        foreach (var attribute in _schemas.SelectMany(schema => All(Print(schema)["attributes"]!)))
        {
            Assert.DoesNotContain(attribute, member => member.Value is null or JsonArray { Count: 0 });
            foreach (var name in (string[])["name", "type", "description", "mutability", "returned", "uniqueness"])
                Assert.False(string.IsNullOrEmpty((string?)attribute[name]), $"{attribute["name"]} has no {name}");
            foreach (var name in (string[])["multiValued", "required", "caseExact"])
                Assert.True(
                    attribute[name] is JsonValue value && value.TryGetValue<bool>(out _),
                    $"{attribute["name"]}: {name}"
                );
            Assert.Equal((string?)attribute["type"] == "complex", attribute.ContainsKey("subAttributes"));
            Assert.Equal((string?)attribute["type"] == "reference", attribute.ContainsKey("referenceTypes"));
        }
    }

    [Fact]
    public void The_resource_types_are_printed_as_in_the_RFC()
    {
        AssertType(ResourceTypes.User, "User", "/Users", Urn.User, Urn.EnterpriseUser);
        AssertType(ResourceTypes.Group, "Group", "/Groups", Urn.Group);
    }

    [Fact]
    public void A_type_with_one_more_extension_leaves_the_type_as_it_was()
    {
        var crew = new SchemaDefinition("urn:example:crew:1.0", "Crew", "What a crew has.", []);

        var type = ResourceTypes.Group.With(crew);

        Assert.Same(crew, type.Extension("URN:EXAMPLE:CREW:1.0"));
        Assert.Null(ResourceTypes.Group.Extension(crew.Id));
        Assert.Equal(crew.Id, (string?)Print(type)["schemaExtensions"]![0]!["schema"]);
    }

    private static void AssertType(
        ResourceTypeDefinition type,
        string name,
        string endpoint,
        string schema,
        params string[] more
    )
    {
        var printed = Print(type);
        Assert.Equal(Urn.ResourceType, (string?)Assert.Single(printed["schemas"]!.AsArray()));
        Assert.Equal(
            (name, name, endpoint, schema),
            ((string?)printed["id"], (string?)printed["name"], (string?)printed["endpoint"], (string?)printed["schema"])
        );
        Assert.Equal($"{BaseUrl}/ResourceTypes/{name}", (string?)printed["meta"]!["location"]);
        var extensions = printed["schemaExtensions"]!.AsArray();
        Assert.Equal(more, extensions.Select(e => (string?)e!["schema"]));
        Assert.All(extensions, e => Assert.False((bool)e!["required"]!));
    }

    private static void AssertSame(JsonNode printed, JsonNode ours, string above)
    {
        var names = printed.AsArray().Select(a => (string)a!["name"]!).ToList();
        Assert.Equal(
            names,
            ours.AsArray().Select(a => (string)a!["name"]!).Except(above.Length == 0 ? _addedSince : [])
        );
        foreach (var name in names)
        {
            var (theirs, own) = (Named(printed, name), Named(ours, name));
            foreach (var (characteristic, value) in theirs)
                if (characteristic == "subAttributes")
                    AssertSame(value!, own[characteristic]!, $"{above}{name}.");
                else if (
                    characteristic != "description"
                    && !($"{above}{name}.{characteristic}" == Unique && (string?)own[characteristic] == "server")
                    && !(characteristic == "required" && _requiredInPrintOnly.Contains(above + name))
                )
                    Assert.True(
                        JsonNode.DeepEquals(value, own[characteristic]),
                        $"{above}{name}.{characteristic}: {value?.ToJsonString()} in the RFC, {own[characteristic]?.ToJsonString()} here"
                    );
        }
    }

    private static string Told(JsonNode attribute)
    {
        string[] words =
        [
            (string)attribute["type"]!,
            (bool)attribute["multiValued"]! ? "many" : "",
            (bool)attribute["required"]! ? "required" : "",
            (bool)attribute["caseExact"]! ? "exact" : "",
            (string)attribute["mutability"]!,
            (string)attribute["returned"]!,
            (string)attribute["uniqueness"]!,
        ];
        return string.Join(' ', words.Where(word => word.Length > 0))
            + List(": ", attribute["canonicalValues"])
            + List(" -> ", attribute["referenceTypes"]);
    }

    private static string List(string before, JsonNode? words) =>
        words is JsonArray list ? before + string.Join(' ', list.Select(word => (string?)word)) : "";

    private static JsonNode Below(JsonNode node, string name) =>
        Named((node["attributes"] ?? node["subAttributes"])!, name);

    private static JsonObject Named(JsonNode attributes, string name) =>
        attributes.AsArray().Single(a => (string?)a!["name"] == name)!.AsObject();

    private static IEnumerable<JsonObject> All(JsonNode attributes) =>
        attributes.AsArray().SelectMany(a => All(a!["subAttributes"] ?? new JsonArray()).Prepend(a.AsObject()));

    private static JsonObject Print(SchemaDefinition schema) => Print(json => schema.WriteTo(json, BaseUrl));

    private static JsonObject Print(ResourceTypeDefinition type) => Print(json => type.WriteTo(json, BaseUrl));

    private static JsonObject Print(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
            write(json);
        return JsonNode.Parse(buffer.WrittenSpan)!.AsObject();
    }
}
