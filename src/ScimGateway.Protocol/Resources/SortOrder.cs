using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Paths;
using ScimGateway.Protocol.Schemas;

namespace ScimGateway.Protocol.Resources;

/// <summary>
/// The order of <c>sortBy</c> (RFC 7644 §3.4.2.3): by the attribute's own case rule, of several values by the primary
/// or first; who has none comes last, in descending order first.
/// </summary>
public sealed class SortOrder(AttributeTarget by, bool descending = false) : IComparer<ScimResource>
{
    /// <summary>What it sorts by.</summary>
    public AttributeTarget By { get; } = by;

    /// <summary>Whether it goes downwards.</summary>
    public bool Descending { get; } = descending;

    /// <summary>Whether resources of a type have the attribute that <c>sortBy</c> names.</summary>
    public static bool Has(string sortBy, ResourceTypeDefinition type, Reading reading) =>
        Target(sortBy, type, reading) is not null;

    /// <summary>Reads <c>sortBy</c>; what has no order, or may not be known of, is refused.</summary>
    public static SortOrder Read(string sortBy, bool descending, ResourceTypeDefinition type, Reading reading)
    {
        if (Target(sortBy, type, reading) is not { Leaf: { } attribute } target)
            throw ScimException.InvalidValue("'sortBy' names no attribute that these resources have.");
        if (attribute is { IsComplex: true, MultiValued: false } or { IsComplex: true, Value: null })
            throw ScimException.InvalidValue($"'{attribute.Name}' is complex; sort by one of its sub-attributes.");
        if (attribute.Returned == Returned.Never)
            throw ScimException.InvalidValue($"'{attribute.Name}' is never shown, so nothing can be sorted by it.");
        return new SortOrder(target, descending);
    }

    private static AttributeTarget? Target(string sortBy, ResourceTypeDefinition type, Reading reading) =>
        AttributePath.TryParse(NameHabits.Spelling(sortBy.Trim(), type, reading), out var path)
            ? type.Find(NameHabits.Meant(path, type, reading))
            : null;

    /// <inheritdoc/>
    public int Compare(ScimResource? x, ScimResource? y) => CompareKeys(Key(x!), Key(y!));

    /// <summary>Compares what two resources are sorted by.</summary>
    public int CompareKeys(JsonNode? x, JsonNode? y)
    {
        var order = Ascending(x, y);
        return Descending ? -order : order;
    }

    private int Ascending(JsonNode? left, JsonNode? right)
    {
        if (left is null || right is null)
            return (left is null).CompareTo(right is null);
        if (ScimJson.AsText(left) is { } l && ScimJson.AsText(right) is { } r)
            return
                By.Leaf?.Type == AttributeType.Moment
                && Moments.TryParse(l, out var earlier)
                && Moments.TryParse(r, out var later)
                ? earlier.CompareTo(later)
                : string.Compare(l, r, By.Leaf?.Comparison ?? StringComparison.OrdinalIgnoreCase);
        return left.GetValueKind() == JsonValueKind.Number && right.GetValueKind() == JsonValueKind.Number
            ? Numbers.Compare(left.ToJsonString(), right.ToJsonString())
            : (ScimJson.AsFlag(left) == true).CompareTo(ScimJson.AsFlag(right) == true);
    }

    /// <summary>What a resource is sorted by: a string, a number, true or false; null if it has none.</summary>
    public JsonNode? Key(ScimResource resource)
    {
        if (By.Attribute is not { } attribute)
            return null;
        var value = resource.Container(By.Extension)?[attribute.Name];
        if (value is JsonArray elements)
            value =
                elements.FirstOrDefault(e => ScimJson.AsFlag((e as JsonObject)?["primary"]) == true)
                ?? elements.FirstOrDefault();
        if (value is JsonObject complex)
            value = complex[By.Sub?.Name ?? "value"];
        return value is JsonValue ? value : null;
    }
}
