namespace ScimGateway.Provisioning.Storage;

/// <summary>The rows of work that a restart completes: what it is for, and what it needs to know.</summary>
internal static class Jobs
{
    /// <summary>Notes that work has begun, in the transaction of its first step.</summary>
    public static int Begin(StoreSession store, int tenantId, string kind, string meant, long now) =>
        store.Execute(
            "insert into jobs (tenant_id, kind, progress, started) values (@tenant, @kind, @meant, @now)",
            ("@tenant", tenantId),
            ("@kind", kind),
            ("@meant", meant),
            ("@now", now)
        );

    /// <summary>What the newest work of a kind that has not ended needs to know; null if all has ended.</summary>
    public static string? Unfinished(StoreSession store, int tenantId, string kind) =>
        store.First(
            "select progress from jobs where tenant_id = @tenant and kind = @kind and finished is null order by id desc limit 1",
            row => row.Text(),
            ("@tenant", tenantId),
            ("@kind", kind)
        );

    /// <summary>Notes that all of a kind has ended, and how.</summary>
    public static int End(StoreSession store, int tenantId, string kind, string? error, long now) =>
        store.Execute(
            "update jobs set finished = @now, error = @error where tenant_id = @tenant and kind = @kind and finished is null",
            ("@now", now),
            ("@error", error),
            ("@tenant", tenantId),
            ("@kind", kind)
        );
}
