namespace ScimGateway.Slack.Budget;

/// <summary>Who goes first when Slack's budget is short; within one of these, who has waited longest.</summary>
public enum SlackPriority
{
    /// <summary>What others wait for, such as the call that frees an address.</summary>
    Awaited,

    /// <summary>Deactivations, and deletions of users and groups.</summary>
    Leaver,

    /// <summary>Creations and reactivations.</summary>
    Joiner,

    /// <summary>Changes.</summary>
    Update,

    /// <summary>Import and drift: what is left, and a small reserve.</summary>
    Background,
}
