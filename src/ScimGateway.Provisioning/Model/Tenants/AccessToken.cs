namespace ScimGateway.Provisioning.Model.Tenants;

/// <summary>
/// What a client was given to be let in by for a while (RFC 6749 §1.4). Of the token only its hash is kept, and it ends
/// with the credential that it was given for.
/// </summary>
internal sealed class AccessToken
{
    /// <summary>The row's number.</summary>
    public long Id { get; set; }

    /// <summary>What the client proved itself by.</summary>
    public CredentialId CredentialId { get; set; }

    /// <summary>The SHA-256 of the token.</summary>
    public required byte[] Hash { get; set; }

    /// <summary>
    /// The SHA-256 of the assertion's own id, so that it is good for one token alone; null where a secret was shown.
    /// </summary>
    public byte[]? Assertion { get; set; }

    /// <summary>Until when.</summary>
    public Instant Expires { get; set; }
}
