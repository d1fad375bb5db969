using System.Text.Json;
using System.Text.Json.Nodes;

namespace ScimGateway.Conformance.Tests.Sound;

/// <summary>An attribute of a type as clients name it: [urn:]name[.sub].</summary>
/// <param name="Urn">The extension that it is in; null for what is not in one.</param>
/// <param name="Attribute">What is named.</param>
/// <param name="Sub">Its sub-attribute, if one is named.</param>
internal sealed record Name(string? Urn, Definition Attribute, Definition? Sub)
{
    /// <summary>What is meant by its last part.</summary>
    public Definition Last => Sub ?? Attribute;

    /// <summary>The name that a type knows; null if it knows none such.</summary>
    public static Name? Of(ResourceType type, string text)
    {
        string? urn = null;
        foreach (var schema in type.Extensions.Prepend(type.Core))
            if (text.StartsWith(schema.Id + ":", StringComparison.OrdinalIgnoreCase))
            {
                urn = schema.Id;
                text = text[(urn.Length + 1)..];
                break;
            }
        var among =
            urn is null ? type.Core.Attributes.Concat(Known.Common)
            : urn == type.Core.Id ? type.Core.Attributes
            : type.Extensions.First(one => one.Id == urn).Attributes;
        var parts = text.Split('.');
        if (parts.Length > 2 || among.Named(parts[0]) is not { } attribute)
            return null;
        if (parts.Length == 1)
            return new Name(urn == type.Core.Id ? null : urn, attribute, null);
        return attribute.SubOf(parts[1]) is { } sub ? new Name(urn == type.Core.Id ? null : urn, attribute, sub) : null;
    }

    /// <summary>Where it is in a resource.</summary>
    public JsonObject? Container(JsonObject resource) => Urn is null ? resource : resource[Urn] as JsonObject;

    /// <summary>The values that a resource has of it.</summary>
    public IEnumerable<JsonNode> Values(JsonObject resource)
    {
        var values = Each(Container(resource)?[Attribute.Name]);
        // Of what has several values the value is meant where nothing else is said (RFC 7644 §3.4.2.2).
        var sub = Sub?.Name ?? (Attribute is { Type: "complex", Many: true } ? "value" : null);
        return sub is null ? values : values.OfType<JsonObject>().SelectMany(one => Each(one[sub]));
    }

    private static IEnumerable<JsonNode> Each(JsonNode? node) =>
        node switch
        {
            null => [],
            JsonArray values => values.OfType<JsonNode>(),
            _ => [node],
        };
}

/// <summary>How texts are compared and read.</summary>
internal static class Texts
{
    // é and e with an accent behind it are the same (RFC 7644 §5). The runtime of these tests has no ICU, so that it
    // does not know; these are enough for names of people of half of Europe.
    private static readonly (string Apart, string Together)[] _accents =
    [
        .. "aàáâä;eèéêë;iìíîï;oòóôö;uùúûü"
            .Split(';')
            .SelectMany(row =>
                "\u0300\u0301\u0302\u0308".Select((accent, i) => ($"{row[0]}{accent}", $"{row[i + 1]}"))
            ),
    ];

    /// <summary>A name as it is compared.</summary>
    public static string Folded(string text) =>
        _accents.Aggregate(
            text.ToLowerInvariant(),
            (folded, accent) => folded.Replace(accent.Apart, accent.Together, StringComparison.Ordinal)
        );

    public static string? Text(this JsonNode? node) =>
        node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;

    public static bool Flag(this JsonNode? node) => node?.GetValueKind() == JsonValueKind.True;

    /// <summary>A member whose name may be in any case.</summary>
    public static JsonNode? Any(this JsonObject members, string name) =>
        members.FirstOrDefault(one => one.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    /// <summary>The objects of a list.</summary>
    public static IReadOnlyList<JsonObject> Values(this JsonObject resource, string name) =>
        [.. Documents.Objects(resource[name])];
}
