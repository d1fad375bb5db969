using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>When what Slack has was last read to its end, an import or a look for drift.</summary>
internal sealed record LastImports(string Tenant, Instant Ended)
{
    /// <summary>Those of all tenants that have had one; of several that are told together, the oldest.</summary>
    /// <param name="store">The transaction.</param>
    /// <param name="most">How many tenants are told by themselves: the oldest.</param>
    /// <param name="others">The name under which the others are.</param>
    public static List<LastImports> Of(StoreSession store, int most, string others) =>
        store.All(
            $"select tenant, min(ended) from (select {ToldTenants.Name}, (select max(j.finished) from jobs j "
                + $"where j.tenant_id = t.id and j.kind in ('{SlackImport.JobKind}', '{SlackImport.DriftKind}') "
                + $"and j.error is null and j.cancelled is null) as ended from {ToldTenants.All}) one "
                + "where ended is not null group by 1"
                + OneTenants.NotAlone,
            row => new LastImports(row.Text(), row.Number<Instant>()),
            ("@most", most),
            ("@others", others)
        );
}
