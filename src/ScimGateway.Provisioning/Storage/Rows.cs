using ScimGateway.Provisioning.Storage.Postgres;
using ScimGateway.Provisioning.Storage.Sqlite;

namespace ScimGateway.Provisioning.Storage;

/// <summary>What a query brings, of either store.</summary>
internal readonly ref struct Rows
{
    private readonly SqliteStatement? _sqlite;
    private readonly PostgresRows? _postgres;

    public Rows(SqliteStatement sqlite) => _sqlite = sqlite;

    public Rows(PostgresRows postgres) => _postgres = postgres;

    /// <summary>The row that it stands at, and goes to the next one with.</summary>
    public Row Row => _postgres is null ? new Row(_sqlite!) : new Row(_postgres);

    /// <summary>Goes to the first row; false if there is none.</summary>
    public bool Read() => _postgres?.Next() ?? _sqlite!.Next();

    public void Dispose()
    {
        _sqlite?.Reset();
        _postgres?.Dispose();
    }
}
