using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Reads;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Provisioning.Importing;

/// <summary>The row of an import, and the operation that the journal has of it in the end.</summary>
internal sealed record ImportJob(long Id, int TenantId, long Started)
{
    // What was read so long ago may have changed as often as not: all is read again then.
    private static readonly TimeSpan _longestPause = TimeSpan.FromHours(1);

    /// <summary>Begins a job; what an interrupted one had found, and where it was, is this one's unless that is long ago.</summary>
    public static (ImportJob Job, ImportProgress Progress) Begin(StoreSession store, int tenantId, long now)
    {
        var interrupted = Jobs.Unfinished(store, tenantId, SlackImport.JobKind) is { } left ? ImportProgress.Parse(left) : null;
        Jobs.End(store, tenantId, SlackImport.JobKind, "interrupted", now);
        var progress =
            interrupted is { Place: { } place } && now - place.At <= (long)_longestPause.TotalMilliseconds
                ? interrupted
                : ImportProgress.Nothing;
        var id = store.First(
            "insert into jobs (tenant_id, kind, progress, started) values (@tenant, @kind, @progress, @now) returning id",
            row => row.Long(),
            ("@tenant", tenantId),
            ("@kind", SlackImport.JobKind),
            ("@progress", progress.ToJson()),
            ("@now", now)
        );
        return (new ImportJob(id, tenantId, now), progress);
    }

    public int Save(StoreSession store, ImportProgress progress) =>
        store.Execute("update jobs set progress = @progress where id = @id", ("@progress", progress.ToJson()), ("@id", Id));

    public int End(StoreSession store, ImportProgress progress, string? error, long now)
    {
        Save(store, progress);
        store.Execute(
            "update jobs set finished = @now, error = @error where id = @id",
            ("@now", now),
            ("@error", error),
            ("@id", Id)
        );
        return OperationJournal.WriteDone(
            store,
            TenantId,
            SlackImport.JobKind,
            "import of users and groups",
            Started,
            progress.ToJson(),
            error,
            now
        );
    }
}
