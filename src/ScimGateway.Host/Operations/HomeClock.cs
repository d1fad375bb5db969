using ScimGateway.Provisioning.Homes;

namespace ScimGateway.Host.Operations;

/// <summary>
/// Has each home read Slack again when it is time, and see to its token: one clock for all of them.
/// </summary>
internal sealed class HomeClock(Homes homes, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan _every = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await Task.Delay(_every, clock, stoppingToken);
            foreach (var home in homes.All)
            {
                home.Watch.BeginIfDue();
                home.Imports.BeginIfDue();
            }
        }
    }
}
