using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Schemas;

namespace ScimGateway.Protocol.Resources;

/// <summary>
/// Which attributes an answer shows: <c>attributes</c> and <c>excludedAttributes</c> (RFC 7644 §3.9) against each
/// attribute's <c>returned</c> (RFC 7643 §7).
/// </summary>
public sealed class Projection
{
    private readonly NamedAttributes? _wanted;
    private readonly NamedAttributes _excluded;

    private Projection(ResourceTypeDefinition type, NamedAttributes? wanted, NamedAttributes excluded)
    {
        Type = type;
        _wanted = wanted;
        _excluded = excluded;
    }

    /// <summary>The kind of resource.</summary>
    public ResourceTypeDefinition Type { get; }

    /// <summary>What is shown when the client does not say.</summary>
    public static Projection Default(ResourceTypeDefinition type) => new(type, null, new NamedAttributes(null));

    /// <summary>Reads what the client asks for; a name that no schema has asks for nothing.</summary>
    /// <param name="type">The kind of resource.</param>
    /// <param name="attributes">The names to show; null for the default.</param>
    /// <param name="excludedAttributes">The names not to show.</param>
    /// <param name="reading">Which deviations are understood; takes the notes.</param>
    public static Projection Read(
        ResourceTypeDefinition type,
        IReadOnlyList<string>? attributes,
        IReadOnlyList<string>? excludedAttributes,
        Reading reading
    ) =>
        new(
            type,
            attributes is { Count: > 0 } ? NamedAttributes.Read(type, attributes, reading) : null,
            NamedAttributes.Read(type, excludedAttributes ?? [], reading)
        );

    /// <summary>Whether a core attribute may appear, so that what is costly need not be looked up.</summary>
    public bool Shows(string coreAttribute) =>
        Type.CoreAttribute(coreAttribute) is { } attribute
        && Shows(attribute, _wanted?.Core(attribute), _excluded.Core(attribute));

    /// <summary>Whether a part of a core attribute may appear.</summary>
    public bool Shows(string coreAttribute, string part) =>
        Shows(coreAttribute)
        && Type.CoreAttribute(coreAttribute) is { } attribute
        && IsShown(new Shown(attribute, null, _wanted?.Core(attribute), _excluded.Core(attribute)), part);

    /// <summary>
    /// Whether some attribute of an extension may appear, so that what is costly need not be looked up.
    /// </summary>
    public bool Shows(SchemaDefinition extension) =>
        extension.Attributes.Any(a => Shows(a, _wanted?.Of(extension.Id, a.Name), _excluded.Of(extension.Id, a.Name)));

    /// <summary>Whether everything but what is never or only on request returned is shown.</summary>
    public bool IsDefault => _wanted is null && _excluded.IsEmpty;

    /// <summary>Writes the resource as the client asked for it.</summary>
    public void WriteTo(Utf8JsonWriter json, ScimResource resource)
    {
        json.WriteStartObject();
        foreach (var (name, value) in resource.Json)
            if (Type.CoreAttribute(name) is { } attribute)
                WriteAttribute(
                    json,
                    attribute.Name,
                    new Shown(attribute, value, _wanted?.Core(attribute), _excluded.Core(attribute))
                );
            else if (Type.Extension(name) is { } extension)
                WriteExtension(json, extension, value as JsonObject);
        json.WriteEndObject();
    }

    /// <summary>The resource as the client asked for it.</summary>
    public JsonObject Apply(ScimResource resource)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, ScimJson.WriterOptions))
            WriteTo(writer, resource);
        return ScimJson.ReadObject(buffer.WrittenSpan, ReadLimits.Kept);
    }

    private void WriteExtension(Utf8JsonWriter json, SchemaDefinition extension, JsonObject? values)
    {
        var started = false;
        foreach (var (member, value) in values ?? [])
        {
            if (extension.Attribute(member) is not { } attribute)
                continue;
            var (wanted, excluded) = (_wanted?.Of(extension.Id, member), _excluded.Of(extension.Id, member));
            var shown = new Shown(attribute, value, wanted, excluded);
            if (!HasAny(shown))
                continue;
            if (!started)
                json.WriteStartObject(extension.Id);
            started = true;
            WriteAttribute(json, attribute.Name, shown);
        }
        if (started)
            json.WriteEndObject();
    }

    private void WriteAttribute(Utf8JsonWriter json, string name, Shown shown)
    {
        if (!HasAny(shown))
            return;
        json.WritePropertyName(name);
        if (shown.IsWhole)
            shown.Value!.WriteTo(json);
        else if (shown.Value is JsonArray)
        {
            json.WriteStartArray();
            foreach (var element in Elements(shown))
                WriteParts(json, shown, element);
            json.WriteEndArray();
        }
        else
            WriteParts(json, shown, (JsonObject)shown.Value!);
    }

    private void WriteParts(Utf8JsonWriter json, Shown shown, JsonObject element)
    {
        json.WriteStartObject();
        foreach (var (name, value) in element)
            if (IsShown(shown, name))
            {
                json.WritePropertyName(name);
                if (value is null)
                    json.WriteNullValue();
                else
                    value.WriteTo(json);
            }
        json.WriteEndObject();
    }

    // What nothing would be shown of is left out whole, so that no empty object looks like a value.
    private bool HasAny(Shown shown) =>
        shown.Value is not null
        && Shows(shown.Attribute, shown.Wanted, shown.Excluded)
        && (shown.IsWhole || Elements(shown).Any());

    private IEnumerable<JsonObject> Elements(Shown shown) =>
        (shown.Value as JsonArray ?? (IEnumerable<JsonNode?>)[shown.Value])
            .OfType<JsonObject>()
            .Where(element => element.Any(part => IsShown(shown, part.Key)));

    private bool IsShown(Shown shown, string part)
    {
        var (attribute, _, wanted, excluded) = shown;
        if (attribute.Sub(part) is not { } sub)
            return wanted?.Named(part) is not null || (wanted is null && excluded?.Named(part) is null);
        // A part that is returned on request must be named itself: naming the whole attribute does not ask for it.
        var named =
            wanted?.Subs is not null ? wanted.Named(part)
            : sub.Returned == Returned.Request ? null
            : wanted;
        return Shows(sub, named, excluded?.Named(part));
    }

    // The whole rule: always, never, on request; by default unless others are wanted or this is excluded.
    private bool Shows(AttributeDefinition attribute, NamedPart? wanted, NamedPart? excluded) =>
        attribute.Returned switch
        {
            Returned.Always => true,
            Returned.Never => false,
            Returned.Request => wanted is not null && excluded != NamedPart.Whole,
            _ => (_wanted is null || wanted is not null) && excluded != NamedPart.Whole,
        };

    /// <summary>A value, its definition, and how far the parameters name it.</summary>
    private readonly record struct Shown(
        AttributeDefinition Attribute,
        JsonNode? Value,
        NamedPart? Wanted,
        NamedPart? Excluded
    )
    {
        /// <summary>Whether the value is written as it stands, or part by part.</summary>
        public bool IsWhole =>
            Value is not (JsonObject or JsonArray)
            || !Attribute.IsComplex
            || (Wanted is not { Subs: not null } && Excluded is not { Subs: not null } && !Attribute.HidesParts);
    }
}
