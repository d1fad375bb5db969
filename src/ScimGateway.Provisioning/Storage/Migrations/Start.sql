CREATE TABLE IF NOT EXISTS "__EFMigrationsHistory" (
    "MigrationId" TEXT NOT NULL CONSTRAINT "PK___EFMigrationsHistory" PRIMARY KEY,
    "ProductVersion" TEXT NOT NULL
);

BEGIN TRANSACTION;
CREATE TABLE "access_tokens" (
    "id" INTEGER NOT NULL CONSTRAINT "PK_access_tokens" PRIMARY KEY AUTOINCREMENT,
    "credential_id" INTEGER NOT NULL,
    "hash" BLOB NOT NULL,
    "assertion" BLOB NULL,
    "expires" INTEGER NOT NULL
);

CREATE TABLE "admin_keys" (
    "id" INTEGER NOT NULL CONSTRAINT "PK_admin_keys" PRIMARY KEY AUTOINCREMENT,
    "label" TEXT NOT NULL,
    "role" INTEGER NOT NULL,
    "tenant_id" INTEGER NULL,
    "prefix" TEXT NOT NULL,
    "hash" BLOB NOT NULL,
    "created" INTEGER NOT NULL,
    "expires" INTEGER NULL,
    "last_used" INTEGER NULL
);

CREATE TABLE "admin_sessions" (
    "hash" BLOB NOT NULL CONSTRAINT "PK_admin_sessions" PRIMARY KEY,
    "key_id" INTEGER NOT NULL,
    "expires" INTEGER NOT NULL,
    "last_used" INTEGER NOT NULL
);

CREATE TABLE "audit_entries" (
    "id" INTEGER NOT NULL CONSTRAINT "PK_audit_entries" PRIMARY KEY AUTOINCREMENT,
    "at" INTEGER NOT NULL,
    "key_id" INTEGER NULL,
    "label" TEXT NOT NULL,
    "client" TEXT NULL,
    "tenant_id" INTEGER NULL,
    "tenant" TEXT NULL,
    "action" TEXT NOT NULL,
    "about" TEXT NOT NULL,
    "before" TEXT NULL,
    "after" TEXT NULL,
    "status" INTEGER NULL,
    "line" INTEGER NULL,
    "seal" TEXT NULL
);

CREATE TABLE "consents" (
    "awaited" BLOB NOT NULL CONSTRAINT "PK_consents" PRIMARY KEY,
    "browser" BLOB NULL,
    "tenant_id" INTEGER NOT NULL,
    "key_id" INTEGER NOT NULL,
    "expires" INTEGER NOT NULL
);

CREATE TABLE "credentials" (
    "id" INTEGER NOT NULL CONSTRAINT "PK_credentials" PRIMARY KEY AUTOINCREMENT,
    "source_id" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "label" TEXT NOT NULL,
    "prefix" TEXT NOT NULL,
    "hash" BLOB NOT NULL,
    "details" TEXT NOT NULL,
    "scope" TEXT NOT NULL,
    "created" INTEGER NOT NULL,
    "expires" INTEGER NULL,
    "last_used" INTEGER NULL
);

CREATE TABLE "emails" (
    "tenant_id" INTEGER NOT NULL,
    "resource_id" TEXT NOT NULL,
    "key" TEXT NOT NULL,
    CONSTRAINT "PK_emails" PRIMARY KEY ("tenant_id", "key", "resource_id")
);

CREATE TABLE "former_links" (
    "tenant_id" INTEGER NOT NULL,
    "kind" INTEGER NOT NULL,
    "slack_id" TEXT NOT NULL,
    "hashes" TEXT NOT NULL,
    CONSTRAINT "PK_former_links" PRIMARY KEY ("tenant_id", "kind", "slack_id")
);

CREATE TABLE "former_members" (
    "group_id" TEXT NOT NULL,
    "member_id" TEXT NOT NULL,
    "asked_by" INTEGER NOT NULL,
    "at" INTEGER NOT NULL,
    "source_id" INTEGER NULL,
    "wanted" INTEGER NULL,
    "blocked" TEXT NULL,
    "refused" INTEGER NULL,
    CONSTRAINT "PK_former_members" PRIMARY KEY ("group_id", "member_id")
);

CREATE TABLE "former_tenants" (
    "tenant_id" INTEGER NOT NULL CONSTRAINT "PK_former_tenants" PRIMARY KEY,
    "organization_id" TEXT NOT NULL,
    "deleted" INTEGER NOT NULL,
    "key" BLOB NOT NULL
);

