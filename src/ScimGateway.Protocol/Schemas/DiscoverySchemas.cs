using static ScimGateway.Protocol.Schemas.AttributeType;

namespace ScimGateway.Protocol.Schemas;

/// <summary>
/// The schemas by which a service provider describes itself (RFC 7643 §5 to §7 and §8.7.2), as data. All of it is
/// read-only.
/// </summary>
public static class DiscoverySchemas
{
    private static readonly string[] _types =
    [
        "string",
        "complex",
        "boolean",
        "decimal",
        "integer",
        "dateTime",
        "reference",
        "binary",
    ];

    /// <summary>RFC 7643 §5, with the pagination of RFC 9865 §4.</summary>
    public static readonly SchemaDefinition ServiceProviderConfig = new(
        Urn.ServiceProviderConfig,
        "Service Provider Configuration",
        "What the service provider supports.",
        [
            Link("documentationUri", "Where people can read about the service.", "external"),
            Feature("patch", "PATCH."),
            Feature(
                "bulk",
                "Bulk requests.",
                Required("maxOperations", Whole, "The most operations in one request."),
                Required("maxPayloadSize", Whole, "The most bytes in one request.")
            ),
            Feature("filter", "Filters.", Required("maxResults", Whole, "The most resources in one answer.")),
            Feature("changePassword", "Changing a password."),
            Feature("sort", "Sorting."),
            Feature("etag", "Versions of resources."),
            Part(
                "pagination",
                "How lists are paged.",
                false,
                Required("cursor", Flag, "Whether pages can be asked for by cursor."),
                Required("index", Flag, "Whether pages can be asked for by index."),
                Optional("defaultPaginationMethod", Text, "What is used when the client does not say."),
                Optional("defaultPageSize", Whole, "The page size when the client does not say."),
                Optional("maxPageSize", Whole, "The largest page size."),
                Optional("cursorTimeout", Whole, "How long a cursor is kept, in seconds.")
            ),
            new("authenticationSchemes", Complex, "How clients authenticate.")
            {
                MultiValued = true,
                Required = true,
                Mutability = Mutability.ReadOnly,
                SubAttributes =
                [
                    new("type", Text, "The scheme.")
                    {
                        Required = true,
                        Mutability = Mutability.ReadOnly,
                        CanonicalValues = ["oauth", "oauth2", "oauthbearertoken", "httpbasic", "httpdigest"],
                    },
                    Required("name", Text, "Its name for people."),
                    Required("description", Text, "What it is, for people."),
                    Link("specUri", "Where it is specified.", "external"),
                    Link("documentationUri", "Where its use is described.", "external"),
                    Optional("primary", Flag, "Whether it is the preferred scheme."),
                ],
            },
        ]
    );

    /// <summary>RFC 7643 §6.</summary>
    public static readonly SchemaDefinition ResourceType = new(
        Urn.ResourceType,
        "ResourceType",
        "A kind of resource and where it is served.",
        [
            Optional("id", Text, "The resource type's identifier."),
            new("name", Text, "The resource type's name.")
            {
                Required = true,
                CaseExact = true,
                Mutability = Mutability.ReadOnly,
                Uniqueness = Uniqueness.Server,
            },
            Optional("description", Text, "What it is, for people."),
            new("endpoint", Reference, "The path below the base.")
            {
                Required = true,
                Mutability = Mutability.ReadOnly,
                Uniqueness = Uniqueness.Server,
                ReferenceTypes = ["uri"],
            },
            SchemaLink("The core schema."),
            new("schemaExtensions", Complex, "The extensions.")
            {
                MultiValued = true,
                Required = true,
                Mutability = Mutability.ReadOnly,
                SubAttributes =
                [
                    SchemaLink("The extension's schema."),
                    Required("required", Flag, "Whether a resource is incomplete without it."),
                ],
            },
        ]
    );

    /// <summary>RFC 7643 §7.</summary>
    public static readonly SchemaDefinition Schema = new(
        Urn.Schema,
        "Schema",
        "A set of attributes.",
        [
            Required("id", Text, "The schema's URN."),
            Required("name", Text, "The schema's name."),
            Optional("description", Text, "What the schema describes, for people."),
            new("attributes", Complex, "The attributes.")
            {
                MultiValued = true,
                Required = true,
                Mutability = Mutability.ReadOnly,
                SubAttributes =
                [
                    .. Characteristics(),
                    new("subAttributes", Complex, "The parts of a complex attribute.")
                    {
                        MultiValued = true,
                        Mutability = Mutability.ReadOnly,
                        SubAttributes = Characteristics(),
                    },
                ],
            },
        ]
    );

    private static AttributeDefinition[] Characteristics() =>
        [
            new("name", Text, "The name.")
            {
                Required = true,
                CaseExact = true,
                Mutability = Mutability.ReadOnly,
            },
            new("type", Text, "The data type.")
            {
                Required = true,
                Mutability = Mutability.ReadOnly,
                CanonicalValues = _types,
            },
            Required("multiValued", Flag, "Whether the value is an array."),
            Word("description", "What it means, for people."),
            Optional("required", Flag, "Whether a resource is incomplete without it."),
            Words("canonicalValues", "Values that are suggested."),
            Optional("caseExact", Flag, "Whether values that differ in case differ."),
            Word("mutability", "Who may write it.", "readOnly", "readWrite", "immutable", "writeOnly"),
            Word("returned", "When it is part of an answer.", "always", "never", "default", "request"),
            Word("uniqueness", "How far it must be unique.", "none", "server", "global"),
            Words("referenceTypes", "What a reference may point to."),
        ];

    private static AttributeDefinition Word(string name, string description, params string[] canonical) =>
        new(name, Text, description)
        {
            CaseExact = true,
            Mutability = Mutability.ReadOnly,
            CanonicalValues = canonical,
        };

    private static AttributeDefinition Words(string name, string description) =>
        new(name, Text, description)
        {
            MultiValued = true,
            CaseExact = true,
            Mutability = Mutability.ReadOnly,
        };

    private static AttributeDefinition Feature(string name, string description, params AttributeDefinition[] limits) =>
        Part(name, description, true, [Required("supported", Flag, "Whether it is supported."), .. limits]);

    private static AttributeDefinition Part(
        string name,
        string description,
        bool required,
        params AttributeDefinition[] parts
    ) =>
        new(name, Complex, description)
        {
            Required = required,
            Mutability = Mutability.ReadOnly,
            SubAttributes = parts,
        };

    private static AttributeDefinition Required(string name, AttributeType type, string description) =>
        new(name, type, description) { Required = true, Mutability = Mutability.ReadOnly };

    private static AttributeDefinition Optional(string name, AttributeType type, string description) =>
        new(name, type, description) { Mutability = Mutability.ReadOnly };

    private static AttributeDefinition Link(string name, string description, string to) =>
        new(name, Reference, description) { Mutability = Mutability.ReadOnly, ReferenceTypes = [to] };

    private static AttributeDefinition SchemaLink(string description) =>
        new("schema", Reference, description)
        {
            Required = true,
            CaseExact = true,
            Mutability = Mutability.ReadOnly,
            ReferenceTypes = ["uri"],
        };
}
