using ScimGateway.Host.Logging;
using ScimGateway.Provisioning.Homes;

namespace ScimGateway.Host.Operations;

/// <summary>Has homes that ended though nobody wanted it start again, so that nobody has to restart the gateway.</summary>
internal sealed class LostHomes(Homes homes, ILogger<LostHomes> log) : BackgroundService
{
    private static readonly TimeSpan _every = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            // By the machine's time: it waits for a server and for other processes, which no clock that is handed in moves.
            await Task.Delay(_every, TimeProvider.System, stoppingToken);
            try
            {
                await homes.StartEndedAsync(stoppingToken);
            }
#pragma warning disable CA1031 // such as a full disk: it is tried again, and requests of other tenants go on
            catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
            {
                log.HomeRestartFailed(e.GetType().Name, e.StackTrace);
            }
        }
    }
}
