namespace ScimGateway.SlackEmulator.Organization;

/// <summary>A SCIM group: on Grid an IDP group, on Business+ a user group (docs/slack.md 5). All its state
/// is under the workspace's gate.</summary>
internal sealed class Group(string id, DateTimeOffset created, string displayName)
{
    public string Id { get; } = id;

    public DateTimeOffset Created { get; set; } = created;

    public string DisplayName { get; set; } = displayName;

    public HashSet<Account> Members { get; } = [];

    /// <summary>Linked to channels: it cannot be deleted.</summary>
    public bool IsLinkedToChannels { get; set; }

    /// <summary>One of Slack's own, such as Team Admins: it cannot be changed.</summary>
    public bool IsAutomatic { get; set; }

    /// <summary>What later reads do not show yet; null where nothing lags.</summary>
    public GroupLag? Lag { get; set; }
}

/// <summary>Changes of one group that reads do not show yet (docs/slack.md 9).</summary>
internal sealed class GroupLag
{
    public string? OldName { get; set; }

    public DateTimeOffset NewNameFrom { get; set; }

    /// <summary>In the order they happened.</summary>
    public List<LaggingMembership> Memberships { get; } = [];
}
