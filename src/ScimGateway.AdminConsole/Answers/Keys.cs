namespace ScimGateway.AdminConsole.Answers;

/// <summary>An admin key, without its secret; or a person whom the identity provider signs in.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Label">Its name.</param>
/// <param name="Kind">Which of the two it is: key or person.</param>
/// <param name="Role">What it allows.</param>
/// <param name="Tenant">The one tenant that it is for; null for all.</param>
/// <param name="Prefix">By which people tell keys apart.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Expires">When it ends.</param>
/// <param name="LastUsed">When it last let somebody in.</param>
public sealed record Key(
    long Id,
    string Label,
    string Kind,
    string Role,
    string? Tenant,
    string Prefix,
    DateTimeOffset Created,
    DateTimeOffset? Expires,
    DateTimeOffset? LastUsed
)
{
    /// <summary>Whether it is a person.</summary>
    public bool IsPerson => Kind == "person";
}

/// <summary>A key that was just made.</summary>
/// <param name="Label">Its name.</param>
/// <param name="Role">What it allows.</param>
/// <param name="Secret">The secret; null in the answer to a repeated request.</param>
public sealed record MadeKey(string Label, string Role, string? Secret)
{
    // Records print what they hold.
    /// <inheritdoc/>
    public override string ToString() => nameof(MadeKey);
}

/// <summary>What has ended with a key, and what has not.</summary>
/// <param name="Ended">The key, then what has ended with it.</param>
/// <param name="Left">What it has made and lets in as before.</param>
public sealed record EndedKeys(IReadOnlyList<Key> Ended, IReadOnlyList<Key> Left);
