using System.Data;
using System.Data.Common;
using System.Globalization;
using Microsoft.Data.Sqlite;
using Npgsql;
using NpgsqlTypes;
using ScimGateway.Provisioning.Storage.Sqlite;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Storage.Postgres;

/// <summary>
/// All rows of a SQLite store, copied into an empty database of PostgreSQL, and compared there one by one before they are
/// committed. The file that was copied counts as restored from then on, so that two gateways cannot go on from it.
/// </summary>
internal sealed class CopyToDatabase
{
    // What a store says of itself, and what is counted from the other tables.
    private static readonly string[] _own =
    [
        "__EFMigrationsHistory",
        "schema_stamp",
        "store_mark",
        "store_origin",
        "receipts",
        "shown_totals",
        "cluster",
        "cluster_members",
    ];

    private readonly SqliteConnection _from;
    private readonly NpgsqlConnection _to;

    private CopyToDatabase(SqliteConnection from, NpgsqlConnection to) => (_from, _to) = (from, to);

    /// <summary>Copies it; how many rows there are of each table.</summary>
    /// <param name="file">The connection string of the file.</param>
    /// <param name="database">That of the database, which has nothing in it.</param>
    /// <param name="restored">What is written where the file itself was restored, as for <see cref="Store.OpenAsync(string, Func{StoreSession, bool}, CancellationToken, string, bool)"/>.</param>
    /// <param name="cancel">Ends that; nothing is copied then.</param>
    /// <exception cref="StoreAddressException">They are no file and no database.</exception>
    /// <exception cref="StoreNotCopiedException">The database has something in it, or a row is another one there.</exception>
    /// <exception cref="StoreInUseException">A gateway has one of them open.</exception>
    public static async Task<IReadOnlyList<(string Table, long Rows)>> RunAsync(
        string file,
        string database,
        Func<StoreSession, bool> restored,
        CancellationToken cancel
    )
    {
        if (Store.FileOf(file) is not { } path)
            throw new StoreAddressException("What is copied is a SQLite file, and --store names a database.");
        if (Store.FileOf(database) is not null)
            throw new StoreAddressException(
                "It is copied into a database of PostgreSQL: --to has a connection string that begins with Host=."
            );
        IReadOnlyList<(string, long)> copied;
        // Each keeps gateways from its store meanwhile, and brings it up to date.
        await using (await Store.OpenAsync(file, restored, cancel))
        await using (await Store.OpenAsync(database, cancel))
        {
            await using var server = PostgresServer.Of(database);
            await using var to = await server.OpenToPrepareAsync(cancel);
            await using var from = SqliteFile.OpenReader(path);
            try
            {
                copied = await new CopyToDatabase(from, to).RunAsync(cancel);
            }
            catch (Exception e) when (e is NpgsqlException or SqliteException or TimeoutException)
            {
                throw new StoreNotCopiedException(
                    $"The copy has ended early ({(e is SqliteException ? e.Message : PostgresErrors.Words(e))}). Nothing was copied: see to that, and try again."
                );
            }
        }
        SqliteMark.Forget(path);
        return copied;
    }

    private async Task<IReadOnlyList<(string Table, long Rows)>> RunAsync(CancellationToken cancel)
    {
        await AskAsync("begin", cancel);
        var tables = await TablesAsync(cancel);
        foreach (var table in tables)
            if (await AskAsync($"select 1 from {table.Name} limit 1", cancel) is not null)
                throw new StoreNotCopiedException(
                    "The database is not empty: a gateway has written there. Name another one in --to, or make this one anew."
                );
        // It would count row by row.
        await AskAsync("alter table resources disable trigger count_shown", cancel);
        List<(string, long)> copied = [];
        foreach (var table in tables)
        {
            var rows = await CopyAsync(table, cancel);
            await CompareAsync(table, rows, cancel);
            copied.Add((table.Name, rows));
        }
        await AskAsync("alter table resources enable trigger count_shown", cancel);
        using (var session = new PostgresSession(_to))
        {
            ShownTotals.Count(session);
            session.Commit();
        }
        return copied;
    }

