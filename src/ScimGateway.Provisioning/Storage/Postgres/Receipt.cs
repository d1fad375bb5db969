using System.Globalization;
using System.Security.Cryptography;
using Npgsql;
using NpgsqlTypes;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Storage.Postgres;

/// <summary>
/// What a transaction that writes leaves behind, by which it is known whether it was committed: a number at random in its
/// tenant's row. The server's own numbers are given out again after a crash or to whoever takes over.
/// </summary>
/// <param name="tenant">For whom it writes; there is one such transaction at a time.</param>
internal sealed class Receipt(TenantId tenant)
{
    // What is locked by its number is under way, and ends with it. A doubt is of what has begun, so that it is held then.
    // "scim" in ASCII: with the tenant's number it is its turn to write, where several processes do. It is a statement of
    // its own, so that all that come after it see what was committed before.
    private const string Waiting = "select 1 from pg_advisory_xact_lock(1935894893, $1)";

    private const string Begin =
        "select (select number from receipts where tenant_id = $1), pg_try_advisory_xact_lock($2)";

    private const string Leave =
        "insert into receipts (tenant_id, number) values ($1, $2) on conflict (tenant_id) do update set number = excluded.number";

    private readonly long _number = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));
    private long? _former;

    /// <summary>For whom it writes.</summary>
    public TenantId Tenant => tenant;

    /// <summary>What it leaves.</summary>
    public long Number => _number;

    /// <summary>What the one before has left; null if there was none, or it has not begun.</summary>
    public long? Former => _former;

    /// <summary>Whether the server has said that the transaction is under way.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>Goes before the beginning: others that write for the tenant wait until the transaction has ended.</summary>
    public NpgsqlBatchCommand Turn() =>
        new(Waiting)
        {
            Parameters =
            {
                new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Integer, Value = (int)tenant.Value },
            },
        };

    /// <summary>Goes with the beginning of the transaction.</summary>
    public NpgsqlBatchCommand Beginning() => With(Begin);

    /// <summary>What that brings.</summary>
    public void Begun(PostgresRows rows)
    {
        rows.Next();
        (_former, HasBegun) = (rows.IsNull(0) ? null : rows.Number(0), true);
    }

    /// <summary>Goes with the commit.</summary>
    public NpgsqlBatchCommand Leaving() => With(Leave);

    /// <summary>
    /// What became of the transaction; null if it is under way still. Its commit may be on its way or never come: nobody
    /// waits for that, it is ended.
    /// </summary>
    public async Task<Fate?> AskAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        var ended = await PostgresServer.AskAsync(
            connection,
            $"select pg_terminate_backend(pid)::text from {PostgresServer.Held(_number)}",
            cancel
        );
        if (ended is not null)
            return null;
        // By a statement of its own, which sees what was committed before the lock was let go of.
        var left = await PostgresServer.AskAsync(
            connection,
            string.Create(
                CultureInfo.InvariantCulture,
                $"select number::text from receipts where tenant_id = {tenant.Value}"
            ),
            cancel
        );
        long? number = left is null ? null : long.Parse(left, CultureInfo.InvariantCulture);
        return number == _number ? Fate.Committed
            : number == _former ? Fate.Undone
            : Fate.Overwritten;
    }

    private NpgsqlBatchCommand With(string sql) =>
        new(sql)
        {
            Parameters =
            {
                new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Bigint, Value = tenant.Value },
                new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Bigint, Value = _number },
            },
        };
}

/// <summary>What became of a transaction whose answer was lost.</summary>
internal enum Fate
{
    /// <summary>It was committed.</summary>
    Committed,

    /// <summary>Nothing of it is there.</summary>
    Undone,

    /// <summary>Another process has written for the tenant since, so that nobody can tell.</summary>
    Overwritten,
}

/// <summary>Where a database keeps them: a row for each tenant.</summary>
internal static class PostgresReceipts
{
    /// <summary>Makes the table.</summary>
    public static void Prepare(StoreSession store) =>
        store.Execute(
            "create table if not exists receipts (tenant_id bigint primary key, number bigint not null) with (fillfactor = 50)"
        );

    /// <summary>Takes those of tenants away that are gone.</summary>
    public static void Trim(StoreSession store) =>
        store.Execute(
            "delete from receipts where tenant_id <> 0 and not exists (select 1 from tenants where id = receipts.tenant_id)"
                + OneTenants.NotAlone
        );
}
