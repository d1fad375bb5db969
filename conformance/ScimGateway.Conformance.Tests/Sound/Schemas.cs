using System.Text.Json.Nodes;

namespace ScimGateway.Conformance.Tests.Sound;

/// <summary>An attribute as RFC 7643 §7 defines it.</summary>
internal sealed record Definition(string Name, string Type = "string")
{
    public bool Many { get; init; }

    public bool Required { get; init; }

    public bool CaseExact { get; init; }

    public string Mutability { get; init; } = "readWrite";

    public string Returned { get; init; } = "default";

    public string Uniqueness { get; init; } = "none";

    public string[] To { get; init; } = [];

    public Definition[] Sub { get; init; } = [];

    public bool IsReadOnly => Mutability == "readOnly";

    public Definition? SubOf(string name) => Sub.Named(name);

    public JsonObject Json()
    {
        var json = new JsonObject
        {
            ["name"] = Name,
            ["type"] = Type,
            ["multiValued"] = Many,
            ["description"] = Name,
            ["required"] = Required,
            ["caseExact"] = CaseExact,
            ["mutability"] = Mutability,
            ["returned"] = Returned,
            ["uniqueness"] = Uniqueness,
        };
        if (To.Length > 0)
            json["referenceTypes"] = new JsonArray([.. To.Select(to => (JsonNode)to)]);
        if (Sub.Length > 0)
            json["subAttributes"] = new JsonArray([.. Sub.Select(sub => sub.Json())]);
        return json;
    }
}

/// <summary>A schema, and a resource type where it has an endpoint.</summary>
internal sealed record Schema(string Id, string Name, Definition[] Attributes)
{
    public JsonObject Json(string @base) =>
        new()
        {
            ["schemas"] = new JsonArray("urn:ietf:params:scim:schemas:core:2.0:Schema"),
            ["id"] = Id,
            ["name"] = Name,
            ["attributes"] = new JsonArray([.. Attributes.Select(attribute => attribute.Json())]),
            ["meta"] = new JsonObject { ["resourceType"] = "Schema", ["location"] = $"{@base}/Schemas/{Id}" },
        };
}

/// <summary>A type of resources.</summary>
internal sealed record ResourceType(string Name, string Endpoint, Schema Core, Schema[] Extensions)
{
    public JsonObject Json(string @base)
    {
        var json = new JsonObject
        {
            ["schemas"] = new JsonArray("urn:ietf:params:scim:schemas:core:2.0:ResourceType"),
            ["id"] = Name,
            ["name"] = Name,
            ["endpoint"] = $"/{Endpoint}",
            ["schema"] = Core.Id,
            ["meta"] = new JsonObject
            {
                ["resourceType"] = "ResourceType",
                ["location"] = $"{@base}/ResourceTypes/{Name}",
            },
        };
        if (Extensions.Length > 0)
            json["schemaExtensions"] = new JsonArray([
                .. Extensions.Select(one => new JsonObject { ["schema"] = one.Id, ["required"] = false }),
            ]);
        return json;
    }
}

/// <summary>What users and groups have.</summary>
internal static class Known
{
    private static readonly Definition _ref = new("$ref", "reference") { CaseExact = true };

    public static readonly Schema User = new(
        "urn:ietf:params:scim:schemas:core:2.0:User",
        "User",
        [
            new("userName") { Required = true, Uniqueness = "server" },
            new("name", "complex")
            {
                Sub =
                [
                    new("formatted"),
                    new("familyName"),
                    new("givenName"),
                    new("middleName"),
                    new("honorificPrefix"),
                    new("honorificSuffix"),
                ],
            },
            new("displayName"),
            new("nickName"),
            new("profileUrl", "reference") { CaseExact = true, To = ["external"] },
            new("title"),
            new("userType"),
            new("preferredLanguage"),
            new("locale"),
            new("timezone"),
            new("active", "boolean"),
            new("password")
            {
                CaseExact = true,
                Mutability = "writeOnly",
                Returned = "never",
            },
            Several("emails"),
            Several("phoneNumbers"),
            Several("ims"),
            Several("photos", new Definition("value", "reference") { CaseExact = true, To = ["external"] }),
            new("addresses", "complex")
            {
                Many = true,
                Sub =
                [
                    new("formatted"),
                    new("streetAddress"),
                    new("locality"),
                    new("region"),
                    new("postalCode"),
                    new("country"),
                    new("type"),
                    new("primary", "boolean"),
                ],
            },
            new("groups", "complex")
            {
                Many = true,
                Mutability = "readOnly",
                Sub =
                [
                    new("value") { Mutability = "readOnly", CaseExact = true },
                    _ref with
                    {
                        Mutability = "readOnly",
                        To = ["Group"],
                    },
                    new("display") { Mutability = "readOnly" },
                    new("type") { Mutability = "readOnly" },
                ],
            },
            Several("entitlements"),
            Several("roles"),
            Several("x509Certificates", new Definition("value", "binary") { CaseExact = true }),
        ]
    );

