using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Http;

namespace ScimGateway.Provisioning.Homes;

/// <summary>Which tenants are at home in this process. They come, change and go while it runs.</summary>
internal sealed class Homes(SharedServices shared) : IAsyncDisposable
{
    private const int MostForgottenAtOnce = 1_000;
    private const int MostStarting = 16;

    private readonly ConcurrentDictionary<string, TenantHome> _bySlug = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<TenantId, SemaphoreSlim> _turns = new();
    private int _restorations = shared.Store.Restorations;
    private long _takenOver;

    /// <summary>All that are here, as they are at one moment: one that is renamed meanwhile is among them.</summary>
    public IEnumerable<TenantHome> All => _bySlug.Values;

    /// <summary>How many were begun here whose former instance had ended without handing them over.</summary>
    public long TakenOver => Interlocked.Read(ref _takenOver);

    /// <summary>The home of the tenant with this word in the path; null if there is none here.</summary>
    public TenantHome? Find(ReadOnlySpan<char> slug) =>
        _bySlug.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(slug, out var home) ? home : null;

    /// <summary>
    /// Starts the home of a tenant by the token that is kept of it. It waits for no Slack: where the first import has not
    /// ended, it begins beside the requests.
    /// </summary>
    /// <param name="id">Whose home.</param>
    /// <param name="slack">Where its Slack is.</param>
    /// <param name="limits">What that Slack allows it.</param>
    /// <param name="cancel">Ends the start.</param>
    public Task<TenantHome> StartAsync(TenantId id, Uri slack, SlackLimits limits, CancellationToken cancel) =>
        ToAsync(
            id,
            async former =>
            {
                var (tenant, token) = await shared.Store.ReadAsync(
                    session => (Tenants.Find(session, id), TenantConnections.Token(session, id)),
                    cancel
                );
                var kept =
                    token ?? throw new SlackUnreadableException("The tenant has no Slack token; connect it with one.");
                var connection = new SlackConnection(slack, shared.Seal.Take(id, kept));
                var home = new TenantHome(shared, tenant, connection, kept, isNew: false, limits);
                return await BeginAsync(home, former, waitsForSlack: false, cancel);
            }
        );

    /// <summary>
    /// Starts the home of a tenant by another token, which is kept from then on; requests find it once what Slack has was
    /// read.
    /// </summary>
    /// <param name="id">Whose home.</param>
    /// <param name="slack">Where its Slack is.</param>
    /// <param name="token">The token.</param>
    /// <param name="limits">What that Slack allows it.</param>
    /// <param name="cancel">Ends the start.</param>
    /// <exception cref="SlackUnreadableException">
    /// Slack cannot be read, and never was; or the token is another organization's.
    /// </exception>
    public Task<TenantHome> ConnectAsync(
        TenantId id,
        Uri slack,
        string token,
        SlackLimits limits,
        CancellationToken cancel
    ) =>
        ToAsync(
            id,
            async former =>
            {
                var pasted = new SlackToken(token);
                var connection = new SlackConnection(slack, pasted);
                var tenant = await shared.Store.ReadAsync(session => Tenants.Find(session, id), cancel);
                if (former is not null)
                {
                    // What cannot be connected leaves the former as it is. Whoever comes between the two is read to, and
                    // told to come back with a write. If the other one does not start, the former is started again.
                    Connecting.Require(await shared.AskAsync(connection, cancel), tenant);
                    await former.DisposeAsync();
                }
                var kept = shared.Seal.Keep(id, pasted, shared.Clock.Now());
                var home = new TenantHome(shared, tenant, connection, kept, isNew: true, limits);
                return await BeginAsync(home, former, waitsForSlack: true, cancel);
            }
        );

    /// <summary>
    /// The same for an operator, who does not wait for an import: it begins by itself. A token that Slack does not take is
    /// kept as well, where there is none that works, so that it can be looked into.
    /// </summary>
    /// <param name="id">Whose home.</param>
    /// <param name="slack">Where its Slack is.</param>
    /// <param name="token">The token.</param>
    /// <param name="limits">What that Slack allows it.</param>
    /// <param name="cancel">Ends the start.</param>
    /// <exception cref="SlackUnreadableException">
    /// The token is of another organization than the tenant's, or does not work and would replace one that does.
    /// </exception>
    public Task<TenantHome> ConnectLaterAsync(
        TenantId id,
        Uri slack,
        SlackToken token,
        SlackLimits limits,
        CancellationToken cancel
    ) =>
        ToAsync(
            id,
            async former =>
            {
                var connection = new SlackConnection(slack, token);
                var tenant = await shared.Store.ReadAsync(session => Tenants.Find(session, id), cancel);
                var said = await shared.AskAsync(connection, cancel);
                if (said is SlackTokenTest.Valid || tenant is { OrganizationId: not null, Problem: null })
                    Connecting.Require(said, tenant);
                if (tenant is { OrganizationId: not null, Problem: null })
                {
                    Connecting.RequireAble(said);
                    if (former is not null)
                        await RequireReadAsync(former, connection, cancel);
                }
                if (said is SlackTokenTest.Valid { OrganizationId: var organization })
                    await shared.Store.AskAsync(session => Connecting.RequireFree(session, id, organization));
                if (former is not null)
                    await former.DisposeAsync();
                var kept = shared.Seal.Keep(id, token, shared.Clock.Now());
                var home = new TenantHome(shared, tenant, connection, kept, isNew: true, limits)
                {
                    Said = said as SlackTokenTest.Valid,
                };
                return await BeginAsync(home, former, waitsForSlack: false, cancel);
            }
        );

