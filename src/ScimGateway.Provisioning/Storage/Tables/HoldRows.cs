namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>What waits for an operator's decision.</summary>
internal static class HoldRows
{
    /// <summary>How many of a tenant's are open since before a time.</summary>
    public static long CountOpen(StoreSession store, int tenantId, long before) =>
        store.First(
            "select count(*) from holds where tenant_id = @tenant and since < @before",
            row => row.Long(),
            ("@tenant", tenantId),
            ("@before", before)
        );
}
