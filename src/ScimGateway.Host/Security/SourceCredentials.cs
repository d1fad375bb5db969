using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using ScimGateway.Host.Logging;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Provisioning.Homes;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Security;

/// <summary>
/// What sources of each tenant are let in by. It is in memory as long as the tenant's home, which reads it before the
/// first request, and again when it was changed; and of tenants without a home as long as they have none.
/// </summary>
internal sealed class SourceCredentials(
    Store store,
    KeySets keySets,
    Dialect dialect,
    TimeProvider clock,
    ILogger<SourceCredentials> log
) : IDisposable
{
    private readonly ConditionalWeakTable<TenantHome, OfHome> _homes = [];

    // Of tenants that have no home here, by their word in the path. In memory as those of homes are: if they were looked up,
    // the time of an answer would tell which tenants there are.
    private readonly ConcurrentDictionary<string, (TenantId Tenant, TenantCredentials Now)> _homeless = new(
        StringComparer.Ordinal
    );
    private readonly SemaphoreSlim _turnOfHomeless = new(1);

    /// <summary>The tenant's, as it is in memory; null where it was not read yet.</summary>
    public TenantCredentials? Known(TenantHome home) => _homes.TryGetValue(home, out var of) ? of.Now : null;

    /// <summary>The same of a word of which no home is here; of one that no tenant has it is what nobody has.</summary>
    public TenantCredentials KnownWithoutHome(ReadOnlySpan<char> slug) =>
        _homeless.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(slug, out var of)
            ? of.Now
            : TenantCredentials.Nobodys;

    /// <summary>The tenant's; read now, where it was not.</summary>
    public async ValueTask<TenantCredentials> OfAsync(TenantHome home) =>
        Known(home) ?? await ReadAsync(home, again: false);

    /// <summary>Reads a tenant's again: what was made lets in from now on, and what is gone does not.</summary>
    public Task ReloadAsync(TenantHome home) => ReadAsync(home, again: true);

    /// <summary>
    /// The same of the home that the tenant has by now; of one that comes meanwhile they are read after what was changed.
    /// </summary>
    public async Task ReloadAsync(Homes homes, TenantId tenant)
    {
        await ReadHomelessAsync(homes, tenant);
        if (homes.OfId(tenant) is { } home)
            await ReloadAsync(home);
    }

    /// <summary>Reads those of all tenants that have no home here, as a start finds them.</summary>
    public async Task ReadHomelessAsync(Homes homes)
    {
        var atHome = homes.All.Select(home => home.Id).ToHashSet();
        foreach (var tenant in await store.ReadAsync(Tenants.Ids))
            if (!atHome.Contains(tenant))
                try
                {
                    await ReadHomelessAsync(homes, tenant);
                }
#pragma warning disable CA1031 // a damaged row of one tenant, whose credentials are not known then, keeps nobody else out
                catch (Exception e) when (e is not StoreAwayException)
#pragma warning restore CA1031
                {
                    log.CredentialsUnreadable(tenant, e.GetType().Name, e.StackTrace);
                }
    }

    /// <summary>
    /// Writes and changes what is in memory, in this order and one at a time; so whoever reads again finds both or
    /// neither.
    /// </summary>
    public async Task<T> ChangeAsync<T>(
        TenantHome home,
        Func<StoreSession, T> work,
        Action<TenantCredentials, T> remember,
        CancellationToken cancel
    )
    {
        var known = await OfAsync(home);
        var of = _homes.GetOrCreateValue(home);
        await of.Turn.WaitAsync(cancel);
        try
        {
            var written = await store.WriteAsync(work, CancellationToken.None, home.Id);
            remember(of.Now ?? known, written);
            return written;
        }
        finally
        {
            of.Turn.Release();
        }
    }

    // What is read later was committed later: so what was changed last is what is known in the end.
    private async Task<TenantCredentials> ReadAsync(TenantHome home, bool again)
    {
        var of = _homes.GetOrCreateValue(home);
        await of.Turn.WaitAsync();
        try
        {
            if (!again && of.Now is { } now)
                return now;
            var before = of.Now;
            of.Now = null; // if it cannot be read now, whoever comes reads it
            var read = await store.ReadAsync(session => Read(session, home.Id));
            return of.Now = new TenantCredentials(Made(read, home.Id, home.Preferences.Now, before), read.Given);
        }
        finally
        {
            of.Turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turnOfHomeless.Dispose();

    private Kept Read(StoreSession session, TenantId tenant) =>
        new(
            Credentials.Of(session, tenant),
            Sources.Of(session, tenant),
            AccessTokens.Of(session, tenant, Instant.Of(clock.GetUtcNow()))
        );

    // Under its former word it is forgotten in any case, though it could not be read; the home that it has by now has its
    // own.
    private async Task ReadHomelessAsync(Homes homes, TenantId id)
    {
        await _turnOfHomeless.WaitAsync();
        try
        {
            foreach (var (slug, _) in _homeless.Where(of => of.Value.Tenant == id))
                _homeless.TryRemove(slug, out _);
            if (homes.OfId(id) is not null)
                return;
            var (tenant, read) = await store.ReadAsync(session =>
                Tenants.IsThere(session, id) ? (Tenants.Find(session, id), Read(session, id)) : default
            );
            if (read is { Rows.Count: > 0 })
                _homeless[tenant.Slug] = (
                    id,
                    new TenantCredentials(Made(read, id, new Preferences(), null), read.Given)
                    {
                        NotReady = NotReady(tenant),
                    }
                );
        }
        finally
        {
            _turnOfHomeless.Release();
        }
    }

    private static string NotReady(Tenant tenant) =>
        tenant.Connected is null
            ? $"The credential is right, but the tenant is not connected to Slack yet, so that nothing is read or written. An administrator connects it: 'tenant connect {tenant.Slug}', or PUT its connection."
            : $"The credential is right, but the tenant did not start, so that nothing is read or written. An administrator looks at what is wrong with it: 'tenant show {tenant.Slug}', and the gateway's log.";

    // Credentials that trust the same issuer by the same keys have them together, so that these are asked for and tried
    // once; those that are known stay known.
    private IEnumerable<SourceCredential> Made(
        Kept read,
        TenantId tenant,
        Preferences preferences,
        TenantCredentials? before
    )
    {
        List<IssuerKeys> known = [.. before?.Keys.Distinct() ?? []];
        foreach (var row in read.Rows)
        {
            var source = read.Sources[row.SourceId];
            var caller = new Caller(
                tenant,
                source.Id,
                source.Name,
                preferences,
                dialect.Without(source.NotUnderstood())
            )
            {
                Credential = row.Id,
            };
            var details = CredentialDetails.FromJson(row.Details);
            if (details.Issuer is not { } issuer)
            {
                yield return new SourceCredential(row, caller);
                continue;
            }
            var keys = known.Find(one => one.IsOf(issuer));
            if (keys is null)
                known.Add(keys = keySets.Of(issuer));
            yield return new SourceCredential(row, caller, new IssuerTrust(issuer, keys) { Client = details.Client });
        }
    }

    private sealed record Kept(
        List<Credential> Rows,
        IReadOnlyDictionary<int, Source> Sources,
        IEnumerable<AccessToken> Given
    );

    private sealed class OfHome
    {
        private volatile TenantCredentials? _now;

        // Waited for as long as a read or a write of the store takes; a credential's issuer is never asked meanwhile.
        public SemaphoreSlim Turn { get; } = new(1);

        public TenantCredentials? Now
        {
            get => _now;
            set => _now = value;
        }
    }
}
