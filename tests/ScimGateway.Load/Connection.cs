using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ScimGateway.Load;

/// <summary>
/// One HTTP/1.1 connection that knows just enough to be cheap beside the server it loads: a request out, an answer in.
/// </summary>
internal sealed class Connection : IDisposable
{
    private const int MostBytes = 4 << 20;

    private readonly Socket _socket;
    private byte[] _buffer = new byte[64 << 10];

    private Connection(Socket socket) => _socket = socket;

    /// <summary>Opens one; with a window, the system takes no more than that of an answer that nobody reads.</summary>
    public static async Task<Connection> OpenAsync(Uri url, int? window = null)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (window is { } bytes)
            socket.ReceiveBufferSize = bytes;
        await socket.ConnectAsync(IPAddress.Loopback, url.Port);
        return new Connection(socket);
    }

    /// <summary>
    /// Sends it and reads the answer to its end; the status, and the answer's bytes until the next call.
    /// </summary>
    public async ValueTask<(int Status, ReadOnlyMemory<byte> Answer)> AskAsync(
        ReadOnlyMemory<byte> request,
        CancellationToken enough = default
    )
    {
        await SendAsync(request, enough);
        var (have, head, whole) = (0, -1, -1);
        while (whole < 0 || have < whole)
        {
            if (have == _buffer.Length)
                Array.Resize(
                    ref _buffer,
                    have < MostBytes ? have * 2 : throw new InvalidDataException("The answer is too large.")
                );
            var read = await _socket.ReceiveAsync(_buffer.AsMemory(have), enough);
            if (read == 0)
                throw new InvalidDataException("The server hung up.");
            have += read;
            if (head < 0 && (head = _buffer.AsSpan(0, have).IndexOf("\r\n\r\n"u8)) >= 0)
                head += 4;
            if (head >= 0 && whole < 0)
                whole =
                    Length(_buffer.AsSpan(0, head)) is { } length ? head + length
                    : _buffer.AsSpan(0, have).EndsWith("0\r\n\r\n"u8) ? have // the last chunk
                    : -1;
        }
        return ((_buffer[9] - '0') * 100 + (_buffer[10] - '0') * 10 + (_buffer[11] - '0'), _buffer.AsMemory(0, whole));
    }

    /// <summary>Sends it, or a part of it.</summary>
    public async ValueTask SendAsync(ReadOnlyMemory<byte> request, CancellationToken enough)
    {
        while (request.Length > 0)
            request = request[(await _socket.SendAsync(request, enough))..];
    }

    /// <summary>Reads so many bytes of an answer at most; how many came.</summary>
    public ValueTask<int> ReceiveAsync(int most, CancellationToken enough) =>
        _socket.ReceiveAsync(_buffer.AsMemory(0, Math.Min(most, _buffer.Length)), enough);

    public void Dispose() => _socket.Dispose();

    /// <summary>A request as it goes over the wire.</summary>
    public static byte[] Request(string method, string target, string token, string? body = null)
    {
        var head =
            $"{method} {target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nAccept: application/scim+json\r\n"
            + (
                body is null
                    ? ""
                    : $"Content-Type: application/scim+json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n"
            );
        return Encoding.UTF8.GetBytes($"{head}\r\n{body}");
    }

    // Null for an answer in chunks.
    private static int? Length(ReadOnlySpan<byte> head)
    {
        var at = Ascii(head, "\r\ncontent-length: "u8);
        if (at >= 0 && Utf8Parser.TryParse(head[at..], out int length, out _))
            return length;
        return Ascii(head, "\r\ntransfer-encoding: "u8) >= 0 ? null : 0;
    }

    // Where what follows the name begins; header names have any case.
    private static int Ascii(ReadOnlySpan<byte> head, ReadOnlySpan<byte> name)
    {
        for (var at = 0; at + name.Length <= head.Length; at++)
            if (head[at] == name[0] && System.Text.Ascii.EqualsIgnoreCase(head.Slice(at, name.Length), name))
                return at + name.Length;
        return -1;
    }
}
