using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ScimGateway.Provisioning.Storage.Migrations
{
    /// <inheritdoc />
    public partial class Start : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "access_tokens",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    credential_id = table.Column<long>(type: "INTEGER", nullable: false),
                    hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    assertion = table.Column<byte[]>(type: "BLOB", nullable: true),
                    expires = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_access_tokens", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "admin_keys",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    label = table.Column<string>(type: "TEXT", nullable: false),
                    role = table.Column<int>(type: "INTEGER", nullable: false),
                    tenant_id = table.Column<long>(type: "INTEGER", nullable: true),
                    prefix = table.Column<string>(type: "TEXT", nullable: false),
                    hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    created = table.Column<long>(type: "INTEGER", nullable: false),
                    expires = table.Column<long>(type: "INTEGER", nullable: true),
                    last_used = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_admin_keys", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "admin_sessions",
                columns: table => new
                {
                    hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    key_id = table.Column<long>(type: "INTEGER", nullable: false),
                    expires = table.Column<long>(type: "INTEGER", nullable: false),
                    last_used = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_admin_sessions", x => x.hash);
                });

            migrationBuilder.CreateTable(
                name: "audit_entries",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    key_id = table.Column<long>(type: "INTEGER", nullable: true),
                    label = table.Column<string>(type: "TEXT", nullable: false),
                    client = table.Column<string>(type: "TEXT", nullable: true),
                    tenant_id = table.Column<long>(type: "INTEGER", nullable: true),
                    tenant = table.Column<string>(type: "TEXT", nullable: true),
                    action = table.Column<string>(type: "TEXT", nullable: false),
                    about = table.Column<string>(type: "TEXT", nullable: false),
                    before = table.Column<string>(type: "TEXT", nullable: true),
                    after = table.Column<string>(type: "TEXT", nullable: true),
                    status = table.Column<int>(type: "INTEGER", nullable: true),
                    line = table.Column<long>(type: "INTEGER", nullable: true),
                    seal = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_audit_entries", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "consents",
                columns: table => new
                {
                    awaited = table.Column<byte[]>(type: "BLOB", nullable: false),
                    browser = table.Column<byte[]>(type: "BLOB", nullable: true),
                    tenant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    key_id = table.Column<long>(type: "INTEGER", nullable: false),
                    expires = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_consents", x => x.awaited);
                });

            migrationBuilder.CreateTable(
                name: "credentials",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    source_id = table.Column<int>(type: "INTEGER", nullable: false),
                    kind = table.Column<string>(type: "TEXT", nullable: false),
                    label = table.Column<string>(type: "TEXT", nullable: false),
                    prefix = table.Column<string>(type: "TEXT", nullable: false),
                    hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                    details = table.Column<string>(type: "TEXT", nullable: false),
                    scope = table.Column<string>(type: "TEXT", nullable: false),
                    created = table.Column<long>(type: "INTEGER", nullable: false),
                    expires = table.Column<long>(type: "INTEGER", nullable: true),
                    last_used = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_credentials", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "emails",
                columns: table => new
                {
                    tenant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    resource_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    key = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_emails", x => new { x.tenant_id, x.key, x.resource_id });
                });

            migrationBuilder.CreateTable(
                name: "former_links",
                columns: table => new
                {
                    tenant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    kind = table.Column<int>(type: "INTEGER", nullable: false),
                    slack_id = table.Column<string>(type: "TEXT", nullable: false),
                    hashes = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_former_links", x => new { x.tenant_id, x.kind, x.slack_id });
                });

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
                    refused = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_former_members", x => new { x.group_id, x.member_id });
                });

            migrationBuilder.CreateTable(
                name: "former_tenants",
                columns: table => new
                {
                    tenant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    organization_id = table.Column<string>(type: "TEXT", nullable: false),
                    deleted = table.Column<long>(type: "INTEGER", nullable: false),
                    key = table.Column<byte[]>(type: "BLOB", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_former_tenants", x => x.tenant_id);
                });

            migrationBuilder.CreateTable(
                name: "guarded_changes",
                columns: table => new
                {
                    tenant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    what = table.Column<int>(type: "INTEGER", nullable: false),
                    group_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    subject = table.Column<string>(type: "TEXT", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_guarded_changes", x => new { x.tenant_id, x.what, x.group_id, x.subject });
                });

            migrationBuilder.CreateTable(
                name: "holds",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    tenant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    link_id = table.Column<long>(type: "INTEGER", nullable: false),
                    member_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    reason = table.Column<string>(type: "TEXT", nullable: false),
                    since = table.Column<long>(type: "INTEGER", nullable: false),
                    other_id = table.Column<long>(type: "INTEGER", nullable: true),
                    meant_id = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_holds", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "jobs",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    tenant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    kind = table.Column<string>(type: "TEXT", nullable: false),
                    progress = table.Column<string>(type: "TEXT", nullable: false),
                    started = table.Column<long>(type: "INTEGER", nullable: false),
                    finished = table.Column<long>(type: "INTEGER", nullable: true),
                    error = table.Column<string>(type: "TEXT", nullable: true),
                    cancelled = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_jobs", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "key_ring",
                columns: table => new
                {
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    xml = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_key_ring", x => x.name);
                });

            migrationBuilder.CreateTable(
                name: "keys",
                columns: table => new
                {
                    tenant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    kind = table.Column<int>(type: "INTEGER", nullable: false),
                    value = table.Column<string>(type: "TEXT", nullable: false),
                    link_id = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_keys", x => new { x.tenant_id, x.kind, x.value });
                });

            migrationBuilder.CreateTable(
                name: "links",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    revision = table.Column<long>(type: "INTEGER", nullable: false),
                    tenant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    kind = table.Column<int>(type: "INTEGER", nullable: false),
                    slack_id = table.Column<string>(type: "TEXT", nullable: true),
                    claimant_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    user_name = table.Column<string>(type: "TEXT", nullable: true),
                    delivered = table.Column<byte[]>(type: "BLOB", nullable: true),
                    seen = table.Column<byte[]>(type: "BLOB", nullable: true),
                    echo = table.Column<byte[]>(type: "BLOB", nullable: true),
                    seen_at = table.Column<long>(type: "INTEGER", nullable: true),
                    imported = table.Column<bool>(type: "INTEGER", nullable: false),
                    matched_by = table.Column<int>(type: "INTEGER", nullable: true),
                    protection = table.Column<string>(type: "TEXT", nullable: true),
                    absent = table.Column<bool>(type: "INTEGER", nullable: false),
                    wanted_version = table.Column<long>(type: "INTEGER", nullable: false),
                    settled_version = table.Column<long>(type: "INTEGER", nullable: false),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    reason = table.Column<string>(type: "TEXT", nullable: true),
                    since = table.Column<long>(type: "INTEGER", nullable: false),
                    set_aside = table.Column<string>(type: "TEXT", nullable: false),
                    kept = table.Column<string>(type: "TEXT", nullable: false),
                    spoken = table.Column<string>(type: "TEXT", nullable: false),
                    spoken_version = table.Column<long>(type: "INTEGER", nullable: false),
                    sent = table.Column<bool>(type: "INTEGER", nullable: false),
                    is_aside = table.Column<bool>(type: "INTEGER", nullable: false),
                    priority = table.Column<int>(type: "INTEGER", nullable: false),
                    due = table.Column<long>(type: "INTEGER", nullable: true),
                    lost_until = table.Column<long>(type: "INTEGER", nullable: true),
                    attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    answer_by = table.Column<long>(type: "INTEGER", nullable: true),
                    ask_first = table.Column<bool>(type: "INTEGER", nullable: false),
                    intended = table.Column<long>(type: "INTEGER", nullable: true),
                    asked = table.Column<int>(type: "INTEGER", nullable: false),
                    reachable = table.Column<bool>(type: "INTEGER", nullable: false),
                    turned = table.Column<long>(type: "INTEGER", nullable: true),
                    slice = table.Column<int>(type: "INTEGER", nullable: true),
                    drifted_at = table.Column<long>(type: "INTEGER", nullable: true),
                    is_drift_suspected = table.Column<bool>(type: "INTEGER", nullable: false),
                    drifted = table.Column<string>(type: "TEXT", nullable: false),
                    operation_id = table.Column<Guid>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_links", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "members",
                columns: table => new
                {
                    group_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    member_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    source_id = table.Column<int>(type: "INTEGER", nullable: false),
                    kind = table.Column<int>(type: "INTEGER", nullable: false, defaultValue: 0),
                    gone = table.Column<bool>(type: "INTEGER", nullable: false, defaultValue: false),
                    wanted = table.Column<int>(type: "INTEGER", nullable: false),
                    in_slack = table.Column<int>(type: "INTEGER", nullable: false),
                    blocked = table.Column<string>(type: "TEXT", nullable: true),
                    refused = table.Column<long>(type: "INTEGER", nullable: true),
                    stamp = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_members", x => new { x.group_id, x.member_id, x.source_id });
                });

            migrationBuilder.CreateTable(
                name: "operations",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    tenant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    source_id = table.Column<int>(type: "INTEGER", nullable: true),
                    actor = table.Column<string>(type: "TEXT", nullable: false),
                    link_id = table.Column<long>(type: "INTEGER", nullable: true),
                    version = table.Column<long>(type: "INTEGER", nullable: true),
                    resource_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    names = table.Column<string>(type: "TEXT", nullable: true),
                    request = table.Column<string>(type: "TEXT", nullable: false),
                    what = table.Column<string>(type: "TEXT", nullable: true),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    notes = table.Column<string>(type: "TEXT", nullable: false),
                    verdict = table.Column<string>(type: "TEXT", nullable: false),
                    commands = table.Column<string>(type: "TEXT", nullable: false),
                    outcome = table.Column<string>(type: "TEXT", nullable: false),
                    error = table.Column<string>(type: "TEXT", nullable: true),
                    status = table.Column<int>(type: "INTEGER", nullable: true),
                    scim_type = table.Column<string>(type: "TEXT", nullable: true),
                    finished = table.Column<long>(type: "INTEGER", nullable: true),
                    counted = table.Column<int>(type: "INTEGER", nullable: false, defaultValue: 0),
                    names_key = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_operations", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "outbox",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    tenant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    cause = table.Column<int>(type: "INTEGER", nullable: false),
                    text = table.Column<string>(type: "TEXT", nullable: false),
                    since = table.Column<long>(type: "INTEGER", nullable: false),
                    more = table.Column<int>(type: "INTEGER", nullable: false),
                    about = table.Column<string>(type: "TEXT", nullable: false),
                    at = table.Column<long>(type: "INTEGER", nullable: false),
                    due = table.Column<long>(type: "INTEGER", nullable: true),
                    attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    taken = table.Column<string>(type: "TEXT", nullable: false),
                    ended = table.Column<long>(type: "INTEGER", nullable: true),
                    error = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_outbox", x => x.id);
                });

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
                    location = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_repeats", x => new { x.key_id, x.word });
                });

            migrationBuilder.CreateTable(
                name: "resources",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    tenant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    kind = table.Column<int>(type: "INTEGER", nullable: false),
                    source_id = table.Column<int>(type: "INTEGER", nullable: true),
                    link_id = table.Column<long>(type: "INTEGER", nullable: true),
                    version = table.Column<long>(type: "INTEGER", nullable: false),
                    document = table.Column<byte[]>(type: "BLOB", nullable: false),
                    previous = table.Column<byte[]>(type: "BLOB", nullable: true),
                    asserted = table.Column<string>(type: "TEXT", nullable: false),
                    previous_asserted = table.Column<string>(type: "TEXT", nullable: true),
                    previous_waived = table.Column<string>(type: "TEXT", nullable: true),
                    waived = table.Column<string>(type: "TEXT", nullable: false),
                    user_name_key = table.Column<string>(type: "TEXT", nullable: true),
                    display_name = table.Column<string>(type: "TEXT", nullable: true),
                    display_name_key = table.Column<string>(type: "TEXT", nullable: true),
                    email_keys = table.Column<string>(type: "TEXT", nullable: true),
                    external_id = table.Column<string>(type: "TEXT", nullable: true),
                    manager = table.Column<string>(type: "TEXT", nullable: true),
                    active = table.Column<bool>(type: "INTEGER", nullable: false),
                    hidden = table.Column<bool>(type: "INTEGER", nullable: false),
                    rule_id = table.Column<int>(type: "INTEGER", nullable: true),
                    created = table.Column<long>(type: "INTEGER", nullable: false),
                    modified = table.Column<long>(type: "INTEGER", nullable: false),
                    deleted = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_resources", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "rules",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    tenant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    filter = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_rules", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "shown_totals",
                columns: table => new
                {
                    tenant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    kind = table.Column<int>(type: "INTEGER", nullable: false),
                    shown = table.Column<long>(type: "INTEGER", nullable: false),
                    claimed = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_shown_totals", x => new { x.tenant_id, x.kind });
                });

            migrationBuilder.CreateTable(
                name: "sources",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    tenant_id = table.Column<long>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    preset = table.Column<string>(type: "TEXT", nullable: true),
                    deviations_off = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sources", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "tenants",
                columns: table => new
                {
                    id = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    slug = table.Column<string>(type: "TEXT", nullable: false),
                    name = table.Column<string>(type: "TEXT", nullable: false),
                    description = table.Column<string>(type: "TEXT", nullable: true),
                    enabled = table.Column<bool>(type: "INTEGER", nullable: false),
                    shadow = table.Column<bool>(type: "INTEGER", nullable: false),
                    restored = table.Column<long>(type: "INTEGER", nullable: true),
                    still = table.Column<bool>(type: "INTEGER", nullable: false),
                    organization_id = table.Column<string>(type: "TEXT", nullable: true),
                    token_owner = table.Column<string>(type: "TEXT", nullable: true),
                    scopes = table.Column<string>(type: "TEXT", nullable: true),
                    tested_at = table.Column<long>(type: "INTEGER", nullable: true),
                    previewed = table.Column<long>(type: "INTEGER", nullable: true),
                    problem = table.Column<string>(type: "TEXT", nullable: true),
                    careful_until = table.Column<long>(type: "INTEGER", nullable: true),
                    slack_frozen = table.Column<string>(type: "TEXT", nullable: true),
                    token = table.Column<byte[]>(type: "BLOB", nullable: true),
                    connected = table.Column<long>(type: "INTEGER", nullable: true),
                    token_given = table.Column<long>(type: "INTEGER", nullable: true),
                    token_expires = table.Column<long>(type: "INTEGER", nullable: true),
                    token_warning = table.Column<string>(type: "TEXT", nullable: true),
                    cursor_key = table.Column<byte[]>(type: "BLOB", nullable: false),
                    exported = table.Column<long>(type: "INTEGER", nullable: true),
                    channels = table.Column<byte[]>(type: "BLOB", nullable: true),
                    deleted = table.Column<long>(type: "INTEGER", nullable: true),
                    preferences = table.Column<string>(type: "TEXT", nullable: false),
                    epoch = table.Column<long>(type: "INTEGER", nullable: false),
                    stopped_cleanly = table.Column<bool>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_tenants", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_access_tokens_credential_id",
                table: "access_tokens",
                column: "credential_id");

            migrationBuilder.CreateIndex(
                name: "IX_admin_keys_hash",
                table: "admin_keys",
                column: "hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_admin_sessions_key_id",
                table: "admin_sessions",
                column: "key_id");

            migrationBuilder.CreateIndex(
                name: "IX_audit_entries_line",
                table: "audit_entries",
                column: "line",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_audit_entries_tenant_id_id",
                table: "audit_entries",
                columns: new[] { "tenant_id", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_consents_expires",
                table: "consents",
                column: "expires");

            migrationBuilder.CreateIndex(
                name: "IX_consents_tenant_id",
                table: "consents",
                column: "tenant_id");

            migrationBuilder.CreateIndex(
                name: "IX_credentials_hash",
                table: "credentials",
                column: "hash",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_credentials_source_id",
                table: "credentials",
                column: "source_id");

            migrationBuilder.CreateIndex(
                name: "IX_emails_resource_id",
                table: "emails",
                column: "resource_id");

            migrationBuilder.CreateIndex(
                name: "IX_guarded_changes_at",
                table: "guarded_changes",
                column: "at");

            migrationBuilder.CreateIndex(
                name: "IX_holds_tenant_id_link_id",
                table: "holds",
                columns: new[] { "tenant_id", "link_id" });

            migrationBuilder.CreateIndex(
                name: "IX_jobs_tenant_id_kind",
                table: "jobs",
                columns: new[] { "tenant_id", "kind" });

            migrationBuilder.CreateIndex(
                name: "IX_keys_link_id",
                table: "keys",
                column: "link_id");

            migrationBuilder.CreateIndex(
                name: "IX_links_claimant_id",
                table: "links",
                column: "claimant_id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_links_tenant_id_kind_slack_id",
                table: "links",
                columns: new[] { "tenant_id", "kind", "slack_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_links_tenant_id_state",
                table: "links",
                columns: new[] { "tenant_id", "state" },
                filter: "state <> 0");

            migrationBuilder.CreateIndex(
                name: "ix_links_suspected",
                table: "links",
                columns: new[] { "tenant_id", "drifted_at" },
                filter: "is_drift_suspected");

            migrationBuilder.CreateIndex(
                name: "IX_members_member_id_group_id_wanted",
                table: "members",
                columns: new[] { "member_id", "group_id", "wanted" });

            migrationBuilder.CreateIndex(
                name: "ix_members_refused",
                table: "members",
                column: "group_id",
                filter: "refused is not null");

            migrationBuilder.CreateIndex(
                name: "ix_members_shown",
                table: "members",
                columns: new[] { "group_id", "wanted", "member_id", "kind", "gone" });

            migrationBuilder.CreateIndex(
                name: "ix_members_to_do",
                table: "members",
                column: "group_id",
                filter: "blocked is null and wanted <> 0 and wanted <> in_slack");

            migrationBuilder.CreateIndex(
                name: "IX_operations_finished_tenant_id",
                table: "operations",
                columns: new[] { "finished", "tenant_id" });

            migrationBuilder.CreateIndex(
                name: "IX_operations_link_id_version",
                table: "operations",
                columns: new[] { "link_id", "version" });

            migrationBuilder.CreateIndex(
                name: "IX_operations_tenant_id_at_id",
                table: "operations",
                columns: new[] { "tenant_id", "at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_operations_refused",
                table: "operations",
                columns: new[] { "source_id", "finished", "counted" },
                filter: "verdict = 'refuse'");

            migrationBuilder.CreateIndex(
                name: "IX_outbox_due",
                table: "outbox",
                column: "due");

            migrationBuilder.CreateIndex(
                name: "IX_outbox_tenant_id_cause",
                table: "outbox",
                columns: new[] { "tenant_id", "cause" });

            migrationBuilder.CreateIndex(
                name: "IX_repeats_at",
                table: "repeats",
                column: "at");

            migrationBuilder.CreateIndex(
                name: "IX_resources_link_id",
                table: "resources",
                column: "link_id");

            migrationBuilder.CreateIndex(
                name: "IX_resources_tenant_id_kind_deleted_hidden_display_name_key_created_id",
                table: "resources",
                columns: new[] { "tenant_id", "kind", "deleted", "hidden", "display_name_key", "created", "id" });

            migrationBuilder.CreateIndex(
                name: "IX_resources_tenant_id_manager",
                table: "resources",
                columns: new[] { "tenant_id", "manager" });

            migrationBuilder.CreateIndex(
                name: "IX_resources_tenant_id_source_id_kind_external_id",
                table: "resources",
                columns: new[] { "tenant_id", "source_id", "kind", "external_id" });

            migrationBuilder.CreateIndex(
                name: "IX_resources_tenant_id_user_name_key",
                table: "resources",
                columns: new[] { "tenant_id", "user_name_key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_resources_group_name",
                table: "resources",
                columns: new[] { "tenant_id", "display_name_key" },
                unique: true,
                filter: "kind = 1");

            migrationBuilder.CreateIndex(
                name: "ix_resources_list",
                table: "resources",
                columns: new[] { "tenant_id", "kind", "deleted", "hidden", "created", "id", "modified", "active", "source_id", "link_id", "user_name_key", "display_name_key", "email_keys" });

            migrationBuilder.CreateIndex(
                name: "IX_rules_tenant_id",
                table: "rules",
                column: "tenant_id");

            migrationBuilder.CreateIndex(
                name: "IX_sources_tenant_id",
                table: "sources",
                column: "tenant_id");

            migrationBuilder.CreateIndex(
                name: "IX_tenants_organization_id",
                table: "tenants",
                column: "organization_id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "IX_tenants_slug",
                table: "tenants",
                column: "slug",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "access_tokens");

            migrationBuilder.DropTable(
                name: "admin_keys");

            migrationBuilder.DropTable(
                name: "admin_sessions");

            migrationBuilder.DropTable(
                name: "audit_entries");

            migrationBuilder.DropTable(
                name: "consents");

            migrationBuilder.DropTable(
                name: "credentials");

            migrationBuilder.DropTable(
                name: "emails");

            migrationBuilder.DropTable(
                name: "former_links");

            migrationBuilder.DropTable(
                name: "former_members");

            migrationBuilder.DropTable(
                name: "former_tenants");

            migrationBuilder.DropTable(
                name: "guarded_changes");

            migrationBuilder.DropTable(
                name: "holds");

            migrationBuilder.DropTable(
                name: "jobs");

            migrationBuilder.DropTable(
                name: "key_ring");

            migrationBuilder.DropTable(
                name: "keys");

            migrationBuilder.DropTable(
                name: "links");

            migrationBuilder.DropTable(
                name: "members");

            migrationBuilder.DropTable(
                name: "operations");

            migrationBuilder.DropTable(
                name: "outbox");

            migrationBuilder.DropTable(
                name: "repeats");

            migrationBuilder.DropTable(
                name: "resources");

            migrationBuilder.DropTable(
                name: "rules");

            migrationBuilder.DropTable(
                name: "shown_totals");

            migrationBuilder.DropTable(
                name: "sources");

            migrationBuilder.DropTable(
                name: "tenants");
        }
    }
}
