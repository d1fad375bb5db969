using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Mirror;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>Claimed users as rules look at them.</summary>
internal static class ScopedUsers
{
    /// <summary>
    /// Claimed users as a change of rules looks at them, in the order of their ids: those after one, up to another.
    /// </summary>
    public static List<ScopedUser> Scoped(
        StoreSession store,
        TenantId tenantId,
        ResourceId after,
        ResourceId? last,
        int most
    ) =>
        store.All(
            "select r.id, r.link_id, r.rule_id, r.waived, l.absent, l.slack_id is not null or l.ask_first, r.document from resources r join links l on l.id = r.link_id "
                + "where r.tenant_id = @tenant and r.kind = 0 and r.deleted is null and r.source_id is not null and r.id > @after "
                + (last is null ? "" : "and r.id <= @last ")
                + "order by r.id limit @most",
            row => new ScopedUser(
                row.Id<ResourceId>(),
                row.Number<LinkId>(),
                row.IntOrNull(),
                Waived.Parse(row.Text()),
                row.Flag(),
                row.Flag(),
                row.Bytes()
            ),
            ("@tenant", tenantId),
            ("@after", after),
            ("@last", last),
            ("@most", most)
        );

    /// <summary>Keeps by which rule a user is in scope, and what is waived of it.</summary>
    public static int SetScope(StoreSession store, ResourceId id, int? rule, Waived waived) =>
        store.Execute(
            "update resources set rule_id = @rule, waived = @waived where id = @id",
            ("@rule", rule),
            ("@waived", waived.ToString()),
            ("@id", id)
        );
}
