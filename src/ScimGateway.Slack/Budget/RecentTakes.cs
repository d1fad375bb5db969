namespace ScimGateway.Slack.Budget;

/// <summary>
/// The last calls taken from a bucket, so that one that was not used can be struck out as if it had never been.
/// </summary>
/// <remarks>
/// Subtracting its cost would be wrong by up to a call: a bucket that filled up meanwhile would hold more than Slack's
/// does. So the takes are played again without it. What is no longer remembered counts as used.
/// </remarks>
internal sealed class RecentTakes
{
    // More than are ever between being taken and being sent.
    private const int Capacity = 32;

    private readonly TimeSpan[] _times = new TimeSpan[Capacity];
    private TimeSpan _fullBefore;
    private int _first;
    private int _count;

    /// <summary>Remembers a take; the oldest one is forgotten for it, but for its effect.</summary>
    public void Add(TimeSpan now, TimeSpan fullBefore, TimeSpan cost)
    {
        if (_count == 0)
            _fullBefore = fullBefore;
        if (_count == Capacity)
        {
            _fullBefore = After(_fullBefore, _times[_first], cost);
            _first = (_first + 1) % Capacity;
            _count--;
        }
        _times[(_first + _count++) % Capacity] = now;
    }

    /// <summary>When the bucket is full again without the call taken then, if that is remembered.</summary>
    public bool TryStrike(TimeSpan takenAt, TimeSpan cost, out TimeSpan fullAt)
    {
        fullAt = _fullBefore;
        var struck = false;
        for (var i = 0; i < _count; i++)
        {
            var time = _times[(_first + i) % Capacity];
            if (!struck && time == takenAt)
            {
                struck = true;
                continue;
            }
            fullAt = After(fullAt, time, cost);
            if (struck)
                _times[(_first + i - 1) % Capacity] = time;
        }
        if (struck)
            _count--;
        return struck;
    }

    /// <summary>Forgets all: the cost has changed, and the past can't be played again.</summary>
    public void Clear() => _count = 0;

    private static TimeSpan After(TimeSpan fullAt, TimeSpan time, TimeSpan cost) =>
        (fullAt > time ? fullAt : time) + cost;
}
