using System.Buffers;
using System.Text.Json;

namespace ScimGateway.Provisioning.Reads;

/// <summary>Some lines of an export.</summary>
internal sealed class ExportLines
{
    private const int Most = 256 << 10;

    private readonly ArrayBufferWriter<byte> _bytes = new();

    public ReadOnlyMemory<byte> Bytes => _bytes.WrittenMemory;

    public int Count { get; private set; }

    public bool IsFull => _bytes.WrittenCount >= Most;

    public void Add(string kind, Action<Utf8JsonWriter> write)
    {
        using (var json = new Utf8JsonWriter(_bytes))
        {
            json.WriteStartObject();
            json.WriteString("kind", kind);
            write(json);
            json.WriteEndObject();
        }
        _bytes.Write("\n"u8);
        Count++;
    }
}
