using System.Data.Common;
using Microsoft.Extensions.Logging;
using ScimGateway.Provisioning.Executing;

namespace ScimGateway.Provisioning.Importing;

/// <summary>
/// An import that runs while requests are answered: one that is asked for, or the sweep: Slack is read again now and
/// then, and what has drifted since takes a second look. When, the store says, so that a start costs none. One at a
/// time; it ends with the home, or when the tenant is disabled.
/// </summary>
public sealed partial class LaterImport(
    SlackImport import,
    Turns turns,
    Executor executor,
    TimeProvider clock,
    ILogger<LaterImport> log
) : IAsyncDisposable
{
    private static readonly TimeSpan _every = TimeSpan.FromHours(6);
    private static readonly TimeSpan _untilSecondLook = TimeSpan.FromSeconds(90);

    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private Task _run = Task.CompletedTask;
    private long _due = long.MaxValue;

    /// <summary>Begins one; false if one is running, or Slack may not be called.</summary>
    public bool TryBegin()
    {
        if (!executor.MayAsk)
            return false;
        lock (_gate)
        {
            if (!_run.IsCompleted || _stopping.IsCancellationRequested)
                return false;
            _run = Task.Run(RunAsync);
            return true;
        }
    }

    /// <summary>
    /// From now on Slack is read again when it is time: so long after the last import has ended, whichever home's it
    /// was, and at once where that did not come to its end.
    /// </summary>
    public async Task ScheduleAsync()
    {
        var ended = await import.LatestAsync().ConfigureAwait(false) is { Error: null } well ? well.Finished : null;
        Plan(ended is null ? DateTimeOffset.MinValue : ended.Value + await UntilNextAsync().ConfigureAwait(false));
    }

    private void Plan(DateTimeOffset due) => Volatile.Write(ref _due, due.UtcTicks);

    /// <summary>Begins one if it is time to read Slack again.</summary>
    public void BeginIfDue()
    {
        if (Volatile.Read(ref _due) <= clock.GetUtcNow().UtcTicks)
            TryBegin();
    }

    private async Task<TimeSpan> UntilNextAsync()
    {
        try
        {
            return await import.HasSuspectsAsync().ConfigureAwait(false) ? _untilSecondLook : _every;
        }
#pragma warning disable CA1031 // whatever it is, it is looked up again
        catch (Exception e)
#pragma warning restore CA1031
        {
            LookUpFailed(log, e.GetType().Name, (e as DbException)?.ErrorCode ?? 0);
            return _untilSecondLook; // there may be some
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
            _stopping.Cancel();
        await _run.ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            using var end = CancellationTokenSource.CreateLinkedTokenSource(_stopping.Token, executor.UntilDisabled);
            await turns.RunAsync(() => import.RunAsync(end.Token), end.Token).ConfigureAwait(false);
            executor.ConsiderAll(); // what Slack knows again has something to be told
        }
        catch (OperationCanceledException)
        {
            Plan(DateTimeOffset.MinValue); // it goes on from there, when there is a home and Slack may be called
            return;
        }
        catch (SlackUnreadableException)
        {
            Failed(log); // its job and the journal say why
        }
#pragma warning disable CA1031 // whatever it is, requests go on
        catch (Exception e)
#pragma warning restore CA1031
        {
            Broke(log, e.GetType().Name, e.StackTrace);
        }
        Plan(clock.GetUtcNow() + await UntilNextAsync().ConfigureAwait(false)); // what it found says when to look again
    }

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "Whether Slack has drifted could not be looked up: {Kind} {Code}"
    )]
    private static partial void LookUpFailed(ILogger log, string kind, int code);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The import ended early; the journal says why")]
    private static partial void Failed(ILogger log);

    [LoggerMessage(Level = LogLevel.Error, Message = "The import failed with {Kind} {Where}")]
    private static partial void Broke(ILogger log, string kind, string? where);
}
