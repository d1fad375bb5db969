using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Npgsql;

namespace ScimGateway.Tests;

/// <summary>When the way between a store and its server breaks.</summary>
public enum Cut
{
    /// <summary>What the client says does not arrive.</summary>
    Before,

    /// <summary>It arrives and is done, and the answer does not come back.</summary>
    After,
}

/// <summary>
/// The way between a store and its server. It counts what goes to and fro (one way is all that is sent until an answer is
/// waited for), and breaks, stands still or is slow as a test wants it.
/// </summary>
internal sealed class StoreProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _ending = new();
    private readonly ConcurrentDictionary<Way, bool> _open = new();
    private readonly Lock _gate = new();
    private readonly Task _accepting;
    private volatile IPEndPoint _server = null!;
    private volatile TaskCompletionSource? _standstill;
    private Cut _how;
    private int _until;
    private int _commitsToLose;
    private volatile byte[] _ofWhat = [];
    private bool _shutsThen;

    /// <summary>A way to the server of the tests.</summary>
    public StoreProxy()
        : this(TestStore.Server) { }

    /// <summary>A way to a server.</summary>
    public StoreProxy(string? server)
    {
        LeadTo(server ?? "Host=127.0.0.1");
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Leads to another server from now on.</summary>
    public void LeadTo(string server)
    {
        var parts = new NpgsqlConnectionStringBuilder(server);
        _server = new IPEndPoint(IPAddress.Parse(parts.Host!), parts.Port);
    }

    /// <summary>How many ways there were.</summary>
    public int Ways { get; private set; }

    /// <summary>How many connections came.</summary>
    public int Connections { get; private set; }

    /// <summary>How many commits' answers were lost.</summary>
    public int Lost { get; private set; }

    /// <summary>How long each answer takes.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>Whether new connections are refused.</summary>
    public bool IsShut { get; set; }

    /// <summary>A connection string that leads here.</summary>
    public string To(string connection) =>
        new NpgsqlConnectionStringBuilder(connection)
        {
            Host = "127.0.0.1",
            Port = ((IPEndPoint)_listener.LocalEndpoint).Port,
        }.ConnectionString;

    /// <summary>Cuts the connection at the N-th way from now on.</summary>
    public void CutAt(int way, Cut how)
    {
        lock (_gate)
            (_until, _how) = (way, how);
    }

    /// <summary>Cuts nothing any more; whether it has been.</summary>
    public bool HasCut()
    {
        lock (_gate)
        {
            var has = _until <= 0;
            _until = 0;
            return has;
        }
    }

    /// <summary>Loses the answer to the next commit of what was written.</summary>
    /// <param name="of">What is said in the transaction, if it is not any.</param>
    /// <param name="andShut">Whether nothing comes through after it.</param>
    public void LoseCommit(string of = "", bool andShut = false)
    {
        lock (_gate)
            (_commitsToLose, _ofWhat, _shutsThen) = (1, Encoding.UTF8.GetBytes(of), andShut);
    }

    /// <summary>Nothing goes through until it goes on; nothing is cut.</summary>
    public void StandStill() =>
        _standstill = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>All goes on.</summary>
    public void GoOn()
    {
        _standstill?.TrySetResult();
        _standstill = null;
    }

    /// <summary>Cuts all connections.</summary>
    public void CutAll()
    {
        foreach (var (way, _) in _open)
            way.Cut();
    }

    /// <summary>Cuts all connections, which the server does not notice.</summary>
    public void CutUnnoticed()
    {
        foreach (var (way, _) in _open)
            way.CutUnnoticed();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        GoOn();
        await _ending.CancelAsync();
        _listener.Stop();
        CutAll();
        await _accepting;
        _listener.Dispose();
        _ending.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!_ending.IsCancellationRequested)
            try
            {
                var client = await _listener.AcceptSocketAsync(_ending.Token);
                client.NoDelay = true;
                Connections++;
                if (IsShut)
                    client.Dispose();
                else
                    _ = new Way(this, client).RunAsync();
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
    }

    private Task Still => _standstill?.Task ?? Task.CompletedTask;

    // What becomes of a way that begins; null if it just goes through.
    private Cut? Next()
    {
        lock (_gate)
        {
            Ways++;
            if (_until <= 0 || --_until > 0)
                return null;
            _until = -1;
            return _how;
        }
    }

    private bool Loses()
    {
        lock (_gate)
        {
            if (_commitsToLose == 0)
                return false;
            _commitsToLose--;
            Lost++;
            IsShut |= _shutsThen;
            return true;
        }
    }

    private sealed class Way(StoreProxy proxy, Socket client) : IDisposable
    {
        private readonly Socket _server = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        private bool _hasWritten;
        private volatile byte[]? _said; // what was said that is to be lost, by which it is known from what is to be lost now
        private volatile bool _isUnnoticed; // the server is cut at the end
        private volatile bool _isLost; // the answer that comes next goes nowhere

        public async Task RunAsync()
        {
            proxy._open[this] = true;
            try
            {
                await _server.ConnectAsync(proxy._server, proxy._ending.Token);
                await using var asked = new NetworkStream(client);
                await using var answered = new NetworkStream(_server);
                await await Task.WhenAny(AskAsync(asked, answered), AnswerAsync(answered, asked));
            }
            catch (Exception e)
                when (e is IOException or SocketException or ObjectDisposedException or OperationCanceledException)
            {
                // one of the two has gone
            }
            finally
            {
                if (!_isUnnoticed)
                {
                    proxy._open.TryRemove(this, out _);
                    Cut();
                }
            }
        }

        public void Dispose() => Cut();

        public void CutUnnoticed()
        {
            _isUnnoticed = true;
            client.Dispose();
        }

        // At once, as of a machine that is gone.
        public void Cut()
        {
            foreach (var socket in new[] { client, _server })
                try
                {
                    socket.LingerState = new LingerOption(true, 0);
                    socket.Dispose();
                }
                catch (Exception e) when (e is SocketException or ObjectDisposedException) { }
        }

        // Messages are a letter and a length, but for those that begin a connection (PostgreSQL, 54.2 and 54.7).
        private async Task AskAsync(NetworkStream from, NetworkStream to)
        {
            var way = new MemoryStream();
            for (var isBegun = false; ; )
            {
                if (!isBegun)
                {
                    var length = await LengthAsync(from, way);
                    var code = await NumberAsync(from, way);
                    await CopyAsync(from, way, length - 8);
                    // What asks for encryption or ends a query is of eight or sixteen bytes and no beginning yet.
                    isBegun = code == 196_608;
                }
                else
                {
                    var letter = await LetterAsync(from, way);
                    await CopyAsync(from, way, await LengthAsync(from, way) - 4);
                    if (letter is not ((byte)'S' or (byte)'Q' or (byte)'p' or (byte)'X'))
                        continue;
                    if (letter is (byte)'S' or (byte)'Q')
                        switch (proxy.Next())
                        {
                            case Tests.Cut.Before:
                                return;
                            case Tests.Cut.After:
                                _isLost = true;
                                break;
                        }
                }
                var what = proxy._ofWhat;
                if (way.GetBuffer().AsSpan(0, (int)way.Length).IndexOf(what) >= 0)
                    _said = what;
                await proxy.Still;
                await to.WriteAsync(way.GetBuffer().AsMemory(0, (int)way.Length));
                way.SetLength(0);
            }
        }

        private async Task AnswerAsync(NetworkStream from, NetworkStream to)
        {
            var way = new MemoryStream();
            var first = await LetterAsync(from, way);
            while (first == (byte)'N') // no encryption
            {
                await to.WriteAsync(way.ToArray());
                way.SetLength(0);
                first = await LetterAsync(from, way);
            }
            for (var isLost = false; ; first = await LetterAsync(from, way))
            {
                var start = (int)way.Length + 4;
                await CopyAsync(from, way, await LengthAsync(from, way) - 4);
                if (first == (byte)'C' && !isLost)
                    isLost = IsWritten(way.GetBuffer().AsSpan(start)) && proxy.Loses();
                if (first == (byte)'Z' && (_isLost || isLost))
                {
                    if (isLost && proxy.IsShut)
                        proxy.CutAll();
                    return;
                }
                if (
                    _isLost
                    || isLost
                    || (
                        first is not (byte)'Z'
                        && way.Length < 8_192
                        && first is not (byte)'R' and not (byte)'E' and not (byte)'S'
                    )
                )
                    continue;
                if (proxy.Delay > TimeSpan.Zero && first == (byte)'Z')
                    await Task.Delay(proxy.Delay, TimeProvider.System);
                await proxy.Still;
                await to.WriteAsync(way.GetBuffer().AsMemory(0, (int)way.Length));
                way.SetLength(0);
            }
        }

        // What was done, in the server's words: whether it is the commit of something that was written.
        private bool IsWritten(ReadOnlySpan<byte> done)
        {
            var isCommit = done.StartsWith("COMMIT"u8);
            var isWritten = isCommit && _hasWritten && _said == proxy._ofWhat;
            if (isCommit)
                _said = null;
            _hasWritten =
                !isCommit
                && !done.StartsWith("BEGIN"u8)
                && (
                    _hasWritten
                    || done.StartsWith("INSERT"u8)
                    || done.StartsWith("UPDATE"u8)
                    || done.StartsWith("DELETE"u8)
                );
            return isWritten;
        }

        private static async Task<byte> LetterAsync(NetworkStream from, MemoryStream way)
        {
            await CopyAsync(from, way, 1);
            return way.GetBuffer()[way.Length - 1];
        }

        private static Task<int> LengthAsync(NetworkStream from, MemoryStream way) => NumberAsync(from, way);

        private static async Task<int> NumberAsync(NetworkStream from, MemoryStream way)
        {
            await CopyAsync(from, way, 4);
            return BinaryPrimitives.ReadInt32BigEndian(way.GetBuffer().AsSpan((int)way.Length - 4));
        }

        private static async Task CopyAsync(NetworkStream from, MemoryStream way, int many)
        {
            var bytes = new byte[many];
            await from.ReadExactlyAsync(bytes);
            way.Write(bytes);
        }
    }
}
