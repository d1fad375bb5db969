namespace ScimGateway.AdminConsole.Answers;

/// <summary>The administrator who has signed in.</summary>
/// <param name="Key">The number of the admin key.</param>
/// <param name="Label">Its name.</param>
/// <param name="Kind">Whether it is a key or a person whom the identity provider signs in: key or person.</param>
/// <param name="Role">What it allows.</param>
/// <param name="Tenant">The one tenant that it is for; null for all.</param>
/// <param name="Expires">When the session ends at the latest.</param>
public sealed record Session(long Key, string Label, string Kind, string Role, string? Tenant, DateTimeOffset? Expires)
{
    /// <summary>Whether it is a person whom the identity provider has signed in.</summary>
    public bool IsPerson => Kind == "person";

    /// <summary>Whether the role allows decisions.</summary>
    public bool MayDecide => Role is "operator" or "owner";

    /// <summary>Whether the role allows everything.</summary>
    public bool IsOwner => Role == "owner";

    /// <summary>Whether it is for the whole gateway, and not for one tenant.</summary>
    public bool IsOfAll => Tenant is null;
}

/// <summary>A session that was made.</summary>
/// <param name="Secret">What lets it in.</param>
/// <param name="Expires">When it ends at the latest.</param>
internal sealed record MadeSession(string Secret, DateTimeOffset Expires)
{
    // Records print what they hold.
    public override string ToString() => nameof(MadeSession);
}
