using System.Text.Json.Nodes;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Schemas;

namespace ScimGateway.Protocol.Resources;

/// <summary>
/// Holds a client's resource against its schemas (RFC 7644 §3.3, §3.5.1). What the server cannot take is refused; what
/// it need not take is ignored and noted on the reading.
/// </summary>
public static class SchemaCheck
{
    /// <summary>
    /// Admits a whole resource as a client sends it in POST or PUT: the document is left with what the schemas know, in
    /// their spelling. What its texts may be is <see cref="TextCheck"/>'s to say, once it is known what was there before.
    /// </summary>
    /// <param name="resource">The client's resource; changed in place.</param>
    /// <param name="reading">Which deviations are understood; takes the notes.</param>
    /// <param name="enforceCanonicalValues">Refuse values beyond the suggested ones.</param>
    public static void Admit(ScimResource resource, Reading reading, bool enforceCanonicalValues = false)
    {
        var check = new ValueCheck(reading, enforceCanonicalValues);
        var (type, json) = (resource.Type, resource.Json);
        ResourceHabits.SchemasLeftOut(json, type.Schema.Id, reading);
        ResourceHabits.UrnKeys(resource, reading);

        for (var i = json.Count - 1; i >= 0; i--)
        {
            var name = json.GetAt(i).Key;
            if (type.CoreAttribute(name) is { } attribute)
                check.Member(json, i, attribute, null);
            else if (type.Extension(NameHabits.Spelling(name, type, reading)) is { } extension)
                check.Extension(json, i, extension);
            else
                check.Unknown(json, i, type);
        }

        ResourceHabits.UnknownSchemas(resource, reading);
        DeclareSchemas(resource);
        RequireComplete(resource);
    }

    /// <summary>Refuses a resource that lacks what is required.</summary>
    public static void RequireComplete(ScimResource resource)
    {
        Complete(resource.Type.Schema.Attributes, resource.Json, null);
        foreach (var extension in resource.Type.Extensions)
            if (resource.Container(extension) is { } values)
                Complete(extension.Attributes, values, null);
    }

    /// <summary>Refuses a change that takes away what is required (RFC 7644 §3.5.2.2).</summary>
    internal static void RequireKept(ScimResource before, ScimResource after)
    {
        Kept(before.Type.Schema.Attributes, before.Json, after.Json);
        foreach (var extension in before.Type.Extensions)
            if (after.Container(extension) is { } values)
                Kept(extension.Attributes, before.Container(extension), values);
    }

    /// <summary>Refuses a change of what a client may set only once (RFC 7644 §3.5.1, §3.5.2).</summary>
    public static void RequireUnchanged(ScimResource before, ScimResource after)
    {
        Unchanged(before.Type.Schema.Attributes, before.Json, after.Json);
        foreach (var extension in before.Type.Extensions)
            Unchanged(extension.Attributes, before.Container(extension), after.Container(extension));
    }

    /// <summary>
    /// Sets <c>schemas</c> to what the document uses: the core schema and each extension that has a value.
    /// </summary>
    internal static void DeclareSchemas(ScimResource resource)
    {
        var json = resource.Json;
        var used = new List<string> { resource.Type.Schema.Id };
        foreach (var (name, value) in json)
            if (value is JsonObject && resource.Type.Extension(name) is { } extension)
                used.Add(extension.Id);
        if (json["schemas"] is JsonArray declared && declared.Select(ScimJson.AsText).SequenceEqual(used))
            return;

        var schemas = new JsonArray(ScimJson.NodeOptions, [.. used.Select(urn => JsonValue.Create(urn))]);
        if (json.ContainsKey("schemas"))
            json["schemas"] = schemas;
        else
            json.Insert(0, "schemas", schemas);
    }

    private static void Complete(IReadOnlyList<AttributeDefinition> attributes, JsonObject values, string? parent)
    {
        foreach (var attribute in attributes)
        {
            var value = values[attribute.Name];
            if (attribute.Required && IsMissing(value))
                throw ScimException.InvalidValue($"'{attribute.NameIn(parent)}' is required.");
            if (attribute.RequiresParts)
                foreach (var element in value as JsonArray ?? (IEnumerable<JsonNode?>)[value])
                    if (element is JsonObject parts)
                        Complete(attribute.SubAttributes, parts, attribute.Name);
        }
    }

    private static void Kept(IReadOnlyList<AttributeDefinition> attributes, JsonObject? before, JsonObject after)
    {
        foreach (var attribute in attributes)
            if (attribute.Required && before?[attribute.Name] is not null && IsMissing(after[attribute.Name]))
                throw ScimException.Mutability($"'{attribute.Name}' is required and cannot be removed.");
    }

    private static bool IsMissing(JsonNode? value) =>
        value is null || (ScimJson.AsText(value) is { } text && TextCheck.IsBlank(text));

    // Of the elements of a multi-valued attribute nobody can say which was which: there a PATCH looks at each as it
    // writes.
    private static void Unchanged(IReadOnlyList<AttributeDefinition> attributes, JsonObject? before, JsonObject? after)
    {
        foreach (var attribute in attributes)
            if (before?[attribute.Name] is not { } set)
                continue;
            else if (attribute.Mutability == Mutability.Immutable && !JsonNode.DeepEquals(set, after?[attribute.Name]))
                throw ScimException.Mutability($"'{attribute.Name}' can be set only once.");
            else if (attribute is { IsComplex: true, MultiValued: false })
                Unchanged(attribute.SubAttributes, set as JsonObject, after?[attribute.Name] as JsonObject);
    }
}
