using System.Data.Common;

namespace ScimGateway.Provisioning.Storage;

/// <summary>What the tables hold once at most.</summary>
internal enum UniqueIndex
{
    /// <summary>The key of a row.</summary>
    PrimaryKey,

    /// <summary>The word of a tenant in the path.</summary>
    TenantSlug,

    /// <summary>The organization of a tenant.</summary>
    TenantOrganization,

    /// <summary>The hash of a credential.</summary>
    CredentialHash,

    /// <summary>The hash of an admin key.</summary>
    AdminKeyHash,

    /// <summary>The userName of a user that a tenant shows.</summary>
    UserName,

    /// <summary>The displayName of a group that a tenant shows.</summary>
    GroupName,

    /// <summary>The account or group of Slack that a link is of.</summary>
    LinkSlackId,

    /// <summary>The resource that a link shows, or whose claim it is.</summary>
    LinkClaimant,

    /// <summary>The place of a sealed line of the audit trail.</summary>
    AuditLine,
}

/// <summary>A statement would have had twice what an index has once; it has changed nothing.</summary>
internal sealed class UniqueViolationException : DbException
{
    internal UniqueViolationException(UniqueIndex index, DbException inner)
        : base($"{index} would be there twice.", inner) => Index = index;

    /// <summary>Which one.</summary>
    public UniqueIndex Index { get; }
}
