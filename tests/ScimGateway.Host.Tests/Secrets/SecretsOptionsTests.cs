using System.Diagnostics;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Configuration;
using ScimGateway.Host.Secrets;
using ScimGateway.Provisioning.Model;
using Xunit;

namespace ScimGateway.Host.Tests.Secrets;

/// <summary>Where the master key comes from, and what is said of one that cannot be.</summary>
[UnsupportedOSPlatform("windows")] // files have modes
public sealed class SecretsOptionsTests : IDisposable
{
    private static readonly TenantId _one = new(1);

    private readonly string _folder = Directory.CreateTempSubdirectory("scimgateway-tests-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Without_any_the_start_ends_with_one_sentence() =>
        Assert.Equal(
            "There is no master key, without which no secret is kept: set Secrets:MasterKeyFile (Gateway__Secrets__MasterKeyFile) to a file with one, as 'serve --init' makes it, or Secrets:MasterKey (Gateway__Secrets__MasterKey), or Secrets:Certificate (Gateway__Secrets__Certificate).",
            Refusal([])
        );

    [Fact]
    public void Settings_are_named_in_the_environment_as_the_sentences_say()
    {
        var key = MasterKey.New();
        Environment.SetEnvironmentVariable("Gateway__Secrets__MasterKey", key);
        try
        {
            var read = new ConfigurationBuilder().AddEnvironmentVariables("Gateway__").Build();
            Assert.Equal(key, SecretsOptions.Of(read).MasterKey);
        }
        finally
        {
            Environment.SetEnvironmentVariable("Gateway__Secrets__MasterKey", null);
        }
    }

    [Theory]
    [InlineData(
        "no base64!",
        "Master key 1 of Secrets:MasterKey (Gateway__Secrets__MasterKey) is not in base64. 'openssl rand -base64 32' makes one."
    )]
    [InlineData(
        "AAAA",
        "Master key 1 of Secrets:MasterKey (Gateway__Secrets__MasterKey) has 3 bytes, and must have 32. 'openssl rand -base64 32' makes one."
    )]
    [InlineData(
        "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=,AAAA",
        "Master key 2 of Secrets:MasterKey (Gateway__Secrets__MasterKey) has 3 bytes, and must have 32. 'openssl rand -base64 32' makes one."
    )]
    [InlineData(
        ",",
        "Secrets:MasterKey (Gateway__Secrets__MasterKey) has 0 master keys, and must have one, or two while they are changed. 'openssl rand -base64 32' makes one."
    )]
    [InlineData(
        "A,A,A,A,A,A,A,A,A,A,A,A,A,A,A,A,A",
        "Secrets:MasterKey (Gateway__Secrets__MasterKey) has 17 master keys, and must have one, or two while they are changed. 'openssl rand -base64 32' makes one."
    )]
    public void A_master_key_that_cannot_be_is_told_and_not_shown(string key, string says) =>
        Assert.Equal(says, Refusal(new() { ["MasterKey"] = key }));

    [Fact]
    public void A_new_file_is_the_owners_alone_and_is_never_written_again()
    {
        var path = Path.Combine(_folder, "new", "master.key");

        Assert.True(MasterKeyFile.TryMake(path));
        var made = File.ReadAllText(path);
        Assert.False(MasterKeyFile.TryMake(path));

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal(32, Convert.FromBase64String(made.TrimEnd('\n')).Length);
        Assert.Equal(made, File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(Path.GetDirectoryName(path)!));
        Assert.NotEqual(made, Made("another"));
    }

    [Fact]
    public async Task Of_many_who_make_it_at_once_one_does_and_all_read_the_same()
    {
        for (var round = 0; round < 50; round++) // once is seldom enough for two to come at the same moment
        {
            var path = Path.Combine(_folder, $"{round}.key");
            using var start = new Barrier(4);

            var names = await Task.WhenAll(
                Enumerable
                    .Range(0, start.ParticipantCount)
                    .Select(_ =>
                        Task.Factory.StartNew(
                            () =>
                            {
                                start.SignalAndWait(TestContext.Current.CancellationToken);
                                return (
                                    IsMine: MasterKeyFile.TryMake(path),
                                    Assert.Single(MasterKeyFile.Read(path, "it")).Name
                                );
                            },
                            TaskCreationOptions.LongRunning
                        )
                    )
            );

            Assert.Single(names, one => one.IsMine);
            Assert.Single(names.Select(one => one.Name).Distinct());
        }
    }

    [Theory]
    [InlineData(0b110_100_100)]
    [InlineData(0b110_000_100)]
    [InlineData(0b110_000_010)]
    [InlineData(0b110_110_000)]
    public void A_file_that_others_may_read_or_change_is_refused(int mode)
    {
        var path = Path.Combine(_folder, "master.key");
        MasterKeyFile.TryMake(path);
        File.SetUnixFileMode(path, (UnixFileMode)mode);

        Assert.Equal(
            $"Others may read or change {path}, the file of Secrets:MasterKeyFile (Gateway__Secrets__MasterKeyFile): see who has read it, and 'chmod 600 {path}'.",
            Refusal(new() { ["MasterKeyFile"] = path })
        );
    }

    [Theory]
    [InlineData(0b110_000_000)]
    [InlineData(0b100_000_000)]
    [InlineData(0b100_100_000)] // as Kubernetes hands it to a group
    public void A_file_that_its_owner_or_group_reads_is_taken_also_by_a_link(int mode)
    {
        var path = Path.Combine(_folder, "master.key");
        var link = Path.Combine(_folder, "link");
        MasterKeyFile.TryMake(path);
        File.SetUnixFileMode(path, (UnixFileMode)mode);
        File.CreateSymbolicLink(link, path);

        Assert.NotNull(Read(new() { ["MasterKeyFile"] = link }));
    }

    [Theory]
    [InlineData("file")]
    [InlineData("folder")]
    public async Task A_key_file_or_its_folder_that_belongs_to_another_user_is_refused(string what)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "only root gives files away");
        var path = Path.Combine(_folder, "master.key");
        MasterKeyFile.TryMake(path);
        var others = what == "file" ? path : _folder;
        using (var chown = Process.Start("chown", ["1654", others]))
            await chown.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(
            $"{others}, the {what} of Secrets:MasterKeyFile (Gateway__Secrets__MasterKeyFile), belongs to user 1654, who may read and change it: 'chown' it to the user of the gateway.",
            Refusal(new() { ["MasterKeyFile"] = path })
        );
    }

    // Whose the folder of a link is may lead it elsewhere, and whose that of its end is may put another file there.
    [Theory]
    [InlineData("link")]
    [InlineData("next")]
    [InlineData("end")]
    public async Task The_folder_of_each_link_to_a_key_file_and_of_its_end_is_looked_at(string which)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.UserName == "root", "only root gives files away");
        string Folder(string name) => Directory.CreateDirectory(Path.Combine(_folder, name)).FullName;
        var path = Path.Combine(Folder("end"), "master.key");
        MasterKeyFile.TryMake(path);
        var next = File.CreateSymbolicLink(Path.Combine(Folder("next"), "link"), "../end/master.key").FullName;
        var link = File.CreateSymbolicLink(Path.Combine(Folder("link"), "link"), next).FullName;
        Assert.NotNull(Read(new() { ["MasterKeyFile"] = link }));
        using (var chown = Process.Start("chown", ["1654", Folder(which)]))
            await chown.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.StartsWith(
            $"{Folder(which)}, the folder of Secrets:MasterKeyFile (Gateway__Secrets__MasterKeyFile), belongs to user 1654",
            Refusal(new() { ["MasterKeyFile"] = link }),
            StringComparison.Ordinal
        );
    }

    // Its reader would wait for a writer, and the start with it.
    [Fact]
    public async Task A_pipe_or_a_folder_in_the_place_of_a_key_file_is_refused_at_once()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "it is asked of Linux");
        var pipe = Path.Combine(_folder, "pipe");
        using (var make = Process.Start("mkfifo", ["-m", "600", pipe]))
            await make.WaitForExitAsync(TestContext.Current.CancellationToken);

        foreach (var path in new[] { pipe, _folder })
            Assert.Equal(
                $"{path}, the file of Secrets:MasterKeyFile (Gateway__Secrets__MasterKeyFile), is a folder, a pipe or a device: put the secret into a file that only the user of the gateway may read.",
                Refusal(new() { ["MasterKeyFile"] = path })
            );
    }

    [Fact]
    public void A_file_that_is_not_there_or_too_large_is_told()
    {
        var nowhere = Path.Combine(_folder, "nowhere");
        var large = Path.Combine(_folder, "large");
        File.WriteAllBytes(large, new byte[(64 * 1024) + 1]);
        File.SetUnixFileMode(large, UnixFileMode.UserRead);

        Assert.Equal(
            $"{nowhere}, the file of Secrets:MasterKeyFile (Gateway__Secrets__MasterKeyFile), is not there: put it back from where you keep a copy of it, or name another one.",
            Refusal(new() { ["MasterKeyFile"] = nowhere })
        );
        Assert.Equal(
            $"{large}, the file of Secrets:MasterKeyFile (Gateway__Secrets__MasterKeyFile), has more than 64 KiB: name another one.",
            Refusal(new() { ["MasterKeyFile"] = large })
        );
    }

    [Fact]
    public async Task A_file_with_two_keys_is_for_who_changes_them()
    {
        await using var store = await KeptStore.OpenAsync();
        var (former, other) = (MasterKey.New(), MasterKey.New());
        var kept = await KeepAsync(store, new() { ["MasterKey"] = former });

        await AssertReadsAsync(store, new() { ["MasterKeyFile"] = Written("both", $"{other}\n{former}\n") }, kept);
        await AssertReadsAsync(store, new() { ["MasterKeyFile"] = Written("other", $"{other}\n") }, kept);
    }

    [Theory]
    [Trait("speed", "slow")]
    [InlineData("pfx")]
    [InlineData("pem")]
    [InlineData("pem without password")]
    public async Task A_certificate_takes_over_from_a_master_key_and_another_one_from_it(string kind)
    {
        await using var store = await KeptStore.OpenAsync();
        var (key, password) = (MasterKey.New(), Written("password", "pass word\n"));
        var (first, second) = (Certificate("first", kind), Certificate("second", kind));
        Dictionary<string, string?> Settings(string files) =>
            kind == "pem without password"
                ? new() { ["Certificate"] = files }
                : new() { ["Certificate"] = files, ["CertificatePasswordFile"] = password };
        var kept = await KeepAsync(store, new() { ["MasterKey"] = key });

        await AssertReadsAsync(store, new(Settings(first)) { ["MasterKey"] = key }, kept);
        await AssertReadsAsync(store, Settings(first), kept);
        await AssertReadsAsync(store, Settings($"{second}, {first}"), kept);
        await AssertReadsAsync(store, Settings(second), kept);

        await Assert.ThrowsAsync<MasterKeyException>(() => OpenAsync(store, Settings(first)));
        await Assert.ThrowsAsync<MasterKeyException>(() => OpenAsync(store, new() { ["MasterKey"] = key }));
    }

    [Fact]
    public void A_certificate_that_cannot_be_used_is_told()
    {
        using var curve = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var small = RSA.Create(1024);
        using var rsa = RSA.Create(2048);
        var wrong = Written("password", "wrong");
        var valid = Certificate("certificate", "pfx");
        var named = "Secrets:Certificate (Gateway__Secrets__Certificate)";
        var unread =
            $"The certificate of {named} cannot be read: it must be PFX, or PEM with certificate and private key, and a password, if it has one, is in the file of Secrets:CertificatePasswordFile (Gateway__Secrets__CertificatePasswordFile).";

        Assert.Equal(
            $"The certificate of {named} has no private RSA key: name a file that has certificate and key, of RSA.",
            Refusal(
                new()
                {
                    ["Certificate"] = Written(
                        "curve",
                        Of(new CertificateRequest("cn=t", curve, HashAlgorithmName.SHA256))
                    ),
                }
            )
        );
        Assert.Equal(
            $"The RSA key of the certificate of {named} has 1024 bits, and must have 2048 at least.",
            Refusal(new() { ["Certificate"] = Written("small", Of(Request(small))) })
        );
        Assert.Equal(unread, Refusal(new() { ["Certificate"] = Written("text", "no certificate") }));
        Assert.Equal(unread, Refusal(new() { ["Certificate"] = valid }));
        Assert.Equal(unread, Refusal(new() { ["Certificate"] = valid, ["CertificatePasswordFile"] = wrong }));
        using (
            var alone = Request(rsa).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100))
        )
            Assert.Equal(unread, Refusal(new() { ["Certificate"] = Written("alone", alone.ExportCertificatePem()) }));
        Assert.Equal(
            "Secrets:CertificatePasswordFile (Gateway__Secrets__CertificatePasswordFile) is set, and Secrets:Certificate (Gateway__Secrets__Certificate) is not: set that, too, or neither.",
            Refusal(new() { ["CertificatePasswordFile"] = wrong })
        );
    }

    private static async Task<byte[]> KeepAsync(KeptStore store, Dictionary<string, string?> settings)
    {
        using var secrets = await OpenAsync(store, settings);
        return secrets.Protect(_one, SecretUse.SlackToken, "xoxp-kept");
    }

    private static async Task AssertReadsAsync(KeptStore store, Dictionary<string, string?> settings, byte[] kept)
    {
        using var secrets = await OpenAsync(store, settings);
        Assert.Equal("xoxp-kept", secrets.Reveal(_one, SecretUse.SlackToken, kept));
    }

    private static Task<KeptSecrets> OpenAsync(KeptStore store, Dictionary<string, string?> settings) =>
        KeptSecrets.OpenAsync(store.Store, Read(settings), TestContext.Current.CancellationToken);

    private static string Refusal(Dictionary<string, string?> settings) =>
        Assert.Throws<MasterKeyException>(() => Read(settings)).Message;

    private static Wrappings Read(Dictionary<string, string?> settings) =>
        SecretsOptions
            .Of(
                new ConfigurationBuilder()
                    .AddInMemoryCollection(settings.Select(one => KeyValuePair.Create($"Secrets:{one.Key}", one.Value)))
                    .Build()
            )
            .Read();

    private string Made(string name)
    {
        var path = Path.Combine(_folder, name);
        MasterKeyFile.TryMake(path);
        return File.ReadAllText(path);
    }

    private string Written(string name, string text) => Written(name, System.Text.Encoding.ASCII.GetBytes(text));

    private string Written(string name, byte[] bytes)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        return path;
    }

    private string Certificate(string name, string kind)
    {
        using var pair = RSA.Create(2048);
        // It has expired long ago, which keeps nothing from being read.
        using var made = Request(pair).CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(1));
        return kind switch
        {
            "pfx" => Written(name, made.Export(X509ContentType.Pkcs12, "pass word")),
            "pem" => Written(
                name,
                made.ExportCertificatePem()
                    + "\n"
                    + pair.ExportEncryptedPkcs8PrivateKeyPem(
                        "pass word",
                        new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1_000)
                    )
            ),
            _ => Written(name, made.ExportCertificatePem() + "\n" + pair.ExportPkcs8PrivateKeyPem()),
        };
    }

    private static CertificateRequest Request(RSA pair) =>
        new("cn=ring", pair, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    private static byte[] Of(CertificateRequest request)
    {
        using var made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        return made.Export(X509ContentType.Pkcs12);
    }
}
