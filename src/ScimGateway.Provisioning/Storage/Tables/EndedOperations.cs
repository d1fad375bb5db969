using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>How many operations of a tenant ended with an outcome.</summary>
internal sealed record EndedOperations(string Tenant, string Outcome, long Count)
{
    /// <summary>Those of all tenants that ended within a time.</summary>
    /// <param name="store">The transaction.</param>
    /// <param name="from">When it begins.</param>
    /// <param name="end">When it has ended.</param>
    /// <param name="most">How many tenants are told by themselves: the oldest.</param>
    /// <param name="others">The name under which the others are.</param>
    public static List<EndedOperations> Of(StoreSession store, Instant from, Instant end, int most, string others) =>
        store.All(
            $"select {ToldTenants.Name}, o.outcome, sum(case when o.counted > 1 then o.counted else 1 end) from {ToldTenants.All} "
                + "join operations o on o.tenant_id = t.id where o.finished >= @from and o.finished < @end group by 1, 2"
                + OneTenants.NotAlone,
            row => new EndedOperations(row.Text(), row.Text(), row.Long()),
            ("@most", most),
            ("@others", others),
            ("@from", from),
            ("@end", end)
        );
}
