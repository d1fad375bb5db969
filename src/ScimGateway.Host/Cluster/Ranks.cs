using System.IO.Hashing;
using System.Text;
using Orleans.Placement;
using Orleans.Runtime.Placement;

namespace ScimGateway.Host.Cluster;

/// <summary>
/// Which instance is to have a tenant, as long as all see the same instances: each of them ranks all for each tenant, and
/// the first has it (rendezvous hashing). When one comes or goes only what is its own moves. A silo that comes back at its
/// address has its tenants again.
/// </summary>
internal static class Ranks
{
    /// <summary>The first of them for a tenant, or for anything else that one of them is to have.</summary>
    public static SiloAddress First(string key, IEnumerable<SiloAddress> silos) =>
        silos.MaxBy(silo => XxHash3.HashToUInt64(Encoding.UTF8.GetBytes($"{key}|{silo.Endpoint}")))!;
}

/// <summary>A grain is placed by rank.</summary>
[Serializable, GenerateSerializer, Immutable]
internal sealed class ByRank : PlacementStrategy
{
    /// <summary>There is one.</summary>
    public static ByRank One { get; } = new();
}

/// <summary>A grain is placed by rank.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ByRankAttribute() : PlacementAttribute(ByRank.One);

/// <summary>Places a grain where a hint says, as a silo that leaves gives one, else by rank.</summary>
internal sealed class RankDirector : IPlacementDirector
{
    /// <inheritdoc/>
    public Task<SiloAddress> OnAddActivation(
        PlacementStrategy strategy,
        PlacementTarget target,
        IPlacementContext context
    )
    {
        var silos = context.GetCompatibleSilos(target);
        return Task.FromResult(
            IPlacementDirector.GetPlacementHint(target.RequestContextData, silos)
                ?? Ranks.First(target.GrainIdentity.Key.ToString()!, silos)
        );
    }
}
