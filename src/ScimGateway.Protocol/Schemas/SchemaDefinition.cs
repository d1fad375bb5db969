using System.Collections.Frozen;
using System.Text.Json;

namespace ScimGateway.Protocol.Schemas;

/// <summary>A named set of attributes (RFC 7643 §7), printed by <c>/Schemas</c>.</summary>
public sealed class SchemaDefinition(
    string id,
    string name,
    string description,
    IReadOnlyList<AttributeDefinition> attributes
)
{
    private readonly FrozenDictionary<string, AttributeDefinition> _attributes = attributes.ToFrozenDictionary(
        a => a.Name,
        StringComparer.OrdinalIgnoreCase
    );

    /// <summary>The URN.</summary>
    public string Id { get; } = id;

    /// <summary>The name for people.</summary>
    public string Name { get; } = name;

    /// <summary>What the schema describes, for people.</summary>
    public string Description { get; } = description;

    /// <summary>The attributes, in the order in which they are printed.</summary>
    public IReadOnlyList<AttributeDefinition> Attributes { get; } = attributes;

    /// <summary>The attribute of that name, in any case.</summary>
    public AttributeDefinition? Attribute(string name) => _attributes.GetValueOrDefault(name);

    /// <summary>
    /// Writes the schema as <c>/Schemas</c> shows it; <paramref name="baseUrl"/> is the SCIM base without a slash at
    /// its end.
    /// </summary>
    public void WriteTo(Utf8JsonWriter json, string baseUrl)
    {
        json.WriteStartObject();
        WriteStrings(json, "schemas", [Urn.Schema]);
        json.WriteString("id", Id);
        json.WriteString("name", Name);
        json.WriteString("description", Description);
        json.WriteStartArray("attributes");
        foreach (var attribute in Attributes)
            attribute.WriteTo(json);
        json.WriteEndArray();
        WriteMeta(json, "Schema", $"{baseUrl}/Schemas/{Id}");
        json.WriteEndObject();
    }

    internal static void WriteStrings(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }

    internal static void WriteMeta(Utf8JsonWriter json, string resourceType, string location)
    {
        json.WriteStartObject("meta");
        json.WriteString("resourceType", resourceType);
        json.WriteString("location", location);
        json.WriteEndObject();
    }
}
