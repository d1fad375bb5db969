using System.Collections.Concurrent;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Http;

namespace ScimGateway.Provisioning.Homes;

/// <summary>Which tenants are at home in this process. They come, change and go while it runs.</summary>
public sealed class Homes(Ground ground) : IAsyncDisposable
{
    private const int MostForgottenAtOnce = 1_000;

    private readonly ConcurrentDictionary<string, TenantHome> _bySlug = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<TenantId, SemaphoreSlim> _turns = new();

    /// <summary>All that are here.</summary>
    public IEnumerable<TenantHome> All => _bySlug.Select(home => home.Value);

    /// <summary>The home of the tenant with this word in the path; null if there is none here.</summary>
    public TenantHome? Find(ReadOnlySpan<char> slug) =>
        _bySlug.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(slug, out var home) ? home : null;

    /// <summary>Starts the home of a tenant; requests find it once it has done what comes before them.</summary>
    /// <exception cref="SlackUnreadableException">
    /// Slack cannot be read, and never was; or the token is another organization's.
    /// </exception>
    public Task<TenantHome> StartAsync(
        TenantId id,
        SlackConnection slack,
        SlackLimits limits,
        CancellationToken cancel
    ) =>
        ToAsync(
            id,
            async former =>
            {
                var tenant = await ground
                    .Store.ReadAsync(session => Tenants.Find(session, id), cancel)
                    .ConfigureAwait(false);
                if (former is not null)
                {
                    // What cannot be connected leaves the former as it is. Whoever comes between the two is read to, and
                    // told to come back with a write.
                    Connecting.Require(await ground.AskAsync(slack, cancel).ConfigureAwait(false), tenant);
                    await former.DisposeAsync().ConfigureAwait(false);
                }
                var home = new TenantHome(ground, tenant, slack, limits);
                try
                {
                    await home.StartAsync(cancel).ConfigureAwait(false);
                }
                catch
                {
                    await home.DisposeAsync().ConfigureAwait(false);
                    throw;
                }
                return _bySlug[home.Slug] = home;
            }
        );

    /// <summary>Gives a tenant another word in the path; the former one means nothing from then on.</summary>
    /// <exception cref="SlugTakenException">Another tenant has it.</exception>
    public Task RenameAsync(TenantId id, string slug) =>
        ToAsync(
            id,
            async home =>
            {
                await ground
                    .Store.WriteAsync(session => Tenants.Rename(session, id, slug), CancellationToken.None, id)
                    .ConfigureAwait(false);
                if (home is null || home.Slug == slug)
                    return false;
                var former = home.Slug;
                _bySlug[home.Slug = slug] = home;
                return _bySlug.TryRemove(former, out _);
            }
        );

    /// <summary>
    /// Ends a tenant: nobody is let in any more, its calls to Slack get their outcome, and what is kept of it goes.
    /// Accounts in Slack stay as they are.
    /// </summary>
    public Task DeleteAsync(TenantId id) =>
        ToAsync(
            id,
            async home =>
            {
                if (home is not null)
                {
                    _bySlug.TryRemove(home.Slug, out _);
                    await home.DisposeAsync().ConfigureAwait(false);
                }
                await ground
                    .Store.WriteAsync(
                        session => Tenants.Delete(session, id, ground.Clock.Now()),
                        CancellationToken.None,
                        id
                    )
                    .ConfigureAwait(false);
                await ForgetAsync(id, CancellationToken.None).ConfigureAwait(false);
                return true;
            }
        );

    /// <summary>Forgets what a former process has left of tenants that were deleted.</summary>
    public async Task ForgetDeletedAsync(CancellationToken cancel)
    {
        foreach (var id in (await ground.Store.ReadAsync(Tenants.Deleted, cancel).ConfigureAwait(false)))
            await ForgetAsync(id, cancel).ConfigureAwait(false);
    }

    // A batch is one transaction, which others queue behind.
    private async Task ForgetAsync(TenantId id, CancellationToken cancel)
    {
        while (
            await ground
                .Store.WriteAsync(session => Tenants.Forget(session, id, MostForgottenAtOnce), cancel, id)
                .ConfigureAwait(false)
        ) { }
    }

    // One change of a tenant's home at a time; others' go on beside it.
    private async Task<T> ToAsync<T>(TenantId id, Func<TenantHome?, Task<T>> change)
    {
        var turn = _turns.GetOrAdd(id, _ => new SemaphoreSlim(1));
        await turn.WaitAsync().ConfigureAwait(false);
        try
        {
            return await change(All.FirstOrDefault(home => home.Id == id)).ConfigureAwait(false);
        }
        finally
        {
            turn.Release();
        }
    }

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
        await Task.WhenAll(All.Select(home => home.DisposeAsync().AsTask())).ConfigureAwait(false);
        _bySlug.Clear();
    }
}
