using ScimGateway.SlackEmulator.Organization;
using ScimGateway.SlackEmulator.Spelling;

namespace ScimGateway.SlackEmulator.Access;

/// <summary>A token as Slack knows it: who it acts for, what for, how long (docs/slack.md 1.2-1.4).</summary>
internal sealed class Token
{
    public required string Text { get; init; }

    public required string OwnerId { get; init; }

    /// <summary>Whether the organization issued it, or one workspace.</summary>
    public required bool OfOrganization { get; init; }

    public required IReadOnlyCollection<string> Scopes { get; init; }

    public DateTimeOffset? Expires { get; init; }

    /// <summary>The installation it belongs to; null for a token of the knob.</summary>
    public Installation? Installation { get; init; }

    public bool IsRevoked { get; set; }

    /// <summary>Exchanged once already for a rotating one.</summary>
    public bool IsExchanged { get; set; }

    // No bot token works (docs/slack.md 1.2).
    public bool IsOfBot => Text.StartsWith("xoxb-", StringComparison.Ordinal);
}

/// <summary>The app as installed by one account. Its scopes only add up; with rotation at most two of its access tokens
/// live (docs/slack.md 1.3, 1.4).</summary>
internal sealed class Installation(string ownerId, bool ofOrganization)
{
    public string OwnerId { get; } = ownerId;

    public bool OfOrganization { get; } = ofOrganization;

    public SortedSet<string> Scopes { get; } = new(StringComparer.Ordinal);

    public List<Token> Tokens { get; } = [];
}

/// <summary>Who makes a call: the token and the account it acts for.</summary>
internal sealed record Caller(Token Token, Account Owner)
{
    public Rank Rank => Owner.Rank;
}
