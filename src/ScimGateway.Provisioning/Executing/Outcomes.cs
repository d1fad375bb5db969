using System.Collections.Concurrent;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Executing;

/// <summary>What came of a wish.</summary>
internal abstract record Outcome
{
    private Outcome() { }

    /// <summary>It is settled: Slack has it, or has what it takes of it.</summary>
    public sealed record Settled : Outcome;

    /// <summary>Slack refused it, and the mirror is as it was.</summary>
    public sealed record Refused(ScimException Why) : Outcome;

    /// <summary>It takes longer than the request may wait.</summary>
    public sealed record NotYet : Outcome;
}

/// <summary>
/// Requests that wait for the outcome of their wish. Level-triggered: a wish is settled when a version at or beyond it
/// is.
/// </summary>
internal sealed class Outcomes(TimeProvider clock)
{
    private readonly ConcurrentDictionary<(LinkId Link, long Version), Waiting> _waiting = new();

    // Who wants to know when anything comes of a link; each until the first outcome after it was asked for.
    private readonly ConcurrentDictionary<LinkId, TaskCompletionSource> _watched = new();

    private volatile bool _stopped;

    /// <summary>How many wait.</summary>
    public int Count => _waiting.Count;

    /// <summary>Of how many links somebody waits for the next outcome, whatever it is.</summary>
    public int Watched => _watched.Count;

    /// <summary>
    /// The next outcome of a link, for who has no wish of it; asked for before it is looked at, or it might be missed.
    /// </summary>
    public Task NextAsync(LinkId link) =>
        _watched.GetOrAdd(link, _ => new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>
    /// Somebody who is going to wait for a wish: before it is committed, or its outcome might be missed.
    /// </summary>
    public Waiting Await() => new(this);

    /// <summary>
    /// Nobody waits any longer: the gateway stops, and what is written down is taken on by the next process.
    /// </summary>
    public void StopWaiting()
    {
        _stopped = true;
        GiveUp();
    }

    /// <summary>Those who wait now wait no longer: Slack cannot be written.</summary>
    public void GiveUp()
    {
        foreach (var (_, waiting) in _waiting)
            waiting.Tell(new Outcome.NotYet());
    }

    /// <summary>
    /// Tells those who wait what came of it: a settled version all up to it, a refusal the one who asked, or all since
    /// if nothing is left to wait for.
    /// </summary>
    internal void Tell(LinkId link, Recorded recorded)
    {
        if (_watched.TryRemove(link, out var watched))
            watched.TrySetResult();
        var version = recorded.Version;
        switch (recorded.Outcome)
        {
            case Outcome.Settled settled:
                Tell(link, wish => wish <= version, settled);
                break;
            case Outcome.Refused refused:
                Tell(link, wish => wish == version || (recorded.IsGone && wish > version), refused);
                if (recorded.Settled is { } upTo)
                    Tell(link, wish => wish <= upTo, new Outcome.Settled());
                break;
        }
    }

    private void Tell(LinkId link, Predicate<long> concerns, Outcome outcome)
    {
        foreach (var (wish, waiting) in _waiting)
            if (wish.Link == link && concerns(wish.Version))
                waiting.Tell(outcome);
    }

    /// <summary>A request that waits; it is forgotten when it is disposed of.</summary>
    public sealed class Waiting : IDisposable
    {
        private readonly Outcomes _outcomes;
        private readonly TaskCompletionSource<Outcome> _outcome = new(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        private (LinkId Link, long Version)? _wish;

        internal Waiting(Outcomes outcomes) => _outcomes = outcomes;

        /// <summary>The wish that it waits for; another one if the write-down had to be done again.</summary>
        public void For(LinkId link, long version)
        {
            Dispose();
            _wish = (link, version);
            _outcomes._waiting[(link, version)] = this;
        }

        /// <summary>What came of it, in time; not yet if it is late, or the gateway stops.</summary>
        public async Task<Outcome> UntilAsync(DateTimeOffset deadline)
        {
            var left = deadline - _outcomes.Clock.GetUtcNow();
            if (_outcome.Task.IsCompleted)
                return await _outcome.Task;
            if (left <= TimeSpan.Zero || _outcomes._stopped)
                return new Outcome.NotYet();
            try
            {
                return await _outcome.Task.WaitAsync(left, _outcomes.Clock);
            }
            catch (TimeoutException)
            {
                return new Outcome.NotYet();
            }
        }

        /// <inheritdoc/>
        public void Dispose()
        {
            if (_wish is { } wish)
                _outcomes._waiting.TryRemove(wish, out _);
        }

        internal void Tell(Outcome outcome) => _outcome.TrySetResult(outcome);
    }

    private TimeProvider Clock { get; } = clock;
}
