namespace ScimGateway.Provisioning.Model.Tenants;

/// <summary>What a source proves itself by. Of a secret only its hash is kept.</summary>
internal sealed class Credential
{
    /// <summary>The row's number.</summary>
    public CredentialId Id { get; set; }

    /// <summary>Whose it is.</summary>
    public int SourceId { get; set; }

    /// <summary>What kind, such as "bearer".</summary>
    public required string Kind { get; set; }

    /// <summary>The name for people.</summary>
    public string Label { get; set; } = "";

    /// <summary>The first characters, by which people tell secrets apart.</summary>
    public string Prefix { get; set; } = "";

    /// <summary>The SHA-256 of the secret; where there is none, of what the kind is known by.</summary>
    public required byte[] Hash { get; set; }

    /// <summary>What the kind wants to know beside that, as JSON: whose signatures count, for example.</summary>
    public string Details { get; set; } = "";

    /// <summary>What it allows.</summary>
    public string Scope { get; set; } = "";

    /// <summary>When it was made.</summary>
    public Instant Created { get; set; }

    /// <summary>Until when.</summary>
    public Instant? Expires { get; set; }

    /// <summary>When it was last used, to the minute.</summary>
    public Instant? LastUsed { get; set; }
}
