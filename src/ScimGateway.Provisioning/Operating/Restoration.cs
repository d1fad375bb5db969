using System.Text.Json;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Notices;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Operating;

/// <summary>
/// What it means that a store was restored: it says of leavers that they are active, and of keys and credentials that were
/// ended that they are valid. So each tenant begins a shadow run, Slack is read anew, an operator confirms what Slack is to
/// be told, and the audit trail has who is let in.
/// </summary>
internal static class Restoration
{
    /// <summary>What the audit trail calls it.</summary>
    public const string Action = "storeRestored";

    private const string What = "shadow run, as the store was restored";
    private const int Done = 200;

    /// <summary>Begins the shadow runs, and has people told; false where the store has neither a tenant nor an admin key.</summary>
    /// <param name="store">The transaction.</param>
    /// <param name="now">What time it is.</param>
    public static bool Begin(StoreSession store, Instant now)
    {
        var keys = AdminKeys.Valid(store, now);
        var tenants = Tenants.Ids(store);
        var connected = TenantConnections.Connected(store);
        foreach (var tenant in tenants)
        {
            TenantStandings.SetRestored(store, tenant);
            if (connected.Contains(tenant))
            {
                // Until Slack was read again nobody knows what it has.
                Jobs.Outdate(
                    store,
                    tenant,
                    SlackImport.JobKind,
                    SlackImport.DriftKind,
                    "The store was restored since, so that Slack is read anew.",
                    now
                );
                OwnEntries.WriteDone(store, tenant, OperationJournal.Gateway, What, now, "", null, now);
            }
            Alerts.Raise(store, tenant, Cause.Restored, now);
            Note(store, tenant, keys.Where(key => key.TenantId == tenant), now);
        }
        if (keys.Count > 0)
            Note(store, null, keys.Where(key => key.TenantId is null), now);
        return tenants.Count > 0 || keys.Count > 0;
    }

    // Nobody knows which of them were ended since; the line outlives whoever ends them now.
    private static void Note(StoreSession store, TenantId? tenant, IEnumerable<AdminKey> keys, Instant now)
    {
        var letIn = new
        {
            keys = keys.Select(key => new
            {
                id = key.Id.Value,
                key.Label,
                key.Prefix,
            }),
            credentials = (tenant is { } its ? Credentials.Of(store, its) : [])
                .Where(credential => credential.Expires is not { } end || end > now)
                .Select(credential => new
                {
                    id = credential.Id.Value,
                    source = credential.SourceId,
                    credential.Label,
                    credential.Prefix,
                }),
        };
        var line = new AuditEntry
        {
            At = now,
            Label = OperationJournal.Gateway,
            TenantId = tenant,
            Tenant = tenant is { } of ? Tenants.SlugOf(store, of) : null,
            Action = Action,
            About = "keys and credentials that are valid again",
            After = JsonSerializer.Serialize(letIn, JsonSerializerOptions.Web),
            Status = Done,
        };
        AuditEntries.Complete(store, AuditEntries.Insert(store, line), line);
    }
}
