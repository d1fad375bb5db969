using ScimGateway.Host.Security;

namespace ScimGateway.Host.Lane;

/// <summary>A stream that breaks off where it is longer than it may be.</summary>
internal sealed class BoundedStream(Stream inner, long most) : SeenStream(inner)
{
    private readonly Stream _inner = inner;
    private long _left = most;

    protected override void See(ReadOnlySpan<byte> read)
    {
        if ((_left -= read.Length) < 0)
            throw new IOException("The answer is longer than is read.");
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _inner.Dispose();
        base.Dispose(disposing);
    }
}
