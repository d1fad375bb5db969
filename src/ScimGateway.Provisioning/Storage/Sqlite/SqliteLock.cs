using ScimGateway.Basics.Files;

namespace ScimGateway.Provisioning.Storage.Sqlite;

/// <summary>
/// Keeps a SQLite store to one process: two would each run an executor, and Slack would hear everything twice. The
/// system lets go of it when the process ends, however it ends.
/// </summary>
internal sealed class SqliteLock : IDisposable
{
    private readonly FileStream _file;

    private SqliteLock(FileStream file) => _file = file;

    /// <summary>
    /// Takes the lock beside the file, which stays there: to delete it would let a third process lock another file of
    /// this name.
    /// </summary>
    public static SqliteLock Take(string path)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
        };
        try
        {
            return new SqliteLock(OwnerOnly.Open(path + ".lock", options));
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException))
        {
            throw new StoreInUseException(path, e);
        }
    }

    public void Dispose() => _file.Dispose();
}
