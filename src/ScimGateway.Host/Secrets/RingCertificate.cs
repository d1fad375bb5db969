using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ScimGateway.Host.Secrets;

/// <summary>
/// A certificate with its private RSA key: each key of the ring is closed by a key of its own, and that one by the
/// certificate's. Whether it has expired is not asked, as what it has wrapped must be read still; and one that was renewed
/// with the same key pair is the same.
/// </summary>
internal sealed class RingCertificate : Wrapping
{
    private const int LeastBits = 2048;

    private readonly RSA _pair;

    private RingCertificate(RSA pair)
    {
        _pair = pair;
        Name = NameOf("certificate", pair.ExportSubjectPublicKeyInfo());
    }

    /// <inheritdoc/>
    public override string Name { get; }

    private int WrappedKeyBytes => _pair.KeySize / 8;

    /// <summary>The certificate of a file, PFX or PEM.</summary>
    /// <param name="file">What is in the file.</param>
    /// <param name="password">Its password; null if it has none.</param>
    /// <param name="setting">Where it comes from, for whoever has to mend it.</param>
    /// <exception cref="MasterKeyException">It cannot be read or used.</exception>
    public static RingCertificate Read(byte[] file, string? password, string setting)
    {
        try
        {
            using var certificate = CertificateFile.Load(file, password);
            return certificate.GetRSAPrivateKey() switch
            {
                { KeySize: >= LeastBits } pair => new RingCertificate(pair),
                null => throw new MasterKeyException(
                    $"The certificate of {setting} has no private RSA key: name a file that has certificate and key, of RSA."
                ),
                { KeySize: var bits } => throw new MasterKeyException(
                    $"The RSA key of the certificate of {setting} has {bits} bits, and must have {LeastBits} at least."
                ),
            };
        }
        catch (CryptographicException e)
        {
            throw new MasterKeyException(
                $"The certificate of {setting} cannot be read: it must be PFX, or PEM with certificate and private key, and a password, if it has one, is in the file of {SecretsOptions.Named(nameof(SecretsOptions.CertificatePasswordFile))}.",
                e
            );
        }
    }

    /// <inheritdoc/>
    public override byte[] Wrap(ReadOnlySpan<byte> key)
    {
        var own = RandomNumberGenerator.GetBytes(KeyBytes);
        return [.. _pair.Encrypt(own, RSAEncryptionPadding.OaepSHA256), .. Close(own, key)];
    }

    /// <inheritdoc/>
    public override byte[] Unwrap(ReadOnlySpan<byte> wrapped) =>
        wrapped.Length > WrappedKeyBytes
            ? Open(
                _pair.Decrypt(wrapped[..WrappedKeyBytes], RSAEncryptionPadding.OaepSHA256),
                wrapped[WrappedKeyBytes..]
            )
            : throw new CryptographicException("It is shorter than what was wrapped.");
}
