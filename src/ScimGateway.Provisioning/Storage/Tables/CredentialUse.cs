using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>
/// When a credential of a tenant was last used, and until when each of its sources has one: a credential that expires
/// counts only where its source has none that lasts longer.
/// </summary>
internal sealed record CredentialUse(string Tenant, Instant? LastUsed, Instant? LastsUntil)
{
    /// <summary>That of all tenants; of several that are told together, the first time.</summary>
    /// <param name="store">The transaction.</param>
    /// <param name="most">How many tenants are told by themselves: the oldest.</param>
    /// <param name="others">The name under which the others are.</param>
    public static List<CredentialUse> Of(StoreSession store, int most, string others) =>
        store.All(
            "select tenant, min(used), min(until) from "
                + "(select tenant, max(used) as used, min(until) as until from "
                + $"(select {ToldTenants.Name}, t.id, s.id as source, max(c.last_used) as used, "
                + "case when count(*) = count(c.expires) then max(c.expires) end as until "
                + $"from {ToldTenants.All} join sources s on s.tenant_id = t.id join credentials c on c.source_id = s.id "
                + "group by 1, 2, 3) source group by tenant, id) own group by tenant"
                + OneTenants.NotAlone,
            row => new CredentialUse(row.Text(), row.NumberOrNull<Instant>(), row.NumberOrNull<Instant>()),
            ("@most", most),
            ("@others", others)
        );
}
