using System.Data.Common;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using SQLitePCL;

namespace ScimGateway.Provisioning.Storage.Sqlite;

/// <summary>A SQLite file with the settings the gateway relies on: what is acknowledged is on disk.</summary>
internal static class SqliteFile
{
    // Pages that are written again and again go from the log to the file once for each 32 MB of it (8,000 pages), not
    // for each 4.
    private const string Pragmas =
        "pragma journal_mode=wal; pragma synchronous=full; pragma busy_timeout=10000; pragma wal_autocheckpoint=8000;";

    // A reader's cache beyond the pages that lead to a row saves little, as the system has the file's pages too; and
    // readers are several.
    private const string ReadersPragmas = "pragma cache_size=-512;";

    /// <summary>What SQLite and the store make beside the file.</summary>
    public static string[] Beside(string path) =>
        [path + "-wal", path + "-shm", path + "-journal", path + ".lock", SqliteMark.FileOf(path)];

    /// <summary>Uses the file for a context.</summary>
    public static DbContextOptionsBuilder UseSqliteFile(this DbContextOptionsBuilder options, string path) =>
        options.UseSqlite(ConnectionString(path)).AddInterceptors(SetPragmas.Instance);

    /// <summary>An open connection to the file.</summary>
    public static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection(ConnectionString(path));
        connection.Open();
        Set(connection);
        KeepPlans(connection);
        return connection;
    }

    /// <summary>An open connection to the file, for queries.</summary>
    public static SqliteConnection OpenReader(string path)
    {
        var connection = Open(path);
        using var command = connection.CreateCommand();
        command.CommandText = ReadersPragmas;
        command.ExecuteNonQuery();
        return connection;
    }

    // SQLite would otherwise look at the bound values, and so plan most queries anew in each run: two thirds of what
    // "userName eq" cost, a fifth of a page (docs/performance.md#reads).
    private static void KeepPlans(SqliteConnection connection)
    {
        var result = raw.sqlite3_db_config(connection.Handle!, raw.SQLITE_DBCONFIG_ENABLE_QPSG, 1, out _);
        if (result != raw.SQLITE_OK)
            throw new InvalidOperationException($"SQLite would not keep its plans: {result}.");
    }

    private static string ConnectionString(string path) =>
        new SqliteConnectionStringBuilder
        {
            DataSource = path,
            ForeignKeys = true,
            DefaultTimeout = 10,
            Pooling = false, // the store keeps its own; one that is let go of in a transaction would be handed out with it
        }.ToString();

    private static void Set(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = Pragmas;
        command.ExecuteNonQuery();
    }

    private sealed class SetPragmas : DbConnectionInterceptor
    {
        public static readonly SetPragmas Instance = new();

        public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) =>
            Set(connection);

        public override Task ConnectionOpenedAsync(
            DbConnection connection,
            ConnectionEndEventData eventData,
            CancellationToken cancellationToken = default
        )
        {
            Set(connection);
            return Task.CompletedTask;
        }
    }
}
