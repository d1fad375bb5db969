namespace ScimGateway.Provisioning.Model.Tenants;

/// <summary>
/// What an administrator proves himself by. Of the secret only its hash is kept. A person whom the identity provider signs in
/// has a row without a secret: nobody can show it, and it lets in by the sessions that its sign-ins make.
/// </summary>
internal sealed class AdminKey
{
    /// <summary>What a person's row has as its prefix: it is longer than the prefix of any secret.</summary>
    public const string OfPerson = "no secret";

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

    /// <summary>Whether it is a person whom the identity provider signs in, and no key.</summary>
    public bool IsPerson => Prefix == OfPerson;

    /// <summary>The SHA-256 of the secret; of a person that of issuer and subject.</summary>
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
