namespace ScimGateway.Host.Security;

/// <summary>What the operator of the gateway allows of issuers, which owners of tenants name.</summary>
internal sealed class IssuerOptions
{
    /// <summary>
    /// Whether the keys of one may be on this machine's loopback, and without https then: for trials, with everything else as
    /// it is, also tenants' webhooks.
    /// False by default.
    /// </summary>
    public bool Loopback { get; set; }

    /// <summary>How long a token may last, from when it was made and from when it is shown: a day by default.</summary>
    public TimeSpan LongestToken { get; set; } = TimeSpan.FromDays(1);
}
