namespace ScimGateway.Provisioning.Model.Links;

/// <summary>What came of a wish, for the link.</summary>
/// <param name="Event">How it ended.</param>
/// <param name="Why">Why not as it was wished; null if it did.</param>
/// <param name="Retry">When a failure is tried again.</param>
/// <param name="Kept">The fields whose clearing Slack does not take; null for those known before.</param>
internal sealed record LinkOutcome(LinkEvent Event, Reason? Why = null, Instant? Retry = null, FieldSet? Kept = null);
