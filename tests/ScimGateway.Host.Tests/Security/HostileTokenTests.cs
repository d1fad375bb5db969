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
using ScimGateway.Host.Tests.Admin;
using ScimGateway.SlackEmulator.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.Security;

/// <summary>Tokens that are made to hurt, by whoever has no key, and by whoever may name an issuer.</summary>
public sealed class HostileTokenTests
{
    private const string Issuer = "https://issuer.example";

    private static readonly byte[] _noUtf8 = [0xC3, 0x28];

    /// <summary>The header, the claims; a pair of question marks stands for two bytes that are no UTF-8.</summary>
    public static TheoryData<string, string> Broken() =>
        new()
        {
            { """{"alg":"RS256","kid":"\ud800"}""", """{"iss":"https://issuer.example"}""" },
            { """{"alg":"RS256","kid":"??"}""", """{"iss":"https://issuer.example"}""" },
            { """{"alg":"RS256","typ":"\udfff"}""", """{"iss":"https://issuer.example"}""" },
            { """{"alg":"RS256","\ud800":1}""", """{"iss":"https://issuer.example"}""" },
            { """{"alg":"RS256"}""", """{"iss":"\ud800"}""" },
            { """{"alg":"RS256"}""", """{"iss":"??"}""" },
            { """{"alg":"RS256"}""", """{"iss":"https://issuer.example","azp":"\udc00"}""" },
            { """{"alg":"RS256"}""", """{"iss":"https://issuer.example","aud":["\ud800"]}""" },
            { """{"alg":"RS256"}""", """{"iss":"https://issuer.example","aud":["??"]}""" },
            { """{"alg":"RS256"}""", """{"iss":"https://issuer.example","\ud800":1,"\ud800":2}""" },
            { """{"alg":"RS256"}""", """{"iss":"https://issuer.example","iss":"https://issuer.example"}""" },
            { """{"alg":"RS256"}""", """{"iss":"https://issuer.example","aud":[{"a":1,"a":2}]}""" },
            { """{"alg":"RS256"}""", """{"iss":"https://issuer.example","aud":[{"a":1,"\u0061":2}]}""" },
            { """{"alg":"RS256"}""", """{"iss":"https://issuer.example","aud":[{"\ud800":1,"\ud800":2}]}""" },
        };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task A_token_of_broken_text_is_a_wrong_credential_like_all_others(string header, string claims)
    {
        var (clock, log) = (new ManualClock(), new Lines());
        await using var gateway = await StartAsync(clock, log: log);
        using var key = RSA.Create(2_048);
        await gateway.MakeAsync(Jwt(Pasted(Set(LittleIssuer.Jwk(key, "k")))));
        var token = $"{Encoded(header)}.{Encoded(claims)}.AAAA";
        var answers = new HashSet<string>();

        foreach (var tenant in new[] { "demo", "nobody" })
        foreach (var shown in new[] { "wrong", token })
            answers.Add(await AnswerAsync(gateway, shown, tenant));
        foreach (var tenant in new[] { "demo", "nobody" })
            for (var i = 2; i <= WrongTries.Most; i++)
                answers.Add((await AnswerAsync(gateway, token, tenant))[..3]);

        Assert.Equal(3, answers.Count); // one 401 in full; then 401 and at last 429
        Assert.Contains("401", answers);
        Assert.Contains("429", answers);
        Assert.All(log.All, line => Assert.Contains("credential", line, StringComparison.Ordinal));
    }

