using System.Data.Common;
using Microsoft.Extensions.Options;
using ScimGateway.Host.Logging;
using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Notices;

namespace ScimGateway.Host.Operations;

/// <summary>Forgets what journal and outbox have kept long enough, in the background.</summary>
internal sealed class JournalKeeping(
    OperationJournal journal,
    NoticeOutbox notices,
    IOptions<JournalOptions> options,
    DoesChores doesChores,
    TimeProvider clock,
    ILogger<JournalKeeping> log
) : BackgroundService
{
    private static readonly TimeSpan _every = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            if (doesChores())
                await ForgetAsync(stoppingToken);
            await Task.Delay(_every, clock, stoppingToken);
        }
    }

    private async Task ForgetAsync(CancellationToken stopping)
    {
        try
        {
            var before = clock.GetUtcNow() - options.Value.Keep;
            await notices.ForgetAsync(before, stopping);
            var forgotten = await journal.ForgetAsync(before, stopping);
            if (forgotten > 0)
                log.JournalOldDeleted(forgotten);
        }
        // Whatever it is, left to itself it would end the process; the next round tries again.
        catch (Exception e) when (e is not OperationCanceledException || !stopping.IsCancellationRequested)
        {
            log.JournalDeleteFailed(e.GetType().Name, (e as DbException)?.ErrorCode ?? 0);
        }
    }
}
