using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using ScimGateway.Basics.Files;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Storage.Sqlite;

/// <summary>A store that is one SQLite file: any number of readers, one writer.</summary>
internal sealed class SqliteStore : Store
{
    // A crowd of readers comes once; the memory of their sessions would stay for ever.
    private const int MostIdle = 8;

    private readonly string _path;
    private readonly SqliteLock _lock;
    private readonly SqliteMark _mark;
    private readonly SqliteWriter _writer;
    private readonly SqliteCopy _copy;
    private readonly ConcurrentStack<SqliteSession> _readers = []; // the last one used has its pages at hand
    private volatile bool _isClosed;

    private SqliteStore(string path, SqliteLock heldLock, SqliteMark mark)
    {
        (_path, _lock, _mark, _copy) = (path, heldLock, mark, new SqliteCopy(path));
        _writer = new SqliteWriter(SqliteFile.Open(path), mark);
    }

    /// <summary>
    /// Opens the file, making it or bringing it up to date where that is needed, and keeps other processes from it.
    /// </summary>
    /// <exception cref="StoreInUseException">Another process has it open.</exception>
    public static async Task<Store> OpenAsync(string path, Func<StoreSession, bool> restored, CancellationToken cancel)
    {
        var held = SqliteLock.Take(path);
        try
        {
            // SQLite gives what it makes beside its file the mode of that.
            foreach (var file in SqliteFile.Beside(path).Prepend(path))
                OwnerOnly.Close(file);
            if (!File.Exists(path))
            {
                OwnerOnly.NewFile(path).Dispose(); // an empty file is as good as none to SQLite
                SqliteSchema.Make(path);
            }
            else if (!SqliteSchema.IsUpToDate(path))
                await SqliteSchema.MigrateAsync(path, cancel);
            using var session = new SqliteSession(SqliteFile.Open(path));
            SqliteTotals.Prepare(session);
            SqliteStatistics.Prepare(session);
            var mark = SqliteMark.Take(session, path, restored, out var matters);
            var store = new SqliteStore(path, held, mark);
            if (matters)
                store.NoteRestored();
            return store;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public override SqlDialect Sql => SqliteDialect.One;

    /// <inheritdoc/>
    public override Task<T> WriteAsync<T>(
        Func<StoreSession, T> work,
        CancellationToken cancel,
        TenantId tenant = default,
        [CallerMemberName] string what = ""
    ) => Measure(_writer.RunAsync(work, tenant, what, cancel));

    /// <inheritdoc/>
    public override WriterHold TakeLongestHold() => _writer.TakeLongest();

    /// <inheritdoc/>
    public override bool IsFull => _writer.IsFull;

    /// <inheritdoc/>
    public override ValueTask<T> ReadAsync<T>(Func<StoreSession, T> query, CancellationToken gone = default) =>
        ValueTask.FromResult(Read(query, inTransaction: true, gone));

    // It takes its time, in which nobody waits for a thread of the requests'.
    /// <inheritdoc/>
    public override Task<StoreCopy> CopyAsync(DateTimeOffset at, bool isScheduled = false) =>
        Task.Factory.StartNew(
            () => _copy.Make(at, isScheduled),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default
        );

    /// <inheritdoc/>
    public override IReadOnlyList<ScheduledCopy> ScheduledCopies() => _copy.Scheduled();

    // The file's lock is the system's, which keeps it as long as the process lives.
    internal override ValueTask<T> ReadAloneAsync<T>(Func<StoreSession, T> query) => AskAsync(query);

    /// <inheritdoc/>
    public override ValueTask<T> AskAsync<T>(Func<StoreSession, T> query, CancellationToken gone = default) =>
        ValueTask.FromResult(Read(query, inTransaction: false, gone));

    // The file is at hand: nothing is waited for.
    private T Read<T>(Func<StoreSession, T> query, bool inTransaction, CancellationToken gone)
    {
        var session = Reader();
        try
        {
            if (inTransaction)
                session.Execute("begin");
            try
            {
                // Over before the commit, which must not be interrupted, and before the session is another's.
                using (session.InterruptedBy(gone))
                    return query(session);
            }
            finally
            {
                if (inTransaction)
                    session.Execute("commit");
            }
        }
        catch (SqliteException e) when (SqliteInterrupt.IsCauseOf(e) && gone.IsCancellationRequested)
        {
            throw new OperationCanceledException("Nobody waits for what was read.", e, gone);
        }
        finally
        {
            Return(session);
        }
    }

    private SqliteSession Reader() =>
        _readers.TryPop(out var idle)
            ? idle
            : new SqliteSession(SqliteFile.OpenReader(_path)) { KeepsTenantsApart = true };

    private void Return(SqliteSession session)
    {
        session.Tidy();
        if (_isClosed || _readers.Count >= MostIdle)
            session.Dispose();
        else
            _readers.Push(session);
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        await _writer.DisposeAsync();
        _isClosed = true;
        // Each is taken out first: whoever reads still must not get one that is let go of, and with it leave a
        // transaction open.
        while (_readers.TryPop(out var session))
            session.Dispose();
        _mark.Dispose();
        _lock.Dispose();
    }
}