    // What auth.test says of a token is not what SCIM does with it, as where its account is no owner or admin any more. It is
    // asked out of the budget that the tenant has.
    private async Task RequireReadAsync(TenantHome former, SlackConnection connection, CancellationToken cancel)
    {
        var client = new SlackScimClient(
            shared.Http,
            connection,
            shared.Call,
            former.Budget,
            shared.Clock,
            shared.Logs.CreateLogger<SlackScimClient>()
        );
        if (
            await ConnectionTest.TryReadAsync(client, former.Schedule, shared.Clock, cancel) is
            { IsRefused: true, Says: var says }
        )
            throw new SlackUnreadableException(
                $"{says.TrimEnd('.')}. So the token that the tenant has and that works stays; connect with one that Slack takes."
            );
    }

    /// <summary>
    /// Starts the homes of all tenants that were connected, some at a time, without waiting for Slack; says of which it
    /// could not, and why.
    /// </summary>
    /// <param name="slack">Where their Slack is.</param>
    /// <param name="limits">What that Slack allows each.</param>
    /// <param name="cancel">Ends the start.</param>
    public async Task<IReadOnlyList<(TenantId Tenant, Exception Why)>> StartAllAsync(
        Uri slack,
        SlackLimits limits,
        CancellationToken cancel
    )
    {
        var failed = new ConcurrentQueue<(TenantId, Exception)>();
        var all = await shared.Store.ReadAsync(TenantConnections.Connected, cancel);
        await Parallel.ForEachAsync(
            all,
            new ParallelOptions { MaxDegreeOfParallelism = MostStarting, CancellationToken = cancel },
            async (id, gone) =>
            {
                if (await TryStartAsync(id, slack, limits, gone) is { } why)
                    failed.Enqueue((id, why));
            }
        );
        return [.. failed];
    }

    /// <summary>
    /// Starts one of them; says why it could not, and keeps that as the tenant's problem.
    /// </summary>
    /// <param name="id">Whose home.</param>
    /// <param name="slack">Where its Slack is.</param>
    /// <param name="limits">What that Slack allows it.</param>
    /// <param name="cancel">Ends the start.</param>
    public async Task<Exception?> TryStartAsync(TenantId id, Uri slack, SlackLimits limits, CancellationToken cancel)
    {
        try
        {
            await StartAsync(id, slack, limits, cancel);
            return null;
        }
#pragma warning disable CA1031 // whatever it is, such as a secret that cannot be read: it is one tenant's, and others start
        catch (Exception e) when (e is not (OperationCanceledException or StoreAwayException))
#pragma warning restore CA1031
        {
            await shared.Store.WriteAsync(
                session => TenantConnections.SetProblem(session, id, $"Its home did not start. {e.Message}"),
                CancellationToken.None,
                id
            );
            return e;
        }
    }

    /// <summary>
    /// Ends a home whose tenant another process is to have: its calls to Slack get their outcome, and requests find
    /// it here no more.
    /// </summary>
    public Task EndAsync(TenantHome home) =>
        ToAsync(
            home.Id,
            async _ =>
            {
                await home.DisposeAsync();
                return Remove(home.Slug, home);
            }
        );

    /// <summary>
    /// Starts homes again that have ended though nobody wanted it: another process had the store for a while and took
    /// their tenants, or what was to come in their place did not start. What cannot be started yet is for the next time.
    /// </summary>
    public async Task StartEndedAsync(CancellationToken cancel) =>
        await Task.WhenAll((await EndedAsync()).Select(home => StartAgainAsync(home, cancel)));

    /// <summary>The homes that have ended though nobody here wanted it.</summary>
    public async Task<IEnumerable<TenantHome>> EndedAsync()
    {
        // Where the store has lost something each home has ended, and may not have noticed.
        if (Interlocked.Exchange(ref _restorations, shared.Store.Restorations) != shared.Store.Restorations)
            await Task.WhenAll(All.Select(home => home.NoticeEndAsync()));
        return All.Where(home => home.HasEnded);
    }

    private async Task StartAgainAsync(TenantHome ended, CancellationToken cancel)
    {
        var turn = TurnOf(ended.Id);
        if (!await turn.WaitAsync(TimeSpan.Zero, cancel))
            return; // somebody is at it
        try
        {
            if (OfId(ended.Id) != ended)
                return;
            var tenant = await shared.Store.ReadAsync(
                session => Tenants.IsThere(session, ended.Id) ? Tenants.Find(session, ended.Id) : null,
                cancel
            );
            await ended.DisposeAsync();
            if (tenant is null)
                Remove(ended.Slug, ended);
            else
                await BeginAsync(ended.Again(tenant), ended, waitsForSlack: false, cancel);
        }
        catch (Exception e) when (e is StoreAwayException or HomeEndedException)
        {
            // The next time it is known.
        }
        finally
        {
            turn.Release();
        }
    }

