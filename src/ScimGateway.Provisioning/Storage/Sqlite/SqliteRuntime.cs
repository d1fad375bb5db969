using System.Runtime.CompilerServices;
using SQLitePCL;

namespace ScimGateway.Provisioning.Storage.Sqlite;

/// <summary>SQLite as this process uses it: without the locks that nothing here needs.</summary>
internal static class SqliteRuntime
{
    /// <summary>The name under which SQLite is called.</summary>
    internal const string Library = "e_sqlite3";

#pragma warning disable CA2255 // a module initializer in a library: nothing of SQLite may run before it
    [ModuleInitializer]
    internal static void Configure()
#pragma warning restore CA2255
    {
        Batteries_V2.Init();
        // The allocator's statistics sit behind one lock of the process, which each prepare takes many times.
        var result = raw.sqlite3_shutdown();
        if (result == raw.SQLITE_OK)
            result = raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0);
        // One piece of work uses a StoreSession at a time, so connections need no lock, which each column of each row
        // would take.
        if (result == raw.SQLITE_OK)
            result = raw.sqlite3_config(raw.SQLITE_CONFIG_MULTITHREAD);
        if (result == raw.SQLITE_OK)
            result = raw.sqlite3_initialize();
        if (result != raw.SQLITE_OK)
            throw new InvalidOperationException($"SQLite would not be configured: {result}.");
    }
}
