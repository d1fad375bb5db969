using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ScimGateway.Host.Security;
using ScimGateway.Host.Tests.Scim;
using ScimGateway.SlackEmulator.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.Security;

/// <summary>/{tenant}/oauth/token: who is given what, and how long it lets in.</summary>
public sealed class TokenEndpointTests
{
    private const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private static readonly NewCredential _client = new() { Kind = "oauthClient" };

    // PingOne and PingFederate send the secret in the header, Entra ID as it is told.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_gets_a_token_that_lets_in_for_an_hour(bool inHeader)
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock });
        var (_, client) = await gateway.MakeAsync(_client with { Scope = "users" });
        Assert.Matches("^sgc_[A-Za-z0-9_-]{12}$", client.User);
        Assert.Matches("^sgs_[A-Za-z0-9_-]{43}$", client.Secret);

        var (status, body, answer) = inHeader
            ? await gateway.TokenAsync([Grant, new("scope", "whatever")], Basic(client.User!, client.Secret!))
            : await gateway.TokenAsync(client);

        Assert.Equal(200, status);
        Assert.Equal(
            ("Bearer", 3600, "users"),
            ((string)body["token_type"]!, (int)body["expires_in"]!, (string)body["scope"]!)
        );
        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
        Assert.Equal("no-cache", answer.Headers.Pragma.ToString());
        Assert.Equal("application/json", answer.Content.Headers.ContentType!.ToString());
        var token = (string)body["access_token"]!;
        Assert.Matches("^sgo_[A-Za-z0-9_-]{43}$", token);
        Assert.Equal(200, await gateway.StatusAsync($"Bearer {token}"));
        Assert.Equal(403, await gateway.StatusAsync($"Bearer {token}", path: "/demo/scim/v2/Groups"));
        await gateway.RestartAsync();
        clock.Advance(TimeSpan.FromMinutes(60) - TimeSpan.FromSeconds(1));
        Assert.Equal(200, await gateway.StatusAsync($"Bearer {token}"));
        clock.Advance(1);
        Assert.Equal(401, await gateway.StatusAsync($"Bearer {token}"));
    }

    [Fact]
    public async Task A_token_ends_at_once_with_its_credential()
    {
        await using var gateway = await Gateway.StartAsync();
        var (id, client) = await gateway.MakeAsync(_client);
        var token = await TokenOfAsync(gateway, client);
        Assert.Equal(200, await gateway.StatusAsync($"Bearer {token}"));

        await gateway.EndAsync(id);

        Assert.Equal(401, await gateway.StatusAsync($"Bearer {token}"));
        Assert.Equal(401, (await gateway.TokenAsync(client)).Status);
        using var kept = gateway.Kept();
        Assert.Empty(kept.AccessTokens);
    }

    // A form is what any page may have sent, with the name and the password that the browser remembers.
    [Fact]
    public async Task What_a_browser_sends_for_another_sites_page_gets_no_token()
    {
        await using var gateway = await Gateway.StartAsync();
        var (_, client) = await gateway.MakeAsync(new() { Kind = "oauthClient" });
        using var http = new HttpClient { BaseAddress = gateway.Base };

        foreach (var (origin, expected) in new[] { ("https://evil.example", 400), (null, 200) })
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/demo/oauth/token")
            {
                Content = new FormUrlEncodedContent([KeyValuePair.Create("grant_type", "client_credentials")]),
            };
            request.Headers.Authorization = new(
                "Basic",
                Convert.ToBase64String(Encoding.UTF8.GetBytes($"{client.User}:{client.Secret}"))
            );
            if (origin is not null)
                request.Headers.Add("Origin", origin);
            using var answer = await http.SendAsync(request, TestContext.Current.CancellationToken);
            Assert.Equal(expected, (int)answer.StatusCode);
        }
    }

    [Fact]
    public async Task A_token_lasts_no_longer_than_its_credential()
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock });
        var (_, client) = await gateway.MakeAsync(_client with { Expires = clock.GetUtcNow().AddMinutes(10) });

        var (_, body, _) = await gateway.TokenAsync(client);

        Assert.Equal(600, (int)body["expires_in"]!);
        clock.Advance(600);
        Assert.Equal(401, await gateway.StatusAsync($"Bearer {(string)body["access_token"]!}"));
    }

    [Fact]
    public async Task A_clients_secret_opens_nothing_by_itself()
    {
        await using var gateway = await Gateway.StartAsync();
        var (_, client) = await gateway.MakeAsync(_client);

        Assert.Equal(401, await gateway.StatusAsync($"Bearer {client.Secret}"));
        Assert.Equal(401, await gateway.StatusAsync(Basic(client.User!, client.Secret!)));
    }

    [Fact]
    public async Task Another_tenants_client_gets_nothing_here_and_its_token_opens_nothing_here()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Tenants = 2 });
        var (_, client) = await gateway.MakeAsync(_client);
        var token = await TokenOfAsync(gateway, client);

        Assert.Equal(401, await gateway.StatusAsync($"Bearer {token}", path: "/demo2/scim/v2/Users"));
        Assert.Equal(401, (await gateway.TokenAsync([Grant], Basic(client.User!, client.Secret!), "demo2")).Status);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task Whatever_is_wrong_of_a_client_the_answer_is_the_same()
    {
        await using var gateway = await Gateway.StartAsync();
        var (_, client) = await gateway.MakeAsync(_client);
        var answers = new HashSet<string>();
        foreach (
            var (tenant, shown) in new[]
            {
                ("demo", Basic(client.User!, "sgs_wrong")),
                ("demo", Basic("sgc_nobody", client.Secret!)),
                ("nobody", Basic(client.User!, client.Secret!)),
                ("demo", $"Bearer {Gateway.Token}"),
                ("demo", "Basic %%%"),
                ("demo", null),
            }
        )
        {
            var (status, body, answer) = await gateway.TokenAsync([Grant], shown, tenant);
            answers.Add($"{status} {answer.Headers.WwwAuthenticate} {body.ToJsonString()}");
        }

        Assert.Equal(
            "401 Basic realm=\"scim\", charset=\"UTF-8\" {\"error\":\"invalid_client\",\"error_description\":\"No such client, or what it shows is wrong or has expired. Make a new credential of the source.\"}",
            Assert.Single(answers)
        );
    }

    [Theory]
    [InlineData("client_id=a&client_secret=b", "invalid_request")]
    [InlineData("grant_type=&client_id=a&client_secret=b", "invalid_request")]
    [InlineData("grant_type=password&username=a&password=b", "unsupported_grant_type")]
    [InlineData("grant_type=authorization_code&code=x", "unsupported_grant_type")]
    [InlineData("grant_type=client_credentials&grant_type=client_credentials", "invalid_request")]
    [InlineData("grant_type=client_credentials&client_secret=b&client_assertion=c", "invalid_request")]
    [InlineData("grant_type=client_credentials&client_assertion=c", "invalid_request")]
    [InlineData("grant_type=client_credentials&client_assertion=c&client_assertion_type=saml", "invalid_request")]
    [InlineData(
        "grant_type=client_credentials&a=1&b=1&c=1&d=1&e=1&f=1&g=1&h=1&i=1&j=1&k=1&l=1&m=1&n=1&o=1&p=1&q=1&r=1&s=1&t=1",
        "invalid_request"
    )]
    [InlineData("{\"grant_type\":\"client_credentials\"}", "invalid_request")]
    [InlineData("", "invalid_request")]
    public async Task What_makes_no_sense_is_said(string form, string error)
    {
        await using var gateway = await Gateway.StartAsync();

        foreach (var tenant in new[] { "demo", "nobody" })
        {
            var (status, body) = await PostAsync(gateway, form, tenant: tenant);
            Assert.Equal((400, error), (status, (string)body["error"]!));
            Assert.True(((string)body["error_description"]!).Length > 10);
        }
    }

    [Fact]
    public async Task A_secret_comes_in_the_header_or_in_the_body_and_not_in_both()
    {
        await using var gateway = await Gateway.StartAsync();
        var (_, client) = await gateway.MakeAsync(_client);
        var basic = Basic(client.User!, client.Secret!);

        var both = await gateway.TokenAsync(
            [Grant, new("client_id", client.User!), new("client_secret", client.Secret!)],
            basic
        );
        var two = await gateway.TokenAsync([Grant, new("client_id", "sgc_another")], basic);
        var same = await gateway.TokenAsync([Grant, new("client_id", client.User!)], basic);

        Assert.Equal((400, "invalid_request"), (both.Status, (string)both.Body["error"]!));
        Assert.Equal((400, "invalid_request"), (two.Status, (string)two.Body["error"]!));
        Assert.Equal(200, same.Status);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData(null)]
    public async Task A_body_is_a_form_and_no_longer_than_16_KiB(string? type)
    {
        await using var gateway = await Gateway.StartAsync();
        const string Form = "grant_type=client_credentials&client_id=a&client_secret=";

        Assert.Equal(400, (await PostAsync(gateway, Form, type)).Status);
        Assert.Equal(400, (await PostAsync(gateway, Form + new string('x', 16 << 10))).Status);
        Assert.Equal(401, (await PostAsync(gateway, Form + new string('x', 15 << 10))).Status);
    }

    [Fact]
    public async Task Whoever_tries_secrets_is_told_to_wait_and_the_client_is_not()
    {
        await using var gateway = await Gateway.StartAsync();
        var (_, client) = await gateway.MakeAsync(_client);
        for (var i = 0; i < WrongTries.Most; i++)
            Assert.Equal(401, (await gateway.TokenAsync([Grant], Basic(client.User!, $"{i}"))).Status);

        var (status, body, answer) = await gateway.TokenAsync([Grant], Basic(client.User!, "again"));

        Assert.Equal((429, "invalid_client"), (status, (string)body["error"]!));
        Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);
        Assert.Equal(200, (await gateway.TokenAsync(client)).Status);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_client_that_asks_for_each_request_anew_has_a_thousand_tokens_at_most_and_always_one_that_is_good()
    {
        await using var gateway = await Gateway.StartAsync();
        var (_, client) = await gateway.MakeAsync(_client);
        var first = await TokenOfAsync(gateway, client);
        var second = await TokenOfAsync(gateway, client);
        for (var i = 2; i < TokenEndpoint.MostOfClient; i++)
            await TokenOfAsync(gateway, client);
        Assert.Equal(200, await gateway.StatusAsync($"Bearer {first}"));

        var last = await TokenOfAsync(gateway, client);

        Assert.Equal(401, await gateway.StatusAsync($"Bearer {first}"));
        Assert.Equal(200, await gateway.StatusAsync($"Bearer {second}"));
        Assert.Equal(200, await gateway.StatusAsync($"Bearer {last}"));
        Assert.Equal(TokenEndpoint.MostOfClient, gateway.Count(kept => kept.AccessTokens));
    }

    [Fact]
    public async Task Tokens_that_are_over_are_forgotten()
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock });
        var (_, client) = await gateway.MakeAsync(_client);
        for (var i = 0; i < 5; i++)
            await TokenOfAsync(gateway, client);

        clock.Advance(TimeSpan.FromHours(1));
        await TokenOfAsync(gateway, client);

        Assert.Equal(1, gateway.Count(kept => kept.AccessTokens));
    }

    // RFC 7523 §3: whoever signs names itself, the endpoint, and what it shows comes once.
    [Fact]
    public async Task An_assertion_stands_for_a_secret_and_is_good_once_also_after_a_restart()
    {
        var clock = new ManualClock();
        await using var issuer = await LittleIssuer.StartAsync(clock);
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock });
        var (_, client) = await gateway.MakeAsync(_client with { Assertion = Pasted(issuer) });
        Assert.Null(client.Secret);
        // For the audience that the credential names: the address is another one after the restart here.
        var named = new JsonObject { ["aud"] = LittleIssuer.Audience };
        var first = Own(issuer, client, gateway, clock, "1", named);
        var second = Own(issuer, client, gateway, clock, "2", named);

        var (status, body, _) = await ShowAsync(gateway, first);

        Assert.Equal(200, status);
        Assert.Equal(200, await gateway.StatusAsync($"Bearer {(string)body["access_token"]!}"));
        Assert.Equal(401, (await ShowAsync(gateway, first)).Status);
        await gateway.RestartAsync();
        Assert.Equal(401, (await ShowAsync(gateway, first)).Status);
        Assert.Equal(200, (await ShowAsync(gateway, second, client.User)).Status);
        Assert.Equal(401, await gateway.StatusAsync($"Bearer {second}")); // it is no token
        Assert.Equal(0, issuer.Asked);
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task An_assertion_of_a_client_that_ends_soon_is_good_once_however_many_come_after_it()
    {
        var clock = new ManualClock();
        await using var issuer = await LittleIssuer.StartAsync(clock);
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock });
        var (_, client) = await gateway.MakeAsync(
            _client with
            {
                Assertion = Pasted(issuer),
                Expires = clock.GetUtcNow().AddMinutes(20),
            }
        );
        var first = Own(issuer, client, gateway, clock, "first");
        Assert.Equal(200, (await ShowAsync(gateway, first)).Status);

        var (status, error) = (200, "");
        for (var i = 0; status == 200 && i <= TokenEndpoint.MostOfClient; i++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(100));
            (status, var body, _) = await ShowAsync(gateway, Own(issuer, client, gateway, clock, $"{i}"));
            error = (string?)body["error"] ?? "";
        }

        Assert.Equal((429, "invalid_request"), (status, error));
        Assert.Equal(401, (await ShowAsync(gateway, first)).Status);
    }

    // Whoever has it there shows it here, and chooses the Host header.
    [Theory]
    [InlineData("localhost:1")]
    [InlineData("127.0.0.1:1")]
    [InlineData("127.0.0.2")]
    public async Task An_assertion_for_another_gateway_on_this_machine_is_no_client_here(string host)
    {
        var clock = new ManualClock();
        await using var issuer = await LittleIssuer.StartAsync(clock);
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock });
        var (_, client) = await gateway.MakeAsync(_client with { Assertion = Pasted(issuer) });
        async Task<int> ShowAsync(string id, string audience)
        {
            using var asking = new HttpRequestMessage(HttpMethod.Post, new Uri(gateway.Base, "/demo/oauth/token"))
            {
                Content = new FormUrlEncodedContent([
                    Grant,
                    new("client_assertion_type", AssertionType),
                    new("client_assertion", Own(issuer, client, gateway, clock, id, new() { ["aud"] = audience })),
                ]),
            };
            asking.Headers.Host = host;
            using var anybody = new HttpClient();
            return (int)(await anybody.SendAsync(asking, TestContext.Current.CancellationToken)).StatusCode;
        }

        Assert.Equal(401, await ShowAsync("1", $"http://{host}/demo/oauth/token"));
        Assert.Equal(200, await ShowAsync("2", $"http://{gateway.Base.Authority}/demo/oauth/token"));
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task An_assertion_that_is_not_right_is_no_client()
    {
        var clock = new ManualClock();
        await using var issuer = await LittleIssuer.StartAsync(clock);
        await using var stranger = await LittleIssuer.StartAsync(clock);
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock });
        var (_, client) = await gateway.MakeAsync(_client with { Assertion = Pasted(issuer) });
        var (_, other) = await gateway.MakeAsync(_client with { Assertion = Pasted(issuer) });
        var number = 0;
        string Of(JsonObject says) => Own(issuer, client, gateway, clock, $"{number++}", says);
        (string What, Func<string> Assertion, string? Client)[] wrong =
        [
            ("another's key", () => Own(stranger, client, gateway, clock, "a"), null),
            ("about somebody else", () => Of(new() { ["sub"] = "somebody" }), null),
            ("about nobody", () => Of(new() { ["sub"] = null }), null),
            ("for somebody else", () => Of(new() { ["aud"] = "https://gateway.example/demo/oauth/token" }), null),
            (
                "for another tenant",
                () => Of(new() { ["aud"] = new Uri(gateway.Base, "/demo2/oauth/token").ToString() }),
                null
            ),
            ("without an id", () => Of(new() { ["jti"] = null }), null),
            ("without an end", () => Of(new() { ["exp"] = null }), null),
            ("over", () => Of(new() { ["exp"] = clock.GetUtcNow().AddMinutes(-2).ToUnixTimeSeconds() }), null),
            (
                "for too long",
                () => Of(new() { ["exp"] = clock.GetUtcNow().AddMinutes(10).ToUnixTimeSeconds() + 1 }),
                null
            ),
            ("not yet", () => Of(new() { ["nbf"] = clock.GetUtcNow().AddMinutes(3).ToUnixTimeSeconds() }), null),
            ("another client's", () => Of([]), other.User),
            ("too long", () => Of(new() { ["more"] = new string('x', 8 << 10) }), null),
            ("no token", () => "x.y.z", null),
        ];

        foreach (var (what, assertion, named) in wrong)
        {
            clock.Advance(10); // fewer tries in a minute than have somebody wait
            Assert.True((await ShowAsync(gateway, assertion(), named)).Status == 401, what);
        }
        Assert.Equal(
            200,
            (
                await ShowAsync(gateway, Of(new() { ["exp"] = clock.GetUtcNow().AddMinutes(10).ToUnixTimeSeconds() }))
            ).Status
        );
        Assert.Equal(200, (await ShowAsync(gateway, Of(new() { ["aud"] = LittleIssuer.Audience }))).Status);
        Assert.Equal(200, (await ShowAsync(gateway, Of(new() { ["iss"] = issuer.Name }))).Status);
        Assert.Equal(3, gateway.Count(kept => kept.AccessTokens));
    }

    // Workload identity federation: Entra ID signs for the application, about the application, for about 65 minutes, and
    // keeps showing the same one.
    [Fact]
    public async Task What_a_cloud_signs_for_a_client_may_come_again_until_it_is_over()
    {
        var clock = new ManualClock();
        await using var issuer = await LittleIssuer.StartAsync(clock);
        await using var gateway = await Gateway.StartAsync(
            new Setting
            {
                Clock = clock,
                More = services => services.Configure<IssuerOptions>(options => options.Loopback = true),
            }
        );
        var (_, client) = await gateway.MakeAsync(
            _client with
            {
                Assertion = issuer.Trusted(("sub", "5f0c2a9e-0000-4000-8000-000000000003"), ("tid", "t")),
            }
        );
        string Cloud(string subject, int minutes) =>
            issuer.Token(
                new()
                {
                    ["sub"] = subject,
                    ["tid"] = "t",
                    ["oid"] = subject,
                    ["exp"] = clock.GetUtcNow().AddMinutes(minutes).ToUnixTimeSeconds(),
                }
            );
        var assertion = Cloud("5f0c2a9e-0000-4000-8000-000000000003", 65);

        for (var i = 0; i < 2; i++)
            Assert.Equal(200, (await ShowAsync(gateway, assertion, client.User)).Status);
        Assert.Equal(401, (await ShowAsync(gateway, Cloud("somebody", 65))).Status);
        Assert.Equal(401, (await ShowAsync(gateway, Cloud(client.User!, 65))).Status);
        Assert.Equal(401, (await ShowAsync(gateway, Cloud("5f0c2a9e-0000-4000-8000-000000000003", 80))).Status);
        clock.Advance(TimeSpan.FromMinutes(68));
        Assert.Equal(401, (await ShowAsync(gateway, assertion, client.User)).Status);
    }

    // It was answered in SCIM's form, which no OAuth client reads.
    [Theory]
    [InlineData("no number")]
    [InlineData("FFFFFFFFFFFFFFFFFF")] // more than Kestrel counts
    public async Task A_body_that_does_not_come_as_HTTP_has_it_is_refused_as_OAuth_does(string size)
    {
        await using var gateway = await Gateway.StartAsync();

        var answer = await RawRequest.SendAsync(
            gateway.Base,
            Encoding.ASCII.GetBytes(
                $"POST /demo/oauth/token HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n{size}\r\n"
            )
        );

        Assert.Equal((400, "application/json"), (answer.Status, answer.Header("Content-Type")));
        Assert.Equal("invalid_request", (string?)answer.Json!["error"]);
    }

    [Fact]
    public async Task Nobody_but_a_client_asks_there_and_by_POST_alone()
    {
        await using var gateway = await Gateway.StartAsync();

        Assert.Equal(405, await gateway.StatusAsync(null, HttpMethod.Get, "/demo/oauth/token"));
        Assert.Equal(405, await gateway.StatusAsync($"Bearer {Gateway.Token}", HttpMethod.Get, "/demo/oauth/token"));
        Assert.Equal(401, await gateway.StatusAsync(null, HttpMethod.Post, "/demo/oauth/other"));
    }

    [Fact]
    public async Task A_token_that_is_asked_for_while_its_credential_ends_opens_nothing()
    {
        await using var gateway = await Gateway.StartAsync();
        for (var round = 0; round < 20; round++)
        {
            var (id, client) = await gateway.MakeAsync(_client);
            var asking = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => gateway.TokenAsync(client)));
            await gateway.EndAsync(id);

            foreach (var (status, body, _) in await asking)
                if (status == 200)
                    // Who shows so many wrong ones is told to wait.
                    Assert.True(await gateway.StatusAsync($"Bearer {(string)body["access_token"]!}") is 401 or 429);
        }
        Assert.Equal(0, gateway.Count(kept => kept.AccessTokens));
    }

    private static KeyValuePair<string, string> Grant => new("grant_type", "client_credentials");

    private static async Task<string> TokenOfAsync(Gateway gateway, Minted client) =>
        (string)(await gateway.TokenAsync(client)).Body["access_token"]!;

    private static Task<(int Status, JsonObject Body, HttpResponseMessage Answer)> ShowAsync(
        Gateway gateway,
        string assertion,
        string? client = null
    ) =>
        gateway.TokenAsync([
            Grant,
            new("client_assertion_type", AssertionType),
            new("client_assertion", assertion),
            .. client is null ? Array.Empty<KeyValuePair<string, string>>() : [new("client_id", client)],
        ]);

    private static async Task<(int Status, JsonObject Body)> PostAsync(
        Gateway gateway,
        string form,
        string? type = "application/x-www-form-urlencoded",
        string tenant = "demo"
    )
    {
        using var client = new HttpClient { BaseAddress = gateway.Base };
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(form));
        if (type is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        using var answer = await client.PostAsync(
            $"/{tenant}/oauth/token",
            content,
            TestContext.Current.CancellationToken
        );
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        return ((int)answer.StatusCode, JsonNode.Parse(text)!.AsObject());
    }

    private static TrustedIssuer Pasted(LittleIssuer issuer) =>
        issuer.Trusted() with
        {
            Metadata = null,
            Jwks = JsonElement.Parse(issuer.Keys()),
        };

    private static string Own(
        LittleIssuer issuer,
        Minted client,
        Gateway gateway,
        ManualClock clock,
        string id,
        JsonObject? says = null
    )
    {
        var usual = new JsonObject
        {
            ["iss"] = client.User,
            ["sub"] = client.User,
            ["aud"] = new Uri(gateway.Base, "/demo/oauth/token").ToString(),
            ["jti"] = id,
            ["exp"] = clock.GetUtcNow().AddMinutes(5).ToUnixTimeSeconds(),
        };
        foreach (var (name, value) in says ?? [])
            usual[name] = value?.DeepClone();
        return issuer.Token(usual);
    }

    private static string Basic(string client, string secret) =>
        $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Uri.EscapeDataString(client)}:{Uri.EscapeDataString(secret)}"))}";
}
