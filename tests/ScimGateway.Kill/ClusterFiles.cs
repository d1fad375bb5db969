using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ScimGateway.Kill;

/// <summary>The files that the instances of a cluster are started with.</summary>
internal static class ClusterFiles
{
    /// <summary>A master key.</summary>
    public static string MasterKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>A certificate with its key.</summary>
    public static string Certificate()
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var asked = new CertificateRequest("CN=cluster", pair, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var made = asked.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return $"{made.ExportCertificatePem()}\n{pair.ExportPkcs8PrivateKeyPem()}\n";
    }

    /// <summary>Writes a file that its owner alone may read.</summary>
    public static void WriteOwn(string file, string text)
    {
        File.WriteAllText(file, text);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }
}