    public static readonly Schema Enterprise = new(
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
        "EnterpriseUser",
        [
            new("employeeNumber"),
            new("costCenter"),
            new("organization"),
            new("division"),
            new("department"),
            new("manager", "complex")
            {
                Sub =
                [
                    new("value") { CaseExact = true },
                    _ref with
                    {
                        To = ["User"],
                    },
                    new("displayName") { Mutability = "readOnly" },
                ],
            },
        ]
    );

    /// <summary>An extension of its own, which has what those of RFC 7643 have not.</summary>
    public static readonly Schema Club = new(
        "urn:example:params:scim:schemas:extension:club:2.0:User",
        "ClubUser",
        [
            new("badge") { CaseExact = true, Uniqueness = "server" },
            new("level", "integer"),
            new("ratio", "decimal"),
            new("joined", "dateTime"),
            new("guest", "boolean"),
            new("pin")
            {
                CaseExact = true,
                Mutability = "writeOnly",
                Returned = "never",
            },
            new("note") { Returned = "request" },
            new("founder") { CaseExact = true, Mutability = "immutable" },
            new("tags") { Many = true },
            new("desk", "complex") { Sub = [new("building"), new("room"), new("floor", "integer")] },
            Several("contacts"),
        ]
    );

    /// <summary>A type of its own, with each kind of attribute.</summary>
    public static readonly Schema Device = new(
        "urn:example:params:scim:schemas:core:2.0:Device",
        "Device",
        [
            new("serialNumber")
            {
                Required = true,
                CaseExact = true,
                Uniqueness = "server",
            },
            new("label"),
            new("stock", "integer"),
            new("weight", "decimal"),
            new("bought", "dateTime"),
            new("spare", "boolean"),
            new("picture", "binary") { CaseExact = true },
            new("state") { Mutability = "readOnly" },
            new("stamp") { Returned = "always" },
            new("code") { Mutability = "writeOnly", Returned = "never" },
            new("remark") { Returned = "request" },
            new("maker") { CaseExact = true, Mutability = "immutable" },
            new("rooms") { Many = true },
            new("place", "complex") { Sub = [new("building"), new("room"), new("floor", "integer")] },
            Several("ports"),
        ]
    );

    public static readonly Schema Group = new(
        "urn:ietf:params:scim:schemas:core:2.0:Group",
        "Group",
        [
            new("displayName") { Required = true },
            new("members", "complex")
            {
                Many = true,
                Sub =
                [
                    new("value") { CaseExact = true, Mutability = "immutable" },
                    _ref with
                    {
                        To = ["User", "Group"],
                        Mutability = "immutable",
                    },
                    new("type") { Mutability = "immutable" },
                    new("display") { Mutability = "readOnly" },
                ],
            },
        ]
    );

    public static readonly Schema[] Schemas = [User, Enterprise, Group, Club, Device];

    public static readonly ResourceType[] Types =
    [
        new("User", "Users", User, [Enterprise, Club]),
        new("Group", "Groups", Group, []),
        new("Device", "Devices", Device, []),
    ];

    // What all resources have, which stands in no schema (RFC 7643 §3.1).
    public static readonly Definition[] Common =
    [
        new("schemas")
        {
            Many = true,
            CaseExact = true,
            Mutability = "readOnly",
            Returned = "always",
        },
        new("id")
        {
            CaseExact = true,
            Mutability = "readOnly",
            Returned = "always",
        },
        new("externalId") { CaseExact = true },
        new("meta", "complex")
        {
            Mutability = "readOnly",
            Sub =
            [
                new("resourceType") { CaseExact = true },
                new("created", "dateTime"),
                new("lastModified", "dateTime"),
                new("location", "reference") { CaseExact = true },
                new("version") { CaseExact = true },
            ],
        },
    ];

    public static Definition? Named(this IEnumerable<Definition> attributes, string name) =>
        attributes.FirstOrDefault(one => one.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private static Definition Several(string name, Definition? value = null) =>
        new(name, "complex")
        {
            Many = true,
            Sub = [value ?? new("value"), new("display"), new("type"), new("primary", "boolean")],
        };
}
