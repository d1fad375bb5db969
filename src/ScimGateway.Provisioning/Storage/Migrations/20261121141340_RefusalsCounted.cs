using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ScimGateway.Provisioning.Storage.Migrations
{
    /// <inheritdoc />
    public partial class RefusalsCounted : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "counted",
                table: "operations",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0
            );

            migrationBuilder.CreateIndex(
                name: "ix_operations_refused",
                table: "operations",
                columns: new[] { "source_id", "finished", "counted" },
                filter: "verdict = 'refuse'"
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(name: "ix_operations_refused", table: "operations");

            migrationBuilder.DropColumn(name: "counted", table: "operations");
        }
    }
}
