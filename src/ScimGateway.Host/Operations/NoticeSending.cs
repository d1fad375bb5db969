using System.Data.Common;
using ScimGateway.Host.Secrets;
using ScimGateway.Provisioning.Notices;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Host.Operations;

/// <summary>Sends what is in the outbox, in the background; and has the day's digest written.</summary>
internal sealed partial class NoticeSending(
    NoticeOutbox outbox,
    DailyDigest digest,
    NoticeChannels channels,
    TimeProvider clock,
    ILogger<NoticeSending> log
) : BackgroundService
{
    private static readonly TimeSpan _every = TimeSpan.FromSeconds(5);

    private DateTime _digested;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Of whom nobody is to be told, what there is is kept: one notification of each cause.
        while (true)
        {
            await TurnAsync(stoppingToken);
            await Task.Delay(_every, clock, stoppingToken);
        }
    }

    private async Task TurnAsync(CancellationToken stopping)
    {
        try
        {
            if (clock.GetUtcNow().UtcDateTime.Date is var today && today != _digested)
            {
                await digest.WriteAsync(channels.All.Count > 0, stopping);
                _digested = today;
            }
            while (await outbox.TakeAsync(channels.All.Count > 0, stopping) is { } notice)
                await SendAsync(notice, stopping);
        }
        catch (StoreAwayException)
        {
            // the log says so once (StoreWatch), and not each time
        }
        // Whatever it is, left to itself it would end the process; nothing is lost, the next round tries again.
        catch (Exception e) when (e is not OperationCanceledException || !stopping.IsCancellationRequested)
        {
            LogFailure(log, e.GetType().Name, (e as DbException)?.ErrorCode ?? 0);
        }
    }

    // Who has it is not told again because another one could not be.
    private async Task SendAsync(Notice notice, CancellationToken stopping)
    {
        var taken = notice.Taken.ToHashSet();
        var errors = new List<string>();
        var all = channels.All;
        try
        {
            all = [.. all, .. await channels.OfAsync(notice.TenantId)];
        }
        catch (SecretUnreadableException e)
        {
            errors.Add(e.Message);
        }
        foreach (var channel in all.Where(channel => !taken.Contains(channel.Name)))
            if (await channels.TryAsync(channel, notice, stopping) is { } error)
                errors.Add($"{channel.Name}: {error}");
            else
                taken.Add(channel.Name);
        var hasEnded = await outbox.TriedAsync(notice, taken, errors.Count == 0 ? null : string.Join(' ', errors));
        if (errors.Count > 0)
            LogNotSent(
                log,
                notice.Id,
                string.Join(' ', errors),
                hasEnded ? "it is kept and not tried again" : "it is tried again"
            );
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Notification {Id} was not sent, {What}: {Why}")]
    private static partial void LogNotSent(ILogger log, Guid id, string why, string what);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Notifications could not be sent: {Kind} {Code}")]
    private static partial void LogFailure(ILogger log, string kind, int code);
}
