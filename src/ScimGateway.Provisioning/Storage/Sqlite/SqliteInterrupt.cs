using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace ScimGateway.Provisioning.Storage.Sqlite;

/// <summary>
/// Ends the query that a connection is at, from another thread; Microsoft.Data.Sqlite has no way to. The connection must
/// be open until it returns. What is begun after the last query has ended is not interrupted.
/// </summary>
internal static partial class SqliteInterrupt
{
    // By name, as in SqliteRow.
    private static readonly Func<SqliteConnection, SafeHandle?> _handle = typeof(SqliteConnection)
        .GetProperty("Handle")!
        .GetMethod!.CreateDelegate<Func<SqliteConnection, SafeHandle?>>();

    private const int Interrupted = 9;

    public static void Of(SqliteConnection connection) => sqlite3_interrupt(Handle(connection));

    /// <summary>The connection as SQLite knows it, as long as it is open.</summary>
    public static nint Handle(SqliteConnection connection) => _handle(connection)!.DangerousGetHandle();

    /// <summary>Whether a query has ended by it.</summary>
    public static bool IsCauseOf(SqliteException e) => e.SqliteErrorCode == Interrupted;

    [LibraryImport(SqliteRuntime.Library)]
    private static partial void sqlite3_interrupt(nint connection);
}
