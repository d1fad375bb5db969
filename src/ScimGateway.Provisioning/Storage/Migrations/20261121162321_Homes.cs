using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ScimGateway.Provisioning.Storage.Migrations
{
    /// <inheritdoc />
    public partial class Homes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(name: "lease_owner", table: "tenants");

            migrationBuilder.RenameColumn(name: "lease_until", table: "tenants", newName: "deleted");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.RenameColumn(name: "deleted", table: "tenants", newName: "lease_until");

            migrationBuilder.AddColumn<string>(name: "lease_owner", table: "tenants", type: "TEXT", nullable: true);
        }
    }
}
