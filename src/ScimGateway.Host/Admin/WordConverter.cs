using System.Text.Json;
using System.Text.Json.Serialization;
using ScimGateway.Basics.Spelling;

namespace ScimGateway.Host.Admin;

/// <summary>A value that is one of a few words (<see cref="ClosedWords"/>).</summary>
internal sealed class WordConverter : JsonConverterFactory
{
    /// <inheritdoc/>
    public override bool CanConvert(Type typeToConvert) => typeToConvert.IsEnum;

    /// <inheritdoc/>
    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(Of<>).MakeGenericType(typeToConvert))!;

    private sealed class Of<T> : JsonConverter<T>
        where T : struct, Enum
    {
        public override T Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.TokenType == JsonTokenType.String && ClosedWords.Read<T>(reader.GetString()) is { } word
                ? word
                : throw new JsonException($"It is one of {ClosedWords.All<T>()}.");

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteStringValue(ClosedWords.Of(value));
    }
}
