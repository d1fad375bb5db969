namespace ScimGateway.Provisioning.Model.Tenants;

/// <summary>A browser in which somebody has signed in by an admin key: it may what the key may, for a while.</summary>
internal sealed class AdminSession
{
    /// <summary>How long it lasts at most.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(12);

    /// <summary>How long it lasts while it is not used.</summary>
    public static readonly TimeSpan LongestIdle = TimeSpan.FromHours(1);

    /// <summary>The SHA-256 of its secret.</summary>
    public required byte[] Hash { get; set; }

    /// <summary>The key by which somebody has signed in.</summary>
    public AdminKeyId KeyId { get; set; }

    /// <summary>Until when, however much it is used.</summary>
    public Instant Expires { get; set; }

    /// <summary>When it was last used, to the minute.</summary>
    public Instant LastUsed { get; set; }
}
