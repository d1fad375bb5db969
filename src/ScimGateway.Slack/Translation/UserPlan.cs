namespace ScimGateway.Slack.Translation;

/// <summary>What to tell Slack of a user, and what it cannot be told.</summary>
public sealed record UserPlan(IReadOnlyList<SlackCommand> Commands, IReadOnlyList<SlackNote> Notes)
{
    /// <summary>Nothing to tell.</summary>
    public static UserPlan Nothing { get; } = new([], []);

    /// <summary>Whether there is nothing to tell.</summary>
    public bool IsEmpty => Commands.Count == 0;

    /// <summary>What has to be there before Slack can have the user at all; null if nothing is missing.</summary>
    public SlackNote? Missing => Notes.FirstOrDefault(n => n.Kind == SlackNoteKind.Missing);
}
