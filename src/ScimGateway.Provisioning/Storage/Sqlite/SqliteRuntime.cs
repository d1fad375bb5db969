using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using SQLitePCL;

namespace ScimGateway.Provisioning.Storage.Sqlite;

/// <summary>
/// Lets Microsoft.Data.Sqlite run on SQLitePCLRaw 2.0 and on the operating system's SQLite, which the distribution
/// keeps patched.
/// </summary>
internal static class SqliteRuntime
{
    /// <summary>The name under which SQLite is called.</summary>
    internal const string Library = "e_sqlite3";

    /// <summary>
    /// RETURNING needs this much; the library inside the package is 3.35.5. (EF Core's JSON queries would need 3.38:
    /// not used.)
    /// </summary>
    private static readonly Version _least = new(3, 35);

    private static readonly string[] _system =
        Environment.GetEnvironmentVariable("SQLITE_BUNDLED") == "1" ? [] : ["libsqlite3.so.0", "libsqlite3.dylib"];

    /// <summary>The library's version; throws where it is too old for the gateway.</summary>
    public static Version RequireVersion()
    {
        var version = Version.Parse(raw.sqlite3_libversion().utf8_to_string());
        return version >= _least
            ? version
            : throw new InvalidOperationException(
                $"SQLite {version} is too old, {_least} is needed: install libsqlite3-0."
            );
    }

#pragma warning disable CA2255 // a module initializer in a library: nothing of SQLite may run before it
    [ModuleInitializer]
    internal static void Install()
#pragma warning restore CA2255
    {
        AssemblyLoadContext.Default.Resolving += ResolveLowerVersion;
        Configure();
    }

    // The binder refuses a lower version than was compiled against; this handler, asked last, does not.
    private static Assembly? ResolveLowerVersion(AssemblyLoadContext context, AssemblyName name)
    {
        if (name.Name is null || !name.Name.StartsWith("SQLitePCLRaw.", StringComparison.Ordinal))
            return null;

        // every assembly the host knows, by path: right in the application, under a test runner and under dotnet-ef
        var known = (AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string ?? "").Split(Path.PathSeparator);
        var file = known.FirstOrDefault(path => Path.GetFileName(path) == name.Name + ".dll");
        return file is null ? null : context.LoadFromAssemblyPath(file);
    }

    [MethodImpl(MethodImplOptions.NoInlining)] // its types need the handler above
    private static void Configure()
    {
        NativeLibrary.SetDllImportResolver(typeof(SQLite3Provider_e_sqlite3).Assembly, Resolve);
        NativeLibrary.SetDllImportResolver(typeof(SqliteRuntime).Assembly, Resolve);
        Batteries_V2.Init();
        // the allocator's statistics sit behind one lock of the process, which each prepare takes many times
        var result = raw.sqlite3_shutdown();
        if (result == raw.SQLITE_OK)
            result = raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0);
        // no lock in each connection, which each column of each row takes: a StoreSession is one piece of work's at a
        // time
        if (result == raw.SQLITE_OK)
            result = raw.sqlite3_config(raw.SQLITE_CONFIG_MULTITHREAD);
        if (result == raw.SQLITE_OK)
            result = raw.sqlite3_initialize();
        if (result != raw.SQLITE_OK)
            throw new InvalidOperationException($"SQLite would not be configured: {result}.");
    }

    private static IntPtr Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        foreach (var candidate in name == Library ? _system : [])
        {
            if (NativeLibrary.TryLoad(candidate, out var handle))
                return handle;
        }

        return IntPtr.Zero; // the usual probing finds the one in the package
    }
}
