using System.Net;

namespace ScimGateway.Slack.Http;

/// <summary>The way to Slack.</summary>
public static class SlackHttp
{
    /// <summary>
    /// The one HTTP client of a process: no redirects, no cookies, connections renewed so that a change of address is
    /// seen.
    /// </summary>
    public static HttpClient NewClient() =>
        new(NewHandler(DecompressionMethods.All))
        {
            Timeout = Timeout.InfiniteTimeSpan, // each attempt has its own
        };

    /// <summary>How all that goes to Slack is connected.</summary>
    /// <param name="unpacked">What is asked for packed, and unpacked again.</param>
    public static SocketsHttpHandler NewHandler(DecompressionMethods unpacked) =>
        new()
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            AutomaticDecompression = unpacked,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectTimeout = TimeSpan.FromSeconds(5),
            // No bound on connections: all tenants talk to one host, and a slow organization must not keep the others
            // waiting. Each tenant's executor has a bound of its own. What traces a request here is nobody's business
            // there.
            ActivityHeadersPropagator = null,
        };
}
