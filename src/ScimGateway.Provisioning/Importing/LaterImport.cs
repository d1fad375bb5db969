using System.Data.Common;
using Microsoft.Extensions.Logging;
using ScimGateway.Protocol.Bounds;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Logging;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Importing;

/// <summary>
/// An import that runs while requests are answered: one that is asked for, or the sweep: Slack is read again now and
/// then, and what has drifted since takes a second look. When, the store says, so that a start costs none. One at a
/// time; it ends with the home, or when the tenant is disabled.
/// </summary>
internal sealed class LaterImport(
    SlackImport import,
    Gate gate,
    Executor executor,
    TimeProvider clock,
    ILogger<LaterImport> log
) : IAsyncDisposable
{
    private static readonly TimeSpan _every = TimeSpan.FromHours(6);
    private static readonly TimeSpan _untilSecondLook = TimeSpan.FromSeconds(90);

    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _gate = new();
    private Reading? _reading;
    private long _due = long.MaxValue;

    /// <summary>Begins one; false if one is running, or Slack may not be called.</summary>
    public bool TryBegin() => TryBegin(SlackImport.JobKind, null) is { IsNew: true };

    /// <summary>
    /// Begins one for an operator. Its job, or that of the one that is running; null if Slack may not be called.
    /// </summary>
    /// <param name="kind">Its kind.</param>
    /// <param name="resumes">The last one, if it is to go on; null for a new one, or what was interrupted.</param>
    public async Task<(JobId Job, bool IsNew)?> BeginAsync(string kind, JobId? resumes = null) =>
        TryBegin(kind, resumes) is { } begun ? (await begun.Reading.Job.Task, begun.IsNew) : null;

    /// <summary>
    /// Has one end where it is: what it has found stays. The next is due as if it had come to its end.
    /// </summary>
    public async Task CancelAsync(JobId job)
    {
        Reading? running;
        lock (_gate)
            running = _reading is { IsOver: false } ? _reading : null;
        if (running is not null && await running.Job.Task == job)
        {
            await running.Cancelled.CancelAsync();
            await running.Run;
        }
        if (await import.CancelAsync(job))
            Plan(clock.GetUtcNow() + _every);
    }

    private (Reading Reading, bool IsNew)? TryBegin(string? kind, JobId? resumes)
    {
        lock (_gate)
        {
            if (_reading is { IsOver: false } running)
                return (running, false);
            if (!executor.Gate.MayAsk || _stopping.IsCancellationRequested)
                return null;
            var reading = _reading = new Reading();
            reading.Run = Task.Run(() => RunAsync(reading, kind, resumes));
            return (reading, true);
        }
    }

    /// <summary>
    /// From now on Slack is read again when it is time: so long after the last import has ended, whichever home's it
    /// was, and at once where that did not come to its end.
    /// </summary>
    public async Task ScheduleAsync()
    {
        var ended = await import.LatestAsync() is { Error: null } well ? well.Finished : null;
        Plan(ended is null ? DateTimeOffset.MinValue : ended.Value + await UntilNextAsync());
    }

    private void Plan(DateTimeOffset due) => Volatile.Write(ref _due, due.UtcTicks);

    /// <summary>Begins one if it is time to read Slack again: a drift run, once all was imported.</summary>
    public void BeginIfDue()
    {
        if (Volatile.Read(ref _due) <= clock.GetUtcNow().UtcTicks)
            TryBegin(null, null);
    }

    private async Task<TimeSpan> UntilNextAsync()
    {
        try
        {
            return await import.HasSuspectsAsync() ? _untilSecondLook : _every;
        }
#pragma warning disable CA1031 // whatever it is, it is looked up again
        catch (Exception e)
#pragma warning restore CA1031
        {
            log.DriftScheduleFailed(e.GetType().Name, (e as DbException)?.ErrorCode ?? 0);
            return _untilSecondLook; // there may be some
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
            _stopping.Cancel();
        await (_reading?.Run ?? Task.CompletedTask);
        _stopping.Dispose();
    }

    private async Task RunAsync(Reading reading, string? kind, JobId? resumes)
    {
        try
        {
            var job = await import.BeginAsync(kind, resumes);
            reading.Job.SetResult(job.Id);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(
                _stopping.Token,
                executor.Gate.UntilDisabled,
                reading.Cancelled.Token
            );
            await gate.RunAsync(() => import.RunAsync(job, end.Token), end.Token);
            executor.Due.ConsiderAll(); // what Slack knows again has something to be told
        }
        catch (OperationCanceledException)
        {
            // It goes on from there, when there is a home and Slack may be called; but not what somebody has ended.
            Plan(reading.Cancelled.IsCancellationRequested ? clock.GetUtcNow() + _every : DateTimeOffset.MinValue);
            return;
        }
        catch (SlackUnreadableException)
        {
            log.ImportEndedEarly(); // its job and the journal say why
        }
#pragma warning disable CA1031 // whatever it is, requests go on
        catch (Exception e)
#pragma warning restore CA1031
        {
            log.ImportFailed(e.GetType().Name, e.StackTrace);
            reading.Job.TrySetException(e); // who waits for it is told
            Plan(clock.GetUtcNow() + _untilSecondLook); // it goes on from where it was, and is not shown as running for hours
            return;
        }
        finally
        {
            reading.Job.TrySetCanceled();
        }
        Plan(clock.GetUtcNow() + await UntilNextAsync()); // what it found says when to look again
    }

    // One that runs, or has run.
    private sealed class Reading
    {
        public TaskCompletionSource<JobId> Job { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public CancellationTokenSource Cancelled { get; } = new();

        public Task Run { get; set; } = Task.CompletedTask;

        // Under the gate, under which it is given its work.
        public bool IsOver => Run.IsCompleted;
    }
}
