namespace ScimGateway.Provisioning.Storage;

/// <summary>The store is open in another process. Its message says what to do.</summary>
public sealed class StoreInUseException : IOException
{
    internal StoreInUseException(string path, IOException inner)
        : base($"Another process has the store {path} open: stop it, or give this one a data folder of its own.", inner)
    { }
}

/// <summary>The store is of a version of the gateway that this one does not know.</summary>
public sealed class StoreUnknownException : IOException
{
    internal StoreUnknownException(string path, string migration)
        : base(
            $"The store {path} was made by another version of the gateway ({migration}), which this one cannot go on from: start that version, or give this one a data folder of its own."
        ) { }
}

/// <summary>
/// Keeps a SQLite store to one process: two would each run an executor, and Slack would hear everything twice. The
/// system lets go of it when the process ends, however it ends.
/// </summary>
internal sealed class StoreLock : IDisposable
{
    private readonly FileStream _file;

    private StoreLock(FileStream file) => _file = file;

    /// <summary>
    /// Takes the lock beside the file, which stays there: to delete it would let a third process lock another file of
    /// this name.
    /// </summary>
    public static StoreLock Take(string path)
    {
        try
        {
            return new StoreLock(
                new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None)
            );
        }
        catch (IOException e) when (e is not (DirectoryNotFoundException or PathTooLongException))
        {
            throw new StoreInUseException(path, e);
        }
    }

    public void Dispose() => _file.Dispose();
}
