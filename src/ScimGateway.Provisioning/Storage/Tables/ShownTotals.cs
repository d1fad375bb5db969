using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>
/// How many resources each tenant shows, so that the total of a list costs no count over it. Triggers keep it: whoever
/// writes a row cannot forget it.
/// </summary>
internal static class ShownTotals
{
    private const string Triggers = """
        create trigger if not exists shown_insert after insert on resources when new.deleted is null and not new.hidden begin
            insert into shown_totals (tenant_id, kind, shown, claimed) values (new.tenant_id, new.kind, 1, new.source_id is not null)
                on conflict (tenant_id, kind) do update set shown = shown + 1, claimed = claimed + (new.source_id is not null);
        end;
        create trigger if not exists shown_delete after delete on resources when old.deleted is null and not old.hidden begin
            update shown_totals set shown = shown - 1, claimed = claimed - (old.source_id is not null) where tenant_id = old.tenant_id and kind = old.kind;
        end;
        create trigger if not exists shown_update after update of deleted, hidden on resources
            when (old.deleted is null and not old.hidden) <> (new.deleted is null and not new.hidden) begin
            insert into shown_totals (tenant_id, kind, shown, claimed) values (new.tenant_id, new.kind, 0, 0) on conflict do nothing;
            update shown_totals set shown = shown + iif(new.deleted is null and not new.hidden, 1, -1)
                where tenant_id = new.tenant_id and kind = new.kind;
        end;
        create trigger if not exists claimed_update after update of deleted, hidden, source_id on resources
            when (old.deleted is null and not old.hidden and old.source_id is not null) <> (new.deleted is null and not new.hidden and new.source_id is not null) begin
            update shown_totals set claimed = claimed + iif(new.deleted is null and not new.hidden and new.source_id is not null, 1, -1)
                where tenant_id = new.tenant_id and kind = new.kind;
        end;
        """;

    /// <summary>Makes the triggers in a SQLite file where they are missing, and counts what is there.</summary>
    public static void Prepare(StoreSession store)
    {
        store.Execute("begin immediate");
        store.Execute(Triggers);
        store.Execute("delete from shown_totals" + OneTenants.NotAlone);
        store.Execute(
            "insert into shown_totals (tenant_id, kind, shown, claimed) "
                + "select tenant_id, kind, count(*), count(source_id) from resources where deleted is null and not hidden group by tenant_id, kind"
                + OneTenants.NotAlone
        );
        store.Execute("commit");
    }

    /// <summary>How many resources of a kind a tenant shows.</summary>
    public static int Read(StoreSession store, TenantId tenantId, Kind kind) =>
        store.First(
            "select shown from shown_totals where tenant_id = @tenant and kind = @kind",
            row => row.Int(),
            ("@tenant", tenantId),
            ("@kind", kind)
        );

    /// <summary>How many of them a source has claimed.</summary>
    public static int Claimed(StoreSession store, TenantId tenantId, Kind kind) =>
        store.First(
            "select claimed from shown_totals where tenant_id = @tenant and kind = @kind",
            row => row.Int(),
            ("@tenant", tenantId),
            ("@kind", kind)
        );
}
