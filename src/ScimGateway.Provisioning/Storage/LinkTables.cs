using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ScimGateway.Provisioning.Model.Links;

namespace ScimGateway.Provisioning.Storage;

/// <summary>How links are kept, what they hold and what waits for an operator.</summary>
internal static class LinkTables
{
    public static void Shape(ModelBuilder model)
    {
        model.Entity<Link>(Links);
        model.Entity<Key>(key =>
        {
            key.HasKey(k => new
            {
                k.TenantId,
                k.Kind,
                k.Value,
            });
            key.HasIndex(k => k.LinkId);
        });
        model.Entity<GuardedChange>(turn =>
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
        model.Entity<Hold>(hold =>
        {
            hold.Property(h => h.Reason).HasConversion(why => why.ToString(), kept => Reason.Parse(kept)!);
            hold.HasIndex(h => new { h.TenantId, h.LinkId });
        });
    }

    private static void Links(EntityTypeBuilder<Link> link)
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
    }

    /// <summary>A reason as it is kept: an expression may not ask whether there is one.</summary>
    internal static string? Kept(Reason? why) => why?.ToString();
}
