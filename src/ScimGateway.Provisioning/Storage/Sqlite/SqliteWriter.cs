using System.Diagnostics;
using Microsoft.Data.Sqlite;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Storage.Sqlite;

/// <summary>The one writer of a SQLite file: what queues up while a commit is on its way shares the next one.</summary>
internal sealed class SqliteWriter : IAsyncDisposable
{
    private const int MostPerCommit = 512;

    // What came first is on the disk by then, however much has come behind it.
    private static readonly TimeSpan _untilCommit = TimeSpan.FromMilliseconds(50);

    // Nor does one tenant's one work wait for another's many.
    private static readonly TimeSpan _untilCommitOfSeveral = TimeSpan.FromMilliseconds(2);

    private const string Begin = "begin immediate";
    private const string Commit = "commit";

    private readonly WriterQueue<StoreWork> _queue = new();
    private readonly SqliteMark _mark;
    private readonly SqliteSession _session;
    private readonly Task _loop;
    private readonly LongestHold _longest = new();
    private readonly WriterShares _shares = new();
    private bool _hasWritten; // in the transaction that is open
    private bool _isFull;

    /// <summary>
    /// Starts the writer on a connection that is open, with synchronous=full: a task completes when its work is on the
    /// disk, which the mark follows.
    /// </summary>
    public SqliteWriter(SqliteConnection connection, SqliteMark mark)
    {
        _mark = mark;
        _session = new SqliteSession(connection) { KeepsTenantsApart = true };
        _loop = Task.Run(LoopAsync);
    }

    /// <summary>Whether there was no room on the disk for what was written last.</summary>
    public bool IsFull
    {
        get => Volatile.Read(ref _isFull);
        private set => Volatile.Write(ref _isFull, value);
    }

    /// <summary>What has kept all others from writing for longest since it was last asked for.</summary>
    public WriterHold TakeLongest() => _longest.Take();

    /// <summary>
    /// Runs the work in a transaction of its own or shared; returns once that is durable. The work must not wait for
    /// anything, and may be run again: what it did in the store is undone then, nothing else.
    /// </summary>
    /// <param name="work">The work.</param>
    /// <param name="tenant">For whom; tenants take turns.</param>
    /// <param name="what">What it is, for whoever looks at what holds the writer.</param>
    /// <param name="ct">Ends the waiting for room in the queue.</param>
    public async Task<T> RunAsync<T>(Func<StoreSession, T> work, TenantId tenant, string what, CancellationToken ct)
    {
        var item = new StoreWork<T>(work) { What = what };
        await _queue.PutAsync(tenant, item, ct);
        return await item.Done;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _queue.Close();
        await _loop;
        _session.Dispose();
    }

    private async Task LoopAsync()
    {
        var batch = new List<Queued>(MostPerCommit);
        while (await _queue.WaitAsync())
        {
            batch.Clear();
            if (!TryTake(batch))
                continue;
            try
            {
                if (!TryTogether(batch))
                    OneByOne(batch);
                foreach (var (tenant, rest) in _shares.Rests(Stopwatch.GetTimestamp()))
                    _queue.Rest(tenant, rest);
                // One that wrote nothing says nothing of the disk.
                IsFull &= !_session.HasWritten;
                batch.ForEach(one => one.Work.Succeed());
            }
            catch (SqliteException e)
            {
                // a full disk, a busy file: nobody's work counts, and the next batch begins afresh
                RollBack();
                var isFull = e.SqliteErrorCode == SQLitePCL.raw.SQLITE_FULL;
                IsFull |= isFull;
                batch.ForEach(one => one.Work.Fail(isFull ? StoreAwayException.Full(e) : e));
            }
        }
    }

    // The tenant's next one may go with it: there is one writer alone.
    private bool TryTake(List<Queued> batch)
    {
        if (!_queue.TryTake(out var work, out var tenant))
            return false;
        _queue.Done(tenant);
        batch.Add(new(work, tenant));
        return true;
    }

    // A savepoint keeps a copy of each page that is written after it, which costs as much as the work: the usual batch
    // goes without. Who is refused has mostly written nothing by then. False if somebody has: all of it is undone.
    private bool TryTogether(List<Queued> batch)
    {
        var begun = Stopwatch.GetTimestamp();
        var until = _untilCommit;
        _session.Execute(Begin);
        _hasWritten = false;
        for (var i = 0; i < batch.Count; i++)
        {
            _session.HasWritten = false;
            var isDone = IsDone(batch[i]);
            _hasWritten |= _session.HasWritten;
            if (!isDone && _session.HasWritten)
            {
                _session.Execute("rollback");
                return false;
            }
            if (
                batch.Count < MostPerCommit
                && Stopwatch.GetElapsedTime(begun) < until
                && TryTake(batch)
                && batch[^1].Of != batch[0].Of
            )
                until = _untilCommitOfSeveral;
        }
        End();
        return true;
    }

    private void OneByOne(List<Queued> batch)
    {
        _session.Execute(Begin);
        _hasWritten = true;
        foreach (var one in batch)
        {
            _session.Execute("savepoint work");
            if (!IsDone(one))
                _session.Execute("rollback to work");
            _session.Execute("release work");
        }
        End();
    }

    private bool IsDone(Queued one)
    {
        var begun = Stopwatch.GetTimestamp();
        var isDone = one.Work.Try(_session, IsOfAll);
        var time = Stopwatch.GetElapsedTime(begun);
        _longest.Note(one.Work.What, time);
        _shares.Had(one.Of, time);
        return isDone;
    }

    private void End()
    {
        var begun = Stopwatch.GetTimestamp();
        long? commits = _hasWritten ? SqliteMark.Count(_session) : null;
        _session.Execute(Commit);
        if (commits is { } count)
            _mark.Follow(count);
        var time = Stopwatch.GetElapsedTime(begun);
        _longest.Note(Commit, time);
        _shares.Committed(time);
    }

    // A full disk may have ended the transaction of all.
    private static bool IsOfAll(Exception e) =>
        e is SqliteException { SqliteErrorCode: not SQLitePCL.raw.SQLITE_CONSTRAINT };

    private void RollBack()
    {
        try
        {
            _session.Execute("rollback");
        }
        catch (SqliteException)
        {
            // the transaction never began, or SQLite ended it by itself
        }
    }

    private readonly record struct Queued(StoreWork Work, TenantId Of);
}
