using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Policy;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Operating;

/// <summary>What a job does.</summary>
internal enum JobKind
{
    /// <summary>Reads what Slack has.</summary>
    Import,

    /// <summary>Reads it again, to see what has drifted.</summary>
    Drift,

    /// <summary>Plans all again.</summary>
    Resync,

    /// <summary>Other preferences.</summary>
    Preferences,

    /// <summary>Other rules.</summary>
    Rules,

    /// <summary>The tenant goes on, or live.</summary>
    Enable,

    /// <summary>Who is wanted in a group is all.</summary>
    FullList,

    /// <summary>One source's users and groups become another's.</summary>
    Transfer,
}

/// <summary>How far a job is.</summary>
internal enum JobState
{
    /// <summary>Somebody has to look at what it would do, and confirm it.</summary>
    ToConfirm,

    /// <summary>It runs.</summary>
    Running,

    /// <summary>It has come to its end.</summary>
    Done,

    /// <summary>It has not.</summary>
    Failed,

    /// <summary>What it shows cannot be confirmed any more, as it is too old.</summary>
    Outdated,

    /// <summary>An operator had it end; what it has done stays.</summary>
    Cancelled,
}

/// <summary>A job as operators see it.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Kind">What it does.</param>
/// <param name="State">How far it is.</param>
/// <param name="Started">When it began; of what is to be confirmed, when it was made.</param>
/// <param name="Finished">When it ended.</param>
/// <param name="Error">Why it failed.</param>
internal sealed record SeenJob(
    JobId Id,
    JobKind Kind,
    JobState State,
    DateTimeOffset Started,
    DateTimeOffset? Finished,
    string? Error
)
{
    /// <summary>Of a change: what it would mean, or meant when it was confirmed.</summary>
    public Preview? Preview { get; init; }

    /// <summary>Of an import: what it has found.</summary>
    public ImportProgress? Found { get; init; }

    /// <summary>Of a re-sync: how many accounts and groups it has planned again.</summary>
    public int? Planned { get; init; }

    /// <summary>Until when it can be confirmed; null if that is not the question.</summary>
    public DateTimeOffset? ConfirmBy { get; init; }

    /// <summary>When it will have ended, as far as that can be said.</summary>
    public DateTimeOffset? EstimatedEnd { get; init; }
}

/// <summary>What operators see of jobs.</summary>
internal static class JobReads
{
    // A tenant has some four imports a day: they are looked through for some years.
    private const int MostLookedAt = 5_000;
    private const int AtOnce = 100;

    /// <summary>A tenant's job; null if it has none of that number.</summary>
    public static SeenJob? Find(StoreSession store, TenantId tenant, JobId id, Instant now) =>
        Jobs.Find(store, tenant, id) is { } job ? Of(job, now) : null;

    /// <summary>So many of a tenant's before one, the newest first, of a kind and in a state.</summary>
    public static List<SeenJob> Before(
        StoreSession store,
        TenantId tenant,
        JobId before,
        JobKind? kind,
        JobState? state,
        Instant now,
        int most
    )
    {
        var found = new List<SeenJob>();
        for (var looked = 0; looked < MostLookedAt && found.Count < most; looked += AtOnce)
        {
            var some = Jobs.Before(store, tenant, before, AtOnce);
            found.AddRange(
                some.Select(job => Of(job, now))
                    .Where(job => (kind is null || job.Kind == kind) && (state is null || job.State == state))
            );
            if (some.Count < AtOnce)
                break;
            before = some[^1].Id;
        }
        return found.Count <= most ? found : found[..most];
    }

    private static SeenJob Of(Job job, Instant now)
    {
        var (started, finished) = (job.Started.ToTime(), job.Finished?.ToTime());
        var state =
            job.Cancelled is not null ? JobState.Cancelled
            : job.Error is not null ? JobState.Failed
            : finished is not null ? JobState.Done
            : JobState.Running;
        if (job.Kind is SlackImport.JobKind or SlackImport.DriftKind)
        {
            var (kind, progress) = (
                job.Kind == SlackImport.JobKind ? JobKind.Import : JobKind.Drift,
                ImportProgress.Parse(job.Progress)
            );
            return new SeenJob(job.Id, kind, state, started, finished, job.Error)
            {
                Found = progress,
                EstimatedEnd = state == JobState.Running ? progress.Place?.End : null,
            };
        }
        if (job.Kind == Resync.JobKind)
        {
            var resync = ResyncProgress.Parse(job.Progress);
            return new SeenJob(job.Id, JobKind.Resync, state, started, finished, job.Error)
            {
                Planned = (int)resync.Planned,
                EstimatedEnd = state == JobState.Running ? resync.End(started, now.ToTime()) : null,
            };
        }
        var preview = Preview.Parse(job.Progress) with { Id = job.Id };
        if (!job.Kind.StartsWith(Jobs.Preview, StringComparison.Ordinal))
            return new SeenJob(job.Id, KindOf(preview.Change), state, started, finished, job.Error)
            {
                Preview = preview,
            };
        var until = job.Started + Guard.Window;
        return new SeenJob(
            job.Id,
            KindOf(preview.Change),
            state == JobState.Cancelled ? state
                : until > now ? JobState.ToConfirm
                : JobState.Outdated,
            started,
            finished,
            null
        )
        {
            Preview = preview,
            ConfirmBy = finished is null ? until.ToTime() : null,
        };
    }

    private static JobKind KindOf(TenantChange change) =>
        change switch
        {
            TenantChange.OtherPreferences => JobKind.Preferences,
            TenantChange.OtherRules => JobKind.Rules,
            TenantChange.GoOn => JobKind.Enable,
            TenantChange.FullList => JobKind.FullList,
            TenantChange.Transfer => JobKind.Transfer,
            _ => throw new ArgumentOutOfRangeException(nameof(change)),
        };
}
