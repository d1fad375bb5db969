using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;

namespace ScimGateway.Provisioning.Storage.Sqlite;

/// <summary>The tables of a file: made, or brought up to date.</summary>
internal static class SqliteSchema
{
    /// <summary>Where a file lists its tables.</summary>
    public const string Tables = "sqlite_master";

    /// <summary>
    /// Makes it by what the migrations come to as a script: EF Core and its model would stay in memory, some 20 MB. A
    /// process that dies here leaves a file that the next one brings up to date.
    /// </summary>
    public static void Make(string path)
    {
        using var script = new StreamReader(typeof(SqliteSchema).Assembly.GetManifestResourceStream("Start.sql")!);
        using var connection = SqliteFile.Open(path);
        using var make = connection.CreateCommand();
        make.CommandText = script.ReadToEnd();
        make.ExecuteNonQuery();
        using var session = new SqliteSession(connection);
        SchemaStamp.Leave(session);
    }

    /// <summary>Whether it is that of this version.</summary>
    public static bool IsUpToDate(string path)
    {
        using var session = new SqliteSession(SqliteFile.Open(path));
        return SchemaStamp.IsOurs(session, Tables);
    }

    /// <summary>Brings it up to date. EF Core is not even loaded where that is not needed.</summary>
    /// <exception cref="StoreUnknownException">It is of a newer version.</exception>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static async Task MigrateAsync(string path, CancellationToken cancel)
    {
        var options = new DbContextOptionsBuilder<GatewayDb>();
        options.UseSqliteFile(path);
        using var db = new GatewayDb(options.Options);
        // EF Core's own lock is a row, which a process that was killed leaves behind and the next would wait for
        // without end. Here the store is this process's alone.
        await db.Database.ExecuteSqlRawAsync("drop table if exists \"__EFMigrationsLock\"", cancel);
        var unknown = (await db.Database.GetAppliedMigrationsAsync(cancel))
            .Except(db.Database.GetMigrations())
            .FirstOrDefault();
        if (unknown is not null)
            throw new StoreUnknownException(path, unknown);
        await db.Database.MigrateAsync(cancel);
        using var session = new SqliteSession(SqliteFile.Open(path));
        SchemaStamp.Leave(session);
    }
}
