using System.Collections.Frozen;
using System.Text.Json;
using ScimGateway.Protocol.Paths;

namespace ScimGateway.Protocol.Schemas;

/// <summary>
/// A kind of resource: its core schema, its extensions and where it is served (RFC 7643 §6). It tells what an attribute
/// path means.
/// </summary>
public sealed class ResourceTypeDefinition
{
    private readonly FrozenDictionary<string, SchemaDefinition> _extensions;

    /// <summary>Describes a kind of resource.</summary>
    public ResourceTypeDefinition(
        string name,
        string endpoint,
        string description,
        SchemaDefinition schema,
        params IReadOnlyList<SchemaDefinition> extensions
    )
    {
        Name = name;
        Endpoint = endpoint;
        Description = description;
        Schema = schema;
        Extensions = extensions;
        _extensions = extensions.ToFrozenDictionary(e => e.Id, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The name, which <c>meta.resourceType</c> bears.</summary>
    public string Name { get; }

    /// <summary>The path below the SCIM base, with a slash before it.</summary>
    public string Endpoint { get; }

    /// <summary>What it is, for people.</summary>
    public string Description { get; }

    /// <summary>The core schema.</summary>
    public SchemaDefinition Schema { get; }

    /// <summary>The extensions, none of them required.</summary>
    public IReadOnlyList<SchemaDefinition> Extensions { get; }

    /// <summary>The same kind of resource with one more extension.</summary>
    public ResourceTypeDefinition With(SchemaDefinition extension) =>
        new(Name, Endpoint, Description, Schema, [.. Extensions, extension]);

    /// <summary>The extension of that URN, in any case.</summary>
    public SchemaDefinition? Extension(string urn) => _extensions.GetValueOrDefault(urn);

    /// <summary>Whether it is the URN of the core schema.</summary>
    public bool IsCore(string urn) => urn.Equals(Schema.Id, StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether it is nothing but the URN of the core schema, whose last part reads like an attribute's name.</summary>
    public bool IsCore(AttributePath path) =>
        path is { Schema: { } first, Sub: null } && IsCore($"{first}:{path.Name}");

    /// <summary>Why a member of a resource means nothing.</summary>
    internal string WhyUnknown(string name) =>
        IsCore(name) ? "attributes of the core schema stand without its URN" : "no schema has it";

    /// <summary>The core attribute of that name; the common ones of RFC 7643 §3.1 are among them.</summary>
    public AttributeDefinition? CoreAttribute(string name) =>
        Schema.Attribute(name) ?? CoreSchemas.Common.Attribute(name);

    /// <summary>What a path means here, or null if no schema of this type has it.</summary>
    public AttributeTarget? Find(AttributePath path)
    {
        if (path.Schema is null || IsCore(path.Schema))
            return AttributeTarget.Of(null, CoreAttribute(path.Name), path.Sub);
        if (Extension(path.Schema) is { } extension)
            return AttributeTarget.Of(extension, extension.Attribute(path.Name), path.Sub);

        // "urn:…:2.0:User" alone: the last part of a schema's own URN reads like an attribute name.
        return path.Sub is null && Extension($"{path.Schema}:{path.Name}") is { } whole
            ? new AttributeTarget(whole, null, null)
            : null;
    }

    /// <summary>Writes the resource type as <c>/ResourceTypes</c> shows it.</summary>
    public void WriteTo(Utf8JsonWriter json, string baseUrl)
    {
        json.WriteStartObject();
        SchemaDefinition.WriteStrings(json, "schemas", [Urn.ResourceType]);
        json.WriteString("id", Name);
        json.WriteString("name", Name);
        json.WriteString("endpoint", Endpoint);
        json.WriteString("description", Description);
        json.WriteString("schema", Schema.Id);
        json.WriteStartArray("schemaExtensions");
        foreach (var extension in Extensions)
        {
            json.WriteStartObject();
            json.WriteString("schema", extension.Id);
            json.WriteBoolean("required", false);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        SchemaDefinition.WriteMeta(json, "ResourceType", $"{baseUrl}/ResourceTypes/{Name}");
        json.WriteEndObject();
    }
}

/// <summary>
/// What an attribute path names: an attribute or sub-attribute of the core or of an extension, or a whole extension (no
/// attribute).
/// </summary>
public sealed record AttributeTarget(
    SchemaDefinition? Extension,
    AttributeDefinition? Attribute,
    AttributeDefinition? Sub
)
{
    internal static AttributeTarget? Of(SchemaDefinition? extension, AttributeDefinition? attribute, string? subName)
    {
        if (attribute is null)
            return null;
        if (subName is null)
            return new AttributeTarget(extension, attribute, null);
        return attribute.Sub(subName) is { } sub ? new AttributeTarget(extension, attribute, sub) : null;
    }

    /// <summary>The definition that values at this place follow; null for a whole extension.</summary>
    public AttributeDefinition? Leaf => Sub ?? Attribute;
}
