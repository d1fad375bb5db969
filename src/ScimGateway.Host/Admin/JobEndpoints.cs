using ScimGateway.Host.Logging;
using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Reads;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Admin;

/// <summary>What takes time, and what has to be seen before it is done.</summary>
internal static class JobEndpoints
{
    // Who confirms waits so long for the end; then he looks how far it is.
    private static readonly TimeSpan _untilAnswered = TimeSpan.FromSeconds(5);

    // In one transaction of the store.
    private const int MostLookedAt = 1_000;

    public static void Map(IEndpointRouteBuilder tenant)
    {
        tenant
            .MapMethods("/jobs", ReadMethods.All, ListAsync)
            .Called("listJobs", Role.Viewer)
            .AsksForPages("kind", "state");
        tenant.MapPost("/jobs", CreateAsync).Called("createJob", Role.Operator);
        tenant.MapMethods("/jobs/{job:long}", ReadMethods.All, ReadAsync).Called("readJob", Role.Viewer).ReadsPeople();
        tenant
            .MapMethods("/jobs/{job:long}/links", ReadMethods.All, LinksAsync)
            .Called("listJobLinks", Role.Viewer)
            .AsksForPages("kind", "what")
            .ReadsPeople();
        tenant.MapPost("/jobs/{job:long}/confirm", ConfirmAsync).Called("confirmJob", Role.Operator).WithoutBody();
        tenant.MapPost("/jobs/{job:long}/cancel", CancelAsync).Called("cancelJob", Role.Operator).WithoutBody();
        tenant.MapPost("/jobs/{job:long}/resume", ResumeAsync).Called("resumeJob", Role.Operator).WithoutBody();
    }

    /// <summary>
    /// Answers what a change would mean, as a job that is to be confirmed. What tells Slack nothing, hands nothing over
    /// and changes nobody's turn is done at once, unless it is only to be looked at.
    /// </summary>
    public static async Task<IResult> ChangeAsync(AdminCall call, TenantChange change)
    {
        JobKind? kind = change switch
        {
            TenantChange.OtherPreferences => JobKind.Preferences,
            TenantChange.OtherRules => JobKind.Rules,
            _ => null,
        };
        if (call.Tenant is { Home: null, Row.Token: null } && kind is { } policy)
            return await BeforeConnectedAsync(call, change, policy);
        var preview = await call.Home.Changes.PreviewAsync(change, gone: call.Gone);
        var shown = await FindAsync(call, preview.Id);
        call.Changed(
            $"jobs/{preview.Id}",
            null,
            new
            {
                shown.Kind,
                shown.State,
                Differences = await SaidAsync(call, preview.Change),
            }
        );
        if (IsFelt(preview) || call.QueryFlag("preview"))
            return await AnswerAsync(call, shown, 202);
        var before = await PolicyEndpoints.ShowAsync(call, shown.Kind);
        await call.Home.Changes.ConfirmAsync(preview.Id, call.Key.Label);
        shown = await FindAsync(call, preview.Id);
        call.Changed(
            $"jobs/{preview.Id}",
            before,
            await PolicyEndpoints.ShowAsync(call, shown.Kind) ?? await DoneAsync(call, shown)
        );
        return await AnswerAsync(call, shown, 200);
    }

    // Nobody is provisioned yet, so that there is nothing to be seen first; the first import is to run under it.
    private static async Task<IResult> BeforeConnectedAsync(AdminCall call, TenantChange change, JobKind kind)
    {
        if (call.QueryFlag("preview"))
            throw Problem.Invalid(
                "preview",
                "The tenant is not connected to Slack yet, so the change affects nobody. Leave this parameter out."
            );
        var before = await PolicyEndpoints.ShowAsync(call, kind);
        var job = await Changes.BeforeConnectedAsync(call.Store, call.Tenant.Row.Id, change, call.Key.Label, call.Now);
        call.Changed($"jobs/{job}", before, await PolicyEndpoints.ShowAsync(call, kind));
        return await AnswerAsync(call, await FindAsync(call, job), 200);
    }

    private static Task<IResult> ListAsync(AdminCall call)
    {
        var (kind, state) = (call.Query<JobKind>("kind"), call.Query<JobState>("state"));
        return call.PageAsync(
            (before, most) =>
                call.Store.ReadAsync(session =>
                    JobReads.Before(
                        session,
                        call.Tenant.Row.Id,
                        new JobId(AdminPages.Numbered(before, long.MaxValue)),
                        kind,
                        state,
                        call.Now,
                        most
                    )
                ),
            job => job.Id.ToString(),
            job => ShownJob.Of(job)
        );
    }

