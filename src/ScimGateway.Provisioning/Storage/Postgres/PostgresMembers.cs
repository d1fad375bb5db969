using System.Globalization;
using Npgsql;
using NpgsqlTypes;

namespace ScimGateway.Provisioning.Storage.Postgres;

/// <summary>One instance of a cluster, as it is kept.</summary>
/// <param name="Address">Where it is, and since when.</param>
/// <param name="Entry">What else is known of it.</param>
/// <param name="Alive">When it last said that it lives.</param>
/// <param name="Etag">Changes with each change.</param>
internal sealed record KeptMember(string Address, string Entry, DateTime Alive, string Etag);

/// <summary>
/// The instances of the cluster that has a database. Each change takes the next version, so that of two at once one fails.
/// The connections are its own, and short of patience: who is alive must not wait for what is written.
/// </summary>
internal sealed class PostgresMembers(string connection) : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source = NpgsqlDataSource.Create(
        new NpgsqlConnectionStringBuilder(connection)
        {
            Timeout = 3,
            CommandTimeout = 3,
            MaxPoolSize = 3,
            ApplicationName = "ScimGateway cluster",
        }
    );

    /// <summary>Makes the tables, within the transaction that takes the database for a cluster.</summary>
    internal static void Prepare(StoreSession store)
    {
        if (store.Any($"select 1 from {PostgresStore.Tables} where name = 'cluster'"))
            return;
        store.Execute("create table cluster (name text not null, version integer not null)");
        store.Execute(
            "create table cluster_members (address text primary key, entry text not null, alive timestamptz not null, etag bigint not null)"
        );
    }

    /// <summary>The version, and one of them or all.</summary>
    public async Task<(int Version, List<KeptMember> Members)> ReadAsync(string? address)
    {
        var command = _source.CreateCommand(
            """
            select c.version, m.address, m.entry, m.alive, m.etag from cluster c
            left join cluster_members m on $1::text is null or m.address = $1
            """
        );
        await using (command)
        {
            command.Parameters.Add(Text(address));
            var reader = await command.ExecuteReaderAsync();
            await using (reader)
            {
                var (version, members) = (0, new List<KeptMember>());
                while (await reader.ReadAsync())
                {
                    version = reader.GetInt32(0);
                    if (!reader.IsDBNull(1))
                        members.Add(
                            new KeptMember(
                                reader.GetString(1),
                                reader.GetString(2),
                                reader.GetDateTime(3),
                                reader.GetInt64(4).ToString(CultureInfo.InvariantCulture)
                            )
                        );
                }
                return (version, members);
            }
        }
    }

    /// <summary>Adds one; false where another change came first.</summary>
    public Task<bool> TryAddAsync(KeptMember member, int version) =>
        TryChangeAsync(
            version,
            "insert into cluster_members (address, entry, alive, etag) values ($1, $2, $3, 1) on conflict do nothing",
            [Text(member.Address), Text(member.Entry), Time(member.Alive)]
        );

    /// <summary>Changes one that is as it was read; false where another change came first.</summary>
    public Task<bool> TryChangeAsync(KeptMember member, int version) =>
        TryChangeAsync(
            version,
            "update cluster_members set entry = $2, alive = $3, etag = etag + 1 where address = $1 and etag = $4",
            [
                Text(member.Address),
                Text(member.Entry),
                Time(member.Alive),
                Number(long.Parse(member.Etag, CultureInfo.InvariantCulture)),
            ]
        );

    /// <summary>One says that it lives.</summary>
    public Task SetAliveAsync(string address, DateTime at) =>
        RunAsync("update cluster_members set alive = $2 where address = $1", [Text(address), Time(at)]);

    /// <summary>Forgets some.</summary>
    public Task ForgetAsync(IEnumerable<string> addresses) =>
        RunAsync(
            "delete from cluster_members where address = any($1)",
            [new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text, Value = addresses.ToArray() }]
        );

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async Task<bool> TryChangeAsync(int version, string sql, NpgsqlParameter[] parameters)
    {
        var connection = await _source.OpenConnectionAsync();
        await using (connection)
        {
            var transaction = await connection.BeginTransactionAsync();
            await using (transaction)
            {
                var isNext =
                    await RunAsync(
                        connection,
                        "update cluster set version = $1 where version = $1 - 1",
                        [new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Integer, Value = version }]
                    ) == 1
                    && await RunAsync(connection, sql, parameters) == 1;
                if (isNext)
                    await transaction.CommitAsync();
                return isNext;
            }
        }
    }

    private async Task RunAsync(string sql, NpgsqlParameter[] parameters)
    {
        var connection = await _source.OpenConnectionAsync();
        await using (connection)
            await RunAsync(connection, sql, parameters);
    }

    private static async Task<int> RunAsync(NpgsqlConnection connection, string sql, NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlCommand(sql, connection);
        await using (command)
        {
            command.Parameters.AddRange(parameters);
            return await command.ExecuteNonQueryAsync();
        }
    }

    private static NpgsqlParameter Text(string? value) =>
        new() { NpgsqlDbType = NpgsqlDbType.Text, Value = (object?)value ?? DBNull.Value };

    private static NpgsqlParameter Time(DateTime value) =>
        new() { NpgsqlDbType = NpgsqlDbType.TimestampTz, Value = DateTime.SpecifyKind(value, DateTimeKind.Utc) };

    private static NpgsqlParameter Number(long value) => new() { NpgsqlDbType = NpgsqlDbType.Bigint, Value = value };
}
