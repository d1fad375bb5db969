using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Reads;

/// <summary>How far the set-up of a tenant is.</summary>
/// <param name="Tenant">The tenant.</param>
/// <param name="IsImported">Whether all that Slack has was imported once.</param>
/// <param name="Source">Its first source; null if it has none.</param>
/// <param name="HasCredential">Whether any source can be let in.</param>
internal sealed record SeenTenant(Tenant Tenant, bool IsImported, int? Source, bool HasCredential)
{
    /// <summary>Whether Slack is being read.</summary>
    public bool IsImporting { get; init; }

    /// <summary>Whether the gateway has stopped it, since Slack deactivated whom it was told to change.</summary>
    public bool IsHalted { get; init; }
}

/// <summary>What waits for somebody.</summary>
/// <param name="Holds">For an operator's decision.</param>
/// <param name="Failed">For a mend of what Slack refused.</param>
/// <param name="Pending">For Slack.</param>
internal sealed record OpenThings(long Holds, long Failed, long Pending);

/// <summary>A provider of a tenant, and what it last asked for.</summary>
/// <param name="Source">The provider.</param>
/// <param name="LastContact">When it was last let in; null if it never was.</param>
/// <param name="LastAsked">The last write among the tenant's last thousand; null if it has none there.</param>
internal sealed record HeardSource(Source Source, Instant? LastContact, Operation? LastAsked);

/// <summary>What operators see of tenants.</summary>
internal static class TenantReads
{
    /// <summary>The most sources that a tenant has.</summary>
    public const int MostSources = 50;

    private static readonly Instant _ever = new(long.MaxValue);

    /// <summary>A tenant with how far its set-up is.</summary>
    public static SeenTenant Of(StoreSession store, Tenant tenant)
    {
        var sources = Sources.After(store, tenant.Id, 0, MostSources);
        // Asked first: of an import that ends between the two questions it is said that it has ended, and never that
        // there is none.
        var isImporting = Jobs.Unfinished(store, tenant.Id, SlackImport.JobKind) is not null;
        return new SeenTenant(
            tenant,
            Jobs.HasEndedWell(store, tenant.Id, SlackImport.JobKind),
            sources is [var first, ..] ? first.Id : null,
            Credentials.Any(store, tenant.Id)
        )
        {
            IsImporting = isImporting,
            IsHalted =
                tenant is { Standing: Standing.Disabled, OrganizationId: not null }
                && HoldRows.Of(store, tenant.Id, new HoldQuery(default, ReasonCode.DeactivatedInSlack), 1).Count > 0,
        };
    }

    /// <summary>A tenant's providers, and what each last asked for.</summary>
    public static List<HeardSource> HeardIn(StoreSession store, TenantId tenant) =>
        Sources
            .After(store, tenant, 0, MostSources)
            .ConvertAll(source => new HeardSource(
                source,
                Sources.LastContact(store, tenant, source.Id),
                OperationLists.LastOf(store, tenant, source.Id)
            ));

    /// <summary>What waits for somebody.</summary>
    public static OpenThings OpenIn(StoreSession store, TenantId tenant) =>
        new(
            HoldRows.CountOpen(store, tenant, _ever),
            LinkLists.Count(store, tenant, LinkState.Failed),
            LinkLists.Count(store, tenant, LinkState.Pending)
        );
}
