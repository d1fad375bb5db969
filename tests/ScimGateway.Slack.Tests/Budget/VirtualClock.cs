namespace ScimGateway.Slack.Tests.Budget;

/// <summary>A clock that stands still until it is told the time; date and timestamps go together.</summary>
internal sealed class VirtualClock : TimeProvider
{
    private static readonly DateTimeOffset _start = new(2026, 1, 1, 8, 0, 0, TimeSpan.Zero);

    private TimeSpan _now;

    /// <summary>The time since the start; it never goes back.</summary>
    public TimeSpan Now
    {
        get => _now;
        set => _now = value > _now ? value : _now;
    }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _now.Ticks;

    public override DateTimeOffset GetUtcNow() => _start + _now;

    public void Advance(TimeSpan by) => Now += by;

    public void Advance(double seconds) => Advance(TimeSpan.FromSeconds(seconds));
}
