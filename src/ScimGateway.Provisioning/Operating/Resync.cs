using System.Globalization;
using ScimGateway.Provisioning.Consequences;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Budget;

namespace ScimGateway.Provisioning.Operating;

/// <summary>
/// Has everything of a tenant planned again, without the provider: what Slack has as it should be costs no call, what
/// failed is tried again. In the background of all else.
/// </summary>
public sealed class Resync(HomeStore store, Executor executor, TimeProvider clock)
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
    public async Task<int> AllAsync() => await (await BeginAsync().ConfigureAwait(false)).ToEnd.ConfigureAwait(false);

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
        return (await run.Job.Task.ConfigureAwait(false), run.All.Task);
    }

    /// <summary>Has one end after the batch that it is at: what is planned goes to Slack.</summary>
    public async Task CancelAsync(JobId job)
    {
        Run? running;
        lock (_gate)
            running = _run;
        if (running is null || await running.Job.Task.ConfigureAwait(false) != job)
            return;
        await running.Cancelled.CancelAsync().ConfigureAwait(false);
        await running.All.Task.ConfigureAwait(false);
    }

    private async Task RunAsync(Run run)
    {
        try
        {
            run.Job.SetResult(await NoteAsync().ConfigureAwait(false));
            var all = await ToEndAsync(run).ConfigureAwait(false);
            LetGo();
            run.All.SetResult(all);
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

    private async Task<JobId> NoteAsync() =>
        await store
            .WriteAsync(
                session =>
                {
                    Jobs.End(session, store.Tenant, JobKind, Interrupted, clock.Now());
                    return Jobs.Begin(session, store.Tenant, JobKind, "", clock.Now());
                },
                CancellationToken.None
            )
            .ConfigureAwait(false);

    private async Task<int> ToEndAsync(Run run)
    {
        var job = await run.Job.Task.ConfigureAwait(false);
        var all = await PlanAsync(job, run.Cancelled.Token).ConfigureAwait(false);
        await store
            .WriteAsync(
                session =>
                    run.Cancelled.IsCancellationRequested
                        ? Jobs.Cancel(session, store.Tenant, job, clock.Now())
                        : Jobs.End(session, job, null, clock.Now()),
                CancellationToken.None
            )
            .ConfigureAwait(false);
        return all;
    }

    private async Task<int> PlanAsync(JobId job, CancellationToken cancelled)
    {
        var nested = await store
            .AskAsync(session => NestedMembers.Concerned(session, store.Tenant))
            .ConfigureAwait(false);
        foreach (var group in nested)
        {
            if (cancelled.IsCancellationRequested)
                return 0;
            var links = await store
                .WriteAsync(
                    session =>
                    {
                        var nesting = new Nesting(session, store.Tenant, clock.Now());
                        nesting.Renew(group);
                        return nesting.Links;
                    },
                    CancellationToken.None
                )
                .ConfigureAwait(false);
            foreach (var link in links)
                executor.Consider(link);
        }
        var all = 0;
        for (LinkId? after = default(LinkId); after is { } from && !cancelled.IsCancellationRequested; )
        {
            (var links, after) = await store
                .WriteAsync(session => Some(session, job, from, all), CancellationToken.None)
                .ConfigureAwait(false);
            links.ForEach(executor.Consider);
            all += links.Count;
        }
        return all;
    }

    // The next ones, and the last one looked at. What waits for an operator, or is under way, stays as it is.
    private (List<LinkId> Links, LinkId? Last) Some(StoreSession session, JobId job, LinkId after, int before)
    {
        var links = Links.Claimed(session, store.Tenant, after, MostAtOnce);
        var renewed = new List<LinkId>();
        foreach (var link in links.Where(link => link.IsAtRest))
        {
            Wishes.Renew(session, link, "planning everything again", clock.Now(), SlackPriority.Background);
            renewed.Add(link.Id);
        }
        Jobs.Save(session, job, (before + renewed.Count).ToString(CultureInfo.InvariantCulture));
        return (renewed, links.Count < MostAtOnce ? null : links[^1].Id);
    }

    // One that runs.
    private sealed class Run
    {
        public TaskCompletionSource<JobId> Job { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource<int> All { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public CancellationTokenSource Cancelled { get; } = new();
    }
}
