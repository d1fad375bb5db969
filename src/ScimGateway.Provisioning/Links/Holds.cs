using ScimGateway.Provisioning.Data;

namespace ScimGateway.Provisioning.Links;

/// <summary>What waits for an operator's decision.</summary>
internal static class Holds
{
    /// <summary>Lists a link; one that is listed for the same reason stays as it is.</summary>
    public static void Open(StoreSession store, int tenantId, long link, string why, long now) =>
        store.Execute(
            "insert into holds (tenant_id, link_id, member_id, reason, since) select @tenant, @link, null, @why, @now "
                + "where not exists (select 1 from holds where tenant_id = @tenant and link_id = @link and reason = @why)",
            ("@tenant", tenantId),
            ("@link", link),
            ("@why", why),
            ("@now", now)
        );
}
