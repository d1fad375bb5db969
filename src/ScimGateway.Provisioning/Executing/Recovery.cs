using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Executing;

/// <summary>What a process finds of the one before it, and what it leaves to the next (docs/reliability.md).</summary>
internal static class Recovery
{
    /// <summary>Takes a tenant over under a new epoch. Nobody waits any more for an answer of the former process.</summary>
    /// <remarks>
    /// After an unclean stop what was pending may have been sent: it waits out Slack's time limit, since a late call could still land,
    /// and what has no Slack id is asked for before it is made.
    /// </remarks>
    /// <param name="store">The transaction.</param>
    /// <param name="tenantId">Whose.</param>
    /// <param name="due">When a call of the former process can land no more, in Unix milliseconds.</param>
    public static long TakeOver(StoreSession store, int tenantId, long due)
    {
        var wasClean = store.First("select stopped_cleanly from tenants where id = @id", row => row.Flag(), ("@id", tenantId));
        // The row says that the tenant stands still once all calls have had their outcome, and none begins until it says otherwise.
        wasClean |= TenantRows.StandsStill(store, tenantId);
        Links.AcceptAll(store, tenantId);
        store.Execute(
            "update operations set outcome = 'accepted' where tenant_id = @tenant and finished is null and outcome = 'pending'",
            ("@tenant", tenantId)
        );
        if (!wasClean)
            Links.AskForAllPending(store, tenantId, due);
        return store.First(
            "update tenants set epoch = epoch + 1, stopped_cleanly = @no where id = @id returning epoch",
            row => row.Long(),
            ("@no", false),
            ("@id", tenantId)
        );
    }

    /// <summary>Notes that nothing was under way when the process stopped, which spares the next one the waiting and the asking.</summary>
    public static int StopCleanly(StoreSession store, int tenantId, long epoch) =>
        store.Execute(
            "update tenants set stopped_cleanly = @yes where id = @id and epoch = @epoch",
            ("@yes", true),
            ("@id", tenantId),
            ("@epoch", epoch)
        );
}
