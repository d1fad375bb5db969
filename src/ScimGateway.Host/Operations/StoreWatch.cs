using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Host.Operations;

/// <summary>
/// Tells the log that the store cannot be used, or has no room, and that it can again: once each, since a line for each
/// write that is refused would be what fills a disk. Requests are told by their answers.
/// </summary>
internal sealed partial class StoreWatch(Store store, ILogger<StoreWatch> log) : BackgroundService
{
    private static readonly TimeSpan _every = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var restorations = 0;
        for (var (wasFull, before) = (false, (string?)null); ; )
        {
            if (restorations != (restorations = store.Restorations))
                Restored(log);
            // By the machine's time: it waits for a disk or a server, which no clock that is handed in moves.
            await Task.Delay(_every, TimeProvider.System, stoppingToken);
            var why = store.WhyAway;
            // A server's words change from moment to moment, so that the first do; that another process has it is news.
            if (why is not null && (before is null || (why == Store.AnothersNow && why != before)))
                Away(log, why);
            else if (why is null && before is not null)
                IsBack(log);
            before = why;
            if (store.IsFull == wasFull)
                continue;
            wasFull = !wasFull;
            if (wasFull)
                Full(log);
            else
                HasRoom(log);
        }
    }

    [LoggerMessage(
        EventName = "store.away",
        Level = LogLevel.Error,
        Message = "The store cannot be used ({Why}): nothing is written, Slack is told nothing, and providers are told to come again. It goes on by itself once the store is back"
    )]
    private static partial void Away(ILogger log, string why);

    [LoggerMessage(
        EventName = "store.restored",
        Level = LogLevel.Warning,
        Message = "The store was restored, or its server has lost what was written last: each tenant is in its shadow run, and Slack is told nothing until an operator has looked at what it would be told, and enables the tenant ('tenant list' says which). Admin keys and credentials that were ended since the copy was made let in again: the audit trail lists all that are valid (GET /admin/api/v1/audit?action=storeRestored); end those anew"
    )]
    private static partial void Restored(ILogger log);

    [LoggerMessage(EventName = "store.back", Level = LogLevel.Information, Message = "The store can be used again")]
    private static partial void IsBack(ILogger log);

    [LoggerMessage(
        EventName = "store.disk-full",
        Level = LogLevel.Error,
        Message = "The disk of the store is full: nothing is written, and providers are told to come again. Make room there, or move former copies and logs elsewhere"
    )]
    private static partial void Full(ILogger log);

    [LoggerMessage(
        EventName = "store.disk-has-room",
        Level = LogLevel.Information,
        Message = "The disk of the store has room again"
    )]
    private static partial void HasRoom(ILogger log);
}
