using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Importing;

/// <summary>The row of an import or a drift run, and the operation that the journal has of it in the end.</summary>
/// <param name="Id">Its number.</param>
/// <param name="TenantId">Whose.</param>
/// <param name="Kind">Which of the two.</param>
/// <param name="Started">When it began.</param>
/// <param name="Progress">Where it begins: what the one before it had found, if it goes on with that.</param>
internal sealed record ImportJob(JobId Id, TenantId TenantId, string Kind, Instant Started, ImportProgress Progress)
{
    // What was read so long ago may have changed as often as not: all is read again then.
    private static readonly TimeSpan _longestPause = TimeSpan.FromHours(1);

    /// <summary>
    /// Begins a job. What an interrupted one had found, and where it was, is this one's unless that is long ago; so it is
    /// of one that somebody wants to go on.
    /// </summary>
    /// <param name="store">The store.</param>
    /// <param name="tenantId">Whose.</param>
    /// <param name="kind">
    /// What it is to be; null for what it is time for: what was interrupted, drift where all was imported once, else an
    /// import.
    /// </param>
    /// <param name="resumes">Which one is to go on; null for what was interrupted.</param>
    /// <param name="now">What time it is.</param>
    internal static ImportJob Begin(StoreSession store, TenantId tenantId, string? kind, JobId? resumes, Instant now)
    {
        var left =
            Latest(store, tenantId) is { } latest && (latest.Finished is null || latest.Id == resumes) ? latest : null;
        kind ??=
            left?.Kind
            ?? (Jobs.HasEndedWell(store, tenantId, SlackImport.JobKind) ? SlackImport.DriftKind : SlackImport.JobKind);
        var progress =
            left is not null
            && ImportProgress.Parse(left.Progress) is { Place: { } place } far
            && now - place.At <= _longestPause
                ? far
                : ImportProgress.Nothing;
        if (left is { Finished: null })
            Jobs.End(store, left.Id, "interrupted", now);
        return new ImportJob(Jobs.Begin(store, tenantId, kind, progress.ToJson(), now), tenantId, kind, now, progress);
    }

    /// <summary>The newest one of a tenant; null if there never was one.</summary>
    internal static Job? Latest(StoreSession store, TenantId tenantId) =>
        Jobs.Latest(store, tenantId, SlackImport.JobKind, SlackImport.DriftKind);

    /// <summary>An operator has had one end; false if it has ended by itself.</summary>
    internal static bool Cancel(StoreSession store, TenantId tenantId, JobId id, Instant now)
    {
        if (Jobs.Cancel(store, tenantId, id, now) == 0)
            return false;
        var job = Jobs.Find(store, tenantId, id)!;
        WriteLine(store, job.Kind, tenantId, job.Started, job.Progress, "cancelled by an operator", now);
        return true;
    }

    internal int Save(StoreSession store, ImportProgress progress) => Jobs.Save(store, Id, progress.ToJson());

    internal int End(StoreSession store, ImportProgress progress, string? error, Instant now)
    {
        Save(store, progress);
        WriteLine(store, Kind, TenantId, Started, progress.ToJson(), error, now);
        return Jobs.End(store, Id, error, now);
    }

    private static void WriteLine(
        StoreSession store,
        string kind,
        TenantId tenantId,
        Instant started,
        string progress,
        string? error,
        Instant now
    ) =>
        OwnEntries.WriteDone(
            store,
            tenantId,
            SlackImport.JobKind,
            kind == SlackImport.JobKind ? "import of users and groups" : "look for drift of users and groups",
            started,
            progress,
            error,
            now
        );
}
