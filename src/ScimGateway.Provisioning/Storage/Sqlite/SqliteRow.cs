using System.Runtime.InteropServices;

namespace ScimGateway.Provisioning.Storage.Sqlite;

/// <summary>
/// The row a query stands at, read where SQLite has it. Microsoft.Data.Sqlite makes an array or a string of each value
/// and some three calls, each of them with a count of who uses the statement: half of what a page of users cost. What
/// is read ends with the row.
/// </summary>
internal readonly unsafe ref partial struct SqliteRow
{
    private const int Null = 5;

    private readonly SqliteStatement _run;
    private readonly nint _statement;

    /// <summary>The row of a statement, which goes from row to row with it.</summary>
    public SqliteRow(SqliteStatement statement) => (_run, _statement) = (statement, statement.Handle);

    /// <summary>Goes to the next row; false if there is none.</summary>
    public bool Next() => _run.Next();

    public bool IsNull(int column) => sqlite3_column_type(_statement, column) == Null;

    public long Number(int column) => sqlite3_column_int64(_statement, column);

    /// <summary>A blob, or text in UTF-8.</summary>
    public ReadOnlySpan<byte> Bytes(int column)
    {
        var start = sqlite3_column_blob(_statement, column); // before the length, as SQLite wants it
        return new ReadOnlySpan<byte>(start, sqlite3_column_bytes(_statement, column));
    }

    // They return what the step before has read, in some nanoseconds: less than a switch of the collector's mode takes.
    [LibraryImport(SqliteRuntime.Library)]
    [SuppressGCTransition]
    private static partial int sqlite3_column_type(nint statement, int column);

    [LibraryImport(SqliteRuntime.Library)]
    [SuppressGCTransition]
    private static partial long sqlite3_column_int64(nint statement, int column);

    [LibraryImport(SqliteRuntime.Library)]
    [SuppressGCTransition]
    private static partial byte* sqlite3_column_blob(nint statement, int column);

    [LibraryImport(SqliteRuntime.Library)]
    [SuppressGCTransition]
    private static partial int sqlite3_column_bytes(nint statement, int column);
}
