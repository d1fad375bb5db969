using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;

namespace ScimGateway.Provisioning.Storage.Tables;

/// <summary>
/// The rows of work that a restart completes: what it is for, and what it needs to know. Work that has to be confirmed
/// is kept as a preview until then.
/// </summary>
internal static class Jobs
{
    /// <summary>Begins the kind of work that has to be confirmed.</summary>
    public const string Preview = "preview ";

    private const string Columns = "id, tenant_id, kind, progress, started, finished, error, cancelled";

    /// <summary>Keeps a preview in place of the one before of its kind; its number.</summary>
    public static JobId Keep(StoreSession store, TenantId tenantId, string kind, string meant, Instant now)
    {
        ForgetPreviews(store, tenantId, kind);
        return Begin(store, tenantId, Preview + kind, meant, now);
    }

    /// <summary>Forgets the previews of a kind, whether they can be confirmed still or not.</summary>
    public static void ForgetPreviews(StoreSession store, TenantId tenantId, string kind) =>
        store.Put(
            "delete from jobs where tenant_id = @tenant and kind = @kind",
            ("@tenant", tenantId),
            ("@kind", Preview + kind)
        );

    /// <summary>
    /// What is meant by a preview that was made after a time; null if there is none, or it has been confirmed.
    /// </summary>
    public static string? Kept(StoreSession store, TenantId tenantId, JobId id, Instant after) =>
        store.First(
            $"select progress from jobs where id = @id and tenant_id = @tenant and kind like '{Preview}%' and finished is null and started > @after",
            row => row.Text(),
            ("@id", id),
            ("@tenant", tenantId),
            ("@after", after)
        );

    /// <summary>
    /// Makes a preview work that has begun, in the transaction of its first step. Other previews say how things were
    /// before, and are forgotten.
    /// </summary>
    public static int Begin(StoreSession store, TenantId tenantId, JobId id, string kind, Instant now)
    {
        store.Put(
            "update jobs set kind = @kind, started = @now where id = @id",
            ("@kind", kind),
            ("@now", now),
            ("@id", id)
        );
        return store.Execute(
            $"delete from jobs where tenant_id = @tenant and kind like '{Preview}%'",
            ("@tenant", tenantId)
        );
    }

    /// <summary>Notes that work has begun, in the transaction of its first step, and gives it a number.</summary>
    public static JobId Begin(StoreSession store, TenantId tenantId, string kind, string meant, Instant now) =>
        store.First(
            "insert into jobs (tenant_id, kind, progress, started) values (@tenant, @kind, @meant, @now) returning id",
            row => row.Number<JobId>(),
            ("@tenant", tenantId),
            ("@kind", kind),
            ("@meant", meant),
            ("@now", now)
        );

    /// <summary>What the newest work of a kind that has not ended needs to know; null if all has ended.</summary>
    public static string? Unfinished(StoreSession store, TenantId tenantId, string kind) =>
        store.First(
            "select progress from jobs where tenant_id = @tenant and kind = @kind and finished is null order by id desc limit 1",
            row => row.Text(),
            ("@tenant", tenantId),
            ("@kind", kind)
        );

    /// <summary>Notes that all of a kind has ended, and how.</summary>
    public static int End(StoreSession store, TenantId tenantId, string kind, string? error, Instant now) =>
        store.Execute(
            "update jobs set finished = @now, error = @error where tenant_id = @tenant and kind = @kind and finished is null",
            ("@now", now),
            ("@error", error),
            ("@tenant", tenantId),
            ("@kind", kind)
        );

    /// <summary>Notes that one has ended, and how.</summary>
    public static int End(StoreSession store, JobId id, string? error, Instant now) =>
        store.Execute(
            "update jobs set finished = @now, error = @error where id = @id",
            ("@now", now),
            ("@error", error),
            ("@id", id)
        );

    /// <summary>Notes that an operator had one end before its end; 0 if it has ended by itself.</summary>
    public static int Cancel(StoreSession store, TenantId tenantId, JobId id, Instant now) =>
        store.Execute(
            "update jobs set finished = @now, cancelled = @now where tenant_id = @tenant and id = @id and finished is null",
            ("@now", now),
            ("@tenant", tenantId),
            ("@id", id)
        );

    /// <summary>Notes how far one is.</summary>
    public static int Save(StoreSession store, JobId id, string progress) =>
        store.Execute("update jobs set progress = @progress where id = @id", ("@progress", progress), ("@id", id));

    /// <summary>Whether one of a kind has come to its end, and not in vain.</summary>
    public static bool HasEndedWell(StoreSession store, TenantId tenantId, string kind) =>
        store.Any(
            "select 1 from jobs where tenant_id = @tenant and kind = @kind and finished is not null and error is null and cancelled is null",
            ("@tenant", tenantId),
            ("@kind", kind)
        );

    /// <summary>Notes of all of two kinds why they count no more: the next begins anew.</summary>
    public static int Outdate(
        StoreSession store,
        TenantId tenantId,
        string kind,
        string otherKind,
        string why,
        Instant now
    ) =>
        store.Execute(
            "update jobs set error = @why, finished = coalesce(finished, @now) where tenant_id = @tenant and (kind = @kind or kind = @other) and error is null and cancelled is null",
            ("@why", why),
            ("@now", now),
            ("@tenant", tenantId),
            ("@kind", kind),
            ("@other", otherKind)
        );

    /// <summary>The newest of two kinds; null if there never was one.</summary>
    public static Job? Latest(StoreSession store, TenantId tenantId, string kind, string otherKind) =>
        store.First(
            $"select {Columns} from jobs where tenant_id = @tenant and (kind = @kind or kind = @other) order by id desc limit 1",
            ToJob,
            ("@tenant", tenantId),
            ("@kind", kind),
            ("@other", otherKind)
        );

    /// <summary>A tenant's job; null if it has none of that number.</summary>
    public static Job? Find(StoreSession store, TenantId tenantId, JobId id) =>
        store.First(
            $"select {Columns} from jobs where tenant_id = @tenant and id = @id",
            ToJob,
            ("@tenant", tenantId),
            ("@id", id)
        );

    /// <summary>So many of a tenant's before one, the newest first.</summary>
    public static List<Job> Before(StoreSession store, TenantId tenantId, JobId before, int most) =>
        store.All(
            $"select {Columns} from jobs where tenant_id = @tenant and id < @before order by id desc limit @most",
            ToJob,
            ("@tenant", tenantId),
            ("@before", before),
            ("@most", most)
        );

    private static Job ToJob(Row row) =>
        new()
        {
            Id = row.Number<JobId>(),
            TenantId = row.Number<TenantId>(),
            Kind = row.Text(),
            Progress = row.Text(),
            Started = row.Number<Instant>(),
            Finished = row.NumberOrNull<Instant>(),
            Error = row.TextOrNull(),
            Cancelled = row.NumberOrNull<Instant>(),
        };
}
