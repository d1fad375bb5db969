using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Storage.Postgres;

/// <summary>What keeps the totals of shown resources true in a database.</summary>
internal static class PostgresTotals
{
    private const string Function = """
        create or replace function count_shown() returns trigger language plpgsql as $$
        declare
            shown integer := 0;
            claimed integer := 0;
        begin
            if tg_op <> 'INSERT' and old.deleted is null and not old.hidden then
                shown := -1;
                claimed := -(old.source_id is not null)::integer;
            end if;
            if tg_op <> 'DELETE' and new.deleted is null and not new.hidden then
                shown := shown + 1;
                claimed := claimed + (new.source_id is not null)::integer;
            end if;
            if shown <> 0 or claimed <> 0 then
                insert into shown_totals as t (tenant_id, kind, shown, claimed)
                    values (coalesce(new.tenant_id, old.tenant_id), coalesce(new.kind, old.kind), shown, claimed)
                    on conflict (tenant_id, kind) do update set shown = t.shown + excluded.shown, claimed = t.claimed + excluded.claimed;
            end if;
            return null;
        end $$
        """;

    private const string Trigger = """
        create or replace trigger count_shown after insert or delete or update of deleted, hidden, source_id on resources
            for each row execute function count_shown()
        """;

    /// <summary>Whether the database counts them, so that they are true.</summary>
    public static bool AreKept(StoreSession store) =>
        store.Any("select 1 from pg_trigger where tgname = 'count_shown' and tgrelid = to_regclass('resources')");

    /// <summary>Counts them, and has the database count from then on.</summary>
    public static void Prepare(StoreSession store)
    {
        store.Execute(Function);
        store.Execute(Trigger);
        ShownTotals.Count(store);
    }
}
