using System.Collections.Concurrent;
using ScimGateway.Host.Admin;
using ScimGateway.Host.Logging;
using ScimGateway.Host.Secrets;
using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Homes;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Budget;

namespace ScimGateway.Host.Cluster;

/// <summary>
/// The tenants whose place in the cluster is this instance: those that are connected have their home here, and of the
/// others nobody but this instance answers.
/// </summary>
internal sealed class Places(
    Store store,
    Homes homes,
    SourceCredentials credentials,
    OperationStreams streams,
    DrainTime time,
    SlackSite site,
    SlackLimits limits,
    ILogger<Places> log
)
{
    private static readonly TimeSpan _slow = TimeSpan.FromSeconds(3);

    private readonly ConcurrentDictionary<TenantId, Stay> _here = new();

    /// <summary>All of them.</summary>
    public IEnumerable<TenantId> All => _here.Keys;

    /// <summary>Whether a tenant's place is here.</summary>
    public bool Has(TenantId tenant) => _here.ContainsKey(tenant);

    /// <summary>A tenant's place for a request, which leaves it when it has ended; null if it is not here, or about to end.</summary>
    public Stay? TryEnter(TenantId tenant) => _here.TryGetValue(tenant, out var stay) && stay.TryEnter() ? stay : null;

    /// <summary>A tenant's place is here from now on; its home starts.</summary>
    /// <exception cref="StoreAwayException">The store does not answer.</exception>
    public async Task BeginAsync(TenantId tenant, CancellationToken cancel)
    {
        var begun = TimeProvider.System.GetTimestamp();
        var isConnected = await store.ReadAsync(
            session => Tenants.IsThere(session, tenant) && TenantConnections.Token(session, tenant) is not null,
            cancel
        );
        if (isConnected && await homes.TryStartAsync(tenant, site.Address, limits, cancel) is { } why)
            NotStarted(log, tenant, why);
        await credentials.ReloadAsync(homes, tenant);
        _here[tenant] = new Stay();
        Took(tenant, "begin", begun);
    }

    /// <summary>
    /// Ends its place here: its calls to Slack get their outcome and who waits for more is answered, the other requests end,
    /// and then its home does.
    /// </summary>
    public async Task EndAsync(TenantId tenant)
    {
        var begun = TimeProvider.System.GetTimestamp();
        var home = homes.OfId(tenant);
        if (_here.TryGetValue(tenant, out var stay))
        {
            if (home is not null)
            {
                // It is read, and written for the next home, until its last call has landed: that takes as long as Slack does.
                home.StopCalling();
                await home.StandDownAsync();
            }
            _here.TryRemove(new(tenant, stay));
            streams.EndOf(tenant);
            // By the machine's time, which Orleans waits by.
            await Task.WhenAny(stay.EndAsync(), Task.Delay(time.UntilLeft, TimeProvider.System));
        }
        // Where that took longer than Orleans waits, the tenant may be back by now, in another home.
        if (home is not null)
            await homes.EndAsync(home);
        Took(tenant, "end", begun);
    }

    private void Took(TenantId tenant, string what, long begun)
    {
        var took = TimeProvider.System.GetElapsedTime(begun);
        if (took > _slow)
            log.HomeSlow(tenant, what, took.TotalSeconds);
    }

    /// <summary>Tells the log that a tenant has no home, and why.</summary>
    public static void NotStarted(ILogger log, TenantId tenant, Exception why)
    {
        var isKnown = why is SecretUnreadableException;
        log.HomeStartFailed(
            tenant,
            isKnown ? why.Message : why.GetType().Name,
            isKnown ? null : why.StackTrace // an exception's own text may hold personal data
        );
    }
}
