using Npgsql;

namespace ScimGateway.Provisioning.Storage.Postgres;

/// <summary>
/// Where the rows of a database are: which server, which of its histories, which database and which table there. All of it
/// is outside of what is restored, so it is another one after a restore or a fail-over, and the database keeps which it
/// was (docs/rooms/storage.md).
/// </summary>
/// <param name="Parts">The parts, with blanks between; what the server does not say is <c>-</c>.</param>
internal sealed record PostgresOrigin(string Parts)
{
    private const string Unsaid = "-";

    // The history is that of the log that is written now: that of the last checkpoint is the former one for a while.
    private static readonly string[] _asked =
    [
        "select system_identifier::text from pg_control_system()",
        "select substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)",
        "select oid::text from pg_database where datname = current_database()",
        "select 'tenants'::regclass::oid::text",
    ];

    /// <summary>Where a connection leads.</summary>
    public static async Task<PostgresOrigin> OfAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        var parts = new List<string>();
        foreach (var sql in _asked)
            parts.Add(await AskAsync(connection, sql, cancel));
        return new PostgresOrigin(string.Join(' ', parts));
    }

    /// <summary>Whether it is the same as far as both are known.</summary>
    public bool IsSame(PostgresOrigin other) =>
        Parts
            .Split(' ')
            .Zip(other.Parts.Split(' '))
            .All(two => two.First == two.Second || two.First is Unsaid || two.Second is Unsaid);

    /// <summary>
    /// Looks at a database that this process has just begun with. Whatever was lost before, the process cannot know: what
    /// is elsewhere than it was counts as restored. Whether it was, and that matters.
    /// </summary>
    /// <param name="connection">The way to it.</param>
    /// <param name="session">A session by that.</param>
    /// <param name="last">What this process writes from now on.</param>
    /// <param name="wasFree">Whether no other process of its cluster has it, which would look itself.</param>
    /// <param name="restored">What is written where it was restored; false if it matters to nobody.</param>
    /// <param name="cancel">Ends that.</param>
    public static async Task<bool> BeginAsync(
        NpgsqlConnection connection,
        PostgresSession session,
        LastReceipts last,
        bool wasFree,
        Func<StoreSession, bool> restored,
        CancellationToken cancel
    )
    {
        var here = last.Origin = await OfAsync(connection, cancel);
        if (!wasFree)
            return false;
        session.Begin();
        // A database that never had its origin is new, or of a version that kept none; an operator may take the row away.
        var isKept = session.Any($"select 1 from {PostgresStore.Tables} where name = 'store_origin'");
        if (!isKept)
            session.Execute("create table store_origin (parts text not null)");
        var matters = isKept && Kept(session)?.IsSame(here) != true && restored(session);
        here.Save(session);
        session.Commit();
        return matters;
    }

    /// <summary>
    /// Looks at a database that this process had already, after its session with the lock was lost: another server may have
    /// taken over, and this process knows what it has written. Whether something is lost, and that matters.
    /// </summary>
    /// <param name="connection">The way to it.</param>
    /// <param name="session">A session by that.</param>
    /// <param name="last">What this process has written.</param>
    /// <param name="restored">What is written where something is lost; false if it matters to nobody.</param>
    /// <param name="cancel">Ends that.</param>
    public static async Task<bool> GoOnAsync(
        NpgsqlConnection connection,
        PostgresSession session,
        LastReceipts last,
        Func<StoreSession, bool> restored,
        CancellationToken cancel
    )
    {
        var here = await OfAsync(connection, cancel);
        session.Begin();
        // At the same place other receipts are another process's; at another one where it was before us it has looked
        // itself. In a cluster each looks for its own, whoever was there before it.
        var isKept = Kept(session)?.IsSame(here) == true;
        var isSame = last.IsOfCluster ? last.Origin?.IsSame(here) == true : isKept;
        var hasAll = last.AreThere(session);
        var matters = !isSame && !hasAll && restored(session);
        if (!isKept)
            here.Save(session);
        session.Commit();
        last.Origin = here;
        if (!hasAll)
            last.Forget();
        return matters;
    }

    private static PostgresOrigin? Kept(StoreSession store) =>
        store.First("select parts from store_origin", row => new PostgresOrigin(row.Text()));

    private void Save(StoreSession store)
    {
        store.Execute("delete from store_origin");
        store.Execute("insert into store_origin (parts) values (@parts)", ("@parts", Parts));
    }

    // A managed server may keep some of it to itself.
    private static async Task<string> AskAsync(NpgsqlConnection connection, string sql, CancellationToken cancel)
    {
        try
        {
            return await PostgresServer.AskAsync(connection, sql, cancel) ?? Unsaid;
        }
        catch (PostgresException e)
            when (e.SqlState
                    is PostgresErrorCodes.InsufficientPrivilege
                        or PostgresErrorCodes.UndefinedFunction
                        or PostgresErrorCodes.FeatureNotSupported
            )
        {
            return Unsaid;
        }
    }
}
