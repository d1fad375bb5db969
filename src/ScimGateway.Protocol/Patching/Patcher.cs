using System.Text.Json.Nodes;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Filters;
using ScimGateway.Protocol.Paths;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;

namespace ScimGateway.Protocol.Patching;

/// <summary>
/// RFC 7644 §3.5.2, exactly: applies a PATCH to a resource, all of it or nothing. What providers do beyond is
/// normalised before an operation gets here.
/// </summary>
public sealed class Patcher
{
    /// <summary>
    /// What an operation on a list spends for each of its values beside their text: it goes over them several times.
    /// </summary>
    internal const int EachElement = 200;

    private readonly ScimResource _after;
    private readonly Reading _reading;
    private readonly ValueCheck _check;

    private Patcher(ScimResource after, Reading reading)
    {
        _after = after;
        _reading = reading;
        _check = new ValueCheck(reading);
    }

    /// <summary>
    /// The resource as it is after the request; <paramref name="before"/> and the request stay as they are.
    /// </summary>
    public static ScimResource Apply(ScimResource before, PatchRequest request, Reading reading)
    {
        var patcher = new Patcher(before.Clone(), reading);
        foreach (var operation in request.Operations)
        {
            patcher.Apply(operation);
            // "Each operation against an attribute MUST be compatible with the attribute's mutability", so none may
            // rely on a later one.
            SchemaCheck.RequireKept(before, patcher._after);
            SchemaCheck.RequireUnchanged(before, patcher._after);
        }
        SchemaCheck.DeclareSchemas(patcher._after);
        SchemaCheck.RequireComplete(patcher._after);
        TextCheck.Require(before, patcher._after);
        return patcher._after;
    }

    private void Apply(PatchOperation operation)
    {
        var type = _after.Type;
        if (operation.Path is not { } path)
            ApplyWithoutPath(operation);
        else if (type.Find(path.Attribute) is { Attribute: { } attribute } target)
            ApplyToAttribute(operation, target.Extension, attribute, target.Sub);
        else if (type.Find(path.Attribute) is { Extension: { } extension } && path.Where is null)
            ApplyToExtension(
                operation,
                extension.Attributes.All(attribute => attribute.Mutability == Mutability.ReadOnly)
                    ? throw ScimException.Mutability($"'{extension.Id}' is read-only.")
                    : extension
            );
        else
            ApplyToUndefined(operation, path);
    }

    // A provider's own extension is ignored, here as in a whole resource: a custom attribute that an administrator mapped
    // would else stop all that comes with it.
    private void ApplyToUndefined(PatchOperation operation, PatchPath path)
    {
        _reading.RequireDefined(path.Attribute.ToString());
        if (!OfNoSchema(path.Attribute))
            throw ScimException.InvalidPath($"No schema of {_after.Type.Name} has '{path.Attribute}'.");
        _reading.Ignore(path.Attribute.ToString(), "no schema has it");
    }

    private bool OfNoSchema(AttributePath path) =>
        path.Schema is { } urn
        && !_after.Type.IsCore(urn)
        && _after.Type.Extension(urn) is null
        && _after.Type.Extension($"{urn}:{path.Name}") is null;

    // "If omitted, the resource itself is the target": each member of the value is an operation on what it names.
    private void ApplyWithoutPath(PatchOperation operation)
    {
        if (operation.Verb == PatchVerb.Remove)
            throw ScimException.NoTarget("A remove names what to remove in its 'path'.");
        if (operation.Value is not JsonObject values)
            throw ScimException.InvalidValue("An operation without a 'path' has an object as its 'value'.");

        foreach (var (name, value) in values)
        {
            var type = _after.Type;
            var path = new AttributePath(name);
            if (type.CoreAttribute(name) is { } attribute)
                ApplyToAttribute(operation with { Path = new PatchPath(path), Value = value }, null, attribute, null);
            else if (type.Extension(name) is { } extension)
                ApplyToExtension(operation with { Value = value }, extension);
            else if (value is not null)
                _reading.Ignore(name, type.WhyUnknown(name));
        }
    }

    private void ApplyToExtension(PatchOperation operation, SchemaDefinition extension)
    {
        if (operation.Verb == PatchVerb.Remove || operation.Value is null)
        {
            _after.Json.Remove(extension.Id);
            return;
        }
        if (operation.Value is not JsonObject values)
            throw ScimException.InvalidValue($"'{extension.Id}' takes an object.");

        foreach (var (name, value) in values)
            if (extension.Attribute(name) is { } attribute)
            {
                var path = new PatchPath(new AttributePath(extension.Id, attribute.Name, null));
                ApplyToAttribute(operation with { Path = path, Value = value }, extension, attribute, null);
            }
            else
                _reading.Undefined(name, "no schema has it", hasValue: value is not null);
    }