    // How long it takes to look at one is what it costs: to read it, and to check a signature.
    [Fact]
    public async Task For_each_token_one_signature_is_checked_whoever_it_is_for_and_says_it_is_of()
    {
        var clock = new ManualClock();
        await using var gateway = await StartAsync(clock);
        using var key = RSA.Create(2_048);
        await gateway.MakeAsync(Jwt(Pasted(Set(LittleIssuer.Jwk(key, "k")))));
        var checks = gateway.Part<SignatureChecks>();
        var padding = new string('x', 5_000);
        string Token(string issuer, string id) =>
            LittleIssuer.Sign(
                new JsonObject { ["iss"] = issuer, ["more"] = padding },
                new JsonObject { ["alg"] = "RS256", ["kid"] = id },
                bytes => SHA256.HashData(bytes)
            );

        foreach (
            var (tenant, token) in new[]
            {
                ("demo", Token(Issuer, "k")),
                ("demo", Token(Issuer, "another key")),
                ("demo", Token("https://another.example", "k")),
                ("nobody", Token(Issuer, "k")),
                ("nobody", Token("https://another.example", "k")),
            }
        )
        {
            var before = checks.Made;
            Assert.Equal(401, await StatusAsync(gateway, token, tenant));
            Assert.Equal((tenant, 1), (tenant, checks.Made - before));
        }
    }

    // Anybody may ask for a check, and many credentials of a tenant may trust one issuer.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_signature_is_checked_once_however_many_credentials_trust_the_same_keys(bool isPasted)
    {
        var clock = new ManualClock();
        await using var issuer = await LittleIssuer.StartAsync(clock);
        await using var gateway = await StartAsync(clock);
        var trusted = isPasted
            ? issuer.Trusted() with
            {
                Metadata = null,
                Jwks = JsonElement.Parse(issuer.Keys()),
            }
            : issuer.Trusted();
        for (var i = 1; i <= 10; i++)
            await gateway.MakeAsync(
                Jwt(
                    trusted with
                    {
                        Audience = $"api://{i}",
                        Claims = new Dictionary<string, string> { ["sub"] = $"client {i}" },
                    }
                )
            );
        var checks = gateway.Part<SignatureChecks>();
        string Token(int audience, int client) =>
            issuer.Token(new() { ["aud"] = $"api://{audience}", ["sub"] = $"client {client}" });
        var forged = Token(10, 10)[..^4] + "AAAA";

        foreach (var (token, status) in new[] { (Token(10, 10), 200), (forged, 401), (Token(10, 9), 401) })
        {
            var before = checks.Made;
            Assert.Equal(status, await StatusAsync(gateway, token));
            Assert.Equal((token, 1), (token, checks.Made - before));
        }
    }

    [Fact]
    public async Task Keys_of_one_credential_sign_nothing_for_another_one_of_the_same_issuers_name()
    {
        var clock = new ManualClock();
        await using var gateway = await StartAsync(clock);
        using var first = RSA.Create(2_048);
        using var second = RSA.Create(2_048);
        foreach (var (key, audience) in new[] { (first, "api://first"), (second, "api://second") })
            await gateway.MakeAsync(Jwt(Pasted(Set(LittleIssuer.Jwk(key, "k"))) with { Audience = audience }));

        Assert.Equal(200, await StatusAsync(gateway, Token(clock, first, "k", "api://first")));
        Assert.Equal(200, await StatusAsync(gateway, Token(clock, second, "k", "api://second")));
        Assert.Equal(401, await StatusAsync(gateway, Token(clock, first, "k", "api://second")));
        Assert.Equal(401, await StatusAsync(gateway, Token(clock, second, "k", "api://first")));
    }

