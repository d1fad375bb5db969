namespace ScimGateway.SlackEmulator.Errors;

/// <summary>A refusal as Slack words it: a code and, where one was observed, <c>(key=value)</c>
/// behind it (docs/slack.md 8.1).</summary>
internal sealed class SlackRefusal(string code, params (string Key, string Value)[] pairs) : Exception(code)
{
    public string Code { get; } = code;

    public IReadOnlyList<(string Key, string Value)> Pairs { get; } = pairs;

    /// <summary>Seconds for Retry-After; null for none.</summary>
    public int? RetryAfter { get; init; }

    /// <summary>Whether this is a clash of names or addresses although its code has
    /// other uses too: <c>bad_email_address</c>.</summary>
    public bool IsConflict { get; init; }
}
