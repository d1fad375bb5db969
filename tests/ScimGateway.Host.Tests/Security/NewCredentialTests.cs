using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.Host.Security;
using ScimGateway.Host.Tests.Admin;
using ScimGateway.Provisioning.Model;
using Xunit;

namespace ScimGateway.Host.Tests.Security;

/// <summary>What an administrator may ask for, and what he is told.</summary>
public sealed class NewCredentialTests
{
    private const string Uuid = "5f0c2a9e-0000-4000-8000-000000000001";

    private static readonly Instant _now = Instant.Of(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    // The admin API's own words.
    private static readonly JsonSerializerOptions _json = new(JsonSerializerDefaults.Web);

    [Theory]
    [InlineData("""{"kind":"bearer","label":"first","scope":"users","expires":"2027-03-01T12:00:00Z"}""")]
    [InlineData("""{"kind":"slackV1"}""")]
    [InlineData("""{"kind":"raw"}""")]
    [InlineData("""{"kind":"raw","scheme":"Token"}""")]
    [InlineData("""{"kind":"basic","scope":"read"}""")]
    [InlineData("""{"kind":"oauthClient"}""")]
    [InlineData(
        """{"kind":"oauthClient","assertion":{"issuer":"i","audience":"a","metadata":"https://issuer.example/keys"}}"""
    )]
    [InlineData(
        """{"kind":"jwt","issuer":{"issuer":"i","audience":"a","metadata":"https://issuer.example/keys","claims":{"azp":"c"}}}"""
    )]
    [InlineData($$$"""{"kind":"jwt","preset":"entraId","entraTenant":"{{{Uuid}}}","client":"{{{Uuid}}}"}""")]
    [InlineData(
        """{"kind":"jwt","issuer":{"issuer":"i","audience":"8adf8e6e-67b2-4cf2-a259-e3dc5476c621","metadata":"https://issuer.example/keys","claims":{"tid":"t","azp":"c"}}}"""
    )]
    public void What_makes_sense_is_made(string wanted)
    {
        var credential = Read(wanted);

        Assert.Empty(credential.Problems(_now, new()));
        var made = Minted.Make(credential, 7, _now);

        Assert.Equal(
            (7, credential.Kind, credential.Label, _now),
            (made.Row.SourceId, made.Row.Kind, made.Row.Label, made.Row.Created)
        );
        Assert.Equal((credential.Scope, credential.Expires), (made.Row.Scope, made.Row.Expires?.ToTime()));
        Assert.Equal(32, made.Row.Hash.Length);
        Assert.NotEqual(made.Row.Hash, Minted.Make(credential, 7, _now).Row.Hash); // no two are equal
        Assert.DoesNotContain(
            made.Secret ?? "sgt_",
            $"{made} {made.Row.Details} {made.Row.Prefix}",
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("""{}""", "kind")]
    [InlineData("""{"kind":"Bearer"}""", "kind")]
    [InlineData("""{"kind":"bearer","scope":"all"}""", "scope")]
    [InlineData("""{"kind":"bearer","label":"a\nb"}""", "label")]
    [InlineData("""{"kind":"bearer","expires":"2026-03-01T12:00:00Z"}""", "expires")]
    [InlineData("""{"kind":"bearer","scheme":"Token"}""", "scheme")]
    [InlineData("""{"kind":"raw","scheme":"Two words"}""", "scheme")]
    [InlineData("""{"kind":"raw","scheme":"bearer"}""", "scheme")]
    [InlineData("""{"kind":"raw","scheme":"BASIC"}""", "scheme")]
    [InlineData("""{"kind":"raw","scheme":""}""", "scheme")]
    [InlineData("""{"kind":"raw","scheme":"a-word-that-is-longer-than-it-may-be"}""", "scheme")]
    [InlineData(
        """{"kind":"basic","issuer":{"issuer":"i","audience":"a","metadata":"https://issuer.example"}}""",
        "issuer"
    )]
    [InlineData(
        """{"kind":"basic","assertion":{"issuer":"i","audience":"a","metadata":"https://issuer.example"}}""",
        "assertion"
    )]
    [InlineData("""{"kind":"bearer","preset":"entraId"}""", "preset")]
    [InlineData("""{"kind":"bearer","client":"x"}""", "preset")]
    [InlineData("""{"kind":"jwt"}""", "issuer")]
    [InlineData("""{"kind":"jwt","preset":"okta"}""", "preset", "entraTenant", "client")]
    [InlineData("""{"kind":"jwt","preset":"entraId","client":"no uuid"}""", "entraTenant", "client")]
    [InlineData(
        $$$"""{"kind":"jwt","preset":"entraId","entraTenant":"{{{Uuid}}}","client":"{{{Uuid}}}","issuer":{"issuer":"i","audience":"a","claims":{"sub":"s"},"metadata":"https://issuer.example"}}""",
        "issuer"
    )]
    [InlineData(
        """{"kind":"jwt","issuer":{"issuer":"i","audience":"a","metadata":"https://issuer.example"}}""",
        "issuer.claims"
    )]
    [InlineData(
        """{"kind":"jwt","issuer":{"issuer":"i","audience":"a","metadata":"https://issuer.example","claims":{"tid":"t"}}}""",
        "issuer.claims"
    )]
    [InlineData(
        """{"kind":"jwt","issuer":{}}""",
        "issuer.issuer",
        "issuer.audience",
        "issuer.metadata",
        "issuer.claims"
    )]
    [InlineData(
        """{"kind":"jwt","issuer":{"issuer":"i","audience":"a","metadata":"https://issuer.example","jwks":{"keys":[]},"claims":{"sub":"s"}}}""",
        "issuer.metadata",
        "issuer.jwks"
    )]
    [InlineData(
        """{"kind":"jwt","issuer":{"issuer":"i","audience":"a","metadata":"http://issuer.example","claims":{"sub":"s"}}}""",
        "issuer.metadata"
    )]
    [InlineData(
        """{"kind":"jwt","issuer":{"issuer":"i","audience":"a","metadata":"https://u:p@issuer.example","claims":{"sub":"s"}}}""",
        "issuer.metadata"
    )]
    [InlineData(
        """{"kind":"jwt","issuer":{"issuer":"i","audience":"a","metadata":"file:///etc/passwd","claims":{"sub":"s"}}}""",
        "issuer.metadata"
    )]
    [InlineData(
        """{"kind":"jwt","issuer":{"issuer":"i","audience":"a","metadata":"https://10.0.0.1/","claims":{"sub":"s"}}}""",
        "issuer.metadata"
    )]
    [InlineData(
        """{"kind":"jwt","issuer":{"issuer":"i","audience":"a","metadata":"https://[fd00::1]/","claims":{"sub":"s"}}}""",
        "issuer.metadata"
    )]
    [InlineData(
        """{"kind":"jwt","issuer":{"issuer":"i","audience":"a","metadata":"https://[::ffff:10.0.0.1]/","claims":{"sub":"s"}}}""",
        "issuer.metadata"
    )]
    [InlineData(
        """{"kind":"jwt","issuer":{"issuer":"i","audience":"a","metadata":"https://0x7f.1/","claims":{"sub":"s"}}}""",
        "issuer.metadata"
    )]
    [InlineData(
        """{"kind":"jwt","issuer":{"issuer":"i","audience":"a","metadata":"https://169.254.169.254/","claims":{"sub":"s"}}}""",
        "issuer.metadata"
    )]
    [InlineData(
        """{"kind":"jwt","issuer":{"issuer":"i","audience":"a","jwks":[],"claims":{"sub":"s"}}}""",
        "issuer.jwks"
    )]
    [InlineData(
        """{"kind":"jwt","issuer":{"issuer":"i","audience":"a","jwks":{"keys":[{"kty":"oct","k":"AAAA"}]},"claims":{"sub":"s"}}}""",
        "issuer.jwks"
    )]
    [InlineData(
        """{"kind":"jwt","issuer":{"issuer":"i","audience":"a","jwks":{"keys":[{"kty":"RSA","n":"AAAA","e":"AQAB"}]},"claims":{"sub":"s"}}}""",
        "issuer.jwks"
    )]
    [InlineData(
        """{"kind":"jwt","issuer":{"issuer":"i","audience":"a","jwks":{"keys":[{"kty":"RSA","n":"*","e":"AQAB"}]},"claims":{"sub":"s"}}}""",
        "issuer.jwks"
    )]
    [InlineData(
        """{"kind":"jwt","issuer":{"issuer":"i","audience":"8adf8e6e-67b2-4cf2-a259-e3dc5476c621","metadata":"https://issuer.example"}}""",
        "issuer.claims"
    )]
    [InlineData(
        """{"kind":"jwt","issuer":{"issuer":"i","audience":"8adf8e6e-67b2-4cf2-a259-e3dc5476c621","metadata":"https://issuer.example","claims":{"tid":"t"}}}""",
        "issuer.claims"
    )]
    [InlineData(
        """{"kind":"jwt","issuer":{"issuer":"i","audience":"a","metadata":"https://issuer.example","claims":{"azp":""}}}""",
        "issuer.claims"
    )]
    [InlineData(
        """{"kind":"oauthClient","assertion":{"issuer":"i","audience":"a","metadata":"https://127.0.0.1/"}}""",
        "assertion.metadata"
    )]
    public void What_cannot_be_is_said_by_its_field(string wanted, params string[] fields)
    {
        var problems = Read(wanted).Problems(_now, new());

        Assert.Equal(fields.Order(), problems.Keys.Order());
        Assert.All(
            problems.Values.SelectMany(says => says),
            says => Assert.EndsWith(".", says, StringComparison.Ordinal)
        );
    }

    [Theory]
    [Trait("speed", "slow")]
    [InlineData("p", "")]
    [InlineData("q", "")]
    [InlineData("dp", "")]
    [InlineData("dq", "")]
    [InlineData("qi", "")]
    [InlineData("oth", "")]
    [InlineData("d", "")]
    [InlineData("priv", "other")]
    [InlineData("k", "other")]
    [InlineData("d", "set")]
    [InlineData("k", "set")]
    public async Task A_key_set_with_anything_secret_in_it_is_refused_as_a_whole(string member, string where)
    {
        await using var served = await ServedGateway.StartAsync();
        await served.SetUpAsync();
        using var rsa = RSA.Create(2_048);
        var (key, other) = (LittleIssuer.Jwk(rsa, "one"), new JsonObject { ["kty"] = "AKP", ["pub"] = "AAAA" });
        var set = new JsonObject { ["keys"] = new JsonArray(key, other) };
        async Task<(HttpStatusCode Status, JsonNode? Body)> MakeAsync()
        {
            var wanted = new JsonObject
            {
                ["kind"] = "jwt",
                ["issuer"] = new JsonObject
                {
                    ["issuer"] = "https://issuer.example",
                    ["audience"] = "a",
                    ["claims"] = new JsonObject { ["sub"] = "s" },
                    ["jwks"] = set.DeepClone(),
                },
            };
            var (status, body, _) = await served.SendAsync(
                HttpMethod.Post,
                "tenants/acme/sources/1/credentials",
                wanted.ToJsonString()
            );
            return (status, body);
        }

        (
            where switch
            {
                "set" => set,
                "other" => other,
                _ => key,
            }
        )[member] = "c2VjcmV0";
        var (refused, problem) = await MakeAsync();
        set.Remove(member);
        other.Remove(member);
        key.Remove(member);
        var (made, _) = await MakeAsync();

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.Created), (refused, made));
        Assert.Contains("secret keys", $"{problem!["errors"]!["issuer.jwks"]![0]}", StringComparison.Ordinal);
    }

