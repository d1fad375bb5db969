using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>Who was last changed when, of what the guard counts.</summary>
internal static class GuardedChanges
{
    /// <summary>How many were changed after a time; of members those of a group.</summary>
    public static int Count(StoreSession store, TenantId tenantId, Guarded what, GroupId group, Instant after) =>
        store.First(
            "select count(*) from guarded_changes where tenant_id = @tenant and what = @what and group_id = @group and at > @after",
            row => row.Int(),
            ("@tenant", tenantId),
            ("@what", what),
            ("@group", group),
            ("@after", after)
        );

    /// <summary>Whether a subject is among them.</summary>
    public static bool Has(
        StoreSession store,
        TenantId tenantId,
        Guarded what,
        GroupId group,
        string subject,
        Instant after
    ) =>
        store.Any(
            "select 1 from guarded_changes where tenant_id = @tenant and what = @what and group_id = @group and subject = @subject and at > @after",
            ("@tenant", tenantId),
            ("@what", what),
            ("@group", group),
            ("@subject", subject),
            ("@after", after)
        );

    /// <summary>Which of some members of a group are among them.</summary>
    public static HashSet<string> Among(
        StoreSession store,
        TenantId tenantId,
        GroupId group,
        IReadOnlyCollection<ResourceId> members,
        Instant after
    ) =>
        [
            .. store.All(
                // Who is listed leads to the index; the other way round each of either would meet all others.
                $"select g.subject from {store.Sql.Ids("@members")} cross join guarded_changes g where g.subject = lower(cast(j.value as text)) "
                    + "and g.tenant_id = @tenant and g.what = @what and g.group_id = @group and g.at > @after",
                row => row.Text(),
                ("@members", members),
                ("@tenant", tenantId),
                ("@what", Guarded.Member),
                ("@group", group),
                ("@after", after)
            ),
        ];

    /// <summary>Keeps when members of a group left it.</summary>
    public static void KeepAll(
        StoreSession store,
        TenantId tenantId,
        GroupId group,
        IReadOnlyCollection<ResourceId> members,
        Instant now
    ) =>
        store.Put(
            $"insert into guarded_changes (tenant_id, what, group_id, subject, at) select @tenant, @what, @group, lower(cast(j.value as text)), @now from {store.Sql.Ids("@members")} where true "
                + "on conflict (tenant_id, what, group_id, subject) do update set at = @now",
            ("@tenant", tenantId),
            ("@what", Guarded.Member),
            ("@group", group),
            ("@members", members),
            ("@now", now)
        );

    /// <summary>Members who left by a request that is taken back have not left.</summary>
    public static int Undo(
        StoreSession store,
        TenantId tenantId,
        IReadOnlyCollection<ResourceId> members,
        Instant at
    ) =>
        store.Execute(
            $"delete from guarded_changes where tenant_id = @tenant and what = @what and at = @at and subject in (select lower(cast(j.value as text)) from {store.Sql.Ids("@members")})",
            ("@tenant", tenantId),
            ("@what", Guarded.Member),
            ("@at", at),
            ("@members", members)
        );

    /// <summary>Members who left one group count as having left another one, of which nobody was counted yet.</summary>
    public static void Hand(StoreSession store, TenantId tenantId, GroupId former, GroupId group) =>
        store.Put(
            "update guarded_changes set group_id = @group where tenant_id = @tenant and what = @what and group_id = @former",
            ("@group", group),
            ("@tenant", tenantId),
            ("@what", Guarded.Member),
            ("@former", former)
        );

    /// <summary>Keeps when a subject was changed.</summary>
    public static void Keep(
        StoreSession store,
        TenantId tenantId,
        Guarded what,
        GroupId group,
        string subject,
        Instant now
    ) =>
        store.Put(
            "insert into guarded_changes (tenant_id, what, group_id, subject, at) values (@tenant, @what, @group, @subject, @now) "
                + "on conflict (tenant_id, what, group_id, subject) do update set at = @now",
            ("@tenant", tenantId),
            ("@what", what),
            ("@group", group),
            ("@subject", subject),
            ("@now", now)
        );

    /// <summary>Forgets all up to a time, whosever they are.</summary>
    public static void Forget(StoreSession store, Instant upTo) =>
        store.Put("delete from guarded_changes where at <= @up_to" + OneTenants.NotAlone, ("@up_to", upTo));
}
