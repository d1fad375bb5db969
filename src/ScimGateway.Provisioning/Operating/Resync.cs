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

    private int _isUnderWay;

    /// <summary>Plans all again; says how many accounts and groups that are.</summary>
    public async Task<int> AllAsync() => await (await BeginAsync().ConfigureAwait(false)).ConfigureAwait(false);

    /// <summary>
    /// Begins to plan all again, and notes so; gives back what says when it has ended, and how many there were. Where one
    /// runs already that goes on, and this has ended.
    /// </summary>
    public async Task<Task<int>> BeginAsync()
    {
        if (Interlocked.Exchange(ref _isUnderWay, 1) == 1)
            return Task.FromResult(0);
        try
        {
            return ToEndAsync(await NoteAsync().ConfigureAwait(false));
        }
        catch
        {
            Volatile.Write(ref _isUnderWay, 0);
            throw;
        }
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

    private async Task<int> ToEndAsync(JobId job)
    {
        try
        {
            var all = await PlanAsync().ConfigureAwait(false);
            await store
                .WriteAsync(session => Jobs.End(session, job, null, clock.Now()), CancellationToken.None)
                .ConfigureAwait(false);
            return all;
        }
        finally
        {
            Volatile.Write(ref _isUnderWay, 0);
        }
    }

    private async Task<int> PlanAsync()
    {
        var nested = await store
            .AskAsync(session => NestedMembers.Concerned(session, store.Tenant))
            .ConfigureAwait(false);
        foreach (var group in nested)
        {
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
        for (LinkId? after = default(LinkId); after is { } from; )
        {
            (var links, after) = await store
                .WriteAsync(session => Some(session, from), CancellationToken.None)
                .ConfigureAwait(false);
            links.ForEach(executor.Consider);
            all += links.Count;
        }
        return all;
    }

    // The next ones, and the last one looked at. What waits for an operator, or is under way, stays as it is.
    private (List<LinkId> Links, LinkId? Last) Some(StoreSession session, LinkId after)
    {
        var links = Links.Claimed(session, store.Tenant, after, MostAtOnce);
        var renewed = new List<LinkId>();
        foreach (var link in links.Where(link => link.IsAtRest))
        {
            Wishes.Renew(session, link, "planning everything again", clock.Now(), SlackPriority.Background);
            renewed.Add(link.Id);
        }
        return (renewed, links.Count < MostAtOnce ? null : links[^1].Id);
    }
}