    [Fact]
    public void A_loopback_is_asked_where_the_operator_says_so()
    {
        var wanted = Read(
            """{"kind":"jwt","issuer":{"issuer":"i","audience":"a","metadata":"http://127.0.0.1:1/keys","claims":{"sub":"s"}}}"""
        );

        Assert.NotEmpty(wanted.Problems(_now, new()));
        Assert.Empty(wanted.Problems(_now, new() { Loopback = true }));
    }

    [Theory]
    [InlineData("8.8.8.8", true)]
    [InlineData("20.190.128.1", true)]
    [InlineData("172.15.255.255", true)]
    [InlineData("172.16.0.1", false)]
    [InlineData("172.31.255.255", false)]
    [InlineData("10.1.2.3", false)]
    [InlineData("192.168.1.1", false)]
    [InlineData("127.8.8.8", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData("100.64.0.1", false)]
    [InlineData("169.254.169.254", false)]
    [InlineData("168.63.129.16", false)]
    [InlineData("168.63.129.17", true)]
    [InlineData("224.0.0.1", false)]
    [InlineData("255.255.255.255", false)]
    [InlineData("2a01:4f8::1", true)]
    [InlineData("::", false)]
    [InlineData("::1", false)]
    [InlineData("::ffff:10.0.0.1", false)]
    [InlineData("::ffff:8.8.8.8", true)]
    [InlineData("64:ff9b::a00:1", false)]
    [InlineData("2002:a00:1::", false)]
    [InlineData("2001::1", false)]
    [InlineData("fe80::1", false)]
    [InlineData("fc00::1", false)]
    [InlineData("fd12:3456::1", false)]
    [InlineData("ff02::1", false)]
    public void An_address_is_somebodys_on_the_internet_or_not(string address, bool expected) =>
        Assert.Equal(expected, OuterAddresses.Has(IPAddress.Parse(address)));

    [Theory]
    [InlineData("https://hooks.acme.example/scim", true)]
    [InlineData("https://hooks.acme.example./scim", true)]
    [InlineData("https://xn--bcher-kva.example/", true)]
    [InlineData("https://8.8.8.8/", true)]
    [InlineData("https://localhost.example.com/", true)]
    [InlineData("https://localhost/", false)]
    [InlineData("https://localhost./", false)]
    [InlineData("https://LOCALHOST./", false)]
    [InlineData("https://a.localhost/", false)]
    [InlineData("https://a.localhost./", false)]
    [InlineData("https://printer.local/", false)]
    [InlineData("https://metadata.google.internal/", false)]
    [InlineData("https://metadata.google.internal./", false)]
    [InlineData("https://router.home.arpa/", false)]
    [InlineData("https://127.0.0.1./", false)]
    [InlineData("https://127.1./", false)]
    [InlineData("https://169.254.169.254./", false)]
    [InlineData("https://0177.0.0.1/", false)]
    [InlineData("https://0177.0.0.1./", false)]
    [InlineData("https://0x7f.1/", false)]
    [InlineData("https://2130706433/", false)]
    [InlineData("https://2130706433./", false)]
    [InlineData("https://0xa9fea9fe/", false)]
    [InlineData("https://0xa9fea9fe./", false)]
    [InlineData("https://012.1/", false)]
    [InlineData("https://0/", false)]
    [InlineData("https://[::1]/", false)]
    [InlineData("https://[::ffff:127.0.0.1]/", false)]
    [InlineData("https://[::ffff:a9fe:a9fe]/", false)]
    [InlineData("https://[64:ff9b::7f00:1]/", false)]
    [InlineData("https://[fe80::1%25eth0]/", false)]
    [InlineData("https://①②⑦.0.0.1/", false)]
    [InlineData("https://127。0。0。1/", false)]
    [InlineData("https://ｌｏｃａｌｈｏｓｔ/", false)]
    [InlineData("https://lo\u00adcalhost/", false)]
    [InlineData("https://bücher.example/", false)]
    [InlineData("https://%6c%6fcalhost/", false)]
    [InlineData("https://example.com/\u202egro.live", false)]
    [InlineData("https://example.com/\r\nX: y", false)]
    [InlineData("https://example.com/\0", false)]
    public void An_address_that_a_tenant_names_is_looked_at_in_whatever_spelling(string address, bool expected)
    {
        var none = new IssuerOptions();

        Assert.Equal(expected, OuterHttp.CanBeAsked(address, loopback: false));
        Assert.Equal(
            expected,
            Read(
                    $$$"""{"kind":"jwt","issuer":{"issuer":"i","audience":"a","claims":{"sub":"s"},"metadata":{{{JsonSerializer.Serialize(address)}}}}}"""
                )
                .Problems(_now, none)
                .Count == 0
        );
    }

    private static NewCredential Read(string json) => JsonSerializer.Deserialize<NewCredential>(json, _json)!;
}
