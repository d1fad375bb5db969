using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using Npgsql;

namespace ScimGateway.Provisioning.Storage.Postgres;

/// <summary>
/// Keeps a database to one process, as two would each run an executor; or to the processes of one cluster, which agree on
/// who runs which. The server lets go of it with the connection; it is taken again then, and until that has happened
/// nothing is written and Slack is told nothing.
/// </summary>
internal sealed class PostgresLock : IAsyncDisposable
{
    /// <summary>Looks at a database whose lock was lost and taken again.</summary>
    public delegate Task Regained(NpgsqlConnection connection, PostgresSession session, CancellationToken cancel);

    // "scimgate" in ASCII.
    private const long Key = 0x7363696D67617465;

    // Processes of a cluster open the database one after the other.
    private const long Opening = Key + 1;

    private const string CanBeReadAlone = "it can only be read";

    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan _untilOpened = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan _untilTriedAgain = TimeSpan.FromMilliseconds(200);

    private static readonly string _isHere =
        $"select exists (select 1 from {PostgresServer.Held(Key)} and pid = pg_backend_pid())::text";

    // A standby, or a server whose operator wants nothing written, as where its disk is nearly full.
    private const string IsReadOnly = "select current_setting('transaction_read_only')";

    private static readonly string _areOthersHere =
        $"select exists (select 1 from {PostgresServer.Held(Key)} and pid <> pg_backend_pid())::text";

    // Each session of this lock's own has it, too, by which the server's word of who holds the other one is understood.
    private readonly long _mark;
    private readonly PostgresServer _server;
    private readonly string _taking;
    private readonly Regained _regained;
    private readonly CancellationTokenSource _ending = new();
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Task _watch;
    private PostgresSession _session;
    private volatile string? _whyNot;

    private PostgresLock(
        PostgresServer server,
        NpgsqlConnection connection,
        long mark,
        string taking,
        Regained regained
    )
    {
        (_server, _session, _mark, _taking) = (server, new PostgresSession(connection), mark, taking);
        _regained = regained;
        _watch = Task.Run(WatchAsync);
    }

    /// <summary>Why it is not this process's, in the server's words; null if it is, as far as is known.</summary>
    public string? WhyNot => _whyNot;

    /// <summary>Whether it is this process's, as far as is known.</summary>
    public bool IsHeld => _whyNot is null;

    /// <summary>
    /// It may be another server by now, or another process may have written: whatever is looked at comes before this one is
    /// said to have the lock again.
    /// </summary>
    public void Doubt() => _whyNot ??= "it lacks what it had";

    /// <summary>Whether no other process had the database as this one took it.</summary>
    public bool WasFree { get; private init; } = true;

