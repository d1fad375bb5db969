using System.Buffers;
using ScimGateway.Host.Security;

namespace ScimGateway.Host.Transcripts;

/// <summary>The bytes of a body as they go by, up to a length.</summary>
internal sealed class Copied
{
    // What providers send of one user has some kilobytes; a group of a thousand members has a hundred.
    private const int Most = 256 << 10;

    private ArrayBufferWriter<byte> _bytes = new();
    private bool _isTooLong;

    /// <summary>Whether the body came to its end.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>How many bytes have gone by.</summary>
    public long Count { get; private set; }

    /// <summary>The bytes; null if they were too many.</summary>
    public byte[]? Bytes => _isTooLong ? null : _bytes.WrittenSpan.ToArray();

    /// <summary>Bytes that go by; none at the end.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        Count += bytes.Length;
        if (bytes.Length == 0)
            IsWhole = true;
        else if (_isTooLong)
            return;
        else if (_isTooLong = _bytes.WrittenCount + bytes.Length > Most)
            _bytes = new();
        else
            _bytes.Write(bytes);
    }
}

/// <summary>A request's body, which is copied as it is read.</summary>
internal sealed class CopiedRequest(Stream body, Copied copied) : SeenStream(body)
{
    protected override void See(ReadOnlySpan<byte> read) => copied.Add(read);
}
