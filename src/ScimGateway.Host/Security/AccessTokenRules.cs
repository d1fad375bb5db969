using Microsoft.IdentityModel.JsonWebTokens;

namespace ScimGateway.Host.Security;

/// <summary>
/// What tells an access token from other tokens that the same issuer signs by the same key, and how long one may last.
/// </summary>
internal static class AccessTokenRules
{
    /// <summary>How much the issuer's clock may differ from ours.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromMinutes(2);

    /// <summary>
    /// What says who asked: of all issuers, of OpenID Connect's, of Entra ID's version 1, of RFC 9068's, of Okta's. A
    /// credential pins one of them, since an issuer has other clients, too.
    /// </summary>
    public static readonly string[] WhoAsked = [JwtRegisteredClaimNames.Sub, "azp", "appid", "client_id", "cid"];

    // RFC 9068 §2.1; "JWT" and none at all, as Entra ID, Ping and Okta had it before; and Okta's own server.
    private static readonly string[] _types =
    [
        "JWT",
        "at+jwt",
        "application/at+jwt",
        "application/okta-internal-at+jwt",
    ];

    // OpenID Connect Core 1.0 §2 and §3.3.2.11 for ID tokens; RFC 8417 §2.2 for events, such as a log-out.
    private static readonly string[] _ofOtherTokens = ["nonce", "at_hash", "c_hash", "s_hash", "events"];

    // Who says only from when it is to be taken says by it when it was made.
    private static readonly string[] _whenMade = [JwtRegisteredClaimNames.Iat, JwtRegisteredClaimNames.Nbf];

    /// <summary>Whether a token can be an access token.</summary>
    public static bool CanBeOne(SignedToken token) =>
        (token.Type is not { } type || _types.Contains(type, StringComparer.OrdinalIgnoreCase))
        && !Array.Exists(_ofOtherTokens, claim => token.Claims.TryGetProperty(claim, out _));

    /// <summary>Whether a token says when it ends, and now is within what it says.</summary>
    public static bool IsInTime(SignedToken token, DateTimeOffset now) =>
        token.TimeOf(JwtRegisteredClaimNames.Exp) is { } end
        && Seconds(now) < end + Skew.TotalSeconds
        && (
            !token.Claims.TryGetProperty(JwtRegisteredClaimNames.Nbf, out _)
            || (token.TimeOf(JwtRegisteredClaimNames.Nbf) is { } begin && Seconds(now) >= begin - Skew.TotalSeconds)
        );

    /// <summary>Whether a token that is in time lasts no longer than it may, from when it was made and from now.</summary>
    public static bool IsShort(SignedToken token, DateTimeOffset now, TimeSpan longest) =>
        token.TimeOf(JwtRegisteredClaimNames.Exp) is { } end
        && end <= Seconds(now) + (longest + Skew).TotalSeconds
        && (
            Array.Find(_whenMade, name => token.Claims.TryGetProperty(name, out _)) is not { } claim
            || (
                token.TimeOf(claim) is { } made
                && end - made <= longest.TotalSeconds
                && made <= Seconds(now) + Skew.TotalSeconds
            )
        );

    private static double Seconds(DateTimeOffset time) => time.ToUnixTimeMilliseconds() / 1_000.0;
}
