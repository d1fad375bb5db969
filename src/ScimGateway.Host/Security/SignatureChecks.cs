using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using ScimGateway.Provisioning.Model;

namespace ScimGateway.Host.Security;

/// <summary>
/// Which credential a signed token is of. A check of a signature costs the processor up to a millisecond, and anybody may
/// ask for one: so of each tenant one is under way at a time, and no tenant's tokens slow another's. However many
/// credentials trust the same keys, a token is checked by them once.
/// </summary>
internal sealed class SignatureChecks(IOptions<IssuerOptions> options, OwnUrl own, TimeProvider clock) : IDisposable
{
    private const int Strangers = 256;

    // Of tenants that there are not, which wait as those do that there are; as many as nobody tells from one each.
    private readonly SemaphoreSlim[] _strangers = [.. Enumerable.Range(0, Strangers).Select(_ => new SemaphoreSlim(1))];

    // A key that nobody signs by, for tokens that no known key can have signed: they take as long as others.
    private readonly RsaSecurityKey _nobodys = new(RSA.Create(2_048));

    private long _made;

    /// <summary>How many were made.</summary>
    public long Made => Volatile.Read(ref _made);

    /// <summary>The credential that a token is of; null if it is of none.</summary>
    /// <param name="token">The token.</param>
    /// <param name="kind">As what it was shown.</param>
    /// <param name="known">The tenant's credentials.</param>
    /// <param name="context">The request; where it is for is what an assertion may be for, beside the audience.</param>
    /// <param name="isMeant">Whether a token that is right otherwise is about a credential; of assertions alone.</param>
    public async Task<SourceCredential?> WhoseAsync(
        SignedToken token,
        CredentialKind kind,
        TenantCredentials known,
        HttpContext context,
        Func<SourceCredential, bool>? isMeant = null
    )
    {
        var now = clock.GetUtcNow();
        var turn = known.IsNobodys ? StrangersTurn(context) : known.SignatureTurn;
        var url = isMeant is null ? null : $"{own(context)}{context.Request.Path}";
        var signed = new Dictionary<IssuerKeys, bool>();
        foreach (var credential in known.Trusting(kind, token.Issuer ?? "", Instant.Of(now)))
        {
            var issuer = credential.Issuer!;
            if (!signed.TryGetValue(issuer.Keys, out var isSigned))
            {
                var keys = await issuer.Keys.OfAsync(token); // an issuer is asked outside of the turn
                signed[issuer.Keys] = isSigned = await CheckAsync(turn, token, keys, now, context.RequestAborted);
            }
            if (isSigned && issuer.IsFor(token, url) && (isMeant is null ? IsAccess(token, now) : isMeant(credential)))
                return credential;
        }
        if (signed.Count == 0)
            await CheckAsync(turn, token, [], now, context.RequestAborted);
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _nobodys.Rsa.Dispose();
        foreach (var turn in _strangers)
            turn.Dispose();
    }

    private async Task<bool> CheckAsync(
        SemaphoreSlim turn,
        SignedToken token,
        IReadOnlyList<SecurityKey> keys,
        DateTimeOffset now,
        CancellationToken gone
    )
    {
        await turn.WaitAsync(gone);
        try
        {
            Interlocked.Increment(ref _made);
            return await IssuerTrust.IsSignedAsync(token, keys.Count > 0 ? keys : [_nobodys], now) && keys.Count > 0;
        }
        finally
        {
            turn.Release();
        }
    }

    private bool IsAccess(SignedToken token, DateTimeOffset now) =>
        AccessTokenRules.CanBeOne(token) && AccessTokenRules.IsShort(token, now, options.Value.LongestToken);

    private SemaphoreSlim StrangersTurn(HttpContext context) =>
        _strangers[(uint)string.GetHashCode(TenantPath.Tenant(context)) % Strangers];
}
