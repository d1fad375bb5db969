using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Paths;
using ScimGateway.Protocol.Schemas;

namespace ScimGateway.Protocol.Resources;

/// <summary>The order of <c>sortBy</c> (RFC 7644 §3.4.2.3): by the attribute's own case rule, of several values by the primary or first; who has none comes last, in descending order first.</summary>
public sealed class SortOrder(AttributeTarget by, bool descending = false) : IComparer<ScimResource>
{
    /// <inheritdoc/>
    public int Compare(ScimResource? x, ScimResource? y)
    {
        var order = Ascending(Key(x!), Key(y!));
        return descending ? -order : order;
    }

    private int Ascending(JsonNode? left, JsonNode? right)
    {
        if (left is null || right is null)
            return (left is null).CompareTo(right is null);
        if (ScimJson.AsText(left) is { } l && ScimJson.AsText(right) is { } r)
            return
                by.Leaf?.Type == AttributeType.Moment
                && Moments.TryParse(l, out var earlier)
                && Moments.TryParse(r, out var later)
                ? earlier.CompareTo(later)
                : string.Compare(l, r, by.Leaf?.Comparison ?? StringComparison.OrdinalIgnoreCase);
        return left.GetValueKind() == JsonValueKind.Number && right.GetValueKind() == JsonValueKind.Number
            ? Numbers.Compare(left.ToJsonString(), right.ToJsonString())
            : (ScimJson.AsFlag(left) == true).CompareTo(ScimJson.AsFlag(right) == true);
    }

    private JsonNode? Key(ScimResource resource)
    {
        if (by.Attribute is not { } attribute)
            return null;
        var value = resource.Container(by.Extension)?[attribute.Name];
        if (value is JsonArray elements)
            value =
                elements.FirstOrDefault(e => ScimJson.AsFlag((e as JsonObject)?["primary"]) == true) ?? elements.FirstOrDefault();
        if (value is JsonObject complex)
            value = complex[by.Sub?.Name ?? "value"];
        return value is JsonValue ? value : null;
    }
}
