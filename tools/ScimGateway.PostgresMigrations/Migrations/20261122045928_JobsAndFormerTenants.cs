using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ScimGateway.PostgresMigrations.Migrations
{
    /// <inheritdoc />
    public partial class JobsAndFormerTenants : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<byte[]>(name: "channels", table: "tenants", type: "bytea", nullable: true);

            migrationBuilder.AddColumn<long>(name: "exported", table: "tenants", type: "bigint", nullable: true);

            migrationBuilder.AddColumn<long>(name: "cancelled", table: "jobs", type: "bigint", nullable: true);

            migrationBuilder.CreateTable(
                name: "former_links",
                columns: table => new
                {
                    tenant_id = table.Column<long>(type: "bigint", nullable: false),
                    kind = table.Column<int>(type: "integer", nullable: false),
                    slack_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    hashes = table.Column<string>(type: "text", nullable: false, collation: "C"),
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
                    tenant_id = table.Column<long>(type: "bigint", nullable: false),
                    organization_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    deleted = table.Column<long>(type: "bigint", nullable: false),
                    key = table.Column<byte[]>(type: "bytea", nullable: false),
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
