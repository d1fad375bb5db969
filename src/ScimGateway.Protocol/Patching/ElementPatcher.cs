using System.Text.Json.Nodes;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Filters;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;

namespace ScimGateway.Protocol.Patching;

/// <summary>What an operation does to a multi-valued attribute: no value twice, and one primary at most.</summary>
internal sealed class ElementPatcher(AttributeDefinition attribute, ValueCheck check, Reading reading)
{
    private readonly ElementIdentity _identity = new(attribute);

    public void Apply(PatchOperation operation, JsonObject container, AttributeDefinition? sub)
    {
        var before = container[attribute.Name] as JsonArray;
        var elements = before ?? new JsonArray(ScimJson.NodeOptions);
        var primaries = Primaries(elements);

        if (operation.Path!.Where is { } where)
            ApplyToMatches(operation, elements, where, sub ?? Sub(operation.Path.Sub));
        else if (sub is not null)
            SetPartOfAll(operation, elements, sub);
        else
            ApplyToWhole(operation, elements);

        elements.RemoveAll(static element => element is JsonObject { Count: 0 });
        // Of ids, such as members, the size of a group is the limit.
        if (elements.Count > ReadLimits.MostOfOne && attribute.Value?.Mutability != Mutability.Immutable)
            throw ScimException.InvalidValue($"'{attribute.Name}' has more than {ReadLimits.MostOfOne} values.");
        if (elements.Count == 0)
            container.Remove(attribute.Name);
        else if (before is null)
            container[attribute.Name] = elements;
        KeepOnePrimary(elements, primaries);
    }

    // attr
    private void ApplyToWhole(PatchOperation operation, JsonArray elements)
    {
        var given = operation.Value?.DeepClone();
        // RFC 7644 §3.5.2.1 adds "a new value" as well as an array of them.
        if (
            operation.Verb == PatchVerb.Add
            && given is not (null or JsonArray)
            && attribute.IsComplex == given is JsonObject
        )
            given = new JsonArray(ScimJson.NodeOptions, given);
        var value = check.Value(attribute, given, null) as JsonArray;
        switch (operation.Verb)
        {
            case PatchVerb.Remove when operation.HasValue:
                elements.RemoveAll(_identity.In(value ?? []));
                break;
            case PatchVerb.Remove:
                elements.Clear();
                break;
            case PatchVerb.Replace:
                elements.Clear();
                foreach (var element in value ?? [])
                    elements.Add(element?.DeepClone());
                break;
            default:
                Add(value, elements);
                break;
        }
    }

    // attr.sub: every element; where there is none, one is made
    private void SetPartOfAll(PatchOperation operation, JsonArray elements, AttributeDefinition sub)
    {
        if (elements.Count == 0 && operation.Value is not null)
            elements.Add(ScimJson.NewObject());
        foreach (var element in elements.OfType<JsonObject>())
            SetPart(element, sub, operation.Value);
    }

    // attr[filter] and attr[filter].sub
    private void ApplyToMatches(PatchOperation operation, JsonArray elements, Filter where, AttributeDefinition? sub)
    {
        var matches = elements
            .Where(e => where.MatchesElement(attribute, e, reading.WorkLimit))
            .ToHashSet<JsonNode?>(ReferenceEqualityComparer.Instance);
        if (operation.Verb != PatchVerb.Remove && matches.Count == 0)
            throw ScimException.NoTarget($"No value of '{attribute.Name}' meets the filter [{where}].");

        if (sub is not null)
            foreach (var match in matches.OfType<JsonObject>())
                SetPart(match, sub, operation.Value);
        else if (operation.Verb == PatchVerb.Remove)
            elements.RemoveAll(matches.Contains);
        else if (attribute.IsComplex && PatchHabits.IsNothing(operation.Value))
            elements.RemoveAll(matches.Contains);
        else if (attribute.IsComplex)
            ApplyToRecords(operation, matches.OfType<JsonObject>());
        else
        {
            var given = new JsonArray(ScimJson.NodeOptions, operation.Value?.DeepClone());
            if (check.Value(attribute, given, null) is JsonArray { Count: 1 } value)
                foreach (var match in matches)
                    match!.ReplaceWith(value[0]!.DeepClone());
            else
                elements.RemoveAll(matches.Contains);
        }
    }

