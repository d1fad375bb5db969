using ScimGateway.Host.Logging;
using ScimGateway.Host.Operations;
using ScimGateway.Provisioning.Homes;

namespace ScimGateway.Host.Cluster;

/// <summary>
/// Hands all that is here over before the process ends: balancers are told first, then each home moves to another
/// instance. Calls under way get their outcome before.
/// </summary>
internal sealed class Drain(
    Homes homes,
    Places places,
    Instances instances,
    IGrainFactory grains,
    Leaving leaving,
    DrainTime time,
    ILogger<Drain> log
) : IHostedLifecycleService
{
    private static readonly TimeSpan _untilMoved = TimeSpan.FromSeconds(12);
    private static readonly TimeSpan _between = TimeSpan.FromMilliseconds(250);

    /// <inheritdoc/>
    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        leaving.IsSo = true;
        if (instances.Others.Count > 0)
        {
            // By the machine's time: it waits for other processes, which no clock that is handed in moves.
            await Task.Delay(time.UntilNoticed, TimeProvider.System, cancellationToken);
            await MoveAllAsync(cancellationToken);
        }
        homes.StopCalling();
    }

    private async Task MoveAllAsync(CancellationToken cancel)
    {
        var begun = TimeProvider.System.GetTimestamp();
        for (var next = 0; places.All.Any() && TimeProvider.System.GetElapsedTime(begun) < _untilMoved; )
        {
            foreach (var tenant in places.All)
            {
                if (instances.Others is not { Count: > 0 } others)
                    return;
                try
                {
                    await grains.MoveAsync(tenant, others[next++ % others.Count]);
                }
#pragma warning disable CA1031 // whatever it is: it is tried again, and who comes after a crash does the rest
                catch (Exception e)
#pragma warning restore CA1031
                {
                    log.ClusterNotMoved($"{tenant}", e.GetType().Name);
                }
            }
            await Task.Delay(_between, TimeProvider.System, cancel);
        }
    }

    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>How long it takes until others have noticed that an instance comes or goes.</summary>
/// <param name="UntilNoticed">One that leaves serves on for so long: balancers ask every few seconds whether it is ready.</param>
/// <param name="UntilLeft">The requests of a tenant that leaves have so long to come to their end.</param>
/// <param name="UntilJoined">One that has come has to be there for so long before others hand over what ranks there.</param>
/// <param name="UntilCutOff">
/// One that does not reach another tells the others after so long, and leaves after as long again.
/// </param>
internal sealed record DrainTime(TimeSpan UntilNoticed, TimeSpan UntilLeft, TimeSpan UntilJoined, TimeSpan UntilCutOff);