    private void ApplyToAttribute(
        PatchOperation operation,
        SchemaDefinition? extension,
        AttributeDefinition attribute,
        AttributeDefinition? sub
    )
    {
        RequireWritable(attribute);
        if (sub is not null)
            RequireWritable(sub);
        if (operation.Path!.Where is not null && !attribute.MultiValued)
            throw ScimException.InvalidPath($"'{attribute.Name}' has no elements to filter.");
        if (operation.Path.Where is { } where)
            FilterCheck.CheckElement(where, attribute, _reading);

        var container = _after.Container(extension);
        operation = PatchHabits.Normalise(operation, attribute, container?[attribute.Name] as JsonArray, _reading);
        if (container is null && operation.Verb == PatchVerb.Remove)
            return;
        container = _after.ContainerOrNew(extension);

        if (container[attribute.Name] is JsonArray list)
            _reading.WorkLimit.Spend(EachElement * (long)list.Count + Characters(list));
        if (attribute.MultiValued)
            new ElementPatcher(attribute, _check, _reading).Apply(operation, container, sub);
        else
        {
            var before = container[attribute.Name]?.DeepClone() as JsonObject;
            if (sub is not null)
                SetPart(operation.Value, container, attribute, sub);
            else
                SetSingle(operation, container, attribute);
            DropStale(before, container, attribute);
        }

        if (extension is not null && container.Count == 0)
            _after.Json.Remove(extension.Id);
    }

    // The value of a remove is null by now, so that adding, replacing and removing a single value are one.
    private void SetSingle(PatchOperation operation, JsonObject container, AttributeDefinition attribute)
    {
        var given = ValueHabits.Normalise(attribute, operation.Value?.DeepClone(), _reading);
        if (attribute.IsComplex && given is JsonObject parts)
        {
            // "Sub-attributes that are not specified SHALL be left unchanged."
            if (operation.Verb == PatchVerb.Replace && _reading.ReplacesWhole())
                foreach (var sub in attribute.SubAttributes.Where(sub => sub.Mutability != Mutability.ReadOnly))
                    if (!parts.ContainsKey(sub.Name))
                        SetPart(null, container, attribute, sub);
            foreach (var (name, part) in parts)
                if (attribute.Sub(name) is not { } sub)
                    _reading.Undefined($"{attribute.Name}.{name}", "no schema has it");
                else if (sub.Mutability == Mutability.ReadOnly)
                    _reading.Ignore($"{attribute.Name}.{sub.Name}", "read-only");
                else
                    SetPart(part, container, attribute, sub);
            return;
        }

        var value = _check.Value(attribute, given, null);
        if (attribute.Returned == Returned.Never)
            _reading.Undefined(attribute.Name, "taken and not kept");
        else
            Set(container, attribute, value);
    }

    private void SetPart(JsonNode? given, JsonObject container, AttributeDefinition attribute, AttributeDefinition sub)
    {
        var value = _check.Value(sub, given?.DeepClone(), attribute.Name);
        if (container[attribute.Name] is not JsonObject complex)
            container[attribute.Name] = complex = ScimJson.NewObject();
        Set(complex, sub, value);
        if (complex.Count == 0)
            container.Remove(attribute.Name);
    }

    // A manager who is replaced by the id alone takes the former one's address and name along: "$ref" says where
    // "value" is.
    private static void DropStale(JsonObject? before, JsonObject container, AttributeDefinition attribute)
    {
        if (
            before is null
            || attribute.Value is not { } value
            || attribute.Sub("$ref") is null
            || container[attribute.Name] is not JsonObject after
            || JsonNode.DeepEquals(before[value.Name], after[value.Name])
        )
            return;
        foreach (var part in attribute.SubAttributes)
            if (part != value && before[part.Name] is { } former && JsonNode.DeepEquals(former, after[part.Name]))
                after.Remove(part.Name);
        if (after.Count == 0)
            container.Remove(attribute.Name);
    }

    private static long Characters(JsonNode? node) =>
        node switch
        {
            JsonArray elements => elements.Sum(Characters),
            JsonObject parts => parts.Sum(part => Characters(part.Value)),
            _ => ScimJson.AsText(node) is { } text ? Spelling.Cost(text) : 0,
        };

    internal static void Set(JsonObject container, AttributeDefinition attribute, JsonNode? value)
    {
        if (value is null)
            container.Remove(attribute.Name);
        else
            container[attribute.Name] = value;
    }

    private static void RequireWritable(AttributeDefinition attribute)
    {
        if (attribute.Mutability == Mutability.ReadOnly)
            throw ScimException.Mutability($"'{attribute.Name}' is read-only.");
    }
}