CREATE TABLE "guarded_changes" (
    "tenant_id" INTEGER NOT NULL,
    "what" INTEGER NOT NULL,
    "group_id" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "at" INTEGER NOT NULL,
    CONSTRAINT "PK_guarded_changes" PRIMARY KEY ("tenant_id", "what", "group_id", "subject")
);

CREATE TABLE "holds" (
    "id" INTEGER NOT NULL CONSTRAINT "PK_holds" PRIMARY KEY AUTOINCREMENT,
    "tenant_id" INTEGER NOT NULL,
    "link_id" INTEGER NOT NULL,
    "member_id" TEXT NULL,
    "reason" TEXT NOT NULL,
    "since" INTEGER NOT NULL,
    "other_id" INTEGER NULL,
    "meant_id" INTEGER NULL
);

CREATE TABLE "jobs" (
    "id" INTEGER NOT NULL CONSTRAINT "PK_jobs" PRIMARY KEY AUTOINCREMENT,
    "tenant_id" INTEGER NOT NULL,
    "kind" TEXT NOT NULL,
    "progress" TEXT NOT NULL,
    "started" INTEGER NOT NULL,
    "finished" INTEGER NULL,
    "error" TEXT NULL,
    "cancelled" INTEGER NULL
);

CREATE TABLE "key_ring" (
    "name" TEXT NOT NULL CONSTRAINT "PK_key_ring" PRIMARY KEY,
    "xml" TEXT NOT NULL
);

CREATE TABLE "keys" (
    "tenant_id" INTEGER NOT NULL,
    "kind" INTEGER NOT NULL,
    "value" TEXT NOT NULL,
    "link_id" INTEGER NOT NULL,
    CONSTRAINT "PK_keys" PRIMARY KEY ("tenant_id", "kind", "value")
);

CREATE TABLE "links" (
    "id" INTEGER NOT NULL CONSTRAINT "PK_links" PRIMARY KEY AUTOINCREMENT,
    "revision" INTEGER NOT NULL,
    "tenant_id" INTEGER NOT NULL,
    "kind" INTEGER NOT NULL,
    "slack_id" TEXT NULL,
    "claimant_id" TEXT NULL,
    "user_name" TEXT NULL,
    "delivered" BLOB NULL,
    "seen" BLOB NULL,
    "echo" BLOB NULL,
    "seen_at" INTEGER NULL,
    "imported" INTEGER NOT NULL,
    "matched_by" INTEGER NULL,
    "protection" TEXT NULL,
    "absent" INTEGER NOT NULL,
    "wanted_version" INTEGER NOT NULL,
    "settled_version" INTEGER NOT NULL,
    "state" INTEGER NOT NULL,
    "reason" TEXT NULL,
    "since" INTEGER NOT NULL,
    "set_aside" TEXT NOT NULL,
    "kept" TEXT NOT NULL,
    "spoken" TEXT NOT NULL,
    "spoken_version" INTEGER NOT NULL,
    "sent" INTEGER NOT NULL,
    "is_aside" INTEGER NOT NULL,
    "priority" INTEGER NOT NULL,
    "due" INTEGER NULL,
    "lost_until" INTEGER NULL,
    "attempts" INTEGER NOT NULL,
    "answer_by" INTEGER NULL,
    "ask_first" INTEGER NOT NULL,
    "intended" INTEGER NULL,
    "asked" INTEGER NOT NULL,
    "reachable" INTEGER NOT NULL,
    "turned" INTEGER NULL,
    "slice" INTEGER NULL,
    "drifted_at" INTEGER NULL,
    "is_drift_suspected" INTEGER NOT NULL,
    "drifted" TEXT NOT NULL,
    "operation_id" TEXT NULL
);

CREATE TABLE "members" (
    "group_id" TEXT NOT NULL,
    "member_id" TEXT NOT NULL,
    "source_id" INTEGER NOT NULL,
    "kind" INTEGER NOT NULL DEFAULT 0,
    "gone" INTEGER NOT NULL DEFAULT 0,
    "wanted" INTEGER NOT NULL,
    "in_slack" INTEGER NOT NULL,
    "blocked" TEXT NULL,
    "refused" INTEGER NULL,
    "stamp" INTEGER NOT NULL,
    CONSTRAINT "PK_members" PRIMARY KEY ("group_id", "member_id", "source_id")
);

CREATE TABLE "operations" (
    "id" TEXT NOT NULL CONSTRAINT "PK_operations" PRIMARY KEY,
    "tenant_id" INTEGER NOT NULL,
    "source_id" INTEGER NULL,
    "actor" TEXT NOT NULL,
    "link_id" INTEGER NULL,
    "version" INTEGER NULL,
    "resource_id" TEXT NULL,
    "names" TEXT NULL,
    "request" TEXT NOT NULL,
    "what" TEXT NULL,
    "at" INTEGER NOT NULL,
    "notes" TEXT NOT NULL,
    "verdict" TEXT NOT NULL,
    "commands" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "error" TEXT NULL,
    "status" INTEGER NULL,
    "scim_type" TEXT NULL,
    "finished" INTEGER NULL,
    "counted" INTEGER NOT NULL DEFAULT 0,
    "names_key" TEXT NULL
);

