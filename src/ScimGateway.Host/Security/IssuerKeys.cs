using Microsoft.IdentityModel.Tokens;

namespace ScimGateway.Host.Security;

/// <summary>
/// The keys of an issuer as they were last announced, or as they were pasted. It is asked again after ten minutes, beside
/// the requests, and at once where a token names a key that is not there; never twice within a minute, whatever comes.
/// </summary>
internal sealed class IssuerKeys
{
    private static readonly TimeSpan _fresh = TimeSpan.FromMinutes(10);
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
        _pasted = issuer.Jwks is { } jwks ? KeySets.Read(jwks.GetRawText()) : null;
    }

    /// <summary>Whether these are the keys that an issuer announces there.</summary>
    public bool IsOf(TrustedIssuer issuer) =>
        _pasted is null && issuer.Metadata == _issuer.Metadata && issuer.Issuer == _issuer.Issuer;

    /// <summary>
    /// Those that a token can be signed by: the one of its id, or all where it names none. Nobody waits for the issuer
    /// while another key would do.
    /// </summary>
    public async ValueTask<IReadOnlyList<SecurityKey>> OfAsync(string? id)
    {
        if (_pasted is not null)
            return Named(_pasted, id);
        var (keys, asking) = Known(id);
        if (keys.Count > 0)
            return keys;
        await asking;
        return Known(id).Keys;
    }

    private (IReadOnlyList<SecurityKey> Keys, Task Asking) Known(string? id)
    {
        lock (_lock)
        {
            var now = _clock.GetUtcNow();
            if (now - _read > _good)
                _keys = [];
            var keys = Named(_keys, id);
            if ((keys.Count == 0 || now - _read > _fresh) && now - _asked >= _pause && _asking.IsCompleted)
            {
                _asked = now;
                _asking = Task.Run(AskAsync); // what it does at once must not be done under the lock
            }
            return (keys, _asking);
        }
    }

    private async Task AskAsync()
    {
        if (await _sets.AskAsync(_issuer) is not { } keys)
            return;
        lock (_lock)
            (_keys, _read) = (keys, _clock.GetUtcNow());
    }

    private static IReadOnlyList<SecurityKey> Named(IReadOnlyList<SecurityKey> keys, string? id) =>
        id is null ? keys : [.. keys.Where(key => key.KeyId == id)];
}
