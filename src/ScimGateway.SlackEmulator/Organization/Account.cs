using ScimGateway.SlackEmulator.Spelling;

namespace ScimGateway.SlackEmulator.Organization;

/// <summary>One account of the organization: a member, a guest or a bot. All its state
/// is under the workspace's gate.</summary>
internal sealed class Account(string id, DateTimeOffset created, Profile profile)
{
    public string Id { get; } = id;

    public DateTimeOffset Created { get; set; } = created;

    public Profile Profile { get; set; } = profile;

    public Rank Rank { get; set; }

    public bool IsBot { get; set; }

    /// <summary>Erased as the GDPR asks: nobody modifies it any more (docs/slack.md 4.8).</summary>
    public bool IsErased { get; set; }

    /// <summary>The groups it is in; most are in few, so a list.</summary>
    public List<Group> Groups { get; } = [];

    /// <summary>What later reads do not show yet; null where nothing lags, which is nearly always.</summary>
    public AccountLag? Lag { get; set; }
}

/// <summary>Changes of one account that reads do not show yet (docs/slack.md 4.5, 9).</summary>
internal sealed class AccountLag
{
    public DateTimeOffset InactiveFrom { get; set; }

    public string? OldPhoto { get; set; }

    public DateTimeOffset NewPhotoFrom { get; set; }

    /// <summary>In the order they happened.</summary>
    public List<LaggingMembership> Memberships { get; } = [];
}

/// <summary>A membership that began or ended, seen only later.</summary>
internal sealed record LaggingMembership(DateTimeOffset SeenFrom, Group Group, Account Member, bool Began);