    [Fact]
    public async Task While_a_tenants_signature_is_checked_another_ones_is_and_its_own_next_waits()
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock, Tenants = 2 });
        using var key = RSA.Create(2_048);
        foreach (var tenant in new[] { "demo", "demo2" })
            await gateway.MakeAsync(
                Jwt(Pasted(Set(LittleIssuer.Jwk(key, "k")))),
                source: tenant == "demo" ? 1 : 2,
                tenant: tenant
            );
        var token = Token(clock, key, "k");
        var turn = gateway.Part<SourceCredentials>().Known(gateway.Home)!.SignatureTurn;

        await turn.WaitAsync(TestContext.Current.CancellationToken);
        var own = StatusAsync(gateway, token, "demo");
        Assert.Equal(200, await StatusAsync(gateway, token, "demo2"));
        Assert.False(own.IsCompleted);
        turn.Release();

        Assert.Equal(200, await own);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_token_without_a_keys_id_tries_four_keys()
    {
        var clock = new ManualClock();
        await using var gateway = await StartAsync(clock);
        var keys = Enumerable.Range(1, 5).Select(_ => RSA.Create(2_048)).ToArray();
        await gateway.MakeAsync(Jwt(Pasted(Set([.. keys.Select((key, i) => LittleIssuer.Jwk(key, $"{i + 1}"))]))));

        Assert.Equal(200, await StatusAsync(gateway, Token(clock, keys[3], null)));
        Assert.Equal(401, await StatusAsync(gateway, Token(clock, keys[4], null)));
        Assert.Equal(200, await StatusAsync(gateway, Token(clock, keys[4], "5")));
        foreach (var key in keys)
            key.Dispose();
    }

    [Theory]
    [InlineData(2_047, 3, false)]
    [InlineData(2_048, 3, true)]
    [InlineData(4_096, 3, true)]
    [InlineData(4_097, 3, false)]
    [InlineData(16_384, 3, false)]
    [InlineData(2_048, 4, true)]
    [InlineData(2_048, 5, false)] // more than 32 bits
    [InlineData(2_048, 256, false)]
    public void An_RSA_key_has_2048_to_4096_bits_and_a_small_exponent(int bits, int bytesOfExponent, bool isTaken)
    {
        var modulus = new byte[(bits + 7) / 8];
        modulus[0] = (byte)(1 << ((bits - 1) % 8));
        modulus[^1] |= 1;
        var exponent = new byte[bytesOfExponent];
        (exponent[0], exponent[^1]) = (0xFF, 0xFF);
        // A number may begin with zeros, which make it no larger.
        var set = Set(
            new JsonObject
            {
                ["kty"] = "RSA",
                ["n"] = Base64Url.EncodeToString([0, 0, .. modulus]),
                ["e"] = Base64Url.EncodeToString([0, 0, 0, 0, .. exponent]),
            }
        );

        if (isTaken)
            Assert.Single(KeySets.Read(set));
        else
            Assert.Throws<UnreadableKeysException>(() => KeySets.Read(set));
    }

    public static TheoryData<string, string> BrokenKeys()
    {
        using var rsa = RSA.Create(2_048);
        using var ec = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (n, q) = (rsa.ExportParameters(false).Modulus!, ec.ExportParameters(false).Q);
        return new()
        {
            { "an even exponent", Rsa(n, [2]) },
            { "a longer even exponent", Rsa(n, [1, 0, 0]) },
            { "an even modulus", Rsa([.. n[..^1], (byte)(n[^1] & 0xFE)], [1, 0, 1]) },
            { "a point beside the curve", Ec([.. q.X![..^1], (byte)(q.X[^1] ^ 1)], q.Y!) },
            { "the point of nowhere", Ec(new byte[32], new byte[32]) },
            { "a number beyond the field", Ec([.. Enumerable.Repeat((byte)0xFF, 32)], q.Y!) },
            { "too long a number", Ec([1, .. q.X], q.Y!) },
        };

        static string Rsa(byte[] n, byte[] e) =>
            $$"""{"kty":"RSA","kid":"broken","n":"{{Base64Url.EncodeToString(n)}}","e":"{{Base64Url.EncodeToString(e)}}"}""";

        static string Ec(byte[] x, byte[] y) =>
            $$"""{"kty":"EC","kid":"broken","crv":"P-256","x":"{{Base64Url.EncodeToString(x)}}","y":"{{Base64Url.EncodeToString(y)}}"}""";
    }

    [Theory]
    [MemberData(nameof(BrokenKeys))]
    public async Task What_is_no_key_is_refused_where_it_is_pasted_and_left_aside_where_an_issuer_announces_it(
        string how,
        string broken
    )
    {
        using var sound = RSA.Create(2_048);
        var good = new JsonObject
        {
            ["kty"] = "RSA",
            ["kid"] = "good",
            ["n"] = Base64Url.EncodeToString(sound.ExportParameters(false).Modulus!),
            ["e"] = "AQAB",
        };
        await using var served = await ServedGateway.StartAsync();
        await served.TenantAsync();
        var source = await served.AskAsync(HttpMethod.Post, "tenants/acme/sources", """{"name":"Provider"}""");

        foreach (var set in (string[])[Set(JsonNode.Parse(broken)!), Set(good.DeepClone(), JsonNode.Parse(broken)!)])
        {
            var (status, problem, _) = await served.SendAsync(
                HttpMethod.Post,
                $"tenants/acme/sources/{source["id"]}/credentials",
                $$$"""{"kind":"jwt","issuer":{"issuer":"i","audience":"a","claims":{"sub":"s"},"jwks":{{{set}}} } }"""
            );
            Assert.Equal((how, HttpStatusCode.BadRequest), (how, status));
            Assert.Contains("'broken'", (string?)problem!["errors"]!["issuer.jwks"]![0], StringComparison.Ordinal);
        }
        Assert.Equal("good", Assert.Single(KeySets.Read(Set(good, JsonNode.Parse(broken)!))).KeyId);
    }

    // RFC 7517 §5: what is not understood of a set is ignored.
    [Theory]
    [Trait("speed", "slow")]
    [InlineData("7")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"kty":"RSA","n":"no base64url!","e":"AQAB"}""")]
    [InlineData("""{"kty":"RSA","n":"","e":""}""")]
    [InlineData("""{"kty":"EC","crv":"P-256","x":"no base64url!","y":"AQAB"}""")]
    [InlineData("""{"kty":"EC","crv":"P-256","x":"AQAB","y":"="}""")]
    public void A_key_that_cannot_be_read_spoils_no_other_of_its_issuer_and_is_told_of_where_it_is_pasted(string broken)
    {
        using var rsa = RSA.Create(2_048);
        var set = Set(LittleIssuer.Jwk(rsa, "good"), JsonNode.Parse(broken)!);

        Assert.Equal("good", Assert.Single(KeySets.Read(set)).KeyId);
    }

    // RFC 7517 §4.3 and §4.4: what a key says that it is for.
    [Theory]
    [InlineData("""{"alg":"RSA-OAEP"}""")]
    [InlineData("""{"alg":"ES256"}""")]
    [InlineData("""{"alg":"HS256"}""")]
    [InlineData("""{"alg":"none"}""")]
    [InlineData("""{"alg":7}""")]
    [InlineData("""{"key_ops":["encrypt"]}""")]
    [InlineData("""{"key_ops":["sign"]}""")]
    [InlineData("""{"key_ops":[]}""")]
    [InlineData("""{"key_ops":"verify"}""")]
    [InlineData("""{"alg":"RS256","key_ops":["wrapKey"]}""")]
    public async Task A_key_for_something_else_is_refused_where_it_is_pasted_and_left_aside_where_it_is_announced(
        string says
    )
    {
        using var rsa = RSA.Create(2_048);
        var other = With(LittleIssuer.Jwk(rsa, "other"), says);
        await using var served = await ServedGateway.StartAsync();
        await served.TenantAsync();
        var source = await served.AskAsync(HttpMethod.Post, "tenants/acme/sources", """{"name":"Provider"}""");

        var (status, problem, _) = await served.SendAsync(
            HttpMethod.Post,
            $"tenants/acme/sources/{source["id"]}/credentials",
            $$$"""{"kind":"jwt","issuer":{"issuer":"i","audience":"a","claims":{"sub":"s"},"jwks":{{{Set(other)}}} } }"""
        );

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains(
            "'other' is not for",
            (string?)problem!["errors"]!["issuer.jwks"]![0],
            StringComparison.Ordinal
        );
        Assert.Throws<UnreadableKeysException>(() => KeySets.Read(Set(other.DeepClone())));
        var set = Set(other.DeepClone(), LittleIssuer.Jwk(rsa, "good"));
        Assert.Equal("good", Assert.Single(KeySets.Read(set)).KeyId);
    }

    // Providers announce the keys to which they are encrypted in the same set.
    [Theory]
    [InlineData("""{"use":"enc","alg":"RSA-OAEP"}""")]
    [InlineData("""{"use":["enc"]}""")]
    [InlineData("""{"kty":"OKP","alg":"EdDSA"}""")]
    public void A_key_of_another_use_or_kind_is_left_aside_also_where_it_is_pasted(string says)
    {
        using var rsa = RSA.Create(2_048);
        var set = Set(With(LittleIssuer.Jwk(rsa, "other"), says), LittleIssuer.Jwk(rsa, "good"));

        Assert.Equal("good", Assert.Single(KeySets.Read(set, refusesBroken: true)).KeyId);
    }

    [Theory]
    [Trait("speed", "slow")]
    [InlineData("""{"alg":"RS256"}""", 200)]
    [InlineData("""{"alg":"RS256","key_ops":["verify"]}""", 200)]
    [InlineData("""{"key_ops":["sign","verify"]}""", 200)]
    [InlineData("""{"alg":"PS256"}""", 401)]
    [InlineData("""{"alg":"RS512"}""", 401)]
    public async Task A_key_checks_tokens_of_its_own_algorithm_alone(string says, int status)
    {
        var clock = new ManualClock();
        using var key = RSA.Create(2_048);
        await using var gateway = await StartAsync(clock);
        await gateway.MakeAsync(Jwt(Pasted(Set(With(LittleIssuer.Jwk(key, "k"), says)))));

        Assert.Equal(status, await StatusAsync(gateway, Token(clock, key, "k")));
        Assert.Equal(status, await StatusAsync(gateway, Token(clock, key, null)));
    }

    // RFC 9068, and the headers and claims that Entra ID, Okta, PingOne and PingFederate give their access tokens.
    [Theory]
    [Trait("speed", "slow")]
    [InlineData("""{"typ":"JWT"}""", "{}", 200)]
    [InlineData(
        """{"typ":"JWT","x5t":"x"}""",
        """{"aio":"x","idtyp":"app","oid":"o","tid":"t","uti":"u","ver":"1.0"}""",
        200
    )]
    [InlineData("""{"typ":null}""", """{"cid":"c","uid":"u","scp":["s"],"auth_time":1,"ver":1,"jti":"AT.x"}""", 200)]
    [InlineData("""{"typ":"application/okta-internal-at+jwt"}""", "{}", 200)]
    [InlineData("""{"typ":"at+jwt"}""", """{"client_id":"c","auth_time":1,"acr":"a","amr":["pwd"]}""", 200)]
    [InlineData("""{"typ":"application/AT+JWT"}""", "{}", 200)]
    [InlineData("""{"typ":null,"pi.atm":"x"}""", """{"scope":"s","client_id":"c"}""", 200)]
    [InlineData("""{"typ":"JWT"}""", """{"nonce":"n"}""", 401)]
    [InlineData("""{"typ":"at+jwt"}""", """{"at_hash":"h"}""", 401)]
    [InlineData("""{"typ":"JWT"}""", """{"c_hash":"h"}""", 401)]
    [InlineData("""{"typ":"JWT"}""", """{"events":{"http://schemas.openid.net/event/backchannel-logout":{}}}""", 401)]
    [InlineData("""{"typ":"logout+jwt"}""", "{}", 401)]
    [InlineData("""{"typ":"dpop+jwt"}""", "{}", 401)]
    [InlineData("""{"typ":"id_token"}""", "{}", 401)]
    public async Task An_access_token_is_told_from_what_else_its_issuer_signs(string header, string claims, int status)
    {
        var clock = new ManualClock();
        await using var issuer = await LittleIssuer.StartAsync(clock);
        await using var gateway = await StartAsync(clock);
        await gateway.MakeAsync(Jwt(issuer.Trusted(("sub", "somebody"))));
        var (head, says) = (JsonNode.Parse(header)!.AsObject(), JsonNode.Parse(claims)!.AsObject());
        if (head["typ"] is null)
            head.Remove("typ");
        var token = LittleIssuer.Sign(
            With(Usual(clock, issuer.Name, LittleIssuer.Audience), says),
            With(new JsonObject { ["alg"] = "RS256", ["kid"] = issuer.KeyId }, head),
            bytes => issuer.Key.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
        );

        Assert.Equal(status, await StatusAsync(gateway, token));
    }

    [Theory]
    [InlineData("api://gw", "api://gw", 200)]
    [InlineData("api://gw", "api://gw/", 401)]
    [InlineData("api://gw/", "api://gw", 401)]
    [InlineData("api://gw/", "api://gw/", 200)]
    public async Task An_audience_is_meant_word_for_word(string named, string said, int status)
    {
        var clock = new ManualClock();
        await using var issuer = await LittleIssuer.StartAsync(clock);
        await using var gateway = await StartAsync(clock);
        await gateway.MakeAsync(Jwt(issuer.Trusted(("sub", "somebody")) with { Audience = named }));

        Assert.Equal(status, await StatusAsync(gateway, issuer.Token(new() { ["aud"] = said })));
    }

    [Fact]
    public async Task A_token_lasts_a_day_at_most_unless_another_time_is_set()
    {
        var clock = new ManualClock();
        await using var issuer = await LittleIssuer.StartAsync(clock);
        await using var gateway = await StartAsync(clock);
        await using var strict = await StartAsync(clock, TimeSpan.FromHours(1));
        foreach (var one in new[] { gateway, strict })
            await one.MakeAsync(Jwt(issuer.Trusted(("sub", "somebody"))));
        double In(TimeSpan time) => (clock.GetUtcNow() + time).ToUnixTimeSeconds();
        string Ends(double hours) => issuer.Token(new() { ["exp"] = In(TimeSpan.FromHours(hours)) });
        string Of(double began, double ends) =>
            issuer.Token(new() { ["iat"] = In(TimeSpan.FromHours(began)), ["exp"] = In(TimeSpan.FromHours(ends)) });
        string NotBefore(double began, double ends) =>
            issuer.Token(new() { ["nbf"] = In(TimeSpan.FromHours(began)), ["exp"] = In(TimeSpan.FromHours(ends)) });

        Assert.Equal(200, await StatusAsync(gateway, Ends(24)));
        Assert.Equal(401, await StatusAsync(gateway, Ends(24.1)));
        Assert.Equal(401, await StatusAsync(gateway, issuer.Token(new() { ["exp"] = 1e300 })));
        Assert.Equal(200, await StatusAsync(gateway, Of(-23, 1)));
        Assert.Equal(401, await StatusAsync(gateway, Of(-24, 1)));
        Assert.Equal(401, await StatusAsync(gateway, Of(1, 2))); // made in an hour
        Assert.Equal(401, await StatusAsync(gateway, issuer.Token(new() { ["iat"] = "yesterday" })));
        Assert.Equal(200, await StatusAsync(gateway, NotBefore(-23, 1)));
        Assert.Equal(401, await StatusAsync(gateway, NotBefore(-24, 1)));
        Assert.Equal((200, 401), (await StatusAsync(strict, Ends(1)), await StatusAsync(strict, Ends(2))));
    }

    // Nobody has asked for hours, so nothing has asked the issuer: what it has withdrawn meanwhile lets nobody in once.
    [Fact]
    public async Task A_key_that_was_withdrawn_while_nobody_asked_lets_nobody_in()
    {
        var clock = new ManualClock();
        await using var issuer = await LittleIssuer.StartAsync(clock);
        await using var gateway = await StartAsync(clock);
        await gateway.MakeAsync(Jwt(issuer.Trusted(("sub", "somebody"))));
        Assert.Equal(200, await StatusAsync(gateway, issuer.Token()));
        clock.Advance(TimeSpan.FromMinutes(61));
        var former = issuer.Token();

        issuer.Rotate("second");

        Assert.Equal(401, await StatusAsync(gateway, former));
        Assert.Equal(200, await StatusAsync(gateway, issuer.Token()));
    }

    [Fact]
    public async Task An_issuer_is_not_told_whose_request_it_is_asked_for()
    {
        var clock = new ManualClock();
        await using var issuer = await LittleIssuer.StartAsync(clock);
        await using var gateway = await StartAsync(clock);
        await gateway.MakeAsync(Jwt(issuer.Trusted(("sub", "somebody"))));
        var told = new List<string>();
        issuer.Instead = context =>
        {
            told.AddRange(context.Request.Headers.Select(header => header.Key));
            return context.Response.WriteAsync(issuer.Keys());
        };
        using var client = new HttpClient { BaseAddress = gateway.Base };
        using var request = new HttpRequestMessage(HttpMethod.Get, "Users");
        request.Headers.Add("Authorization", $"Bearer {issuer.Token()}");
        request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        request.Headers.Add("baggage", "who=me");

        Assert.Equal(HttpStatusCode.OK, (await client.SendAsync(request)).StatusCode);

        Assert.Equal(["Host"], told);
    }

    private static NewCredential Jwt(TrustedIssuer issuer) => new() { Kind = "jwt", Issuer = issuer };

    private static TrustedIssuer Pasted(string set) =>
        new()
        {
            Issuer = Issuer,
            Audience = LittleIssuer.Audience,
            Jwks = JsonElement.Parse(set),
        };

    private static JsonObject With(JsonObject key, string says)
    {
        foreach (var (name, value) in JsonNode.Parse(says)!.AsObject())
            key[name] = value?.DeepClone();
        return key;
    }

    private static string Set(params JsonNode[] keys) =>
        new JsonObject { ["keys"] = new JsonArray(keys) }.ToJsonString();

    private static string Token(ManualClock clock, RSA key, string? id, string audience = LittleIssuer.Audience)
    {
        var header = new JsonObject { ["alg"] = "RS256" };
        if (id is not null)
            header["kid"] = id;
        return LittleIssuer.Sign(
            Usual(clock, Issuer, audience),
            header,
            bytes => key.SignData(bytes, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
        );
    }

    private static JsonObject Usual(ManualClock clock, string issuer, string audience) =>
        new()
        {
            ["iss"] = issuer,
            ["aud"] = audience,
            ["sub"] = "somebody",
            ["iat"] = clock.GetUtcNow().ToUnixTimeSeconds(),
            ["exp"] = clock.GetUtcNow().AddMinutes(5).ToUnixTimeSeconds(),
        };

    private static JsonObject With(JsonObject usual, JsonObject more)
    {
        foreach (var (name, value) in more)
            usual[name] = value?.DeepClone();
        return usual;
    }

    private static string Encoded(string json) =>
        Base64Url.EncodeToString([
            .. json.Split("??")
                .SelectMany((part, i) => (byte[])[.. i == 0 ? [] : _noUtf8, .. Encoding.UTF8.GetBytes(part)]),
        ]);

    private static Task<int> StatusAsync(Gateway gateway, string token, string tenant = "demo") =>
        gateway.StatusAsync($"Bearer {token}", path: $"/{tenant}/scim/v2/Users");

    private static async Task<string> AnswerAsync(Gateway gateway, string token, string tenant)
    {
        using var answer = await gateway.AskAsync($"Bearer {token}", path: $"/{tenant}/scim/v2/Users");
        var headers = answer
            .Headers.Where(header => header.Key != "Date")
            .Select(header => $"{header.Key}: {string.Join(", ", header.Value)}");
        return $"{(int)answer.StatusCode} {string.Join('\n', headers)}\n{await answer.Content.ReadAsStringAsync()}";
    }

    private static Task<Gateway> StartAsync(ManualClock clock, TimeSpan? longest = null, Lines? log = null) =>
        Gateway.StartAsync(
            new Setting
            {
                Clock = clock,
                More = services =>
                {
                    services.Configure<IssuerOptions>(options =>
                        (options.Loopback, options.LongestToken) = (true, longest ?? options.LongestToken)
                    );
                    if (log is not null)
                        services.AddSingleton<ILoggerProvider>(log);
                },
            }
        );
}
