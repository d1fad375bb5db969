using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace ScimGateway.Conformance;

/// <summary>Which certificates of the server are trusted.</summary>
internal sealed class Trust
{
    private readonly X509Certificate2Collection? _roots;
    private readonly bool _isAny;

    private Trust(X509Certificate2Collection? roots, bool isAny) => (_roots, _isAny) = (roots, isAny);

    /// <summary>What the machine trusts.</summary>
    public static Trust Usual { get; } = new(null, false);

    /// <summary>Whatever there is: nothing keeps somebody else from answering.</summary>
    public static Trust Any { get; } = new(null, true);

    /// <summary>What certificates of a file have signed, in PEM.</summary>
    /// <exception cref="FormatException">There is none in it.</exception>
    public static Trust Of(string file)
    {
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPemFile(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new FormatException($"--ca: {file} cannot be read: {e.Message}");
        }
        return roots.Count > 0
            ? new Trust(roots, false)
            : throw new FormatException($"--ca: {file} has no certificate.");
    }

    /// <summary>The same as a connection takes it.</summary>
    public SslClientAuthenticationOptions Options()
    {
        var options = new SslClientAuthenticationOptions();
#pragma warning disable CA5359 // Somebody has asked for just that, of a server of his own.
        if (_isAny)
            options.RemoteCertificateValidationCallback = (_, _, _, _) => true;
#pragma warning restore CA5359
        if (_roots is not null)
        {
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(_roots);
        }
        return options;
    }
}
