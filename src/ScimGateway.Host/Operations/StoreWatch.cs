using ScimGateway.Host.Logging;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Host.Operations;

/// <summary>
/// Tells the log that the store cannot be used, or has no room, and that it can again: once each, since a line for each
/// write that is refused would be what fills a disk. Requests are told by their answers.
/// </summary>
internal sealed class StoreWatch(Store store, ILogger<StoreWatch> log) : BackgroundService
{
    private static readonly TimeSpan _every = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var restorations = 0;
        for (var (wasFull, before) = (false, (string?)null); ; )
        {
            if (restorations != (restorations = store.Restorations))
                log.StoreRestored();
            // By the machine's time: it waits for a disk or a server, which no clock that is handed in moves.
            await Task.Delay(_every, TimeProvider.System, stoppingToken);
            var why = store.WhyAway;
            // A server's words change from moment to moment, so that the first do; that another process has it is news.
            if (why is not null && (before is null || (why == Store.AnothersNow && why != before)))
                log.StoreAway(why);
            else if (why is null && before is not null)
                log.StoreBack();
            before = why;
            if (store.IsFull == wasFull)
                continue;
            wasFull = !wasFull;
            if (wasFull)
                log.StoreDiskFull();
            else
                log.StoreDiskHasRoom();
        }
    }
}
