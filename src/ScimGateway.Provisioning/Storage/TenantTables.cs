using Microsoft.EntityFrameworkCore;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Storage;

/// <summary>How tenants are kept, who may come for them, and what is left of those that were deleted.</summary>
internal static class TenantTables
{
    public static void Shape(ModelBuilder model)
    {
        model.Entity<Tenant>(tenant =>
        {
            tenant.HasIndex(t => t.Slug).IsUnique();
            tenant.HasIndex(t => t.OrganizationId).IsUnique(); // no two tenants share an organization
        });
        model.Entity<Source>().HasIndex(s => s.TenantId);
        model.Entity<Credential>(credential =>
        {
            credential.HasIndex(c => c.Hash).IsUnique();
            credential.HasIndex(c => c.SourceId);
        });
        model.Entity<AccessToken>().HasIndex(t => t.CredentialId);
        model.Entity<AdminKey>().HasIndex(k => k.Hash).IsUnique();
        model.Entity<AdminSession>(session =>
        {
            session.HasKey(s => s.Hash);
            session.HasIndex(s => s.KeyId);
        });
        model.Entity<Consent>(consent =>
        {
            consent.HasKey(c => c.Awaited);
            consent.HasIndex(c => c.TenantId);
            consent.HasIndex(c => c.Expires);
        });
        model.Entity<Repeat>(repeat =>
        {
            repeat.HasKey(r => new { r.KeyId, r.Word });
            repeat.HasIndex(r => r.At);
        });
        model.Entity<AuditEntry>(entry =>
        {
            entry.HasIndex(e => new { e.TenantId, e.Id });
            entry.HasIndex(e => e.Line).IsUnique();
        });
        model.Entity<Rule>().HasIndex(r => r.TenantId);
        model.Entity<FormerTenant>(tenant =>
        {
            tenant.HasKey(t => t.TenantId);
            tenant.Property(t => t.TenantId).ValueGeneratedNever();
        });
        model
            .Entity<FormerLink>()
            .HasKey(l => new
            {
                l.TenantId,
                l.Kind,
                l.SlackId,
            });

        model.Entity<KeyRingEntry>().HasKey(entry => entry.Name);
    }
}