    private static async Task<IResult> ReadAsync(AdminCall call, long job) =>
        await AnswerAsync(call, await FindAsync(call, new JobId(job)), 200);

    // All there are, as things are by now: what is kept of a preview names those alone whom Slack is told of.
    private static async Task<IResult> LinksAsync(AdminCall call, long job, LinkReads links)
    {
        var (kind, what) = (call.Query<Kind>("kind"), call.Query<Prospect>("what"));
        if (
            await FindAsync(call, new JobId(job))
            is not { Kind: JobKind.Enable, State: JobState.ToConfirm or JobState.Outdated, Preview: { } preview }
        )
            throw Problem.NotReady(
                $"Only a preview of enabling the tenant has a list of everyone. The report of the job names whom it is about: GET {AdminPaths.Of(call.Tenant.Row.Slug)}/jobs/{job}."
            );
        return await call.PageAsync(
            (after, most) =>
                OutlooksAsync(call, links, preview, kind, what, new LinkId(AdminPages.Numbered(after)), most),
            one => one.Link.Id.ToString(),
            one => OutlookedLink.Of(one.Link, one.Outlook, call.Tenant.Row.Slug)
        );
    }

    private static async ValueTask<List<(ListedLink Link, Outlook Outlook)>> OutlooksAsync(
        AdminCall call,
        LinkReads links,
        Preview preview,
        Kind? kind,
        Prospect? what,
        LinkId after,
        int most
    )
    {
        var query = new LinkQuery
        {
            Kind = kind,
            // Who is told has something to do; the others may have.
            State = what is null or Prospect.FollowsOn or Prospect.Claimed or Prospect.LeftAlone
                ? null
                : LinkState.Pending,
            Most = what is null ? most : Math.Max(most, MostLookedAt),
        };
        var found = new List<(ListedLink, Outlook)>();
        for (var (place, isMore) = (after, true); isMore && found.Count < most; )
        {
            var some = await links.ListAsync(call.Tenant.Row.Id, query with { After = place }, call.Gone);
            var pending = await call.Home.Connection.LookAsync([
                .. some.Where(link => link.Link.State == LinkState.Pending).Select(link => link.Id),
            ]);
            foreach (var link in some)
            {
                var outlook =
                    link.Link.State == LinkState.Pending
                        ? pending.GetValueOrDefault(link.Id)
                        : Outlook.Of(link.Link.State, link.Link.Reason, link.Owned);
                if (outlook is { IsNothing: true } && preview.Following.Contains(link.Id))
                    outlook = new Outlook(Prospect.FollowsOn);
                if (outlook is not null && (what ?? outlook.Prospect) == outlook.Prospect)
                    found.Add((link, outlook));
            }
            (place, isMore) = (some.Count > 0 ? some[^1].Id : place, some.Count == query.Most);
        }
        return found.Count <= most ? found : found[..most];
    }

    // It may wait for its turn still, which others' jobs may keep it from for a while.
    private static async Task<IResult> CreateAsync(AdminCall call, ILogger<Job> log)
    {
        var wanted = call.Read<NewJob>();
        switch (wanted.Kind)
        {
            case JobKind.Import:
                var (running, isNew) = await BeginAsync(call, SlackImport.JobKind);
                return !isNew && (await FindAsync(call, running)).Kind != JobKind.Import
                    ? throw Runs(call, running)
                    : await BegunAsync(call, running);
            case JobKind.Drift:
                if (!await call.Home.Import.HasEndedAsync())
                    throw Problem.NotReady(
                        $"Slack's users are not imported yet, so there is nothing to compare with. Import them first: POST {AdminPaths.Of(call.Tenant.Row.Slug)}/jobs."
                    );
                var (drift, begins) = await BeginAsync(call, SlackImport.DriftKind);
                return begins ? await BegunAsync(call, drift) : throw Runs(call, drift);
            case JobKind.Resync:
                var (resync, toEnd) = await call.Home.Resync.BeginAsync();
                Watch(toEnd, call, log);
                return await BegunAsync(call, resync);
            default:
                throw Problem.Invalid("kind", "It is import, drift or resync. Other jobs come from changes.");
        }
    }

    private static async Task<(JobId Job, bool IsNew)> BeginAsync(AdminCall call, string kind, JobId? resumes = null) =>
        await call.Home.Imports.BeginAsync(kind, resumes) ?? throw NotCalled(call.Tenant.Row);

