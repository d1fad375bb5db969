using System.Collections.Concurrent;
using System.Text.Json;
using ScimGateway.Host.Logging;
using ScimGateway.Host.Operations;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Cluster;

/// <summary>
/// Which instances this one reaches. Orleans does not tell two instances dead that cannot reach each other while others reach
/// both, and requests that one hands on to the other would fail. So one of the two hands its tenants over and ends.
/// </summary>
internal sealed class Reach(
    Instances instances,
    InnerHttp http,
    Store store,
    Leaving leaving,
    DrainTime time,
    IHostApplicationLifetime process,
    ILogger<Reach> log
) : BackgroundService
{
    private const string Path = "/reach";

    private static readonly TimeSpan _every = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    // Since when they have not answered.
    private readonly ConcurrentDictionary<SiloAddress, long> _silent = new();

    private IEnumerable<SiloAddress> Unreached =>
        from one in _silent
        where TimeProvider.System.GetElapsedTime(one.Value) >= time.UntilCutOff
        select one.Key;

    /// <summary>Whether a request asks this; it comes by the inner port.</summary>
    public static bool IsAsked(HttpContext context, ClusterOptions cluster) =>
        context.Connection.LocalPort == cluster.InnerPort
        && context.Connection.ClientCertificate is not null
        && context.Request.Path.Equals(Path, StringComparison.Ordinal);

    /// <summary>Says whom it does not reach.</summary>
    public Task SayAsync(HttpContext context) =>
        context.Response.WriteAsJsonAsync(Unreached.Select(silo => silo.ToParsableString()), context.RequestAborted);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        long? since = null;
        while (true)
        {
            // By the machine's time: it waits for other processes, which no clock that is handed in moves.
            await Task.Delay(_every, TimeProvider.System, stoppingToken);
            var broken = await AskAllAsync(stoppingToken);
            var mustLeave = !leaving.IsSo && BrokenPairs.MustLeave(instances.Own, broken);
            since = mustLeave ? since ?? TimeProvider.System.GetTimestamp() : null;
            // Others have to notice it as well, who say then which of two it is.
            if (
                since is { } begun
                && TimeProvider.System.GetElapsedTime(begun) >= time.UntilCutOff
                && await IsStoreThereAsync()
            )
            {
                log.ClusterCutOff(string.Join(", ", OthersIn(broken)));
                process.StopApplication();
                return;
            }
        }
    }

    // What they say, and whom this one does not reach.
    private async Task<IReadOnlyList<(SiloAddress By, SiloAddress Unreached)>> AskAllAsync(CancellationToken stopping)
    {
        var others = instances.Others;
        foreach (var gone in _silent.Keys.Except(others))
            _silent.TryRemove(gone, out _);
        var said = await Task.WhenAll(others.Select(other => AskAsync(other, stopping)));
        return
        [
            .. from pair in said.SelectMany(one => one)
                .Concat(Unreached.Select(silo => (By: instances.Own, Unreached: silo)))
            where instances.Active.Contains(pair.Unreached)
            select pair,
        ];
    }

    private async Task<IEnumerable<(SiloAddress By, SiloAddress Unreached)>> AskAsync(
        SiloAddress other,
        CancellationToken stopping
    )
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        patience.CancelAfter(_patience);
        try
        {
            var url = new Uri(new Uri(ClusterOptions.InnerUrlOf(other.Endpoint)), Path);
            var unreached = await http.UnreachedByAsync(url, patience.Token);
            _silent.TryRemove(other, out _);
            return unreached.Select(silo => (other, SiloAddress.FromParsableString(silo)));
        }
        catch (Exception e)
            when (e is HttpRequestException or JsonException or FormatException
                || (e is OperationCanceledException && !stopping.IsCancellationRequested)
            )
        {
            _silent.TryAdd(other, TimeProvider.System.GetTimestamp());
            return [];
        }
    }

    // Without the database no instance could begin again, and none ends for it.
    private async Task<bool> IsStoreThereAsync()
    {
        try
        {
            await store.AskAsync(TenantStandings.IsAnyRestored);
            return true;
        }
        catch (StoreAwayException)
        {
            return false;
        }
    }

    // Both of a pair may have said it.
    private IEnumerable<string> OthersIn(IEnumerable<(SiloAddress By, SiloAddress Unreached)> broken) =>
        (
            from pair in broken
            where pair.By.Equals(instances.Own) || pair.Unreached.Equals(instances.Own)
            select $"{(pair.By.Equals(instances.Own) ? pair.Unreached : pair.By).Endpoint}"
        ).Distinct();
}
