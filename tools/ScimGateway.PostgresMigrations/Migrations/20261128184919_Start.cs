using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace ScimGateway.PostgresMigrations.Migrations
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
                    id = table
                        .Column<long>(type: "bigint", nullable: false)
                        .Annotation(
                            "Npgsql:ValueGenerationStrategy",
                            NpgsqlValueGenerationStrategy.IdentityByDefaultColumn
                        ),
                    credential_id = table.Column<long>(type: "bigint", nullable: false),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    assertion = table.Column<byte[]>(type: "bytea", nullable: true),
                    expires = table.Column<long>(type: "bigint", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_access_tokens", x => x.id);
                }
            );

            migrationBuilder.CreateTable(
                name: "admin_keys",
                columns: table => new
                {
                    id = table
                        .Column<long>(type: "bigint", nullable: false)
                        .Annotation(
                            "Npgsql:ValueGenerationStrategy",
                            NpgsqlValueGenerationStrategy.IdentityByDefaultColumn
                        ),
                    label = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    role = table.Column<int>(type: "integer", nullable: false),
                    tenant_id = table.Column<long>(type: "bigint", nullable: true),
                    prefix = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    created = table.Column<long>(type: "bigint", nullable: false),
                    expires = table.Column<long>(type: "bigint", nullable: true),
                    last_used = table.Column<long>(type: "bigint", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_admin_keys", x => x.id);
                }
            );

            migrationBuilder.CreateTable(
                name: "admin_sessions",
                columns: table => new
                {
                    hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    key_id = table.Column<long>(type: "bigint", nullable: false),
                    expires = table.Column<long>(type: "bigint", nullable: false),
                    last_used = table.Column<long>(type: "bigint", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_admin_sessions", x => x.hash);
                }
            );

            migrationBuilder.CreateTable(
                name: "audit_entries",
                columns: table => new
                {
                    id = table
                        .Column<long>(type: "bigint", nullable: false)
                        .Annotation(
                            "Npgsql:ValueGenerationStrategy",
                            NpgsqlValueGenerationStrategy.IdentityByDefaultColumn
                        ),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    key_id = table.Column<long>(type: "bigint", nullable: true),
                    label = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    client = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    tenant_id = table.Column<long>(type: "bigint", nullable: true),
                    tenant = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    action = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    about = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    before = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    after = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    status = table.Column<int>(type: "integer", nullable: true),
                    line = table.Column<long>(type: "bigint", nullable: true),
                    seal = table.Column<string>(type: "text", nullable: true, collation: "C"),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_audit_entries", x => x.id);
                }
            );

            migrationBuilder.CreateTable(
                name: "consents",
                columns: table => new
                {
                    awaited = table.Column<byte[]>(type: "bytea", nullable: false),
                    browser = table.Column<byte[]>(type: "bytea", nullable: true),
                    tenant_id = table.Column<long>(type: "bigint", nullable: false),
                    key_id = table.Column<long>(type: "bigint", nullable: false),
                    expires = table.Column<long>(type: "bigint", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_consents", x => x.awaited);
                }
            );

            migrationBuilder.CreateTable(
                name: "credentials",
                columns: table => new
                {
                    id = table
                        .Column<long>(type: "bigint", nullable: false)
                        .Annotation(
                            "Npgsql:ValueGenerationStrategy",
                            NpgsqlValueGenerationStrategy.IdentityByDefaultColumn
                        ),
                    source_id = table.Column<int>(type: "integer", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    label = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    prefix = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    hash = table.Column<byte[]>(type: "bytea", nullable: false),
                    details = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    scope = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    created = table.Column<long>(type: "bigint", nullable: false),
                    expires = table.Column<long>(type: "bigint", nullable: true),
                    last_used = table.Column<long>(type: "bigint", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_credentials", x => x.id);
                }
            );

            migrationBuilder.CreateTable(
                name: "emails",
                columns: table => new
                {
                    tenant_id = table.Column<long>(type: "bigint", nullable: false),
                    resource_id = table.Column<Guid>(type: "uuid", nullable: false),
                    key = table.Column<string>(type: "text", nullable: false, collation: "C"),
                },
                constraints: table =>
                {
                    table.PrimaryKey(
                        "PK_emails",
                        x => new
                        {
                            x.tenant_id,
                            x.key,
                            x.resource_id,
                        }
                    );
                }
            );

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
                name: "former_members",
                columns: table => new
                {
                    group_id = table.Column<Guid>(type: "uuid", nullable: false),
                    member_id = table.Column<Guid>(type: "uuid", nullable: false),
                    asked_by = table.Column<int>(type: "integer", nullable: false),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    source_id = table.Column<int>(type: "integer", nullable: true),
                    wanted = table.Column<int>(type: "integer", nullable: true),
                    blocked = table.Column<string>(type: "text", nullable: true),
                    refused = table.Column<long>(type: "bigint", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_former_members", x => new { x.group_id, x.member_id });
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

            migrationBuilder.CreateTable(
                name: "guarded_changes",
                columns: table => new
                {
                    tenant_id = table.Column<long>(type: "bigint", nullable: false),
                    what = table.Column<int>(type: "integer", nullable: false),
                    group_id = table.Column<Guid>(type: "uuid", nullable: false),
                    subject = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    at = table.Column<long>(type: "bigint", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey(
                        "PK_guarded_changes",
                        x => new
                        {
                            x.tenant_id,
                            x.what,
                            x.group_id,
                            x.subject,
                        }
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "holds",
                columns: table => new
                {
                    id = table
                        .Column<long>(type: "bigint", nullable: false)
                        .Annotation(
                            "Npgsql:ValueGenerationStrategy",
                            NpgsqlValueGenerationStrategy.IdentityByDefaultColumn
                        ),
                    tenant_id = table.Column<long>(type: "bigint", nullable: false),
                    link_id = table.Column<long>(type: "bigint", nullable: false),
                    member_id = table.Column<Guid>(type: "uuid", nullable: true),
                    reason = table.Column<string>(type: "text", nullable: false),
                    since = table.Column<long>(type: "bigint", nullable: false),
                    other_id = table.Column<long>(type: "bigint", nullable: true),
                    meant_id = table.Column<long>(type: "bigint", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_holds", x => x.id);
                }
            );

            migrationBuilder.CreateTable(
                name: "jobs",
                columns: table => new
                {
                    id = table
                        .Column<long>(type: "bigint", nullable: false)
                        .Annotation(
                            "Npgsql:ValueGenerationStrategy",
                            NpgsqlValueGenerationStrategy.IdentityByDefaultColumn
                        ),
                    tenant_id = table.Column<long>(type: "bigint", nullable: false),
                    kind = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    progress = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    started = table.Column<long>(type: "bigint", nullable: false),
                    finished = table.Column<long>(type: "bigint", nullable: true),
                    error = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    cancelled = table.Column<long>(type: "bigint", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_jobs", x => x.id);
                }
            );

            migrationBuilder.CreateTable(
                name: "key_ring",
                columns: table => new
                {
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    xml = table.Column<string>(type: "text", nullable: false, collation: "C"),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_key_ring", x => x.name);
                }
            );

            migrationBuilder.CreateTable(
                name: "keys",
                columns: table => new
                {
                    tenant_id = table.Column<long>(type: "bigint", nullable: false),
                    kind = table.Column<int>(type: "integer", nullable: false),
                    value = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    link_id = table.Column<long>(type: "bigint", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey(
                        "PK_keys",
                        x => new
                        {
                            x.tenant_id,
                            x.kind,
                            x.value,
                        }
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "links",
                columns: table => new
                {
                    id = table
                        .Column<long>(type: "bigint", nullable: false)
                        .Annotation(
                            "Npgsql:ValueGenerationStrategy",
                            NpgsqlValueGenerationStrategy.IdentityByDefaultColumn
                        ),
                    revision = table.Column<long>(type: "bigint", nullable: false),
                    tenant_id = table.Column<long>(type: "bigint", nullable: false),
                    kind = table.Column<int>(type: "integer", nullable: false),
                    slack_id = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    claimant_id = table.Column<Guid>(type: "uuid", nullable: true),
                    user_name = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    delivered = table.Column<byte[]>(type: "bytea", nullable: true),
                    seen = table.Column<byte[]>(type: "bytea", nullable: true),
                    echo = table.Column<byte[]>(type: "bytea", nullable: true),
                    seen_at = table.Column<long>(type: "bigint", nullable: true),
                    imported = table.Column<bool>(type: "boolean", nullable: false),
                    matched_by = table.Column<int>(type: "integer", nullable: true),
                    protection = table.Column<string>(type: "text", nullable: true),
                    absent = table.Column<bool>(type: "boolean", nullable: false),
                    wanted_version = table.Column<long>(type: "bigint", nullable: false),
                    settled_version = table.Column<long>(type: "bigint", nullable: false),
                    state = table.Column<int>(type: "integer", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: true),
                    since = table.Column<long>(type: "bigint", nullable: false),
                    set_aside = table.Column<string>(type: "text", nullable: false),
                    kept = table.Column<string>(type: "text", nullable: false),
                    spoken = table.Column<string>(type: "text", nullable: false),
                    spoken_version = table.Column<long>(type: "bigint", nullable: false),
                    sent = table.Column<bool>(type: "boolean", nullable: false),
                    is_aside = table.Column<bool>(type: "boolean", nullable: false),
                    priority = table.Column<int>(type: "integer", nullable: false),
                    due = table.Column<long>(type: "bigint", nullable: true),
                    lost_until = table.Column<long>(type: "bigint", nullable: true),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    answer_by = table.Column<long>(type: "bigint", nullable: true),
                    ask_first = table.Column<bool>(type: "boolean", nullable: false),
                    intended = table.Column<long>(type: "bigint", nullable: true),
                    asked = table.Column<int>(type: "integer", nullable: false),
                    reachable = table.Column<bool>(type: "boolean", nullable: false),
                    turned = table.Column<long>(type: "bigint", nullable: true),
                    slice = table.Column<int>(type: "integer", nullable: true),
                    drifted_at = table.Column<long>(type: "bigint", nullable: true),
                    is_drift_suspected = table.Column<bool>(type: "boolean", nullable: false),
                    drifted = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    operation_id = table.Column<Guid>(type: "uuid", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_links", x => x.id);
                }
            );

            migrationBuilder.CreateTable(
                name: "members",
                columns: table => new
                {
                    group_id = table.Column<Guid>(type: "uuid", nullable: false),
                    member_id = table.Column<Guid>(type: "uuid", nullable: false),
                    source_id = table.Column<int>(type: "integer", nullable: false),
                    kind = table.Column<int>(type: "integer", nullable: false, defaultValue: 0),
                    gone = table.Column<bool>(type: "boolean", nullable: false, defaultValue: false),
                    wanted = table.Column<int>(type: "integer", nullable: false),
                    in_slack = table.Column<int>(type: "integer", nullable: false),
                    blocked = table.Column<string>(type: "text", nullable: true),
                    refused = table.Column<long>(type: "bigint", nullable: true),
                    stamp = table.Column<long>(type: "bigint", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey(
                        "PK_members",
                        x => new
                        {
                            x.group_id,
                            x.member_id,
                            x.source_id,
                        }
                    );
                }
            );

            migrationBuilder.CreateTable(
                name: "operations",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<long>(type: "bigint", nullable: false),
                    source_id = table.Column<int>(type: "integer", nullable: true),
                    actor = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    link_id = table.Column<long>(type: "bigint", nullable: true),
                    version = table.Column<long>(type: "bigint", nullable: true),
                    resource_id = table.Column<Guid>(type: "uuid", nullable: true),
                    names = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    request = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    what = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    notes = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    verdict = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    commands = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    outcome = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    error = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    status = table.Column<int>(type: "integer", nullable: true),
                    scim_type = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    finished = table.Column<long>(type: "bigint", nullable: true),
                    counted = table.Column<int>(type: "integer", nullable: false, defaultValue: 0),
                    names_key = table.Column<string>(type: "text", nullable: true, collation: "C"),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_operations", x => x.id);
                }
            );

            migrationBuilder.CreateTable(
                name: "outbox",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<long>(type: "bigint", nullable: false),
                    cause = table.Column<int>(type: "integer", nullable: false),
                    text = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    since = table.Column<long>(type: "bigint", nullable: false),
                    more = table.Column<int>(type: "integer", nullable: false),
                    about = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    at = table.Column<long>(type: "bigint", nullable: false),
                    due = table.Column<long>(type: "bigint", nullable: true),
                    attempts = table.Column<int>(type: "integer", nullable: false),
                    taken = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    ended = table.Column<long>(type: "bigint", nullable: true),
                    error = table.Column<string>(type: "text", nullable: true, collation: "C"),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_outbox", x => x.id);
                }
            );

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

            migrationBuilder.CreateTable(
                name: "resources",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<long>(type: "bigint", nullable: false),
                    kind = table.Column<int>(type: "integer", nullable: false),
                    source_id = table.Column<int>(type: "integer", nullable: true),
                    link_id = table.Column<long>(type: "bigint", nullable: true),
                    version = table.Column<long>(type: "bigint", nullable: false),
                    document = table.Column<byte[]>(type: "bytea", nullable: false),
                    previous = table.Column<byte[]>(type: "bytea", nullable: true),
                    asserted = table.Column<string>(type: "text", nullable: false),
                    previous_asserted = table.Column<string>(type: "text", nullable: true),
                    previous_waived = table.Column<string>(type: "text", nullable: true),
                    waived = table.Column<string>(type: "text", nullable: false),
                    user_name_key = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    display_name = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    display_name_key = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    email_keys = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    external_id = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    manager = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    active = table.Column<bool>(type: "boolean", nullable: false),
                    hidden = table.Column<bool>(type: "boolean", nullable: false),
                    rule_id = table.Column<int>(type: "integer", nullable: true),
                    created = table.Column<long>(type: "bigint", nullable: false),
                    modified = table.Column<long>(type: "bigint", nullable: false),
                    deleted = table.Column<long>(type: "bigint", nullable: true),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_resources", x => x.id);
                }
            );

            migrationBuilder.CreateTable(
                name: "rules",
                columns: table => new
                {
                    id = table
                        .Column<int>(type: "integer", nullable: false)
                        .Annotation(
                            "Npgsql:ValueGenerationStrategy",
                            NpgsqlValueGenerationStrategy.IdentityByDefaultColumn
                        ),
                    tenant_id = table.Column<long>(type: "bigint", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    filter = table.Column<string>(type: "text", nullable: false, collation: "C"),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_rules", x => x.id);
                }
            );

            migrationBuilder.CreateTable(
                name: "shown_totals",
                columns: table => new
                {
                    tenant_id = table.Column<long>(type: "bigint", nullable: false),
                    kind = table.Column<int>(type: "integer", nullable: false),
                    shown = table.Column<long>(type: "bigint", nullable: false),
                    claimed = table.Column<long>(type: "bigint", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_shown_totals", x => new { x.tenant_id, x.kind });
                }
            );

            migrationBuilder.CreateTable(
                name: "sources",
                columns: table => new
                {
                    id = table
                        .Column<int>(type: "integer", nullable: false)
                        .Annotation(
                            "Npgsql:ValueGenerationStrategy",
                            NpgsqlValueGenerationStrategy.IdentityByDefaultColumn
                        ),
                    tenant_id = table.Column<long>(type: "bigint", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    preset = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    deviations_off = table.Column<string>(type: "text", nullable: false, collation: "C"),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_sources", x => x.id);
                }
            );

            migrationBuilder.CreateTable(
                name: "tenants",
                columns: table => new
                {
                    id = table
                        .Column<long>(type: "bigint", nullable: false)
                        .Annotation(
                            "Npgsql:ValueGenerationStrategy",
                            NpgsqlValueGenerationStrategy.IdentityByDefaultColumn
                        ),
                    slug = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    description = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    enabled = table.Column<bool>(type: "boolean", nullable: false),
                    shadow = table.Column<bool>(type: "boolean", nullable: false),
                    restored = table.Column<long>(type: "bigint", nullable: true),
                    still = table.Column<bool>(type: "boolean", nullable: false),
                    organization_id = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    token_owner = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    scopes = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    tested_at = table.Column<long>(type: "bigint", nullable: true),
                    previewed = table.Column<long>(type: "bigint", nullable: true),
                    problem = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    careful_until = table.Column<long>(type: "bigint", nullable: true),
                    slack_frozen = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    token = table.Column<byte[]>(type: "bytea", nullable: true),
                    connected = table.Column<long>(type: "bigint", nullable: true),
                    token_given = table.Column<long>(type: "bigint", nullable: true),
                    token_expires = table.Column<long>(type: "bigint", nullable: true),
                    token_warning = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    cursor_key = table.Column<byte[]>(type: "bytea", nullable: false),
                    exported = table.Column<long>(type: "bigint", nullable: true),
                    channels = table.Column<byte[]>(type: "bytea", nullable: true),
                    deleted = table.Column<long>(type: "bigint", nullable: true),
                    preferences = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    epoch = table.Column<long>(type: "bigint", nullable: false),
                    stopped_cleanly = table.Column<bool>(type: "boolean", nullable: false),
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_tenants", x => x.id);
                }
            );

            migrationBuilder.CreateIndex(
                name: "IX_access_tokens_credential_id",
                table: "access_tokens",
                column: "credential_id"
            );

            migrationBuilder.CreateIndex(name: "IX_admin_keys_hash", table: "admin_keys", column: "hash", unique: true);

            migrationBuilder.CreateIndex(name: "IX_admin_sessions_key_id", table: "admin_sessions", column: "key_id");

            migrationBuilder.CreateIndex(
                name: "IX_audit_entries_line",
                table: "audit_entries",
                column: "line",
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "IX_audit_entries_tenant_id_id",
                table: "audit_entries",
                columns: new[] { "tenant_id", "id" }
            );

            migrationBuilder.CreateIndex(name: "IX_consents_expires", table: "consents", column: "expires");

            migrationBuilder.CreateIndex(name: "IX_consents_tenant_id", table: "consents", column: "tenant_id");

            migrationBuilder.CreateIndex(
                name: "IX_credentials_hash",
                table: "credentials",
                column: "hash",
                unique: true
            );

            migrationBuilder.CreateIndex(name: "IX_credentials_source_id", table: "credentials", column: "source_id");

            migrationBuilder.CreateIndex(name: "IX_emails_resource_id", table: "emails", column: "resource_id");

            migrationBuilder.CreateIndex(name: "IX_guarded_changes_at", table: "guarded_changes", column: "at");

            migrationBuilder.CreateIndex(
                name: "IX_holds_tenant_id_link_id",
                table: "holds",
                columns: new[] { "tenant_id", "link_id" }
            );

            migrationBuilder.CreateIndex(
                name: "IX_jobs_tenant_id_kind",
                table: "jobs",
                columns: new[] { "tenant_id", "kind" }
            );

            migrationBuilder.CreateIndex(name: "IX_keys_link_id", table: "keys", column: "link_id");

            migrationBuilder.CreateIndex(
                name: "IX_links_claimant_id",
                table: "links",
                column: "claimant_id",
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "IX_links_tenant_id_kind_slack_id",
                table: "links",
                columns: new[] { "tenant_id", "kind", "slack_id" },
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "IX_links_tenant_id_state",
                table: "links",
                columns: new[] { "tenant_id", "state" },
                filter: "state <> 0"
            );

            migrationBuilder.CreateIndex(
                name: "ix_links_suspected",
                table: "links",
                columns: new[] { "tenant_id", "drifted_at" },
                filter: "is_drift_suspected"
            );

            migrationBuilder.CreateIndex(
                name: "IX_members_member_id_group_id_wanted",
                table: "members",
                columns: new[] { "member_id", "group_id", "wanted" }
            );

            migrationBuilder.CreateIndex(
                name: "ix_members_refused",
                table: "members",
                column: "group_id",
                filter: "refused is not null"
            );

            migrationBuilder.CreateIndex(
                name: "ix_members_shown",
                table: "members",
                columns: new[] { "group_id", "wanted", "member_id", "kind", "gone" }
            );

            migrationBuilder.CreateIndex(
                name: "ix_members_to_do",
                table: "members",
                column: "group_id",
                filter: "blocked is null and wanted <> 0 and wanted <> in_slack"
            );

            migrationBuilder.CreateIndex(
                name: "IX_operations_finished_tenant_id",
                table: "operations",
                columns: new[] { "finished", "tenant_id" }
            );

            migrationBuilder.CreateIndex(
                name: "IX_operations_link_id_version",
                table: "operations",
                columns: new[] { "link_id", "version" }
            );

            migrationBuilder.CreateIndex(
                name: "IX_operations_tenant_id_at_id",
                table: "operations",
                columns: new[] { "tenant_id", "at", "id" }
            );

            migrationBuilder.CreateIndex(
                name: "ix_operations_refused",
                table: "operations",
                columns: new[] { "source_id", "finished", "counted" },
                filter: "verdict = 'refuse'"
            );

            migrationBuilder.CreateIndex(name: "IX_outbox_due", table: "outbox", column: "due");

            migrationBuilder.CreateIndex(
                name: "IX_outbox_tenant_id_cause",
                table: "outbox",
                columns: new[] { "tenant_id", "cause" }
            );

            migrationBuilder.CreateIndex(name: "IX_repeats_at", table: "repeats", column: "at");

            migrationBuilder
                .CreateIndex(name: "IX_resources_external_id", table: "resources", column: "external_id")
                .Annotation("Npgsql:IndexMethod", "hash");

            migrationBuilder.CreateIndex(name: "IX_resources_link_id", table: "resources", column: "link_id");

            migrationBuilder
                .CreateIndex(name: "IX_resources_manager", table: "resources", column: "manager")
                .Annotation("Npgsql:IndexMethod", "hash");

            migrationBuilder.CreateIndex(
                name: "IX_resources_tenant_id_kind_deleted_hidden_display_name_key_cr~",
                table: "resources",
                columns: new[] { "tenant_id", "kind", "deleted", "hidden", "display_name_key", "created", "id" }
            );

            migrationBuilder.CreateIndex(
                name: "IX_resources_tenant_id_user_name_key",
                table: "resources",
                columns: new[] { "tenant_id", "user_name_key" },
                unique: true
            );

            migrationBuilder.CreateIndex(
                name: "ix_resources_group_name",
                table: "resources",
                columns: new[] { "tenant_id", "display_name_key" },
                unique: true,
                filter: "kind = 1"
            );

            migrationBuilder.CreateIndex(
                name: "ix_resources_list",
                table: "resources",
                columns: new[] { "tenant_id", "kind", "deleted", "hidden", "created", "id" }
            );

            migrationBuilder.CreateIndex(name: "IX_rules_tenant_id", table: "rules", column: "tenant_id");

            migrationBuilder.CreateIndex(name: "IX_sources_tenant_id", table: "sources", column: "tenant_id");

            migrationBuilder.CreateIndex(
                name: "IX_tenants_organization_id",
                table: "tenants",
                column: "organization_id",
                unique: true
            );

            migrationBuilder.CreateIndex(name: "IX_tenants_slug", table: "tenants", column: "slug", unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(name: "access_tokens");

            migrationBuilder.DropTable(name: "admin_keys");

            migrationBuilder.DropTable(name: "admin_sessions");

            migrationBuilder.DropTable(name: "audit_entries");

            migrationBuilder.DropTable(name: "consents");

            migrationBuilder.DropTable(name: "credentials");

            migrationBuilder.DropTable(name: "emails");

            migrationBuilder.DropTable(name: "former_links");

            migrationBuilder.DropTable(name: "former_members");

            migrationBuilder.DropTable(name: "former_tenants");

            migrationBuilder.DropTable(name: "guarded_changes");

            migrationBuilder.DropTable(name: "holds");

            migrationBuilder.DropTable(name: "jobs");

            migrationBuilder.DropTable(name: "key_ring");

            migrationBuilder.DropTable(name: "keys");

            migrationBuilder.DropTable(name: "links");

            migrationBuilder.DropTable(name: "members");

            migrationBuilder.DropTable(name: "operations");

            migrationBuilder.DropTable(name: "outbox");

            migrationBuilder.DropTable(name: "repeats");

            migrationBuilder.DropTable(name: "resources");

            migrationBuilder.DropTable(name: "rules");

            migrationBuilder.DropTable(name: "shown_totals");

            migrationBuilder.DropTable(name: "sources");

            migrationBuilder.DropTable(name: "tenants");
        }
    }
}
