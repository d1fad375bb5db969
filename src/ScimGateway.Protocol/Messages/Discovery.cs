using System.Collections.Frozen;
using System.Text.Json;
using ScimGateway.Protocol.Schemas;

namespace ScimGateway.Protocol.Messages;

/// <summary>
/// What <c>/ResourceTypes</c> and <c>/Schemas</c> tell (RFC 7644 §4): the kinds of resource that are served, their
/// schemas, and the schemas of the description itself.
/// </summary>
public sealed class Discovery
{
    private readonly FrozenDictionary<string, ResourceTypeDefinition> _types;
    private readonly FrozenDictionary<string, SchemaDefinition> _schemas;

    /// <summary>Describes a service that serves these kinds of resource.</summary>
    public Discovery(params IReadOnlyList<ResourceTypeDefinition> types)
        : this(types, DiscoverySchemas.ServiceProviderConfig) { }

    private Discovery(IReadOnlyList<ResourceTypeDefinition> types, SchemaDefinition config)
    {
        ResourceTypes = types;
        Schemas =
        [
            .. types
                .Select(t => t.Schema)
                .Concat(types.SelectMany(t => t.Extensions))
                .Append(config)
                .Append(DiscoverySchemas.ResourceType)
                .Append(DiscoverySchemas.Schema)
                .DistinctBy(s => s.Id, StringComparer.OrdinalIgnoreCase), // an extension may belong to several types
        ];
        _types = ResourceTypes.ToFrozenDictionary(t => t.Name, StringComparer.OrdinalIgnoreCase);
        _schemas = Schemas.ToFrozenDictionary(s => s.Id, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Describes the same service as the interoperability profile wants it described.</summary>
    public Discovery AsInterop() =>
        new([.. ResourceTypes.Select(InteropSchemas.Of)], InteropSchemas.ServiceProviderConfig);

    /// <summary>The kinds of resource.</summary>
    public IReadOnlyList<ResourceTypeDefinition> ResourceTypes { get; }

    /// <summary>The schemas.</summary>
    public IReadOnlyList<SchemaDefinition> Schemas { get; }

    /// <summary>The kind of resource of that id, in any case.</summary>
    public ResourceTypeDefinition? ResourceType(string id) => _types.GetValueOrDefault(id);

    /// <summary>The schema of that URN, in any case.</summary>
    public SchemaDefinition? Schema(string id) => _schemas.GetValueOrDefault(id);

    /// <summary>
    /// Writes the answer of <c>/ResourceTypes</c>; <paramref name="baseUrl"/> is the SCIM base without a slash at its
    /// end.
    /// </summary>
    public void WriteResourceTypes(Utf8JsonWriter json, string baseUrl) =>
        ListResponse.Write(json, Whole(ResourceTypes.Count), ResourceTypes, (to, type) => type.WriteTo(to, baseUrl));

    /// <summary>Writes the answer of <c>/Schemas</c>.</summary>
    public void WriteSchemas(Utf8JsonWriter json, string baseUrl) =>
        ListResponse.Write(json, Whole(Schemas.Count), Schemas, (to, schema) => schema.WriteTo(to, baseUrl));

    // RFC 7644 §4: no filter, and one page.
    private static Page.ByIndex Whole(int count) => new(1, count);
}
