using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Provisioning.Storage;

/// <summary>
/// The store as one tenant's home has it: what is written counts only while the tenant is at home there. Whoever took it
/// over plans anew.
/// </summary>
/// <param name="store">The store of all.</param>
/// <param name="tenant">Whose home it is.</param>
internal sealed class HomeStore(Store store, TenantId tenant)
{
    /// <summary>How long a store that failed is left in peace.</summary>
    internal static readonly TimeSpan UntilTriedAgain = TimeSpan.FromSeconds(1);

    // Compared for equality: a number that went up could come again after commits were lost, or with another tenant in a
    // row that was deleted.
    private readonly long _epoch = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long)));

    // A home whose executor has stopped must not take anything on: nobody would tell Slack. That the epoch is still its
    // own says nothing of that.
    private volatile bool _hasEnded;

    /// <summary>Whose it is.</summary>
    public TenantId Tenant => tenant;

    /// <summary>Whether it writes nothing any more: the tenant is at home elsewhere or nowhere, or its home was ended.</summary>
    public bool HasEnded => _hasEnded;

    /// <summary>A write was refused, as the tenant is at home elsewhere or nowhere.</summary>
    public event Action? Refused;

    /// <summary>It is not known whether something was written.</summary>
    public event Action? InDoubt;

    /// <summary>Takes the tenant: from here on the former home writes nothing. The epoch comes first.</summary>
    /// <exception cref="HomeEndedException">There is no such tenant.</exception>
    internal async Task TakeAsync(Action<StoreSession> takeOver)
    {
        await store.WriteAsync(
            session =>
            {
                if (!TenantHomes.TakeHome(session, tenant, _epoch))
                    throw new HomeEndedException();
                takeOver(session);
                return true;
            },
            CancellationToken.None,
            tenant
        );
        store.BeginHome(tenant, _epoch);
    }

    /// <summary>
    /// Runs the work in a transaction; returns once it is on the disk. The work must not wait for anything, and others
    /// wait for it.
    /// </summary>
    /// <exception cref="HomeEndedException">The tenant is not at home here any more; nothing was written.</exception>
    public async Task<T> WriteAsync<T>(
        Func<StoreSession, T> work,
        CancellationToken cancel,
        [CallerMemberName] string what = ""
    )
    {
        try
        {
            return await store.WriteAsync(
                session =>
                {
                    if (_hasEnded)
                        throw new HomeEndedException();
                    TenantHomes.RequireHome(session, tenant, _epoch);
                    return work(session);
                },
                cancel,
                tenant,
                what
            );
        }
        catch (HomeEndedException)
        {
            Refuse();
            throw;
        }
        catch (StoreAwayException e) when (e.IsInDoubt)
        {
            InDoubt?.Invoke();
            throw;
        }
    }

    /// <summary>Writes what Slack has said, which it does not say again: it is kept until the store takes it.</summary>
    /// <param name="work">The transaction.</param>
    /// <param name="clock">The time.</param>
    /// <param name="stopping">Cancelled when the home ends: then the store is tried once more.</param>
    /// <param name="what">What it is for.</param>
    internal async Task<T> KeepAsync<T>(
        Func<StoreSession, T> work,
        TimeProvider clock,
        CancellationToken stopping,
        [CallerMemberName] string what = ""
    )
    {
        while (true)
            try
            {
                return await WriteAsync(work, CancellationToken.None, what);
            }
            catch (StoreAwayException e) when (!e.IsInDoubt && !stopping.IsCancellationRequested)
            {
                await Task.Delay(UntilTriedAgain, clock, stopping)
                    .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
    }

    /// <summary>
    /// Requires that the tenant is at home here at this moment, as before each call that tells Slack something: no epoch
    /// keeps Slack from hearing a former home.
    /// </summary>
    /// <exception cref="HomeEndedException">It is not any more.</exception>
    /// <exception cref="StoreAwayException">That is not sure.</exception>
    public async Task RequireAsync()
    {
        if (!_hasEnded && await store.ReadAloneAsync(session => TenantHomes.IsHome(session, tenant, _epoch)))
            return;
        Refuse();
        throw new HomeEndedException();
    }

    /// <summary>The home has ended: nothing is written for it from now on.</summary>
    internal void End()
    {
        _hasEnded = true;
        store.EndHome(tenant, _epoch);
    }

    /// <summary>
    /// Runs queries on what is committed, all of them on the same state, until nobody waits for it any more.
    /// </summary>
    public ValueTask<T> ReadAsync<T>(Func<StoreSession, T> query, CancellationToken gone = default) =>
        store.ReadAsync(query, gone);

    /// <summary>Runs one query on what is committed.</summary>
    public ValueTask<T> AskAsync<T>(Func<StoreSession, T> query, CancellationToken gone = default) =>
        store.AskAsync(query, gone);

    private void Refuse()
    {
        End();
        Refused?.Invoke();
    }
}

/// <summary>A tenant is not at home any more where something was to be written for it.</summary>
internal sealed class HomeEndedException : Exception
{
    /// <summary>Before anything was written.</summary>
    public HomeEndedException()
        : this("The tenant has another home by now, or was deleted; nothing was written here.") { }

    private HomeEndedException(string message)
        : base(message) { }

    /// <summary>After what was asked for was written down: it went with the tenant.</summary>
    internal static HomeEndedException Deleted() =>
        new("The tenant was deleted meanwhile, and with it what was asked for; Slack may have been told of it.");

    /// <summary>After what was asked for was written down: the next home goes on with it.</summary>
    internal static HomeEndedException WrittenDown() =>
        new(
            "The tenant gets another home just now, and what was asked for may be done: look at the resource before you ask again."
        );
}
