using System.Buffers;

namespace ScimGateway.Host.Scim;

/// <summary>
/// Where an answer is written before it is sent. A page of users has some 200 KB, and arrays of that size made anew for
/// each request would have the collector clean up all of memory. It grows by pieces, so that nothing is copied; those
/// beyond the first are taken out of what there is for all answers, and given back as they are sent.
/// </summary>
internal sealed class RentedBuffer(RequestMemory.Share? memory = null) : IBufferWriter<byte>, IDisposable
{
    // Below this an array is no large object for the collector.
    private const int Piece = RequestMemory.Small;
    private const int Least = 256;

    private readonly Queue<(byte[] Bytes, int Count, int Counted)> _full = new();
    private byte[] _bytes = ArrayPool<byte>.Shared.Rent(4096);
    private int _counted; // what is counted of it: nothing of the first one
    private int _at;
    private int _inFull;
    private long _used;
    private long _taken; // at least what is used

    public int WrittenCount => _inFull + _at;

    /// <summary>How much memory it has taken.</summary>
    public long Taken => _taken;

    /// <summary>Whether there may be too little memory: not where something was done already that is answered.</summary>
    public bool MayBeRefused { get; set; } = true;

    /// <summary>Whether it ended because there was too little memory.</summary>
    public bool LacksMemory { get; private set; }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > Piece) // else an array of their length would be made for them
        {
            Write(bytes[..Piece]);
            bytes = bytes[Piece..];
        }
        bytes.CopyTo(GetSpan(bytes.Length));
        Advance(bytes.Length);
    }

    /// <summary>Takes back what was written last.</summary>
    public void TakeBack(int count) => _at -= count;

    public void Advance(int count) => _at += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Room(sizeHint);
        return _bytes.AsMemory(_at);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Room(sizeHint);
        return _bytes.AsSpan(_at);
    }

    /// <summary>Where more can be written, once there is memory for it.</summary>
    public async ValueTask<Memory<byte>> GetMemoryAsync(CancellationToken gone)
    {
        if (WrittenCount + Least > Piece && _at + Least > _bytes.Length)
            await ReserveAsync(_used + Piece - _taken, gone);
        return GetMemory();
    }

    /// <summary>Waits until there is so much memory.</summary>
    public async Task ReserveAsync(long bytes, CancellationToken gone)
    {
        if (memory is null || bytes <= 0)
            return;
        await memory.TakeAsync(bytes, _taken, gone);
        _taken += bytes;
    }

    /// <summary>What is kept beside until the answer is sent counts as well.</summary>
    public void Use(long bytes)
    {
        if (memory is null)
            return;
        var more = Math.Max(0, _used + bytes - _taken);
        if (!MayBeRefused)
            memory.Take(more);
        else if (more > 0 && !memory.TryTake(more, _taken))
        {
            LacksMemory = true;
            throw RequestMemory.Full();
        }
        _taken += more;
        _used += bytes;
    }

    /// <summary>Begins anew, with nothing kept beside.</summary>
    public void Clear()
    {
        while (_full.TryDequeue(out var piece))
            ArrayPool<byte>.Shared.Return(piece.Bytes);
        (_at, _inFull, _used, LacksMemory) = (0, 0, _counted, false);
        GiveBack(_taken - _used);
    }

    /// <summary>All that is written, as one.</summary>
    public byte[] ToArray()
    {
        var (whole, at) = (GC.AllocateUninitializedArray<byte>(WrittenCount), 0);
        foreach (var (bytes, count, _) in _full)
        {
            bytes.AsSpan(0, count).CopyTo(whole.AsSpan(at));
            at += count;
        }
        _bytes.AsSpan(0, _at).CopyTo(whole.AsSpan(at));
        return whole;
    }

    /// <summary>Goes behind another one, if it is short; a long one is sent behind it.</summary>
    public void AppendTo(RentedBuffer head)
    {
        if (_full.Count > 0)
            return;
        head.Write(_bytes.AsSpan(0, _at));
        _at = 0;
    }

    /// <summary>Sends what is written as fast as it is read, and begins anew.</summary>
    public async Task SendAsync(Stream to, CancellationToken gone)
    {
        GiveBack(_taken - _used); // what was reserved and not needed
        while (_full.TryDequeue(out var piece))
        {
            // The server keeps a copy of what it is given until that is sent: no more than a piece at once.
            for (var at = 0; at < piece.Count; at += Piece)
                await to.WriteAsync(piece.Bytes.AsMemory(at, Math.Min(Piece, piece.Count - at)), gone);
            ArrayPool<byte>.Shared.Return(piece.Bytes);
            _inFull -= piece.Count;
            _used -= piece.Counted;
            GiveBack(piece.Counted);
        }
        for (var at = 0; at < _at; at += Piece)
            await to.WriteAsync(_bytes.AsMemory(at, Math.Min(Piece, _at - at)), gone);
        _at = 0;
    }

    public void Dispose()
    {
        while (_full.TryDequeue(out var piece))
            ArrayPool<byte>.Shared.Return(piece.Bytes);
        ArrayPool<byte>.Shared.Return(_bytes);
        GiveBack(_taken);
    }

    private void Room(int sizeHint)
    {
        var needed = Math.Max(sizeHint, Least);
        if (_at + needed <= _bytes.Length)
            return;
        if (_inFull == 0 && _at + needed <= Piece)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_at + needed, Math.Min(Piece, _bytes.Length * 2)));
            _bytes.AsSpan(0, _at).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_bytes);
            _bytes = larger;
            return;
        }
        var next = ArrayPool<byte>.Shared.Rent(Math.Max(Piece, needed));
        try
        {
            Use(next.Length);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(next);
            throw;
        }
        _full.Enqueue((_bytes, _at, _counted));
        (_inFull, _at, _bytes, _counted) = (_inFull + _at, 0, next, memory is null ? 0 : next.Length);
    }

    private void GiveBack(long bytes)
    {
        memory?.GiveBack(bytes);
        _taken -= bytes;
    }
}
