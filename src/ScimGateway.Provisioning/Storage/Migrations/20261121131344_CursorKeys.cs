using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ScimGateway.Provisioning.Storage.Migrations
{
    /// <inheritdoc />
    public partial class CursorKeys : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<byte[]>(
                name: "cursor_key",
                table: "tenants",
                type: "BLOB",
                nullable: false,
                defaultValue: new byte[0]
            );
            // Each tenant that is there gets one of its own.
            migrationBuilder.Sql("update tenants set cursor_key = randomblob(32);");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(name: "cursor_key", table: "tenants");
        }
    }
}
