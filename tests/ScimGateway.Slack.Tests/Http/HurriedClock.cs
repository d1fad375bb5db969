namespace ScimGateway.Slack.Tests.Http;

/// <summary>
/// A clock on which every second is a twentieth of one: limits and pauses of the client in their usual proportions,
/// without the waiting.
/// </summary>
internal sealed class HurriedClock : TimeProvider
{
    private const int Times = 20;

    private readonly long _start = System.GetTimestamp();
    private readonly DateTimeOffset _date = System.GetUtcNow();

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => System.GetElapsedTime(_start).Ticks * Times;

    public override DateTimeOffset GetUtcNow() => _date.AddTicks(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        new Timer(System.CreateTimer(callback, state, Hurried(dueTime), Hurried(period)));

    private static TimeSpan Hurried(TimeSpan time) => time == Timeout.InfiniteTimeSpan ? time : time / Times;

    private sealed class Timer(ITimer timer) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => timer.Change(Hurried(dueTime), Hurried(period));

        public void Dispose() => timer.Dispose();

        public ValueTask DisposeAsync() => timer.DisposeAsync();
    }
}
