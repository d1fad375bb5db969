namespace ScimGateway.Host.Security;

/// <summary>What the operator of the gateway allows of issuers, which owners of tenants name.</summary>
internal sealed class IssuerOptions
{
    /// <summary>
    /// Whether one may be on this machine's loopback, and without https then: for trials, with everything else as it is.
    /// False by default.
    /// </summary>
    public bool Loopback { get; set; }
}
