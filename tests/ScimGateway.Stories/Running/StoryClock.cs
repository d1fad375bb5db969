namespace ScimGateway.Stories.Running;

/// <summary>
/// The time of a story: it goes when the story says so. Each process of the story has a view of its own, which ends
/// with it.
/// </summary>
internal sealed class StoryClock
{
    /// <summary>When a story begins.</summary>
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly Lock _gate = new();
    private readonly SortedDictionary<(DateTimeOffset Due, long Number), Alarm> _alarms = [];
    private DateTimeOffset _now = Start;
    private long _last;

    /// <summary>What time it is.</summary>
    public DateTimeOffset Now
    {
        get
        {
            lock (_gate)
                return _now;
        }
    }

    /// <summary>
    /// What time it is; whoever asks has taken a moment. Who waits for less than a timer counts asks again and again.
    /// </summary>
    private DateTimeOffset Tick()
    {
        lock (_gate)
            return _now += TimeSpan.FromTicks(1);
    }

    /// <summary>When somebody is woken next; null if nobody waits.</summary>
    public DateTimeOffset? Next
    {
        get
        {
            lock (_gate)
                return _alarms.Count == 0 ? null : _alarms.First().Key.Due;
        }
    }

    /// <summary>The clock of one process.</summary>
    public View NewView() => new(this);

    /// <summary>Lets time pass up to a moment; whoever waits for it is woken.</summary>
    public void GoTo(DateTimeOffset moment)
    {
        while (true)
        {
            Alarm? due = null;
            lock (_gate)
            {
                if (moment > _now)
                    _now = moment;
                if (_alarms.Count > 0 && _alarms.First() is var (key, first) && key.Due <= _now)
                {
                    due = first;
                    _alarms.Remove(key);
                    due.Key = null;
                }
            }
            if (due is null)
                return;
            due.Ring();
        }
    }

    /// <summary>The time as one process sees it.</summary>
    public sealed class View(StoryClock clock) : TimeProvider
    {
        private volatile bool _isOver;

        /// <inheritdoc/>
        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        /// <inheritdoc/>
        public override DateTimeOffset GetUtcNow() => clock.Now;

        /// <inheritdoc/>
        public override long GetTimestamp() => clock.Tick().UtcTicks;

        /// <inheritdoc/>
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var alarm = new Alarm(this, clock, callback, state);
            alarm.Change(dueTime, period);
            return alarm;
        }

        /// <summary>Nobody is woken any more.</summary>
        public void End() => _isOver = true;

        /// <summary>Whether that is so.</summary>
        public bool IsOver => _isOver;
    }

    private sealed class Alarm(View view, StoryClock clock, TimerCallback callback, object? state) : ITimer
    {
        public (DateTimeOffset, long)? Key { get; set; }

        public void Ring()
        {
            if (!view.IsOver)
                callback(state);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                Dismiss();
                if (dueTime == Timeout.InfiniteTimeSpan || view.IsOver)
                    return true;
                if (dueTime > TimeSpan.Zero)
                {
                    // As real timers do, in whole milliseconds: what is due in less is not due now.
                    var key = (clock._now + dueTime, ++clock._last);
                    clock._alarms.Add(key, this);
                    Key = key;
                    return true;
                }
            }
            Ring();
            return true;
        }

        public void Dispose()
        {
            lock (clock._gate)
                Dismiss();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }

        private void Dismiss()
        {
            if (Key is { } key)
                clock._alarms.Remove(key);
            Key = null;
        }
    }
}
