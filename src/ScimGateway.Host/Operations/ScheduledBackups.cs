using ScimGateway.Host.Logging;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Host.Operations;

/// <summary>
/// Copies the store by the clock, and deletes the oldest of these copies once a newer one is whole. Copies that somebody asked
/// for stay. A process that starts goes on from the newest copy that is there.
/// </summary>
internal sealed class ScheduledBackups(
    Store store,
    BackupOptions options,
    TimeProvider clock,
    ILogger<ScheduledBackups> log
) : BackgroundService
{
    // What is in the way, such as a full disk or a copy that somebody has asked for, may be gone by then.
    private static readonly TimeSpan _again = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var pause = await MadeAsync() ? UntilDue() : Shorter(_again, options.Every);
            if (pause > TimeSpan.Zero)
                await Task.Delay(pause, clock, stoppingToken);
        }
    }

    // Whether there is nothing to do now.
    private async Task<bool> MadeAsync()
    {
        try
        {
            if (UntilDue() > TimeSpan.Zero)
                return true;
            var copy = await store.CopyAsync(clock.GetUtcNow(), isScheduled: true);
            foreach (var old in store.ScheduledCopies().Skip(options.Keep))
                File.Delete(old.Path);
            log.BackupMade(copy.Path, copy.Bytes);
            return true;
        }
#pragma warning disable CA1031 // whatever it is: the next try may succeed, and the gateway goes on
        catch (Exception e)
#pragma warning restore CA1031
        {
            log.BackupFailed(e is StoreNotCopiedException ? e.Message : e.GetType().Name);
            return false;
        }
    }

    // A clock that was set back makes the newest copy one of the future.
    private TimeSpan UntilDue() =>
        store.ScheduledCopies() is [var newest, ..]
            ? Shorter(newest.At + options.Every - clock.GetUtcNow(), options.Every)
            : TimeSpan.Zero;

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
