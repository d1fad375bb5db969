using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>What sources are let in by.</summary>
internal static class Credentials
{
    private const string Columns =
        "c.id, c.source_id, c.kind, c.label, c.prefix, c.hash, c.details, c.scope, c.created, c.expires, c.last_used";

    private const string OfTenant =
        "from credentials c join sources s on s.id = c.source_id where s.tenant_id = @tenant";

    /// <summary>Makes a credential; its number.</summary>
    public static CredentialId Insert(StoreSession store, Credential credential)
    {
        return store.First(
            "insert into credentials (source_id, kind, label, prefix, hash, details, scope, created, expires) "
                + "values (@source, @kind, @label, @prefix, @hash, @details, @scope, @created, @expires) returning id",
            row => row.Number<CredentialId>(),
            ("@source", credential.SourceId),
            ("@kind", credential.Kind),
            ("@label", credential.Label),
            ("@prefix", credential.Prefix),
            ("@hash", credential.Hash),
            ("@details", credential.Details),
            ("@scope", credential.Scope),
            ("@created", credential.Created),
            ("@expires", credential.Expires)
        );
    }

    /// <summary>All of a tenant's, in the order in which they were made.</summary>
    public static List<Credential> Of(StoreSession store, TenantId tenant)
    {
        return store.All($"select {Columns} {OfTenant} order by c.id", ToCredential, ("@tenant", tenant));
    }

    /// <summary>Whether a tenant has any.</summary>
    public static bool Any(StoreSession store, TenantId tenant)
    {
        return store.Any($"select 1 {OfTenant} limit 1", ("@tenant", tenant));
    }

    /// <summary>All of a tenant's source, in the order in which they were made.</summary>
    public static List<Credential> Of(StoreSession store, TenantId tenant, int source)
    {
        return store.All(
            $"select {Columns} {OfTenant} and c.source_id = @source order by c.id",
            ToCredential,
            ("@tenant", tenant),
            ("@source", source)
        );
    }

    /// <summary>Whether a tenant has one of a number.</summary>
    public static bool IsThere(StoreSession store, TenantId tenant, CredentialId id)
    {
        return store.Any($"select 1 {OfTenant} and c.id = @id", ("@tenant", tenant), ("@id", id));
    }

    /// <summary>
    /// Ends one of a tenant's source, with what was given for it; false if it has none of that number.
    /// </summary>
    public static bool Delete(StoreSession store, TenantId tenant, int source, CredentialId id)
    {
        store.Put(
            $"delete from access_tokens where credential_id = @id and credential_id in (select c.id {OfTenant} and c.source_id = @source)",
            ("@id", id),
            ("@tenant", tenant),
            ("@source", source)
        );
        return store.Execute(
                $"delete from credentials where id = @id and id in (select c.id {OfTenant} and c.source_id = @source)",
                ("@id", id),
                ("@tenant", tenant),
                ("@source", source)
            ) == 1;
    }

    /// <summary>Notes when one was last used.</summary>
    public static int SetUsed(StoreSession store, CredentialId id, Instant now)
    {
        // Times of use are rounded down, and nothing was used before it was made.
        return store.Execute(
            "update credentials set last_used = case when created > @now then created else @now end where id = @id",
            ("@now", now),
            ("@id", id)
        );
    }

    private static Credential ToCredential(Row row) =>
        new()
        {
            Id = row.Number<CredentialId>(),
            SourceId = row.Int(),
            Kind = row.Text(),
            Label = row.Text(),
            Prefix = row.Text(),
            Hash = row.Bytes(),
            Details = row.Text(),
            Scope = row.Text(),
            Created = row.Number<Instant>(),
            Expires = row.NumberOrNull<Instant>(),
            LastUsed = row.NumberOrNull<Instant>(),
        };
}
