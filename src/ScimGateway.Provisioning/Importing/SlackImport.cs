using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Http;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Provisioning.Importing;

/// <summary>An import as it is told of: one that runs, or has ended.</summary>
/// <param name="Progress">What it found so far.</param>
/// <param name="Started">When it began.</param>
/// <param name="Finished">When it ended; null while it runs.</param>
/// <param name="Error">Why it ended early, in Slack's words; null if it did not.</param>
/// <param name="Id">Its job.</param>
internal sealed record ImportReport(
    ImportProgress Progress,
    DateTimeOffset Started,
    DateTimeOffset? Finished,
    string? Error,
    JobId Id
);

/// <summary>
/// Reads all accounts and groups of a tenant's Slack, page by page, into links and the resources that show them.
/// Absence from a page proves nothing: what no page shows is read by its id.
/// </summary>
internal sealed class SlackImport(
    HomeStore store,
    SlackScimClient slack,
    SlackSchedule<LinkId> schedule,
    TimeProvider clock,
    Patience patience
)
{
    /// <summary>What a job of this kind is called.</summary>
    public const string JobKind = "import";

    /// <summary>
    /// What one is called that comes when all is known, to see what has drifted since. They do the same: an import looks
    /// for drift, too, and a drift run finds who is new in Slack.
    /// </summary>
    public const string DriftKind = "drift";

    // A second look comes within a few minutes or, where no import looks at the account any more, never.
    private static readonly TimeSpan _suspectFor = TimeSpan.FromMinutes(10);

    private volatile ImportRun? _running;

    /// <summary>What the one that runs has found so far; null while none runs.</summary>
    public ImportProgress? Running => _running?.Progress;

    /// <summary>Writes down an account that Slack showed beside an import.</summary>
    public static void WriteDown(StoreSession store, TenantId tenant, SlackUser user, Instant now) =>
        new ImportedAccounts(store, Tenants.Find(store, tenant), now).Write(user, now);

    /// <summary>
    /// Whether an account was seen a short while ago to have drifted, once and not twice: it is to be looked at again.
    /// </summary>
    public async Task<bool> HasSuspectsAsync() =>
        await store.ReadAsync(session => LinksToRead.IsAnySuspected(session, store.Tenant, clock.Now() - _suspectFor));

    /// <summary>Whether all was imported once.</summary>
    public async Task<bool> HasEndedAsync() =>
        await store.ReadAsync(session => Jobs.HasEndedWell(session, store.Tenant, JobKind));

    /// <summary>The import that runs, or the last one that did; null before the first.</summary>
    public async Task<ImportReport?> LatestAsync() =>
        (await store.ReadAsync(session => ImportJob.Latest(session, store.Tenant))) is not { } job
            ? null
            : new ImportReport(
                ImportProgress.Parse(job.Progress),
                job.Started.ToTime(),
                job.Finished is { } ended ? ended.ToTime() : null,
                job.Error,
                job.Id
            );

    /// <summary>
    /// Imports users, then groups; where one was interrupted not long ago, it goes on from there. One at a time.
    /// </summary>
    /// <exception cref="SlackUnreadableException">Slack refuses to be read, or does not answer for long.</exception>
    public async Task<ImportProgress> RunAsync(CancellationToken cancel) =>
        await RunAsync(await BeginAsync(JobKind, null), cancel);

    /// <summary>Writes down that one begins.</summary>
    /// <param name="kind">Its kind; null for what it is time for.</param>
    /// <param name="resumes">The last one, if it is to go on; null for a new one, or what was interrupted.</param>
    public Task<ImportJob> BeginAsync(string? kind, JobId? resumes) =>
        store.WriteAsync(
            session => ImportJob.Begin(session, store.Tenant, kind, resumes, clock.Now()),
            CancellationToken.None
        );

    /// <summary>Writes down that an operator has had one end; false if it has ended by itself.</summary>
    public Task<bool> CancelAsync(JobId job) =>
        store.WriteAsync(session => ImportJob.Cancel(session, store.Tenant, job, clock.Now()), CancellationToken.None);

    /// <summary>Does what was begun. What is cancelled stays where it is.</summary>
    /// <exception cref="SlackUnreadableException">Slack refuses to be read, or does not answer for long.</exception>
    public async Task<ImportProgress> RunAsync(ImportJob job, CancellationToken cancel)
    {
        var run = new ImportRun(store, new SlackPages(slack, schedule, clock, patience), job, clock);
        _running = run;
        try
        {
            await run.ToEndAsync(cancel);
            var progress = run.Progress.Ended();
            await store.WriteAsync(session => job.End(session, progress, null, clock.Now()), cancel);
            return progress;
        }
        catch (SlackUnreadableException e)
        {
            await store.WriteAsync(session => job.End(session, run.Progress, e.InFull, clock.Now()), cancel);
            throw;
        }
        finally
        {
            _running = null;
        }
    }
}
