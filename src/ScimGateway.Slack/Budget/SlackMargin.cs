namespace ScimGateway.Slack.Budget;

/// <summary>
/// How far the budget stays below Slack's limits, because Slack counts a call later than we take it, and by another
/// clock.
/// </summary>
/// <param name="Jitter">
/// By how much the time between taking a call and Slack's counting it may vary. Calls taken within some time t are
/// counted within t less this, so a burst that is smaller by what the rate gives in this time can't exceed Slack's
/// bucket.
/// </param>
/// <param name="Drift">
/// By which part our clock may run faster than Slack's: the rate is lower by it, since that error adds up for ever.
/// </param>
/// <remarks>What each of the two prevents is measured in <c>docs/pacing.md</c>.</remarks>
public readonly record struct SlackMargin(TimeSpan Jitter, double Drift)
{
    /// <summary>None, for a limiter that counts in our own process.</summary>
    public static SlackMargin None => default;

    /// <summary>
    /// One second and one part in a thousand: 17 of a burst of 20 and 99.9 % of the rate. A clock that NTP corrects
    /// runs at most 500 parts in a million off.
    /// </summary>
    public static SlackMargin Usual { get; } = new(TimeSpan.FromSeconds(1), 0.001);

    internal int Burst(SlackLimit limit) =>
        Math.Max(1, limit.Burst - (int)Math.Ceiling(limit.PerMinute / 60 * Jitter.TotalSeconds));

    internal TimeSpan Interval(SlackLimit limit) =>
        TimeSpan.FromTicks((long)Math.Ceiling(TimeSpan.TicksPerMinute / limit.PerMinute * (1 + Drift)));
}
