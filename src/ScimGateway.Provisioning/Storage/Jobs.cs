namespace ScimGateway.Provisioning.Storage;

/// <summary>
/// The rows of work that a restart completes: what it is for, and what it needs to know. Work that has to be confirmed
/// is kept as a preview until then.
/// </summary>
internal static class Jobs
{
    private const string Preview = "preview ";

    /// <summary>Keeps a preview in place of the one before of its kind; its number.</summary>
    public static long Keep(StoreSession store, int tenantId, string kind, string meant, long now)
    {
        store.Execute(
            "delete from jobs where tenant_id = @tenant and kind = @kind",
            ("@tenant", tenantId),
            ("@kind", Preview + kind)
        );
        return store.First(
            "insert into jobs (tenant_id, kind, progress, started) values (@tenant, @kind, @meant, @now) returning id",
            row => row.GetInt64(0),
            ("@tenant", tenantId),
            ("@kind", Preview + kind),
            ("@meant", meant),
            ("@now", now)
        );
    }

    /// <summary>
    /// What is meant by a preview that was made after a time; null if there is none, or it has been confirmed.
    /// </summary>
    public static string? Kept(StoreSession store, int tenantId, long id, long after) =>
        store.First(
            $"select progress from jobs where id = @id and tenant_id = @tenant and kind like '{Preview}%' and started > @after",
            row => row.GetString(0),
            ("@id", id),
            ("@tenant", tenantId),
            ("@after", after)
        );

    /// <summary>
    /// Makes a preview work that has begun, in the transaction of its first step. Other previews say how things were
    /// before, and are forgotten.
    /// </summary>
    public static int Begin(StoreSession store, int tenantId, long id, string kind, long now)
    {
        store.Execute("update jobs set kind = @kind, started = @now where id = @id", ("@kind", kind), ("@now", now), ("@id", id));
        return store.Execute($"delete from jobs where tenant_id = @tenant and kind like '{Preview}%'", ("@tenant", tenantId));
    }

    /// <summary>What the newest work of a kind that has not ended needs to know; null if all has ended.</summary>
    public static string? Unfinished(StoreSession store, int tenantId, string kind) =>
        store.First(
            "select progress from jobs where tenant_id = @tenant and kind = @kind and finished is null order by id desc limit 1",
            row => row.GetString(0),
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
