using Microsoft.EntityFrameworkCore;
using ScimGateway.Provisioning.Model.Journal;

namespace ScimGateway.Provisioning.Storage;

/// <summary>How operations are kept, work that goes on over restarts and notifications.</summary>
internal static class JournalTables
{
    public static void Shape(ModelBuilder model, bool isPostgres)
    {
        model.Entity<Operation>(operation =>
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
            if (isPostgres)
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
        model.Entity<Job>().HasIndex(j => new { j.TenantId, j.Kind });
        model.Entity<Outbox>(outbox =>
        {
            outbox.HasIndex(o => o.Due);
            outbox.HasIndex(o => new { o.TenantId, o.Cause });
        });
    }
}
