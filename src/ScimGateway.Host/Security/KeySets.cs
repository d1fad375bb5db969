using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;
using ScimGateway.Host.Logging;

namespace ScimGateway.Host.Security;

/// <summary>
/// Asks issuers for their keys. Owners of tenants name the addresses, so that none is asked which the gateway alone
/// reaches (<see cref="OuterHttp"/>).
/// </summary>
internal sealed class KeySets : IDisposable
{
    private const int MostBytes = 256 << 10;
    private const int MostKeys = 50;
    private const int MostDepth = 8;

    // What is said twice is read differently by different readers.
    private static readonly JsonDocumentOptions _once = new()
    {
        MaxDepth = MostDepth,
        AllowDuplicateProperties = false,
    };

    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(5);

    // RFC 7518 §6.2.2, §6.3.2 and §6.4, and 'priv' of keys of the kind AKP (ML-DSA).
    private static readonly HashSet<string> _secret = new(
        ["d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"],
        StringComparer.Ordinal
    );

    private readonly IssuerOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<KeySets> _log;
    private readonly HttpClient _http;

    public KeySets(IOptions<IssuerOptions> options, TimeProvider clock, ILogger<KeySets> log)
    {
        (_options, _clock, _log) = (options.Value, clock, log);
        _http = OuterHttp.NewClient(_options.Loopback);
        (_http.Timeout, _http.MaxResponseContentBufferSize) = (_limit, MostBytes);
    }

    /// <summary>An issuer's keys, of which none was asked for yet.</summary>
    public IssuerKeys Of(TrustedIssuer issuer) => new(issuer, this, _clock);

    /// <summary>The keys that an issuer announces now; null where it cannot be asked, which is logged.</summary>
    public async Task<IReadOnlyList<SecurityKey>?> AskAsync(TrustedIssuer issuer)
    {
        var host = "";
        try
        {
            host = new Uri(issuer.Metadata!).IdnHost;
            var document = await GetAsync(issuer.Metadata!);
            using var json = JsonDocument.Parse(document, _once);
            if (json.RootElement.TryGetProperty("keys", out _))
                return Read(document);
            // OpenID Connect Discovery 1.0 §4.3: it has to be the issuer's own.
            if (Text(json.RootElement, "issuer") != issuer.Issuer)
                throw new UnreadableKeysException("The metadata is another issuer's than the credential's.");
            var keys =
                Text(json.RootElement, "jwks_uri")
                ?? throw new UnreadableKeysException("The metadata does not say where the keys are (jwks_uri).");
            return Read(await GetAsync(keys));
        }
        catch (Exception e)
            when (e
                    is HttpRequestException
                        or OperationCanceledException
                        or JsonException
                        or InvalidOperationException // JSON of another shape
                        or UnreadableKeysException
                        or UriFormatException
                        or IOException
            )
        {
            _log.IssuerKeysUnreadable(
                host,
                e is UnreadableKeysException ? e.Message
                    : e.InnerException is InnerAddressException inner ? inner.Message
                    : e.GetType().Name
            );
            return null;
        }
    }

    /// <summary>The keys of a set that can be taken: others in it are ignored, as RFC 7517 §5 wants it.</summary>
    /// <param name="json">The set.</param>
    /// <param name="refusesBroken">Whether one that is no key of its kind is told of, and not ignored.</param>
    /// <exception cref="UnreadableKeysException">There is none, or it holds what it must not.</exception>
    public static IReadOnlyList<SecurityKey> Read(string json, bool refusesBroken = false)
    {
        if (Encoding.UTF8.GetByteCount(json) > MostBytes)
            throw new UnreadableKeysException("The key set is longer than 256 KiB.");
        try
        {
            using var document = JsonDocument.Parse(json, _once);
            var keys = document.RootElement.GetProperty("keys");
            if (keys.GetArrayLength() > MostKeys)
                throw new UnreadableKeysException($"A key set has {MostKeys} keys at most.");
            if (HoldsSecret(document.RootElement))
                throw new UnreadableKeysException(
                    "The key set holds secret keys, which nobody but the issuer may have: make new ones, and give out the public ones alone."
                );
            var canVerify = keys.EnumerateArray()
                .Select(json => (Json: json, Key: Taken(json, refusesBroken)!))
                .Where(one => one.Key is not null)
                .ToLookup(one => PublicKey.CanVerify(one.Json, one.Key), one => one.Key);
            if (refusesBroken && canVerify[false].FirstOrDefault() is { } other)
                throw new UnreadableKeysException(
                    $"The key {Named(other)} is not for checking signatures: its key_ops lack 'verify', or its alg is none of RS, PS or ES with 256, 384 or 512, or another than its kty and crv have. Leave it out, or paste the key that signs the tokens."
                );
            var isBroken = canVerify[true].ToLookup(PublicKey.IsBroken);
            if (refusesBroken && isBroken[true].FirstOrDefault() is { } broken)
                throw new UnreadableKeysException(
                    $"The key {Named(broken)} is none: of RSA the modulus and the exponent are odd and the exponent is 3 at least, and of EC the point is on its curve. Paste the key set anew."
                );
            var taken = isBroken[false].ToList<SecurityKey>();
            return taken.Count > 0
                ? taken
                : throw new UnreadableKeysException(
                    "The key set has no key that can be taken: RSA of 2,048 to 4,096 bits with an odd exponent of 32 bits at most, or EC with a point on P-256, P-384 or P-521; what it says of its use, key_ops and alg has to allow the check of signatures."
                );
        }
        catch (Exception e)
            when (e
                    is JsonException
                        or InvalidOperationException
                        or KeyNotFoundException
                        or FormatException
                        or ArgumentException
            )
        {
            throw new UnreadableKeysException("It is no key set: it has to be {\"keys\":[…]} as RFC 7517 has it.");
        }
    }

    public void Dispose() => _http.Dispose();

    // Wherever it is in the set: a pasted one is kept as it came.
    private static bool HoldsSecret(JsonElement json) =>
        json.ValueKind switch
        {
            JsonValueKind.Object => json.EnumerateObject()
                .Any(member => _secret.Contains(member.Name) || HoldsSecret(member.Value)),
            JsonValueKind.Array => json.EnumerateArray().Any(HoldsSecret),
            _ => false,
        };

    private static string Named(JsonWebKey key) => key.KeyId is { } id ? $"'{id}'" : "without an id";

    // One that cannot even be read spoils no other.
    private static JsonWebKey? Taken(JsonElement json, bool refusesBroken)
    {
        try
        {
            return PublicKey.Of(json);
        }
        catch (Exception e)
            when (!refusesBroken && (e is FormatException or InvalidOperationException or ArgumentException))
        {
            return null;
        }
    }

    internal static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private async Task<string> GetAsync(string address)
    {
        if (!OuterHttp.CanBeAsked(address, _options.Loopback))
            throw new UnreadableKeysException(
                "The address of its keys has to begin with https:// and be no address of an inner network."
            );
        // One time limit for all of it, as slowly as the body may come.
        using var limit = new CancellationTokenSource(_limit, TimeProvider.System);
        using var response = await _http.GetAsync(
            new Uri(address),
            HttpCompletionOption.ResponseContentRead,
            limit.Token
        );
        return response.StatusCode == HttpStatusCode.OK
            ? Encoding.UTF8.GetString(await response.Content.ReadAsByteArrayAsync(limit.Token))
            : throw new UnreadableKeysException(
                $"Its keys were answered with {(int)response.StatusCode}, not with 200."
            );
    }
}
