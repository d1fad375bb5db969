using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Data.Sqlite;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Storage.Sqlite;

/// <summary>
/// A statement that a connection keeps prepared. Microsoft.Data.Sqlite looks up parameters by name and creates a reader
/// in each call; docs/performance.md has what that cost.
/// </summary>
internal sealed unsafe partial class SqliteStatement : IDisposable
{
    private const uint KeptForLong = 1;
    private const int Ok = 0;
    private const int Row = 100;
    private const int Done = 101;
    private const int MostOnStack = 512;

    // SQLITE_TRANSIENT: SQLite copies the bytes before the call returns.
    private const nint Copied = -1;

    private readonly nint _connection;
    private readonly nint _statement;
    private readonly string[] _names;
    private readonly int[] _places; // in the statement, from 1; 0 for what it does not ask for
    private bool _isUnderWay;

    /// <summary>Prepares a statement, whose parameters are mostly given in this order.</summary>
    public SqliteStatement(nint connection, string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        _connection = connection;
        var text = Encoding.UTF8.GetBytes(sql);
        fixed (byte* start = text)
        {
            Require(sqlite3_prepare_v3(connection, start, text.Length, KeptForLong, out _statement, out var behind));
            if (text.AsSpan((int)(behind - start)).ContainsAnyExcept(" \r\n\t;"u8))
                throw Unfit("A session runs one statement at a time.");
        }
        _names = new string[parameters.Length];
        _places = new int[parameters.Length];
        for (var i = 0; i < parameters.Length; i++)
        {
            _names[i] = parameters[i].Name;
            fixed (byte* name = Encoding.UTF8.GetBytes(_names[i] + '\0'))
                _places[i] = sqlite3_bind_parameter_index(_statement, name);
        }
        if (_places.Count(place => place > 0) != sqlite3_bind_parameter_count(_statement))
            throw Unfit($"The statement asks for more than {string.Join(", ", _names)}.");
    }

    /// <summary>The statement as SQLite knows it.</summary>
    public nint Handle => _statement;

    /// <summary>Gives each parameter its value for the next run.</summary>
    public void Bind(ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        if (_isUnderWay)
            throw new InvalidOperationException("The statement is under way.");
        // What is not given would keep the value of the run before.
        if (parameters.Length != _names.Length)
            throw new ArgumentException(
                $"The statement has {_names.Length} parameters, and is given {parameters.Length}."
            );
        for (var i = 0; i < parameters.Length; i++)
            if (Place(parameters[i].Name, i) is var place and > 0)
                Bind(place, parameters[i].Value);
    }

    /// <summary>Goes to the next row; false if there is none.</summary>
    public bool Next()
    {
        _isUnderWay = true;
        var result = sqlite3_step(_statement);
        if (result is not (Row or Done))
            throw Fault(result);
        return result == Row;
    }

