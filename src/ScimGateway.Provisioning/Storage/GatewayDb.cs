using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage.ValueConversion;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Storage;

/// <summary>The tables. Unique indexes are the truth; the queries before an insert are courtesy.</summary>
internal sealed class GatewayDb(DbContextOptions<GatewayDb> options) : DbContext(options)
{
    /// <summary>Tenants.</summary>
    public DbSet<Tenant> Tenants => Set<Tenant>();

    /// <summary>Sources.</summary>
    public DbSet<Source> Sources => Set<Source>();

    /// <summary>Credentials.</summary>
    public DbSet<Credential> Credentials => Set<Credential>();

    /// <summary>What clients were given.</summary>
    public DbSet<AccessToken> AccessTokens => Set<AccessToken>();

    /// <summary>Admin keys.</summary>
    public DbSet<AdminKey> AdminKeys => Set<AdminKey>();

    /// <summary>Browsers in which somebody has signed in.</summary>
    public DbSet<AdminSession> AdminSessions => Set<AdminSession>();

    /// <summary>Tenants that are to be connected by somebody's consent.</summary>
    public DbSet<Consent> Consents => Set<Consent>();

    /// <summary>The audit trail.</summary>
    public DbSet<AuditEntry> AuditEntries => Set<AuditEntry>();

    /// <summary>Requests that may be sent again.</summary>
    public DbSet<Repeat> Repeats => Set<Repeat>();

    /// <summary>Rules.</summary>
    public DbSet<Rule> Rules => Set<Rule>();

    /// <summary>Users and groups as they are wanted.</summary>
    public DbSet<Resource> Resources => Set<Resource>();

    /// <summary>E-mail addresses of users.</summary>
    public DbSet<Email> Emails => Set<Email>();

    /// <summary>How many resources are shown.</summary>
    public DbSet<ShownTotal> ShownTotals => Set<ShownTotal>();

    /// <summary>Member rows.</summary>
    public DbSet<Member> Members => Set<Member>();

    /// <summary>Member rows as they were before a request that waits.</summary>
    public DbSet<FormerMember> FormerMembers => Set<FormerMember>();

    /// <summary>Links.</summary>
    public DbSet<Link> Links => Set<Link>();

    /// <summary>Addresses and Slack user names, and who has them.</summary>
    public DbSet<Key> Keys => Set<Key>();

    /// <summary>What waits for an operator.</summary>
    public DbSet<Hold> Holds => Set<Hold>();

    /// <summary>What the guard counts.</summary>
    public DbSet<GuardedChange> GuardedChanges => Set<GuardedChange>();

    /// <summary>The journal.</summary>
    public DbSet<Operation> Operations => Set<Operation>();

    /// <summary>Work that goes on over restarts.</summary>
    public DbSet<Job> Jobs => Set<Job>();

    /// <summary>Notifications, sent and to be sent.</summary>
    public DbSet<Outbox> Outbox => Set<Outbox>();

    /// <summary>Tenants that were deleted.</summary>
    public DbSet<FormerTenant> FormerTenants => Set<FormerTenant>();

    /// <summary>The accounts and groups that they had.</summary>
    public DbSet<FormerLink> FormerLinks => Set<FormerLink>();

    /// <summary>The keys that secrets are closed by.</summary>
    public DbSet<KeyRingEntry> KeyRing => Set<KeyRingEntry>();

    /// <inheritdoc/>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<TenantId>().HaveConversion<Numbers<TenantId>>();
        configurationBuilder.Properties<LinkId>().HaveConversion<Numbers<LinkId>>();
        configurationBuilder.Properties<HoldId>().HaveConversion<Numbers<HoldId>>();
        configurationBuilder.Properties<JobId>().HaveConversion<Numbers<JobId>>();
        configurationBuilder.Properties<CredentialId>().HaveConversion<Numbers<CredentialId>>();
        configurationBuilder.Properties<AdminKeyId>().HaveConversion<Numbers<AdminKeyId>>();
        configurationBuilder.Properties<AuditEntryId>().HaveConversion<Numbers<AuditEntryId>>();
        configurationBuilder.Properties<ResourceId>().HaveConversion<Uuids<ResourceId>>();
        configurationBuilder.Properties<GroupId>().HaveConversion<Uuids<GroupId>>();
        configurationBuilder.Properties<OperationId>().HaveConversion<Uuids<OperationId>>();
        configurationBuilder.Properties<Instant>().HaveConversion<Numbers<Instant>>();
    }

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        TenantTables.Shape(modelBuilder);
        MirrorTables.Shape(modelBuilder, IsPostgres);
        LinkTables.Shape(modelBuilder);
        JournalTables.Shape(modelBuilder, IsPostgres);
        TableNames.Spell(modelBuilder, IsPostgres);
    }

    private bool IsPostgres => Database.ProviderName == "Npgsql.EntityFrameworkCore.PostgreSQL";

    // An expression may not call a static member of an interface, so that a method does.
    private sealed class Numbers<T>() : ValueConverter<T, long>(of => of.Value, number => Made(number))
        where T : struct, INumbered<T>
    {
        private static T Made(long number) => T.Of(number);
    }

    private sealed class Uuids<T>() : ValueConverter<T, Guid>(of => of.Value, uuid => Made(uuid))
        where T : struct, IIdentified<T>
    {
        private static T Made(Guid uuid) => T.Of(uuid);
    }
}
