using System.Collections.Concurrent;
using ScimGateway.Host.Logging;
using ScimGateway.Host.Operations;
using ScimGateway.Provisioning.Homes;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Cluster;

/// <summary>
/// Has the homes of all tenants run that rank here first, though nobody asks for them: at once when an instance comes or
/// goes, and every two seconds. A home that has ended by accident gives its place back; and an instance that has come to stay
/// gets what ranks there, a few at a time and once: so two that differ in who there is do not send a tenant to and fro.
/// </summary>
internal sealed class HomeSweep(
    Store store,
    Homes homes,
    Places places,
    Instances instances,
    IGrainFactory grains,
    Leaving leaving,
    DrainTime time,
    ILogger<HomeSweep> log
) : BackgroundService, ISiloStatusListener
{
    private const int MostStarting = 16;
    private const int MostMoving = 3;

    private static readonly TimeSpan _every = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _changed = new(0);

    // Since when those have been there that have not all that ranks there.
    private readonly ConcurrentDictionary<SiloAddress, long> _joined = new();

    /// <inheritdoc/>
    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
    {
        if (status == SiloStatus.Active)
            _joined.TryAdd(updatedSilo, TimeProvider.System.GetTimestamp());
        else
            _joined.TryRemove(updatedSilo, out _);
        _changed.Release();
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        _changed.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        instances.Subscribe(this);
        while (true)
        {
            if (!leaving.IsSo) // else its homes go elsewhere
                await SweepAsync(stoppingToken);
            // By the machine's time: it waits for other processes, which no clock that is handed in moves.
            await _changed.WaitAsync(_every, stoppingToken);
        }
    }

    private async Task SweepAsync(CancellationToken stopping)
    {
        try
        {
            var (all, connected) = await store.ReadAsync(
                session => (Tenants.Ids(session).ToHashSet(), TenantConnections.Connected(session)),
                stopping
            );
            var ended = (await homes.EndedAsync()).Select(home => home.Id);
            foreach (var tenant in places.All.Where(tenant => !all.Contains(tenant)).Concat(ended).Distinct())
                await grains.Of(tenant).LeaveAsync();
            await Parallel.ForEachAsync(
                connected.Where(tenant => !places.Has(tenant) && instances.IsMine($"{tenant}")),
                new ParallelOptions { MaxDegreeOfParallelism = MostStarting, CancellationToken = stopping },
                async (tenant, _) => await grains.Of(tenant).WhereAsync()
            );
            await ShareAsync();
        }
        catch (StoreAwayException)
        {
            // the log says so once (StoreWatch), and not each time
        }
#pragma warning disable CA1031 // whatever it is, such as an instance that has just gone: the next round tries again
        catch (Exception e) when (!stopping.IsCancellationRequested)
#pragma warning restore CA1031
        {
            log.ClusterSweepFailed(e.GetType().Name);
        }
    }

    private async Task ShareAsync()
    {
        foreach (var (silo, since) in _joined)
        {
            if (TimeProvider.System.GetElapsedTime(since) < time.UntilJoined)
                continue;
            var its = places
                .All.Where(tenant => silo.Equals(instances.FirstFor($"{tenant}")))
                .Take(MostMoving)
                .ToList();
            if (its.Count == 0 || silo.Equals(instances.Own))
                _joined.TryRemove(silo, out _);
            else
                foreach (var tenant in its)
                    await grains.MoveAsync(tenant, silo);
        }
    }
}
