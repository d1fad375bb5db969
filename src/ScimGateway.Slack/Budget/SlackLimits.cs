namespace ScimGateway.Slack.Budget;

/// <summary>
/// What Slack counts calls in: one bucket for a kind of call, and two that belong to the organization.
/// </summary>
public enum SlackBucket
{
    /// <summary>All reads of the organization.</summary>
    Reads,

    /// <summary>All writes of the organization.</summary>
    Writes,

    /// <summary>GET of one user.</summary>
    ReadUser,

    /// <summary>GET of one group.</summary>
    ReadGroup,

    /// <summary>POST of users.</summary>
    PostUser,

    /// <summary>PUT and PATCH of users.</summary>
    WriteUser,

    /// <summary>DELETE of users.</summary>
    DeleteUser,

    /// <summary>POST of groups.</summary>
    PostGroup,

    /// <summary>PUT and PATCH of groups.</summary>
    WriteGroup,

    /// <summary>DELETE of groups.</summary>
    DeleteGroup,
}

/// <summary>What one bucket allows, and the calls that count in it.</summary>
public sealed record SlackLimit(SlackBucket Bucket, double PerMinute, int Burst, IReadOnlyList<SlackCall> Calls)
{
    /// <summary>Whether several kinds of call share the bucket, which makes it the organization's.</summary>
    public bool IsShared => Calls.Count > 1;
}

/// <summary>What Slack allows an organization, all its SCIM apps together (docs/slack.md 6).</summary>
public sealed class SlackLimits
{
    private SlackLimits(IReadOnlyList<SlackLimit> buckets) => Buckets = buckets;

    /// <summary>
    /// The documented limits. A call counts in its own bucket and in the organization's; a list only in the latter.
    /// </summary>
    public static SlackLimits Documented { get; } =
        new([
            new(SlackBucket.Reads, 1000, 1000, [SlackCall.List, SlackCall.ReadUser, SlackCall.ReadGroup]),
            new(
                SlackBucket.Writes,
                600,
                180,
                [
                    SlackCall.PostUser,
                    SlackCall.WriteUser,
                    SlackCall.DeleteUser,
                    SlackCall.PostGroup,
                    SlackCall.WriteGroup,
                    SlackCall.DeleteGroup,
                ]
            ),
            new(SlackBucket.ReadUser, 300, 300, [SlackCall.ReadUser]),
            new(SlackBucket.ReadGroup, 300, 300, [SlackCall.ReadGroup]),
            new(SlackBucket.PostUser, 180, 20, [SlackCall.PostUser]),
            new(SlackBucket.WriteUser, 180, 20, [SlackCall.WriteUser]),
            new(SlackBucket.DeleteUser, 180, 20, [SlackCall.DeleteUser]),
            new(SlackBucket.PostGroup, 180, 20, [SlackCall.PostGroup]),
            new(SlackBucket.WriteGroup, 180, 80, [SlackCall.WriteGroup]),
            new(SlackBucket.DeleteGroup, 180, 20, [SlackCall.DeleteGroup]),
        ]);

    /// <summary>
    /// So wide that nothing ever waits, for a target without limits; a 429 that comes all the same still freezes.
    /// </summary>
    public static SlackLimits Unlimited { get; } = Documented.Scaled(1e6);

    /// <summary>Every bucket.</summary>
    public IReadOnlyList<SlackLimit> Buckets { get; }

    /// <summary>The limits of an organization for which Slack has changed them, rate and burst alike.</summary>
    public SlackLimits Scaled(double factor)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(factor);
        return new([
            .. Buckets.Select(limit =>
                limit with
                {
                    PerMinute = limit.PerMinute * factor,
                    Burst = Math.Max(1, (int)Math.Floor(limit.Burst * factor)),
                }
            ),
        ]);
    }
}
