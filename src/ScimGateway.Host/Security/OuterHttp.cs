using System.Net;
using System.Net.Sockets;
using System.Text;

namespace ScimGateway.Host.Security;

/// <summary>
/// The way to addresses that owners of tenants name, so that none is asked which the gateway alone reaches: each time it
/// is looked at what the name means at that moment, and the connection goes there.
/// </summary>
internal static class OuterHttp
{
    /// <summary>What an address has to be that is not asked.</summary>
    public const string Words =
        "It has to begin with https:// and be no address of an inner network; a name in other letters than ASCII's stands there as xn--….";

    private const int MostLetters = 1_024;

    // What no name on the internet ends with: RFC 6761 §6.3, RFC 6762 §3, RFC 8375, and ICANN's resolution 2024.07.29.06.
    private static readonly string[] _innerNames = [".localhost", ".local", ".home.arpa", ".internal"];

    /// <summary>Whether an address may be asked, as far as it says so itself.</summary>
    /// <param name="text">The address.</param>
    /// <param name="loopback">Whether it may be on this machine's loopback, without https then.</param>
    public static bool CanBeAsked(string text, bool loopback) =>
        text.Length <= MostLetters
        && !Letters.HasUnseen(text)
        && Uri.TryCreate(text, UriKind.Absolute, out var url)
        && url is { UserInfo: "", Fragment: "", HostNameType: not UriHostNameType.Unknown }
        && (
            url.IsLoopback
                ? loopback && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp)
                : url.Scheme == Uri.UriSchemeHttps && IsOuter(url)
        );

    // Uri has read IPv4 in all its spellings (octal, hexadecimal, one number), but not where a dot ends it, as it may end a
    // name; and which ASCII other letters and numbers stand for is the word of whoever looks the name up.
    private static bool IsOuter(Uri url)
    {
        var host = url.IdnHost.EndsWith('.') ? url.IdnHost[..^1] : url.IdnHost;
        return IPAddress.TryParse(host, out var address)
            ? OuterAddresses.Has(address)
            : Ascii.IsValid(url.Host)
                && !Array.Exists(_innerNames, inner => $".{host}".EndsWith(inner, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>A client that looks at each connection before it is made.</summary>
    /// <param name="loopback">Whether what says that it is on this machine's loopback is asked.</param>
    public static HttpClient NewClient(bool loopback) =>
        new(
            new SocketsHttpHandler
            {
                AllowAutoRedirect = false, // it would go where nobody has looked
                UseCookies = false,
                UseProxy = false, // it would look names up by itself
                ActivityHeadersPropagator = null, // whose request this is for is nobody's business there
                PooledConnectionLifetime = TimeSpan.Zero, // each is looked at
                MaxResponseHeadersLength = 16,
                ConnectCallback = (context, cancel) => ConnectAsync(loopback, context, cancel),
            }
        );

    /// <summary>
    /// Why an address could not be asked, for the owner of a tenant that named it. A name of an inner address and one that
    /// means nothing get the same words, so that nobody learns which names the gateway's network has.
    /// </summary>
    public static string Why(HttpRequestException failure) =>
        failure.InnerException is InnerAddressException
            ? "its name means no address on the internet."
            : $"{failure.HttpRequestError}.";

    private static async Task<IPAddress[]> AddressesAsync(string host, CancellationToken cancel)
    {
        try
        {
            return await Dns.GetHostAddressesAsync(host, cancel);
        }
        catch (SocketException e)
        {
            throw new InnerAddressException("The name means no address.", e);
        }
    }

    // Whatever the name means: if one of its addresses is an inner one, somebody tries something.
    private static async ValueTask<Stream> ConnectAsync(
        bool loopback,
        SocketsHttpConnectionContext context,
        CancellationToken cancel
    )
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var addresses = await AddressesAsync(host, cancel);
        var isLoopback = loopback && context.InitialRequestMessage.RequestUri!.IsLoopback;
        if (
            addresses.Length == 0
            || !Array.TrueForAll(addresses, isLoopback ? IPAddress.IsLoopback : OuterAddresses.Has)
        )
            throw new InnerAddressException("The address is one of an inner network.");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancel);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>What a name means is no address on the internet. Its words are for the log, and no tenant's.</summary>
internal sealed class InnerAddressException(string message, Exception? inner = null) : Exception(message, inner);