    private static Problem NotCalled(Tenant tenant) =>
        tenant switch
        {
            { Standing: Standing.Disabled } => Problem.NotReady(
                $"The tenant is disabled, so that Slack is not called. Enable it first: POST {AdminPaths.Of(tenant.Slug)}/enable."
            ),
            { Connection: ConnectionState.None } => Problem.NotReady(
                $"The tenant is not connected to Slack. Connect it first: PUT {AdminPaths.Of(tenant.Slug)}/connection."
            ),
            { Problem: { } problem } => Problem.NotReady(
                $"Slack cannot be read by this connection. {problem} Mend that, then test the connection: POST {AdminPaths.Of(tenant.Slug)}/connection/test."
            ),
            _ => Problem.NotReady(
                $"The gateway has just started and asks Slack first whose token it has. Try again in a moment; if that does not help, test the connection: POST {AdminPaths.Of(tenant.Slug)}/connection/test."
            ),
        };

    private static async Task<IResult> BegunAsync(AdminCall call, JobId job)
    {
        var begun = await FindAsync(call, job);
        call.Changed($"jobs/{job}", null, new { begun.Kind });
        return call.Answer(ShownJob.Of(begun), 202, $"{AdminPaths.Of(call.Tenant.Row.Slug)}/jobs/{job}");
    }

    private static Problem Runs(AdminCall call, JobId job) =>
        Problem.NotReady(
            $"Job {job} is reading Slack already, and only one can. Wait for it, or cancel it: GET {AdminPaths.Of(call.Tenant.Row.Slug)}/jobs/{job} says how far it is."
        );

    // What was done stays. What has been asked for twice is answered twice.
    private static async Task<IResult> CancelAsync(AdminCall call, long job)
    {
        var (id, before) = (new JobId(job), await FindAsync(call, new JobId(job)));
        switch (before)
        {
            case { State: JobState.Cancelled }:
                return await AnswerAsync(call, before, 200);
            case { State: JobState.ToConfirm }:
                if (!await call.Home.Changes.CancelAsync(id))
                    throw Problem.NotReady($"Job {job} has been confirmed meanwhile: read it again.");
                break;
            case { State: JobState.Running, Kind: JobKind.Import or JobKind.Drift }:
                await call.Home.Imports.CancelAsync(id);
                break;
            case { State: JobState.Running, Kind: JobKind.Resync }:
                await call.Home.Resync.CancelAsync(id);
                break;
            case { State: JobState.Running }:
                throw Problem.NotReady(
                    "A confirmed change cannot be cancelled. Wait until it ends, then change it back."
                );
            default:
                throw Problem.NotReady(
                    $"Job {job} has ended already: it is {AdminJson.Named(before.State.ToString())}."
                );
        }
        var after = await FindAsync(call, id);
        call.Changed($"jobs/{job}", AsIs(before), AsIs(after));
        return await AnswerAsync(call, after, 200);
    }

    private static async Task<IResult> ResumeAsync(AdminCall call, long job)
    {
        var (id, before, here) = (
            new JobId(job),
            await FindAsync(call, new JobId(job)),
            AdminPaths.Of(call.Tenant.Row.Slug)
        );
        if (before.Kind is not (JobKind.Import or JobKind.Drift))
            throw Problem.NotReady(
                "Only an import or a drift check can be resumed. Preview and confirm a change again; start a re-sync again, which skips what is already done."
            );
        if (before.State is not (JobState.Cancelled or JobState.Failed))
            throw Problem.NotReady(
                $"Job {job} did not stop early: it is {AdminJson.Named(before.State.ToString())}. Start a new one to read Slack again: POST {here}/jobs."
            );
        if (await call.Home.Import.LatestAsync() is { } latest && latest.Id != id)
            throw Problem.NotReady(
                $"Job {latest.Id} is newer and has read more of Slack: GET {here}/jobs/{latest.Id}."
            );
        var kind = before.Kind == JobKind.Import ? SlackImport.JobKind : SlackImport.DriftKind;
        var (begun, isNew) = await BeginAsync(call, kind, id);
        return isNew ? await BegunAsync(call, begun) : throw Runs(call, begun);
    }

