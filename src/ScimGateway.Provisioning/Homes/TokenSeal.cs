using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Homes;

/// <summary>
/// How Slack tokens are kept: closed for their tenant, so that another one's row is of no use with it. Nothing is closed
/// within a work of the store, which closing may write to.
/// </summary>
/// <param name="Close">What is kept of a tenant's token.</param>
/// <param name="Open">The token again; throws where it cannot be read.</param>
public sealed record TokenSeal(Func<TenantId, string, byte[]> Close, Func<TenantId, byte[], string> Open);
