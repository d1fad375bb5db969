using System.Collections.Concurrent;
using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Sqlite;
using Xunit;

namespace ScimGateway.Tests;

/// <summary>
/// Where the store of a test is: a file in the test's folder; or, where SCIMGATEWAY_TEST_POSTGRES names a server and
/// SCIMGATEWAY_TEST_STORE says 'postgres', a database of the folder's name.
/// </summary>
internal static class TestStore
{
    private static readonly Lazy<string> _template = new(MakeTemplate);
    private static readonly ConcurrentDictionary<string, bool> _databases = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, Lazy<string>> _made = new(StringComparer.Ordinal);

    /// <summary>The server for tests that are about PostgreSQL; they are skipped where there is none.</summary>
    public static string? Server { get; } = Environment.GetEnvironmentVariable("SCIMGATEWAY_TEST_POSTGRES");

    /// <summary>Whether all stores of this run are databases.</summary>
    public static bool IsPostgres { get; } = Environment.GetEnvironmentVariable("SCIMGATEWAY_TEST_STORE") == "postgres";

    /// <summary>The connection string of a folder's store.</summary>
    public static string Of(string folder) =>
        IsDatabase(folder)
            ? Database(Path.GetFileName(folder))
            : new DbConnectionStringBuilder { ["Data Source"] = FileOf(folder) }.ConnectionString;

    /// <summary>Has a folder's store be a database in any case; where it is.</summary>
    public static string AsDatabase(string folder)
    {
        _databases[folder] = true;
        return Of(folder);
    }

    /// <summary>Opens a folder's store.</summary>
    public static Task<Store> OpenAsync(string folder) => Store.OpenAsync(Of(folder), CancellationToken.None);

    /// <summary>A database of a name, made where there is none.</summary>
    public static string Database(string name)
    {
        Assert.SkipWhen(Server is null, "it needs PostgreSQL: tests/run.sh starts one");
        return _made.GetOrAdd(name, _ => new Lazy<string>(() => Made(name))).Value;
    }

    /// <summary>Lets go of a folder's store.</summary>
    public static void Drop(string folder)
    {
        if (IsDatabase(folder))
        {
            using var looking = new NpgsqlConnection(Looking(Of(folder)));
            NpgsqlConnection.ClearPool(looking);
            Run($"drop database if exists \"{Path.GetFileName(folder)}\" with (force)");
            _made.TryRemove(Path.GetFileName(folder), out _);
        }
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>The tables of a folder's store.</summary>
    public static GatewayDb Tables(string folder)
    {
        var options = new DbContextOptionsBuilder<GatewayDb>();
        if (IsDatabase(folder))
            options.UseNpgsql(Looking(Of(folder)));
        else
            options.UseSqliteFile(FileOf(folder));
        return new GatewayDb(options.Options);
    }

    /// <summary>Asks the server of all databases something.</summary>
    public static object? Run(string sql) => Run(sql, Named("postgres"));

    /// <summary>Asks the database of a folder's store something.</summary>
    public static object? RunIn(string folder, string sql) => Run(sql, Named(Path.GetFileName(folder)));

    private static object? Run(string sql, string database)
    {
        // To read which types a server has takes longer than most statements.
        using var connection = new NpgsqlConnection(
            database + ";Pooling=false;Server Compatibility Mode=NoTypeLoading"
        );
        connection.Open();
        using var command = new NpgsqlCommand(sql, connection);
        return command.ExecuteScalar();
    }

    // A look every few milliseconds is not to cost a process of the server each.
    private static string Looking(string database) => database + ";Maximum Pool Size=4;Application Name=looking";

    private static bool IsDatabase(string folder) => IsPostgres || _databases.ContainsKey(folder);

    /// <summary>The file of a folder's store.</summary>
    public static string FileOf(string folder) => Path.Combine(folder, "gateway.db");

    private static string Named(string database) => $"{Server};Database={database}";

    private static string Made(string name)
    {
        if (!Exists(name))
            Run($"create database \"{name}\" template \"{_template.Value}\"");
        return Named(name);
    }

    private static bool Exists(string name) => Run($"select 1 from pg_database where datname = '{name}'") is not null;

    // What each store would make by itself, once for all of them.
    private static string MakeTemplate()
    {
        var name = $"template-{Environment.ProcessId}";
        Run($"drop database if exists \"{name}\" with (force)");
        Run($"create database \"{name}\"");
        Store
            .OpenAsync(Named(name), CancellationToken.None)
            .GetAwaiter()
            .GetResult()
            .DisposeAsync()
            .AsTask()
            .GetAwaiter()
            .GetResult();
        return name;
    }
}
