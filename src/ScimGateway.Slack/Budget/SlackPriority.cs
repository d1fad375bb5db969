namespace ScimGateway.Slack.Budget;

/// <summary>Who goes first when Slack's budget is short; within one of these, who has waited longest.</summary>
public enum SlackPriority
{
    /// <summary>What others wait for: an address to become free, a group whose members stand by.</summary>
    Awaited,

    /// <summary>Deactivations and removals from groups.</summary>
    Leaver,

    /// <summary>Creations and reactivations.</summary>
    Joiner,

    /// <summary>Changes.</summary>
    Update,

    /// <summary>Import and drift: what is left, and a small reserve.</summary>
    Background,
}
