using System.Data.Common;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using ScimGateway.Basics.Files;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Storage.Postgres;
using ScimGateway.Provisioning.Storage.Sqlite;

namespace ScimGateway.Provisioning.Storage;

/// <summary>
/// What the gateway keeps: any number of readers, and the works of one tenant one after the other. It is one SQLite
/// file, or a database of PostgreSQL.
/// </summary>
internal abstract class Store : IAsyncDisposable
{
    /// <summary>The name of the metrics.</summary>
    public const string Source = "ScimGateway.Store";

    private static readonly Histogram<double> _writes = new Meter(Source).CreateHistogram<double>(
        "scim.store.write.duration",
        "s",
        "How long a transaction takes that writes, from when it waits for its turn until it is on the disk.",
        tags: null,
        new InstrumentAdvice<double>
        {
            HistogramBucketBoundaries = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10],
        }
    );

    /// <summary>What it calls in its own way.</summary>
    public abstract SqlDialect Sql { get; }

    private int _restorations;

    /// <summary>
    /// Opens the store of a connection string, making it or bringing it up to date where that is needed, and keeps other
    /// processes from it.
    /// </summary>
    /// <param name="connection">The connection string.</param>
    /// <param name="restored">
    /// What is written, before anybody else writes, where the store has not all that it had: it was restored, or its server
    /// has lost what was written last. False if that matters to nobody. It may be run again.
    /// </param>
    /// <param name="cancel">Ends the opening.</param>
    /// <param name="cluster">
    /// The cluster whose processes have it together, which a database alone can be had by; null for one process alone.
    /// </param>
    /// <param name="mayMake">Whether a database gets one where there is none. A file always does.</param>
    /// <exception cref="StoreInUseException">Another process has it open, or another cluster.</exception>
    /// <exception cref="StoreAddressException">The connection string is none.</exception>
    public static Task<Store> OpenAsync(
        string connection,
        Func<StoreSession, bool> restored,
        CancellationToken cancel,
        string? cluster = null,
        bool mayMake = true
    ) =>
        FileOf(connection) is not { } path ? PostgresStore.OpenAsync(connection, restored, cluster, mayMake, cancel)
        : cluster is null ? SqliteStore.OpenAsync(path, restored, cancel)
        : throw new StoreAddressException(
            "A cluster keeps its store in PostgreSQL, which several machines reach: name a database in --store (Host=…), or leave the cluster out."
        );

    /// <summary>The same for whoever tells Slack nothing.</summary>
    internal static Task<Store> OpenAsync(string connection, CancellationToken cancel) =>
        OpenAsync(connection, _ => false, cancel);

    /// <summary>A session with a store that another process has open, for whoever looks on.</summary>
    internal static StoreSession LookAt(string connection) =>
        FileOf(connection) is { } path
            ? new SqliteSession(SqliteFile.OpenReader(path))
            : new PostgresSession(PostgresServer.Of(connection).Open());

    // SQLite takes other names for more than a path: the lock, the mark and the rule for folders would be of another file.
    private static bool IsFile(string path) =>
        path.Length > 0 && path[0] is not (':' or '|') && !path.StartsWith("file:", StringComparison.OrdinalIgnoreCase);

    /// <summary>The file of a connection string; null where the store is none.</summary>
    /// <exception cref="StoreAddressException">The connection string is none, or names a file that is a link or has further names.</exception>
    public static string? FileOf(string connection)
    {
        var parts = new DbConnectionStringBuilder();
        try
        {
            parts.ConnectionString = connection;
        }
        catch (ArgumentException)
        {
            throw new StoreAddressException();
        }
        return parts.TryGetValue("Data Source", out var path) && parts.Count == 1 && IsFile((string)path)
                ? Itself((string)path)
            : parts.ContainsKey("Host") ? null
            : throw new StoreAddressException();
    }

    // The lock and the mark lie beside the name: by two names two processes would each take the file for theirs, and the
    // folder that is looked at would not be the one that it is in. What lies beside it would be read, written and closed
    // to others wherever a link leads.
    private static string Itself(string path)
    {
        if (new FileInfo(path).LinkTarget is { } target)
            throw new StoreAddressException(
                $"The store's file {path} is a link to {target}. Name the file itself: its lock lies beside it, and nobody else may read its folder."
            );
        RequireFile(path);
        if (LinuxFile.Names(path) is > 1 and var names)
            throw new StoreAddressException(
                $"The store's file {path} has {names} names (hard links), by each of which another process could open it with a lock of its own. Look for them with 'find / -xdev -samefile {path}', and delete all but this one."
            );
        foreach (var beside in SqliteFile.Beside(path))
        {
            if (new FileInfo(beside).LinkTarget is { } elsewhere)
                throw new StoreAddressException(
                    $"{beside}, which belongs to the store's file, is a link to {elsewhere}. See who has made it, and put the file itself in its place; where that is missing, delete the link."
                );
            RequireFile(beside);
            if (LinuxFile.Names(beside) is > 1 and var its)
                throw new StoreAddressException(
                    $"{beside}, which belongs to the store's file, has {its} names (hard links). Look for them with 'find / -xdev -samefile {beside}', see who has made them, and delete all but this one."
                );
        }
        return path;
    }

    // Whoever opens a pipe waits for its other end.
    private static void RequireFile(string path)
    {
        if (LinuxFile.IsRegular(path) == false)
            throw new StoreAddressException(
                $"{path} is a folder, a pipe or a device, and the store needs a file there. See who has made it, and move it away, or name another file."
            );
    }

    /// <summary>
    /// Runs the work in a transaction; returns once it is on the disk. The work must not wait for anything, and others
    /// wait for it; it may be run again.
    /// </summary>
    /// <param name="work">The work.</param>
    /// <param name="cancel">Ends the waiting for room in the queue.</param>
    /// <param name="tenant">For whom; tenants take turns.</param>
    /// <param name="what">The method that has it done.</param>
    public abstract Task<T> WriteAsync<T>(
        Func<StoreSession, T> work,
        CancellationToken cancel,
        TenantId tenant = default,
        [CallerMemberName] string what = ""
    );

    private protected static Task<T> Measure<T>(Task<T> write)
    {
        return _writes.Enabled ? MeasuredAsync(write, Stopwatch.GetTimestamp()) : write;

        static async Task<T> MeasuredAsync(Task<T> write, long begun)
        {
            try
            {
                return await write;
            }
            finally
            {
                _writes.Record(Stopwatch.GetElapsedTime(begun).TotalSeconds);
            }
        }
    }

    /// <summary>
    /// What has kept all others from writing for longest since this was last asked for: one work, or one commit.
    /// </summary>
    public abstract WriterHold TakeLongestHold();

    /// <summary>
    /// Whether there was no room on this machine's disk for what was written last. A server's is its own to tell of.
    /// </summary>
    public virtual bool IsFull => false;

    /// <summary>
    /// Whether no other process had it as this one opened it: whatever a former one has left half done is nobody's then.
    /// </summary>
    public virtual bool WasFree => true;

    /// <summary>Whether other processes of a cluster have it, too.</summary>
    public virtual bool IsShared => false;

    /// <summary>A tenant has its home here from now on, by this epoch: all that is written for it comes by this process.</summary>
    internal virtual void BeginHome(TenantId tenant, long epoch) { }

    /// <summary>The home of that epoch has ended: another process may write for the tenant.</summary>
    internal virtual void EndHome(TenantId tenant, long epoch) { }

    /// <summary>How often it was found since it is open that it has not all that it had, which mattered to somebody.</summary>
    public int Restorations => Volatile.Read(ref _restorations);

    private protected void NoteRestored() => Interlocked.Increment(ref _restorations);

    /// <summary>Why the store cannot be written: reads go on then.</summary>
    public const string AnothersNow = "another process has it";

    /// <summary>
    /// Why the store cannot be used for now, in the words of its server; null if it can, as far as is known. A file is at
    /// hand.
    /// </summary>
    public virtual string? WhyAway => null;

    /// <summary>
    /// Runs queries on what is committed, all of them on the same state. They must not wait for anything.
    /// </summary>
    /// <exception cref="OperationCanceledException">
    /// Nobody waits for it any more: the query under way has ended where it was.
    /// </exception>
    public abstract ValueTask<T> ReadAsync<T>(Func<StoreSession, T> query, CancellationToken gone = default);

    /// <summary>
    /// Runs one query on what is committed: a statement by itself sees one state, and needs no transaction.
    /// </summary>
    /// <exception cref="OperationCanceledException">As in <see cref="ReadAsync"/>.</exception>
    public abstract ValueTask<T> AskAsync<T>(Func<StoreSession, T> query, CancellationToken gone = default);

    /// <summary>
    /// Runs a query while it is sure that no other process has the store: what is done right after it, and no transaction
    /// can undo, is done by one process alone.
    /// </summary>
    /// <exception cref="StoreAwayException">That is not sure.</exception>
    internal abstract ValueTask<T> ReadAloneAsync<T>(Func<StoreSession, T> query);

    /// <summary>Makes a copy of all there is, of one moment, while it is used.</summary>
    /// <param name="at">What time it is, by which the copy is named.</param>
    /// <param name="isScheduled">Whether it is made by the clock, and is deleted when there are newer ones.</param>
    /// <exception cref="StoreNotCopiedException">It cannot be made here, or not now.</exception>
    public abstract Task<StoreCopy> CopyAsync(DateTimeOffset at, bool isScheduled = false);

    /// <summary>The copies that were made by the clock and are there still, the newest first.</summary>
    public virtual IReadOnlyList<ScheduledCopy> ScheduledCopies() => [];

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
