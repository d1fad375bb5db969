using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using ScimGateway.Conformance.Tests.Faults;
using ScimGateway.Conformance.Tests.Sound;

namespace ScimGateway.Conformance.Tests;

/// <summary>
/// Two drafts of 2026, the SCIM 2.0 Interoperability Profile (draft-zollner-scim-interop-profile-01) and OpenID's IPSIE AL SCIM
/// 2.0 Profile (draft 00): a server that keeps them passes, and each thing that it does wrong is reported.
/// </summary>
public sealed class ProfilesOf2026Tests
{
    // What no server on this machine shows, but for the test of it.
    private const string Tls = "INTEROP-7.1-tls";

    public static TheoryData<string> Checked =>
        [.. Inventory.Drafts.Where(one => one.Check is not null && one.Id != Tls).Select(one => one.Id)];

    [Fact]
    public async Task Who_keeps_them_passes()
    {
        await using var server = await SoundServer.StartAsync();
        server.BeginByProfiles();
        var findings = await AskedAsync(server, "ipsie-al2");

        Assert.Equal([], findings.Failed());
        Assert.Equal([$"{Tls}: it is on this machine"], findings.Skipped());
        Assert.Empty(findings.LeftBehind);
        Assert.Empty(server.Scim.Resources);
    }

    [Theory]
    [MemberData(nameof(Checked))]
    public async Task Each_reports_a_fault(string id)
    {
        var faults = OfProfiles.All.Where(fault => fault.Requirement == id).ToList();
        Assert.False(faults.Count == 0, $"There is no fault that {id} would report.");
        await using var server = await SoundServer.StartAsync();
        foreach (var fault in faults)
        {
            server.BeginByProfiles(fault.Detour);
            var findings = await Asking.AllAsync(server.Url, id);

            Assert.Contains(findings.Failed(), one => one.StartsWith($"{id}: ", StringComparison.Ordinal));
            Assert.Empty(findings.LeftBehind);
            Assert.DoesNotContain(
                findings.Skipped(),
                one => one.Contains("this check has a mistake", StringComparison.Ordinal)
            );
        }
    }

    [Fact]
    public void Each_fault_is_of_a_requirement_that_is_checked() =>
        Assert.Equal([], OfProfiles.All.Select(fault => fault.Requirement).Except(Checked.Select(row => row.Data)));

    [Fact]
    public async Task A_server_of_the_RFCs_fails_where_the_profiles_want_something_else()
    {
        await using var server = await SoundServer.StartAsync();
        var findings = await AskedAsync(server, "ipsie-al2");
        var failed = findings.Results.Where(one => one.Verdict.IsBroken).Select(one => one.Requirement).ToList();

        Assert.Equal(
            [
                "INTEROP-4-claim",
                "INTEROP-5.3-attribute",
                "INTEROP-5.3-sub-attribute",
                "INTEROP-5.3-schema",
                "INTEROP-5.3-path",
                "INTEROP-5.4-canonical",
                "INTEROP-6.3-undefined",
                "INTEROP-6.4-default",
                "INTEROP-6.4-count",
                "INTEROP-6.5.1.1-path",
                "INTEROP-6.5.2.1-replace-complex",
                "IPSIE-ALL-4.2-interop",
                "IPSIE-AL2-6.1.2-password",
                "IPSIE-AL2-6.2.1-once",
            ],
            failed.Select(one => one.Id)
        );
        // Each says what the RFCs have instead, and is left out where these alone are asked for.
        Assert.All(failed, one => Assert.NotNull(one.Beyond));
        Assert.Empty(server.Scim.Resources);
    }

    [Fact]
    public void They_are_asked_for_by_name_alone_and_each_level_has_the_one_before()
    {
        Assert.Equal(Inventory.Rfc, Inventory.Of(new Options()));
        Assert.Equal([.. Inventory.Rfc, .. Inventory.Providers], Of("all"));
        Assert.Equal(Inventory.Rfc, Of("rfc"));
        Assert.Equal(["INTEROP"], Documents(Of("interop")));
        Assert.Equal(["INTEROP", "IPSIE-ALL", "IPSIE-AL1"], Documents(Of("ipsie-al1")));
        Assert.Equal(["INTEROP", "IPSIE-ALL", "IPSIE-AL1", "IPSIE-AL2"], Documents(Of("ipsie-al2")));
        Assert.Equal(Inventory.Drafts, Of("ipsie-al2"));
        Assert.Equal(Of("interop"), Inventory.Of(new Options { Only = ["INTEROP"] }));
        Assert.Equal("6.5.1.1", Assert.Single(Inventory.Of(new Options { Only = ["INTEROP-6.5.1.1"] })).Section);

        static IReadOnlyList<Requirement> Of(string profile) => Inventory.Of(new Options { Profiles = [profile] });

        static IEnumerable<string> Documents(IEnumerable<Requirement> all) =>
            all.Select(one => one.Document).Distinct();
    }

    [Theory]
    [MemberData(nameof(HostileTests.Rubbish), MemberType = typeof(HostileTests))]
    public async Task Rubbish_is_a_finding(string _, string body)
    {
        await using var server = await SoundServer.StartAsync(
            (_, _) => new Answer(200) { Bytes = Encoding.UTF8.GetBytes(body) }
        );
        var findings = await AskedAsync(server, "ipsie-al2");

        Assert.True(findings.Count(Outcome.Failed) > 2, findings.Closing);
        Assert.DoesNotContain(
            findings.Skipped(),
            one => one.Contains("this check has a mistake", StringComparison.Ordinal)
        );
    }

    [Theory]
    [InlineData(SslProtocols.Tls12, Outcome.Failed)]
    [InlineData(SslProtocols.Tls12 | SslProtocols.Tls13, Outcome.Passed)]
    internal async Task Who_speaks_nothing_newer_than_TLS_1_2_is_told_so(SslProtocols spoken, Outcome outcome)
    {
        using var key = RSA.Create(2048);
        var made = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = made.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var greeting = GreetAsync();
        using var server = new Server(
            new Options { Url = $"https://localhost:{((IPEndPoint)listener.LocalEndpoint).Port}" }
        );

        Assert.Equal(outcome, (await Inventory.Drafts.First(one => one.Id == Tls).Check!(server)).Outcome);
        await greeting;

        async Task GreetAsync()
        {
            using var client = await listener.AcceptTcpClientAsync(TestContext.Current.CancellationToken);
            await using var tls = new SslStream(client.GetStream());
            try
            {
                await tls.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions
                    {
                        ServerCertificate = certificate,
                        EnabledSslProtocols = spoken,
                    },
                    TestContext.Current.CancellationToken
                );
            }
            catch (Exception e) when (e is AuthenticationException or IOException)
            {
                // The client has seen what it wanted to.
            }
        }
    }

    private static Task<Findings> AskedAsync(SoundServer server, string profile) =>
        Asking.AllAsync(new Options { Url = server.Url, Profiles = [profile] });
}
