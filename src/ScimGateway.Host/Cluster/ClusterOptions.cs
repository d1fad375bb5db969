using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ScimGateway.Host.Cluster;

/// <summary>Which cluster this instance belongs to, and where the others find it. No record, which would print its values.</summary>
/// <param name="name">The cluster's name.</param>
/// <param name="silo">Where the others' silos find this one's.</param>
/// <param name="certificates">
/// The certificate that this instance shows, with its private key; and others that it knows instances by, while one is
/// exchanged for another.
/// </param>
/// <param name="store">The connection string of the store.</param>
internal sealed class ClusterOptions(
    string name,
    IPEndPoint silo,
    IReadOnlyList<X509Certificate2> certificates,
    string store
)
{
    private readonly byte[][] _known = [.. certificates.Select(one => SHA256.HashData(one.RawData))];

    /// <summary>When this instance began.</summary>
    public DateTimeOffset Began { get; } = TimeProvider.System.GetUtcNow();

    /// <summary>The cluster's name.</summary>
    public string Name => name;

    /// <summary>Where the others' silos find this one's.</summary>
    public IPEndPoint Silo => silo;

    /// <summary>The same as people read it.</summary>
    public string Address => $"{silo}";

    /// <summary>The certificate that this instance shows, with its private key.</summary>
    public X509Certificate2 Certificate => certificates[0];

    /// <summary>The connection string of the store.</summary>
    public string Store => store;

    /// <summary>Where this instance takes requests that another one hands on: the port after the silo's.</summary>
    public int InnerPort => silo.Port + 1;

    /// <summary>The same as a URL.</summary>
    public string InnerUrl => InnerUrlOf(silo);

    /// <summary>Where the instance of a silo takes requests that another one hands on.</summary>
    public static string InnerUrlOf(IPEndPoint other) =>
        string.Create(CultureInfo.InvariantCulture, $"https://{new IPEndPoint(other.Address, other.Port + 1)}/");

    /// <summary>Whether what somebody shows is a certificate of the cluster's. Whose name stands in it does not matter.</summary>
    public bool IsOurs(X509Certificate? shown) =>
        shown is not null
        && SHA256.HashData(shown.GetRawCertData()) is var hash
        && Array.Exists(_known, one => CryptographicOperations.FixedTimeEquals(one, hash));
}
