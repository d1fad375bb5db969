using System.Collections.Concurrent;
using System.Net;
using ScimGateway.Protocol.Bounds;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Reads;

/// <summary>
/// Lists that look at each resource, or each operation. They run beside the threads that answer requests, two of a tenant's at a time, so
/// that whoever asks for one resource, or writes, does not wait behind them.
/// </summary>
/// <param name="clock">The time.</param>
/// <param name="each">What they look at.</param>
/// <param name="narrower">What whoever is sent away can do beside coming later.</param>
internal sealed class Scans(
    TimeProvider clock,
    string each = "resource",
    string narrower =
        "narrow the filter with 'and' and an equality of userName, externalId, displayName, emails, members or id"
)
{
    private const int MostAtOnce = 2;
    private const int MostWaiting = 16;

    private static readonly TimeSpan _longestWait = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<TenantId, Gate> _gates = new();

    /// <summary>Runs a scan when it is its turn.</summary>
    /// <exception cref="ScimException">Too many wait, or it has waited for too long.</exception>
    /// <exception cref="OperationCanceledException">Nobody waits for it any more.</exception>
    public async Task<T> RunAsync<T>(TenantId tenant, Func<Task<T>> scan, CancellationToken gone)
    {
        var gate = _gates.GetOrAdd(tenant, _ => new Gate(MostAtOnce, MostWaiting, _longestWait, Later, clock));
        // On a thread of its own: the pool has as few as there are cores.
        return await gate.RunAsync(
            () => Task.Factory.StartNew(scan, gone, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap(),
            gone
        );
    }

    private ScimException Later() =>
        ScimException.Later(
            HttpStatusCode.ServiceUnavailable,
            $"Too many lists that look at each {each} are under way. Try again later, or {narrower}.",
            _longestWait
        );
}
