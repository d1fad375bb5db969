using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ScimGateway.Host.Security;
using ScimGateway.Host.Tests.Scim;
using ScimGateway.SlackEmulator.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.Security;

/// <summary>Tokens that somebody else has signed.</summary>
public sealed class JwtTests
{
    [Fact]
    public async Task A_token_of_the_issuer_lets_in_and_its_keys_are_asked_for_once()
    {
        var clock = new ManualClock();
        await using var issuer = await LittleIssuer.StartAsync(clock);
        await using var gateway = await StartAsync(clock);
        await gateway.MakeAsync(Jwt(issuer.Trusted(("azp", "client"))) with { Scope = "users" });

        for (var i = 0; i < 5; i++)
            Assert.Equal(200, await gateway.StatusAsync($"Bearer {issuer.Token(new() { ["azp"] = "client" })}"));

        Assert.Equal(2, issuer.Asked); // where they are, and they
        Assert.Equal(
            403,
            await gateway.StatusAsync(
                $"Bearer {issuer.Token(new() { ["azp"] = "client" })}",
                path: "/demo/scim/v2/Groups"
            )
        );
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_token_that_is_not_right_lets_nobody_in()
    {
        var clock = new ManualClock();
        await using var issuer = await LittleIssuer.StartAsync(clock);
        await using var stranger = await LittleIssuer.StartAsync(clock);
        await using var gateway = await StartAsync(clock);
        await gateway.MakeAsync(Jwt(issuer.Trusted(("azp", "client"), ("tid", "tenant"))));
        JsonObject Usual() => new() { ["azp"] = "client", ["tid"] = "tenant" };
        JsonObject With(string name, JsonNode? value)
        {
            var claims = Usual();
            claims[name] = value;
            return claims;
        }
        JsonObject Claims() =>
            JsonNode.Parse(Base64Url.DecodeFromChars(issuer.Token(Usual()).Split('.')[1]))!.AsObject();
        long In(int minutes) => clock.GetUtcNow().AddMinutes(minutes).ToUnixTimeSeconds();
        byte[] PublicKey() => Encoding.UTF8.GetBytes(issuer.Key.ExportSubjectPublicKeyInfoPem());
        JsonObject Header(string algorithm) => new() { ["alg"] = algorithm, ["kid"] = issuer.KeyId };

        // Each is right but for one thing.
        (string What, Func<string> Token)[] wrong =
        [
            ("another issuer", () => issuer.Token(With("iss", "https://issuer.example"))),
            ("no issuer", () => issuer.Token(With("iss", null))),
            ("another audience", () => issuer.Token(With("aud", "api://other"))),
            ("no audience", () => issuer.Token(With("aud", null))),
            ("over", () => issuer.Token(With("exp", In(-2)))),
            ("without end", () => issuer.Token(With("exp", null))),
            ("an end that is no time", () => issuer.Token(With("exp", "tomorrow"))),
            ("not yet", () => issuer.Token(With("nbf", In(3)))),
            ("a beginning that is no time", () => issuer.Token(With("nbf", "today"))),
            ("another client", () => issuer.Token(With("azp", "other"))),
            ("a client within a text", () => issuer.Token(With("azp", "client other"))),
            ("no client", () => issuer.Token(With("azp", null))),
            ("another tenant id", () => issuer.Token(With("tid", "other"))),
            ("another's key of the same id", () => stranger.Token(With("iss", issuer.Name))),
            ("no algorithm", () => LittleIssuer.Sign(Claims(), Header("none"), _ => [])),
            ("no algorithm, and a signature", () => LittleIssuer.Sign(Claims(), Header("none"), Rsa)),
            ("no algorithm in other letters", () => LittleIssuer.Sign(Claims(), Header("nOnE"), _ => [])),
            (
                "the public key as a secret",
                () => LittleIssuer.Sign(Claims(), Header("HS256"), b => HMACSHA256.HashData(PublicKey(), b))
            ),
            (
                "the modulus as a secret",
                () =>
                    LittleIssuer.Sign(
                        Claims(),
                        Header("HS256"),
                        b => HMACSHA256.HashData(issuer.Key.ExportParameters(false).Modulus!, b)
                    )
            ),
            ("another algorithm than it is signed by", () => LittleIssuer.Sign(Claims(), Header("RS512"), Rsa)),
            ("an algorithm of another kind of key", () => LittleIssuer.Sign(Claims(), Header("ES256"), Rsa)),
            ("no signature", () => LittleIssuer.Sign(Claims(), Header("RS256"), _ => [])),
            (
                "a key that it brings along",
                () =>
                {
                    using var own = RSA.Create(2048);
                    var header = Header("RS256");
                    header["jwk"] = LittleIssuer.Jwk(own, issuer.KeyId);
                    header["jku"] = $"{stranger.Url}/keys";
                    header["x5u"] = $"{stranger.Url}/keys";
                    return LittleIssuer.Sign(Claims(), header, b => Rsa256(own, b));
                }
            ),
            ("an id that is a path", () => issuer.Token(Usual(), new() { ["kid"] = "../../../../dev/null" })),
            ("an id that is a statement", () => issuer.Token(Usual(), new() { ["kid"] = "' or 1=1 --" })),
            ("an id that is no text", () => issuer.Token(Usual(), new() { ["kid"] = 1 })),
            ("what has to be understood", () => issuer.Token(Usual(), new() { ["crit"] = new JsonArray("b64") })),
            ("a signature with padding", () => issuer.Token(Usual()) + "=="),
            (
                "parts with padding",
                () =>
                {
                    var parts = issuer.Token(Usual()).Split('.');
                    var signed = string.Join('.', parts[..2].Select(Padded));
                    return $"{signed}.{Base64Url.EncodeToString(Rsa(Encoding.ASCII.GetBytes(signed)))}";
                }
            ),
            ("a line break", () => issuer.Token(Usual()).Insert(8, "\t")),
            ("something changed", () => Changed(issuer.Token(Usual()))),
            ("a name twice", () => Twice(issuer)),
            ("encrypted", () => issuer.Token(Usual()) + ".AAAA.AAAA"),
            ("four parts", () => issuer.Token(Usual()) + ".AAAA"),
            ("deep", () => issuer.Token(With("more", Nested(200)))),
            ("too long", () => issuer.Token(With("more", new string('x', 8 << 10)))),
            ("no JSON", () => $"{LittleIssuer.Encoded("{")}.{LittleIssuer.Encoded("}")}.AAAA"),
            ("no object", () => $"{LittleIssuer.Encoded("{}")}.{LittleIssuer.Encoded("[]")}.AAAA"),
            ("nothing", () => "ey.."),
        ];
        byte[] Rsa(byte[] bytes) => Rsa256(issuer.Key, bytes);
        static string Padded(string part) => part.PadRight((part.Length + 3) / 4 * 4, '=');

        foreach (var (what, token) in wrong)
        {
            clock.Advance(30); // fewer tries in a minute than have somebody wait
            Assert.True(await gateway.StatusAsync($"Bearer {token()}") == 401, what);
            Assert.True(await gateway.StatusAsync($"Bearer {issuer.Token(Usual())}") == 200, $"after {what}");
        }
        Assert.Equal(0, stranger.Asked);
    }

    [Theory]
    [Trait("speed", "slow")]
    [InlineData("RS256")]
    [InlineData("RS384")]
    [InlineData("RS512")]
    [InlineData("PS256")]
    [InlineData("PS384")]
    [InlineData("PS512")]
    [InlineData("ES256")]
    [InlineData("ES384")]
    [InlineData("ES512")]
    public async Task Each_asymmetric_algorithm_is_taken_with_pasted_keys(string algorithm)
    {
        var clock = new ManualClock();
        await using var gateway = await StartAsync(clock, loopback: false);
        using var rsa = RSA.Create(2048);
        using var ec = ECDsa.Create(
            algorithm switch
            {
                "ES384" => ECCurve.NamedCurves.nistP384,
                "ES512" => ECCurve.NamedCurves.nistP521,
                _ => ECCurve.NamedCurves.nistP256,
            }
        );
        var point = ec.ExportParameters(false);
        var jwk =
            algorithm[0] == 'E'
                ? new JsonObject
                {
                    ["kty"] = "EC",
                    ["crv"] = algorithm switch
                    {
                        "ES384" => "P-384",
                        "ES512" => "P-521",
                        _ => "P-256",
                    },
                    ["x"] = Base64Url.EncodeToString(point.Q.X),
                    ["y"] = Base64Url.EncodeToString(point.Q.Y),
                    ["kid"] = "k",
                }
                : LittleIssuer.Jwk(rsa, "k");
        var hash = algorithm[2..] switch
        {
            "256" => HashAlgorithmName.SHA256,
            "384" => HashAlgorithmName.SHA384,
            _ => HashAlgorithmName.SHA512,
        };
        await gateway.MakeAsync(
            Jwt(
                new()
                {
                    Issuer = "https://issuer.example",
                    Audience = "scim",
                    Jwks = JsonElement.Parse(new JsonObject { ["keys"] = new JsonArray(jwk) }.ToJsonString()),
                }
            )
        );
        var claims = new JsonObject
        {
            ["iss"] = "https://issuer.example",
            ["aud"] = new JsonArray("other", "scim"),
            ["exp"] = clock.GetUtcNow().AddMinutes(5).ToUnixTimeSeconds(),
        };
        string Token(JsonObject header) =>
            LittleIssuer.Sign(
                claims,
                header,
                bytes =>
                    algorithm[0] switch
                    {
                        'E' => ec.SignData(bytes, hash),
                        'P' => rsa.SignData(bytes, hash, RSASignaturePadding.Pss),
                        _ => rsa.SignData(bytes, hash, RSASignaturePadding.Pkcs1),
                    }
            );

        Assert.Equal(200, await gateway.StatusAsync($"Bearer {Token(new() { ["alg"] = algorithm, ["kid"] = "k" })}"));
        Assert.Equal(200, await gateway.StatusAsync($"Bearer {Token(new() { ["alg"] = algorithm })}")); // of the only key
        Assert.Equal(401, await gateway.StatusAsync($"Bearer {Token(new() { ["alg"] = algorithm, ["kid"] = "l" })}"));
    }

    [Fact]
    public async Task Clocks_may_differ_by_two_minutes()
    {
        var clock = new ManualClock();
        await using var issuer = await LittleIssuer.StartAsync(clock);
        await using var gateway = await StartAsync(clock);
        await gateway.MakeAsync(Jwt(issuer.Trusted()));
        long In(int seconds) => clock.GetUtcNow().AddSeconds(seconds).ToUnixTimeSeconds();

        Assert.Equal(200, await gateway.StatusAsync($"Bearer {issuer.Token(new() { ["exp"] = In(-119) })}"));
        Assert.Equal(401, await gateway.StatusAsync($"Bearer {issuer.Token(new() { ["exp"] = In(-120) })}"));
        Assert.Equal(200, await gateway.StatusAsync($"Bearer {issuer.Token(new() { ["nbf"] = In(120) })}"));
        Assert.Equal(401, await gateway.StatusAsync($"Bearer {issuer.Token(new() { ["nbf"] = In(121) })}"));
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_new_key_is_asked_for_at_once_and_keys_that_nobody_has_once_a_minute()
    {
        var clock = new ManualClock();
        await using var issuer = await LittleIssuer.StartAsync(clock);
        await using var gateway = await StartAsync(clock);
        await gateway.MakeAsync(Jwt(issuer.Trusted()));
        Assert.Equal(200, await gateway.StatusAsync($"Bearer {issuer.Token()}"));
        var former = issuer.Token();
        clock.Advance(60);

        issuer.Rotate("second");

        Assert.Equal(200, await gateway.StatusAsync($"Bearer {issuer.Token()}"));
        Assert.Equal(401, await gateway.StatusAsync($"Bearer {former}")); // what is announced no more counts no more
        Assert.Equal(4, issuer.Asked);
        for (var i = 0; i < 50; i++)
            await gateway.StatusAsync($"Bearer {issuer.Token(null, new() { ["kid"] = $"{i}" })}");
        Assert.Equal(4, issuer.Asked);
        clock.Advance(60);
        for (var i = 0; i < 50; i++)
            await gateway.StatusAsync($"Bearer {issuer.Token(null, new() { ["kid"] = $"{i}" })}");
        Assert.Equal(6, issuer.Asked);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task Keys_that_are_older_are_asked_for_again_and_withdrawn_ones_end()
    {
        var clock = new ManualClock();
        await using var issuer = await LittleIssuer.StartAsync(clock);
        await using var gateway = await StartAsync(clock);
        await gateway.MakeAsync(Jwt(issuer.Trusted()));
        Assert.Equal(200, await gateway.StatusAsync($"Bearer {issuer.Token()}"));
        var (former, id) = (issuer.Key, issuer.KeyId);
        string Former() =>
            LittleIssuer.Sign(
                JsonNode.Parse(Base64Url.DecodeFromChars(issuer.Token().Split('.')[1]))!,
                new JsonObject { ["alg"] = "RS256", ["kid"] = id },
                bytes => Rsa256(former, bytes)
            );
        issuer.Rotate("second");

        clock.Advance(TimeSpan.FromMinutes(9));
        Assert.Equal(200, await gateway.StatusAsync($"Bearer {Former()}"));
        clock.Advance(TimeSpan.FromMinutes(2));

        await Gateway.UntilAsync(async () => await gateway.StatusAsync($"Bearer {Former()}") != 200);
        Assert.Equal(200, await gateway.StatusAsync($"Bearer {issuer.Token()}"));
        Assert.Equal(4, issuer.Asked);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task An_issuer_that_is_away_keeps_nobody_out_for_a_day_and_costs_no_request_its_time_for_an_hour()
    {
        var clock = new ManualClock();
        await using var issuer = await LittleIssuer.StartAsync(clock);
        await using var gateway = await StartAsync(clock);
        await gateway.MakeAsync(Jwt(issuer.Trusted()));
        Assert.Equal(200, await gateway.StatusAsync($"Bearer {issuer.Token()}"));
        issuer.Instead = context => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);

        clock.Advance(TimeSpan.FromMinutes(59)); // until then nobody waits for it
        Assert.Equal(200, await gateway.StatusAsync($"Bearer {issuer.Token()}"));
        issuer.Instead = Answering(500);
        clock.Advance(TimeSpan.FromHours(22));
        Assert.Equal(200, await gateway.StatusAsync($"Bearer {issuer.Token()}"));
        clock.Advance(TimeSpan.FromHours(1.1));
        Assert.Equal(401, await gateway.StatusAsync($"Bearer {issuer.Token()}"));
        issuer.Instead = null;
        clock.Advance(60);
        await Gateway.UntilAsync(async () =>
        {
            clock.Advance(60);
            return await gateway.StatusAsync($"Bearer {issuer.Token()}") == 200;
        });
    }

    [Theory]
    [Trait("speed", "slow")]
    [InlineData("redirect")]
    [InlineData("another's")]
    [InlineData("long")]
    [InlineData("endless")]
    [InlineData("error")]
    [InlineData("no JSON")]
    [InlineData("no object")]
    [InlineData("deep")]
    [InlineData("no keys")]
    [InlineData("secret keys")]
    [InlineData("inner keys")]
    [InlineData("issuer twice")]
    [InlineData("keys twice")]
    public async Task Metadata_that_is_not_right_gives_no_keys_and_the_log_says_why(string how)
    {
        var (clock, log) = (new ManualClock(), new Lines());
        await using var issuer = await LittleIssuer.StartAsync(clock);
        await using var elsewhere = await LittleIssuer.StartAsync(clock);
        await using var gateway = await StartAsync(clock, log: log);
        await gateway.MakeAsync(Jwt(issuer.Trusted()));
        issuer.Instead = how switch
        {
            "redirect" => context =>
            {
                context.Response.Redirect(elsewhere.Metadata);
                return Task.CompletedTask;
            },
            "long" => Answering(200, issuer.Keys() + new string(' ', 256 << 10)),
            "endless" => async context =>
            {
                while (true)
                    await context.Response.WriteAsync(new string(' ', 1 << 16), context.RequestAborted);
            },
            "error" => Answering(503, issuer.Keys()),
            "no JSON" => Answering(200, "<html>"),
            "no object" => Answering(200, "[]"),
            "deep" => Answering(200, $"{{\"issuer\":{new string('[', 1_000)}{new string(']', 1_000)}}}"),
            "no keys" => Answering(200, """{"keys":[{"kty":"oct","kid":"first"}]}"""),
            "secret keys" => Answering(200, """{"keys":[{"kty":"oct","k":"AAAA","kid":"first"}]}"""),
            "issuer twice" => Answering(
                200,
                $$"""{"issuer":"https://issuer.example","issuer":"{{issuer.Name}}","jwks_uri":"{{elsewhere.Url}}/keys"}"""
            ),
            "keys twice" => Answering(200, $$"""{"keys":[],{{issuer.Keys().Trim()[1..]}}"""),
            "inner keys" => Answering(
                200,
                $$"""{"issuer":"{{issuer.Name}}","jwks_uri":"http://169.254.169.254/latest/meta-data"}"""
            ),
            _ => null,
        };
        issuer.Pretends = how == "another's" ? "https://issuer.example" : null;

        Assert.Equal(401, await gateway.StatusAsync($"Bearer {issuer.Token()}"));

        Assert.Single(
            log.All,
            line => line.StartsWith("The keys of the issuer at 127.0.0.1 cannot be read", StringComparison.Ordinal)
        );
        Assert.Equal(0, elsewhere.Asked);
        issuer.Instead = null;
        issuer.Pretends = null;
        clock.Advance(60);
        Assert.Equal(200, await gateway.StatusAsync($"Bearer {issuer.Token()}"));
    }

    // Without the operator's word nothing of this machine is asked, whatever stands in the store.
    [Theory]
    [Trait("speed", "slow")]
    [InlineData("http://127.0.0.1:{0}/")]
    [InlineData("https://127.0.0.1:{0}/")]
    [InlineData("https://localhost:{0}/")]
    [InlineData("https://[::1]:{0}/")]
    [InlineData("https://2130706433:{0}/")]
    public async Task Nothing_of_an_inner_network_is_asked_for_keys(string address)
    {
        var (clock, log) = (new ManualClock(), new Lines());
        await using var issuer = await LittleIssuer.StartAsync(clock);
        await using var gateway = await StartAsync(clock, loopback: false, log: log);
        var trusted = issuer.Trusted() with
        {
            Metadata = address.Replace("{0}", $"{new Uri(issuer.Url).Port}", StringComparison.Ordinal),
        };
        Assert.Contains("issuer.metadata", Jwt(trusted).Problems(gateway.Now(), new()).Keys);
        await gateway.MakeAsync(Jwt(trusted));

        Assert.Equal(401, await gateway.StatusAsync($"Bearer {issuer.Token()}"));

        Assert.Equal(0, issuer.Asked);
        Assert.Contains(log.All, line => line.Contains("inner network", StringComparison.Ordinal));
    }

    // What a name means is looked at when it is asked, whatever it meant when it was named: this one always means here.
    [Fact]
    public async Task A_name_that_means_an_inner_address_is_not_asked_either()
    {
        var (clock, log) = (new ManualClock(), new Lines());
        await using var issuer = await LittleIssuer.StartAsync(clock);
        await using var gateway = await StartAsync(clock, loopback: false, log: log);
        var trusted = issuer.Trusted(("sub", "somebody")) with
        {
            Metadata = $"https://{Dns.GetHostName()}:{new Uri(issuer.Url).Port}/",
        };
        Assert.Empty(Jwt(trusted).Problems(gateway.Now(), new()));
        await gateway.MakeAsync(Jwt(trusted));

        Assert.Equal(401, await gateway.StatusAsync($"Bearer {issuer.Token()}"));

        Assert.Equal(0, issuer.Asked);
        Assert.Contains(log.All, line => line.Contains("inner network", StringComparison.Ordinal));
    }

    // Entra ID's audience is the same for all its customers: organization and application tell them apart.
    [Theory]
    [InlineData("appid")]
    [InlineData("azp")]
    public async Task Entra_IDs_own_token_is_one_organizations_and_one_applications(string claim)
    {
        const string Organization = "5f0c2a9e-0000-4000-8000-000000000001";
        const string Application = "5f0c2a9e-0000-4000-8000-000000000002";
        var clock = new ManualClock();
        await using var entra = await LittleIssuer.StartAsync(clock);
        await using var gateway = await StartAsync(clock);
        var wanted = new NewCredential
        {
            Kind = "jwt",
            Preset = "entraId",
            EntraTenant = Organization,
            Client = Application,
        };
        Assert.Empty(wanted.Problems(gateway.Now(), new()));
        // Its keys come from the little issuer, and all else is as the preset has it.
        entra.Pretends = $"https://sts.windows.net/{Organization}/";
        await gateway.MakeAsync(
            wanted,
            spoil: row =>
            {
                Assert.Contains(
                    $"https://login.microsoftonline.com/{Organization}/.well-known/openid-configuration",
                    row.Details,
                    StringComparison.Ordinal
                );
                row.Details = row.Details.Replace(
                    $"https://login.microsoftonline.com/{Organization}/.well-known/openid-configuration",
                    entra.Metadata,
                    StringComparison.Ordinal
                );
                return row;
            }
        );
        string Token(string organization, string application, string audience) =>
            entra.Token(
                new()
                {
                    ["iss"] = $"https://sts.windows.net/{organization}/",
                    ["aud"] = audience,
                    ["tid"] = organization,
                    [claim] = application,
                }
            );
        const string Custom = "8adf8e6e-67b2-4cf2-a259-e3dc5476c621";

        Assert.Equal(200, await gateway.StatusAsync($"Bearer {Token(Organization, Application, Custom)}"));
        Assert.Equal(401, await gateway.StatusAsync($"Bearer {Token(Application, Application, Custom)}"));
        Assert.Equal(401, await gateway.StatusAsync($"Bearer {Token(Organization, Organization, Custom)}"));
        Assert.Equal(401, await gateway.StatusAsync($"Bearer {Token(Organization, Application, Application)}"));
        var otherTenant = entra.Token(
            new()
            {
                ["iss"] = $"https://sts.windows.net/{Organization}/",
                ["aud"] = Custom,
                ["tid"] = Application,
                [claim] = Application,
            }
        );
        Assert.Equal(401, await gateway.StatusAsync($"Bearer {otherTenant}"));
    }

    [Fact]
    public async Task An_issuer_that_one_tenant_trusts_is_nobody_to_another()
    {
        var clock = new ManualClock();
        await using var issuer = await LittleIssuer.StartAsync(clock);
        await using var gateway = await Gateway.StartAsync(
            new Setting
            {
                Clock = clock,
                Tenants = 2,
                More = Loopback,
            }
        );
        await gateway.MakeAsync(Jwt(issuer.Trusted()));

        Assert.Equal(200, await gateway.StatusAsync($"Bearer {issuer.Token()}"));
        Assert.Equal(401, await gateway.StatusAsync($"Bearer {issuer.Token()}", path: "/demo2/scim/v2/Users"));
    }

    private static NewCredential Jwt(TrustedIssuer issuer) => new() { Kind = "jwt", Issuer = issuer };

    private static Task<Gateway> StartAsync(ManualClock clock, bool loopback = true, Lines? log = null) =>
        Gateway.StartAsync(
            new Setting
            {
                Clock = clock,
                More = services =>
                {
                    if (loopback)
                        Loopback(services);
                    if (log is not null)
                        services.AddSingleton<ILoggerProvider>(log);
                },
            }
        );

    private static void Loopback(IServiceCollection services) =>
        services.Configure<IssuerOptions>(options => options.Loopback = true);

    private static RequestDelegate Answering(int status, string text = "") =>
        context =>
        {
            context.Response.StatusCode = status;
            return context.Response.WriteAsync(text);
        };

    private static byte[] Rsa256(RSA key, byte[] bytes) =>
        key.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);

    private static JsonNode Nested(int depth)
    {
        JsonNode node = new JsonArray();
        for (var i = 0; i < depth; i++)
            node = new JsonArray(node);
        return node;
    }

    // One claim is other than what was signed.
    private static string Changed(string token)
    {
        var parts = token.Split('.');
        var claims = JsonNode.Parse(Base64Url.DecodeFromChars(parts[1]))!;
        claims["sub"] = "somebody else";
        return $"{parts[0]}.{LittleIssuer.Encoded(claims.ToJsonString())}.{parts[2]}";
    }

    // Which of the two counts depends on who reads it.
    private static string Twice(LittleIssuer issuer)
    {
        var claims = Encoding.UTF8.GetString(
            Base64Url.DecodeFromChars(issuer.Token(new() { ["azp"] = "other", ["tid"] = "tenant" }).Split('.')[1])
        );
        var signed =
            LittleIssuer.Encoded($$"""{"alg":"RS256","kid":"{{issuer.KeyId}}"}""")
            + "."
            + LittleIssuer.Encoded(claims[..^1] + ",\"azp\":\"client\"}");
        return $"{signed}.{Base64Url.EncodeToString(Rsa256(issuer.Key, Encoding.ASCII.GetBytes(signed)))}";
    }
}
