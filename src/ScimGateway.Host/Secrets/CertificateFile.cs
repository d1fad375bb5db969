using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ScimGateway.Host.Secrets;

/// <summary>A file with a certificate and its private key, PFX or PEM.</summary>
internal static class CertificateFile
{
    /// <summary>The certificate, whose private key goes into no file.</summary>
    /// <param name="file">What is in the file.</param>
    /// <param name="password">Its password; null if it has none.</param>
    /// <exception cref="CryptographicException">It cannot be read.</exception>
    public static X509Certificate2 Load(byte[] file, string? password)
    {
        if (!file.AsSpan().StartsWith("-----"u8) && file.AsSpan().IndexOf("\n-----BEGIN "u8) < 0)
            return X509CertificateLoader.LoadPkcs12(file, password, X509KeyStorageFlags.EphemeralKeySet);
        var text = Encoding.ASCII.GetString(file);
        return password is null
            ? X509Certificate2.CreateFromPem(text, text)
            : X509Certificate2.CreateFromEncryptedPem(text, text, password);
    }
}
