using static ScimGateway.Protocol.Schemas.AttributeType;

namespace ScimGateway.Protocol.Schemas;

/// <summary>
/// Schemas as the SCIM 2.0 Interoperability Profile (draft-zollner-scim-interop-profile-01) wants them announced: exactly
/// what is kept (§5.1), and of each <c>type</c> which values there are (§5.4).
/// </summary>
public static class InteropSchemas
{
    // RFC 7643 §2.4: the values of "type" that it names for any multi-valued attribute, and the one for the rest.
    private static readonly string[] _types = ["work", "home", "other"];

    /// <summary>RFC 7643 §5, with what the profile adds to it.</summary>
    public static readonly SchemaDefinition ServiceProviderConfig = new(
        DiscoverySchemas.ServiceProviderConfig.Id,
        DiscoverySchemas.ServiceProviderConfig.Name,
        DiscoverySchemas.ServiceProviderConfig.Description,
        [
            .. DiscoverySchemas.ServiceProviderConfig.Attributes,
            new("interopProfileConformant", Flag, "Whether the interoperability profile is kept.")
            {
                Mutability = Mutability.ReadOnly,
            },
        ]
    );

    /// <summary>A kind of resource as it is announced.</summary>
    public static ResourceTypeDefinition Of(ResourceTypeDefinition type) =>
        new(type.Name, type.Endpoint, type.Description, Of(type.Schema), [.. type.Extensions.Select(Of)]);

    private static SchemaDefinition Of(SchemaDefinition schema) =>
        new(
            schema.Id,
            schema.Name,
            schema.Description,
            [.. schema.Attributes.Where(attribute => attribute.Returned != Returned.Never).Select(Of)]
        );

    private static AttributeDefinition Of(AttributeDefinition attribute) =>
        attribute is { MultiValued: true, IsComplex: true }
            ? attribute.With(attribute.CanonicalValues, [.. attribute.SubAttributes.Select(Typed)])
            : attribute;

    private static AttributeDefinition Typed(AttributeDefinition part) =>
        part is { Name: "type", CanonicalValues.Count: 0 } ? part.With(_types, part.SubAttributes) : part;
}
