using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>The rules that say who of a tenant's users is provisioned.</summary>
internal static class Rules
{
    /// <summary>A tenant's rules in the order in which they were written.</summary>
    public static List<Rule> Of(StoreSession store, TenantId tenantId)
    {
        return store.All(
            "select id, name, filter from rules where tenant_id = @tenant order by id",
            row => new Rule
            {
                Id = row.Int(),
                TenantId = tenantId,
                Name = row.Text(),
                Filter = row.Text(),
            },
            ("@tenant", tenantId)
        );
    }

    /// <summary>Has a tenant have these rules, and no others.</summary>
    internal static void Replace(StoreSession store, TenantId tenantId, IEnumerable<Rule> rules)
    {
        store.Put("delete from rules where tenant_id = @tenant", ("@tenant", tenantId));
        foreach (var rule in rules)
            store.Put(
                "insert into rules (tenant_id, name, filter) values (@tenant, @name, @filter)",
                ("@tenant", tenantId),
                ("@name", rule.Name),
                ("@filter", rule.Filter)
            );
    }
}
