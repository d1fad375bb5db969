namespace ScimGateway.Basics.Files;

/// <summary>Files and folders that nobody else on the machine reads, from the moment that they are there.</summary>
public static class OwnerOnly
{
    /// <summary>What others may do is not in it.</summary>
    public const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>
    /// What others may do to no secret, nor to a folder of them. The group may read: that is how Kubernetes hands a secret
    /// to a user who is not root.
    /// </summary>
    public static UnixFileMode Strangers =>
        UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Whether others may look into a folder; where there is none, nothing is open.</summary>
    public static bool IsOpen(string folder) =>
        !OperatingSystem.IsWindows() && Directory.Exists(folder) && (File.GetUnixFileMode(folder) & Strangers) != 0;

    /// <summary>A new file, to be written.</summary>
    /// <exception cref="IOException">There is something of its name.</exception>
    public static FileStream NewFile(string path) =>
        Open(path, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write });

    /// <summary>A file that, where it is made, is its owner's alone.</summary>
    public static FileStream Open(string path, FileStreamOptions options)
    {
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = Mode;
        return new FileStream(path, options);
    }

    /// <summary>Takes from others what they may do to a file, where there is one.</summary>
    public static void Close(string path)
    {
        if (OperatingSystem.IsWindows())
            return;
        try
        {
            if ((File.GetUnixFileMode(path) & ~Mode) != 0)
                File.SetUnixFileMode(path, Mode);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // There is none, or no more: a journal goes with whoever used it last.
        }
    }

    /// <summary>Makes a folder where there is none.</summary>
    public static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, Mode | UnixFileMode.UserExecute);
    }
}
