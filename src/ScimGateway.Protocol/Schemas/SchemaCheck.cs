using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Resources;

namespace ScimGateway.Protocol.Schemas;

/// <summary>Holds a client's resource against its schemas (RFC 7644 §3.3, §3.5.1). What the server cannot take is refused; what it need not take is left aside and noted on the reading.</summary>
public static class SchemaCheck
{
    /// <summary>Admits a whole resource as a client sends it in POST or PUT: the document is left with what the schemas know, in their spelling, and with extensions nobody described, as they came.</summary>
    /// <param name="resource">The client's resource; changed in place.</param>
    /// <param name="reading">Which deviations are understood; takes the notes.</param>
    /// <param name="enforceCanonicalValues">Refuse values beyond the suggested ones.</param>
    public static void Admit(ScimResource resource, Reading reading, bool enforceCanonicalValues = false)
    {
        var check = new ValueCheck(reading, enforceCanonicalValues);
        var (type, json) = (resource.Type, resource.Json);
        ResourceHabits.SchemasLeftOut(json, type.Schema.Id, reading);

        for (var i = json.Count - 1; i >= 0; i--)
        {
            var (name, _) = json.GetAt(i);
            if (type.CoreAttribute(name) is { } attribute)
                check.Member(json, i, attribute, null);
            else if (type.Extension(name) is { } extension)
                check.Extension(json, i, extension);
            else
                check.Unknown(json, i);
        }

        DeclareSchemas(resource, reading);
        RequireComplete(resource);
    }

    /// <summary>Refuses a resource that lacks a required attribute.</summary>
    public static void RequireComplete(ScimResource resource)
    {
        foreach (var attribute in resource.Type.Schema.Attributes)
            if (attribute.Required && resource.Json[attribute.Name] is null)
                throw ScimException.InvalidValue($"'{attribute.Name}' is required.");
    }

    /// <summary>Refuses a replacement that changes what a client may set only once (RFC 7644 §3.5.1).</summary>
    public static void RequireUnchanged(ScimResource before, ScimResource after)
    {
        Unchanged(before.Type.Schema, before.Json, after.Json);
        foreach (var extension in before.Type.Extensions)
            Unchanged(extension, before.Container(extension), after.Container(extension));
    }

    /// <summary>Sets <c>schemas</c> to what the document uses: the core schema and each extension that has a value.</summary>
    internal static void DeclareSchemas(ScimResource resource, Reading reading)
    {
        var json = resource.Json;
        var used = new List<string> { resource.Type.Schema.Id };
        foreach (var (name, value) in json)
            if (value is JsonObject && resource.Type.CoreAttribute(name) is null)
                used.Add(name);

        if (json["schemas"] is JsonArray declared)
        {
            foreach (var node in declared)
                if (ScimJson.AsText(node) is { } urn && !used.Contains(urn, StringComparer.OrdinalIgnoreCase))
                    reading.Ignore($"schemas.{urn}", "the resource has no value of this schema");
            if (declared.Select(ScimJson.AsText).SequenceEqual(used))
                return;
        }

        var schemas = new JsonArray(ScimJson.NodeOptions, [.. used.Select(urn => JsonValue.Create(urn))]);
        if (json.ContainsKey("schemas"))
            json["schemas"] = schemas;
        else
            json.Insert(0, "schemas", schemas);
    }

    private static void Unchanged(SchemaDefinition schema, JsonObject? before, JsonObject? after)
    {
        foreach (var attribute in schema.Attributes)
            if (
                attribute.Mutability == Mutability.Immutable
                && before?[attribute.Name] is { } set
                && !JsonNode.DeepEquals(set, after?[attribute.Name])
            )
                throw ScimException.Mutability($"'{attribute.Name}' can be set only once.");
    }
}
