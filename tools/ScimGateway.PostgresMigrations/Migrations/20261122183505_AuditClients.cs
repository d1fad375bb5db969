using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ScimGateway.PostgresMigrations.Migrations
{
    /// <inheritdoc />
    public partial class AuditClients : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "client",
                table: "audit_entries",
                type: "text",
                nullable: true,
                collation: "C"
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(name: "client", table: "audit_entries");
        }
    }
}
