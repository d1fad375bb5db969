using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;
using ScimGateway.Basics.Files;

namespace ScimGateway.Provisioning.Storage.Sqlite;

/// <summary>
/// How far a SQLite store has come, in a file beside it, by which it is known that the store is older than it was: a copy
/// was put in its place. The store counts its commits, and the mark follows; so after a crash it is behind the store and
/// never before it (docs/rooms/storage.md).
/// </summary>
internal sealed class SqliteMark : IDisposable
{
    private readonly SafeFileHandle _file;
    private readonly Guid _store;

    private SqliteMark(string path, Guid store) =>
        (_file, _store) = (File.OpenHandle(FileOf(path), FileMode.Open, FileAccess.Write), store);

    /// <summary>The mark of a store's file.</summary>
    public static string FileOf(string path) => path + ".mark";

    /// <summary>
    /// The mark of a store that is this process's alone. Where it says more than the store has, the store was restored, and
    /// is another one from then on.
    /// </summary>
    /// <param name="session">A session with the store.</param>
    /// <param name="path">The store's file.</param>
    /// <param name="restored">What is written where the store was restored; false if it matters to nobody.</param>
    /// <param name="matters">Whether it was restored, and that matters.</param>
    public static SqliteMark Take(
        SqliteSession session,
        string path,
        Func<StoreSession, bool> restored,
        out bool matters
    )
    {
        var said = Read(path);
        session.Execute("begin immediate");
        var isKept = session.Any($"select 1 from {SqliteSchema.Tables} where name = 'store_mark'");
        session.Execute("create table if not exists store_mark (store text not null, commits integer not null)");
        var kept = isKept
            ? session.First("select store, commits from store_mark", row => new Place(row.Id(), row.Long()))
            : null;
        // A store that never had a mark is new, or of a version that made none.
        var isRestored = isKept ? said is null || kept is null || !said.IsIn(kept) : said is not null;
        matters = isRestored && restored(session);
        if (isRestored || kept is null)
        {
            kept = new Place(Guid.NewGuid(), 0);
            session.Execute("delete from store_mark");
            session.Execute(
                "insert into store_mark (store, commits) values (@store, 0)",
                ("@store", kept.Store.ToString())
            );
        }
        session.Execute("commit");
        if (isRestored || said is null)
            Make(path, kept);
        return new SqliteMark(path, kept.Store);
    }

    /// <summary>From now on the store of a file counts as restored, if anybody opens it again.</summary>
    public static void Forget(string path) => File.Delete(FileOf(path));

    /// <summary>Counts a commit that is about to be made; how many there are with it.</summary>
    public static long Count(StoreSession session) =>
        session.First("update store_mark set commits = commits + 1 returning commits", row => row.Long());

    /// <summary>So many commits are on the disk.</summary>
    public void Follow(long commits)
    {
        try
        {
            // In place and without waiting for the disk: what a loss of power takes of it only leaves it behind.
            RandomAccess.Write(_file, new Place(_store, commits).ToUtf8(), 0);
        }
        catch (IOException)
        {
            // The work is on the disk; a mark that is behind it is one as after a crash.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    // A file of one line that is whole, before anybody sees it.
    private static void Make(string path, Place place)
    {
        var unfinished = FileOf(path) + ".unfinished";
        File.Delete(unfinished);
        using (var file = OwnerOnly.NewFile(unfinished))
        {
            file.Write(place.ToUtf8());
            file.Flush(flushToDisk: true);
        }
        File.Move(unfinished, FileOf(path), overwrite: true);
    }

    private static Place? Read(string path) =>
        File.Exists(FileOf(path)) ? Place.Parse(File.ReadAllText(FileOf(path))) : null;

    /// <summary>How far which store has come.</summary>
    private sealed record Place(Guid Store, long Commits)
    {
        /// <summary>Nowhere: what is no mark is of no store.</summary>
        private static readonly Place _none = new(Guid.Empty, long.MaxValue);

        public static Place Parse(string line) =>
            line.Split(' ') is [var store, var commits]
            && Guid.TryParse(store, out var id)
            && long.TryParse(
                commits,
                NumberStyles.None | NumberStyles.AllowTrailingWhite,
                CultureInfo.InvariantCulture,
                out var count
            )
                ? new Place(id, count)
                : _none;

        /// <summary>Whether a store has come at least so far.</summary>
        public bool IsIn(Place store) => Store == store.Store && Commits <= store.Commits;

        // Always as long, so that it is written over as a whole.
        public byte[] ToUtf8() =>
            Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Store} {Commits:D19}\n"));
    }
}
