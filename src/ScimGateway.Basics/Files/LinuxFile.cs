using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ScimGateway.Basics.Files;

/// <summary>
/// What Linux tells of a file or folder, and .NET does not. A link is what it leads to; elsewhere, and where there is no such
/// file, nothing is told.
/// </summary>
public static partial class LinuxFile
{
    private const int AtWorkingFolder = -100; // AT_FDCWD
    private const int EmptyPath = 0x1000; // AT_EMPTY_PATH
    private const uint All = 1 | 4 | 8; // STATX_TYPE, STATX_NLINK, STATX_UID
    private const uint Root = 0;
    private const int Kind = 0xF000; // S_IFMT
    private const int Regular = 0x8000; // S_IFREG

    /// <summary>The number of its owner if that is neither root nor the user of this process.</summary>
    public static uint? OtherOwner(string path) => OtherOwner(Ask(AtWorkingFolder, path, 0));

    /// <summary>The same of what is open.</summary>
    public static uint? OtherOwner(SafeFileHandle file) =>
        OtherOwner(Ask((int)file.DangerousGetHandle(), "", EmptyPath));

    /// <summary>How many names it has: hard links.</summary>
    public static uint? Names(string path) => Ask(AtWorkingFolder, path, 0)?.Names;

    /// <summary>Whether it is a file and nothing else that has a name, as a pipe, whose reader waits for a writer.</summary>
    public static bool? IsRegular(string path) =>
        Ask(AtWorkingFolder, path, 0) is { } found ? (found.Mode & Kind) == Regular : null;

    private static uint? OtherOwner(Found? found) =>
        found is { Owner: not Root } its && its.Owner != CurrentUser() ? its.Owner : null;

    private static Found? Ask(int folder, string path, int flags)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        try
        {
            return Ask(folder, path, flags, All, out var found) == 0 ? found : null;
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
        [FieldOffset(16)]
        public uint Names;

        [FieldOffset(20)]
        public uint Owner;

        [FieldOffset(28)]
        public ushort Mode;
    }
}
