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
        modelBuilder.Entity<Tenant>(tenant =>
        {
            tenant.HasIndex(t => t.Slug).IsUnique();
            tenant.HasIndex(t => t.OrganizationId).IsUnique(); // no two tenants share an organization
        });
        modelBuilder.Entity<Source>().HasIndex(s => s.TenantId);
        modelBuilder.Entity<Credential>(credential =>
        {
            credential.HasIndex(c => c.Hash).IsUnique();
            credential.HasIndex(c => c.SourceId);
        });
        modelBuilder.Entity<AccessToken>().HasIndex(t => t.CredentialId);
        modelBuilder.Entity<AdminKey>().HasIndex(k => k.Hash).IsUnique();
        modelBuilder.Entity<Consent>(consent =>
        {
            consent.HasKey(c => c.Awaited);
            consent.HasIndex(c => c.TenantId);
            consent.HasIndex(c => c.Expires);
        });
        modelBuilder.Entity<Repeat>(repeat =>
        {
            repeat.HasKey(r => new { r.KeyId, r.Word });
            repeat.HasIndex(r => r.At);
        });
        modelBuilder.Entity<AuditEntry>(entry =>
        {
            entry.HasIndex(e => new { e.TenantId, e.Id });
            entry.HasIndex(e => e.Line).IsUnique();
        });
        modelBuilder.Entity<Rule>().HasIndex(r => r.TenantId);

        modelBuilder.Entity<Resource>(resource =>
        {
            resource.Property(r => r.Asserted).HasConversion(paths => paths.ToString(), kept => PathSet.Parse(kept));
            resource
                .Property(r => r.PreviousAsserted)
                .HasConversion(paths => paths!.ToString(), kept => PathSet.Parse(kept));
            resource.Property(r => r.Waived).HasConversion(waived => waived.ToString(), kept => Waived.Parse(kept));
            resource
                .Property(r => r.PreviousWaived)
                .HasConversion(waived => waived!.ToString(), kept => Waived.Parse(kept));
            // RFC 7643 §4.1.1: userName is unique. The keys of what is deleted or hidden are null, so only what is
            // shown counts.
            resource.HasIndex(r => new { r.TenantId, r.UserNameKey }).IsUnique();
            // Slack knows a group by its name. Users may bear one display name (group = 1, as Kind has it).
            resource
                .HasIndex(r => new { r.TenantId, r.DisplayNameKey })
                .IsUnique()
                .HasFilter("kind = 1")
                .HasDatabaseName("ix_resources_group_name");
            resource.HasIndex(r => new
            {
                r.TenantId,
                r.Kind,
                r.Deleted,
                r.Hidden,
                r.DisplayNameKey,
                r.Created,
                r.Id,
            });
            if (IsPostgres)
            {
                // Of what may be longer than its trees hold (a third of a page, 2,704 bytes) it keeps hashes.
                resource.HasIndex(r => r.ExternalId).HasAnnotation("Npgsql:IndexMethod", "hash");
                resource.HasIndex(r => r.Manager).HasAnnotation("Npgsql:IndexMethod", "hash");
            }
            else
            {
                resource.HasIndex(r => new
                {
                    r.TenantId,
                    r.SourceId,
                    r.Kind,
                    r.ExternalId,
                });
                resource.HasIndex(r => new { r.TenantId, r.Manager });
            }
            // Lists in their order, and after it all that is searched in them, so that a search or a count reads this
            // index alone; PostgreSQL would look at the row in any case.
            resource
                .HasIndex(
                    IsPostgres
                        ? r => new
                        {
                            r.TenantId,
                            r.Kind,
                            r.Deleted,
                            r.Hidden,
                            r.Created,
                            r.Id,
                        }
                        : r => new
                        {
                            r.TenantId,
                            r.Kind,
                            r.Deleted,
                            r.Hidden,
                            r.Created,
                            r.Id,
                            r.Modified,
                            r.Active,
                            r.SourceId,
                            r.LinkId,
                            r.UserNameKey,
                            r.DisplayNameKey,
                            r.EmailKeys,
                        }
                )
                .HasDatabaseName("ix_resources_list");
            resource.HasIndex(r => r.LinkId);
        });
        modelBuilder.Entity<Email>(email =>
        {
            email.HasKey(e => new
            {
                e.TenantId,
                e.Key,
                e.ResourceId,
            });
            email.HasIndex(e => e.ResourceId);
        });
        modelBuilder.Entity<ShownTotal>().HasKey(t => new { t.TenantId, t.Kind });
        modelBuilder.Entity<Member>(member =>
        {
            member.HasKey(m => new
            {
                m.GroupId,
                m.MemberId,
                m.SourceId,
            });
            member.Property(m => m.Kind).HasDefaultValue(Kind.User);
            member.Property(m => m.Blocked).HasConversion<string?>(why => Kept(why), kept => Reason.Parse(kept));
            member.Property(m => m.Gone).HasDefaultValue(false);
            // The groups of a user, and which of them it is shown in.
            member.HasIndex(m => new
            {
                m.MemberId,
                m.GroupId,
                m.Wanted,
            });
            // Who is shown in a group that somebody has claimed: all that an answer says of its members, in the
            // answer's order.
            member
                .HasIndex(m => new
                {
                    m.GroupId,
                    m.Wanted,
                    m.MemberId,
                    m.Kind,
                    m.Gone,
                })
                .HasDatabaseName("ix_members_shown");
            // What is to be told to Slack, of a group of any size. The statements that read it say the same words.
            member.HasIndex(m => m.GroupId, "ix_members_to_do").HasFilter(Tables.Members.ToDo);
            member.HasIndex(m => m.GroupId, "ix_members_refused").HasFilter("refused is not null");
        });

        modelBuilder.Entity<FormerMember>(former =>
        {
            former.HasKey(f => new { f.GroupId, f.MemberId });
            former.Property(f => f.Blocked).HasConversion<string?>(why => Kept(why), kept => Reason.Parse(kept));
        });
        modelBuilder.Entity<Link>(link =>
        {
            link.Property(l => l.Protection).HasConversion<string?>(why => Kept(why), kept => Reason.Parse(kept));
            link.Property(l => l.Reason).HasConversion<string?>(why => Kept(why), kept => Reason.Parse(kept));
            link.Property(l => l.SetAside).HasConversion(fields => fields.ToString(), kept => FieldSet.Parse(kept));
            link.Property(l => l.Kept).HasConversion(fields => fields.ToString(), kept => FieldSet.Parse(kept));
            link.Property(l => l.Spoken).HasConversion(fields => fields.ToString(), kept => FieldSet.Parse(kept));
            link.HasIndex(l => new
                {
                    l.TenantId,
                    l.Kind,
                    l.SlackId,
                })
                .IsUnique(); // one link for one account
            link.HasIndex(l => l.ClaimantId).IsUnique(); // one claim at a time
            // Nearly all links are settled: of the others alone it stays small, and a write costs it one page that is
            // at hand. A query has to say so in the same words to be led by it.
            link.HasIndex(l => new { l.TenantId, l.State }).HasFilter("state <> 0");
            // Each start and each import asks for the few, and no tenant is to look through what all have.
            link.HasIndex(l => new { l.TenantId, l.DriftedAt }, "ix_links_suspected").HasFilter("is_drift_suspected");
        });
        modelBuilder.Entity<Key>(key =>
        {
            key.HasKey(k => new
            {
                k.TenantId,
                k.Kind,
                k.Value,
            });
            key.HasIndex(k => k.LinkId);
        });
        modelBuilder.Entity<GuardedChange>(turn =>
        {
            turn.HasKey(t => new
            {
                t.TenantId,
                t.What,
                t.GroupId,
                t.Subject,
            });
            turn.HasIndex(t => t.At);
        });
        modelBuilder.Entity<Hold>(hold =>
        {
            hold.Property(h => h.Reason).HasConversion(why => why.ToString(), kept => Reason.Parse(kept)!);
            hold.HasIndex(h => new { h.TenantId, h.LinkId });
        });

        modelBuilder.Entity<Operation>(operation =>
        {
            operation.HasIndex(o => new { o.LinkId, o.Version });
            operation.HasIndex(o => new { o.Finished, o.TenantId });
            // The journal as operators read it: newest first, and by time.
            operation.HasIndex(o => new
            {
                o.TenantId,
                o.At,
                o.Id,
            });
            var names = operation
                .Property(o => o.Names)
                .HasConversion(names => names!.Lines, kept => KnownAs.Parse(kept));
            if (IsPostgres)
                names.UseCollation("C"); // as the other words of a line, with which it is searched
            operation.Property<string?>("NamesKey"); // of the names, as searches compare them
            operation.Property(o => o.Counted).HasDefaultValue(0);
            // How many of a source were refused within an hour, and what counts those beyond the limit.
            operation
                .HasIndex(o => new
                {
                    o.SourceId,
                    o.Finished,
                    o.Counted,
                })
                .HasFilter("verdict = 'refuse'")
                .HasDatabaseName("ix_operations_refused");
        });
        modelBuilder.Entity<Job>().HasIndex(j => new { j.TenantId, j.Kind });
        modelBuilder.Entity<Outbox>(outbox =>
        {
            outbox.HasIndex(o => o.Due);
            outbox.HasIndex(o => new { o.TenantId, o.Cause });
        });

        modelBuilder.Entity<FormerTenant>(tenant =>
        {
            tenant.HasKey(t => t.TenantId);
            tenant.Property(t => t.TenantId).ValueGeneratedNever();
        });
        modelBuilder
            .Entity<FormerLink>()
            .HasKey(l => new
            {
                l.TenantId,
                l.Kind,
                l.SlackId,
            });

        modelBuilder.Entity<KeyRingEntry>().HasKey(entry => entry.Name);

        // One spelling that both SQLite and PostgreSQL take without quotation marks, since the store writes SQL of its
        // own.
        foreach (var entity in modelBuilder.Model.GetEntityTypes())
        {
            // A row that gets its number from the store gets one that no row had before it.
            if (entity.FindProperty("Id") is { } id && id.ClrType.IsAssignableTo(typeof(INumbered)))
            {
                var number = modelBuilder.Entity(entity.ClrType).Property(id.Name).ValueGeneratedOnAdd();
                if (!IsPostgres)
                    number.UseAutoincrement(); // an identity never comes again by itself
            }
            entity.SetTableName(Snake(entity.GetTableName()!));
            foreach (var property in entity.GetProperties())
            {
                property.SetColumnName(Snake(property.Name));
                if (IsPostgres && (property.GetProviderClrType() ?? property.ClrType) == typeof(string))
                    property.SetCollation("C"); // by their bytes, as SQLite compares and as cursors go on
            }
        }
    }

    private bool IsPostgres => Database.ProviderName == "Npgsql.EntityFrameworkCore.PostgreSQL";

    private static string? Kept(Reason? why) => why?.ToString();

    private static string Snake(string name) =>
        string.Concat(
            name.Select((c, i) => char.IsUpper(c) ? (i > 0 ? "_" : "") + char.ToLowerInvariant(c) : c.ToString())
        );

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
