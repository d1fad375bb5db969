using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ScimGateway.Slack.Tests.Http;

/// <summary>
/// Answers every request with the same bytes, which no web server could be talked into; or only the first on a
/// connection, and hangs up on the next.
/// </summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly byte[] _answer;
    private readonly bool _hangsUpOnSecond;
    private readonly List<string> _requests = [];
    private readonly Task _serving;

    public RawServer(byte[] answer, bool hangsUpOnSecond = false)
    {
        (_answer, _hangsUpOnSecond) = (answer, hangsUpOnSecond);
        _listener.Start();
        Address = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/scim/v1/");
        _serving = ServeAsync();
    }

    public RawServer(string head, string body = "")
        : this(
            Encoding.UTF8.GetBytes(
                $"HTTP/1.1 {head}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}"
            )
        ) { }

    public Uri Address { get; }

    /// <summary>The first line of each request.</summary>
    public IReadOnlyList<string> Requests
    {
        get
        {
            lock (_requests)
                return [.. _requests];
        }
    }

    /// <summary>A port on which nobody listens.</summary>
    public static Uri Nobody()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/scim/v1/");
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _serving;
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
                await AnswerAsync(await _listener.AcceptTcpClientAsync(_stop.Token));
        }
        catch (Exception e)
            when (e is OperationCanceledException or SocketException or InvalidOperationException or IOException) { }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            var stream = client.GetStream();
            await TakeAsync(stream);
            await stream.WriteAsync(_answer, _stop.Token);
            if (_hangsUpOnSecond)
                await TakeAsync(stream);
            client.Client.Shutdown(SocketShutdown.Send);
            // The client closes first, so that nothing it sent is answered by a reset.
            while (await stream.ReadAsync(new byte[1024], _stop.Token) > 0) { }
        }
    }

    private async Task TakeAsync(NetworkStream stream)
    {
        var request = new byte[64 * 1024];
        var length = await stream.ReadAsync(request, _stop.Token);
        lock (_requests)
            _requests.Add(Encoding.UTF8.GetString(request, 0, length).Split("\r\n")[0]);
    }
}
