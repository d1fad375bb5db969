using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ScimGateway.Provisioning.Storage.Migrations
{
    /// <inheritdoc />
    public partial class Repeats : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "repeats",
                columns: table => new
                {
                    key_id = table.Column<long>(type: "INTEGER", nullable: false),
                    word = table.Column<string>(type: "TEXT", nullable: false),
                    asked = table.Column<byte[]>(type: "BLOB", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    status = table.Column<int>(type: "INTEGER", nullable: true),
                    answer = table.Column<string>(type: "TEXT", nullable: true),
                    location = table.Column<string>(type: "TEXT", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_repeats", x => new { x.key_id, x.word });
                }
            );

            migrationBuilder.CreateIndex(name: "IX_repeats_at", table: "repeats", column: "at");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(name: "repeats");
        }
    }
}
