using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScimGateway.Conformance.Tests.Sound;

/// <summary>What clients send, as it is kept; and what is kept, as they are shown it.</summary>
internal static class Documents
{
    /// <summary>What a client wrote, by its schemas: names as defined, nothing that is read-only, empty or unknown.</summary>
    public static JsonObject Read(ResourceType type, JsonNode? sent)
    {
        if (sent is not JsonObject body)
            throw Refusal.Syntax("A resource is a JSON object.");
        if (body.Any("schemas") is not JsonArray named || named.All(one => one.Text() != type.Core.Id))
            throw Refusal.Value($"schemas has to name {type.Core.Id}.");
        var read = Attributes([.. type.Core.Attributes, Known.Common.Named("externalId")!], body);
        var schemas = new JsonArray(type.Core.Id);
        foreach (var extension in type.Extensions)
            if (body.Any(extension.Id) is { } within)
            {
                if (within is not JsonObject members)
                    throw Refusal.Value($"{extension.Id} is a JSON object.");
                if (Attributes(extension.Attributes, members) is not { Count: > 0 } written)
                    continue;
                read[extension.Id] = written;
                schemas.Add(extension.Id);
            }
        read["schemas"] = schemas;
        return read;
    }

    /// <summary>What is answered of a resource (RFC 7644 §3.9).</summary>
    public static JsonObject Shown(ResourceType type, JsonObject whole, string? attributes, string? excluded)
    {
        var resource = whole.DeepClone().AsObject();
        foreach (var schema in type.Extensions.Prepend(type.Core))
            if ((schema == type.Core ? resource : resource[schema.Id]) is JsonObject within)
            {
                foreach (var one in schema.Attributes)
                    if (one.Returned == "never" || one.Returned == "request" && attributes is not { Length: > 0 })
                        within.Remove(one.Name);
                if (within.Count == 0)
                    resource.Remove(schema.Id);
            }
        if (attributes is { Length: > 0 })
        {
            var shown = new JsonObject
            {
                ["schemas"] = resource["schemas"]?.DeepClone(),
                ["id"] = resource["id"]?.DeepClone(),
            };
            var always = type.Core.Attributes.Where(one => one.Returned == "always").Select(one => one.Name);
            foreach (var name in Names(type, string.Join(',', always.Append(attributes))))
                Copy(name, resource, shown);
            return shown;
        }
        foreach (var name in Names(type, excluded ?? "").Where(name => name.Attribute.Returned != "always"))
            if (name.Sub is null)
                name.Container(resource)?.Remove(name.Attribute.Name);
            else
                foreach (var value in Objects(name.Container(resource)?[name.Attribute.Name]))
                    value.Remove(name.Sub.Name);
        return resource;
    }

    /// <summary>The objects that a value is or has.</summary>
    public static IEnumerable<JsonObject> Objects(JsonNode? node) =>
        node is JsonArray values ? values.OfType<JsonObject>()
        : node is JsonObject one ? [one]
        : [];

    private static JsonObject Attributes(IEnumerable<Definition> defined, JsonObject sent)
    {
        var read = new JsonObject();
        foreach (var attribute in defined.Where(one => !one.IsReadOnly))
        {
            var value = sent.Any(attribute.Name);
            if (value is JsonArray { Count: 0 } or JsonObject { Count: 0 })
                value = null;
            if (attribute.Required && (value is null || value.Text() == ""))
                throw Refusal.Value($"{attribute.Name} is required.");
            if (value is not null && Value(attribute, value) is { } kept)
                read[attribute.Name] = kept;
        }
        return read;
    }

    private static JsonNode? Value(Definition attribute, JsonNode value)
    {
        if (!attribute.Many)
            return Single(attribute, value);
        if (value is not JsonArray values)
            throw Refusal.Value($"{attribute.Name} is a list.");
        var kept = new List<JsonNode>();
        foreach (var one in values.OfType<JsonNode>())
            if (
                Single(attribute, one) is { } read
                && !kept.Any(other => IsSame(other, read) || JsonNode.DeepEquals(other, read))
            )
                kept.Add(read);
        if (kept.OfType<JsonObject>().Count(one => one["primary"].Flag()) > 1)
            throw Refusal.Value($"One of {attribute.Name} at most is primary.");
        return kept.Count == 0 ? null : new JsonArray([.. kept]);
    }

    // The same value of the same type is one (RFC 7643 §2.4).
    private static bool IsSame(JsonNode one, JsonNode other) =>
        one is JsonObject
        && other is JsonObject
        && one["value"].Text() is { } value
        && value == other["value"].Text()
        && one["type"].Text() == other["type"].Text();

    private static JsonNode? Single(Definition attribute, JsonNode value)
    {
        var kind = value.GetValueKind();
        var fits = attribute.Type switch
        {
            "complex" => kind == JsonValueKind.Object,
            "boolean" => kind is JsonValueKind.True or JsonValueKind.False,
            "integer" => kind == JsonValueKind.Number && value.AsValue().TryGetValue(out long _),
            "decimal" => kind == JsonValueKind.Number,
            "dateTime" => value.Text() is { } time
                && time.Contains('T', StringComparison.Ordinal)
                && DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, out _),
            "binary" => value.Text() is { } text && Convert.TryFromBase64String(text, new byte[text.Length], out _),
            _ => kind == JsonValueKind.String,
        };
        if (!fits)
            throw Refusal.Value($"{attribute.Name} is of the type {attribute.Type}.");
        return attribute.Type != "complex" ? value.DeepClone()
            : Attributes(attribute.Sub, value.AsObject()) is { Count: > 0 } read ? read
            : null;
    }

    private static IEnumerable<Name> Names(ResourceType type, string text) =>
        text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(name => Name.Of(type, name))
            .OfType<Name>();

    private static void Copy(Name name, JsonObject from, JsonObject to)
    {
        if (name.Container(from)?[name.Attribute.Name] is not { } value)
            return;
        if (name.Urn is not null && to[name.Urn] is null)
            to[name.Urn] = new JsonObject();
        var within = name.Container(to)!;
        if (name.Sub is null)
            within[name.Attribute.Name] = value.DeepClone();
        else if (value is JsonArray values)
            within[name.Attribute.Name] = new JsonArray([
                .. values
                    .OfType<JsonObject>()
                    .Select(one => new JsonObject { [name.Sub.Name] = one[name.Sub.Name]?.DeepClone() }),
            ]);
        else
            (within[name.Attribute.Name] ??= new JsonObject())[name.Sub.Name] = value[name.Sub.Name]?.DeepClone();
    }
}
