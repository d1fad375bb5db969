using System.Runtime.CompilerServices;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Provisioning.Homes;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;

namespace ScimGateway.Host.Security;

/// <summary>
/// What sources of each tenant are let in by. It is in memory as long as the tenant's home, which reads it before the
/// first request, and again when it was changed.
/// </summary>
internal sealed class SourceCredentials(Store store, KeySets keySets, Dialect dialect, TimeProvider clock)
{
    private readonly ConditionalWeakTable<TenantHome, OfHome> _homes = [];

    /// <summary>
    /// The tenant's, as it is in memory; null where it was not read yet. Of no home it is what nobody has.
    /// </summary>
    public TenantCredentials? Known(TenantHome? home) =>
        home is null ? TenantCredentials.Nobodys
        : _homes.TryGetValue(home, out var of) ? of.Now
        : null;

    /// <summary>The tenant's; read now, where it was not.</summary>
    public async ValueTask<TenantCredentials> OfAsync(TenantHome home) =>
        Known(home) ?? await ReadAsync(home, again: false);

    /// <summary>Reads a tenant's again: what was made lets in from now on, and what is gone does not.</summary>
    public Task ReloadAsync(TenantHome home) => ReadAsync(home, again: true);

    /// <summary>
    /// The same of the home that the tenant has by now; of one that comes meanwhile they are read after what was changed.
    /// </summary>
    public Task ReloadAsync(Homes homes, TenantId tenant) =>
        homes.OfId(tenant) is { } home ? ReloadAsync(home) : Task.CompletedTask;

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
            var (rows, sources, given) = await store.ReadAsync(session =>
                (
                    Credentials.Of(session, home.Id),
                    Sources.Of(session, home.Id),
                    AccessTokens.Of(session, home.Id, Instant.Of(clock.GetUtcNow()))
                )
            );
            return of.Now = new TenantCredentials(
                rows.Select(row => Made(row, home, sources[row.SourceId], before)),
                given
            );
        }
        finally
        {
            of.Turn.Release();
        }
    }

    private SourceCredential Made(Credential row, TenantHome home, Source source, TenantCredentials? before)
    {
        var caller = new Caller(
            home.Id,
            source.Id,
            source.Name,
            home.Preferences.Now,
            dialect.Without(source.NotUnderstood())
        );
        var details = CredentialDetails.FromJson(row.Details);
        return new SourceCredential(
            row,
            caller,
            details.Issuer is { } issuer
                ? new IssuerTrust(issuer, before?.KeysOf(issuer) ?? keySets.Of(issuer)) { Client = details.Client }
                : null
        );
    }

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
