using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace ScimGateway.Host.Tests.Postgres;

/// <summary>
/// A pooler that shares sessions: it has one with the server, which is whose transaction begins next. (PgBouncer,
/// pool_mode = transaction.)
/// </summary>
internal sealed class Pooler : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly SemaphoreSlim _turn = new(1);
    private readonly TcpClient _server = new();
    private readonly IPEndPoint _at;
    private readonly Task _accepting;
    private byte[]? _welcome; // what the server said to the first

    public Pooler()
    {
        var server = new NpgsqlConnectionStringBuilder(TestStore.Server);
        _at = new IPEndPoint(IPAddress.Parse(server.Host!), server.Port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public string To(string connection) =>
        new NpgsqlConnectionStringBuilder(connection)
        {
            Host = "127.0.0.1",
            Port = ((IPEndPoint)_listener.LocalEndpoint).Port,
            SslMode = SslMode.Disable,
            GssEncryptionMode = GssEncryptionMode.Disable,
        }.ConnectionString;

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Stop();
        _server.Dispose();
        await _accepting;
        _listener.Dispose();
        _ending.Dispose();
        _turn.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            await _server.ConnectAsync(_at, _ending.Token);
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync(_ending.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException) { }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using var here = client;
        var hasTurn = false;
        try
        {
            var (asked, server) = (client.GetStream(), _server.GetStream());
            var beginning = await MessageAsync(asked, hasLetter: false);
            if (_welcome is null)
            {
                await server.WriteAsync(beginning, _ending.Token);
                _welcome = await AnswerAsync(server);
            }
            await asked.WriteAsync(_welcome, _ending.Token);
            while (true)
            {
                var message = await MessageAsync(asked, hasLetter: true);
                if (message[0] == (byte)'X')
                    return;
                if (!hasTurn)
                    await _turn.WaitAsync(_ending.Token);
                hasTurn = true;
                await server.WriteAsync(message, _ending.Token);
                if (message[0] is not ((byte)'Q' or (byte)'S'))
                    continue;
                var answer = await AnswerAsync(server);
                if (answer[^1] == (byte)'I') // no transaction
                {
                    hasTurn = false;
                    _turn.Release();
                }
                await asked.WriteAsync(answer, _ending.Token);
            }
        }
        catch (Exception e)
            when (e is IOException or OperationCanceledException or SocketException or ObjectDisposedException) { }
        finally
        {
            if (hasTurn && !_ending.IsCancellationRequested)
                _turn.Release();
        }
    }

    // Up to where the server is ready for the next (PostgreSQL, 55.7).
    private async Task<byte[]> AnswerAsync(NetworkStream server)
    {
        var answer = new MemoryStream();
        while (true)
        {
            var message = await MessageAsync(server, hasLetter: true);
            answer.Write(message);
            if (message[0] == (byte)'Z')
                return answer.ToArray();
        }
    }

    private async Task<byte[]> MessageAsync(NetworkStream from, bool hasLetter)
    {
        var first = hasLetter ? 1 : 0;
        var head = new byte[first + 4];
        await from.ReadExactlyAsync(head, _ending.Token);
        var whole = new byte[first + BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(first))];
        head.CopyTo(whole, 0);
        await from.ReadExactlyAsync(whole.AsMemory(head.Length), _ending.Token);
        return whole;
    }
}
