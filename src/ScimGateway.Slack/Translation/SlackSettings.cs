namespace ScimGateway.Slack.Translation;

/// <summary>What decides how a difference is told to Slack.</summary>
public sealed record SlackSettings
{
    /// <summary>Send Slack's DELETE for a user that is to be gone, not a PATCH; Slack deactivates either way.</summary>
    public bool DeleteRemovedUsers { get; init; }

    /// <summary>Make accounts for users that are inactive, and deactivate them at once.</summary>
    public bool CreateDisabledUsers { get; init; }

    /// <summary>Send the display name when an account is made, and never after.</summary>
    public bool DisplayNameOnCreateOnly { get; init; }

    /// <summary>The most members in one call; Slack recommends 5,000.</summary>
    public int MembersPerCall { get; init; } = 5_000;
}
