using System.Globalization;
using Microsoft.Data.Sqlite;
using ScimGateway.Basics.Files;

namespace ScimGateway.Provisioning.Storage.Sqlite;

/// <summary>
/// A copy of the store's file while it is used: of one moment, and looked through before it has its name. It is read as
/// any reader does, so that writers go on; what they write meanwhile stays in the log beside the file until it is done
/// (https://www.sqlite.org/lang_vacuum.html#vacuuminto).
/// </summary>
internal sealed class SqliteCopy(string path)
{
    private const string Folder = "backups";
    private const string Unfinished = ".unfinished";
    private const string OnRequest = "store-";
    private const string ByTheClock = "scheduled-";
    private const string Time = "yyyyMMdd'T'HHmmssfff'Z'";

    // What others may want of the disk meanwhile, as the log does.
    private const long Spare = 64 << 20;

    private int _isUnderWay;

    /// <summary>Makes one in the folder beside the file, with the time as its name.</summary>
    /// <exception cref="StoreNotCopiedException">
    /// Another one is being made, there is no room, or the folder cannot be written.
    /// </exception>
    public StoreCopy Make(DateTimeOffset at, bool isScheduled)
    {
        if (Interlocked.Exchange(ref _isUnderWay, 1) == 1)
            throw new StoreNotCopiedException("A copy of the store is being made already. Wait until it is done.");
        try
        {
            var folder = CopiesFolder();
            OwnerOnly.MakeFolder(folder);
            // What a process left that was ended on its way.
            foreach (var left in Directory.EnumerateFiles(folder, $"*{Unfinished}"))
                File.Delete(left);
            RequireRoom(folder);
            var whole = Free(folder, isScheduled ? ByTheClock : OnRequest, at);
            var unfinished = whole + Unfinished;
            try
            {
                OwnerOnly.NewFile(unfinished).Dispose(); // an empty file is as good as none to SQLite
                using (var source = SqliteFile.OpenReader(path))
                    Run(source, "vacuum into @file", ("@file", unfinished));
                Check(unfinished);
                File.Move(unfinished, whole, overwrite: false);
            }
            catch
            {
                File.Delete(unfinished);
                throw;
            }
            return new StoreCopy(whole, new FileInfo(whole).Length);
        }
        catch (Exception e)
            when (e
                    is IOException
                        or UnauthorizedAccessException
                        or SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_FULL or SQLitePCL.raw.SQLITE_IOERR }
            )
        {
            throw new StoreNotCopiedException(
                $"No copy can be written in {CopiesFolder()}: {e.Message} Have the gateway's user own that folder, and room in it."
            );
        }
        finally
        {
            Volatile.Write(ref _isUnderWay, 0);
        }
    }

    /// <summary>Those that were made by the clock, the newest first. What is named otherwise is somebody else's.</summary>
    public IReadOnlyList<ScheduledCopy> Scheduled() =>
        Directory.Exists(CopiesFolder())
            ?
            [
                .. Directory
                    .EnumerateFiles(CopiesFolder(), $"{ByTheClock}*.db")
                    .Select(file =>
                        (Path: file, At: TimeOf(Path.GetFileNameWithoutExtension(file)[ByTheClock.Length..]))
                    )
                    .Where(copy => copy.At is not null)
                    .Select(copy => new ScheduledCopy(copy.Path, copy.At!.Value))
                    .OrderByDescending(copy => copy.At),
            ]
            : [];

    // Behind a hyphen stands which one it is of that time.
    private static DateTimeOffset? TimeOf(string name) =>
        DateTimeOffset.TryParseExact(
            name.Split('-')[0],
            Time,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var at
        )
            ? at
            : null;

    private string CopiesFolder() => Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, Folder);

    // A clock may have been set back, so that its time has a copy already.
    private static string Free(string folder, string begins, DateTimeOffset at)
    {
        var time = at.UtcDateTime.ToString(Time, CultureInfo.InvariantCulture);
        for (var number = 1; ; number++)
        {
            var file = Path.Combine(folder, number == 1 ? $"{begins}{time}.db" : $"{begins}{time}-{number}.db");
            if (!File.Exists(file))
                return file;
        }
    }

    private void RequireRoom(string folder)
    {
        var (free, wanted) = (new DriveInfo(folder).AvailableFreeSpace, new FileInfo(path).Length + Spare);
        if (free < wanted)
            throw new StoreNotCopiedException(
                $"There is no room for a copy in {folder}: {free >> 20} MiB are free, and {wanted >> 20} MiB are wanted. Make room, or move former copies elsewhere."
            );
    }

    private static void Check(string file)
    {
        using (
            var copy = new SqliteConnection(
                new SqliteConnectionStringBuilder
                {
                    DataSource = file,
                    Mode = SqliteOpenMode.ReadOnly,
                    Pooling = false,
                }.ToString()
            )
        )
        {
            copy.Open();
            using var command = copy.CreateCommand();
            command.CommandText = "pragma integrity_check(1)";
            if ((string?)command.ExecuteScalar() is var says && says != "ok")
                throw new StoreNotCopiedException(
                    $"The copy is not whole, and was deleted: {says}. If it says so again, the store's own file is damaged."
                );
        }
        using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite);
        stream.Flush(flushToDisk: true);
    }

    private static void Run(SqliteConnection connection, string sql, (string Name, string Value) parameter)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // the text is the gateway's
        command.CommandText = sql;
#pragma warning restore CA2100
        command.CommandTimeout = 0;
        command.Parameters.AddWithValue(parameter.Name, parameter.Value);
        command.ExecuteNonQuery();
    }
}
