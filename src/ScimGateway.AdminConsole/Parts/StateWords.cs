namespace ScimGateway.AdminConsole.Parts;

/// <summary>
/// How states and outcomes look: each has one colour and one shape everywhere, which the style sheet gives to six kinds.
/// </summary>
internal static class StateWords
{
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
            // Who goes by a rule and stays in Slack all the same.
            "freezes" => "is not provisioned any more, and stays in Slack as it is",
            _ => Spaced(word),
        };

    private static string Spaced(string word) =>
        string.Concat(
                word.Select(letter =>
                    char.IsAsciiLetterUpper(letter) ? $" {char.ToLowerInvariant(letter)}" : $"{letter}"
                )
            )
            .Replace("slack", "Slack", StringComparison.Ordinal);
}
