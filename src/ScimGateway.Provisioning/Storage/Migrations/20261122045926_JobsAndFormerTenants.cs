using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ScimGateway.Provisioning.Storage.Migrations
{
    /// <inheritdoc />
    public partial class JobsAndFormerTenants : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<byte[]>(name: "channels", table: "tenants", type: "BLOB", nullable: true);

            migrationBuilder.AddColumn<long>(name: "exported", table: "tenants", type: "INTEGER", nullable: true);

            migrationBuilder.AddColumn<long>(name: "cancelled", table: "jobs", type: "INTEGER", nullable: true);

            migrationBuilder.CreateTable(
                name: "former_links",
                columns: table => new
                {
                    tenant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    kind = table.Column<int>(type: "INTEGER", nullable: false),
                    slack_id = table.Column<string>(type: "TEXT", nullable: false),
                    hashes = table.Column<string>(type: "TEXT", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey(
                        "PK_former_links",
                        x => new
                        {
                            x.tenant_id,
                            x.kind,
                            x.slack_id,
                        }
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "former_tenants",
                columns: table => new
                {
                    tenant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    organization_id = table.Column<string>(type: "TEXT", nullable: false),
                    deleted = table.Column<long>(type: "INTEGER", nullable: false),
                    key = table.Column<byte[]>(type: "BLOB", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_former_tenants", x => x.tenant_id);
                }
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(name: "former_links");

            migrationBuilder.DropTable(name: "former_tenants");

            migrationBuilder.DropColumn(name: "channels", table: "tenants");

            migrationBuilder.DropColumn(name: "exported", table: "tenants");

            migrationBuilder.DropColumn(name: "cancelled", table: "jobs");
        }
    }
}
