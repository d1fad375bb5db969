using System.Collections.Concurrent;
using System.Data.Common;
using ScimGateway.Host.Logging;
using ScimGateway.Host.Secrets;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Notices;
using ScimGateway.Provisioning.Reads;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Host.Operations;

/// <summary>Sends what is in the outbox, in the background; and has the day's digest and long silences written.</summary>
internal sealed class NoticeSending(
    NoticeOutbox outbox,
    DailyDigest digest,
    SilentSources silent,
    NoticeChannels channels,
    LinkReads links,
    DoesChores doesChores,
    TimeProvider clock,
    ILogger<NoticeSending> log
) : BackgroundService
{
    private const int MostTenants = 64;

    private static readonly TimeSpan _every = TimeSpan.FromSeconds(5);

    // A channel that takes longer than this keeps the tenant's other channels from the next notification no more.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    // Who is being told just now: nobody waits for another tenant's receiver.
    private readonly ConcurrentDictionary<TenantId, Task> _sending = new();

    private readonly ConcurrentDictionary<Guid, Task> _underWay = new();

    // A channel has one try at a time.
    private readonly ConcurrentDictionary<(TenantId Tenant, string Channel), bool> _busy = new();

    private DateTime _digested;
    private DateTimeOffset _listened;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Of whom nobody is to be told, what there is is kept: one notification of each cause.
        try
        {
            while (true)
            {
                if (doesChores())
                    await TryAsync(() => TurnAsync(stoppingToken), stoppingToken);
                await Task.Delay(_every, clock, stoppingToken);
            }
        }
        finally
        {
            await Task.WhenAll(_sending.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await Task.WhenAll(_underWay.Values).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
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
                _ = Begin(_sending, tenant, () => SendAllAsync(tenant, stopping), stopping);
    }

    private async Task SendAllAsync(TenantId tenant, CancellationToken stopping)
    {
        while (await outbox.TakeAsync(tenant, stopping) is { } notice)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping);
            await Task.WhenAny(
                Begin(_underWay, notice.Id, () => SendAsync(notice, stopping), stopping),
                Task.Delay(_patience, clock, patience.Token)
            );
            await patience.CancelAsync();
        }
    }

    // Begins it in the background, where it is found until it has ended.
    private Task Begin<T>(ConcurrentDictionary<T, Task> all, T what, Func<Task> work, CancellationToken stopping)
        where T : notnull
    {
        var isFound = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var begun = all[what] = RunAsync();
        isFound.SetResult();
        return begun;

        async Task RunAsync()
        {
            await isFound.Task;
            try
            {
                await TryAsync(work, stopping);
            }
            finally
            {
                all.TryRemove(what, out _);
            }
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
            log.NotificationFailed(e.GetType().Name, (e as DbException)?.ErrorCode ?? 0);
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
            .Select(async channel => (channel.Name, Error: await SendAsync(channel, named, stopping)));
        foreach (var (name, error) in await Task.WhenAll(tries))
            if (error is null)
                taken.Add(name);
            else
                errors.Add($"{name}: {error}");
        var hasEnded = await outbox.TriedAsync(notice, taken, errors.Count == 0 ? null : string.Join(' ', errors));
        if (errors.Count > 0)
            log.NotificationNotSent(
                notice.Id,
                string.Join(' ', errors),
                hasEnded ? "it is kept and not tried again" : "it is tried again"
            );
    }

    private async Task<string?> SendAsync(NoticeChannel channel, Notice notice, CancellationToken stopping)
    {
        var one = (notice.TenantId, channel.Name);
        if (!_busy.TryAdd(one, true))
            return "It has not answered an earlier notification yet.";
        try
        {
            return await channels.TryAsync(channel, notice, stopping);
        }
        finally
        {
            _busy.TryRemove(one, out _);
        }
    }
}
