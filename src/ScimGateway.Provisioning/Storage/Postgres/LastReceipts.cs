using System.Collections.Concurrent;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Storage.Postgres;

/// <summary>
/// The receipt of the last transaction of each tenant that this process has had committed: a server that does not have it
/// has lost what was acknowledged, or another process has written since. In a cluster that is so of tenants that have their
/// home here, and as long as they have it.
/// </summary>
/// <param name="isOfCluster">Whether other processes write beside this one.</param>
internal sealed class LastReceipts(bool isOfCluster)
{
    private readonly Lock _gate = new(); // a transaction may end as its tenant's home does
    private readonly ConcurrentDictionary<TenantId, long> _numbers = new();
    private readonly ConcurrentDictionary<TenantId, long> _homes = new(); // their epochs

    /// <summary>Whether other processes write beside this one.</summary>
    public bool IsOfCluster => isOfCluster;

    /// <summary>Where they were left: what another process of the cluster has noted since says nothing of them.</summary>
    public PostgresOrigin? Origin { get; set; }

    /// <summary>A tenant has its home here, by this epoch.</summary>
    public void BeginHome(TenantId tenant, long epoch)
    {
        if (!isOfCluster)
            return;
        lock (_gate)
        {
            _numbers.TryRemove(tenant, out _); // of a former home, since when others may have written
            _homes[tenant] = epoch;
        }
    }

    /// <summary>It has it no more.</summary>
    public void EndHome(TenantId tenant, long epoch)
    {
        lock (_gate)
            if (_homes.TryRemove(new(tenant, epoch)))
                _numbers.TryRemove(tenant, out _);
    }

    /// <summary>A transaction was committed.</summary>
    public void Note(Receipt receipt)
    {
        lock (_gate)
            if (!isOfCluster || _homes.ContainsKey(receipt.Tenant))
                _numbers[receipt.Tenant] = receipt.Number;
    }

    /// <summary>Whether a transaction that has begun follows the last one of its tenant.</summary>
    public bool IsFollowedBy(Receipt next) => !_numbers.TryGetValue(next.Tenant, out var last) || next.Former == last;

    /// <summary>
    /// Whether a database has all of them, but for those of tenants that another process has taken over meanwhile.
    /// </summary>
    public bool AreThere(StoreSession store)
    {
        var there = store
            .All(
                "select r.tenant_id, r.number, t.epoch from receipts r left join tenants t on t.id = r.tenant_id"
                    + OneTenants.NotAlone,
                row => (Tenant: row.Number<TenantId>(), Number: row.Long(), Epoch: row.LongOrNull())
            )
            .ToDictionary(one => one.Tenant, one => (one.Number, one.Epoch));
        return _numbers.All(last =>
            there.TryGetValue(last.Key, out var now)
            && (
                now.Number == last.Value
                || (isOfCluster && _homes.TryGetValue(last.Key, out var ours) && now.Epoch != ours)
            )
        );
    }

    /// <summary>What was committed before matters no more.</summary>
    public void Forget() => _numbers.Clear();
}
