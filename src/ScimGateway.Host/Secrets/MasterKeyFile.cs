using System.Runtime.InteropServices;
using System.Text;
using ScimGateway.Basics.Files;

namespace ScimGateway.Host.Secrets;

/// <summary>A file with a master key, one in each line while they are changed.</summary>
internal static partial class MasterKeyFile
{
    /// <summary>Its keys.</summary>
    /// <param name="path">The file.</param>
    /// <param name="setting">Where it is named, for whoever has to mend it.</param>
    /// <exception cref="MasterKeyException">It cannot be read, others may read it, or it has no master key.</exception>
    public static IReadOnlyList<MasterKey> Read(string path, string setting) =>
        MasterKey.Parse(Encoding.UTF8.GetString(PrivateFile.Read(path, setting)), setting);

    /// <summary>
    /// Makes one with a new key, for nobody but its owner to read; false if there is something of its name, which stays as
    /// it is.
    /// </summary>
    /// <exception cref="MasterKeyException">It cannot be written.</exception>
    public static bool TryMake(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var draft = Path.Combine(folder, $".{Path.GetFileName(path)}-{Guid.NewGuid():n}");
        try
        {
            OwnerOnly.MakeFolder(folder);
            if (File.Exists(path))
                return false;
            try
            {
                using (var file = OwnerOnly.NewFile(draft))
                {
                    file.Write(Encoding.ASCII.GetBytes(MasterKey.New() + "\n"));
                    file.Flush(flushToDisk: true); // what it wraps is on the disk, too
                }
                // As a whole or not at all, and never over another one.
                Name(draft, path);
                return true;
            }
            catch (IOException) when (File.Exists(path))
            {
                return false; // somebody else has made one meanwhile
            }
            finally
            {
                File.Delete(draft);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new MasterKeyException($"A master key cannot be written to {path}: {e.Message}", e);
        }
    }

    // On Unix File.Move looks whether there is one and then renames, over whatever came in between; link(2) does both at
    // once. File systems without links are left with the former.
    private static void Name(string draft, string path)
    {
        if (OperatingSystem.IsWindows() || Link(draft, path) != 0)
            File.Move(draft, path, overwrite: false);
    }

    [LibraryImport("libc", EntryPoint = "link", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Link(string from, string to);
}