CREATE TABLE "outbox" (
    "id" TEXT NOT NULL CONSTRAINT "PK_outbox" PRIMARY KEY,
    "tenant_id" INTEGER NOT NULL,
    "cause" INTEGER NOT NULL,
    "text" TEXT NOT NULL,
    "since" INTEGER NOT NULL,
    "more" INTEGER NOT NULL,
    "about" TEXT NOT NULL,
    "at" INTEGER NOT NULL,
    "due" INTEGER NULL,
    "attempts" INTEGER NOT NULL,
    "taken" TEXT NOT NULL,
    "ended" INTEGER NULL,
    "error" TEXT NULL
);

CREATE TABLE "repeats" (
    "key_id" INTEGER NOT NULL,
    "word" TEXT NOT NULL,
    "asked" BLOB NOT NULL,
    "at" INTEGER NOT NULL,
    "status" INTEGER NULL,
    "answer" TEXT NULL,
    "location" TEXT NULL,
    CONSTRAINT "PK_repeats" PRIMARY KEY ("key_id", "word")
);

CREATE TABLE "resources" (
    "id" TEXT NOT NULL CONSTRAINT "PK_resources" PRIMARY KEY,
    "tenant_id" INTEGER NOT NULL,
    "kind" INTEGER NOT NULL,
    "source_id" INTEGER NULL,
    "link_id" INTEGER NULL,
    "version" INTEGER NOT NULL,
    "document" BLOB NOT NULL,
    "previous" BLOB NULL,
    "asserted" TEXT NOT NULL,
    "previous_asserted" TEXT NULL,
    "previous_waived" TEXT NULL,
    "waived" TEXT NOT NULL,
    "user_name_key" TEXT NULL,
    "display_name" TEXT NULL,
    "display_name_key" TEXT NULL,
    "email_keys" TEXT NULL,
    "external_id" TEXT NULL,
    "manager" TEXT NULL,
    "active" INTEGER NOT NULL,
    "hidden" INTEGER NOT NULL,
    "rule_id" INTEGER NULL,
    "created" INTEGER NOT NULL,
    "modified" INTEGER NOT NULL,
    "deleted" INTEGER NULL
);

CREATE TABLE "rules" (
    "id" INTEGER NOT NULL CONSTRAINT "PK_rules" PRIMARY KEY AUTOINCREMENT,
    "tenant_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "filter" TEXT NOT NULL
);

CREATE TABLE "shown_totals" (
    "tenant_id" INTEGER NOT NULL,
    "kind" INTEGER NOT NULL,
    "shown" INTEGER NOT NULL,
    "claimed" INTEGER NOT NULL,
    CONSTRAINT "PK_shown_totals" PRIMARY KEY ("tenant_id", "kind")
);

CREATE TABLE "sources" (
    "id" INTEGER NOT NULL CONSTRAINT "PK_sources" PRIMARY KEY AUTOINCREMENT,
    "tenant_id" INTEGER NOT NULL,
    "name" TEXT NOT NULL,
    "preset" TEXT NULL,
    "deviations_off" TEXT NOT NULL
);

CREATE TABLE "tenants" (
    "id" INTEGER NOT NULL CONSTRAINT "PK_tenants" PRIMARY KEY AUTOINCREMENT,
    "slug" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "description" TEXT NULL,
    "enabled" INTEGER NOT NULL,
    "shadow" INTEGER NOT NULL,
    "restored" INTEGER NULL,
    "still" INTEGER NOT NULL,
    "organization_id" TEXT NULL,
    "token_owner" TEXT NULL,
    "scopes" TEXT NULL,
    "tested_at" INTEGER NULL,
    "previewed" INTEGER NULL,
    "problem" TEXT NULL,
    "careful_until" INTEGER NULL,
    "slack_frozen" TEXT NULL,
    "token" BLOB NULL,
    "connected" INTEGER NULL,
    "token_given" INTEGER NULL,
    "token_expires" INTEGER NULL,
    "token_warning" TEXT NULL,
    "cursor_key" BLOB NOT NULL,
    "exported" INTEGER NULL,
    "channels" BLOB NULL,
    "deleted" INTEGER NULL,
    "preferences" TEXT NOT NULL,
    "epoch" INTEGER NOT NULL,
    "stopped_cleanly" INTEGER NOT NULL
);

