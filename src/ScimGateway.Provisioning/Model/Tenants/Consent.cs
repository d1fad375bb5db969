namespace ScimGateway.Provisioning.Model.Tenants;

/// <summary>
/// A tenant that is to be connected by somebody's consent on Slack's own page, from when an administrator asks for that
/// until he is back. Of what he has to show only hashes are kept.
/// </summary>
internal sealed class Consent
{
    /// <summary>The SHA-256 of what is to come next: of the link's ticket, then of Slack's state.</summary>
    public required byte[] Awaited { get; set; }

    /// <summary>The SHA-256 of what the browser was given that has followed the link; null before one has.</summary>
    public byte[]? Browser { get; set; }

    /// <summary>Which tenant.</summary>
    public TenantId TenantId { get; set; }

    /// <summary>By which key it was asked for.</summary>
    public AdminKeyId KeyId { get; set; }

    /// <summary>Until when.</summary>
    public Instant Expires { get; set; }
}
