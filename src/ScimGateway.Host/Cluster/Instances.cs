namespace ScimGateway.Host.Cluster;

/// <summary>The instances of the cluster, as this one knows them.</summary>
internal sealed class Instances(ISiloStatusOracle oracle)
{
    /// <summary>This one.</summary>
    public SiloAddress Own => oracle.SiloAddress;

    /// <summary>Those that serve.</summary>
    public IReadOnlyCollection<SiloAddress> Active => oracle.GetActiveSilos();

    /// <summary>Those that serve beside this one.</summary>
    public IReadOnlyList<SiloAddress> Others => [.. Active.Where(silo => !silo.Equals(Own))];

    /// <summary>The one that is to have a tenant, or anything else that one of them is to have; null while none serves.</summary>
    public SiloAddress? FirstFor(string key) => Active is { Count: > 0 } active ? Ranks.First(key, active) : null;

    /// <summary>Whether this one is to have it.</summary>
    public bool IsMine(string key) => Own.Equals(FirstFor(key));

    /// <summary>Has somebody told whenever one comes or goes.</summary>
    public void Subscribe(ISiloStatusListener listener) => oracle.SubscribeToSiloStatusEvents(listener);
}
