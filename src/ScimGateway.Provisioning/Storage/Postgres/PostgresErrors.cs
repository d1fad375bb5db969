using System.Net.Sockets;
using Npgsql;

namespace ScimGateway.Provisioning.Storage.Postgres;

/// <summary>What PostgreSQL's errors mean.</summary>
internal static class PostgresErrors
{
    /// <summary>The violation of a unique index that an error is; null if it is another.</summary>
    public static UniqueViolationException? Violation(PostgresException error) =>
        error.SqlState == PostgresErrorCodes.UniqueViolation && Of(error.ConstraintName ?? "") is { } index
            ? new UniqueViolationException(index, error)
            : null;

    /// <summary>Whether two transactions were in each other's way, so that the same work may go through now.</summary>
    public static bool IsInTheWay(Exception error) =>
        error
            is PostgresException
            {
                SqlState: PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected
            };

    /// <summary>Whether the server's disk is full.</summary>
    public static bool IsFull(Exception error) => error is PostgresException { SqlState: PostgresErrorCodes.DiskFull };

    /// <summary>Whether the server does not answer for now, as opposed to one that has refused a statement.</summary>
    public static bool IsAway(Exception error) =>
        error switch
        {
            PostgresException refused => IsAway(refused.SqlState),
            StoreAwayException => false, // a work's own word, which says more
            NpgsqlException or TimeoutException or SocketException or IOException => true,
            _ => IsOfBrokenConnection(error),
        };

    // Npgsql writes a long batch while it reads the answers. Where the writing breaks the connection, the reading may find
    // that its buffer is gone already.
    private static bool IsOfBrokenConnection(Exception error) => error is NullReferenceException { Source: "Npgsql" };

    /// <summary>What went wrong, for operators: in the server's words, or the system's, which have nothing of a row.</summary>
    public static string Words(Exception error) =>
        IsOfBrokenConnection(error)
            ? "the connection broke"
            : ((error as PostgresException)?.MessageText ?? error.InnerException?.Message ?? error.Message).TrimEnd(
                '.'
            );

    /// <summary>
    /// Whether nobody answers where the server is to be, as opposed to one that does and with which no agreement comes about.
    /// </summary>
    public static bool IsUnreachable(Exception error) =>
        error is TimeoutException or SocketException or EndOfStreamException
        || (error.InnerException is { } inner && IsUnreachable(inner));

    /// <summary>Whether a session is of no more use, for whatever reason; one that is closed already says so otherwise.</summary>
    public static bool IsLost(Exception error) =>
        error is NpgsqlException or InvalidOperationException || IsAway(error);

    /// <summary>Whether the server said nothing for too long, as opposed to a connection that is found to be gone.</summary>
    public static bool IsSilence(Exception error) => error is TimeoutException or { InnerException: TimeoutException };

    // By the classes of errors (PostgreSQL, appendix A): connections, what the server has too little of, what its
    // operators do, what its system does; who may come in; and what took too long, or came to a standby.
    private static bool IsAway(string state) =>
        state[..2] is "08" or "28" or "53" or "57" or "58"
        || state
            is PostgresErrorCodes.LockNotAvailable
                or "25P03" // idle in a transaction for too long
                or PostgresErrorCodes.ReadOnlySqlTransaction
                or PostgresErrorCodes.ObjectNotInPrerequisiteState // as where it takes no connections
                or PostgresErrorCodes.InvalidCatalogName;

    private static UniqueIndex? Of(string name) =>
        name switch
        {
            "IX_tenants_slug" => UniqueIndex.TenantSlug,
            "IX_tenants_organization_id" => UniqueIndex.TenantOrganization,
            "IX_credentials_hash" => UniqueIndex.CredentialHash,
            "IX_admin_keys_hash" => UniqueIndex.AdminKeyHash,
            "IX_resources_tenant_id_user_name_key" => UniqueIndex.UserName,
            "ix_resources_group_name" => UniqueIndex.GroupName,
            "IX_links_tenant_id_kind_slack_id" => UniqueIndex.LinkSlackId,
            "IX_links_claimant_id" => UniqueIndex.LinkClaimant,
            "IX_audit_entries_line" => UniqueIndex.AuditLine,
            _ => name.StartsWith("PK_", StringComparison.Ordinal) ? UniqueIndex.PrimaryKey : null,
        };
}
