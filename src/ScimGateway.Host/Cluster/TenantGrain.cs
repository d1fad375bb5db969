using System.Globalization;
using Orleans.Concurrency;
using Orleans.Runtime.Placement;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Host.Cluster;

/// <summary>A tenant, by its number: where in the cluster it is.</summary>
[Alias("tenant")]
internal interface ITenantGrain : IGrainWithStringKey
{
    /// <summary>Where its instance takes requests. If it is nowhere, it is somewhere from now on, and its home starts.</summary>
    [Alias("where")]
    Task<string> WhereAsync();

    /// <summary>Its home ends here, and starts wherever it is asked for next.</summary>
    [Alias("leave")]
    Task LeaveAsync();

    /// <summary>Its home ends here and starts at the instance that the request's hint names.</summary>
    [Alias("move")]
    Task MoveAsync();
}

/// <summary>How others reach a tenant.</summary>
internal static class TenantGrains
{
    /// <summary>A tenant, wherever it is.</summary>
    public static ITenantGrain Of(this IGrainFactory grains, TenantId tenant) =>
        grains.GetGrain<ITenantGrain>($"{tenant}");

    /// <summary>A tenant's home ends where it is and starts at an instance.</summary>
    public static async Task MoveAsync(this IGrainFactory grains, TenantId tenant, SiloAddress to)
    {
        // It goes with the calls of this method alone.
        RequestContext.Set(IPlacementDirector.PlacementHintKey, to);
        await grains.Of(tenant).MoveAsync();
    }
}

/// <summary>
/// Holds a tenant's place in the cluster: Orleans has one of it. What runs for the tenant is its home, which is no part of
/// the grain; and who may write is the fence's to say (docs/rooms/homes.md).
/// </summary>
[Reentrant, KeepAlive, ByRank]
internal sealed class TenantGrain(Places places, ClusterOptions cluster) : Grain, ITenantGrain
{
    private TenantId Tenant => new(long.Parse(this.GetPrimaryKeyString(), CultureInfo.InvariantCulture));

    /// <inheritdoc/>
    // The home's loops must not run as turns of the grain.
    public override Task OnActivateAsync(CancellationToken cancellationToken) =>
        Task.Run(() => places.BeginAsync(Tenant, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) =>
        Task.Run(() => places.EndAsync(Tenant), CancellationToken.None);

    /// <inheritdoc/>
    public Task<string> WhereAsync() => Task.FromResult(cluster.InnerUrl);

    /// <inheritdoc/>
    public Task LeaveAsync()
    {
        DeactivateOnIdle();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task MoveAsync()
    {
        MigrateOnIdle();
        return Task.CompletedTask;
    }
}
