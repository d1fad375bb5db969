namespace ScimGateway.Slack.Budget;

/// <summary>What a bucket will give if all of it is used, in seconds from now.</summary>
/// <param name="First">When the first call may be taken; below zero, more than one may be taken now.</param>
/// <param name="Interval">The time between two calls.</param>
internal readonly record struct Supply(double First, double Interval)
{
    public static Supply Endless => default;

    /// <summary>When the call after so many others may be taken.</summary>
    public double After(double others) => Math.Max(0, First + others * Interval);

    /// <summary>How many calls may be taken until then.</summary>
    public double Until(double time) =>
        time < First ? 0
        : Interval > 0 ? 1 + (time - First) / Interval
        : double.PositiveInfinity;
}
