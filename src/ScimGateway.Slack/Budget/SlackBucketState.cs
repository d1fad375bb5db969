namespace ScimGateway.Slack.Budget;

/// <summary>What one bucket has left, for people to read.</summary>
/// <param name="Bucket">Which one.</param>
/// <param name="Rest">How many calls may be sent now.</param>
/// <param name="Burst">How many it holds when full, the margin taken off.</param>
/// <param name="PerMinute">How many calls a minute it gives at present.</param>
/// <param name="Pace">The part of the full rate that this is: below 1 after Slack refused a call.</param>
/// <param name="FrozenUntil">Until when Slack wants to see no call, if that is still to come.</param>
public sealed record SlackBucketState(
    SlackBucket Bucket,
    int Rest,
    int Burst,
    double PerMinute,
    double Pace,
    DateTimeOffset? FrozenUntil
);
