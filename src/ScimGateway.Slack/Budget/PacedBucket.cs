namespace ScimGateway.Slack.Budget;

/// <summary>
/// One bucket, kept as GCRA (the generic cell rate algorithm): all it remembers is when it will be full again. Not
/// thread-safe: the budget's lock is around it.
/// </summary>
internal sealed class PacedBucket
{
    private readonly TimeSpan _fullPaceCost;
    private readonly RecentTakes _recent = new();
    private readonly Pace _pace = new();

    // What a call costs at the present pace, in time until the bucket has it again.
    private TimeSpan _cost;
    private TimeSpan _fullAt;

    public PacedBucket(SlackLimit limit, SlackMargin margin)
    {
        Bucket = limit.Bucket;
        Burst = margin.Burst(limit);
        _cost = _fullPaceCost = margin.Interval(limit);
    }

    public SlackBucket Bucket { get; }

    public int Burst { get; }

    public double Pace => _pace.Part;

    public TimeSpan FrozenUntil { get; private set; }

    public double PerMinute => TimeSpan.FromMinutes(1) / _cost;

    /// <summary>How long until a call may be taken; zero or less: now.</summary>
    public TimeSpan Wait(TimeSpan now)
    {
        Recover(now);
        return Backlog(now) - (Burst - 1) * _cost;
    }

    public void Take(TimeSpan now)
    {
        _recent.Add(now, _fullAt, _cost);
        _fullAt = now + Backlog(now) + _cost;
    }

    public void GiveBack(TimeSpan takenAt)
    {
        if (_recent.TryStrike(takenAt, _cost, out var fullAt))
            _fullAt = fullAt;
    }

    /// <summary>Nothing until then, one call at that time, and a lower rate from then on.</summary>
    public void Freeze(TimeSpan now, TimeSpan until, TimeSpan takenAt)
    {
        FrozenUntil = Later(FrozenUntil, until);
        if (_pace.Lower(now, takenAt, calmFrom: FrozenUntil))
            _cost = _fullPaceCost / _pace.Part;

        // Slack refused, so its bucket is empty, whatever ours says; Retry-After tells when it has one call again.
        _fullAt = Later(_fullAt, FrozenUntil + (Burst - 1) * _cost);
        _recent.Clear();
    }

    public void Empty(TimeSpan now)
    {
        Recover(now);
        _fullAt = Later(_fullAt, now + Burst * _cost);
        _recent.Clear();
    }

    public bool IsFull(TimeSpan now)
    {
        Recover(now);
        return _pace.IsFull && _fullAt <= now;
    }

    public int Rest(TimeSpan now)
    {
        Recover(now);
        return Math.Max(0, (int)Math.Floor(Burst - Backlog(now) / _cost));
    }

    public Supply Supply(TimeSpan now) => new(Wait(now).TotalSeconds, _cost.TotalSeconds);

    private TimeSpan Backlog(TimeSpan now) => _fullAt > now ? _fullAt - now : TimeSpan.Zero;

    // No step falls into a freeze, so what is rescaled here is only a number of calls, not the time of the freeze.
    private void Recover(TimeSpan now)
    {
        if (!_pace.Recover(now))
            return;
        var calls = Backlog(now) / _cost;
        _cost = _fullPaceCost / _pace.Part;
        _fullAt = now + calls * _cost;
        _recent.Clear();
    }

    private static TimeSpan Later(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
