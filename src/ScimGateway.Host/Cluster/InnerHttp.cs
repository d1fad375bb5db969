using System.Net.Http.Headers;
using System.Net.Security;
using System.Text.Json;
using System.Text.Json.Serialization;
using ScimGateway.Host.Admin;

namespace ScimGateway.Host.Cluster;

/// <summary>The connections to other instances' inner ports; both sides show the cluster's certificate.</summary>
internal sealed class InnerHttp(ClusterOptions cluster) : IDisposable
{
    // Of another version it may say more.
    private static readonly JsonSerializerOptions _json = new(AdminJson.Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    };

    private readonly HttpMessageInvoker _http = new(
        new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(2),
            Expect100ContinueTimeout = TimeSpan.FromSeconds(30),
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificates = [cluster.Certificate],
                LocalCertificateSelectionCallback = (_, _, _, _, _) => cluster.Certificate,
                RemoteCertificateValidationCallback = (_, shown, _, _) => cluster.IsOurs(shown),
            },
        }
    );

    /// <summary>They, for requests that are handed on.</summary>
    public HttpMessageInvoker Invoker => _http;

    /// <summary>What an instance answers to a question that a client has asked of this one; null if it does not let him in.</summary>
    /// <exception cref="HttpRequestException">It does not answer.</exception>
    public async Task<T?> AskAsync<T>(Uri url, HttpContext asked, CancellationToken cancel)
        where T : class
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        InnerRequest.Write(asked, request);
        request.Headers.Authorization = AuthenticationHeaderValue.Parse(asked.Request.Headers.Authorization.ToString());
        using var answer = await _http.SendAsync(request, cancel);
        return answer.IsSuccessStatusCode
            ? await JsonSerializer.DeserializeAsync<T>(await answer.Content.ReadAsStreamAsync(cancel), _json, cancel)
            : null;
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();
}
