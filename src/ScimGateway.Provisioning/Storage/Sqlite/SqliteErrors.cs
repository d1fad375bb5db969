using System.Data.Common;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace ScimGateway.Provisioning.Storage.Sqlite;

/// <summary>What SQLite's errors mean.</summary>
internal static class SqliteErrors
{
    /// <summary>
    /// The violation of a unique index that an error is; null if it is another. SQLite's code says whether it is the
    /// primary key; of the other indexes it names the columns in its message alone, by words that a test holds against
    /// each index.
    /// </summary>
    public static UniqueViolationException? Violation(DbException error)
    {
        var index = error switch
        {
            SqliteException { SqliteExtendedErrorCode: raw.SQLITE_CONSTRAINT_PRIMARYKEY } => UniqueIndex.PrimaryKey,
            SqliteException { SqliteExtendedErrorCode: raw.SQLITE_CONSTRAINT_UNIQUE } e => Of(e.Message),
            _ => null,
        };
        return index is { } known ? new UniqueViolationException(known, error) : null;
    }

    // "SQLite Error 19: 'UNIQUE constraint failed: tenants.slug'."
    private static UniqueIndex? Of(string message)
    {
        const string Before = "constraint failed: ";
        var start = message.IndexOf(Before, StringComparison.Ordinal);
        return start < 0
            ? null
            : message[(start + Before.Length)..].TrimEnd('.', '\'') switch
            {
                "tenants.slug" => UniqueIndex.TenantSlug,
                "tenants.organization_id" => UniqueIndex.TenantOrganization,
                "credentials.hash" => UniqueIndex.CredentialHash,
                "admin_keys.hash" => UniqueIndex.AdminKeyHash,
                "resources.tenant_id, resources.user_name_key" => UniqueIndex.UserName,
                "resources.tenant_id, resources.display_name_key" => UniqueIndex.GroupName,
                "links.tenant_id, links.kind, links.slack_id" => UniqueIndex.LinkSlackId,
                "links.claimant_id" => UniqueIndex.LinkClaimant,
                "audit_entries.line" => UniqueIndex.AuditLine,
                _ => null,
            };
    }
}
