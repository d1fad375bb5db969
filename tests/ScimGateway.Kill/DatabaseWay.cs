using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace ScimGateway.Kill;

/// <summary>The way from the gateways to their database, which can be cut, shut, or stand still.</summary>
internal sealed class DatabaseWay : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint _server;
    private readonly ConcurrentDictionary<(Socket, Socket), bool> _open = new();
    private readonly Task _accepting;
    private volatile TaskCompletionSource? _standstill;

    public DatabaseWay(string server)
    {
        var parts = new NpgsqlConnectionStringBuilder(server);
        _server = new IPEndPoint(IPAddress.Parse(parts.Host!), parts.Port);
        _listener.Start();
        parts.Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        Address = parts.ConnectionString;
        _accepting = AcceptAsync();
    }

    /// <summary>The same server by this way.</summary>
    public string Address { get; }

    /// <summary>Whether new connections are refused.</summary>
    public bool IsShut { get; set; }

    /// <summary>Whether nothing goes through, in either direction.</summary>
    public bool IsStill
    {
        set
        {
            var former = _standstill;
            _standstill = value ? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) : null;
            former?.TrySetResult();
        }
    }

    /// <summary>Ends all connections at once, wherever they are.</summary>
    public void CutAll()
    {
        foreach (var (way, _) in _open)
            Cut(way);
    }

    public async ValueTask DisposeAsync()
    {
        IsStill = false;
        _listener.Stop();
        CutAll();
        await _accepting;
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
            try
            {
                var client = await _listener.AcceptSocketAsync();
                if (IsShut)
                    client.Dispose();
                else
                    _ = RunAsync(client);
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
    }

    private async Task RunAsync(Socket client)
    {
        var way = (client, Server: new Socket(SocketType.Stream, ProtocolType.Tcp));
        _open[way] = true;
        try
        {
            (client.NoDelay, way.Server.NoDelay) = (true, true);
            await way.Server.ConnectAsync(_server);
            await await Task.WhenAny(CopyAsync(client, way.Server), CopyAsync(way.Server, client));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // one of the two has gone
        }
        finally
        {
            _open.TryRemove(way, out _);
            Cut(way);
        }
    }

    private async Task CopyAsync(Socket from, Socket to)
    {
        var room = new byte[16 << 10];
        while (await from.ReceiveAsync(room) is var many and > 0)
        {
            if (_standstill is { } standstill)
                await standstill.Task;
            for (var sent = 0; sent < many; )
                sent += await to.SendAsync(room.AsMemory(sent, many - sent));
        }
    }

    private static void Cut((Socket One, Socket Other) way)
    {
        foreach (var socket in new[] { way.One, way.Other })
            try
            {
                socket.LingerState = new LingerOption(true, 0);
                socket.Dispose();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException) { }
    }
}
