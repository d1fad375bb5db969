namespace ScimGateway.Provisioning.Model.Tenants;

/// <summary>Who asks: a source of a tenant, and what that tenant allows.</summary>
public sealed record Caller(TenantId TenantId, int SourceId, string SourceName, Preferences Preferences);
