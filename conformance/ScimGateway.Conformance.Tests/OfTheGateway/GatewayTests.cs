using System.Diagnostics;
using System.Net;
using System.Net.NetworkInformation;
using System.Text;
using Npgsql;
using ScimGateway.Conformance.Providers;
using ScimGateway.Conformance.Tests.Sound;

namespace ScimGateway.Conformance.Tests.OfTheGateway;

/// <summary>The gateway passes what anybody can ask of it: its demo, started as a process.</summary>
public sealed class GatewayTests
{
    private const string AdminKey = "an-admin-key-of-these-tests-0123456789";

    // What it does otherwise on purpose: a member that there is not is left out.
    private static readonly string[] _known = ["RFC7643-4.2-members-unknown"];

    // A folder of further traces beside the repository: whoever has one has the gateway asked for those as well.
    private static readonly string _traces = Path.Combine(Demo.Root(), "..", "shared", "idp-traces");

    [Theory]
    [InlineData]
    [InlineData("--dialect", "rfc")]
    public Task No_requirement_fails(params string[] dialect) =>
        Demo.AskAsync(
            dialect,
            async url =>
            {
                var findings = await Asking.AllAsync(url);

                var failed = findings.Failed();
                Assert.True(failed.Select(one => one.Split(": ")[0]).SequenceEqual(_known), string.Join('\n', failed));
                Assert.Empty(findings.LeftBehind);
                Assert.True(findings.Count(Outcome.Passed) > 260, findings.Closing);
            }
        );

    [Fact]
    [Trait("speed", "slow")]
    public Task No_provider_meets_what_it_cannot_work_with() =>
        Demo.AskAsync(
            [],
            async url =>
            {
                var findings = await Asking.AllAsync(new Options { Url = url, Profiles = Profile.Providers });

                Assert.Equal([], findings.Failed());
                Assert.Equal([], findings.Skipped());
                Assert.Empty(findings.LeftBehind);
            }
        );

    [Fact]
    [Trait("speed", "slow")]
    public Task In_the_strict_dialect_no_provider_meets_less_than_the_RFCs_have() =>
        Demo.AskAsync(
            ["--dialect", "rfc"],
            async url =>
            {
                var findings = await Asking.AllAsync(
                    new Options
                    {
                        Url = url,
                        Profiles = Profile.Providers,
                        RfcsOnly = true,
                    }
                );

                Assert.Equal([], findings.Failed());
                Assert.Equal([], findings.Skipped());
                Assert.Empty(findings.LeftBehind);
            }
        );

    [Fact]
    [Trait("speed", "slow")]
    public Task The_first_synchronisation_of_each_provider_comes_through() =>
        Demo.AskAsync(
            [],
            async url =>
            {
                foreach (var provider in FirstSync.Providers)
                {
                    using var server = new Server(new Options { Url = url, Token = SoundServer.Token });
                    var size = new FirstSync.Size
                    {
                        Provider = provider,
                        Users = 12,
                        Groups = 3,
                    };
                    var findings = await FirstSync.RunAsync(server, size, _ => { });

                    Assert.Equal([], findings.Failed());
                    Assert.Empty(findings.LeftBehind);
                }
            }
        );

    [Fact]
    [Trait("speed", "slow")]
    public Task What_others_have_seen_of_providers_passes_as_well()
    {
        Assert.SkipUnless(Directory.Exists(_traces), "there is no folder of further traces beside the repository");
        return Demo.AskAsync(
            [],
            async url =>
            {
                var findings = await Asking.AllAsync(new Options { Url = url, Traces = _traces });

                Assert.Equal([], findings.Failed());
                Assert.Equal([], findings.Skipped());
                Assert.Empty(findings.LeftBehind);
                Assert.True(findings.Count(Outcome.Passed) > 100, findings.Closing);
            }
        );
    }

    [Fact]
    [Trait("speed", "slow")]
    public Task A_tenant_that_keeps_the_drafts_of_2026_fails_in_what_its_page_says_alone() =>
        Demo.AskAsync(
            ["--admin-key", AdminKey],
            async url =>
            {
                var options = new Options { Url = url, Profiles = ["interop", "ipsie-al2"] };
                var usual = await Asking.AllAsync(options);

                Assert.Equal(
                    [
                        "INTEROP-4-claim",
                        "INTEROP-5.3-attribute",
                        "INTEROP-5.3-sub-attribute",
                        "INTEROP-5.3-schema",
                        "INTEROP-5.3-path",
                        "INTEROP-5.4-canonical",
                        "INTEROP-6.3-undefined",
                        "INTEROP-6.5.1.1-path",
                        "INTEROP-6.5.2.1-replace-complex",
                        "INTEROP-7.2-basic",
                        "IPSIE-ALL-4.2-interop",
                        "IPSIE-AL2-6.1.2-password",
                    ],
                    Ids(usual)
                );

                await PreferAsync(url, """{"dialect":"interop"}""");
                var interop = await Asking.AllAsync(options);

                // docs/standards.md: Basic is announced, since other providers know nothing else.
                Assert.Equal(["INTEROP-7.2-basic"], Ids(interop));
                Assert.Equal(
                    [
                        "INTEROP-6.4-maximum: it is 1000, more than are made here",
                        "INTEROP-7.1-tls: it is on this machine",
                    ],
                    interop.Skipped()
                );
                Assert.Empty(usual.LeftBehind.Concat(interop.LeftBehind));
            }
        );

    private static IEnumerable<string> Ids(Findings findings) =>
        findings.Results.Where(one => one.Verdict.IsBroken).Select(one => one.Requirement.Id);

    // As the tenant's administrator does it.
    private static async Task PreferAsync(string url, string preferences)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(
            HttpMethod.Patch,
            new Uri(new Uri(url), "/admin/api/v1/tenants/demo/preferences")
        );
        request.Headers.Authorization = new("Bearer", AdminKey);
        request.Content = new StringContent(preferences, Encoding.UTF8, "application/merge-patch+json");
        using var answer = await http.SendAsync(request);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }
}
