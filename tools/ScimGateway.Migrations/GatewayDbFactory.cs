using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Migrations;

/// <summary>The model as dotnet-ef sees it.</summary>
public sealed class GatewayDbFactory : IDesignTimeDbContextFactory<GatewayDb>
{
    /// <inheritdoc/>
    public GatewayDb CreateDbContext(string[] args) =>
        new(new DbContextOptionsBuilder<GatewayDb>().UseSqlite("Data Source=design.db").Options);
}
