using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ScimGateway.Conformance.Tests.Sound;

namespace ScimGateway.Conformance.Tests;

/// <summary>A server with a certificate of its own is asked where one says which to trust, and not else.</summary>
public sealed class TrustTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("trust-");

    [Fact]
    public async Task A_certificate_is_trusted_by_its_file_or_whichever_it_is_or_not_at_all()
    {
        using var own = Made();
        using var other = Made();
        await using var sound = await SoundServer.StartAsync(certificate: own);

        Assert.Contains("had no answer", await RefusalAsync(sound, Trust.Usual), StringComparison.Ordinal);
        Assert.Contains("had no answer", await RefusalAsync(sound, Trust.Of(Written(other))), StringComparison.Ordinal);
        Assert.Null(await RefusalAsync(sound, Trust.Of(Written(own))));
        Assert.Null(await RefusalAsync(sound, Trust.Any));
    }

    [Fact]
    public void A_file_without_one_is_said() =>
        Assert.Contains(
            "cannot be read",
            Assert.Throws<FormatException>(() => Options.Parse(["--list", "--ca", "no-such-file.pem"])).Message,
            StringComparison.Ordinal
        );

    public void Dispose() => _folder.Delete(recursive: true);

    private static async Task<string?> RefusalAsync(SoundServer sound, Trust trust)
    {
        using var server = new Server(
            new Options
            {
                Url = sound.Url,
                Token = SoundServer.Token,
                Trust = trust,
            }
        );
        return await Run.RefusalAsync(server, force: false, _ => { });
    }

    private static X509Certificate2 Made()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        return request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
    }

    private string Written(X509Certificate2 certificate)
    {
        var file = Path.Combine(_folder.FullName, $"{certificate.Thumbprint}.pem");
        File.WriteAllText(file, certificate.ExportCertificatePem());
        return file;
    }
}
