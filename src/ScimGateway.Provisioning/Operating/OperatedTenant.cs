using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Provisioning.Operating;

/// <summary>The tenant that an operator has in hand.</summary>
/// <param name="Store">Where it is kept.</param>
/// <param name="Executor">Who tells Slack.</param>
/// <param name="Current">What it allows.</param>
/// <param name="Clock">What time it is.</param>
internal sealed record OperatedTenant(
    HomeStore Store,
    Executor Executor,
    CurrentPreferences Current,
    TimeProvider Clock
)
{
    /// <summary>Its row's number.</summary>
    internal TenantId Id => Store.Tenant;

    /// <summary>In Unix milliseconds.</summary>
    internal Instant Now => Clock.Now();
}
