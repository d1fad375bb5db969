using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>
/// How many resources each tenant shows, so that the total of a list costs no count over it. Triggers keep it: whoever
/// writes a row cannot forget it.
/// </summary>
internal static class ShownTotals
{
    /// <summary>Counts all there are: what keeps them so are triggers, of which each store has its own.</summary>
    public static void Count(StoreSession store)
    {
        store.Put("delete from shown_totals" + OneTenants.NotAlone);
        store.Put(
            "insert into shown_totals (tenant_id, kind, shown, claimed) "
                + "select tenant_id, kind, count(*), count(source_id) from resources where deleted is null and not hidden group by tenant_id, kind"
                + OneTenants.NotAlone
        );
    }

    /// <summary>How many resources of a kind @tenant shows, as a value in a statement.</summary>
    public static string Of(Kind kind) =>
        $"coalesce((select shown from shown_totals where tenant_id = @tenant and kind = {(int)kind}), 0)";

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
