namespace ScimGateway.Slack.Http;

/// <summary>A token by which Slack is called; of one that ends, what renews it and until when.</summary>
/// <remarks>No record, which would print it.</remarks>
public sealed class SlackToken
{
    private const int MostLetters = 1_024;

    // What renews a token stands behind a sign that no token has.
    private const char Between = '\n';

    /// <summary>A token that somebody has pasted: it has no end, and nothing renews it.</summary>
    /// <param name="access">The user token with the scope "admin".</param>
    /// <exception cref="ArgumentException">No token looks so; the message names no value.</exception>
    public SlackToken(string access)
    {
        if (!CanBe(access))
            throw new ArgumentException(
                "A Slack token has no blanks, line breaks or letters beyond ASCII.",
                nameof(access)
            );
        Access = access;
    }

    internal string Access { get; }

    internal string? Refresh { get; private init; }

    /// <summary>When Slack gave it; null of one that was pasted.</summary>
    public DateTimeOffset? Given { get; init; }

    /// <summary>Until when it is good; null if it has no end.</summary>
    public DateTimeOffset? Expires { get; init; }

    /// <summary>Whether it ends and can be renewed before that.</summary>
    public bool Rotates => Refresh is not null && Given is not null && Expires is not null;

    /// <summary>
    /// When it is to be renewed: a third before its end, which of the twelve hours that Slack gives leaves four in which
    /// Slack may be away (docs/slack.md 1.4).
    /// </summary>
    public DateTimeOffset? RenewAt => Rotates ? Expires - ((Expires - Given) / 3) : null;

    /// <summary>One with what renews it.</summary>
    internal static SlackToken Rotating(string access, string refresh, DateTimeOffset given, DateTimeOffset expires) =>
        new(access)
        {
            Refresh = refresh,
            Given = given,
            Expires = expires,
        };

    /// <summary>What of it is a secret, to be kept closed.</summary>
    public string ToSecret() => Refresh is null ? Access : $"{Access}{Between}{Refresh}";

    /// <summary>The token again.</summary>
    /// <param name="secret">What <see cref="ToSecret"/> has said.</param>
    /// <param name="given">When Slack gave it.</param>
    /// <param name="expires">Until when it is good.</param>
    public static SlackToken OfSecret(string secret, DateTimeOffset? given, DateTimeOffset? expires)
    {
        ArgumentNullException.ThrowIfNull(secret);
        return secret.Split(Between) is [var access, var refresh]
            ? new SlackToken(access)
            {
                Refresh = refresh,
                Given = given,
                Expires = expires,
            }
            : new SlackToken(secret) { Given = given, Expires = expires };
    }

    /// <summary>Whether a text can be a token of Slack's.</summary>
    public static bool CanBe(string text) =>
        text is { Length: > 0 and <= MostLetters } && !text.AsSpan().ContainsAnyExceptInRange('!', '~');

    /// <summary>Says nothing of it.</summary>
    public override string ToString() => nameof(SlackToken);
}