    // Both have the same tables with the same columns, each with its types.
    private async Task<List<CopiedTable>> TablesAsync(CancellationToken cancel)
    {
        var tables = new Dictionary<string, CopiedTable>(StringComparer.Ordinal);
        await using var command = new NpgsqlCommand(
            """
            select c.table_name::text, c.column_name::text, c.data_type::text, c.is_identity = 'YES', coalesce(array_position(i.indkey::int[], a.attnum::int), -1)
                from information_schema.columns c
                    join pg_class t on t.oid = to_regclass(quote_ident(c.table_name))
                    join pg_attribute a on a.attrelid = t.oid and a.attname = c.column_name
                    join pg_index i on i.indrelid = t.oid and i.indisprimary
                where c.table_schema = current_schema() order by c.table_name, c.ordinal_position
            """,
            _to
        );
        await using (var rows = await command.ExecuteReaderAsync(cancel))
            while (await rows.ReadAsync(cancel))
            {
                var name = rows.GetString(0);
                if (_own.Contains(name))
                    continue;
                if (!tables.TryGetValue(name, out var table))
                    tables[name] = table = new CopiedTable(name, [], []);
                table.Columns.Add(new CopiedColumn(rows.GetString(1), rows.GetString(2), rows.GetBoolean(3)));
                if (rows.GetInt32(4) is >= 0 and var place)
                    table.Key.Add(place, rows.GetString(1));
            }
        var there = Names(
                "select name from sqlite_master where type = 'table' and name not like 'sqlite\\_%' escape '\\'"
            )
            .Except(_own);
        if (there.Except(tables.Keys).FirstOrDefault() is { } unknown)
            throw new StoreNotCopiedException($"The file has a table that the database has not: {unknown}.");
        return [.. tables.Values];
    }

    private List<string> Names(string sql)
    {
        List<string> names = [];
        using var command = Command(sql);
        using var rows = command.ExecuteReader();
        while (rows.Read())
            names.Add(rows.GetString(0));
        return names;
    }

    private async Task<long> CopyAsync(CopiedTable table, CancellationToken cancel)
    {
        var copied = 0L;
        using var command = Command($"select {table.ColumnList} from {table.Name}");
        await using (var rows = await command.ExecuteReaderAsync(cancel))
        {
            var copy = $"copy {table.Name} ({table.ColumnList}) from stdin (format binary)";
            await using var writer = await _to.BeginBinaryImportAsync(copy, cancel);
            for (; await rows.ReadAsync(cancel); copied++)
            {
                await writer.StartRowAsync(cancel);
                for (var i = 0; i < table.Columns.Count; i++)
                    await WriteAsync(writer, table.Columns[i].Of(rows, i), table.Columns[i].Type, cancel);
            }
            await writer.CompleteAsync(cancel);
        }
        foreach (var column in table.Columns.Where(one => one.IsNumbered))
            // SQLite never gives a number again, also one that is deleted.
            if (Number($"select seq from sqlite_sequence where name = '{table.Name}'") is { } last)
                await AskAsync(
                    $"select setval(pg_get_serial_sequence('{table.Name}', '{column.Name}'), {last.ToString(CultureInfo.InvariantCulture)})",
                    cancel
                );
        return copied;
    }

    private static Task WriteAsync(
        NpgsqlBinaryImporter writer,
        object value,
        NpgsqlDbType type,
        CancellationToken cancel
    ) =>
        value switch
        {
            DBNull => writer.WriteNullAsync(cancel),
            long number when type == NpgsqlDbType.Integer => writer.WriteAsync(checked((int)number), type, cancel),
            long number when type == NpgsqlDbType.Boolean => writer.WriteAsync(number != 0, type, cancel),
            long number => writer.WriteAsync(number, type, cancel),
            string text when type == NpgsqlDbType.Uuid => writer.WriteAsync(Guid.Parse(text), type, cancel),
            string text => writer.WriteAsync(text, type, cancel),
            byte[] bytes => writer.WriteAsync(bytes, type, cancel),
            _ => throw new StoreNotCopiedException(
                $"A value of a column is of a kind that is not copied: {value.GetType()}."
            ),
        };

