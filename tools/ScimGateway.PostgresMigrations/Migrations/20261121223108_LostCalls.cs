using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ScimGateway.PostgresMigrations.Migrations
{
    /// <inheritdoc />
    public partial class LostCalls : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(name: "lost_until", table: "links", type: "bigint", nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(name: "lost_until", table: "links");
        }
    }
}
