using System.Net;
using System.Net.Sockets;

namespace ScimGateway.Host.Security;

/// <summary>
/// Which addresses are somebody's on the internet, and none of a network that the gateway alone is in, as the special
/// purpose registries have them (RFC 6890, iana.org/assignments/iana-ipv4-special-registry and -ipv6-).
/// </summary>
internal static class OuterAddresses
{
    private static readonly IPNetwork[] _inner4 =
    [
        .. new[]
        {
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "168.63.129.16/32", // Azure's platform, in each of its networks, though it is no private address
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/3",
        }.Select(IPNetwork.Parse),
    ];

    private static readonly IPNetwork _unicast = IPNetwork.Parse("2000::/3");

    // What stands for an address of version 4 in another spelling may stand for an inner one.
    private static readonly IPNetwork[] _inner6 =
    [
        .. new[] { "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20" }.Select(IPNetwork.Parse),
    ];

    /// <summary>Whether an address is one.</summary>
    public static bool Has(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        return address.AddressFamily switch
        {
            AddressFamily.InterNetwork => !Array.Exists(_inner4, network => network.Contains(address)),
            AddressFamily.InterNetworkV6 => _unicast.Contains(address)
                && !Array.Exists(_inner6, network => network.Contains(address)),
            _ => false,
        };
    }
}
