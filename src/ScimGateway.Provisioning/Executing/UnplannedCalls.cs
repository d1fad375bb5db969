using System.Collections.Concurrent;
using ScimGateway.Provisioning.Model;
using ScimGateway.Slack.Budget;

namespace ScimGateway.Provisioning.Executing;

/// <summary>
/// Calls that no plan makes, as those of the v1 lane. Each waits in the schedule among the links, so that all of a
/// tenant's calls share one budget and one order.
/// </summary>
/// <param name="schedule">What waits for a call.</param>
/// <param name="budget">What Slack allows.</param>
/// <param name="dueLinks">Is told when a call waits.</param>
/// <param name="clock">The time.</param>
/// <param name="stopping">Cancelled when no call begins any more.</param>
internal sealed class UnplannedCalls(
    SlackSchedule<LinkId> schedule,
    SlackBudget budget,
    DueLinks dueLinks,
    TimeProvider clock,
    CancellationToken stopping
)
{
    private readonly ConcurrentDictionary<LinkId, TaskCompletionSource<SlackGrant?>> _waiting = new();
    private long _number;

    /// <summary>
    /// Waits for a call; null if it is not its turn in time, or none may begin any more. Whoever does not send it gives it
    /// back.
    /// </summary>
    public async Task<SlackGrant?> WaitAsync(
        SlackCall call,
        SlackPriority priority,
        TimeSpan most,
        CancellationToken gone
    )
    {
        if (stopping.IsCancellationRequested)
            return null;
        var place = new LinkId(-Interlocked.Increment(ref _number)); // links have numbers above zero
        var turn = new TaskCompletionSource<SlackGrant?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _waiting[place] = turn;
        schedule.Put(place, call, priority, clock.GetUtcNow());
        dueLinks.Ring();
        try
        {
            return await turn.Task.WaitAsync(most, clock, gone);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException)
        {
            schedule.Remove(place);
            // Its turn may have come at the same moment: nobody sends what was granted then.
            if (!turn.TrySetResult(null) && await turn.Task is { } grant)
                budget.GiveBack(grant);
            gone.ThrowIfCancellationRequested();
            return null;
        }
        finally
        {
            _waiting.TryRemove(place, out _);
        }
    }

    /// <summary>Whether what was granted is one of these calls; whoever waits for it has it then.</summary>
    internal bool Take(Granted<LinkId> granted)
    {
        if (granted.Item.Value >= 0)
            return false;
        if (!_waiting.TryGetValue(granted.Item, out var turn) || !turn.TrySetResult(granted.Grant))
            budget.GiveBack(granted.Grant);
        return true;
    }

    /// <summary>No call begins any more: whoever waits is told so.</summary>
    internal void TurnAway()
    {
        foreach (var (place, turn) in _waiting)
            if (turn.TrySetResult(null))
                schedule.Remove(place);
    }
}