    // Both in the order of the key: numbers, bytes, and texts as their bytes.
    private async Task CompareAsync(CopiedTable table, long copied, CancellationToken cancel)
    {
        var sql = $"select {table.ColumnList} from {table.Name} order by {string.Join(", ", table.Key.Values)}";
        using var command = Command(sql);
        await using var rows = await command.ExecuteReaderAsync(cancel);
        await using var asked = new NpgsqlCommand(sql, _to);
        await using var others = await asked.ExecuteReaderAsync(cancel);
        for (var row = 0L; row <= copied; row++)
        {
            var (isMore, isOthersMore) = (await rows.ReadAsync(cancel), await others.ReadAsync(cancel));
            if (isMore != isOthersMore || isMore != row < copied)
                throw Other(table, row);
            for (var i = 0; isMore && i < table.Columns.Count; i++)
                if (!IsSame(table.Columns[i].Of(rows, i), table.Columns[i].Of(others, i)))
                    throw Other(table, row);
        }
    }

    private static StoreNotCopiedException Other(CopiedTable table, long row) =>
        new(
            string.Create(
                CultureInfo.InvariantCulture,
                $"Row {row + 1} of the table {table.Name} is another one in the database, so nothing was copied. Check the file with 'sqlite3 FILE \"pragma integrity_check\"', and try again."
            )
        );

    private static bool IsSame(object one, object other) =>
        (one, other) is (byte[] bytes, byte[] others) ? bytes.AsSpan().SequenceEqual(others) : one.Equals(other);

    private long? Number(string sql)
    {
        using var command = Command(sql);
        return (long?)command.ExecuteScalar();
    }

#pragma warning disable CA2100 // the names in the texts are the schema's own
    private SqliteCommand Command(string sql)
    {
        var command = _from.CreateCommand();
        command.CommandText = sql;
        return command;
    }

    private async Task<object?> AskAsync(string sql, CancellationToken cancel)
    {
        await using var command = new NpgsqlCommand(sql, _to);
        return await command.ExecuteScalarAsync(cancel);
    }
#pragma warning restore CA2100

    /// <summary>A table that both have.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Columns">Its columns.</param>
    /// <param name="Key">The columns of its key by their places.</param>
    private sealed record CopiedTable(string Name, List<CopiedColumn> Columns, SortedList<int, string> Key)
    {
        public string ColumnList => string.Join(", ", Columns.Select(column => $"\"{column.Name}\""));
    }

    /// <summary>A column of it.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="DataType">Its type in the database.</param>
    /// <param name="IsNumbered">Whether the store gives it the next number.</param>
    private sealed record CopiedColumn(string Name, string DataType, bool IsNumbered)
    {
        public NpgsqlDbType Type { get; } =
            DataType switch
            {
                "bigint" => NpgsqlDbType.Bigint,
                "integer" => NpgsqlDbType.Integer,
                "boolean" => NpgsqlDbType.Boolean,
                "uuid" => NpgsqlDbType.Uuid,
                "bytea" => NpgsqlDbType.Bytea,
                "text" => NpgsqlDbType.Text,
                _ => throw new StoreNotCopiedException(
                    $"The column {Name} is of a type that is not copied: {DataType}."
                ),
            };

        /// <summary>The value in a row of either store, as the file has it.</summary>
        public object Of(DbDataReader row, int at) =>
            (Type, row.GetValue(at)) switch
            {
                (_, DBNull none) => none,
                (NpgsqlDbType.Uuid, Guid id) => id.ToString().ToUpperInvariant(),
                (NpgsqlDbType.Boolean, bool isSo) => isSo ? 1L : 0L,
                (NpgsqlDbType.Integer, int number) => (long)number,
                (NpgsqlDbType.Bytea, string text) => System.Text.Encoding.UTF8.GetBytes(text),
                (NpgsqlDbType.Text, string text) => PostgresText.Storable(text),
                (NpgsqlDbType.Text, byte[] bytes) => PostgresText.Storable(System.Text.Encoding.UTF8.GetString(bytes)),
                var (_, value) => value,
            };
    }
}
