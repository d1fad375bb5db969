using ScimGateway.Protocol.Deviations;

namespace ScimGateway.Provisioning.Model.Tenants;

/// <summary>Who asks: a source of a tenant, what that tenant allows, and which habits of the source are understood.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="SourceId">The source.</param>
/// <param name="SourceName">Its name for people.</param>
/// <param name="Preferences">What the tenant allows.</param>
/// <param name="Usual">How the source is read where its tenant does not say otherwise.</param>
internal sealed record Caller(
    TenantId TenantId,
    int SourceId,
    string SourceName,
    Preferences Preferences,
    Dialect Usual
)
{
    /// <summary>How its requests are read.</summary>
    public Dialect Dialect => Preferences.Dialect == SpokenDialect.Interop ? Dialect.Interop : Usual;

    /// <summary>What has let it in; null of the gateway itself.</summary>
    public CredentialId? Credential { get; init; }

    /// <summary>The source that asks; null where the gateway does, if only for that source.</summary>
    public int? Asking { get; private init; } = SourceId;

    /// <summary>The gateway itself, for no source or for one whose wish it carries out.</summary>
    public static Caller Itself(TenantId tenant, Preferences preferences, int source = 0) =>
        new(tenant, source, "", preferences, Dialect.Everything) { Asking = null };
}
