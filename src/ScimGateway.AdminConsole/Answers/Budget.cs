namespace ScimGateway.AdminConsole.Answers;

/// <summary>What Slack still allows a tenant, and what waits for it.</summary>
/// <param name="Buckets">The limits, each with what is left of it.</param>
/// <param name="Queue">How many people and groups wait, by priority.</param>
/// <param name="Pending">How many are pending in all, also those that are tried again later.</param>
/// <param name="EstimatedEnd">When all that waits will be done; null where nothing does.</param>
/// <param name="Outage">What Slack fails by; null where it answers.</param>
public sealed record Budget(
    IReadOnlyList<Bucket> Buckets,
    IReadOnlyDictionary<string, long> Queue,
    long Pending,
    DateTimeOffset? EstimatedEnd,
    Outage? Outage
);

/// <summary>What Slack fails by.</summary>
/// <param name="Since">Since when no call has got through.</param>
/// <param name="Why">How the last one failed.</param>
public sealed record Outage(DateTimeOffset Since, string Why);

/// <summary>One of Slack's limits.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Rest">How many calls may be sent now.</param>
/// <param name="Burst">How many at most.</param>
/// <param name="PerMinute">How many are added within a minute.</param>
/// <param name="Pace">The part of the full rate.</param>
/// <param name="FrozenUntil">Until when Slack takes none.</param>
public sealed record Bucket(
    [property: System.Text.Json.Serialization.JsonPropertyName("bucket")] string Name,
    long Rest,
    long Burst,
    decimal PerMinute,
    decimal Pace,
    DateTimeOffset? FrozenUntil
);
