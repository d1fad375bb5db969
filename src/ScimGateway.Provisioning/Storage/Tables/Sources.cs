using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>The identity providers of tenants.</summary>
internal static class Sources
{
    /// <summary>The name of a tenant's source; null if it has none of that number.</summary>
    public static string? Name(StoreSession store, TenantId tenantId, int id) =>
        store.First(
            "select name from sources where id = @id and tenant_id = @tenant",
            row => row.Text(),
            ("@id", id),
            ("@tenant", tenantId)
        );

    /// <summary>The number of a tenant's source of a name, which is made if it is not there yet.</summary>
    public static int Open(StoreSession store, TenantId tenantId, string name)
    {
        store.Put(
            "insert into sources (tenant_id, name, deviations_off) select @tenant, @name, '' "
                + "where not exists (select 1 from sources where tenant_id = @tenant and name = @name)",
            ("@tenant", tenantId),
            ("@name", name)
        );
        return store.First(
            "select id from sources where tenant_id = @tenant and name = @name",
            row => row.Int(),
            ("@tenant", tenantId),
            ("@name", name)
        );
    }
}
