namespace ScimGateway.Slack.Http;

/// <summary>
/// A stream in which a token has stars in its place: whoever answers has it from us, and whoever reads is not to. What
/// could be its beginning waits for what comes next.
/// </summary>
internal sealed class TokenlessStream(Stream inner, ReadOnlyMemory<byte> token) : Stream
{
    private readonly byte[] _held = new byte[(16 << 10) + token.Length];
    private int _start;
    private int _ready; // behind what may go on
    private int _end;
    private bool _isOver;

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (_start == _ready && !_isOver)
            await FillAsync(cancellationToken);
        var some = Math.Min(buffer.Length, _ready - _start);
        _held.AsSpan(_start, some).CopyTo(buffer.Span);
        _start += some;
        return some;
    }

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    private async Task FillAsync(CancellationToken cancel)
    {
        _held.AsSpan(_start, _end - _start).CopyTo(_held);
        (_start, _end) = (0, _end - _start);
        var read = await inner.ReadAsync(_held.AsMemory(_end), cancel);
        (_end, _isOver) = (_end + read, read == 0);
        for (int at; (at = _held.AsSpan(0, _end).IndexOf(token.Span)) >= 0; )
            _held.AsSpan(at, token.Length).Fill((byte)'*');
        _ready = _isOver ? _end : Math.Max(0, _end - (token.Length - 1));
    }
}
