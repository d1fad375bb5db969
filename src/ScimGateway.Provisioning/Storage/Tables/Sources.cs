using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>The identity providers of tenants.</summary>
public static class Sources
{
    /// <summary>The names of all of a tenant's.</summary>
    public static Dictionary<int, string> Names(StoreSession store, TenantId tenant)
    {
        ArgumentNullException.ThrowIfNull(store);
        return store
            .All(
                "select id, name from sources where tenant_id = @tenant",
                row => (Id: row.Int(), Name: row.Text()),
                ("@tenant", tenant)
            )
            .ToDictionary(source => source.Id, source => source.Name);
    }

    /// <summary>The name of a tenant's source; null if it has none of that number.</summary>
    internal static string? Name(StoreSession store, TenantId tenantId, int id) =>
        store.First(
            "select name from sources where id = @id and tenant_id = @tenant",
            row => row.Text(),
            ("@id", id),
            ("@tenant", tenantId)
        );

    /// <summary>The number of a tenant's source of a name, which is made if it is not there yet.</summary>
    internal static int Open(StoreSession store, TenantId tenantId, string name)
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
