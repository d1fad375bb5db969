using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Budget;

namespace ScimGateway.Provisioning.Operating;

/// <summary>
/// Has everything of a tenant planned again, without the provider: what Slack has as it should be costs no call, what
/// failed is tried again, and what is known to have drifted is set back. In the background of all else.
/// </summary>
internal sealed class Resync(HomeStore store, Executor executor, TimeProvider clock)
{
    /// <summary>What a job of this kind is called.</summary>
    public const string JobKind = "resync";

    private const int MostAtOnce = 100;
    private const string Interrupted = "interrupted: the gateway was stopped meanwhile; begin it again";

    /// <summary>What a former process has left of one ended with it.</summary>
    internal static void EndFormer(StoreSession session, TenantId tenant, Instant now) =>
        Jobs.End(session, tenant, JobKind, Interrupted, now);

    private readonly Lock _gate = new();
    private Run? _run;

    /// <summary>Plans all again; says how many accounts and groups that are.</summary>
    public async Task<int> AllAsync() => await (await BeginAsync()).ToEnd;

    /// <summary>
    /// Begins to plan all again, and notes so: its job, and what says when it has ended, and how many there were. Where one
    /// runs already it is that.
    /// </summary>
    public async Task<(JobId Job, Task<int> ToEnd)> BeginAsync()
    {
        Run run;
        var isNew = false;
        lock (_gate)
        {
            isNew = _run is null;
            run = _run ??= new Run();
        }
        if (isNew)
            _ = RunAsync(run);
        return (await run.Job.Task, run.All.Task);
    }

    /// <summary>Has one end after the batch that it is at: what is planned goes to Slack.</summary>
    public async Task CancelAsync(JobId job)
    {
        Run? running;
        lock (_gate)
            running = _run;
        if (running is null || await running.Job.Task != job)
            return;
        await running.Cancelled.CancelAsync();
        await running.All.Task;
    }

    private async Task RunAsync(Run run)
    {
        try
        {
            var all = await store.AskAsync(session => LinkLists.CountClaimed(session, store.Tenant));
            run.Job.SetResult(await NoteAsync(all));
            var planned = await ToEndAsync(run, all);
            LetGo();
            run.All.SetResult(planned);
        }
#pragma warning disable CA1031 // whoever waits for it is told, whatever it is
        catch (Exception e)
#pragma warning restore CA1031
        {
            LetGo();
            run.Job.TrySetException(e);
            run.All.TrySetException(e);
        }
    }

    // Before anybody hears that it has ended: the next one is another.
    private void LetGo()
    {
        lock (_gate)
            _run = null;
    }

    private async Task<JobId> NoteAsync(int all) =>
        await store.WriteAsync(
            session =>
            {
                Jobs.End(session, store.Tenant, JobKind, Interrupted, clock.Now());
                return Jobs.Begin(session, store.Tenant, JobKind, new ResyncProgress(0, 0, all).Said, clock.Now());
            },
            CancellationToken.None
        );

    private async Task<int> ToEndAsync(Run run, int all)
    {
        var job = await run.Job.Task;
        var planned = await PlanAsync(job, all, run.Cancelled.Token);
        await store.WriteAsync(
            session =>
                run.Cancelled.IsCancellationRequested
                    ? Jobs.Cancel(session, store.Tenant, job, clock.Now())
                    : Jobs.End(session, job, null, clock.Now()),
            CancellationToken.None
        );
        return planned;
    }

    private async Task<int> PlanAsync(JobId job, int all, CancellationToken cancelled)
    {
        var nested = await store.AskAsync(
            session => NestedMembers.Concerned(session, store.Tenant),
            CancellationToken.None
        );
        foreach (var group in nested)
        {
            if (cancelled.IsCancellationRequested)
                return 0;
            var links = await store.WriteAsync(
                session =>
                {
                    var nesting = new Nesting(session, store.Tenant, clock.Now());
                    nesting.Renew(group);
                    return nesting.Links;
                },
                CancellationToken.None
            );
            foreach (var link in links)
                executor.Due.Consider(link);
        }
        var progress = new ResyncProgress(0, 0, all);
        for (LinkId? after = default(LinkId); after is { } from && !cancelled.IsCancellationRequested; )
        {
            var done = progress;
            (var links, after, progress) = await store.WriteAsync(
                session => Some(session, job, from, done),
                CancellationToken.None
            );
            links.ForEach(executor.Due.Consider);
        }
        return progress.Planned;
    }

    // The next ones, and the last one looked at. What waits for an operator, or is under way, stays as it is.
    private (List<LinkId> Links, LinkId? Last, ResyncProgress Progress) Some(
        StoreSession session,
        JobId job,
        LinkId after,
        ResyncProgress before
    )
    {
        var links = LinkLists.Claimed(session, store.Tenant, after, MostAtOnce);
        var preferences = Preferences.FromJson(Tenants.Find(session, store.Tenant).Preferences);
        var renewed = new List<LinkId>();
        foreach (var link in links.Where(link => link.IsAtRest || link.State == LinkState.Broken))
        {
            const string Why = "planning everything again";
            if (link is { Kind: Kind.Group, ClaimantId: { } group })
                ToldMembers.TryAgain(session, group.AsGroup(), clock.Now());
            var drift = link.IsAtRest ? Drift.Undo(session, link, preferences, clock.Now()) : null;
            if (drift is { Beyond: { } beyond } held)
            {
                Wishes.Hold(session, held.Link, Why, beyond, clock.Now());
                continue;
            }
            Wishes.Renew(session, drift?.Link ?? link, Why, clock.Now(), SlackPriority.Background);
            renewed.Add(link.Id);
        }
        var progress = new ResyncProgress(before.Planned + renewed.Count, before.Looked + links.Count, before.All);
        Jobs.Save(session, job, progress.Said);
        return (renewed, links.Count < MostAtOnce ? null : links[^1].Id, progress);
    }

    // One that runs.
    private sealed class Run
    {
        public TaskCompletionSource<JobId> Job { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource<int> All { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public CancellationTokenSource Cancelled { get; } = new();
    }
}
