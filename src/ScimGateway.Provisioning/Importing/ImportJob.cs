using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Importing;

/// <summary>The row of an import, and the operation that the journal has of it in the end.</summary>
internal sealed record ImportJob(JobId Id, TenantId TenantId, Instant Started)
{
    // What was read so long ago may have changed as often as not: all is read again then.
    private static readonly TimeSpan _longestPause = TimeSpan.FromHours(1);

    /// <summary>
    /// Begins a job; what an interrupted one had found, and where it was, is this one's unless that is long ago.
    /// </summary>
    public static (ImportJob Job, ImportProgress Progress) Begin(StoreSession store, TenantId tenantId, Instant now)
    {
        var interrupted = Jobs.Unfinished(store, tenantId, SlackImport.JobKind) is { } left
            ? ImportProgress.Parse(left)
            : null;
        Jobs.End(store, tenantId, SlackImport.JobKind, "interrupted", now);
        var progress =
            interrupted is { Place: { } place } && now - place.At <= _longestPause
                ? interrupted
                : ImportProgress.Nothing;
        var id = Jobs.Begin(store, tenantId, SlackImport.JobKind, progress.ToJson(), now);
        return (new ImportJob(id, tenantId, now), progress);
    }

    public int Save(StoreSession store, ImportProgress progress) => Jobs.Save(store, Id, progress.ToJson());

    public int End(StoreSession store, ImportProgress progress, string? error, Instant now)
    {
        Save(store, progress);
        OperationJournal.WriteDone(
            store,
            TenantId,
            SlackImport.JobKind,
            "import of users and groups",
            Started,
            progress.ToJson(),
            error,
            now
        );
        return Jobs.End(store, Id, error, now);
    }
}
