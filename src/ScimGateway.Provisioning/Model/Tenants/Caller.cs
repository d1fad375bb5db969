using ScimGateway.Protocol.Deviations;

namespace ScimGateway.Provisioning.Model.Tenants;

/// <summary>Who asks: a source of a tenant, what that tenant allows, and which habits of the source are understood.</summary>
public sealed record Caller(
    TenantId TenantId,
    int SourceId,
    string SourceName,
    Preferences Preferences,
    Dialect Dialect
);
