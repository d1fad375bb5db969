using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>Where tenants stand: enabled or not, in their shadow run, restored.</summary>
internal static class TenantStandings
{
    // What bears a time when something was done; a live tenant was connected, and another one made, at least.
    private static readonly string[] _entries =
    [
        "select max(at) from operations where tenant_id = @id",
        "select max(started) from jobs where tenant_id = @id",
        "select connected from tenants where id = @id",
        "select max(at) from audit_entries where tenant_id = @id",
    ];

    /// <summary>
    /// Keeps where a tenant stands, and why what is pending waits. Whoever does so has waited for all calls, and no preview
    /// of it counts any more.
    /// </summary>
    internal static int SetStanding(StoreSession store, TenantId id, bool enabled, bool shadow)
    {
        Links.SayWhyAllWait(store, id, Reason.Of(Tenant.StandingOf(enabled, shadow)));
        return store.Execute(
            "update tenants set enabled = @enabled, shadow = @shadow, still = @still, previewed = null, "
                + "restored = case when @shadow then restored end where id = @id",
            ("@still", !enabled || shadow),
            ("@enabled", enabled),
            ("@shadow", shadow),
            ("@id", id)
        );
    }

    /// <summary>
    /// The store was restored: Slack is told nothing of the tenant, a home that it has writes nothing any more, and what
    /// was pending may have been told.
    /// </summary>
    internal static int SetRestored(StoreSession store, TenantId id)
    {
        var newest = _entries.Max(entry => store.First(entry, row => row.LongOrNull(), ("@id", id)) ?? 0);
        return store.Execute(
            "update tenants set shadow = @yes, restored = @newest, still = @no, stopped_cleanly = @no, previewed = null, epoch = 0 where id = @id",
            ("@yes", true),
            ("@no", false),
            ("@newest", newest),
            ("@id", id)
        );
    }

    /// <summary>Whether Slack is told nothing of any tenant since the store was restored.</summary>
    public static bool IsAnyRestored(StoreSession store)
    {
        return store.Any("select 1 from tenants where restored is not null and deleted is null" + OneTenants.NotAlone);
    }

    /// <summary>Keeps when it was last shown what going on would do.</summary>
    internal static int SetPreviewed(StoreSession store, TenantId id, Instant now) =>
        store.Execute("update tenants set previewed = @now where id = @id", ("@now", now), ("@id", id));

    /// <summary>Notes that all calls have had their outcome since the tenant was disabled.</summary>
    internal static int SetStill(StoreSession store, TenantId id) =>
        store.Execute(
            "update tenants set still = @yes where id = @id and enabled = @no",
            ("@yes", true),
            ("@no", false),
            ("@id", id)
        );

    /// <summary>Has Slack hear nothing of a tenant any more, and no preview of it count.</summary>
    internal static int Disable(StoreSession store, TenantId id) =>
        store.Execute("update tenants set enabled = @no, previewed = null where id = @id", ("@no", false), ("@id", id));
}
