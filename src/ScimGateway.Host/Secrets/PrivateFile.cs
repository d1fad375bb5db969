using ScimGateway.Basics.Files;

namespace ScimGateway.Host.Secrets;

/// <summary>A file with a secret, or a folder of them, which nobody else may read.</summary>
internal static class PrivateFile
{
    private const int MostBytes = 64 * 1024;

    /// <summary>Refuses a folder that others may look into; where there is none, nothing is open.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="setting">Where it is named, for whoever has to mend it.</param>
    /// <exception cref="MasterKeyException">Others may read or change it.</exception>
    public static void RequireFolder(string path, string setting)
    {
        if (OwnerOnly.IsOpen(path))
            throw new MasterKeyException(
                $"Others may read or change {path}, the folder of {setting}: see who has, and 'chmod 700 {path}', or name a folder below it, which 'serve --init' makes."
            );
        RequireOwner(LinuxFile.OtherOwner(path), path, "folder", setting);
    }

    // An owner can open a file to others at any time. Root may own it: a container's secrets belong to root, and only root
    // can change them.
    private static void RequireOwner(uint? another, string path, string what, string setting)
    {
        if (another is { } owner)
            throw new MasterKeyException(
                $"{path}, the {what} of {setting}, belongs to user {owner}, who may read and change it: 'chown' it to the user of the gateway."
            );
    }

    /// <summary>What is in a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="setting">Where it is named, for whoever has to mend it.</param>
    /// <exception cref="MasterKeyException">It cannot be read, or others may read it.</exception>
    public static byte[] Read(string path, string setting)
    {
        if (LinuxFile.IsRegular(path) == false)
            throw new MasterKeyException(
                $"{path}, the file of {setting}, is a folder, a pipe or a device: put the secret into a file that only the user of the gateway may read."
            );
        try
        {
            using var file = File.OpenRead(path);
            // Of what was opened, which a link in its place cannot change.
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file.SafeFileHandle) & OwnerOnly.Strangers) != 0)
                throw new MasterKeyException(
                    $"Others may read or change {path}, the file of {setting}: see who has read it, and 'chmod 600 {path}'."
                );
            RequireOwner(LinuxFile.OtherOwner(file.SafeFileHandle), path, "file", setting);
            // The folder of each link on the way, and of the file at its end: whose they are may put another file there.
            for (FileSystemInfo? at = new FileInfo(path); at is not null; at = at.ResolveLinkTarget(false))
            {
                var folder = Path.GetDirectoryName(at.FullName)!;
                RequireOwner(LinuxFile.OtherOwner(folder), folder, "folder", setting);
            }
            if (file.Length > MostBytes)
                throw new MasterKeyException(
                    $"{path}, the file of {setting}, has more than {MostBytes / 1024} KiB: name another one."
                );
            var bytes = new byte[file.Length];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new MasterKeyException(
                $"{path}, the file of {setting}, is not there: put it back from where you keep a copy of it, or name another one.",
                e
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MasterKeyException($"{path}, the file of {setting}, cannot be read: {e.Message}", e);
        }
    }
}
