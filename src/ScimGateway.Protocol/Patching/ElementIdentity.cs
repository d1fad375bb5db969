using System.Text.Json.Nodes;
using ScimGateway.Protocol.Resources;
using ScimGateway.Protocol.Schemas;

namespace ScimGateway.Protocol.Patching;

/// <summary>
/// When two elements of a multi-valued attribute are the same: by value and type (RFC 7643 §2.4), by the value alone
/// where it is immutable (an id), else by all they have.
/// </summary>
internal sealed class ElementIdentity(AttributeDefinition attribute)
{
    /// <summary>A text that is equal for elements that are the same.</summary>
    public string Of(JsonNode? element) =>
        element is JsonObject complex && Value(complex) is { } value
            ? attribute.Value!.Mutability == Mutability.Immutable
                ? value
                : $"{value}\n{Type(complex)}"
            : Everything(element);

    /// <summary>Whether an element is among those listed; one listed without a type stands for every type.</summary>
    public Func<JsonNode?, bool> In(JsonArray listed)
    {
        var identities = listed.Select(Of).ToHashSet(StringComparer.Ordinal);
        var anyType = listed
            .OfType<JsonObject>()
            .Where(e => Type(e) is null)
            .Select(Value)
            .ToHashSet(StringComparer.Ordinal);
        return node =>
            identities.Contains(Of(node)) || (node is JsonObject e && Value(e) is { } value && anyType.Contains(value));
    }

    private string? Value(JsonObject element) =>
        attribute.Value is { } value && ScimJson.AsText(element[value.Name]) is { } text
            ? value.CaseExact
                ? text
                : Spelling.Folded(text)
            : null;

    private static string? Type(JsonObject element) => ScimJson.AsText(element["type"])?.ToUpperInvariant();

    /// <summary>All of a value, its members in one order, so that that of the request does not matter.</summary>
    public static string Everything(JsonNode? node) =>
        node switch
        {
            null => "null",
            JsonObject complex => string.Join(
                '\n',
                complex
                    .Select(part => $"{part.Key.ToUpperInvariant()}={Everything(part.Value)}")
                    .Order(StringComparer.Ordinal)
            ),
            _ => node.ToJsonString(),
        };
}
