using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using IPNetwork = System.Net.IPNetwork;

namespace ScimGateway.Host.Scim;

/// <summary>How clients reach the gateway.</summary>
internal sealed class PublicUrlOptions
{
    /// <summary>
    /// The URL before the tenant's word; null, as by default, where they use the address that it listens at.
    /// </summary>
    public Uri? Url { get; set; }

    /// <summary>
    /// Who may say by <c>X-Forwarded-*</c> for whom he asks: balancers in front of the gateway, and nobody by default.
    /// </summary>
    public IReadOnlyList<IPNetwork> Proxies { get; set; } = [];

    /// <summary>
    /// For how many days browsers are told to come by https alone, where <see cref="Url"/> is https: 365 by default.
    /// </summary>
    public int HstsDays { get; set; } = 365;

    /// <summary>Whether paths can follow it.</summary>
    public static bool CanBeExtended(Uri url) =>
        url is { Scheme: "http" or "https", UserInfo: "", Query: "", Fragment: "" };
}

/// <summary>The URL that answers name, in <c>Location</c> and wherever a resource says where it is; and who asks.</summary>
/// <remarks>
/// Behind a proxy it is the configured one. Without it, it is the address that the client used, if that can be this
/// machine's; any other Host is not repeated. <c>X-Forwarded-*</c> counts only from proxies that are configured: whoever
/// reaches the gateway can send it. Then the client's address is whom the last of them names, and, without a configured
/// URL, host and scheme are what they name.
/// </remarks>
internal static class PublicUrl
{
    public static void UsePublicUrl(this IApplicationBuilder app)
    {
        var options = app.ApplicationServices.GetRequiredService<IOptions<PublicUrlOptions>>().Value;
        var url = options.Url;
        // RFC 6797. Hosts below this one are somebody else's business.
        var strict =
            url?.Scheme == Uri.UriSchemeHttps && options.HstsDays > 0
                ? $"max-age={TimeSpan.FromDays(options.HstsDays).TotalSeconds:0}"
                : null;
        app.Use(
            (context, next) =>
            {
                var request = context.Request;
                if (strict is not null)
                    context.Response.Headers.StrictTransportSecurity = strict;
                if (url is not null)
                    (request.Scheme, request.Host, request.PathBase) = (
                        url.Scheme,
                        new HostString(url.Authority),
                        PathString.FromUriComponent(url).Value!.TrimEnd('/')
                    );
                else if (
                    context.Connection is { LocalIpAddress: { } here, LocalPort: var port }
                    && !IsOwn(request.Host, here)
                )
                    request.Host = new HostString(Plain(here).ToString(), port);
                return next(context);
            }
        );
        if (options.Proxies.Count == 0)
            return;
        app.UseForwardedHeaders(Believed(options));
        // A proxy may pass on what a client says; no address of ours begins with another scheme.
        app.Use(
            (context, next) =>
            {
                if (context.Request.Scheme is not ("http" or "https"))
                    context.Request.Scheme = Uri.UriSchemeHttp;
                return next(context);
            }
        );
    }

    /// <summary>
    /// The URL that neither a client nor a proxy has a say in: the configured one, else the address that is listened at.
    /// </summary>
    public static string OwnOf(HttpContext context, PublicUrlOptions options) =>
        options.Url is { } url
            ? url.AbsoluteUri.TrimEnd('/')
            : $"http://{new IPEndPoint(Plain(context.Connection.LocalIpAddress ?? IPAddress.Loopback), context.Connection.LocalPort)}";

    // From the last to the first, as long as the one who says so is a proxy: what a client has put before is not reached.
    private static ForwardedHeadersOptions Believed(PublicUrlOptions options)
    {
        var believed = new ForwardedHeadersOptions
        {
            ForwardedHeaders = options.Url is null
                ? ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto | ForwardedHeaders.XForwardedHost
                : ForwardedHeaders.XForwardedFor,
            ForwardLimit = null,
        };
        believed.KnownProxies.Clear();
        believed.KnownIPNetworks.Clear();
        foreach (var network in options.Proxies)
            believed.KnownIPNetworks.Add(network);
        return believed;
    }

    // The port may be another one, as where a container's port is published.
    private static bool IsOwn(HostString host, IPAddress here) =>
        host.Port is null or (> 0 and <= IPEndPoint.MaxPort)
        && (
            host.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (
                IPAddress.TryParse(host.Host, out var address)
                && (IPAddress.IsLoopback(address) || Plain(address).Equals(Plain(here)))
            )
        );

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
