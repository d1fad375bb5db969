namespace ScimGateway.Provisioning.Model.Links;

/// <summary>
/// What is unique in a tenant's Slack: an address, a Slack user name or the name of a group, and the link that wants it
/// or still has it.
/// </summary>
internal sealed class Key
{
    /// <summary>Whose.</summary>
    public TenantId TenantId { get; set; }

    /// <summary>Address or user name.</summary>
    public KeyKind Kind { get; set; }

    /// <summary>The folded value.</summary>
    public required string Value { get; set; }

    /// <summary>Who has it.</summary>
    public LinkId LinkId { get; set; }
}

/// <summary>What a key is.</summary>
internal enum KeyKind
{
    /// <summary>An e-mail address.</summary>
    Address,

    /// <summary>A Slack user name.</summary>
    SlackUserName,

    /// <summary>The name of a group.</summary>
    GroupName,
}
