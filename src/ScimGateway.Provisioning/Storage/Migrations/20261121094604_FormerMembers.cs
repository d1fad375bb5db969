using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ScimGateway.Provisioning.Storage.Migrations
{
    /// <inheritdoc />
    public partial class FormerMembers : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "former_members",
                columns: table => new
                {
                    group_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    member_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    asked_by = table.Column<int>(type: "INTEGER", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    source_id = table.Column<int>(type: "INTEGER", nullable: true),
                    wanted = table.Column<int>(type: "INTEGER", nullable: true),
                    blocked = table.Column<string>(type: "TEXT", nullable: true),
                    refused = table.Column<long>(type: "INTEGER", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_former_members", x => new { x.group_id, x.member_id });
                }
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(name: "former_members");
        }
    }
}
