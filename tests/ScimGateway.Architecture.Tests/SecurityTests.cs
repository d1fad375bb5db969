using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using ScimGateway.Tests;
using Xunit;

namespace ScimGateway.Architecture.Tests;

/// <summary>What docs/security.md says that no code of the gateway does, or one place alone; read from the compiled code.</summary>
public class SecurityTests
{
    // Of the system's cryptography these alone; the validator of tokens and Data Protection use theirs.
    private static readonly string[] _cryptography =
    [
        "AesGcm",
        "AsymmetricAlgorithm",
        "CryptographicException",
        "CryptographicOperations",
        "ECCurve",
        "ECDsa",
        "ECParameters",
        "ECPoint",
        "HMACSHA256",
        "HashAlgorithmName",
        "IncrementalHash",
        "NamedCurves",
        "RSA",
        "RSAEncryptionPadding",
        "RandomNumberGenerator",
        "SHA256",
    ];

    private static readonly IReadOnlyList<Arrow> _arrows =
    [
        .. Houses.Projects.SelectMany(name => ArrowReader.Read(Assembly.Load(name))),
    ];

    // One ends its own.
    [Fact]
    public void Nothing_starts_a_process()
    {
        Assert.Empty(From(typeof(ProcessStartInfo)));
        Assert.Equal(["Gone"], From(typeof(Process)));
    }

    [Fact]
    public void Cryptography_is_the_systems_and_these_kinds_of_it() =>
        Assert.Equal(
            string.Join(", ", _cryptography),
            string.Join(
                ", ",
                _arrows
                    .Where(arrow => arrow.To.Namespace == "System.Security.Cryptography")
                    .Select(arrow => arrow.To.Name)
                    .Distinct()
                    .Order(StringComparer.Ordinal)
            )
        );

    // It spreads calls to Slack over time, and makes nothing that nobody may guess.
    [Fact]
    public void What_anybody_may_guess_is_drawn_in_one_place() =>
        Assert.Equal(["ConnectionWatch"], From(typeof(Random)));

    // Instances of a cluster have one certificate, and take no other (docs/rooms/cluster.md).
    [Fact]
    public void Certificates_are_looked_at_as_the_system_does_and_nobody_switches_that_off() =>
        Assert.Equal(
            ["InnerHttp"],
            Houses.Projects.SelectMany(name =>
                ArrowReader
                    .Calls(
                        Assembly.Load(name),
                        method =>
                            method.Name.Contains("CertificateValidationCallback", StringComparison.Ordinal)
                            || method.Name.Contains("CertificateCustomValidationCallback", StringComparison.Ordinal)
                            || method.Name.Contains("DangerousAcceptAny", StringComparison.Ordinal)
                    )
                    .Select(arrow => arrow.From.Name)
            )
        );

    // A text of formats comes from a catalogue, whose entries are constants.
    [Fact]
    public void A_format_that_is_no_constant_is_the_catalogue_of_reasons() =>
        Assert.Equal(
            ["Reasons"],
            Houses
                .Projects.SelectMany(name =>
                    ArrowReader.Calls(
                        Assembly.Load(name),
                        method =>
                            (method.DeclaringType == typeof(string) && method.Name == nameof(string.Format))
                            || method.Name == "AppendFormat"
                            || method.DeclaringType?.Name == "CompositeFormat"
                    )
                )
                .Where(arrow => !ArrowReader.IsGenerated(arrow.From))
                .Select(arrow => arrow.From.Name)
                .Distinct()
        );

    // Whom the gateway talks to stands in docs/security.md; the command line
    // is another program in the same file, and PostgreSQL has its own client.
    [Fact]
    public void Whoever_opens_connections_is_one_of_these() =>
        Assert.Equal(
            "AdminClient, HealthCheck, InnerHttp, Mail, NoticeChannels, OuterHttp, ProviderMetadata, SlackHttp",
            string.Join(
                ", ",
                From(
                    typeof(Socket),
                    typeof(TcpClient),
                    typeof(Dns),
                    typeof(SocketsHttpHandler),
                    typeof(HttpClientHandler),
                    typeof(System.Net.Mail.SmtpClient),
                    typeof(System.Net.WebSockets.ClientWebSocket)
                )
            )
        );

    [Fact]
    public void The_image_has_nothing_of_git_nor_of_whoever_builds_it()
    {
        var left = File.ReadAllLines(Path.Combine(GeneratedPage.Root(), ".dockerignore"));

        Assert.All([".git/", "tests/", "data/", ".ci/"], one => Assert.Contains(one, left));
    }

    private static IEnumerable<string> From(params Type[] types) =>
        _arrows
            .Where(arrow => types.Contains(arrow.To) && !ArrowReader.IsGenerated(arrow.From))
            .Select(arrow => arrow.From.Name)
            .Distinct()
            .Order(StringComparer.Ordinal);
}
