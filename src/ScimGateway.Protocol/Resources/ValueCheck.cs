using System.Buffers.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Schemas;

namespace ScimGateway.Protocol.Resources;

/// <summary>
/// Holds one value against its definition. Providers' habits are normalised first, so that what follows is the RFC
/// alone.
/// </summary>
internal sealed class ValueCheck(Reading reading, bool enforceCanonicalValues = false)
{
    /// <summary>The value as the schema has it; null if it is none ("unassigned", RFC 7643 §2.5).</summary>
    public JsonNode? Value(AttributeDefinition attribute, JsonNode? node, string? parent)
    {
        node = ValueHabits.Normalise(attribute, node, reading);
        if (node is null || !attribute.MultiValued)
            return Single(attribute, node, parent);
        if (node is not JsonArray array)
            throw Wrong(attribute, parent, "an array");

        for (var i = 0; i < array.Count; i++)
        {
            var element = array[i];
            var namesValue = attribute.Value is { } part && element is JsonObject given && given.ContainsKey(part.Name);
            var result = Single(attribute, ValueHabits.NormaliseElement(attribute, element, reading), parent);
            if (namesValue && ResourceHabits.ElementWithoutValue(attribute, result, reading))
                result = null;
            if (!ReferenceEquals(result, element))
                array[i] = result;
        }
        array.RemoveAll(static element => element is null);
        if (array.Count == 0)
            return null;
        if (attribute.Value is { } valued)
            RemoveTwins(attribute, valued, array, parent);
        if (attribute.Primary is not null)
            ResourceHabits.TwoPrimaries(attribute, array, reading);
        return array;
    }

    // One value of one type is there once (RFC 7643 §2.4). What the second says of being primary counts.
    private void RemoveTwins(AttributeDefinition attribute, AttributeDefinition valued, JsonArray array, string? parent)
    {
        if (array.Count < 2)
            return;
        var first = new Dictionary<(string, string), JsonObject>();
        for (var i = 0; i < array.Count; i++)
        {
            if (array[i] is not JsonObject element || ScimJson.AsText(element[valued.Name]) is not { } value)
                continue;
            var key = (valued.CaseExact ? value : Spelling.Folded(value), Upper(ScimJson.AsText(element["type"])));
            if (first.TryAdd(key, element))
                continue;
            if (ScimJson.AsFlag(element["primary"]) == true)
                first[key]["primary"] = true;
            array.RemoveAt(i--);
            reading.Ignore(attribute.NameIn(parent), "given twice");
        }

        static string Upper(string? type) => type?.ToUpperInvariant() ?? "";
    }

    /// <summary>
    /// Checks member <paramref name="at"/> of a container in place; drops it if it is not the client's to set.
    /// </summary>
    public void Member(JsonObject container, int at, AttributeDefinition attribute, string? parent)
    {
        var (name, node) = container.GetAt(at);
        if (attribute.Mutability == Mutability.ReadOnly)
        {
            container.RemoveAt(at);
            reading.Ignore(attribute.NameIn(parent), "read-only");
            return;
        }

        var value = Value(attribute, node, parent);
        if (value is null)
            container.RemoveAt(at);
        else if (attribute.Returned == Returned.Never)
        {
            container.RemoveAt(at);
            reading.Undefined(attribute.NameIn(parent), "taken and not kept");
        }
        else if (name != attribute.Name)
        {
            // Setting a member by a name that differs in case alone would keep the client's spelling.
            container.RemoveAt(at);
            container.Insert(at, attribute.Name, value);
        }
        else if (!ReferenceEquals(value, node))
            container.SetAt(at, value);
    }

