using System.Diagnostics.CodeAnalysis;

namespace ScimGateway.Slack.Budget;

/// <summary>
/// What waits for Slack's budget, in order: by <see cref="SlackPriority"/>, within it the oldest first, each as soon as
/// its own buckets have room. Nobody holds up those whose calls count elsewhere.
/// </summary>
/// <remarks>One for an organization, beside its <see cref="SlackBudget"/>. Safe for any number of threads.</remarks>
/// <typeparam name="T">What waits; each only once.</typeparam>
public sealed class SlackSchedule<T>
    where T : notnull
{
    private static readonly SlackCall[] _calls = Enum.GetValues<SlackCall>();
    private static readonly int _priorities = Enum.GetValues<SlackPriority>().Length;

    // Those who wait may have room already and go at any moment.
    private static readonly TimeSpan _untilAskedAgain = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly SlackBudget _budget;
    private readonly Dictionary<T, Waiting<T>> _waiting;
    private readonly WaitingLine<T>[][] _lines;
    private readonly int[] _counts = new int[_priorities];
    private readonly BackgroundReserve _reserve = new();

    // Who is first in each line that was not yet found without room: the working space of one decision.
    private readonly Place<T>?[] _firsts = new Place<T>?[_calls.Length];
    private long _number;

    /// <summary>A schedule on which nothing waits.</summary>
    public SlackSchedule(SlackBudget budget, IEqualityComparer<T>? comparer = null)
    {
        ArgumentNullException.ThrowIfNull(budget);
        _budget = budget;
        _waiting = new(comparer);
        _lines = [.. _calls.Select(_ => Enumerable.Range(0, _priorities).Select(_ => new WaitingLine<T>()).ToArray())];
    }

    /// <summary>How many wait.</summary>
    public int Count
    {
        get
        {
            lock (_gate)
                return _waiting.Count;
        }
    }

    /// <summary>How many wait with this priority.</summary>
    public int CountOf(SlackPriority priority)
    {
        lock (_gate)
            return _counts[(int)priority];
    }

    /// <summary>Since when the first of this priority has waited; null if none does.</summary>
    public DateTimeOffset? SinceOf(SlackPriority priority)
    {
        lock (_gate)
        {
            DateTimeOffset? first = null;
            foreach (var call in _calls)
                if (LineOf(call, priority) is { Count: > 0 } line && !(line.First.Waiting.Since >= first))
                    first = line.First.Waiting.Since;
            return first;
        }
    }

    /// <summary>Has an item wait; if it waits already, it does so as said here from now on.</summary>
    /// <param name="item">What waits.</param>
    /// <param name="call">The call it needs.</param>
    /// <param name="priority">Who goes before it.</param>
    /// <param name="since">Since when; an item that comes back after a refused call keeps its time.</param>
    /// <param name="alternative">A call that would do as well, used when the first one's buckets have no room.</param>
    public void Put(T item, SlackCall call, SlackPriority priority, DateTimeOffset since, SlackCall? alternative = null)
    {
        lock (_gate)
        {
            if (_waiting.TryGetValue(item, out var before))
                Leave(before);
            var waiting = new Waiting<T>(item, priority, since, _number++, call, alternative);
            _waiting[item] = waiting;
            _counts[(int)priority]++;
            LineOf(waiting.Place).Add(waiting.Place);
            if (waiting.Alternative is { } other)
                LineOf(other).Add(other);
        }
    }

    /// <summary>Takes an item away; false if it did not wait.</summary>
    public bool Remove(T item)
    {
        lock (_gate)
        {
            if (!_waiting.TryGetValue(item, out var waiting))
                return false;
            Leave(waiting);
            return true;
        }
    }

    /// <summary>
    /// Takes the first item whose buckets have room, and its call from the budget; false if there is none now.
    /// </summary>
    public bool TryNext(out Granted<T> granted)
    {
        lock (_gate)
        {
            foreach (var call in _calls)
                _firsts[(int)call] = FirstFor(call);

            while (TryFirst(out var place))
            {
                if (_budget.TryTake(place.Call, out var grant, out _))
                {
                    granted = Serve(place, grant);
                    return true;
                }
                _firsts[(int)place.Call] = null;
            }
            granted = default;
            return false;
        }
    }

    /// <summary>
    /// Takes a call for what does not wait here, as an import, which goes after all that does and counts in the same
    /// organization's bucket; else says how long until it is worth trying again.
    /// </summary>
    /// <remarks>
    /// It needs no part reserved for it: what waits here to read are questions about creates that may have been lost,
    /// of which there are fewer than the 180 creates that Slack allows in a minute; reads it allows 1,000.
    /// </remarks>
    public bool TryTakeBehind(SlackCall call, out SlackGrant grant, out TimeSpan wait)
    {
        lock (_gate)
        {
            if (!Array.Exists(_calls, other => other.IsRead == call.IsRead && FirstFor(other) is not null))
                return _budget.TryTake(call, out grant, out wait);
            grant = default;
            wait = _budget.WaitFor(call) is var room && room > _untilAskedAgain ? room : _untilAskedAgain;
            return false;
        }
    }

    /// <summary>
    /// How long until the next item may go, in whole milliseconds as timers count; null if nothing waits.
    /// </summary>
    public TimeSpan? NextIn()
    {
        lock (_gate)
        {
            TimeSpan? next = null;
            foreach (var call in _calls)
                if (FirstFor(call) is not null && _budget.WaitFor(call) is var wait && (next is null || wait < next))
                    next = wait;

            // Rounded up: a timer that rings early would only ask again. The budget forgives lateness, since it counts
            // on.
            return next is { } exact ? TimeSpan.FromMilliseconds(Math.Ceiling(exact.TotalMilliseconds)) : null;
        }
    }

    /// <summary>In how long an item would go that came now, if nothing more urgent came after it.</summary>
    /// <remarks>
    /// Right to the second where the item waits for its own bucket. Where it waits for the organization's, right to a
    /// fifth while work has been waiting; at the start of a rush it may be too early by what that bucket's burst is
    /// worth (18 s).
    /// </remarks>
    public TimeSpan Estimate(SlackCall call, SlackPriority priority, SlackCall? alternative = null)
    {
        lock (_gate)
        {
            var seconds = Forecast(call, priority);
            if (alternative is { } other)
                seconds = Math.Min(seconds, Forecast(other, priority));
            return TimeSpan.FromSeconds(seconds);
        }
    }

    /// <summary>
    /// In how long the last of all that wait will have gone, if nothing comes after them and Slack refuses none; null if
    /// nothing waits.
    /// </summary>
    public TimeSpan? EndIn()
    {
        lock (_gate)
        {
            if (_waiting.Count == 0)
                return null;
            var seconds = Math.Max(LastTurn(isRead: true), LastTurn(isRead: false));
            return TimeSpan.FromSeconds(seconds);
        }
    }

    // The last of a line stands behind all others of it, and for the organization's bucket behind all others there are.
    private double LastTurn(bool isRead)
    {
        var (all, last) = (0.0, 0.0);
        foreach (var call in _calls)
        {
            var load = call.IsRead == isRead ? _lines[(int)call].Sum(line => line.Load) : 0;
            if (load == 0)
                continue;
            var (own, shared) = _budget.SupplyOf(call);
            all += load;
            last = Math.Max(last, Math.Max(own.After(load - 1), shared.After(all - 1)));
        }
        return last;
    }

    private double Forecast(SlackCall call, SlackPriority priority)
    {
        var (own, shared) = _budget.SupplyOf(call);
        Span<Demand> demands = stackalloc Demand[_calls.Length];
        var (count, ahead, behindReserve) = (0, 0.0, double.PositiveInfinity);
        foreach (var other in _calls)
        {
            if (other.IsRead != call.IsRead)
                continue;
            var load = 0.0;
            for (var p = 0; p <= (int)priority; p++)
                load += _lines[(int)other][p].Load;
            if (other == call)
                ahead = load;
            if (load > 0)
                demands[count++] = new(load, _budget.SupplyOf(other).Own);
        }
        if (priority == SlackPriority.Background)
            behindReserve = own.After((LineOf(call, priority).Load + 1) * BackgroundReserve.Share - 1);
        return Math.Min(behindReserve, Demand.TurnAfter(demands[..count], ahead, own, shared));
    }

    // Who is to be asked first for this call: the most urgent, but background work whose reserve has come due before
    // all.
    private Place<T>? FirstFor(SlackCall call)
    {
        if (LineOf(call, SlackPriority.Background) is { Count: > 0 } background && _reserve.IsDueAmongItsKind(call))
            return background.First;
        foreach (var line in _lines[(int)call])
            if (line.Count > 0)
                return line.First;
        return null;
    }

    private bool TryFirst([NotNullWhen(true)] out Place<T>? first)
    {
        first = null;
        foreach (var place in _firsts)
            if (place is not null && (first is null || IsBefore(place, first)))
                first = place;
        return first is not null;
    }

    private bool IsBefore(Place<T> one, Place<T> other)
    {
        if (one.Waiting == other.Waiting)
            return other.IsAlternative;
        var (rank, otherRank) = (Rank(one), Rank(other));
        return rank < otherRank || (rank == otherRank && one.Waiting.IsBefore(other.Waiting));
    }

    private int Rank(Place<T> place) =>
        place.Waiting.Priority == SlackPriority.Background && _reserve.IsDue(place.Call)
            ? -1
            : (int)place.Waiting.Priority;

    private Granted<T> Serve(Place<T> place, SlackGrant grant)
    {
        var waiting = place.Waiting;
        Leave(waiting);
        if (waiting.Priority == SlackPriority.Background)
            _reserve.Served(place.Call);
        else
            _reserve.Passed(
                place.Call,
                LineOf(place.Call, SlackPriority.Background).Count > 0,
                BackgroundWaits(place.Call.IsRead)
            );
        return new Granted<T>(waiting.Item, grant, waiting.Priority, waiting.Since);
    }

    private bool BackgroundWaits(bool read)
    {
        foreach (var call in _calls)
            if (call.IsRead == read && LineOf(call, SlackPriority.Background).Count > 0)
                return true;
        return false;
    }

    private void Leave(Waiting<T> waiting)
    {
        _waiting.Remove(waiting.Item);
        _counts[(int)waiting.Priority]--;
        LineOf(waiting.Place).Remove(waiting.Place);
        if (waiting.Alternative is { } other)
            LineOf(other).Remove(other);
    }

    private WaitingLine<T> LineOf(Place<T> place) => LineOf(place.Call, place.Waiting.Priority);

    private WaitingLine<T> LineOf(SlackCall call, SlackPriority priority) => _lines[(int)call][(int)priority];
}
