using ScimGateway.Provisioning.Model.Tenants;
using StoredTenant = ScimGateway.Provisioning.Model.Tenants.Tenant;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>Of how many tenants Slack hears or not, and whether their connections work.</summary>
internal sealed record CountedTenants(string Tenant, Standing Standing, ConnectionState Connection, long Count)
{
    /// <summary>All tenants.</summary>
    /// <param name="store">The transaction.</param>
    /// <param name="most">How many tenants are told by themselves: the oldest.</param>
    /// <param name="others">The name under which the others are.</param>
    public static List<CountedTenants> Of(StoreSession store, int most, string others) =>
        store.All(
            $"select {ToldTenants.Name}, own.enabled, own.shadow, own.problem is not null, own.organization_id is not null, count(*) "
                + $"from {ToldTenants.All} join tenants own on own.id = t.id group by 1, 2, 3, 4, 5"
                + OneTenants.NotAlone,
            row => new CountedTenants(
                row.Text(),
                StoredTenant.StandingOf(row.Flag(), row.Flag()),
                StoredTenant.ConnectionOf(row.Flag(), row.Flag()),
                row.Long()
            ),
            ("@most", most),
            ("@others", others)
        );
}
