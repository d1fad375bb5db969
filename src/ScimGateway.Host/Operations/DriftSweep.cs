using ScimGateway.Provisioning.Importing;

namespace ScimGateway.Host.Operations;

/// <summary>Reads Slack again now and then, in the background of its budget: what was changed there is followed, or found to have drifted, which takes a second look.</summary>
internal sealed class DriftSweep(LaterImport import, SlackImport found, TimeProvider clock) : BackgroundService
{
    private static readonly TimeSpan _every = TimeSpan.FromHours(6);
    private static readonly TimeSpan _untilSecondLook = TimeSpan.FromSeconds(90);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await Task.Delay(found.HasSuspects() ? _untilSecondLook : _every, clock, stoppingToken);
            import.TryBegin();
            await import.EndedAsync(stoppingToken); // what it found says when to look again
        }
    }
}
