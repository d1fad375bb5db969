using System.Globalization;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Resources;

namespace ScimGateway.Protocol.Messages;

/// <summary>What the messages of RFC 7644 §8.2 have in common: a schema that names the message, and members of plain kinds where null is the same as none.</summary>
internal static class MessageBody
{
    // {"filter":"userName sw \"b\""} without "schemas", as with PATCH.
    public static void RequireSchema(JsonObject body, string urn, Reading reading)
    {
        var named =
            body["schemas"] is JsonArray schemas
            && schemas.Any(schema => urn.Equals(ScimJson.AsText(schema), StringComparison.OrdinalIgnoreCase));
        if (!named && !reading.Takes(Deviation.SchemasLeftOut, "schemas"))
            throw ScimException.InvalidSyntax($"'schemas' does not name {urn}.");
    }

    public static string? Text(JsonObject body, string name) =>
        body[name] is { } node ? ScimJson.AsText(node) ?? throw ScimException.InvalidValue($"'{name}' takes a string.") : null;

    /// <summary>What is written where a number is expected, for <see cref="Whole"/>: a string keeps its quotation marks, and so is none.</summary>
    public static string? Written(JsonObject body, string name) =>
        body[name] switch
        {
            null => null,
            JsonValue value => value.ToJsonString(),
            _ => "",
        };

    /// <summary>The whole number that a text is, or null. One beyond the machine's numbers is the nearest of them: it is compared with limits, never counted to.</summary>
    public static int? Whole(ReadOnlySpan<char> text)
    {
        var negative = text.StartsWith("-");
        var digits = negative ? text[1..] : text;
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange('0', '9'))
            return null;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            return number;
        return negative ? int.MinValue : int.MaxValue;
    }
}
