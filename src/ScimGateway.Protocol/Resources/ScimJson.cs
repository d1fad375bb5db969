using System.Collections.Frozen;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;

namespace ScimGateway.Protocol.Resources;

/// <summary>
/// JSON as SCIM has it: member names compare without case (RFC 7643 §2.1), order, numbers and unknown members stay as
/// they came, and reading is bounded.
/// </summary>
public static class ScimJson
{
    private static readonly FrozenSet<string> _long = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "members",
        "value",
        "Operations"
    );

    // Of a value in what holds it.
    private const int Place = 32;

    internal static readonly JsonNodeOptions NodeOptions = new() { PropertyNameCaseInsensitive = true };

    /// <summary>How bodies are written: compact, and characters of all scripts as themselves.</summary>
    public static JsonWriterOptions WriterOptions { get; } =
        new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>
    /// Reads a JSON object; anything else, and anything beyond the limits, is refused with its position.
    /// </summary>
    public static JsonObject ReadObject(ReadOnlySpan<byte> utf8, ReadLimits limits)
    {
        if (utf8.Length > limits.MostBytes)
            throw ScimException.PayloadTooLarge(
                $"The body has {utf8.Length} bytes; at most {limits.MostBytes} are read."
            );
        var reader = Reader(utf8);
        try
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
                throw ScimException.InvalidSyntax("The body is not a JSON object.");
            var result = Object(ref reader, limits);
            reader.Read(); // throws if anything but blanks follows
            return result;
        }
        catch (JsonException e)
        {
            throw ScimException.InvalidSyntax(
                $"The body is not JSON as it should be: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}.",
                e
            );
        }
        catch (InvalidOperationException e)
        {
            // What Utf8JsonReader.GetString says of half a surrogate pair.
            throw ScimException.InvalidSyntax(
                $"The body has a string that is not Unicode, before byte {reader.BytesConsumed}.",
                e
            );
        }
    }

    /// <summary>Reads what the store keeps. If that is no JSON object, no client is to blame.</summary>
    /// <exception cref="InvalidDataException">The store is damaged.</exception>
    public static JsonObject ReadKept(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return ReadObject(utf8, ReadLimits.Kept);
        }
        catch (ScimException e)
        {
            throw new InvalidDataException("A document in the store is no JSON object.", e);
        }
    }

    /// <summary>Reads a JSON object from text, under the limits of a user.</summary>
    public static JsonObject ReadObject(string text) => ReadObject(Encoding.UTF8.GetBytes(text), ReadLimits.User);

    /// <summary>
    /// How many bytes of memory a body will take once it is read, up to where it is no JSON any more: 200 for a number,
    /// which may be two bytes of text. By what is allocated, measured by a test.
    /// </summary>
    public static long Weigh(ReadOnlySpan<byte> utf8)
    {
        var reader = Reader(utf8);
        var weight = 0L;
        try
        {
            while (reader.Read())
                weight += reader.TokenType switch
                {
                    JsonTokenType.StartObject => Place + 200,
                    JsonTokenType.StartArray => Place + 160,
                    JsonTokenType.PropertyName => 100 + 2 * reader.ValueSpan.Length,
                    JsonTokenType.String => Place + 80 + 2 * reader.ValueSpan.Length,
                    JsonTokenType.Number => Place + 200 + 2 * reader.ValueSpan.Length,
                    JsonTokenType.True or JsonTokenType.False => Place + 64,
                    JsonTokenType.Null => Place,
                    _ => 0,
                };
        }
        catch (JsonException)
        {
            // It is refused when it is read, and read no further than this.
        }
        return weight;
    }

    /// <summary>How many bytes of memory a copy of it takes.</summary>
    public static long Weigh(JsonNode? node) =>
        node switch
        {
            JsonObject members => Place
                + 200
                + members.Sum(member => 100 + 2 * member.Key.Length + Weigh(member.Value)),
            JsonArray values => Place + 160 + values.Sum(Weigh),
            null => Place,
            _ => AsText(node) is { } text ? Place + 80 + 2 * text.Length : Place + 200,
        };

    /// <summary>The node as UTF-8.</summary>
    public static byte[] ToUtf8(JsonNode node)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, WriterOptions))
            node.WriteTo(writer);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>The node as text.</summary>
    public static string ToText(JsonNode node) => Encoding.UTF8.GetString(ToUtf8(node));

    /// <summary>An empty object whose names compare without case.</summary>
    public static JsonObject NewObject() => new(NodeOptions);

    /// <summary>The text of a JSON string, or null if the node is none.</summary>
    public static string? AsText(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>True or false if the node is a JSON boolean, else null.</summary>
    public static bool? AsFlag(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<bool>(out var flag) ? flag : null;

    /// <summary>
    /// Adds what another name may have brought already, as a URN does. A body that says two things of one attribute
    /// would be read in two ways.
    /// </summary>
    internal static void AddOnce(JsonObject container, string name, JsonNode? value, Reading reading)
    {
        if (container.TryAdd(name, value))
            return;
        if (!JsonNode.DeepEquals(container[name], value))
            throw SaidTwice(name);
        reading.Ignore(name, "given twice");
    }

    /// <summary>The refusal of a body that has two values of an attribute.</summary>
    internal static ScimException SaidTwice(string name) =>
        ScimException.InvalidSyntax(
            $"The body says '{name}' twice, by its name and with a URN, and not the same. Say it once."
        );

    private static Utf8JsonReader Reader(ReadOnlySpan<byte> utf8) =>
        new(
            utf8.StartsWith(Encoding.UTF8.Preamble) ? utf8[Encoding.UTF8.Preamble.Length..] : utf8,
            new JsonReaderOptions { MaxDepth = ReadLimits.MostDepth }
        );

    /// <summary>A text that a client may send as the value of a member.</summary>
    internal static string WithoutNul(string name, string text) =>
        HasNul(text) ? throw ScimException.InvalidValue($"'{name}' has a NUL character.") : text;

    private static JsonObject Object(ref Utf8JsonReader reader, ReadLimits limits)
    {
        var result = new JsonObject(NodeOptions);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            if (!limits.AnyText && HasNul(name))
                throw ScimException.InvalidValue("The name of a member has a NUL character; write it without.");
            reader.Read();
            var most = _long.Contains(name)
                ? Math.Max(limits.MostValues, ReadLimits.MostGroupMembers)
                : limits.MostValues;
            if (!result.TryAdd(name, Value(ref reader, name, most, limits)))
                throw ScimException.InvalidSyntax($"The member '{name}' appears twice in one object.");
            if (result.Count > limits.MostMembers)
                throw ScimException.InvalidSyntax($"An object has more than {limits.MostMembers} members.");
        }
        return result;
    }

    private static JsonNode? Value(ref Utf8JsonReader reader, string name, int most, ReadLimits limits) =>
        reader.TokenType switch
        {
            JsonTokenType.StartObject => Object(ref reader, limits),
            JsonTokenType.StartArray => Array(ref reader, name, most, limits),
            JsonTokenType.String => JsonValue.Create(Text(ref reader, name, limits)),
            JsonTokenType.True => JsonValue.Create(true),
            JsonTokenType.False => JsonValue.Create(false),
            JsonTokenType.Number => JsonValue.Create(JsonElement.ParseValue(ref reader)), // keeps the digits as they came
            _ => null,
        };

    private static string Text(ref Utf8JsonReader reader, string name, ReadLimits limits)
    {
        var text = reader.GetString()!;
        return limits.AnyText ? text : WithoutNul(name, text);
    }

    // A NUL is in nobody's name, and PostgreSQL keeps no text with one.
    private static bool HasNul(string text) => text.Contains('\0', StringComparison.Ordinal);

    private static JsonArray Array(ref Utf8JsonReader reader, string name, int most, ReadLimits limits)
    {
        var result = new JsonArray(NodeOptions);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (result.Count >= most)
                throw ScimException.InvalidValue($"'{name}' has more than {most} values.");
            result.Add(Value(ref reader, name, limits.MostValues, limits));
        }
        return result;
    }
}
