namespace ScimGateway.Provisioning.Storage;

/// <summary>
/// The build that last brought a store's tables up to date. The same build need not look again, which spares a start EF
/// Core and its model.
/// </summary>
internal static class SchemaStamp
{
    // Of what the compiler made: other migrations are another build.
    private static readonly string _build = typeof(SchemaStamp).Module.ModuleVersionId.ToString();

    /// <summary>Whether it was this build.</summary>
    /// <param name="store">The store.</param>
    /// <param name="tables">The store's own list of its tables.</param>
    public static bool IsOurs(StoreSession store, string tables) =>
        store.Any($"select 1 from {tables} where name = 'schema_stamp'")
        && store.First("select build from schema_stamp", row => row.Text()) == _build;

    /// <summary>Notes that it was this build.</summary>
    public static void Leave(StoreSession store)
    {
        store.Execute("create table if not exists schema_stamp (build text not null)");
        store.Execute("delete from schema_stamp");
        store.Execute("insert into schema_stamp (build) values (@build)", ("@build", _build));
    }
}
