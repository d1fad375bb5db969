using Microsoft.Data.Sqlite;

namespace ScimGateway.Provisioning.Storage.Sqlite;

/// <summary>A connection to a SQLite file, with its statements prepared once for each text.</summary>
internal sealed class SqliteSession(SqliteConnection connection) : StoreSession
{
    // Texts that depend on what clients ask for are many; beyond these all are forgotten.
    private const int MostPrepared = 256;

    private readonly nint _connection = connection.Handle!.DangerousGetHandle();
    private readonly Dictionary<string, (SqliteStatement Statement, bool Writes)> _prepared = [];

    /// <inheritdoc/>
    public override SqlDialect Sql => SqliteDialect.One;

    /// <inheritdoc/>
    public override int Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters) =>
        Bound(sql, parameters).Run();

    /// <summary>Forgets what was prepared, once it is too much. No statement may be under way.</summary>
    public void Tidy()
    {
        if (_prepared.Count > MostPrepared)
            Forget();
    }

    private protected override void Interrupt() => SqliteInterrupt.Of(_connection);

    private protected override Rows Rows(string sql, ReadOnlySpan<(string Name, object? Value)> parameters) =>
        new(Bound(sql, parameters));

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        Forget();
        connection.Dispose();
    }

    private void Forget()
    {
        foreach (var (statement, _) in _prepared.Values)
            statement.Dispose();
        _prepared.Clear();
    }

    private SqliteStatement Bound(string sql, ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        if (!_prepared.TryGetValue(sql, out var prepared))
        {
            KeepApart(sql);
            _prepared[sql] = prepared = (new SqliteStatement(_connection, sql, parameters), Writes(sql));
        }
        HasWritten |= prepared.Writes;
        prepared.Statement.Bind(parameters);
        return prepared.Statement;
    }
}
