using System.Text.Json.Nodes;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Filters;
using ScimGateway.Protocol.Paths;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;

namespace ScimGateway.Protocol.Patching;

/// <summary>
/// How providers write PATCH beyond RFC 7644 §3.5.2. The first part needs the request alone, the second the resource as
/// it is when the operation's turn comes.
/// </summary>
internal static class PatchHabits
{
    // {"schemas":[…],"Operations":[]}: Microsoft's web validator. Nothing is to be done.
    public static void NoOperations(Reading reading)
    {
        if (!reading.Takes(Deviation.NoOperations, "Operations"))
            throw ScimException.InvalidValue("The PATCH has no operations.");
    }

    // {"op":"Add",…}, {"op":"Replace",…}: Entra ID without the flag aadOptscim062020.
    public static string Verb(string op, Reading reading)
    {
        var lower = op.ToLowerInvariant();
        return lower != op && reading.Takes(Deviation.OperationInCapitals, "op") ? lower : op;
    }

    /// <summary>The path with the names and the filter that are meant.</summary>
    public static PatchPath Path(PatchPath path, ResourceTypeDefinition type, Reading reading)
    {
        var attribute = NameHabits.Meant(path.Attribute, type, reading);
        return path.Where is null
            ? path with
            {
                Attribute = attribute,
            }
            : path with
            {
                Attribute = attribute,
                Where = FilterHabits.NormaliseElement(path.Where, type.Find(attribute)?.Attribute, reading),
            };
    }

    /// <summary>
    /// An operation without a path, cut into one for each key that is a path of its own; the plain keys stay together.
    /// </summary>
    public static IEnumerable<PatchOperation> Keys(
        PatchOperation operation,
        ResourceTypeDefinition type,
        Reading reading
    )
    {
        if (operation.Value is not JsonObject values)
            return [operation];

        var plain = ScimJson.NewObject();
        var own = new List<PatchOperation>();
        foreach (var (key, value) in values)
            if (PathInKey(key, value, type, reading) is { } path)
            {
                if (!ReadOnlyInValue(path.Attribute, type, reading))
                    own.Add(operation with { Path = path, Value = value });
            }
            else if (!ReadOnlyInValue(new AttributePath(key), type, reading))
                plain[key] = type.Extension(key) is { } extension
                    ? Writable(extension, value?.DeepClone(), type, reading)
                    : value?.DeepClone();
        return plain.Count > 0 || own.Count == 0 ? [operation with { Value = plain }, .. own] : own;
    }

    // {"op":"replace","value":{"id":"<group id>","displayName":"…"}}: Okta renames a group so, at each change of its
    // members.
    private static bool ReadOnlyInValue(AttributePath path, ResourceTypeDefinition type, Reading reading)
    {
        var target = type.Find(path);
        return (
                target?.Attribute?.Mutability == Mutability.ReadOnly
                || target?.Sub?.Mutability == Mutability.ReadOnly
                || path.Name == "schemas"
            ) && reading.Takes(Deviation.ReadOnlyInValue, path.ToString());
    }

    // The same inside the object of an extension.
    private static JsonNode? Writable(
        SchemaDefinition extension,
        JsonNode? value,
        ResourceTypeDefinition type,
        Reading reading
    )
    {
        if (value is JsonObject members)
            foreach (var member in members.Select(m => m.Key).ToList())
                if (ReadOnlyInValue(new AttributePath(extension.Id, member, null), type, reading))
                    members.Remove(member);
        return value;
    }

    // {"op":"replace","value":{"name.givenName":"Kim","urn:…:enterprise:2.0:User:employeeNumber":"7","manager":"…"}}:
    // Entra ID with the flag, JumpCloud; {"emails[type eq \"work\"].value":"…"} has been seen as well, and attributes
    // of extensions that no schema describes.
    private static PatchPath? PathInKey(string key, JsonNode? value, ResourceTypeDefinition type, Reading reading)
    {
        if (type.CoreAttribute(key) is not null || type.Extension(key) is not null)
            return null;
        var open = key.IndexOf('[');
        var name = open < 0 ? key : key[..open];
        var spelled = NameHabits.Spelling(name, type, reading);
        if (!AttributePath.TryParse(spelled, out var attribute))
            return null; // no path, so at most the URN of an extension that no schema describes

        attribute = NameHabits.Meant(attribute, type, reading);
        var target = type.Find(attribute);
        var undescribed =
            open < 0
            && target is null
            && value is not (null or JsonObject)
            && UndescribedExtension.Names(new PatchPath(attribute), type);
        if (target is null && !undescribed)
            return null;
        if (target is not { Attribute: null } && name.Contains(':') && !reading.Takes(Deviation.UrnKey, key))
            return null;
        if (
            target is { Attribute: not null }
            && !name.Contains(':')
            && key.AsSpan().IndexOfAny(".[") >= 0
            && !reading.Takes(Deviation.DottedKey, key)
        )
            return null;
        return open < 0
            ? new PatchPath(attribute)
            : Path(PatchPath.Parse(spelled + key[open..], type, reading), type, reading);
    }

