using System.Collections.Concurrent;
using ScimGateway.Host.Admin;
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
internal sealed partial class Places(
    Store store,
    Homes homes,
    SourceCredentials credentials,
    SlackSite site,
    SlackLimits limits,
    ILogger<Places> log
)
{
    private readonly ConcurrentDictionary<TenantId, bool> _here = new();

    /// <summary>All of them.</summary>
    public IEnumerable<TenantId> All => _here.Keys;

    /// <summary>Whether a tenant's place is here.</summary>
    public bool Has(TenantId tenant) => _here.ContainsKey(tenant);

    /// <summary>A tenant's place is here from now on; its home starts.</summary>
    /// <exception cref="StoreAwayException">The store does not answer.</exception>
    public async Task BeginAsync(TenantId tenant, CancellationToken cancel)
    {
        var isConnected = await store.ReadAsync(
            session => Tenants.IsThere(session, tenant) && TenantConnections.Token(session, tenant) is not null,
            cancel
        );
        if (isConnected && await homes.TryStartAsync(tenant, site.Address, limits, cancel) is { } why)
            NotStarted(log, tenant, why);
        await credentials.ReloadAsync(homes, tenant);
        _here[tenant] = true;
    }

    /// <summary>Its place is here no more; its home ends.</summary>
    public Task EndAsync(TenantId tenant)
    {
        _here.TryRemove(tenant, out _);
        return homes.EndAsync(tenant);
    }

    /// <summary>Tells the log that a tenant has no home, and why.</summary>
    public static void NotStarted(ILogger log, TenantId tenant, Exception why)
    {
        var words = why is SecretUnreadableException ? why.Message : why.GetType().Name;
        NotStarted(log, tenant, words);
    }

    [LoggerMessage(
        EventName = "home.start-failed",
        Level = LogLevel.Error,
        Message = "The home of tenant {Tenant} did not start: {Why}"
    )]
    private static partial void NotStarted(ILogger log, TenantId tenant, string why);
}
