using System.Runtime.CompilerServices;
using Npgsql;
using ScimGateway.Protocol.Bounds;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Storage.Postgres;

/// <summary>A store that is a database of PostgreSQL: ten connections at most, one of them with the lock.</summary>
internal sealed class PostgresStore : Store
{
    private const int Readers = 4;
    private const int Blocked = Readers + PostgresWriters.Writers + 1; // at most; one asks by the lock's session

    // Where a database lists its tables.
    internal const string Tables = "(select tablename as name from pg_tables where schemaname = current_schema()) t";

    private readonly PostgresServer _server;
    private readonly PostgresLock _lock;
    private readonly PostgresWriters _writers;
    private readonly Gate _room = new(
        Readers,
        int.MaxValue,
        PostgresWriters.MostInLine,
        () => new StoreAwayException(null),
        TimeProvider.System
    );
    private readonly PostgresSessions _sessions;
    private readonly LastReceipts _last;
    private volatile bool _isClosed;
    private bool _isDisposed;

    private PostgresStore(PostgresServer server, PostgresLock held, LastReceipts last)
    {
        (_server, _lock, _last) = (server, held, last);
        _sessions = new PostgresSessions(server);
        _writers = new PostgresWriters(server, _sessions, held, last);
    }

    /// <summary>
    /// Opens the database, makes its tables or brings them up to date, and keeps other processes from it, but for those of
    /// the same cluster.
    /// </summary>
    /// <exception cref="StoreServerException">It cannot be used, or there is none and none may be made.</exception>
    /// <exception cref="StoreInUseException">Another process has it open.</exception>
    /// <exception cref="StoreUnknownException">It was made by another version.</exception>
    public static async Task<Store> OpenAsync(
        string connection,
        Func<StoreSession, bool> restored,
        string? cluster,
        bool mayMake,
        CancellationToken cancel
    )
    {
        KeepThreadsFree();
        var server = PostgresServer.Of(connection, isOfCluster: cluster is not null);
        var last = new LastReceipts(isOfCluster: cluster is not null);
        PostgresStore? store = null; // nothing is regained before it is open
        PostgresLock? held = null;
        try
        {
            var first = await server.OpenFirstAsync(cancel);
            try
            {
                held = await PostgresLock.TakeAsync(server, first, cluster is not null, RegainedAsync, cancel);
            }
            catch
            {
                await first.DisposeAsync();
                throw;
            }
            var matters = await PrepareAsync(server, held, last, restored, mayMake, cancel);
            if (cluster is not null)
            {
                await PostgresCluster.JoinAsync(server, cluster, held.WasFree, cancel);
                await held.OpenedAsync();
            }
            store = new PostgresStore(server, held, last);
            if (matters)
                store.NoteRestored();
            return store;
        }
        catch (Exception e)
        {
            if (held is not null)
                await held.DisposeAsync();
            await server.DisposeAsync();
            if (e is NpgsqlException or TimeoutException or UniqueViolationException)
                throw new StoreServerException(
                    $"The PostgreSQL database {server.Name} could not be made ready to be the store ({(e as PostgresException)?.MessageText ?? e.Message}): {Remedy(e)}, and start again.",
                    e
                );
            throw;
        }

        async Task RegainedAsync(NpgsqlConnection connection, PostgresSession session, CancellationToken gone)
        {
            if (await PostgresOrigin.GoOnAsync(connection, session, last, restored, gone))
                store?.NoteRestored();
        }
    }

    private static string Remedy(Exception e) =>
        e is PostgresException { SqlState: PostgresErrorCodes.InsufficientPrivilege }
            ? "have the user of --store own the database, or the schema and the tables in it"
            : "see to that";

    // The pool begins with a thread for each core, and adds one in half a second: what waits for no database must not
    // wait until then because those are blocked that do.
    private static void KeepThreadsFree()
    {
        ThreadPool.GetMinThreads(out var threads, out var ports);
        ThreadPool.SetMinThreads(Math.Max(threads, Environment.ProcessorCount + Blocked), ports);
    }

    // Counting goes over all there is, so that it is done by a build that is new here, and where nothing has counted.
    private static async Task<bool> PrepareAsync(
        PostgresServer server,
        PostgresLock held,
        LastReceipts last,
        Func<StoreSession, bool> restored,
        bool mayMake,
        CancellationToken cancel
    )
    {
        var connection = await server.OpenToPrepareAsync(cancel);
        using var session = new PostgresSession(connection);
        if (!mayMake && !session.Any("select 1 where to_regclass('tenants') is not null"))
            throw new StoreServerException(
                $"The PostgreSQL database {server.Name} has no store of a gateway in it. Begin with 'serve --init', which makes one, or name the database that has it."
            );
        if (!SchemaStamp.IsOurs(session, Tables) || !PostgresTotals.AreKept(session))
        {
            await MigrateAsync(server, connection, cancel);
            session.Begin();
            PostgresTotals.Prepare(session);
            PostgresReceipts.Prepare(session);
            SchemaStamp.Leave(session);
            session.Commit();
        }
        PostgresReceipts.Trim(session);
        return await PostgresOrigin.BeginAsync(connection, session, last, held.WasFree, restored, cancel);
    }

