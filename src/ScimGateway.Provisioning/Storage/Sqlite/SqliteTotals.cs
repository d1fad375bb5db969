using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Storage.Sqlite;

/// <summary>What keeps the totals of shown resources true in a SQLite file.</summary>
internal static class SqliteTotals
{
    private static readonly string[] _triggers =
    [
        """
            create trigger if not exists shown_insert after insert on resources when new.deleted is null and not new.hidden begin
                insert into shown_totals (tenant_id, kind, shown, claimed) values (new.tenant_id, new.kind, 1, new.source_id is not null)
                    on conflict (tenant_id, kind) do update set shown = shown + 1, claimed = claimed + (new.source_id is not null);
            end;
            """,
        """
            create trigger if not exists shown_delete after delete on resources when old.deleted is null and not old.hidden begin
                update shown_totals set shown = shown - 1, claimed = claimed - (old.source_id is not null) where tenant_id = old.tenant_id and kind = old.kind;
            end;
            """,
        """
            create trigger if not exists shown_update after update of deleted, hidden on resources
                when (old.deleted is null and not old.hidden) <> (new.deleted is null and not new.hidden) begin
                insert into shown_totals (tenant_id, kind, shown, claimed) values (new.tenant_id, new.kind, 0, 0) on conflict do nothing;
                update shown_totals set shown = shown + iif(new.deleted is null and not new.hidden, 1, -1)
                    where tenant_id = new.tenant_id and kind = new.kind;
            end;
            """,
        """
            create trigger if not exists claimed_update after update of deleted, hidden, source_id on resources
                when (old.deleted is null and not old.hidden and old.source_id is not null) <> (new.deleted is null and not new.hidden and new.source_id is not null) begin
                update shown_totals set claimed = claimed + iif(new.deleted is null and not new.hidden and new.source_id is not null, 1, -1)
                    where tenant_id = new.tenant_id and kind = new.kind;
            end;
            """,
    ];

    /// <summary>Counts them, and has the file count from then on.</summary>
    public static void Prepare(StoreSession store)
    {
        store.Execute("begin immediate");
        foreach (var trigger in _triggers)
            store.Execute(trigger);
        ShownTotals.Count(store);
        store.Execute("commit");
    }
}
