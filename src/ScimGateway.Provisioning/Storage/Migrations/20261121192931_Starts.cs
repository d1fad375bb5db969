using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ScimGateway.Provisioning.Storage.Migrations
{
    /// <inheritdoc />
    public partial class Starts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(name: "IX_operations_finished", table: "operations");

            migrationBuilder.AddColumn<string>(name: "slack_frozen", table: "tenants", type: "TEXT", nullable: true);

            migrationBuilder.CreateIndex(
                name: "IX_operations_finished_tenant_id",
                table: "operations",
                columns: new[] { "finished", "tenant_id" }
            );

            migrationBuilder.CreateIndex(
                name: "ix_links_suspected",
                table: "links",
                columns: new[] { "tenant_id", "drifted_at" },
                filter: "is_drift_suspected"
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(name: "IX_operations_finished_tenant_id", table: "operations");

            migrationBuilder.DropIndex(name: "ix_links_suspected", table: "links");

            migrationBuilder.DropColumn(name: "slack_frozen", table: "tenants");

            migrationBuilder.CreateIndex(name: "IX_operations_finished", table: "operations", column: "finished");
        }
    }
}
