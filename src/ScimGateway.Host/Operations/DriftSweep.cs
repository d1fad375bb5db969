using System.Data.Common;
using ScimGateway.Provisioning.Importing;

namespace ScimGateway.Host.Operations;

/// <summary>
/// Reads Slack again now and then, in the background of its budget: what was changed there is followed, or found to
/// have drifted, which takes a second look.
/// </summary>
internal sealed partial class DriftSweep(
    LaterImport import,
    SlackImport found,
    TimeProvider clock,
    ILogger<DriftSweep> log
) : BackgroundService
{
    private static readonly TimeSpan _every = TimeSpan.FromHours(6);
    private static readonly TimeSpan _untilSecondLook = TimeSpan.FromSeconds(90);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await Task.Delay(UntilNext(), clock, stoppingToken);
            import.TryBegin();
            await import.EndedAsync(stoppingToken); // what it found says when to look again
        }
    }

    private TimeSpan UntilNext()
    {
        try
        {
            return found.HasSuspects() ? _untilSecondLook : _every;
        }
#pragma warning disable CA1031 // whatever it is, left to itself it would end the process
        catch (Exception e)
#pragma warning restore CA1031
        {
            LogFailure(log, e.GetType().Name, (e as DbException)?.ErrorCode ?? 0);
            return _untilSecondLook; // there may be some
        }
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Whether Slack has drifted could not be looked up: {Kind} {Code}"
    )]
    private static partial void LogFailure(ILogger log, string kind, int code);
}
