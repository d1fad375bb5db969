using System.Diagnostics.Metrics;
using ScimGateway.Host.Logging;
using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Host.Operations;

/// <summary>
/// Copies the store by the clock, and deletes the oldest of these copies once a newer one is whole. Copies that somebody asked
/// for stay. A process that starts goes on from the newest copy that is there.
/// </summary>
internal sealed class ScheduledBackups : BackgroundService
{
    // What is in the way, such as a full disk or a copy that somebody has asked for, may be gone by then.
    private static readonly TimeSpan _again = TimeSpan.FromMinutes(10);

    private readonly Store _store;
    private readonly BackupOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _log;
    private readonly DateTimeOffset _started;

    public ScheduledBackups(
        IMeterFactory meters,
        Store store,
        BackupOptions options,
        TimeProvider clock,
        ILogger<ScheduledBackups> log
    )
    {
        (_store, _options, _clock, _log, _started) = (store, options, clock, log, clock.GetUtcNow());
        meters
            .Create(RefusedCredentials.Source)
            .CreateObservableGauge(
                "scim.backup.overdue",
                () => (_clock.GetUtcNow() - Due()).TotalSeconds,
                "s",
                "Since a copy by the clock has been due; negative until it is."
            );
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            var pause = await MadeAsync() ? UntilDue() : Shorter(_again, _options.Every);
            if (pause > TimeSpan.Zero)
                await Task.Delay(pause, _clock, stoppingToken);
        }
    }

    // Whether there is nothing to do now.
    private async Task<bool> MadeAsync()
    {
        try
        {
            if (UntilDue() > TimeSpan.Zero)
                return true;
            var copy = await _store.CopyAsync(_clock.GetUtcNow(), isScheduled: true);
            foreach (var old in _store.ScheduledCopies().Skip(_options.Keep))
                File.Delete(old.Path);
            _log.BackupMade(copy.Path, copy.Bytes);
            return true;
        }
#pragma warning disable CA1031 // whatever it is: the next try may succeed, and the gateway goes on
        catch (Exception e)
#pragma warning restore CA1031
        {
            _log.BackupFailed(e is StoreNotCopiedException ? e.Message : e.GetType().Name);
            return false;
        }
    }

    // A clock that was set back makes the newest copy one of the future.
    private TimeSpan UntilDue() => Shorter(Due() - _clock.GetUtcNow(), _options.Every);

    private DateTimeOffset Due() =>
        _store.ScheduledCopies() is [var newest, ..] ? newest.At + _options.Every : _started;

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}
