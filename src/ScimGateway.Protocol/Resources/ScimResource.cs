using System.Text.Json.Nodes;
using ScimGateway.Protocol.Schemas;

namespace ScimGateway.Protocol.Resources;

/// <summary>A SCIM resource: its kind and its JSON, whose member names compare without case.</summary>
public sealed class ScimResource(ResourceTypeDefinition type, JsonObject json)
{
    /// <summary>The kind of resource.</summary>
    public ResourceTypeDefinition Type { get; } = type;

    /// <summary>The document.</summary>
    public JsonObject Json { get; } =
        json.Options is { PropertyNameCaseInsensitive: true }
            ? json
            : throw new ArgumentException("Names compare with case here; read the JSON by ScimJson.", nameof(json));

    /// <summary>Reads a resource from a body; nothing is checked but the limits and that it is a JSON object.</summary>
    public static ScimResource Read(ResourceTypeDefinition type, ReadOnlySpan<byte> utf8, ReadLimits limits) =>
        new(type, ScimJson.ReadObject(utf8, limits));

    /// <summary>A copy that shares nothing with this one.</summary>
    public ScimResource Clone() => new(Type, (JsonObject)Json.DeepClone());

    /// <summary>The text of a core attribute, or null if it has none.</summary>
    public string? Text(string name) => ScimJson.AsText(Json[name]);

    /// <summary>
    /// The object that holds an attribute: the document itself, or an extension's object; null if the extension has no
    /// value.
    /// </summary>
    internal JsonObject? Container(SchemaDefinition? extension) =>
        extension is null ? Json : Json[extension.Id] as JsonObject;

    /// <summary>The same, making the extension's object where there is none.</summary>
    internal JsonObject ContainerOrNew(SchemaDefinition? extension)
    {
        if (Container(extension) is { } there)
            return there;
        var added = ScimJson.NewObject();
        Json[extension!.Id] = added;
        return added;
    }
}
