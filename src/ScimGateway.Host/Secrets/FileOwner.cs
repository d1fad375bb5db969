using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ScimGateway.Host.Secrets;

/// <summary>Whose a file or folder is. Linux only: .NET tells its mode, and not its owner.</summary>
internal static partial class FileOwner
{
    private const int AtWorkingFolder = -100; // AT_FDCWD
    private const int EmptyPath = 0x1000; // AT_EMPTY_PATH
    private const uint AskForOwner = 8; // STATX_UID
    private const uint Root = 0;

    /// <summary>
    /// The number of its owner if that is neither root nor the user of this process; null if it is, or if that cannot be
    /// told. A link is what it leads to.
    /// </summary>
    public static uint? Another(string path) => Another(AtWorkingFolder, path, 0);

    /// <summary>The same of what is open.</summary>
    public static uint? Another(SafeFileHandle file) => Another((int)file.DangerousGetHandle(), "", EmptyPath);

    private static uint? Another(int folder, string path, int flags)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        try
        {
            return
                Ask(folder, path, flags, AskForOwner, out var found) == 0
                && found.Owner != Root
                && found.Owner != CurrentUser()
                ? found.Owner
                : null;
        }
        catch (EntryPointNotFoundException)
        {
            return null; // a C library of before 2018
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Ask(int folder, string path, int flags, uint mask, out Found found);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint CurrentUser();

    // The same on each architecture, unlike what stat(2) fills; statx(2).
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct Found
    {
        [FieldOffset(20)]
        public uint Owner;
    }
}
