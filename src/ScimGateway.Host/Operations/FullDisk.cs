using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Host.Operations;

/// <summary>
/// Tells the log that the store's disk is full, and that it has room again: once each, since a line for each write that is
/// refused would be what fills it. Requests are told by their answers.
/// </summary>
internal sealed partial class FullDisk(Store store, ILogger<FullDisk> log) : BackgroundService
{
    private static readonly TimeSpan _every = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var was = false; ; )
        {
            // By the machine's time: it waits for a disk, which no clock that is handed in moves.
            await Task.Delay(_every, TimeProvider.System, stoppingToken);
            if (store.IsFull == was)
                continue;
            was = !was;
            if (was)
                Full(log);
            else
                HasRoom(log);
        }
    }

    [LoggerMessage(
        Level = LogLevel.Error,
        Message = "The disk of the store is full: nothing is written, and providers are told to come again. Make room there, or move former copies and logs elsewhere"
    )]
    private static partial void Full(ILogger log);

    [LoggerMessage(Level = LogLevel.Information, Message = "The disk of the store has room again")]
    private static partial void HasRoom(ILogger log);
}
