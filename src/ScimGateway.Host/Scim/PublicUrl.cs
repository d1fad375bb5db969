using System.Net;
using Microsoft.Extensions.Options;

namespace ScimGateway.Host.Scim;

/// <summary>How clients reach the gateway.</summary>
internal sealed class PublicUrlOptions
{
    /// <summary>
    /// The URL before the tenant's word; null, as by default, where they use the address that it listens at.
    /// </summary>
    public Uri? Url { get; set; }

    /// <summary>Whether paths can follow it.</summary>
    public static bool CanBeExtended(Uri url) =>
        url is { Scheme: "http" or "https", UserInfo: "", Query: "", Fragment: "" };
}

/// <summary>The URL that answers name, in <c>Location</c> and wherever a resource says where it is.</summary>
/// <remarks>
/// Behind a proxy it is the configured one. <c>X-Forwarded-*</c> is never looked at, since whoever reaches the gateway
/// can send it. Without a configured one it is the address that the client used, if that can be this machine's; any
/// other Host is not repeated.
/// </remarks>
internal static class PublicUrl
{
    public static void UsePublicUrl(this WebApplication app)
    {
        var url = app.Services.GetRequiredService<IOptions<PublicUrlOptions>>().Value.Url;
        app.Use(
            (context, next) =>
            {
                var request = context.Request;
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
