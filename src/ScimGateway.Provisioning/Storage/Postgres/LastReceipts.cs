using System.Collections.Concurrent;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Storage.Postgres;

/// <summary>
/// The receipt of the last transaction of each tenant that this process has had committed: a server that does not have it
/// has lost what was acknowledged, or another process has written since.
/// </summary>
internal sealed class LastReceipts
{
    private readonly ConcurrentDictionary<TenantId, long> _numbers = new();

    /// <summary>A transaction was committed.</summary>
    public void Note(Receipt receipt) => _numbers[receipt.Tenant] = receipt.Number;

    /// <summary>Whether a transaction that has begun follows the last one of its tenant.</summary>
    public bool IsFollowedBy(Receipt next) => !_numbers.TryGetValue(next.Tenant, out var last) || next.Former == last;

    /// <summary>Whether a database has all of them.</summary>
    public bool AreThere(StoreSession store)
    {
        var there = store
            .All("select tenant_id, number from receipts", row => (Tenant: row.Number<TenantId>(), Number: row.Long()))
            .ToDictionary(one => one.Tenant, one => one.Number);
        return _numbers.All(last => there.TryGetValue(last.Key, out var number) && number == last.Value);
    }

    /// <summary>What was committed before matters no more.</summary>
    public void Forget() => _numbers.Clear();
}
