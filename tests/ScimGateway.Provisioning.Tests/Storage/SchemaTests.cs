using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using ScimGateway.Provisioning.Storage;
using Xunit;

namespace ScimGateway.Provisioning.Tests.Storage;

/// <summary>
/// Model, migrations and the scripts that the product makes its stores by are one; how they are made anew stands in
/// tools/ScimGateway.Migrations.
/// </summary>
public class SchemaTests
{
    private const string Sqlite = "Start.sql";
    private const string Postgres = "Postgres.sql";

    [Theory]
    [InlineData(Sqlite)]
    [InlineData(Postgres)]
    public void Each_change_of_the_model_has_its_migration(string store)
    {
        using var db = Of(store);

        Assert.False(db.Database.HasPendingModelChanges());
    }

    [Theory]
    [InlineData(Sqlite, MigrationsSqlGenerationOptions.Default)]
    [InlineData(Postgres, MigrationsSqlGenerationOptions.Idempotent)]
    public void The_product_makes_a_store_by_what_the_migrations_come_to(
        string store,
        MigrationsSqlGenerationOptions options
    )
    {
        using var db = Of(store);
        using var script = new StreamReader(typeof(Store).Assembly.GetManifestResourceStream(store)!);

        Assert.Equal(
            db.GetService<IMigrator>().GenerateScript(options: options),
            script.ReadToEnd(),
            ignoreLineEndingDifferences: true
        );
    }

    private static GatewayDb Of(string store)
    {
        var options = new DbContextOptionsBuilder<GatewayDb>();
        if (store == Sqlite)
            options.UseSqlite("Data Source=nowhere.db");
        else
            options.UseNpgsql(
                "Host=127.0.0.1;Database=nowhere",
                npgsql => npgsql.MigrationsAssembly("ScimGateway.PostgresMigrations")
            );
        return new GatewayDb(options.Options);
    }
}
