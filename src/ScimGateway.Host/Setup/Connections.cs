using System.Collections.Concurrent;
using System.ComponentModel.DataAnnotations;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;
using ScimGateway.Host.Scim;
using ScimGateway.Host.Security;
using IPNetwork = System.Net.IPNetwork;

namespace ScimGateway.Host.Setup;

/// <summary>How many connections may come of whom.</summary>
internal sealed class ConnectionOptions
{
    /// <summary>By which clock a connection waits for its first request: the server's, which no test sets forward by chance.</summary>
    internal TimeProvider Clock { get; set; } = TimeProvider.System;

    /// <summary>
    /// Of one client's address at a time; null, as by default, for a quarter of all that there may be. Proxies that are
    /// named have as many as there are.
    /// </summary>
    [Range(1, 10_000)]
    public int? OfAddress { get; set; }
}

/// <summary>Checks it at the start.</summary>
[OptionsValidator]
internal sealed partial class ConnectionOptionsValidator : IValidateOptions<ConnectionOptions>;

/// <summary>
/// The connections that there are: so many at a time, so many of one address, and none that stays without a request. One
/// too many is closed as it comes, since there is no request yet that could be answered.
/// </summary>
internal sealed partial class Connections(
    IOptions<ConnectionOptions> options,
    IOptions<PublicUrlOptions> url,
    TimeProvider clock,
    ILogger<Connections> log
)
{
    /// <summary>Within so much time the first request has to be there with all of its headers.</summary>
    public static readonly TimeSpan UntilFirst = TimeSpan.FromSeconds(15);

    private readonly ConcurrentDictionary<UInt128, int> _ofAddress = new();
    private readonly IReadOnlyList<IPNetwork> _proxies = url.Value.Proxies;
    private readonly int _mostOfAddress = options.Value.OfAddress ?? Math.Max(Entrance.MostConnections / 4, 1);
    private readonly int _most = Entrance.MostConnections;
    private readonly LogMinute _lines = new(clock, most: 1);
    private int _all;

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
            LogRefused(log, $"{address}", Math.Max(untold, 0));
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "There are too many connections: one from {Address} was closed as it came, and {Untold} more in the minute that was last told of. If it is a balancer, name it in Proxies."
    )]
    private static partial void LogRefused(ILogger log, string address, long untold);

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
