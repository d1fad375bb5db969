using System.Buffers;

namespace ScimGateway.Host.Scim;

/// <summary>
/// Where an answer is written before it is sent. A page of users has some 200 KB, and arrays of that size made anew for
/// each request would have the collector clean up all of memory.
/// </summary>
internal sealed class RentedBuffer(int expected = 4096) : IBufferWriter<byte>, IDisposable
{
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(expected);

    public int WrittenCount { get; private set; }

    public ReadOnlyMemory<byte> WrittenMemory => _bytes.AsMemory(0, WrittenCount);

    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(GetSpan(bytes.Length));
        Advance(bytes.Length);
    }

    /// <summary>Takes back what was written last.</summary>
    public void TakeBack(int count) => WrittenCount -= count;

    /// <summary>Begins anew.</summary>
    public void Clear() => WrittenCount = 0;

    public void Advance(int count) => WrittenCount += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Room(sizeHint);
        return _bytes.AsMemory(WrittenCount);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Room(sizeHint);
        return _bytes.AsSpan(WrittenCount);
    }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_bytes);

    private void Room(int sizeHint)
    {
        var needed = WrittenCount + Math.Max(sizeHint, 256);
        if (needed <= _bytes.Length)
            return;
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, _bytes.Length * 2));
        WrittenMemory.CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
