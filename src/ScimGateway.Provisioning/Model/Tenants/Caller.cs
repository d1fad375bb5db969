using ScimGateway.Protocol.Deviations;

namespace ScimGateway.Provisioning.Model.Tenants;

/// <summary>Who asks: a source of a tenant, what that tenant allows, and which habits of the source are understood.</summary>
internal sealed record Caller(
    TenantId TenantId,
    int SourceId,
    string SourceName,
    Preferences Preferences,
    Dialect Dialect
)
{
    /// <summary>What has let it in; null of the gateway itself.</summary>
    public CredentialId? Credential { get; init; }

    /// <summary>The source that asks; null where the gateway does, if only for that source.</summary>
    public int? Asking { get; private init; } = SourceId;

    /// <summary>The gateway itself, for no source or for one whose wish it carries out.</summary>
    public static Caller Itself(TenantId tenant, Preferences preferences, int source = 0) =>
        new(tenant, source, "", preferences, Dialect.Everything) { Asking = null };
}
