using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Mirror;

namespace ScimGateway.Provisioning.Storage;

/// <summary>How users and groups are kept as they are wanted, and their members.</summary>
internal static class MirrorTables
{
    public static void Shape(ModelBuilder model, bool isPostgres)
    {
        model.Entity<Resource>(resource =>
        {
            Resources(resource);
            SearchedBySources(resource, isPostgres);
            Listed(resource, isPostgres);
            resource.HasIndex(r => r.LinkId);
        });
        model.Entity<Email>(email =>
        {
            email.HasKey(e => new
            {
                e.TenantId,
                e.Key,
                e.ResourceId,
            });
            email.HasIndex(e => e.ResourceId);
        });
        model.Entity<ShownTotal>().HasKey(t => new { t.TenantId, t.Kind });
        model.Entity<Member>(Members);
        model.Entity<FormerMember>(former =>
        {
            former.HasKey(f => new { f.GroupId, f.MemberId });
            former
                .Property(f => f.Blocked)
                .HasConversion<string?>(why => LinkTables.Kept(why), kept => Reason.Parse(kept));
        });
    }

    private static void Resources(EntityTypeBuilder<Resource> resource)
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
    }

    private static void SearchedBySources(EntityTypeBuilder<Resource> resource, bool isPostgres)
    {
        if (isPostgres)
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
    }

    private static void Listed(EntityTypeBuilder<Resource> resource, bool isPostgres)
    {
        // Lists in their order, and after it all that is searched in them, so that a search or a count reads this
        // index alone; PostgreSQL would look at the row in any case.
        resource
            .HasIndex(
                isPostgres
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
    }

    private static void Members(EntityTypeBuilder<Member> member)
    {
        member.HasKey(m => new
        {
            m.GroupId,
            m.MemberId,
            m.SourceId,
        });
        member.Property(m => m.Kind).HasDefaultValue(Kind.User);
        member.Property(m => m.Blocked).HasConversion<string?>(why => LinkTables.Kept(why), kept => Reason.Parse(kept));
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
    }
}
