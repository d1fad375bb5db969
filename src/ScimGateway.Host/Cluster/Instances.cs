using System.Collections.Concurrent;

namespace ScimGateway.Host.Cluster;

/// <summary>The instances of the cluster, as this one knows them.</summary>
internal sealed class Instances : ISiloStatusListener, IDisposable
{
    private readonly ISiloStatusOracle _oracle;
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _lives = new(StringComparer.Ordinal);

    /// <summary>Those that the silo knows.</summary>
    public Instances(ISiloStatusOracle oracle)
    {
        _oracle = oracle;
        oracle.SubscribeToSiloStatusEvents(this);
    }

    /// <summary>This one.</summary>
    public SiloAddress Own => _oracle.SiloAddress;

    /// <summary>Those that serve.</summary>
    public IReadOnlyCollection<SiloAddress> Active => _oracle.GetActiveSilos();

    /// <summary>Those that serve beside this one.</summary>
    public IReadOnlyList<SiloAddress> Others => [.. Active.Where(silo => !silo.Equals(Own))];

    /// <summary>The one that is to have a tenant, or anything else that one of them is to have; null while none serves.</summary>
    public SiloAddress? FirstFor(string key) => Active is { Count: > 0 } active ? Ranks.First(key, active) : null;

    /// <summary>Whether this one is to have it.</summary>
    public bool IsMine(string key) => Own.Equals(FirstFor(key));

    /// <summary>Has somebody told whenever one comes or goes.</summary>
    public void Subscribe(ISiloStatusListener listener) => _oracle.SubscribeToSiloStatusEvents(listener);

    /// <summary>Fires when an instance is told dead: one that stands still would answer nobody, and keep all waiting.</summary>
    /// <param name="innerUrl">Where it takes requests that are handed on.</param>
    public CancellationToken EndOf(string innerUrl) =>
        _lives.GetOrAdd(innerUrl, _ => new CancellationTokenSource()).Token;

    /// <inheritdoc/>
    public void SiloStatusChangeNotification(SiloAddress updatedSilo, SiloStatus status)
    {
        if (
            status == SiloStatus.Dead
            && _lives.TryRemove(ClusterOptions.InnerUrlOf(updatedSilo.Endpoint), out var life)
        )
            life.Cancel(); // it is left to the collector: whoever has just asked for its token may still look at it
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var life in _lives.Values)
            life.Dispose();
    }
}
