using System.Collections.Concurrent;
using System.Data.Common;
using ScimGateway.Host.Secrets;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Notices;
using ScimGateway.Provisioning.Reads;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Host.Operations;

/// <summary>Sends what is in the outbox, in the background; and has the day's digest and long silences written.</summary>
internal sealed partial class NoticeSending(
    NoticeOutbox outbox,
    DailyDigest digest,
    SilentSources silent,
    NoticeChannels channels,
    LinkReads links,
    TimeProvider clock,
    ILogger<NoticeSending> log
) : BackgroundService
{
    private const int MostTenants = 64;

    private static readonly TimeSpan _every = TimeSpan.FromSeconds(5);

    // Who is being told just now: nobody waits for another tenant's receiver.
    private readonly ConcurrentDictionary<TenantId, Task> _sending = new();

    private DateTime _digested;
    private DateTimeOffset _listened;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Of whom nobody is to be told, what there is is kept: one notification of each cause.
        try
        {
            while (true)
            {
                await TryAsync(() => TurnAsync(stoppingToken), stoppingToken);
                await Task.Delay(_every, clock, stoppingToken);
            }
        }
        finally
        {
            await Task.WhenAll(_sending.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task TurnAsync(CancellationToken stopping)
    {
        if (clock.GetUtcNow().UtcDateTime.Date is var today && today != _digested)
        {
            await digest.WriteAsync(channels.All.Count > 0, stopping);
            _digested = today;
        }
        if (clock.GetUtcNow() is var now && now - _listened >= TimeSpan.FromHours(1))
        {
            await silent.TellAsync(stopping);
            _listened = now;
        }
        foreach (var tenant in await outbox.DueAsync(channels.All.Count > 0, stopping))
            if (_sending.Count < MostTenants && !_sending.ContainsKey(tenant))
            {
                var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                _sending[tenant] = SendAllAsync(tenant, begun.Task, stopping);
                begun.SetResult(); // what ends is there to be taken out
            }
    }

    private async Task SendAllAsync(TenantId tenant, Task begun, CancellationToken stopping)
    {
        await begun;
        try
        {
            await TryAsync(
                async () =>
                {
                    while (await outbox.TakeAsync(tenant, stopping) is { } notice)
                        await SendAsync(notice, stopping);
                },
                stopping
            );
        }
        finally
        {
            _sending.TryRemove(tenant, out _);
        }
    }

    private async Task TryAsync(Func<Task> work, CancellationToken stopping)
    {
        try
        {
            await work();
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
            all = await channels.ToTellAsync(notice.TenantId);
        }
        catch (SecretUnreadableException e)
        {
            errors.Add(e.Message);
        }
        var names = await links.NamesAsync(notice.TenantId, notice.About.Select(about => about.Link), [], stopping);
        var named = notice.Naming(names.OfLinks);
        var tries = all.Where(channel => !taken.Contains(channel.Name))
            .Select(async channel => (channel.Name, Error: await channels.TryAsync(channel, named, stopping)));
        foreach (var (name, error) in await Task.WhenAll(tries))
            if (error is null)
                taken.Add(name);
            else
                errors.Add($"{name}: {error}");
        var hasEnded = await outbox.TriedAsync(notice, taken, errors.Count == 0 ? null : string.Join(' ', errors));
        if (errors.Count > 0)
            LogNotSent(
                log,
                notice.Id,
                string.Join(' ', errors),
                hasEnded ? "it is kept and not tried again" : "it is tried again"
            );
    }

    [LoggerMessage(
        EventName = "notification.not-sent",
        Level = LogLevel.Warning,
        Message = "Notification {Id} was not sent, {What}: {Why}"
    )]
    private static partial void LogNotSent(ILogger log, Guid id, string why, string what);

    [LoggerMessage(
        EventName = "notification.failed",
        Level = LogLevel.Warning,
        Message = "Notifications could not be sent: {Kind} {Code}"
    )]
    private static partial void LogFailure(ILogger log, string kind, int code);
}
