using System.Net;
using System.Reflection;
using System.Text.Json;
using ScimGateway.Host.Operations;

namespace ScimGateway.Host.Cluster;

/// <summary>What an instance of a cluster says of itself.</summary>
/// <param name="Address">Where the others find it.</param>
/// <param name="Version">Which build it is.</param>
/// <param name="Since">When it began.</param>
/// <param name="Homes">How many tenants have their place there.</param>
/// <param name="State">Whether it serves, leaves, or does not answer the one that was asked.</param>
internal sealed record InstanceReport(
    string Address,
    string? Version,
    DateTimeOffset? Since,
    int? Homes,
    InstanceState State
);

/// <summary>What an instance does.</summary>
internal enum InstanceState
{
    /// <summary>It serves.</summary>
    Serving,

    /// <summary>It is about to end, and hands its tenants over.</summary>
    Leaving,

    /// <summary>It does not say, though it was not told dead.</summary>
    Silent,
}

/// <summary>What all instances say of themselves, each asked by this one.</summary>
internal sealed class InstanceReports(
    Instances instances,
    Places places,
    Leaving leaving,
    ClusterOptions cluster,
    InnerHttp http
)
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    private static readonly string? _version = typeof(InstanceReports)
        .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()
        ?.InformationalVersion;

    /// <summary>The cluster's name.</summary>
    public string Cluster => cluster.Name;

    /// <summary>Where this one is.</summary>
    public string Own => cluster.Address;

    /// <summary>This one's.</summary>
    public InstanceReport OfOwn() =>
        new(
            Own,
            _version,
            cluster.Began,
            places.All.Count(),
            leaving.IsSo ? InstanceState.Leaving : InstanceState.Serving
        );

    /// <summary>All of them, by their addresses.</summary>
    /// <param name="context">Who asks, who is let in there as here.</param>
    public async Task<IReadOnlyList<InstanceReport>> AllAsync(HttpContext context) =>
        [
            .. (
                await Task.WhenAll(
                    instances.Active.Select(silo =>
                        silo.Equals(instances.Own) ? Task.FromResult(OfOwn()) : OfAsync(silo, context)
                    )
                )
            ).OrderBy(one => one.Address, StringComparer.Ordinal),
        ];

    /// <summary>The instance at an address; null if none serves there.</summary>
    public SiloAddress? At(string address) =>
        IPEndPoint.TryParse(address, out var asked)
            ? instances.Active.FirstOrDefault(silo => silo.Endpoint.Equals(asked))
            : null;

    private async Task<InstanceReport> OfAsync(SiloAddress silo, HttpContext context)
    {
        var silent = new InstanceReport($"{silo.Endpoint}", null, null, null, InstanceState.Silent);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        patience.CancelAfter(_patience);
        try
        {
            return await http.AskAsync<InstanceReport>(
                    new Uri(new Uri(ClusterOptions.InnerUrlOf(silo.Endpoint)), ClusterEndpoints.OwnPath),
                    context,
                    patience.Token
                ) ?? silent;
        }
        catch (Exception e)
            when (e is HttpRequestException or JsonException
                || (e is OperationCanceledException && !context.RequestAborted.IsCancellationRequested)
            )
        {
            return silent;
        }
    }
}
