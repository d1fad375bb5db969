using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using ScimGateway.Host.Logging;
using ScimGateway.Host.Scim;
using ScimGateway.Host.Security;
using ScimGateway.Protocol.Bounds;
using IPNetwork = System.Net.IPNetwork;

namespace ScimGateway.Host.Setup;

/// <summary>
/// The connections that there are: so many at a time, so many of one address, and none that stays without a request. One
/// too many is closed as it comes, since there is no request yet that could be answered.
/// </summary>
internal sealed class Connections(
    IOptions<ConnectionOptions> options,
    IOptions<PublicUrlOptions> url,
    TimeProvider clock,
    ILogger<Connections> log
)
{
    /// <summary>Within so much time the first request has to be there with all of its headers.</summary>
    public static readonly TimeSpan UntilFirst = TimeSpan.FromSeconds(15);

    /// <summary>A sender that pauses for so long sends nothing more of a body that nobody wants.</summary>
    public static readonly TimeSpan UntilGone = TimeSpan.FromSeconds(0.5);

    // Whoever sends without a pause has to have read the answer by then.
    private static readonly TimeSpan _untilRead = TimeSpan.FromSeconds(5);

    // What one tenant may have under way and keep leaves a quarter to others (Traffic); half of that is left still.
    private readonly int _mostEnding = Math.Max(options.Value.Most / 8, 1);

    private readonly ConcurrentDictionary<UInt128, int> _ofAddress = new();
    private readonly IReadOnlyList<IPNetwork> _proxies = url.Value.Proxies;
    private readonly int _mostOfAddress = options.Value.OfAddress ?? Math.Max(options.Value.Most / 4, 1);
    private readonly int _most = options.Value.Most;
    private readonly LogMinute _lines = new(clock, most: 1);
    private int _all;
    private int _ending;

    /// <summary>Counts a connection as long as it is there.</summary>
    public async Task KeepAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var address = (connection.RemoteEndPoint as IPEndPoint)?.Address;
        // A proxy has many clients behind it, and it is the operator's.
        var key = address is null || IsProxy(address) ? (UInt128?)null : WrongTries.Network(address);
        if (!TryEnter(key))
        {
            Tell(address);
            return; // which closes it
        }
        await using var first = new FirstRequest(connection, options.Value.Clock);
        connection.Features.Set(first);
        using var kept = new KeptConnection();
        connection.Features.Set(kept);
        try
        {
            await next(connection);
        }
        finally
        {
            Leave(key);
        }
    }

    /// <summary>A request has come: from now on the server's own limits end the connection.</summary>
    public static void Came(HttpContext context) => context.Features.Get<FirstRequest>()?.Came();

    /// <summary>
    /// A connection that is to end with its answer ends also where the body has not come: Kestrel would wait for it for
    /// five seconds, in which the connection counts for nobody. What still comes is read, since a connection that is
    /// closed under a sender may take the answer with it.
    /// </summary>
    public async Task EndAsync(HttpContext context)
    {
        if (
            context.Response.Headers.Connection != "close"
            || context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true }
            || HttpProtocol.IsHttp2(context.Request.Protocol) // whose streams end by themselves
            || context.RequestAborted.IsCancellationRequested // to nobody, and perhaps not written whole
        )
            return;
        await context.Response.CompleteAsync();
        if (!await ComesToItsEndAsync(context.Request.Body))
            context.Abort();
    }

    // False where the rest of the body is not to be waited for.
    private async Task<bool> ComesToItsEndAsync(Stream body)
    {
        var time = options.Value.Clock;
        var (begun, isCounted) = (time.GetTimestamp(), false);
        using var gone = new CancellationTokenSource(UntilGone, time);
        var room = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            while (time.GetElapsedTime(begun) < _untilRead)
            {
                var reading = body.ReadAsync(room, gone.Token);
                if (!isCounted && !reading.IsCompleted)
                {
                    isCounted = true;
                    if (Interlocked.Increment(ref _ending) > _mostEnding)
                        await gone.CancelAsync();
                }
                if (await reading == 0)
                    return true;
                gone.CancelAfter(UntilGone);
            }
            return false;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        catch (IOException)
        {
            return true; // it is none, or nobody sends it any more: Kestrel ends the connection by itself
        }
        finally
        {
            if (isCounted)
                Interlocked.Decrement(ref _ending);
            ArrayPool<byte>.Shared.Return(room);
        }
    }

    private bool IsProxy(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return _proxies.Any(network => network.Contains(plain));
    }

    private bool TryEnter(UInt128? key)
    {
        if (Interlocked.Increment(ref _all) > _most)
        {
            Interlocked.Decrement(ref _all);
            return false;
        }
        if (key is not { } one || _ofAddress.AddOrUpdate(one, 1, static (_, count) => count + 1) <= _mostOfAddress)
            return true;
        Leave(key);
        return false;
    }

    private void Leave(UInt128? key)
    {
        Interlocked.Decrement(ref _all);
        if (key is { } one && _ofAddress.AddOrUpdate(one, 0, static (_, count) => count - 1) == 0)
            _ofAddress.TryRemove(KeyValuePair.Create(one, 0)); // unless another has come meanwhile
    }

    private void Tell(IPAddress? address)
    {
        if (_lines.HasRoom(out var untold))
            log.ConnectionsRefused($"{address}", Math.Max(untold, 0));
    }

    private sealed class FirstRequest : IAsyncDisposable
    {
        private readonly ITimer _timer;
        private int _hasCome;

        public FirstRequest(ConnectionContext connection, TimeProvider clock) =>
            _timer = clock.CreateTimer(
                static connection =>
                    ((ConnectionContext)connection!).Abort(new ConnectionAbortedException("No request has come.")),
                connection,
                UntilFirst,
                Timeout.InfiniteTimeSpan
            );

        public void Came()
        {
            if (Interlocked.Exchange(ref _hasCome, 1) == 0)
                _timer.Dispose();
        }

        public ValueTask DisposeAsync() => _timer.DisposeAsync();
    }
}
