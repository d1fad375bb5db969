using System.Collections.Concurrent;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Http;

namespace ScimGateway.Provisioning.Homes;

/// <summary>Which tenants are at home in this process. They come, change and go while it runs.</summary>
public sealed class Homes(Ground ground) : IAsyncDisposable
{
    // How many start at once, of many: each reads and writes, and waits for its Slack.
    private const int MostStarting = 16;

    private readonly ConcurrentDictionary<string, TenantHome> _bySlug = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _one = new(1);

    /// <summary>All that are here.</summary>
    public IEnumerable<TenantHome> All => _bySlug.Select(home => home.Value);

    /// <summary>The home of the tenant with this word in the path; null if there is none here.</summary>
    public TenantHome? Find(ReadOnlySpan<char> slug) =>
        _bySlug.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(slug, out var home) ? home : null;

    /// <summary>Starts the home of a tenant; requests find it once it has done what comes before them.</summary>
    /// <exception cref="SlackUnreadableException">
    /// Slack cannot be read, and never was; or the token is another organization's.
    /// </exception>
    public async Task<TenantHome> StartAsync(
        TenantId id,
        SlackConnection slack,
        SlackLimits limits,
        CancellationToken cancel
    )
    {
        var home = new TenantHome(ground, ground.Store.Read(session => Tenants.Find(session, id)), slack, limits);
        try
        {
            await home.StartAsync(cancel).ConfigureAwait(false);
        }
        catch
        {
            await home.DisposeAsync().ConfigureAwait(false);
            throw;
        }
        _bySlug[home.Slug] = home;
        return home;
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
        _one.Dispose();
    }
}
