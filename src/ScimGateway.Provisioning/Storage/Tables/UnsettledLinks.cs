using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>How many links of a tenant are in a state, and since when the first of them has been.</summary>
internal sealed record UnsettledLinks(string Tenant, LinkState State, long Count, Instant Since)
{
    /// <summary>Those of all tenants, but for settled ones.</summary>
    /// <param name="store">The transaction.</param>
    /// <param name="most">How many tenants are told by themselves: the oldest.</param>
    /// <param name="others">The name under which the others are.</param>
    public static List<UnsettledLinks> Of(StoreSession store, int most, string others) =>
        store.All(
            $"select {ToldTenants.Name}, l.state, count(*), min(l.since) from {ToldTenants.All} "
                + "join links l on l.tenant_id = t.id and l.state <> 0 group by 1, 2"
                + OneTenants.NotAlone,
            row => new UnsettledLinks(row.Text(), row.Word<LinkState>(), row.Long(), row.Number<Instant>()),
            ("@most", most),
            ("@others", others)
        );
}