    /// <summary>
    /// Takes it over a connection, which is the lock's own from then on. In a cluster no other process opens the database
    /// before <see cref="OpenedAsync"/>.
    /// </summary>
    /// <param name="server">The server.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="isOfCluster">Whether it is taken together with other processes.</param>
    /// <param name="regained">What is done whenever it was lost and taken again, before anybody is let write.</param>
    /// <param name="cancel">Ends that.</param>
    /// <exception cref="StoreInUseException">Another process has it.</exception>
    /// <exception cref="StoreServerException">A pooler stands between: what one takes would be another's.</exception>
    public static async Task<PostgresLock> TakeAsync(
        PostgresServer server,
        NpgsqlConnection connection,
        bool isOfCluster,
        Regained regained,
        CancellationToken cancel
    )
    {
        var mark = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));
        if (isOfCluster)
            await TurnAsync(server, connection, cancel);
        var taking = Taking(mark, isOfCluster);
        if (await PostgresServer.AskAsync(connection, taking, cancel) != "true")
            throw new StoreInUseException(server.Name, null);
        if (await IsSharedAsync(server, connection, mark, cancel))
            throw new StoreServerException(
                $"The PostgreSQL database {server.Name} is behind a pooler that shares sessions: name the server itself in --store, or have the pooler keep sessions."
            );
        var wasFree = await PostgresServer.AskAsync(connection, _areOthersHere, cancel) == "false";
        return new PostgresLock(server, connection, mark, taking, regained) { WasFree = wasFree };
    }

    /// <summary>The database is open, and the next process of the cluster may open it.</summary>
    public Task OpenedAsync() =>
        AskAsync(session => session.First($"select pg_advisory_unlock({Opening})::text", row => row.Text()));

    private static async Task TurnAsync(PostgresServer server, NpgsqlConnection connection, CancellationToken cancel)
    {
        var begun = Stopwatch.GetTimestamp();
        while (
            await PostgresServer.AskAsync(connection, $"select pg_try_advisory_lock({Opening})::text", cancel) != "true"
        )
            if (Stopwatch.GetElapsedTime(begun) > _untilOpened)
                throw new StoreInUseException(server.Name, null);
            else
                await Task.Delay(_untilTriedAgain, TimeProvider.System, cancel);
    }

    /// <summary>
    /// What a query says on the lock's own session: as long as that answers, nobody else has the lock.
    /// </summary>
    /// <exception cref="StoreAwayException">It does not answer, or has the lock no more.</exception>
    public async Task<T> AskAsync<T>(Func<StoreSession, T> query)
    {
        // While it is taken again nobody needs to wait to be told so.
        if (!IsHeld || !await _turn.WaitAsync(PostgresWriters.MostInLine))
            throw new StoreAwayException(null);
        try
        {
            return IsHeld ? query(_session) : throw new StoreAwayException(null);
        }
        catch (Exception e) when (PostgresErrors.IsAway(e) || e is InvalidOperationException)
        {
            _whyNot = PostgresErrors.Words(e);
            throw new StoreAwayException(e);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _watch;
        // A session that is closed goes on at the server for a moment, and whoever starts then would be told of another process.
        try
        {
            _session.First("select pg_advisory_unlock_all()::text", _ => true);
        }
        catch (Exception e) when (PostgresErrors.IsAway(e) || e is InvalidOperationException)
        {
            // it is gone, and the lock with it
        }
        _session.Dispose();
        _ending.Dispose();
        _turn.Dispose();
    }

    // A pooler of transactions that has nothing else to do gives each of us the session that has the lock, which has it as
    // often as it asks. While the other one is in a transaction, it has to give us another.
    private static async Task<bool> IsSharedAsync(
        PostgresServer server,
        NpgsqlConnection connection,
        long mark,
        CancellationToken cancel
    )
    {
        var other = await server.OpenAsync(cancel);
        await using (other)
        {
            await PostgresServer.AskAsync(other, "begin", cancel);
            var isShared =
                await PostgresServer.AskAsync(other, $"select pg_try_advisory_lock({mark})::text", cancel) == "true";
            if (isShared)
                await PostgresServer.AskAsync(other, "select pg_advisory_unlock_all()::text", cancel);
            else
                isShared = await PostgresServer.AskAsync(connection, _isHere, cancel) != "true";
            await PostgresServer.AskAsync(other, "rollback", cancel);
            return isShared;
        }
    }

    // The mark first: whoever has the lock has it.
    private static string Taking(long mark, bool isOfCluster) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"with marked as materialized (select pg_try_advisory_lock_shared({mark}) as so) select pg_try_advisory_lock{(isOfCluster ? "_shared" : "")}({Key})::text from marked where so"
        );

    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(_pause);
        try
        {
            while (await timer.WaitForNextTickAsync(_ending.Token))
            {
                await _turn.WaitAsync(_ending.Token);
                try
                {
                    if (!IsHeld || !IsHere())
                        await TakeAgainAsync();
                }
                finally
                {
                    _turn.Release();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // the store is closed
        }
    }

    private bool IsHere()
    {
        try
        {
            if (_session.First(IsReadOnly, row => row.Text()) == "on")
                _whyNot = CanBeReadAlone;
            return _whyNot is null && _session.First(_isHere, row => row.Text()) == "true";
        }
        catch (Exception e) when (PostgresErrors.IsLost(e))
        {
            _whyNot = PostgresErrors.Words(e);
            return false;
        }
    }

    private async Task TakeAgainAsync()
    {
        _whyNot ??= "its session has ended";
        _session.Dispose();
        try
        {
            var connection = await _server.OpenAsync(_ending.Token);
            _session = new PostgresSession(connection);
            if (await PostgresServer.AskAsync(connection, IsReadOnly, _ending.Token) == "on")
            {
                _whyNot = CanBeReadAlone;
                NpgsqlConnection.ClearPool(connection); // a session is so for as long as it lasts
            }
            else if (await PostgresServer.AskAsync(connection, _taking, _ending.Token) == "true")
            {
                await _regained(connection, _session, _ending.Token);
                _whyNot = null;
            }
            else
                _whyNot = await HasEndedOwnAsync(connection)
                    ? "a session of its own has not ended yet"
                    : Store.AnothersNow;
        }
        catch (Exception e) when (PostgresErrors.IsLost(e))
        {
            _whyNot = PostgresErrors.Words(e); // the next time, then
        }
    }

    // A server may not have noticed yet that our former session is gone: if that has the lock, it is ended there.
    private async Task<bool> HasEndedOwnAsync(NpgsqlConnection connection) =>
        await PostgresServer.AskAsync(
            connection,
            $"select pg_terminate_backend(pid)::text from {PostgresServer.Held(Key)} and pid in (select pid from {PostgresServer.Held(_mark)})",
            _ending.Token
        )
            is not null;
}
