using System.Net.Http.Headers;
using System.Net.Security;
using System.Text.Json;
using System.Text.Json.Serialization;
using ScimGateway.Host.Admin;

namespace ScimGateway.Host.Cluster;

/// <summary>The connections to other instances' inner ports; both sides show the cluster's certificate.</summary>
internal sealed class InnerHttp(SocketsHttpHandler handler) : IDisposable
{
    // Of another version it may say more.
    private static readonly JsonSerializerOptions _json = new(AdminJson.Options)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
    };

    private readonly HttpMessageInvoker _http = new(handler);

    /// <summary>What makes them.</summary>
    public static SocketsHttpHandler HandlerOf(ClusterOptions cluster) =>
        new()
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
        };

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
        return await AskAsync<T>(request, cancel);
    }

    /// <summary>Whom an instance does not reach.</summary>
    /// <exception cref="HttpRequestException">It does not answer.</exception>
    public async Task<string[]> UnreachedByAsync(Uri url, CancellationToken cancel)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        // Another build may not know the question; it was reached.
        return await AskAsync<string[]>(request, cancel) ?? [];
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task<T?> AskAsync<T>(HttpRequestMessage request, CancellationToken cancel)
        where T : class
    {
        using var answer = await _http.SendAsync(request, cancel);
        return answer.IsSuccessStatusCode
            ? await JsonSerializer.DeserializeAsync<T>(await answer.Content.ReadAsStreamAsync(cancel), _json, cancel)
            : null;
    }
}
