using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace ScimGateway.Provisioning.Storage.Sqlite;

/// <summary>
/// Ends the query that a connection is at, from another thread; Microsoft.Data.Sqlite has no way to. The connection must
/// be open until it returns. What is begun after the last query has ended is not interrupted.
/// </summary>
internal static partial class SqliteInterrupt
{
    private const int Interrupted = 9;

    public static void Of(nint connection) => sqlite3_interrupt(connection);

    /// <summary>Whether a query has ended by it.</summary>
    public static bool IsCauseOf(SqliteException e) => e.SqliteErrorCode == Interrupted;

    [LibraryImport(SqliteRuntime.Library)]
    private static partial void sqlite3_interrupt(nint connection);
}