CREATE INDEX "IX_access_tokens_credential_id" ON "access_tokens" ("credential_id");

CREATE UNIQUE INDEX "IX_admin_keys_hash" ON "admin_keys" ("hash");

CREATE INDEX "IX_admin_sessions_key_id" ON "admin_sessions" ("key_id");

CREATE UNIQUE INDEX "IX_audit_entries_line" ON "audit_entries" ("line");

CREATE INDEX "IX_audit_entries_tenant_id_id" ON "audit_entries" ("tenant_id", "id");

CREATE INDEX "IX_consents_expires" ON "consents" ("expires");

CREATE INDEX "IX_consents_tenant_id" ON "consents" ("tenant_id");

CREATE UNIQUE INDEX "IX_credentials_hash" ON "credentials" ("hash");

CREATE INDEX "IX_credentials_source_id" ON "credentials" ("source_id");

CREATE INDEX "IX_emails_resource_id" ON "emails" ("resource_id");

CREATE INDEX "IX_guarded_changes_at" ON "guarded_changes" ("at");

CREATE INDEX "IX_holds_tenant_id_link_id" ON "holds" ("tenant_id", "link_id");

CREATE INDEX "IX_jobs_tenant_id_kind" ON "jobs" ("tenant_id", "kind");

CREATE INDEX "IX_keys_link_id" ON "keys" ("link_id");

CREATE UNIQUE INDEX "IX_links_claimant_id" ON "links" ("claimant_id");

CREATE UNIQUE INDEX "IX_links_tenant_id_kind_slack_id" ON "links" ("tenant_id", "kind", "slack_id");

CREATE INDEX "IX_links_tenant_id_state" ON "links" ("tenant_id", "state") WHERE state <> 0;

CREATE INDEX "ix_links_suspected" ON "links" ("tenant_id", "drifted_at") WHERE is_drift_suspected;

CREATE INDEX "IX_members_member_id_group_id_wanted" ON "members" ("member_id", "group_id", "wanted");

CREATE INDEX "ix_members_refused" ON "members" ("group_id") WHERE refused is not null;

CREATE INDEX "ix_members_shown" ON "members" ("group_id", "wanted", "member_id", "kind", "gone");

CREATE INDEX "ix_members_to_do" ON "members" ("group_id") WHERE blocked is null and wanted <> 0 and wanted <> in_slack;

CREATE INDEX "IX_operations_finished_tenant_id" ON "operations" ("finished", "tenant_id");

CREATE INDEX "IX_operations_link_id_version" ON "operations" ("link_id", "version");

CREATE INDEX "IX_operations_tenant_id_at_id" ON "operations" ("tenant_id", "at", "id");

CREATE INDEX "ix_operations_refused" ON "operations" ("source_id", "finished", "counted") WHERE verdict = 'refuse';

CREATE INDEX "IX_outbox_due" ON "outbox" ("due");

CREATE INDEX "IX_outbox_tenant_id_cause" ON "outbox" ("tenant_id", "cause");

CREATE INDEX "IX_repeats_at" ON "repeats" ("at");

CREATE INDEX "IX_resources_link_id" ON "resources" ("link_id");

CREATE INDEX "IX_resources_tenant_id_kind_deleted_hidden_display_name_key_created_id" ON "resources" ("tenant_id", "kind", "deleted", "hidden", "display_name_key", "created", "id");

CREATE INDEX "IX_resources_tenant_id_manager" ON "resources" ("tenant_id", "manager");

CREATE INDEX "IX_resources_tenant_id_source_id_kind_external_id" ON "resources" ("tenant_id", "source_id", "kind", "external_id");

CREATE UNIQUE INDEX "IX_resources_tenant_id_user_name_key" ON "resources" ("tenant_id", "user_name_key");

CREATE UNIQUE INDEX "ix_resources_group_name" ON "resources" ("tenant_id", "display_name_key") WHERE kind = 1;

CREATE INDEX "ix_resources_list" ON "resources" ("tenant_id", "kind", "deleted", "hidden", "created", "id", "modified", "active", "source_id", "link_id", "user_name_key", "display_name_key", "email_keys");

CREATE INDEX "IX_rules_tenant_id" ON "rules" ("tenant_id");

CREATE INDEX "IX_sources_tenant_id" ON "sources" ("tenant_id");

CREATE UNIQUE INDEX "IX_tenants_organization_id" ON "tenants" ("organization_id");

CREATE UNIQUE INDEX "IX_tenants_slug" ON "tenants" ("slug");

INSERT INTO "__EFMigrationsHistory" ("MigrationId", "ProductVersion")
VALUES ('20261128184701_Start', '10.0.15');

COMMIT;

