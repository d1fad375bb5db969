using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace ScimGateway.Host.Security;

/// <summary>Whether a token is one of an issuer that a credential names.</summary>
/// <remarks>
/// Signature, algorithm and issuer are checked by the validator that JwtBearer uses itself. Its handler has one issuer for
/// each scheme, and schemes are made as the process starts; here each tenant has its own, and they come and go. The
/// signature is checked apart from what a credential asks for, as many credentials may trust the same keys.
/// </remarks>
internal sealed class IssuerTrust(TrustedIssuer issuer, IssuerKeys keys)
{
    // Asymmetric alone: with a public key as the secret of an HMAC anybody could sign, and with "none" need not.
    /// <summary>By which algorithms a token may be signed.</summary>
    internal static readonly string[] Algorithms =
    [
        SecurityAlgorithms.RsaSha256,
        SecurityAlgorithms.RsaSha384,
        SecurityAlgorithms.RsaSha512,
        SecurityAlgorithms.RsaSsaPssSha256,
        SecurityAlgorithms.RsaSsaPssSha384,
        SecurityAlgorithms.RsaSsaPssSha512,
        SecurityAlgorithms.EcdsaSha256,
        SecurityAlgorithms.EcdsaSha384,
        SecurityAlgorithms.EcdsaSha512,
    ];

    private static readonly JsonWebTokenHandler _validator = new()
    {
        MaximumTokenSizeInBytes = GivenCredential.MostOfToken,
    };

    /// <summary>Its keys.</summary>
    public IssuerKeys Keys => keys;

    /// <summary>Of Entra ID's own tokens the application that asks; null of all others.</summary>
    public string? Client { get; init; }

    /// <summary>Whether others than the client itself sign for it, as a cloud does for what runs in it.</summary>
    public bool IsAnothers => issuer.Claims?.ContainsKey(JwtRegisteredClaimNames.Sub) == true;

    /// <summary>Whether a token that says it comes from somebody would be looked at: its own words, or a client's id.</summary>
    public bool Knows(string name, SourceCredential its) =>
        name == issuer.Issuer
        // RFC 7523 §3 wants a client that signs by itself to name itself.
        || (its.Kind == CredentialKind.OauthClient && !IsAnothers && name == its.Prefix);

    /// <summary>Whether a token is signed by one of the keys and is in time now, whatever else it says.</summary>
    /// <param name="token">The token.</param>
    /// <param name="candidates">The keys that may have signed it.</param>
    /// <param name="now">The time.</param>
    public static async Task<bool> IsSignedAsync(
        SignedToken token,
        IReadOnlyList<SecurityKey> candidates,
        DateTimeOffset now
    )
    {
        var wanted = new TokenValidationParameters
        {
            IssuerSigningKeys = candidates,
            TryAllIssuerSigningKeys = true, // of those alone that it can be signed by
            RequireSignedTokens = true,
            ValidateIssuerSigningKey = true,
            ValidAlgorithms = Algorithms,
            ValidIssuer = token.Issuer, // by which the credentials are found
            ValidateAudience = false, // each credential has its own, which IsFor compares
            RequireExpirationTime = true,
            LifetimeValidator = (_, _, _, _) => AccessTokenRules.IsInTime(token, now),
        };
        try
        {
            return (await _validator.ValidateTokenAsync(token.Text, wanted)).IsValid;
        }
#pragma warning disable CA1031 // whatever it is about a token, it is not taken for it
        catch (Exception)
#pragma warning restore CA1031
        {
            return false;
        }
    }

    /// <summary>Whether a signed token is for this gateway and says all that the credential asks for.</summary>
    /// <param name="token">The token.</param>
    /// <param name="alsoFor">What it may be for beside the audience.</param>
    // Letter by letter: api://gw/ may be another's than api://gw.
    public bool IsFor(SignedToken token, string? alsoFor = null) =>
        (
            token.Says(JwtRegisteredClaimNames.Aud, issuer.Audience)
            || (alsoFor is not null && token.Says(JwtRegisteredClaimNames.Aud, alsoFor))
        )
        && (issuer.Claims ?? new Dictionary<string, string>()).All(claim => token.Says(claim.Key, claim.Value))
        && (Client is null || EntraId.Client.Any(claim => token.Says(claim, Client)));
}
