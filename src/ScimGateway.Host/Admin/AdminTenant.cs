using ScimGateway.Provisioning.Homes;
using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Host.Admin;

/// <summary>A tenant that a path names.</summary>
/// <param name="Row">The tenant as it is kept.</param>
/// <param name="Home">Its home; null if it was never connected, or is at home nowhere now.</param>
internal sealed record AdminTenant(Tenant Row, TenantHome? Home);