    private static async Task<IResult> ConfirmAsync(AdminCall call, long job, TimeProvider clock, ILogger<Job> log)
    {
        var id = new JobId(job);
        var before = await FindAsync(call, id);
        if (before.Kind is JobKind.Preferences or JobKind.Rules or JobKind.Transfer && call.Key.Role < Role.Owner)
            throw Problem.Forbidden("Only an owner can confirm this change.");
        var policy = await PolicyEndpoints.ShowAsync(call, before.Kind);
        var confirming = call.Home.Changes.ConfirmAsync(id, call.Key.Label);
        if (await Task.WhenAny(confirming, Task.Delay(_untilAnswered, clock, call.Gone)) == confirming)
            await confirming;
        else
            Watch(confirming, call, log);
        var after = await FindAsync(call, id);
        call.Changed(
            $"jobs/{job}",
            policy ?? (object)new { before.State },
            await PolicyEndpoints.ShowAsync(call, before.Kind) ?? await DoneAsync(call, after)
        );
        return await AnswerAsync(call, after, 200);
    }

    private static async Task<SeenJob> FindAsync(AdminCall call, JobId id) =>
        await call.Store.ReadAsync(session => JobReads.Find(session, call.Tenant.Row.Id, id, call.Now))
        ?? throw Problem.NotFound(
            $"There is no job {id}, or it was a preview, and a newer one or a change that was made since has replaced it. GET {AdminPaths.Of(call.Tenant.Row.Slug)}/jobs lists those there are."
        );

    // Somebody's turn, a command, or something that is handed over; who stays as he is need not be seen.
    private static bool IsFelt(Preview preview) =>
        preview.All > 0 || preview.Counts.Any(count => count.Key != "Stays" && count.Value > 0);

    // Of a change that is done, with whom it was about.
    private static async Task<object> DoneAsync(AdminCall call, SeenJob job) =>
        new
        {
            job.Kind,
            Differences = job.Preview is { } preview ? await SaidAsync(call, preview.Change) : null,
            Counts = CountsOf(job),
            job.State,
        };

    // What it changes, in words; null where the counts say it.
    private static async Task<IReadOnlyList<string>?> SaidAsync(AdminCall call, TenantChange change) =>
        change is TenantChange.Transfer transfer
            ? await call.Store.ReadAsync(session =>
                (string[])
                    [
                        $"{NameOf(session, call, transfer.From)} to {NameOf(session, call, transfer.To)}"
                            + (transfer.Only is { } only ? $", {only} alone" : ""),
                    ]
            )
            : ShownReport.DifferencesOf(change);

    private static string NameOf(StoreSession session, AdminCall call, int source) =>
        Sources.Find(session, call.Tenant.Row.Id, source)?.Name ?? $"source {source}";

    private static object? CountsOf(SeenJob job) =>
        job.Preview?.Outlooks is { Count: > 0 } outlooks ? (object)outlooks : job.Preview?.Counts;

    private static object AsIs(SeenJob job) =>
        new
        {
            job.Kind,
            job.State,
            Counts = CountsOf(job),
        };

    private static async Task<IResult> AnswerAsync(AdminCall call, SeenJob job, int status)
    {
        var shown = ShownJob.Of(job, withReport: true);
        // Who follows one that runs asks twice a second.
        if (job.State != JobState.Running && shown.Report is { } report)
        {
            var names = await call.Part<LinkReads>()
                .NamesAsync(
                    call.Tenant.Row.Id,
                    report.Links.Select(link => new LinkId(link.Link)),
                    job.Kind == JobKind.FullList ? report.Links.Select(MemberOf).OfType<ResourceId>() : [],
                    call.Gone
                );
            shown = shown with
            {
                Report = report with
                {
                    Links =
                    [
                        .. report.Links.Select(link =>
                            link with
                            {
                                Name =
                                    MemberOf(link) is { } member && names.OfMembers.TryGetValue(member, out var name)
                                        ? name
                                        : names.OfLinks.GetValueOrDefault(new LinkId(link.Link)),
                            }
                        ),
                    ],
                },
            };
        }
        return call.Answer(shown, status);
    }

    // It goes on by itself: a change by the next start, if need be. Nobody waits for it here any more.
    private static void Watch(Task job, AdminCall call, ILogger log)
    {
        var stopping = call.Part<IHostApplicationLifetime>().ApplicationStopping;
        _ = job.ContinueWith(
            ended =>
            {
                if (stopping.IsCancellationRequested)
                    log.JobInterrupted();
                else
                    log.JobFailed(ended.Exception!.GetBaseException().GetType().Name);
            },
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted,
            TaskScheduler.Default
        );
    }

    private static ResourceId? MemberOf(ReportedLink link) => ResourceId.Parse(link.Resource);

    private sealed record NewJob(JobKind Kind);

    /// <summary>What the log calls it.</summary>
    internal sealed class Job;
}
