using System.Net;

namespace ScimGateway.SlackEmulator;

/// <summary>An address only this machine reaches: an emulator that takes any password
/// must not be seen from outside.</summary>
internal static class LoopbackUrl
{
    /// <summary>The URL, or null where it is another.</summary>
    public static Uri? Read(string text)
    {
        if (
            !Uri.TryCreate(text, UriKind.Absolute, out var url)
            || url.Scheme != "http"
            || url.AbsolutePath != "/"
            || url.Query.Length > 0
        )
            return null;
        if (url.Host is "localhost")
            return url;
        return IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address)
            ? url
            : null;
    }
}
