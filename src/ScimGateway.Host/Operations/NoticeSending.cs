using System.Data.Common;
using Microsoft.Extensions.Options;
using ScimGateway.Provisioning.Notices;

namespace ScimGateway.Host.Operations;

/// <summary>Sends what is in the outbox, in the background; and has the day's digest written.</summary>
internal sealed partial class NoticeSending(
    NoticeOutbox outbox,
    DailyDigest digest,
    IOptions<NoticeOptions> options,
    TimeProvider clock,
    ILogger<NoticeSending> log
) : BackgroundService
{
    private static readonly TimeSpan _every = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _timeLimit = TimeSpan.FromSeconds(30);

    private readonly NoticeChannel[] _channels = [.. Channels(options.Value, clock)];
    private DateTime _digested;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Where nobody is to be told, what there is is kept: one notification of each cause.
        while (_channels.Length > 0)
        {
            await TurnAsync(stoppingToken);
            await Task.Delay(_every, clock, stoppingToken);
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        foreach (var channel in _channels)
            (channel as IDisposable)?.Dispose();
    }

    private static IEnumerable<NoticeChannel> Channels(NoticeOptions options, TimeProvider clock)
    {
        if (options.Webhook is { } webhook)
            yield return new Webhook(webhook, clock);
        if (options.Mail is { } mail)
            yield return new Mail(mail);
    }

    private async Task TurnAsync(CancellationToken stopping)
    {
        try
        {
            if (clock.GetUtcNow().UtcDateTime.Date is var today && today != _digested)
            {
                await digest.WriteAsync(stopping);
                _digested = today;
            }
            while (await outbox.TakeAsync(stopping) is { } notice)
                await SendAsync(notice, stopping);
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
        foreach (var channel in _channels.Where(channel => !taken.Contains(channel.Name)))
            if (await TryAsync(channel, notice, stopping) is { } error)
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

    private async Task<string?> TryAsync(NoticeChannel channel, Notice notice, CancellationToken stopping)
    {
        using var late = new CancellationTokenSource(_timeLimit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, stopping);
        try
        {
            await channel.SendAsync(notice, either.Token);
            return null;
        }
        catch (NotTakenException e)
        {
            return e.Message;
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return $"It was not taken within {_timeLimit.TotalSeconds:0} s.";
        }
        // Whatever one channel does, the others are told, and it is tried again.
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return e.GetType().Name;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Notification {Id} was not sent, {What}: {Why}")]
    private static partial void LogNotSent(ILogger log, Guid id, string why, string what);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Notifications could not be sent: {Kind} {Code}")]
    private static partial void LogFailure(ILogger log, string kind, int code);
}