    // By what the migrations come to as a script, which passes over those that are there: EF Core and its model are not
    // needed. What is there and not in the script is another version's, into whose tables this one could not write.
    private static async Task MigrateAsync(PostgresServer server, NpgsqlConnection connection, CancellationToken cancel)
    {
        using var stream = new StreamReader(typeof(PostgresStore).Assembly.GetManifestResourceStream("Postgres.sql")!);
        var script = await stream.ReadToEndAsync(cancel);
        await PostgresServer.AskAsync(connection, script, cancel);
        var there = await PostgresServer.AskAsync(
            connection,
            "select string_agg(\"MigrationId\", ' ') from \"__EFMigrationsHistory\"",
            cancel
        );
        if (
            there?.Split(' ').FirstOrDefault(one => !script.Contains($"'{one}'", StringComparison.Ordinal)) is
            { } unknown
        )
            throw new StoreUnknownException(server.Name, unknown);
    }

    /// <inheritdoc/>
    public override SqlDialect Sql => PostgresDialect.One;

    /// <inheritdoc/>
    public override Task<T> WriteAsync<T>(
        Func<StoreSession, T> work,
        CancellationToken cancel,
        TenantId tenant = default,
        [CallerMemberName] string what = ""
    ) => Measure(_writers.RunAsync(work, tenant, what, cancel));

    /// <inheritdoc/>
    public override bool WasFree => _lock.WasFree;

    /// <inheritdoc/>
    public override bool IsShared => _last.IsOfCluster;

    /// <inheritdoc/>
    internal override void BeginHome(TenantId tenant, long epoch) => _last.BeginHome(tenant, epoch);

    /// <inheritdoc/>
    internal override void EndHome(TenantId tenant, long epoch) => _last.EndHome(tenant, epoch);

    /// <inheritdoc/>
    public override WriterHold TakeLongestHold() => _writers.TakeLongest();

    /// <inheritdoc/>
    public override string? WhyAway => _lock.WhyNot;

    /// <inheritdoc/>
    public override async ValueTask<T> ReadAsync<T>(Func<StoreSession, T> query, CancellationToken gone = default) =>
        await WithAsync(
            session =>
            {
                session.BeginReading();
                using (session.InterruptedBy(gone))
                {
                    var result = query(session);
                    session.Commit();
                    return result;
                }
            },
            gone
        );

    /// <inheritdoc/>
    public override async ValueTask<T> AskAsync<T>(Func<StoreSession, T> query, CancellationToken gone = default) =>
        await WithAsync(
            session =>
            {
                using (session.InterruptedBy(gone))
                    return query(session);
            },
            gone
        );

    /// <inheritdoc/>
    internal override async ValueTask<T> ReadAloneAsync<T>(Func<StoreSession, T> query) => await _lock.AskAsync(query);

    // A query blocks the thread it runs on while the server answers, of four at most; whoever waits for a session blocks
    // none. A session that anything went wrong with is not used again; if the server is away, none of them is.
    private Task<T> WithAsync<T>(Func<PostgresSession, T> query, CancellationToken gone = default)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        return _room.RunAsync(
            async () =>
            {
                // One that had nothing to do may be gone, and be found to be so by the first that it is asked.
                while (_sessions.TryTakeIdle(out var idle))
                    if (TryWith(idle, query, mayBeGone: true, out var result, gone))
                        return result;
                TryWith(await ReaderAsync(), query, mayBeGone: false, out var read, gone);
                return read;
            },
            gone
        );
    }

    private bool TryWith<T>(
        PostgresSession session,
        Func<PostgresSession, T> query,
        bool mayBeGone,
        out T result,
        CancellationToken gone
    )
    {
        try
        {
            session.HasAnswered = false;
            result = query(session);
            _sessions.Leave(session);
            return true;
        }
        catch (Exception e)
        {
            var isGone = mayBeGone && !session.HasAnswered && !PostgresErrors.IsSilence(e);
            session.Dispose();
            if (gone.IsCancellationRequested)
                throw new OperationCanceledException("Nobody waits for what was read.", e, gone);
            if (!PostgresErrors.IsAway(e) && !(isGone && e is InvalidOperationException))
                throw;
            _sessions.Drop(); // the others are as they are
            result = default!;
            return isGone ? false : throw new StoreAwayException(e);
        }
    }

    private async Task<PostgresSession> ReaderAsync()
    {
        try
        {
            return await _sessions.TakeAsync();
        }
        catch (Exception e) when (PostgresErrors.IsAway(e))
        {
            throw new StoreAwayException(e);
        }
    }

    /// <inheritdoc/>
    public override Task<StoreCopy> CopyAsync(DateTimeOffset at, bool isScheduled = false) =>
        throw new StoreNotCopiedException(
            "The store is PostgreSQL, whose own tools copy it while the gateway runs: use pg_dump --format=custom. Keep the master key, too, and elsewhere: without it nobody can read the secrets in the copy."
        );

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
            return; // with the container, and by whoever failed to start it
        await _writers.DisposeAsync();
        _isClosed = true;
        _sessions.Dispose();
        await _lock.DisposeAsync();
        await _server.DisposeAsync();
    }
}
