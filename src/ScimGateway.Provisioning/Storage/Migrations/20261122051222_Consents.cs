using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ScimGateway.Provisioning.Storage.Migrations
{
    /// <inheritdoc />
    public partial class Consents : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(name: "connected", table: "tenants", type: "INTEGER", nullable: true);

            migrationBuilder.AddColumn<long>(name: "token_expires", table: "tenants", type: "INTEGER", nullable: true);

            migrationBuilder.AddColumn<long>(name: "token_given", table: "tenants", type: "INTEGER", nullable: true);

            migrationBuilder.AddColumn<string>(name: "token_warning", table: "tenants", type: "TEXT", nullable: true);

            migrationBuilder.CreateTable(
                name: "consents",
                columns: table => new
                {
                    awaited = table.Column<byte[]>(type: "BLOB", nullable: false),
                    browser = table.Column<byte[]>(type: "BLOB", nullable: true),
                    tenant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    key_id = table.Column<long>(type: "INTEGER", nullable: false),
                    expires = table.Column<long>(type: "INTEGER", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_consents", x => x.awaited);
                }
            );

            migrationBuilder.CreateIndex(name: "IX_consents_expires", table: "consents", column: "expires");

            migrationBuilder.CreateIndex(name: "IX_consents_tenant_id", table: "consents", column: "tenant_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(name: "consents");

            migrationBuilder.DropColumn(name: "connected", table: "tenants");

            migrationBuilder.DropColumn(name: "token_expires", table: "tenants");

            migrationBuilder.DropColumn(name: "token_given", table: "tenants");

            migrationBuilder.DropColumn(name: "token_warning", table: "tenants");
        }
    }
}
