using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace ScimGateway.Host.SignIn;

/// <summary>What the identity provider says of itself (OpenID Connect Discovery 1.0 §4).</summary>
/// <param name="issuer">Who it has to be.</param>
internal sealed class ProviderMetadata(Uri issuer) : IConfigurationRetriever<OpenIdConnectConfiguration>
{
    private const int MostBytes = 1 << 20;

    /// <summary>Its metadata, which are asked for when they are needed.</summary>
    public static ConfigurationManager<OpenIdConnectConfiguration> Of(Uri issuer, HttpClient http) =>
        new(
            $"{issuer.OriginalString.TrimEnd('/')}/.well-known/openid-configuration",
            new ProviderMetadata(issuer),
            new HttpDocumentRetriever(http) { RequireHttps = !issuer.IsLoopback }
        );

    /// <summary>
    /// The way to it. Its operator has named it, so it may be in an inner network; it is waited for ten seconds, and answers
    /// with a MiB at most.
    /// </summary>
    public static HttpClient NewClient(Uri issuer) =>
        new(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false, // the client's secret goes where the metadata say, and nowhere else
                UseCookies = false,
                UseProxy = !issuer.IsLoopback,
                ActivityHeadersPropagator = null,
                ConnectTimeout = TimeSpan.FromSeconds(5),
                MaxConnectionsPerServer = 8, // who sends many forged answers keeps no more of them
                MaxResponseHeadersLength = 16,
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            }
        )
        {
            Timeout = TimeSpan.FromSeconds(10),
            MaxResponseContentBufferSize = MostBytes,
        };

    /// <inheritdoc/>
    public async Task<OpenIdConnectConfiguration> GetConfigurationAsync(
        string address,
        IDocumentRetriever retriever,
        CancellationToken cancel
    )
    {
        var found = await OpenIdConnectConfigurationRetriever.GetAsync(address, retriever, cancel);
        return
            found.Issuer == issuer.OriginalString
            && IsSafe(found.AuthorizationEndpoint)
            && IsSafe(found.TokenEndpoint)
            && (found.PushedAuthorizationRequestEndpoint is not { Length: > 0 } pushed || IsSafe(pushed))
            ? found
            : throw new WrongMetadataException();
    }

    private bool IsSafe(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttps || (issuer.IsLoopback && SignInOptions.IsSafe(url)));
}

/// <summary>The metadata are another provider's, or name an address that is not asked.</summary>
internal sealed class WrongMetadataException()
    : Exception("The identity provider's metadata are not as they have to be.");