    /// <summary>The operation as the RFC would have it, given the elements that are there.</summary>
    public static PatchOperation Normalise(
        PatchOperation operation,
        AttributeDefinition attribute,
        JsonArray? elements,
        Reading reading
    ) =>
        operation switch
        {
            { Verb: PatchVerb.Remove, Path.Where: null, HasValue: true } => RemoveListed(
                RemoveNested(operation, attribute, reading),
                attribute,
                reading
            ),
            // "remove" has no use for a value: Entra ID attaches the one it thinks is there.
            { Verb: PatchVerb.Remove } => ElementWithoutValue(
                operation with
                {
                    Value = null,
                    HasValue = false,
                },
                attribute,
                reading
            ),
            { Path: { Where: { } where, Sub: not null } } => MissingElement(
                ElementWithoutValue(operation, attribute, reading),
                attribute,
                where,
                elements,
                reading
            ),
            _ => operation,
        };

    // {"op":"remove","path":"members","value":{"members":[{"$ref":null,"value":"…"}]}}: Salesforce.
    private static PatchOperation RemoveNested(
        PatchOperation operation,
        AttributeDefinition attribute,
        Reading reading
    ) =>
        operation.Value is JsonObject holder
        && holder.Count == 1
        && holder[attribute.Name] is (JsonArray or JsonObject) and var listed
        && reading.Takes(Deviation.RemoveNested, attribute.Name)
            ? operation with
            {
                Value = listed.DeepClone(),
            }
            : operation;

    // {"op":"Remove","path":"members","value":[{"$ref":null,"value":"…"}]}: Entra ID, JumpCloud. Without a value, or
    // with null, all go. By the RFC the value would be ignored and every member removed: nobody means that, so it is
    // refused where the habit is off.
    private static PatchOperation RemoveListed(PatchOperation operation, AttributeDefinition attribute, Reading reading)
    {
        if (!attribute.MultiValued || operation.Value is null || operation.Path!.Attribute.Sub is not null)
            return operation with { Value = null, HasValue = false };
        return reading.Takes(Deviation.RemoveListed, attribute.Name)
            ? operation
            : throw ScimException.InvalidSyntax(
                $"A remove of '{attribute.Name}' lists values; name them in the path, as in {attribute.Name}[value eq \"…\"]."
            );
    }

    // {"op":"Replace","path":"phoneNumbers[type eq \"mobile\"].value","value":"…"} where there is none: Entra ID in
    // every mode. The element is made of what the filter says by "eq" and "and", and of the value.
    private static PatchOperation MissingElement(
        PatchOperation operation,
        AttributeDefinition attribute,
        Filter where,
        JsonArray? elements,
        Reading reading
    )
    {
        if (
            operation.Verb == PatchVerb.Remove
            || elements?.Any(element => where.MatchesElement(attribute, element, reading.WorkLimit)) == true
        )
            return operation;
        // To clear what is not there is to do nothing.
        if (IsNothing(operation.Value))
            return reading.Takes(Deviation.MissingElement, attribute.Name)
                ? PatchOperation.Remove(operation.Path!)
                : operation;

        var seed = ScimJson.NewObject();
        if (!Seed(where, attribute, seed) || !reading.Takes(Deviation.MissingElement, attribute.Name))
            return operation;
        seed[attribute.Sub(operation.Path!.Sub!)?.Name ?? operation.Path.Sub!] = operation.Value!.DeepClone();
        return new PatchOperation(
            PatchVerb.Add,
            new PatchPath(operation.Path.Attribute),
            new JsonArray(ScimJson.NodeOptions, seed)
        );
    }

    /// <summary>Whether a value says that there is none, in one of the ways that providers have.</summary>
    internal static bool IsNothing(JsonNode? value) =>
        value is null
        || ScimJson.AsText(value) is ""
        || (value is JsonArray array && (array.Count == 0 || (array.Count == 1 && IsNothing(array[0]))));

    private static bool Seed(Filter filter, AttributeDefinition attribute, JsonObject seed)
    {
        switch (filter)
        {
            case Filter.And f:
                return Seed(f.Left, attribute, seed) && Seed(f.Right, attribute, seed);
            case Filter.Compare { Op: CompareOp.Equal, Path: { Schema: null, Sub: null } path } f
                when attribute.Sub(path.Name) is { } sub:
                JsonNode? value = f.Value switch
                {
                    Literal.Text text => JsonValue.Create(ScimJson.WithoutNul(sub.Name, text.Value)),
                    Literal.Flag flag => JsonValue.Create(flag.Value),
                    Literal.Number number => JsonNode.Parse(number.Digits),
                    _ => null,
                };
                return value is not null && seed.TryAdd(sub.Name, value);
            default:
                return false;
        }
    }

    // {"op":"Remove","path":"emails[type eq \"other\"].value","value":"…"}: Entra ID means the address, not an address
    // without a value.
    private static PatchOperation ElementWithoutValue(
        PatchOperation operation,
        AttributeDefinition attribute,
        Reading reading
    ) =>
        operation.Path is { Where: not null, Sub: { } sub }
        && attribute.Value is { } value
        && value.Name.Equals(sub, StringComparison.OrdinalIgnoreCase)
        && IsNothing(operation.Value)
        && reading.Takes(Deviation.ElementWithoutValue, attribute.Name)
            ? PatchOperation.Remove(operation.Path with { Sub = null })
            : operation;
}
