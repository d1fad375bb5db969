using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Schemas;

namespace ScimGateway.Protocol.Resources;

/// <summary>How providers write values beyond RFC 7643 §2.3, in whole resources and in PATCH alike.</summary>
internal static class ValueHabits
{
    /// <summary>The value as the RFC writes it.</summary>
    public static JsonNode? Normalise(AttributeDefinition attribute, JsonNode? node, Reading reading)
    {
        if (node is null)
            return null;
        if (node is JsonArray { Count: 0 })
            return null; // RFC 7643 §2.5: the same as no value
        if (IsAsItShouldBe(attribute, node))
            return node;

        node = EmptyText(attribute, node, reading);
        node = PackedJson(attribute, node, reading);
        return attribute.MultiValued
            ? LoneElement(attribute, node, reading)
            : NormaliseElement(attribute, WrappedScalar(attribute, node, reading), reading);
    }

    /// <summary>The same for one element of a multi-valued attribute, or for the single value of another.</summary>
    public static JsonNode? NormaliseElement(AttributeDefinition attribute, JsonNode? node, Reading reading)
    {
        if (node is null || IsAsItShouldBeElement(attribute, node))
            return node;
        node = EmptyText(attribute, node, reading);
        node = BooleanAsText(attribute, node, reading);
        node = WindowsTimeZone(attribute, node, reading);
        return BareValue(attribute, node, reading);
    }

    // Most values need nothing of the below; they are told by a look at their kind.
    private static bool IsAsItShouldBe(AttributeDefinition attribute, JsonNode node) =>
        attribute.MultiValued ? node is JsonArray : IsAsItShouldBeElement(attribute, node);

    private static bool IsAsItShouldBeElement(AttributeDefinition attribute, JsonNode node) =>
        attribute.IsComplex
            ? node is JsonObject
            : node is JsonValue
                && attribute is { IsString: true, IsTimeZone: false }
                && ScimJson.AsText(node) is { Length: > 0 };

    // {"op":"replace","path":"title","value":""}: Entra ID and its validator clear so. In a POST it is no value.
    private static JsonNode? EmptyText(AttributeDefinition attribute, JsonNode? node, Reading reading) =>
        ScimJson.AsText(node) is { } text
        && string.IsNullOrWhiteSpace(text)
        && (text.Length == 0 || !attribute.IsString)
        && reading.Takes(Deviation.EmptyText, attribute.Name)
            ? null
            : node;

    // {"op":"Replace","path":"active","value":"False"}; roles: [{"primary":"true",…}]: Entra ID, its validator.
    private static JsonNode? BooleanAsText(AttributeDefinition attribute, JsonNode? node, Reading reading) =>
        attribute.Type == AttributeType.Flag
        && ScimJson.AsText(node) is { } text
        && bool.TryParse(text, out var flag)
        && reading.Takes(Deviation.BooleanAsText, attribute.Name)
            ? JsonValue.Create(flag)
            : node;

    // "timezone": "W. Europe Standard Time": what is synchronised from Active Directory and Exchange.
    private static JsonNode? WindowsTimeZone(AttributeDefinition attribute, JsonNode? node, Reading reading) =>
        attribute.IsTimeZone
        && ScimJson.AsText(node) is { } text
        && TimeZones.OfWindows(text) is { } name
        && reading.Takes(Deviation.WindowsTimeZone, attribute.Name)
            ? JsonValue.Create(name)
            : node;

    // "displayName": ["Crew"]; {"op":"Add","path":"manager","value":[{"value":"…"}]}: Entra ID.
    private static JsonNode? WrappedScalar(AttributeDefinition attribute, JsonNode? node, Reading reading) =>
        node is JsonArray { Count: 1 } array && reading.Takes(Deviation.WrappedScalar, attribute.Name)
            ? Detach(array)
            : node;

    // "emails": {"value": "…"}: OneLogin. {"op":"add","path":"members","value":"<id>"}: Entra's older validator.
    private static JsonNode? LoneElement(AttributeDefinition attribute, JsonNode? node, Reading reading) =>
        node is not (null or JsonArray) && reading.Takes(Deviation.LoneElement, attribute.Name)
            ? new JsonArray(ScimJson.NodeOptions, node.Parent is null ? node : node.DeepClone())
            : node;

    // "manager": "26118915", also "members": ["<id>"]: Entra ID, Microsoft's validator.
    private static JsonNode? BareValue(AttributeDefinition attribute, JsonNode? node, Reading reading) =>
        attribute is { IsComplex: true, Value: { IsString: true } value }
        && node is JsonValue
        && ScimJson.AsText(node) is { } text
        && reading.Takes(Deviation.BareValue, attribute.Name)
            ? new JsonObject(ScimJson.NodeOptions) { [value.Name] = text }
            : node;

    // {"op":"Add","path":"roles","value":"[{\"primary\":true,\"value\":\"Admin\"}]"}: Entra ID's
    // SingleAppRoleAssignment.
    private static JsonNode? PackedJson(AttributeDefinition attribute, JsonNode? node, Reading reading)
    {
        if (!attribute.IsComplex || ScimJson.AsText(node)?.Trim() is not { Length: > 1 } text)
            return node;
        if (text[0] is not ('{' or '[') || !reading.Takes(Deviation.PackedJson, attribute.Name))
            return node;
        try
        {
            // An array is read as the member of an object, so that the one bounded reader serves.
            var limits = ReadLimits.User;
            var packed = ScimJson.ReadObject(Encoding.UTF8.GetBytes($"{{\"packed\":{text}}}"), limits)["packed"];
            return packed?.Parent is JsonObject { Count: 1 } holder && holder.Remove("packed")
                ? packed
                : throw ScimException.InvalidSyntax("something follows the value.");
        }
        catch (ScimException e)
        {
            throw ScimException.InvalidValue(
                $"The JSON packed into the string of '{attribute.Name}' is not right: {e.Message}"
            );
        }
    }

    private static JsonNode? Detach(JsonArray array)
    {
        var element = array[0];
        array.RemoveAt(0);
        return element;
    }
}
