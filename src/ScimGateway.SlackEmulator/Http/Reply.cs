using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ScimGateway.SlackEmulator.Http;

/// <summary>An answer in the making: written under the gate into memory, sent after
/// it. Buffers are used again.</summary>
internal sealed class Reply : IDisposable
{
    private const int MostKeptBytes = 1 << 20;

    private static readonly ConcurrentQueue<Reply> _idle = new();
    private static readonly JsonWriterOptions _options = new()
    {
        // Compact, with nothing escaped that JSON does not ask for; the slash is escaped when the bytes leave.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    private readonly ArrayBufferWriter<byte> _buffer = new(1024);
    private readonly Utf8JsonWriter _writer;

    private Reply() => _writer = new Utf8JsonWriter(_buffer, _options);

    public int Status { get; set; } = 200;

    public string? Location { get; set; }

    public int? RetryAfter { get; set; }

    public string ContentType { get; set; } = "application/json; charset=utf-8";

    /// <summary>Further headers, where an answer has some.</summary>
    public List<(string Name, string Value)> Headers { get; } = [];

    public bool EscapesSlash { get; set; }

    public ReadOnlyMemory<byte> Body => _buffer.WrittenMemory;

    public static Reply Rent() => _idle.TryDequeue(out var reply) ? reply : new Reply();

    /// <summary>Gives it back.</summary>
    public void Dispose()
    {
        if (_buffer.Capacity > MostKeptBytes || _idle.Count > 256)
            return;
        Empty();
        _idle.Enqueue(this);
    }

    /// <summary>Starts the body over, with the status of a success.</summary>
    public void Empty()
    {
        _writer.Reset();
        _buffer.ResetWrittenCount();
        Status = 200;
        Location = null;
        RetryAfter = null;
        ContentType = "application/json; charset=utf-8";
        EscapesSlash = false;
        Headers.Clear();
    }

    public Utf8JsonWriter Json() => _writer;

    public void Text(string contentType, string text)
    {
        ContentType = contentType;
        _writer.Flush();
        _buffer.Write(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Puts another body in place of the one written.</summary>
    public void Replace(ReadOnlySpan<byte> body)
    {
        _writer.Reset();
        _buffer.ResetWrittenCount();
        _buffer.Write(body);
    }

    public void Flush() => _writer.Flush();

    // A slash stands in JSON only inside texts, and the encoder leaves it as it is: so each one is
    // escaped here (docs/slack.md 1.1).
    public void WriteTo(IBufferWriter<byte> output)
    {
        var body = _buffer.WrittenSpan;
        while (EscapesSlash && body.IndexOf((byte)'/') is >= 0 and var at)
        {
            output.Write(body[..at]);
            output.Write("\\/"u8);
            body = body[(at + 1)..];
        }
        output.Write(body);
    }

    public int Length() => _buffer.WrittenCount + (EscapesSlash ? _buffer.WrittenSpan.Count((byte)'/') : 0);
}
