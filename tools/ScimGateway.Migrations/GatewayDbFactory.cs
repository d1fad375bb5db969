using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Migrations;

/// <summary>The model as dotnet-ef sees it: <c>-- --provider postgres</c> for that of PostgreSQL.</summary>
internal sealed class GatewayDbFactory : IDesignTimeDbContextFactory<GatewayDb>
{
    /// <inheritdoc/>
    public GatewayDb CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<GatewayDb>();
        if (args is ["--provider", "postgres"])
            options.UseNpgsql(
                "Host=127.0.0.1;Database=design",
                npgsql => npgsql.MigrationsAssembly("ScimGateway.PostgresMigrations")
            );
        else
            options.UseSqlite("Data Source=design.db");
        return new GatewayDb(options.Options);
    }
}
