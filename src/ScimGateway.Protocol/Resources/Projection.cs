using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Paths;
using ScimGateway.Protocol.Schemas;

namespace ScimGateway.Protocol.Resources;

/// <summary>Which attributes an answer shows: <c>attributes</c> and <c>excludedAttributes</c> (RFC 7644 §3.9) against each attribute's <c>returned</c> (RFC 7643 §7).</summary>
public sealed class Projection
{
    private readonly ResourceTypeDefinition _type;
    private readonly Names? _wanted;
    private readonly Names _excluded;

    private Projection(ResourceTypeDefinition type, Names? wanted, Names excluded)
    {
        _type = type;
        _wanted = wanted;
        _excluded = excluded;
    }

    /// <summary>What is shown when the client does not say.</summary>
    public static Projection Default(ResourceTypeDefinition type) => new(type, null, new Names(null));

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
            attributes is { Count: > 0 } ? Parse(type, attributes, reading) : null,
            Parse(type, excludedAttributes ?? [], reading)
        );

    /// <summary>Whether a core attribute may appear, so that what is costly need not be looked up.</summary>
    public bool Shows(string coreAttribute) =>
        _type.CoreAttribute(coreAttribute) is { } attribute
        && Shows(attribute, _wanted?.Core(attribute), _excluded.Core(attribute));

    /// <summary>Whether everything but what is never or only on request returned is shown.</summary>
    public bool IsDefault => _wanted is null && _excluded.IsEmpty;

    /// <summary>Writes the resource as the client asked for it.</summary>
    public void WriteTo(Utf8JsonWriter json, ScimResource resource)
    {
        json.WriteStartObject();
        foreach (var (name, value) in resource.Json)
            if (_type.CoreAttribute(name) is { } attribute)
                WriteAttribute(json, attribute, value, _wanted?.Core(attribute), _excluded.Core(attribute));
            else if (_type.Extension(name) is { } extension)
                WriteExtension(json, extension, value as JsonObject);
            else
                WriteUndescribed(json, name, value as JsonObject);
        json.WriteEndObject();
    }

    /// <summary>The resource as the client asked for it.</summary>
    public JsonObject Apply(ScimResource resource)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, ScimJson.WriterOptions))
            WriteTo(writer, resource);
        return ScimJson.ReadObject(buffer.WrittenSpan, new ReadLimits(int.MaxValue, int.MaxValue));
    }

    private void WriteExtension(Utf8JsonWriter json, SchemaDefinition extension, JsonObject? values)
    {
        if (values is null)
            return;
        var started = false;
        foreach (var (name, value) in values)
        {
            var wanted = _wanted?.Of(extension.Id, name);
            var excluded = _excluded.Of(extension.Id, name);
            var attribute = extension.Attribute(name);
            if (
                attribute is null
                    ? excluded == Part.Whole || (_wanted is not null && wanted is null)
                    : !Shows(attribute, wanted, excluded)
            )
                continue;
            if (!started)
                json.WriteStartObject(extension.Id);
            started = true;
            if (attribute is null)
                Write(json, name, value);
            else
                WriteAttribute(json, attribute, value, wanted, excluded);
        }
        if (started)
            json.WriteEndObject();
    }

    private void WriteUndescribed(Utf8JsonWriter json, string urn, JsonObject? values)
    {
        if (values is null)
            return;
        var kept = values
            .Where(m => _excluded.Of(urn, m.Key) != Part.Whole && (_wanted is null || _wanted.Of(urn, m.Key) is not null))
            .ToList();
        if (kept.Count == 0)
            return;
        json.WriteStartObject(urn);
        foreach (var (name, value) in kept)
            Write(json, name, value);
        json.WriteEndObject();
    }

    private void WriteAttribute(Utf8JsonWriter json, AttributeDefinition attribute, JsonNode? value, Part? wanted, Part? excluded)
    {
        if (value is null || !Shows(attribute, wanted, excluded))
            return;
        if (
            !attribute.IsComplex
            || (wanted is not { Subs: not null } && excluded is not { Subs: not null } && !attribute.HidesParts)
        )
            Write(json, attribute.Name, value);
        else if (value is JsonArray elements)
        {
            // An element of which nothing is asked for is left out, so that no empty object looks like a value.
            var kept = elements
                .OfType<JsonObject>()
                .Select(e => Kept(attribute, e, wanted, excluded))
                .Where(e => e.Count > 0)
                .ToList();
            if (kept.Count == 0)
                return;
            json.WriteStartArray(attribute.Name);
            foreach (var parts in kept)
                WriteParts(json, parts);
            json.WriteEndArray();
        }
        else if (value is JsonObject complex && Kept(attribute, complex, wanted, excluded) is { Count: > 0 } parts)
        {
            json.WritePropertyName(attribute.Name);
            WriteParts(json, parts);
        }
    }

    private List<KeyValuePair<string, JsonNode?>> Kept(
        AttributeDefinition attribute,
        JsonObject complex,
        Part? wanted,
        Part? excluded
    )
    {
        return complex.Where(part => IsKept(part.Key)).ToList();

        bool IsKept(string name)
        {
            if (attribute.Sub(name) is not { } sub)
                return wanted?.Subs is null;
            // A part that is returned on request must be named itself: naming the whole does not ask for it.
            var named =
                wanted?.Subs is not null ? wanted.Named(name)
                : sub.Returned == Returned.Request ? null
                : wanted;
            return Shows(sub, named, excluded?.Named(name));
        }
    }

    private static void WriteParts(Utf8JsonWriter json, List<KeyValuePair<string, JsonNode?>> parts)
    {
        json.WriteStartObject();
        foreach (var (name, value) in parts)
            Write(json, name, value);
        json.WriteEndObject();
    }

    // The whole rule: always, never, on request; by default unless others are wanted or this is excluded.
    private bool Shows(AttributeDefinition attribute, Part? wanted, Part? excluded) =>
        attribute.Returned switch
        {
            Returned.Always => true,
            Returned.Never => false,
            Returned.Request => wanted is not null && excluded != Part.Whole,
            _ => (_wanted is null || wanted is not null) && excluded != Part.Whole,
        };

    private static void Write(Utf8JsonWriter json, string name, JsonNode? value)
    {
        json.WritePropertyName(name);
        if (value is null)
            json.WriteNullValue();
        else
            value.WriteTo(json);
    }

    private static Names Parse(ResourceTypeDefinition type, IReadOnlyList<string> texts, Reading reading)
    {
        var names = new Names(type);
        foreach (var given in texts)
        {
            var text = NameHabits.Spelling(WithoutFilter(given.Trim(), reading), type, reading);
            if (text.Length == 0)
                continue;
            // An extension may be named whole, whether a schema describes it or not.
            if (text.Contains(':'))
                names.AddWhole(text);
            if (AttributePath.TryParse(text, out var path))
                names.Add(NameHabits.Meant(path, type, reading));
            else if (!text.Contains(':'))
                reading.Ignore(text, "no attribute name");
        }
        return names;
    }

    // attributes=emails[type eq "work"]: Microsoft's Postman collection. The elements are not picked, the attribute is.
    private static string WithoutFilter(string text, Reading reading)
    {
        var open = text.IndexOf('[');
        return open > 0 && reading.Takes(Deviation.FilteredProjection, text[..open]) ? text[..open] : text;
    }

    /// <summary>That an attribute is named, wholly or by some of its parts.</summary>
    private sealed record Part(HashSet<string>? Subs)
    {
        public static readonly Part Whole = new((HashSet<string>?)null);

        public Part? Named(string sub) => Subs is null || Subs.Contains(sub) ? Whole : null;
    }

    /// <summary>The names of one parameter: by the URN of an extension (empty for the core) and the attribute.</summary>
    private sealed class Names(ResourceTypeDefinition? type)
    {
        private readonly Dictionary<(string Urn, string Name), Part> _parts = new(new UrnAndName());
        private readonly HashSet<string> _whole = new(StringComparer.OrdinalIgnoreCase);

        public bool IsEmpty => _parts.Count == 0 && _whole.Count == 0;

        public Part? Core(AttributeDefinition attribute) =>
            IsEmpty ? null
            : _whole.Contains(type!.Schema.Id) && type.Schema.Attribute(attribute.Name) is not null ? Part.Whole
            : _parts.GetValueOrDefault(("", attribute.Name));

        public Part? Of(string urn, string name) =>
            IsEmpty ? null
            : _whole.Contains(urn) ? Part.Whole
            : _parts.GetValueOrDefault((urn, name));

        public void AddWhole(string urn) => _whole.Add(urn);

        public void Add(AttributePath path)
        {
            var core = path.Schema is null || path.Schema.Equals(type!.Schema.Id, StringComparison.OrdinalIgnoreCase);
            var key = (core ? "" : path.Schema!, path.Name);
            if (path.Sub is null)
                _parts[key] = Part.Whole;
            else if (!_parts.TryGetValue(key, out var part))
                _parts[key] = new Part(new HashSet<string>(StringComparer.OrdinalIgnoreCase) { path.Sub });
            else
                part.Subs?.Add(path.Sub);
        }

        private sealed class UrnAndName : IEqualityComparer<(string Urn, string Name)>
        {
            public bool Equals((string Urn, string Name) x, (string Urn, string Name) y) =>
                x.Urn.Equals(y.Urn, StringComparison.OrdinalIgnoreCase)
                && x.Name.Equals(y.Name, StringComparison.OrdinalIgnoreCase);

            public int GetHashCode((string Urn, string Name) key) =>
                HashCode.Combine(
                    key.Urn.GetHashCode(StringComparison.OrdinalIgnoreCase),
                    key.Name.GetHashCode(StringComparison.OrdinalIgnoreCase)
                );
        }
    }
}
