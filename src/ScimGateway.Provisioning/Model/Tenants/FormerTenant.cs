namespace ScimGateway.Provisioning.Model.Tenants;

/// <summary>A tenant that was deleted: what is left of it, beside its accounts and the audit trail.</summary>
internal sealed class FormerTenant
{
    /// <summary>The number that it had, which no other gets.</summary>
    public TenantId TenantId { get; set; }

    /// <summary>Its Slack organization.</summary>
    public required string OrganizationId { get; set; }

    /// <summary>When it was deleted.</summary>
    public Instant Deleted { get; set; }

    /// <summary>What the hashes of its accounts are keyed by.</summary>
    public required byte[] Key { get; set; }
}

/// <summary>An account or group that a tenant had which was deleted: its Slack id, and hashes of what it was called.</summary>
internal sealed class FormerLink
{
    /// <summary>Whose it was.</summary>
    public TenantId TenantId { get; set; }

    /// <summary>Account or group.</summary>
    public Kind Kind { get; set; }

    /// <summary>Its Slack id.</summary>
    public required string SlackId { get; set; }

    /// <summary>The keyed hashes of its addresses and names, with blanks between.</summary>
    public string Hashes { get; set; } = "";
}
