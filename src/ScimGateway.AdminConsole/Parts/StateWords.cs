namespace ScimGateway.AdminConsole.Parts;

/// <summary>
/// How states and outcomes look: each has one colour and one shape everywhere, which the style sheet gives to six kinds.
/// </summary>
internal static class StateWords
{
    /// <summary>The states of people and groups, and what each means.</summary>
    public static IReadOnlyList<(string State, string Means)> OfLinks { get; } =
    [
        ("settled", "Slack has what is wanted, or nothing is."),
        ("pending", "Slack is to be told something, or has not answered yet."),
        ("held", "It waits for a decision of yours."),
        ("failed", "Slack refused, or did not answer for long. Its page says what helps."),
        ("blocked", "A preference, a rule or a dismissal keeps it from Slack, or Slack could not take it."),
        ("protected", "Nobody but Slack's own people changes the account."),
        ("broken", "Slack does not know it any more, though the gateway did not remove it."),
        ("unknown", "What Slack has is not known yet."),
    ];

    /// <summary>The kind of a word: a class of the style sheet.</summary>
    public static string KindOf(string word) =>
        word switch
        {
            "settled" or "done" or "live" or "valid" or "serving" => "good",
            "pending" or "accepted" or "shadow" or "running" or "leaving" => "under-way",
            "held" or "dismissed" or "changedInSlack" or "toConfirm" => "decide",
            "failed" or "refused" or "broken" or "invalid" or "silent" => "bad",
            "blocked" or "protected" or "disabled" => "closed",
            _ => "plain",
        };

    /// <summary>A word as people read it: changedInSlack is "changed in Slack".</summary>
    public static string Said(string word) =>
        word switch
        {
            // Said of a user whom a changed rule leaves out and whose account stays.
            "freezes" => "is not provisioned any more, and stays as it is",
            _ => Spaced(word),
        };

    /// <summary>A kind of link as people read it: a user is a person.</summary>
    public static string OfKind(string kind) => kind == "user" ? "person" : kind;

    private static string Spaced(string word) =>
        string.Concat(
                word.Select(letter =>
                    char.IsAsciiLetterUpper(letter) ? $" {char.ToLowerInvariant(letter)}" : $"{letter}"
                )
            )
            .Replace("slack", "Slack", StringComparison.Ordinal);
}
