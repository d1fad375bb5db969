namespace ScimGateway.Provisioning.Model.Tenants;

/// <summary>What an administrator proves himself by. Of the secret only its hash is kept.</summary>
internal sealed class AdminKey
{
    /// <summary>The row's number.</summary>
    public AdminKeyId Id { get; set; }

    /// <summary>The name for people.</summary>
    public required string Label { get; set; }

    /// <summary>What it allows.</summary>
    public Role Role { get; set; }

    /// <summary>The one tenant that it is for; null for all.</summary>
    public TenantId? TenantId { get; set; }

    /// <summary>The first characters, by which people tell keys apart.</summary>
    public string Prefix { get; set; } = "";

    /// <summary>The SHA-256 of the secret.</summary>
    public required byte[] Hash { get; set; }

    /// <summary>When it was made.</summary>
    public Instant Created { get; set; }

    /// <summary>Until when.</summary>
    public Instant? Expires { get; set; }

    /// <summary>When it was last used, to the minute.</summary>
    public Instant? LastUsed { get; set; }
}

/// <summary>What an administrator may do; each may what the ones before it may.</summary>
internal enum Role
{
    /// <summary>Reads.</summary>
    Viewer,

    /// <summary>Decides what comes up day by day: jobs, holds, links, whether Slack hears of a tenant.</summary>
    Operator,

    /// <summary>Sets up: tenants, connections, preferences, rules, sources, credentials, keys.</summary>
    Owner,
}
