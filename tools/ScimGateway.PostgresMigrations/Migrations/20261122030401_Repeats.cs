using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ScimGateway.PostgresMigrations.Migrations
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
                    key_id = table.Column<long>(type: "bigint", nullable: false),
                    word = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    asked = table.Column<byte[]>(type: "bytea", nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    status = table.Column<int>(type: "integer", nullable: true),
                    answer = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    location = table.Column<string>(type: "text", nullable: true, collation: "C"),
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