    /// <summary>Checks the extension that is member <paramref name="at"/> of the document.</summary>
    public void Extension(JsonObject json, int at, SchemaDefinition extension)
    {
        var (name, node) = json.GetAt(at);
        if (node is null)
        {
            json.RemoveAt(at);
            return;
        }
        if (node is not JsonObject values)
            throw ScimException.InvalidValue($"'{extension.Id}' takes an object.");

        for (var i = values.Count - 1; i >= 0; i--)
            if (extension.Attribute(values.GetAt(i).Key) is { } attribute)
                Member(values, i, attribute, null);
            else
                Unknown(values, i, null);

        if (values.Count == 0)
            json.RemoveAt(at);
        else if (json.IndexOf(extension.Id) is var other && other >= 0 && other != at)
        {
            // Under its own URN and under that of SCIM 1.1 in one body: what its own says wins.
            json.RemoveAt(at);
            if (json[extension.Id] is not JsonObject there)
                json[extension.Id] = there = json[extension.Id] is null
                    ? ScimJson.NewObject()
                    : throw ScimException.InvalidValue($"'{extension.Id}' takes an object.");
            foreach (var (member, value) in values)
                if (!there.TryAdd(member, value?.DeepClone()))
                    reading.Ignore(member, "given twice");
        }
        else if (name != extension.Id)
        {
            json.RemoveAt(at);
            json.Insert(at, extension.Id, values);
        }
    }

    /// <summary>Ignores a member that no schema has.</summary>
    public void Unknown(JsonObject container, int at, ResourceTypeDefinition? type)
    {
        var (name, node) = container.GetAt(at);
        container.RemoveAt(at);
        reading.Undefined(name, type is null ? "no schema has it" : type.WhyUnknown(name), hasValue: node is not null);
    }

    private JsonNode? Single(AttributeDefinition attribute, JsonNode? node, string? parent)
    {
        if (node is null)
            return null;
        if (attribute.IsComplex)
            return Complex(attribute, node as JsonObject ?? throw Wrong(attribute, parent, "an object"));
        if (node is not JsonValue value || !Fits(attribute, value))
            throw Wrong(
                attribute,
                parent,
                attribute.Type switch
                {
                    AttributeType.Flag => "true or false",
                    AttributeType.Number => "a number",
                    AttributeType.Whole => "a whole number",
                    AttributeType.Moment => "a date and time such as 2011-05-13T04:42:34Z",
                    AttributeType.Bytes => "Base64 text",
                    _ => "a string",
                }
            );
        if (
            enforceCanonicalValues
            && attribute.CanonicalValues.Count > 0
            && !attribute.CanonicalValues.Contains(ScimJson.AsText(node), StringComparer.OrdinalIgnoreCase)
        )
            throw Wrong(attribute, parent, $"one of {string.Join(", ", attribute.CanonicalValues)}");
        return node;
    }

    private JsonObject? Complex(AttributeDefinition attribute, JsonObject values)
    {
        for (var i = values.Count - 1; i >= 0; i--)
        {
            var name = values.GetAt(i).Key;
            if (attribute.Sub(name) is { } sub)
                Member(values, i, sub, attribute.Name);
            else
            {
                reading.Undefined($"{attribute.Name}.{name}", "no schema has it", hasValue: values[i] is not null);
                values.RemoveAt(i);
            }
        }
        return values.Count == 0 ? null : values;
    }

    private static bool Fits(AttributeDefinition attribute, JsonValue value) =>
        attribute.Type switch
        {
            AttributeType.Text or AttributeType.Reference => value.TryGetValue<string>(out _),
            AttributeType.Flag => value.TryGetValue<bool>(out _),
            AttributeType.Number => value.GetValueKind() == JsonValueKind.Number,
            AttributeType.Whole => value.TryGetValue<long>(out _),
            AttributeType.Moment => value.TryGetValue<string>(out var text) && Moments.TryParse(text, out _),
            AttributeType.Bytes => value.TryGetValue<string>(out var text) && Base64.IsValid(text),
            _ => false,
        };

    private static ScimException Wrong(AttributeDefinition attribute, string? parent, string takes) =>
        ScimException.InvalidValue($"'{attribute.NameIn(parent)}' takes {takes}.");
}
