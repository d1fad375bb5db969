using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Executing;

/// <summary>What a process finds of the one before it, and what it leaves to the next (docs/reliability.md).</summary>
internal static class Recovery
{
    /// <summary>
    /// Takes a tenant over from its former home: nobody waits any more for an answer of that one. Whether it had handed the
    /// tenant over, or there was none.
    /// </summary>
    /// <remarks>
    /// After an unclean stop what was pending may have been sent: it waits out Slack's time limit, since a late call
    /// could still land, and what has no Slack id is asked for before it is made.
    /// </remarks>
    /// <param name="store">The transaction.</param>
    /// <param name="tenantId">Whose.</param>
    /// <param name="due">When a call of the former process can land no more.</param>
    public static bool TakeOver(StoreSession store, TenantId tenantId, Instant due)
    {
        var tenant = Tenants.Find(store, tenantId);
        var wasClean = TenantHomes.HasStoppedCleanly(store, tenantId);
        // The row says that the tenant stands still once all calls have had their outcome, and none begins until it
        // says otherwise.
        wasClean |= tenant.Still;
        Links.AcceptAll(store, tenantId);
        Operations.EndAllWithoutWish(
            store,
            tenantId,
            "The gateway stopped before it wrote down what Slack said; read at Slack what it has.",
            due
        );
        Operations.AcceptAll(store, tenantId);
        if (!wasClean)
            Links.AskForAllPending(store, tenantId, due);
        TenantHomes.SetStoppedCleanly(store, tenantId, false);
        return wasClean || tenant.Restored is not null;
    }
}
