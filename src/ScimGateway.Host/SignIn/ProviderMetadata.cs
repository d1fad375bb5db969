using System.Net;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using ScimGateway.Host.Security;

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
            new Faults(
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
        try
        {
            var found = OpenIdConnectConfiguration.Create(await retriever.GetDocumentAsync(address, cancel));
            if (
                found.Issuer != issuer.OriginalString
                || !IsSafe(found.AuthorizationEndpoint)
                || !IsSafe(found.TokenEndpoint)
                || !IsSafe(found.JwksUri)
                || (found.PushedAuthorizationRequestEndpoint is { Length: > 0 } pushed && !IsSafe(pushed))
            )
                throw new WrongMetadataException();
            // As those of a credential's issuer: none that is weak, heavy, or meant for something else.
            foreach (var key in KeySets.Read(await retriever.GetDocumentAsync(found.JwksUri, cancel)))
                found.SigningKeys.Add(key);
            return found;
        }
        catch (Exception e) when (!IsAway(e))
        {
            throw new WrongMetadataException();
        }
    }

    // No answer, or that of a server with a fault; another is one that no new attempt makes right.
    private static bool IsAway(Exception e) =>
        e is OperationCanceledException
        || (
            e is IOException
            && !e.Data.Contains(HttpDocumentRetriever.StatusCode)
            && e.InnerException
                is not HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded }
        );

    private bool IsSafe(string? address) =>
        Uri.TryCreate(address, UriKind.Absolute, out var url)
        && (url.Scheme == Uri.UriSchemeHttps || (issuer.IsLoopback && SignInOptions.IsSafe(url)));
}

/// <summary>Takes what a server with a fault answers for no answer.</summary>
internal sealed class Faults(HttpMessageHandler server) : DelegatingHandler(server)
{
    /// <inheritdoc/>
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        var answer = await base.SendAsync(request, cancellationToken);
        if (answer.StatusCode < HttpStatusCode.InternalServerError)
            return answer;
        using (answer)
            throw new HttpRequestException("The server has a fault.", null, answer.StatusCode);
    }
}

/// <summary>The metadata are not there, are another provider's, or name an address that is not asked.</summary>
internal sealed class WrongMetadataException()
    : Exception("The identity provider's metadata are not as they have to be.");
