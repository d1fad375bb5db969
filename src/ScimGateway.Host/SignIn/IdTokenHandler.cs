using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using ScimGateway.Host.Security;

namespace ScimGateway.Host.SignIn;

/// <summary>
/// Checks what the identity provider's token endpoint answers. ASP.NET's handler takes tokens without signature from there, as
/// OpenID Connect Core 1.0 §3.1.3.7 (6) permits; here each is signed, and reads in one way alone.
/// </summary>
internal sealed class IdTokenHandler : JsonWebTokenHandler
{
    // One that lists each group of a person is longer than an access token.
    private const int MostOfToken = 64 << 10;

    public IdTokenHandler() => (MapInboundClaims, MaximumTokenSizeInBytes) = (false, MostOfToken);

    /// <inheritdoc/>
    public override Task<TokenValidationResult> ValidateTokenAsync(
        string token,
        TokenValidationParameters validationParameters
    )
    {
        if (SignedToken.Read(token, MostOfToken) is not { } read || !CanBeOne(read))
            return Task.FromResult(
                new TokenValidationResult { Exception = new SecurityTokenMalformedException("It is no ID token.") }
            );
        var signed = validationParameters.Clone();
        signed.RequireSignedTokens = true;
        return base.ValidateTokenAsync(token, signed);
    }

    // RFC 8725 §3.11: one that says it is something else, such as an access token or a log-out, signs nobody in.
    private static bool CanBeOne(SignedToken token) =>
        (token.Type is not { } type || type.Equals("JWT", StringComparison.OrdinalIgnoreCase))
        && token.TextOf(JwtRegisteredClaimNames.Sub) is { Length: > 0 }
        && token.TimeOf(JwtRegisteredClaimNames.Exp) is not null
        && !token.Claims.TryGetProperty("events", out _);
}
