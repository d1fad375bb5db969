namespace ScimGateway.SlackEmulator.Tests;

/// <summary>A clock that goes when it is told to; whoever waits on it is woken then.</summary>
internal sealed class ManualClock : TimeProvider
{
    private readonly Lock _gate = new();

    // Long for a call on loopback, and short for a test that has one hang.
    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(500);

    private readonly List<Alarm> _alarms = [];
    private readonly List<(Task Call, long Since)> _calls = [];
    private DateTimeOffset _now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>How many wait.</summary>
    public int Waiting
    {
        get
        {
            lock (_gate)
                return _alarms.Count;
        }
    }

    /// <summary>How many are to be woken exactly so long from now.</summary>
    public int RingingIn(TimeSpan time)
    {
        lock (_gate)
            return _alarms.Count(alarm => alarm.Due == _now + time);
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate)
            return _now;
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, callback, state);
        alarm.Change(dueTime, period);
        return alarm;
    }

    /// <summary>The clock does not go on while this call is under way, unless that takes long.</summary>
    public void WaitFor(Task call)
    {
        lock (_gate)
            _calls.Add((call, System.GetTimestamp()));
    }

    public void Advance(TimeSpan time)
    {
#pragma warning disable RS0030 // a step of time is no task to whoever takes it, and this wait is a short one
        while (UnderWay() is { } call)
            Task.WhenAny(call.Call, Task.Delay(call.Left, System)).Wait();
#pragma warning restore RS0030
        List<Alarm> due;
        lock (_gate)
        {
            _now += time;
            due = _alarms.Where(a => a.Due <= _now).ToList();
            _alarms.RemoveAll(due.Contains);
        }
        foreach (var alarm in due)
            alarm.Ring();
    }

    // The first call that is still waited for, and how long it is.
    private (Task Call, TimeSpan Left)? UnderWay()
    {
        lock (_gate)
        {
            var now = System.GetTimestamp();
            _calls.RemoveAll(one => one.Call.IsCompleted || Left(one.Since, now) <= TimeSpan.Zero);
            return _calls.Count == 0 ? null : (_calls[0].Call, Left(_calls[0].Since, now));
        }

        static TimeSpan Left(long since, long now) => _patience - System.GetElapsedTime(since, now);
    }

    public void Advance(double seconds) => Advance(TimeSpan.FromSeconds(seconds));

    private sealed class Alarm(ManualClock clock, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset Due { get; private set; }

        public void Ring() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                clock._alarms.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan)
                    return true;
                Due = clock._now + dueTime;
                if (dueTime > TimeSpan.Zero)
                {
                    clock._alarms.Add(this);
                    return true;
                }
            }
            Ring();
            return true;
        }

        public void Dispose()
        {
            lock (clock._gate)
                clock._alarms.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
