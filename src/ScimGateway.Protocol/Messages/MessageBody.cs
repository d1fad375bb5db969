using System.Globalization;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Resources;

namespace ScimGateway.Protocol.Messages;

/// <summary>How the plain members of a message are read: null is the same as none.</summary>
internal static class MessageBody
{
    public static string? Text(JsonObject body, string name) =>
        body[name] is { } node
            ? ScimJson.AsText(node) ?? throw ScimException.InvalidValue($"'{name}' takes a string.")
            : null;

    /// <summary>
    /// What is written where a number is expected, for <see cref="Whole"/>: a string keeps its quotation marks, and so
    /// is none.
    /// </summary>
    public static string? Written(JsonObject body, string name) =>
        body[name] switch
        {
            null => null,
            JsonValue value => value.ToJsonString(),
            _ => "",
        };

    /// <summary>
    /// The whole number that a text is, or null. One beyond the machine's numbers is the nearest of them: it is
    /// compared with limits, never counted to.
    /// </summary>
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
