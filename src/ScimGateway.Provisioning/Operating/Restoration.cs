using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Notices;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Operating;

/// <summary>
/// What it means that a store was restored: it says of leavers that they are active. So each tenant begins a shadow run,
/// Slack is read anew, and an operator confirms what Slack is to be told.
/// </summary>
public static class Restoration
{
    private const string What = "shadow run, as the store was restored";

    /// <summary>Begins the shadow runs, and has people told; false where the store has no tenant that was connected.</summary>
    /// <param name="store">The transaction.</param>
    /// <param name="now">What time it is.</param>
    public static bool Begin(StoreSession store, Instant now)
    {
        var all = Tenants.Connected(store);
        foreach (var tenant in all)
        {
            Tenants.SetRestored(store, tenant);
            // Until Slack was read again nobody knows what it has.
            Jobs.Outdate(
                store,
                tenant,
                SlackImport.JobKind,
                SlackImport.DriftKind,
                "The store was restored since, so that Slack is read anew.",
                now
            );
            OperationJournal.WriteDone(store, tenant, OperationJournal.Gateway, What, now, "", null, now);
            Alerts.Raise(store, tenant, Cause.Restored, now);
        }
        return all.Count > 0;
    }
}
