using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ScimGateway.Host.Secrets;

/// <summary>A file with a certificate and its private key, PFX or PEM.</summary>
internal static class CertificateFile
{
    /// <summary>All of the certificates in a file, the one with the private key first.</summary>
    /// <param name="file">What is in the file.</param>
    /// <param name="password">Its password; null if it has none.</param>
    /// <exception cref="CryptographicException">It cannot be read.</exception>
    public static IReadOnlyList<X509Certificate2> LoadAll(byte[] file, string? password)
    {
        var own = Load(file, password);
        var all = new X509Certificate2Collection();
        if (IsPem(file))
            all.ImportFromPem(Encoding.ASCII.GetString(file));
        else
            all = X509CertificateLoader.LoadPkcs12Collection(file, password, X509KeyStorageFlags.EphemeralKeySet);
        return [own, .. all.Where(one => one.Thumbprint != own.Thumbprint)];
    }

    /// <summary>The certificate, whose private key goes into no file.</summary>
    /// <param name="file">What is in the file.</param>
    /// <param name="password">Its password; null if it has none.</param>
    /// <exception cref="CryptographicException">It cannot be read.</exception>
    public static X509Certificate2 Load(byte[] file, string? password)
    {
        if (!IsPem(file))
            return X509CertificateLoader.LoadPkcs12(file, password, X509KeyStorageFlags.EphemeralKeySet);
        var text = Encoding.ASCII.GetString(file);
        return password is null
            ? X509Certificate2.CreateFromPem(text, text)
            : X509Certificate2.CreateFromEncryptedPem(text, text, password);
    }

    private static bool IsPem(byte[] file) =>
        file.AsSpan().StartsWith("-----"u8) || file.AsSpan().IndexOf("\n-----BEGIN "u8) >= 0;
}
