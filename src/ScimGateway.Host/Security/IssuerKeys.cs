using Microsoft.IdentityModel.Tokens;

namespace ScimGateway.Host.Security;

/// <summary>
/// The keys of an issuer as they were last announced, or as they were pasted. It is asked again after ten minutes, beside
/// the requests; after an hour, or where a token names a key that is not there, the request waits for its answer. It is
/// never asked twice within a minute, whatever comes.
/// </summary>
internal sealed class IssuerKeys
{
    // A key set is small and the check of a signature is not: a token tries no more keys than these.
    private const int MostTried = 4;

    private static readonly TimeSpan _fresh = TimeSpan.FromMinutes(10);

    // Nothing refreshes the keys while nobody asks: what was withdrawn meanwhile must not let in whoever asks first.
    private static readonly TimeSpan _old = TimeSpan.FromHours(1);
    private static readonly TimeSpan _pause = TimeSpan.FromMinutes(1);

    // An issuer that is away keeps nobody out for a day; what it has withdrawn by then is withdrawn.
    private static readonly TimeSpan _good = TimeSpan.FromHours(24);

    private readonly Lock _lock = new();
    private readonly TrustedIssuer _issuer;
    private readonly KeySets _sets;
    private readonly TimeProvider _clock;
    private readonly IReadOnlyList<SecurityKey>? _pasted;

    private IReadOnlyList<SecurityKey> _keys = [];
    private DateTimeOffset _read = DateTimeOffset.MinValue;
    private DateTimeOffset _asked = DateTimeOffset.MinValue;
    private Task _asking = Task.CompletedTask;

    public IssuerKeys(TrustedIssuer issuer, KeySets sets, TimeProvider clock)
    {
        (_issuer, _sets, _clock) = (issuer, sets, clock);
        _pasted = issuer.Jwks is { } jwks ? Pasted(jwks.GetRawText()) : null;
    }

    // They were looked at when they were registered, perhaps by a version that took others.
    private static IReadOnlyList<SecurityKey> Pasted(string jwks)
    {
        try
        {
            return KeySets.Read(jwks);
        }
        catch (UnreadableKeysException)
        {
            return []; // which let nobody in, and the tenant's other credentials are as good as before
        }
    }

    /// <summary>Whether these are the keys that an issuer announces there, or that were pasted for it.</summary>
    public bool IsOf(TrustedIssuer issuer) =>
        issuer.Metadata == _issuer.Metadata
        && issuer.Issuer == _issuer.Issuer
        && issuer.Jwks?.GetRawText() == _issuer.Jwks?.GetRawText();

    /// <summary>
    /// Those that a token can be signed by: the one of its id, or the first few where it names none, unless a key says that
    /// it is for another algorithm. Nobody waits for the issuer while its keys are known and not old.
    /// </summary>
    public async ValueTask<IReadOnlyList<SecurityKey>> OfAsync(SignedToken token)
    {
        if (_pasted is not null)
            return Of(_pasted, token);
        var (keys, isOld, asking) = Known(token);
        if (keys.Count > 0 && !isOld)
            return keys;
        await asking;
        return Known(token).Keys;
    }

    private (IReadOnlyList<SecurityKey> Keys, bool IsOld, Task Asking) Known(SignedToken token)
    {
        lock (_lock)
        {
            var now = _clock.GetUtcNow();
            if (now - _read > _good)
                _keys = [];
            var keys = Of(_keys, token);
            if ((keys.Count == 0 || now - _read > _fresh) && now - _asked >= _pause && _asking.IsCompleted)
            {
                _asked = now;
                _asking = Task.Run(AskAsync); // what it does at once must not be done under the lock
            }
            return (keys, now - _read > _old, _asking);
        }
    }

    private async Task AskAsync()
    {
        if (await _sets.AskAsync(_issuer) is not { } keys)
            return;
        lock (_lock)
            (_keys, _read) = (keys, _clock.GetUtcNow());
    }

    private static IReadOnlyList<SecurityKey> Of(IReadOnlyList<SecurityKey> keys, SignedToken token) =>
        [
            .. keys.Where(key =>
                    (token.KeyId is null || key.KeyId == token.KeyId)
                    && (key is not JsonWebKey { Alg: { } algorithm } || algorithm == token.Algorithm)
                )
                .Take(MostTried),
        ];
}
