namespace ScimGateway.Provisioning.Model.Tenants;

/// <summary>A tenant's Slack token as it is kept.</summary>
/// <param name="Closed">What of it is a secret, closed.</param>
/// <param name="Connected">When the tenant was connected by it, or by the one that it is a renewal of.</param>
/// <param name="Given">When Slack gave it; null of one that was pasted.</param>
/// <param name="Expires">Until when it is good; null if it has no end.</param>
internal sealed record KeptToken(byte[] Closed, Instant? Connected, Instant? Given, Instant? Expires);
