namespace ScimGateway.Provisioning.Storage.Sqlite;

/// <summary>
/// Tells SQLite's planner what a large tenant looks like. Without statistics it believes that four equal columns leave
/// seven rows, walks a whole list and passes over the index that leaves one; and what <c>analyze</c> finds in a young
/// file would be no better.
/// </summary>
internal static class SqliteStatistics
{
    // Rows of the index, then rows that share its first column, its first two, and so on: 100,000 users of one tenant.
    private static readonly (string Columns, string Rows)[] _resources =
    [
        ("tenant_id,user_name_key", "100000 100000 1"),
        // The list index looks narrower than it is: SQLite 3.53 would read the other one, and the table for each row.
        ("tenant_id,kind,deleted,hidden,created,id,%", "100000 100000 100000 95000 20000 2 1 1 1 1 1 1 1 1"),
        ("tenant_id,kind,deleted,hidden,display_name_key,created,id", "100000 100000 100000 100000 100000 2 1 1"),
        ("tenant_id,source_id,kind,external_id", "100000 100000 100000 100000 2"),
        ("tenant_id,manager", "100000 100000 20"),
        ("link_id", "100000 1"),
        ("id", "100000 1"),
    ];

    private static readonly (string Columns, string Rows)[] _emails =
    [
        ("tenant_id,key,resource_id", "150000 150000 2 1"),
        ("resource_id", "150000 2"),
    ];

    private static readonly (string Columns, string Rows)[] _links =
    [
        ("tenant_id,state", "1000 1000 1000"),
        ("tenant_id,drifted_at", "20 20 1"), // what is to be looked at twice
        ("tenant_id,kind,slack_id", "100000 100000 100000 1"),
        ("claimant_id", "100000 1"),
    ];

    private static readonly (string Columns, string Rows)[] _members =
    [
        ("group_id,member_id,source_id", "1000000 200 1 1"),
        ("member_id,group_id,wanted", "1000000 10 1 1"),
        ("group_id,wanted,member_id,kind,gone", "1000000 200 200 1 1 1"),
        ("group_id", "1000 20"), // what is to be told to Slack
    ];

    /// <summary>Writes the statistics of the tables that lists and filters read.</summary>
    public static void Prepare(StoreSession store)
    {
        store.Execute("begin immediate");
        store.Execute("analyze sqlite_schema"); // makes the table of statistics
        foreach (
            var (table, indexes) in new[]
            {
                ("resources", _resources),
                ("emails", _emails),
                ("links", _links),
                ("members", _members),
            }
        )
        {
            store.Execute("delete from sqlite_stat1 where tbl = @table", ("@table", table));
            foreach (var (columns, rows) in indexes)
                store.Execute(
                    "insert into sqlite_stat1 (tbl, idx, stat) select @table, l.name, @rows from pragma_index_list(@table) l "
                        + "where (select group_concat(i.name, ',') from pragma_index_info(l.name) i) like @columns",
                    ("@table", table),
                    ("@rows", rows),
                    ("@columns", columns)
                );
        }
        store.Execute("commit");
    }
}
