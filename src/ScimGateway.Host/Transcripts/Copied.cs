using System.Buffers;

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
internal sealed class CopiedRequest(Stream body, Copied copied) : Stream
{
    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count)
    {
        var read = body.Read(buffer, offset, count);
        if (count > 0)
            copied.Add(buffer.AsSpan(offset, read));
        return read;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await body.ReadAsync(buffer, cancellationToken);
        if (buffer.Length > 0)
            copied.Add(buffer.Span[..read]);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