    private void ApplyToRecords(PatchOperation operation, IEnumerable<JsonObject> matches)
    {
        var value =
            ValueHabits.NormaliseElement(attribute, operation.Value?.DeepClone(), reading) as JsonObject
            ?? throw ScimException.InvalidValue($"A value of '{attribute.Name}' is an object.");
        foreach (var match in matches)
        {
            // "All matching record values SHALL be replaced"; an add leaves what it does not name.
            if (operation.Verb == PatchVerb.Replace)
                match.Clear();
            Merge(match, value);
        }
    }

    private void Add(JsonArray? values, JsonArray elements)
    {
        if (values is null)
            return;
        var there = new Dictionary<string, JsonNode?>(StringComparer.Ordinal);
        foreach (var element in elements)
            there.TryAdd(_identity.Of(element), element);
        foreach (var value in values.ToList())
        {
            var identity = _identity.Of(value);
            if (!there.TryGetValue(identity, out var same))
            {
                var added = value?.DeepClone();
                elements.Add(added);
                there.Add(identity, added);
            }
            else if (same is JsonObject element && value is JsonObject parts)
                foreach (var (name, part) in parts)
                    if (element[name] is null || attribute.Sub(name)?.Mutability != Mutability.Immutable)
                        element[name] = part?.DeepClone();
        }
    }

    private void Merge(JsonObject element, JsonObject parts)
    {
        foreach (var (name, part) in parts)
            if (attribute.Sub(name) is not { } sub)
                reading.Undefined($"{attribute.Name}.{name}", "no schema has it");
            else if (sub.Mutability == Mutability.ReadOnly)
                reading.Ignore($"{attribute.Name}.{sub.Name}", "read-only");
            else
                SetPart(element, sub, part);
    }

    private void SetPart(JsonObject element, AttributeDefinition sub, JsonNode? given)
    {
        if (sub.Mutability == Mutability.ReadOnly)
            throw ScimException.Mutability($"'{attribute.Name}.{sub.Name}' is read-only.");
        var value = check.Value(sub, given?.DeepClone(), attribute.Name);
        if (sub.Mutability == Mutability.Immutable && element[sub.Name] is { } set && !JsonNode.DeepEquals(set, value))
            throw ScimException.Mutability($"'{attribute.Name}.{sub.Name}' can be set only once.");
        Patcher.Set(element, sub, value);
    }

    private AttributeDefinition? Sub(string? name)
    {
        if (name is null)
            return null;
        if (attribute.Sub(name) is { } sub)
            return sub;
        reading.RequireDefined($"{attribute.Name}.{name}");
        throw ScimException.InvalidPath($"No schema has '{attribute.Name}.{name}'.");
    }

    // RFC 7644 §3.5.2: a value that becomes primary takes primary from the one that was.
    private void KeepOnePrimary(JsonArray elements, HashSet<JsonObject> before)
    {
        if (attribute.Primary is not { } primary)
            return;
        var now = Primaries(elements);
        if (now.Count < 2)
            return;
        var fresh = now.Where(e => !before.Contains(e)).ToList();
        if (fresh.Count == 1)
            foreach (var element in now.Where(e => !ReferenceEquals(e, fresh[0])))
                element[primary.Name] = false;
        else
            ResourceHabits.TwoPrimaries(attribute, elements, reading);
    }

    private static HashSet<JsonObject> Primaries(JsonArray elements) =>
        elements
            .OfType<JsonObject>()
            .Where(e => ScimJson.AsFlag(e["primary"]) == true)
            .ToHashSet<JsonObject>(ReferenceEqualityComparer.Instance);
}