    // From here on requests find it, and the former no more.
    private async Task<TenantHome> BeginAsync(
        TenantHome home,
        TenantHome? former,
        bool waitsForSlack,
        CancellationToken cancel
    )
    {
        try
        {
            await home.StartAsync(waitsForSlack, cancel);
        }
        catch
        {
            if (former is not null && home.IsNew)
                former.IsToComeBack = true;
            await home.DisposeAsync();
            throw;
        }
        if (home.IsTakenOver)
            Interlocked.Increment(ref _takenOver);
        _bySlug[home.Slug] = home;
        if (former is not null)
            Remove(former.Slug, former);
        return home;
    }

    /// <summary>Gives a tenant another word in the path; the former one means nothing from then on.</summary>
    /// <exception cref="SlugTakenException">Another tenant has it.</exception>
    public Task RenameAsync(TenantId id, string slug) =>
        ToAsync(
            id,
            async home =>
            {
                await shared.Store.WriteAsync(session => Tenants.Rename(session, id, slug), CancellationToken.None, id);
                if (home is null || home.Slug == slug)
                    return false;
                var former = home.Slug;
                _bySlug[home.Slug = slug] = home;
                return Remove(former, home);
            }
        );

    /// <summary>
    /// Ends a tenant: nobody is let in any more, its calls to Slack get their outcome, and what is kept of it goes.
    /// Accounts in Slack stay as they are. Says what was dropped.
    /// </summary>
    /// <param name="id">Which tenant.</param>
    /// <param name="dropsUntold">Whether what was accepted and is not in Slack is to be dropped.</param>
    /// <exception cref="NotReadyException">Something was accepted that is not in Slack, and is not to be dropped.</exception>
    public Task<Untold> DeleteAsync(TenantId id, bool dropsUntold) =>
        ToAsync(
            id,
            async home =>
            {
                var dropped = await EndForGoodAsync(id, home, dropsUntold);
                if (home is not null) // else it is not deleted, and its home is started again
                    Remove(home.Slug, home);
                await ForgetAsync(id, CancellationToken.None);
                _turns.TryRemove(id, out _); // whoever waits for it finds no such tenant
                return dropped;
            }
        );

    // Who waits for Slack is told after the tenant is gone: before that he would hear that his change is taken on.
    private async Task<Untold> EndForGoodAsync(TenantId id, TenantHome? home, bool dropsUntold)
    {
        if (home is not null)
            await home.StandDownAsync();
        try
        {
            return await shared.Store.WriteAsync(
                session =>
                {
                    var untold = Untold.Of(session, id);
                    if (!dropsUntold)
                        untold.RequireNone();
                    DeletedTenants.Delete(session, id, shared.Clock.Now());
                    return untold;
                },
                CancellationToken.None,
                id
            );
        }
        finally
        {
            if (home is not null)
                await home.DisposeAsync();
        }
    }

    /// <summary>Forgets what a former process has left of tenants that were deleted.</summary>
    public async Task ForgetDeletedAsync(CancellationToken cancel)
    {
        foreach (var id in (await shared.Store.ReadAsync(DeletedTenants.Deleted, cancel)))
            await ForgetAsync(id, cancel);
    }

    // A batch is one transaction, which others queue behind.
    private async Task ForgetAsync(TenantId id, CancellationToken cancel)
    {
        while (
            await shared.Store.WriteAsync(
                session => DeletedTenants.Forget(session, id, MostForgottenAtOnce),
                cancel,
                id
            )
        ) { }
    }

    // One change of a tenant's home at a time; others' go on beside it.
    private async Task<T> ToAsync<T>(TenantId id, Func<TenantHome?, Task<T>> change)
    {
        var turn = TurnOf(id);
        await turn.WaitAsync();
        try
        {
            return await change(OfId(id));
        }
        finally
        {
            turn.Release();
        }
    }

    private SemaphoreSlim TurnOf(TenantId id) => _turns.GetOrAdd(id, _ => new SemaphoreSlim(1));

    /// <summary>The home of a tenant; null if it has none here.</summary>
    public TenantHome? OfId(TenantId id) => All.FirstOrDefault(home => home.Id == id);

    // A word that was given up may be another tenant's already.
    private bool Remove(string slug, TenantHome home) => _bySlug.TryRemove(new(slug, home));

    /// <summary>At SIGTERM: what is under way gets its outcome, and no more begins.</summary>
    public void StopCalling()
    {
        foreach (var home in All)
            home.StopCalling();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        StopCalling();
        await Task.WhenAll(All.Select(home => home.DisposeAsync().AsTask()));
        _bySlug.Clear();
    }
}
