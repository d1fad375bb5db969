using System.Diagnostics.CodeAnalysis;

namespace ScimGateway.Slack.Budget;

/// <summary>What waits: it stands in the line of its call, and with an alternative also in that one's.</summary>
internal sealed class Waiting<T>
{
    public Waiting(
        T item,
        SlackPriority priority,
        DateTimeOffset since,
        long number,
        SlackCall call,
        SlackCall? alternative
    )
    {
        Item = item;
        Priority = priority;
        Since = since;
        Number = number;
        Place = new(this, call);
        Alternative = alternative is { } other && other != call ? new(this, other) : null;
    }

    public T Item { get; }

    public SlackPriority Priority { get; }

    public DateTimeOffset Since { get; }

    /// <summary>The order of arrival, between those of the same moment.</summary>
    public long Number { get; }

    public Place<T> Place { get; }

    public Place<T>? Alternative { get; }

    public bool IsBefore(Waiting<T> other) => Since < other.Since || (Since == other.Since && Number < other.Number);
}

/// <summary>A place in the line of one call.</summary>
internal sealed class Place<T>(Waiting<T> waiting, SlackCall call)
{
    public Waiting<T> Waiting { get; } = waiting;

    public SlackCall Call { get; } = call;

    public bool IsAlternative => Waiting.Place != this;

    /// <summary>Where the line keeps it.</summary>
    public int Index { get; set; }
}

/// <summary>
/// Those who wait for the same call with the same priority, the oldest first: a heap whose places know where they
/// stand.
/// </summary>
internal sealed class WaitingLine<T>
{
    private readonly List<Place<T>> _heap = [];

    public int Count => _heap.Count;

    /// <summary>How many of these have nowhere else to go, and half of those who have.</summary>
    public double Load { get; private set; }

    public Place<T> First => _heap[0];

    public void Add(Place<T> place)
    {
        Load += Weight(place);
        _heap.Add(place);
        Rise(_heap.Count - 1, place);
    }

    public void Remove(Place<T> place)
    {
        Load -= Weight(place);
        var last = _heap[^1];
        _heap.RemoveAt(_heap.Count - 1);
        if (last == place)
            return;
        Sink(place.Index, last);
        Rise(last.Index, last);
    }

    private static double Weight(Place<T> place) => place.Waiting.Alternative is null ? 1 : 0.5;

    private void Rise(int index, Place<T> place)
    {
        while (index > 0 && _heap[(index - 1) / 2] is var parent && place.Waiting.IsBefore(parent.Waiting))
        {
            Put(index, parent);
            index = (index - 1) / 2;
        }
        Put(index, place);
    }

    private void Sink(int index, Place<T> place)
    {
        while (TryFirstChild(index, out var child) && child.Waiting.IsBefore(place.Waiting))
        {
            var next = child.Index;
            Put(index, child);
            index = next;
        }
        Put(index, place);
    }

    private bool TryFirstChild(int index, [NotNullWhen(true)] out Place<T>? first)
    {
        var (left, right) = (2 * index + 1, 2 * index + 2);
        first = left < _heap.Count ? _heap[left] : null;
        if (right < _heap.Count && _heap[right].Waiting.IsBefore(first!.Waiting))
            first = _heap[right];
        return first is not null;
    }

    private void Put(int index, Place<T> place)
    {
        _heap[index] = place;
        place.Index = index;
    }
}
