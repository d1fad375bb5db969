using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ScimGateway.Host.Cluster;

/// <summary>Which cluster this instance belongs to, and where the others find it. No record, which would print its values.</summary>
/// <param name="name">The cluster's name.</param>
/// <param name="silo">Where the others' silos find this one's.</param>
/// <param name="certificate">The certificate that all instances share and know each other by, with its private key.</param>
/// <param name="store">The connection string of the store.</param>
internal sealed class ClusterOptions(string name, IPEndPoint silo, X509Certificate2 certificate, string store)
{
    /// <summary>The cluster's name.</summary>
    public string Name => name;

    /// <summary>Where the others' silos find this one's.</summary>
    public IPEndPoint Silo => silo;

    /// <summary>The certificate that all instances share and know each other by, with its private key.</summary>
    public X509Certificate2 Certificate => certificate;

    /// <summary>The connection string of the store.</summary>
    public string Store => store;

    /// <summary>Where this instance takes requests that another one hands on: the port after the silo's.</summary>
    public int InnerPort => silo.Port + 1;

    /// <summary>The same as a URL.</summary>
    public string InnerUrl => InnerUrlOf(silo);

    /// <summary>Where the instance of a silo takes requests that another one hands on.</summary>
    public static string InnerUrlOf(IPEndPoint other) =>
        string.Create(CultureInfo.InvariantCulture, $"https://{new IPEndPoint(other.Address, other.Port + 1)}/");

    /// <summary>Whether what somebody shows is the cluster's certificate. Whose name stands in it does not matter.</summary>
    public bool IsOurs(X509Certificate? shown) =>
        shown is not null
        && CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(shown.GetRawCertData()),
            SHA256.HashData(certificate.RawData)
        );
}
