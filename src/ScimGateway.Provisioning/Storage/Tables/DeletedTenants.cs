using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>Tenants that were deleted, until nothing is left of them.</summary>
internal static class DeletedTenants
{
    // A link leaves something behind, which takes its time.
    private const int MostLinks = 250;

    // What is named by other rows goes before them; and what says whose a link was, after the links.
    private static readonly (string Table, string Where)[] _rowsBeforeLinks =
    [
        ("members", "group_id in (select id from resources where tenant_id = @id)"),
        ("former_members", "group_id in (select id from resources where tenant_id = @id)"),
        (
            "access_tokens",
            "credential_id in (select c.id from credentials c join sources s on s.id = c.source_id where s.tenant_id = @id)"
        ),
        ("credentials", "source_id in (select id from sources where tenant_id = @id)"),
    ];

    private static readonly (string Table, string Where)[] _rows =
    [
        .. new[]
        {
            "emails",
            "keys",
            "resources",
            "holds",
            "guarded_changes",
            "operations",
            "outbox",
            "jobs",
            "rules",
            "sources",
            "shown_totals",
            "admin_keys",
            "consents",
        }.Select(table => (table, "tenant_id = @id")),
    ];

    /// <summary>Those that were deleted, and of whom something is left.</summary>
    internal static List<TenantId> Deleted(StoreSession store) =>
        store.All(
            "select id from tenants where deleted is not null" + OneTenants.NotAlone,
            row => row.Number<TenantId>()
        );

    /// <summary>
    /// There is no such tenant any more: its word and its organization are free, and no home of it writes anything.
    /// </summary>
    internal static int Delete(StoreSession store, TenantId id, Instant now)
    {
        FormerLinks.Begin(store, id, now);
        return store.Execute(
            "update tenants set deleted = @now, slug = '~' || id, organization_id = null, token = null, token_expires = null, channels = null, enabled = @no, epoch = 0 where id = @id",
            ("@now", now),
            ("@no", false),
            ("@id", id)
        );
    }

    /// <summary>Forgets so many rows of a deleted tenant; false once there is nothing left of it.</summary>
    internal static bool Forget(StoreSession store, TenantId id, int most)
    {
        foreach (var rows in _rowsBeforeLinks)
            if (store.Execute(Delete(store.Sql, rows), ("@id", id), ("@most", most)) > 0)
                return true;
        if (FormerLinks.Take(store, id, Math.Min(most, MostLinks)) > 0)
            return true;
        foreach (var rows in _rows)
            if (store.Execute(Delete(store.Sql, rows), ("@id", id), ("@most", most)) > 0)
                return true;
        return store.Execute("delete from tenants where id = @id and deleted is not null", ("@id", id)) > 0;
    }

    private static string Delete(SqlDialect sql, (string Table, string Where) rows) =>
        $"delete from {rows.Table} where {sql.RowId} in (select {sql.RowId} from {rows.Table} where {rows.Where} limit @most)";
}
