using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.Protocol.Resources;

namespace ScimGateway.Protocol.Tests.Messages;

/// <summary>What a message writes, as text and as JSON.</summary>
internal static class Written
{
    public static string Text(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, ScimJson.WriterOptions))
            write(json);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    public static JsonObject Json(Action<Utf8JsonWriter> write) => JsonNode.Parse(Text(write))!.AsObject();
}
