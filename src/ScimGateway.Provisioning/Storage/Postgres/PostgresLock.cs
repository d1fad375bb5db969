using System.Globalization;
using Npgsql;

namespace ScimGateway.Provisioning.Storage.Postgres;

/// <summary>
/// Keeps a database to one process, as two would each run an executor. The server lets go of it with the connection;
/// it is taken again then, and until that has happened nothing is written.
/// </summary>
internal sealed class PostgresLock : IAsyncDisposable
{
    // "scimgate" in ASCII.
    private const long Key = 0x7363696D67617465;

    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);

    private readonly PostgresServer _server;
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _watch;
    private NpgsqlConnection _connection;
    private volatile bool _isHeld = true;

    private PostgresLock(PostgresServer server, NpgsqlConnection connection)
    {
        (_server, _connection) = (server, connection);
        _watch = Task.Run(WatchAsync);
    }

    /// <summary>Whether it is this process's, as far as is known.</summary>
    public bool IsHeld => _isHeld;

    /// <summary>Takes it over a connection, which is the lock's own from then on.</summary>
    /// <exception cref="StoreInUseException">Another process has it.</exception>
    /// <exception cref="StoreServerException">A pooler stands between: what one takes would be another's.</exception>
    public static PostgresLock Take(PostgresServer server, NpgsqlConnection connection)
    {
        if (!TryTake(connection))
            throw new StoreInUseException(server.Name, null);
        // Behind a pooler of transactions the next one may be another session's.
        for (var i = 0; i < 3; i++)
            if (!IsHere(connection))
                throw new StoreServerException(
                    $"The PostgreSQL database {server.Name} is behind a pooler that shares sessions: name the server itself in --store, or have the pooler keep sessions."
                );
        return new PostgresLock(server, connection);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        await _watch.ConfigureAwait(false);
        await _connection.DisposeAsync().ConfigureAwait(false);
        _ending.Dispose();
    }

    private static bool TryTake(NpgsqlConnection connection)
    {
        using var command = new NpgsqlCommand("select pg_try_advisory_lock(@key)", connection);
        command.Parameters.AddWithValue("key", Key);
        return (bool)command.ExecuteScalar()!;
    }

    private static bool IsHere(NpgsqlConnection connection)
    {
        var sql = string.Create(
            CultureInfo.InvariantCulture,
            $"select exists (select 1 from pg_locks where locktype = 'advisory' and pid = pg_backend_pid() and granted and classid::bigint = {Key >> 32} and objid::bigint = {Key & uint.MaxValue})::text"
        );
        return PostgresServer.Ask(connection, sql) == "true";
    }

    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(_pause);
        while (true)
        {
            try
            {
                if (!await timer.WaitForNextTickAsync(_ending.Token).ConfigureAwait(false))
                    return;
            }
            catch (OperationCanceledException)
            {
                return;
            }
            try
            {
                if (_isHeld && IsHere(_connection))
                    continue;
                _isHeld = false;
                await _connection.DisposeAsync().ConfigureAwait(false);
                _connection = _server.Open();
                _isHeld = TryTake(_connection);
            }
            catch (Exception e) when (PostgresErrors.IsAway(e) || e is PostgresException or InvalidOperationException)
            {
                _isHeld = false;
            }
        }
    }
}
