using System.Diagnostics;
using System.Threading.Channels;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Planning;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Provisioning.Executing;

/// <summary>Links that the executor is to look at, now or at their time, and the signal that wakes it.</summary>
internal sealed class DueLinks : IAsyncDisposable
{
    private readonly TimeProvider _clock;
    private readonly PriorityQueue<LinkId, Instant> _later = new(); // locked by itself
    private readonly Channel<Considered> _considered = Channel.CreateUnbounded<Considered>(
        new() { SingleReader = true }
    );

    // What has come since the last round, be it much or little; whoever still holds an executor that has ended may say so.
    private readonly Channel<bool> _news = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite }
    );
    private readonly ITimer _alarm;
    private readonly Traces _traces = new();
    private readonly int[] _stamps = new int[4096];
    private volatile bool _looksAtAll;

    internal DueLinks(TimeProvider clock)
    {
        _clock = clock;
        _alarm = clock.CreateTimer(_ => Ring(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Has every link looked at that is not where it is to be.</summary>
    public void ConsiderAll()
    {
        _looksAtAll = true;
        Ring();
    }

    /// <summary>Has a link looked at: it may have something to tell Slack.</summary>
    public void Consider(LinkId link)
    {
        Renew(link);
        Consider(new Considered(link));
    }

    /// <summary>
    /// Has a link looked at that was just written down, and whose resource is at hand, so that both are read together.
    /// </summary>
    public void Consider(LinkId link, Resource claimant) =>
        Consider(new Considered(link) { Claimant = (claimant.Id, claimant.Kind) });

    /// <summary>
    /// Has a link looked at that was just written down: what is planned is at hand, and is used unless the stamp has
    /// changed by then.
    /// </summary>
    public void Consider(LinkId link, Wanted planned, int stamp) => Consider(new Considered(link, planned, stamp));

    /// <summary>
    /// Changes whenever something is done with the link: a call for it begins or ends, a write-down has its row in hand,
    /// or somebody has it looked at. What was planned before that is not sent.
    /// </summary>
    public int Stamp(LinkId link) => Volatile.Read(ref _stamps[link.Value % _stamps.Length]);

    /// <summary>Something is done with the link; its new stamp.</summary>
    public int Renew(LinkId link) => Interlocked.Increment(ref _stamps[link.Value % _stamps.Length]);

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _alarm.DisposeAsync();

    /// <summary>Begins the call of a link, in the trace of the request that asked for it.</summary>
    internal Activity? BeginTrace(LinkId link) => _traces.Begin(link);

    /// <summary>Has a link looked at.</summary>
    internal void Consider(Considered considered)
    {
        _traces.Note(considered.Link);
        _considered.Writer.TryWrite(considered);
        Ring();
    }

    /// <summary>Has a link looked at when it is due. One that waits twice is looked at twice, which does no harm.</summary>
    internal void Put(LinkId link, Instant due)
    {
        _traces.Note(link);
        lock (_later)
            _later.Enqueue(link, due);
        Ring(); // the round that began it may be over, and has reckoned without this
    }

    /// <summary>Has a link looked at after a while.</summary>
    internal void Put(LinkId link, TimeSpan after) => Put(link, _clock.Now() + after);

    /// <summary>Takes the order to look at all links, if there is one.</summary>
    internal bool TryTakeAll() => Interlocked.Exchange(ref _looksAtAll, false);

    /// <summary>The store could not say which links these are: they are looked at after a while.</summary>
    internal void PutAllBack() => _looksAtAll = true;

    /// <summary>Takes one that is to be looked at now.</summary>
    internal bool TryTake(out Considered considered)
    {
        if (_considered.Reader.TryRead(out considered))
            return true;
        lock (_later)
        {
            if (!_later.TryPeek(out var link, out var due) || due > _clock.Now())
                return false;
            considered = new Considered(link);
            _later.Dequeue();
            return true;
        }
    }

    /// <summary>In how long the next one is due; null if none is before there is news.</summary>
    internal TimeSpan? NextIn()
    {
        var (now, next) = (_clock.Now(), default(TimeSpan?));
        lock (_later)
            if (_later.TryPeek(out _, out var due))
                next = due > now ? due - now : TimeSpan.Zero; // a millisecond ago would be for ever to a timer
        return _looksAtAll && !(next < HomeStore.UntilTriedAgain) ? HomeStore.UntilTriedAgain : next;
    }

    /// <summary>There is news: the executor looks what there is to do.</summary>
    internal void Ring() => _news.Writer.TryWrite(true);

    /// <summary>Waits for news, or for so long.</summary>
    internal ValueTask<bool> WaitAsync(TimeSpan most, CancellationToken stopping)
    {
        _alarm.Change(most, Timeout.InfiniteTimeSpan);
        return _news.Reader.ReadAsync(stopping);
    }
}

/// <summary>
/// A link to be looked at; what is planned for it, if that is known, and the stamp at which it held; and how many links
/// in a row were planned again, one because of the other, until it was its turn.
/// </summary>
internal readonly record struct Considered(LinkId Link, Wanted? Planned = null, int Stamp = 0, int Chain = 0)
{
    public (ResourceId Id, Kind Kind)? Claimant { get; init; }

    /// <summary>What is planned for it, if nothing was done with it since that held.</summary>
    public Wanted? PlannedAt(int stamp) => stamp == Stamp ? Planned : null;
}
