using Microsoft.Extensions.Options;
using ScimGateway.Provisioning.Notices;

namespace ScimGateway.Host.Operations;

/// <summary>The ways to whoever watches that the settings name, and a try with one of them, which always ends.</summary>
internal sealed class NoticeChannels(IOptions<NoticeOptions> options, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan _timeLimit = TimeSpan.FromSeconds(30);

    /// <summary>All of them.</summary>
    public IReadOnlyList<NoticeChannel> All { get; } = [.. Of(options.Value, clock)];

    /// <summary>Has a channel send it; why it was not taken, fit for a log, or null where it was.</summary>
    public async Task<string?> TryAsync(NoticeChannel channel, Notice notice, CancellationToken stopping)
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

    public void Dispose()
    {
        foreach (var channel in All)
            (channel as IDisposable)?.Dispose();
    }

    private static IEnumerable<NoticeChannel> Of(NoticeOptions options, TimeProvider clock)
    {
        if (options.Webhook is { } webhook)
            yield return new Webhook(webhook, clock);
        if (options.Mail is { } mail)
            yield return new Mail(mail);
        if (options.Slack is { } slack)
            yield return new SlackNotices(slack);
    }
}
