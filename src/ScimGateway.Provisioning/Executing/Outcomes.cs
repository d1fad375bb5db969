using System.Collections.Concurrent;
using ScimGateway.Protocol.Errors;

namespace ScimGateway.Provisioning.Executing;

/// <summary>What came of a wish.</summary>
public abstract record Outcome
{
    private Outcome() { }

    /// <summary>Slack has it.</summary>
    public sealed record Settled : Outcome;

    /// <summary>Slack refused it, and the mirror is as it was.</summary>
    public sealed record Refused(ScimException Why) : Outcome;

    /// <summary>It takes longer than the request may wait.</summary>
    public sealed record NotYet : Outcome;
}

/// <summary>Requests that wait for the outcome of their wish. Level-triggered: a wish is settled when a version at or beyond it is.</summary>
public sealed class Outcomes(TimeProvider clock)
{
    private readonly ConcurrentDictionary<(long Link, long Version), TaskCompletionSource<Outcome>> _waiting = new();

    private volatile bool _stopped;

    /// <summary>Nobody waits any longer: the gateway stops, and what is written down is taken on by the next process.</summary>
    public void StopWaiting()
    {
        _stopped = true;
        foreach (var waiting in _waiting.Values)
            waiting.TrySetResult(new Outcome.NotYet());
    }

    /// <summary>Waits until the wish is settled or refused, or the deadline is over. <paramref name="isSettled"/> is asked once more after registering, or the own outcome might be missed.</summary>
    public async Task<Outcome> WaitAsync(long link, long version, DateTimeOffset deadline, Func<bool> isSettled)
    {
        var outcome = _waiting.GetOrAdd(
            (link, version),
            _ => new TaskCompletionSource<Outcome>(TaskCreationOptions.RunContinuationsAsynchronously)
        );
        try
        {
            if (isSettled())
                return new Outcome.Settled();
            var left = deadline - clock.GetUtcNow();
            return left <= TimeSpan.Zero || _stopped
                ? new Outcome.NotYet()
                : await outcome.Task.WaitAsync(left, clock).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return new Outcome.NotYet();
        }
        finally
        {
            _waiting.TryRemove((link, version), out _);
        }
    }

    /// <summary>Tells those who wait what came of it: a settled version all up to it, a refusal the one who asked. Null tells nothing.</summary>
    public void Tell(long link, long version, Outcome? outcome)
    {
        switch (outcome)
        {
            case Outcome.Settled:
                foreach (var ((waitingLink, waitingVersion), waiting) in _waiting)
                    if (waitingLink == link && waitingVersion <= version)
                        waiting.TrySetResult(outcome);
                break;
            case Outcome.Refused when _waiting.TryGetValue((link, version), out var waiting):
                waiting.TrySetResult(outcome);
                break;
        }
    }
}
