using System.Text.Json.Nodes;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Filters;
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
