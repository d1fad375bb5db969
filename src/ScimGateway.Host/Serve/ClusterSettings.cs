using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ScimGateway.Host.Cluster;
using ScimGateway.Host.Secrets;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Host.Serve;

/// <summary>The settings of an instance of a cluster.</summary>
internal static class ClusterSettings
{
    private static readonly Setting _name = new(
        "Cluster:Name",
        "none: this process has the store alone",
        "The cluster that this process is an instance of: all of its instances have the same store, in PostgreSQL, and the same master key.",
        "--cluster"
    );
    private static readonly Setting _address = new(
        "Cluster:Address",
        "none",
        "Where the other instances find this one, such as 10.1.2.3:11111; requests that they hand on come at the next port. Nobody else needs to reach the two.",
        "--cluster-address"
    );
    private static readonly Setting _certificate = new(
        "Cluster:Certificate",
        "none",
        "A file with a certificate and its private key, PFX or PEM, which nobody else may read: all instances have the same, and whoever shows it is one of them. Further certificates in the file are known as well, which is how one is exchanged for another.",
        "--cluster-certificate"
    );
    private static readonly Setting _password = new(
        "Cluster:CertificatePasswordFile",
        "none",
        "The file with the password of that file.",
        "--cluster-certificate-password-file"
    );

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Setting> All { get; } = [_name, _address, _certificate, _password];

    /// <summary>What they come to; null where there is none. Half of them would be an instance that nobody finds.</summary>
    /// <exception cref="SettingException">One of them makes no sense, or some are missing.</exception>
    public static ClusterOptions? Of(IConfiguration configuration, Setting store)
    {
        var name = configuration[_name.Key];
        var others = new[] { _address, _certificate, _password };
        if (string.IsNullOrEmpty(name))
            return others.FirstOrDefault(one => configuration[one.Key] is not null) is { } said
                ? throw ServeSettings.Wrong(_name, $"it is missing, and {said.Key} is there; say both or none")
                : null;
        if (configuration[store.Key] is not { } connection || Store.FileOf(connection) is not null)
            throw ServeSettings.Wrong(
                store,
                "the instances of a cluster have their store in PostgreSQL; name a database (Host=…), or leave the cluster out"
            );
        if (
            !IPEndPoint.TryParse(configuration[_address.Key] ?? "", out var address)
            || address.Port is 0 or IPEndPoint.MaxPort
            || address.Address.Equals(IPAddress.Any)
            || address.Address.Equals(IPAddress.IPv6Any)
        )
            throw ServeSettings.Wrong(
                _address,
                "it is an address of this machine with a port, such as 10.1.2.3:11111, at which the other instances find this one"
            );
        if (configuration[_certificate.Key] is not { Length: > 0 } file)
            throw ServeSettings.Wrong(
                _certificate,
                "it is missing: without a certificate anybody who reaches the port would be an instance"
            );
        return new ClusterOptions(name, address, CertificatesOf(configuration, file), connection);
    }

    /// <summary>
    /// Requires that nobody has the ports of an instance: one that comes to another's address has the others take that one
    /// for dead.
    /// </summary>
    /// <exception cref="SettingException">Somebody has one of them, or the address is not this machine's.</exception>
    public static void RequireFree(IPEndPoint address)
    {
        foreach (var port in new[] { address.Port, address.Port + 1 })
            try
            {
                using var listener = new TcpListener(address.Address, port);
                listener.Start();
            }
            catch (SocketException e)
            {
                throw ServeSettings.Wrong(
                    _address,
                    $"this machine cannot listen there at port {port.ToString(CultureInfo.InvariantCulture)} ({e.Message}); give each instance an address of its own machine and two ports of its own, and stop the process that has them"
                );
            }
    }

    private static IReadOnlyList<X509Certificate2> CertificatesOf(IConfiguration configuration, string file)
    {
        var password = configuration[_password.Key] is { Length: > 0 } secret
            ? Encoding.UTF8.GetString(PrivateFile.Read(Path.GetFullPath(secret), _password.Key)).Trim()
            : null;
        try
        {
            var certificates = CertificateFile.LoadAll(
                PrivateFile.Read(Path.GetFullPath(file), _certificate.Key),
                password
            );
            return certificates[0].HasPrivateKey
                ? certificates
                : throw ServeSettings.Wrong(_certificate, "the file has no private key beside the certificate");
        }
        catch (CryptographicException)
        {
            throw ServeSettings.Wrong(
                _certificate,
                $"the file is no PFX and no PEM with certificate and private key, or its password is not the one of {_password.Key}"
            );
        }
    }
}
