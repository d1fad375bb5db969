namespace ScimGateway.Provisioning.Model.Mirror;

/// <summary>One e-mail address of a user, for every filter that asks for a whole one.</summary>
internal sealed class Email
{
    /// <summary>The tenant.</summary>
    public TenantId TenantId { get; set; }

    /// <summary>Whose.</summary>
    public ResourceId ResourceId { get; set; }

    /// <summary>The folded address.</summary>
    public required string Key { get; set; }
}

/// <summary>
/// How many resources of a kind a tenant shows; the store keeps it by triggers (see <c>ShownTotals</c>).
/// </summary>
internal sealed class ShownTotal
{
    /// <summary>Whose.</summary>
    public TenantId TenantId { get; set; }

    /// <summary>Users or groups.</summary>
    public Kind Kind { get; set; }

    /// <summary>How many.</summary>
    public long Shown { get; set; }

    /// <summary>How many of them a source has claimed.</summary>
    public long Claimed { get; set; }
}