    /// <summary>Runs it to its end, and says how many rows it touched.</summary>
    public int Run()
    {
        try
        {
            while (Next()) { }
            return sqlite3_changes(_connection);
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>Ends the run: what it read is gone.</summary>
    public void Reset()
    {
        if (_isUnderWay)
            _ = sqlite3_reset(_statement); // says once more why it failed
        _isUnderWay = false;
    }

    /// <inheritdoc/>
    public void Dispose() => _ = sqlite3_finalize(_statement);

    // A connection does not close while it has a statement.
    private ArgumentException Unfit(string why)
    {
        Dispose();
        return new ArgumentException(why);
    }

    // Mostly where it stood in the first call.
    private int Place(string name, int likely)
    {
        var at = ReferenceEquals(_names[likely], name) || _names[likely] == name ? likely : Array.IndexOf(_names, name);
        return at >= 0 ? _places[at] : throw new ArgumentException($"The statement has no parameter {name}.");
    }

    private void Bind(int place, object? value)
    {
        switch (StoreSession.Plain(value))
        {
            case DBNull:
                Require(sqlite3_bind_null(_statement, place));
                break;
            case long number:
                Require(sqlite3_bind_int64(_statement, place, number));
                break;
            case int number:
                Require(sqlite3_bind_int64(_statement, place, number));
                break;
            case bool flag:
                Require(sqlite3_bind_int64(_statement, place, flag ? 1 : 0));
                break;
            case Guid id:
                BindId(place, id);
                break;
            case string text:
                BindText(place, text);
                break;
            case byte[] bytes:
                // An empty blob is not null, which SQLite would take no address for.
                fixed (byte* start = bytes.Length > 0 ? bytes : new byte[1])
                    Require(sqlite3_bind_blob(_statement, place, start, bytes.Length, Copied));
                break;
            case IEnumerable<ResourceId> listed:
                BindText(place, Listed(listed));
                break;
            case var other:
                throw new ArgumentException($"A parameter is no {other.GetType().Name}.");
        }
    }

    // In capital letters, as the driver would write it: what is kept is compared letter by letter.
    private void BindId(int place, Guid id)
    {
        Span<byte> letters = stackalloc byte[36];
        id.TryFormat(letters, out _);
        Ascii.ToUpperInPlace(letters, out _);
        fixed (byte* start = letters)
            Require(sqlite3_bind_text(_statement, place, start, letters.Length, Copied));
    }

    private void BindText(int place, ReadOnlySpan<char> text)
    {
        var most = Encoding.UTF8.GetMaxByteCount(text.Length);
        var rented = most > MostOnStack ? ArrayPool<byte>.Shared.Rent(most) : null;
        Span<byte> bytes = rented ?? stackalloc byte[MostOnStack];
        var length = Encoding.UTF8.GetBytes(text, bytes);
        fixed (byte* start = bytes)
            Require(sqlite3_bind_text(_statement, place, start, length, Copied));
        if (rented is not null)
            ArrayPool<byte>.Shared.Return(rented);
    }

    // As json_each reads it, each spelled as a UUID is kept.
    private static string Listed(IEnumerable<ResourceId> ids)
    {
        var json = new StringBuilder("[");
        foreach (var id in ids)
            json.Append(json.Length > 1 ? ",\"" : "\"").Append(id.Value.ToString().ToUpperInvariant()).Append('"');
        return json.Append(']').ToString();
    }

    private void Require(int result)
    {
        if (result != Ok)
            throw Fault(result);
    }

    private Exception Fault(int result)
    {
        var (says, code) = (
            Marshal.PtrToStringUTF8(sqlite3_errmsg(_connection)),
            sqlite3_extended_errcode(_connection)
        );
        var error = new SqliteException($"SQLite Error {result & 0xff}: '{says}'.", result & 0xff, code);
        return SqliteErrors.Violation(error) is { } violation ? violation : error;
    }

    [LibraryImport(SqliteRuntime.Library)]
    private static partial int sqlite3_prepare_v3(
        nint connection,
        byte* sql,
        int bytes,
        uint flags,
        out nint statement,
        out byte* behind
    );

    [LibraryImport(SqliteRuntime.Library)]
    private static partial int sqlite3_step(nint statement);

    [LibraryImport(SqliteRuntime.Library)]
    private static partial int sqlite3_reset(nint statement);

    [LibraryImport(SqliteRuntime.Library)]
    private static partial int sqlite3_finalize(nint statement);

    [LibraryImport(SqliteRuntime.Library)]
    private static partial int sqlite3_bind_parameter_index(nint statement, byte* name);

    [LibraryImport(SqliteRuntime.Library)]
    private static partial int sqlite3_bind_parameter_count(nint statement);

    [LibraryImport(SqliteRuntime.Library)]
    private static partial int sqlite3_bind_text(nint statement, int place, byte* text, int bytes, nint keep);

    [LibraryImport(SqliteRuntime.Library)]
    private static partial int sqlite3_bind_blob(nint statement, int place, byte* blob, int bytes, nint keep);

    [LibraryImport(SqliteRuntime.Library)]
    private static partial nint sqlite3_errmsg(nint connection);

    [LibraryImport(SqliteRuntime.Library)]
    private static partial int sqlite3_extended_errcode(nint connection);

    // In some nanoseconds, as those of SqliteRow.
    [LibraryImport(SqliteRuntime.Library)]
    [SuppressGCTransition]
    private static partial int sqlite3_bind_null(nint statement, int place);

    [LibraryImport(SqliteRuntime.Library)]
    [SuppressGCTransition]
    private static partial int sqlite3_bind_int64(nint statement, int place, long number);

    [LibraryImport(SqliteRuntime.Library)]
    [SuppressGCTransition]
    private static partial int sqlite3_changes(nint connection);
}
