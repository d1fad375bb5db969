using System.Text.Json;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Reads;

/// <summary>How an export writes values.</summary>
internal static class ExportJson
{
    /// <summary>A word as JSON has it.</summary>
    public static string Word<T>(T word)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(word.ToString());

    /// <summary>A time, which may be none.</summary>
    public static void Write(this Utf8JsonWriter json, string name, Instant? time) =>
        json.WriteString(name, time is { } at ? Moments.ToText(at.ToTime()) : null);

    /// <summary>A number, which may be none.</summary>
    public static void Write(this Utf8JsonWriter json, string name, long? number)
    {
        if (number is { } value)
            json.WriteNumber(name, value);
        else
            json.WriteNull(name);
    }

    /// <summary>What is kept as lines.</summary>
    public static void Write(this Utf8JsonWriter json, string name, string lines)
    {
        json.WriteStartArray(name);
        foreach (var line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            json.WriteStringValue(line);
        json.WriteEndArray();
    }

    /// <summary>What is kept as JSON.</summary>
    public static void Write(this Utf8JsonWriter json, string name, byte[]? kept)
    {
        json.WritePropertyName(name);
        if (kept is null)
            json.WriteNullValue();
        else
            json.WriteRawValue(kept, skipInputValidation: true);
    }
}
