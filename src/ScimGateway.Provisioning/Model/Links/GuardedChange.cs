namespace ScimGateway.Provisioning.Model.Links;

/// <summary>
/// What the guard counts within an hour: distinct subjects, so that a provider that tries again changes nothing.
/// </summary>
public enum Guarded
{
    /// <summary>An account that is to be deactivated or reactivated.</summary>
    Account,

    /// <summary>A member who is to leave a group.</summary>
    Member,

    /// <summary>A group that is to be deleted.</summary>
    Group,

    /// <summary>An account whose sign-in address is to be another one.</summary>
    Address,
}

/// <summary>One change that the guard counts: each subject once.</summary>
internal sealed class GuardedChange
{
    /// <summary>Whose.</summary>
    public TenantId TenantId { get; set; }

    /// <summary>What changed.</summary>
    public Guarded What { get; set; }

    /// <summary>The group, of a member; else empty.</summary>
    public GroupId GroupId { get; set; }

    /// <summary>Who: the link's number, or the member's id.</summary>
    public required string Subject { get; set; }

    /// <summary>When last.</summary>
    public Instant At { get; set; }
}
