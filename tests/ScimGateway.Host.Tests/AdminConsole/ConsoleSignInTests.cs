using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ScimGateway.Host.Security;
using ScimGateway.Host.Tests.Admin;
using ScimGateway.Host.Tests.Cluster;
using ScimGateway.Host.Tests.Security;
using ScimGateway.Kill;
using ScimGateway.SlackEmulator.Tests;
using Xunit;

namespace ScimGateway.Host.Tests.AdminConsole;

/// <summary>Signing in by an identity provider: who is let in to what, and whatever can go wrong on the way.</summary>
public class ConsoleSignInTests
{
    [Fact]
    public async Task Who_has_a_role_at_the_identity_provider_signs_in_by_it()
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await StartAsync(provider);
        using var browser = new ConsoleBrowser(served);

        using var back = await browser.ByOrganizationAsync("?to=keys");

        Assert.Contains("content=\"0; url=../keys\"", await TextAsync(back), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, back.StatusCode);
        Assert.Equal("no-referrer", back.Headers.GetValues("Referrer-Policy").Single());
        using var keys = await browser.GetAsync("/keys");
        Assert.Contains("ada@corp.example", await TextAsync(keys), StringComparison.Ordinal);
        var row = Assert.Single(await PeopleAsync(served))!;
        Assert.Equal(
            ("ada@corp.example", "owner", null, null),
            ((string?)row["label"], (string?)row["role"], (string?)row["tenant"], (string?)row["expires"])
        );
        var sent = Assert.Single(provider.Sent);
        Assert.Equal(
            ("code", "S256", "openid profile email", $"{served.Base}console/sign-in/callback"),
            (
                $"{sent["response_type"]}",
                $"{sent["code_challenge_method"]}",
                $"{sent["scope"]}",
                $"{sent["redirect_uri"]}"
            )
        );
        Assert.DoesNotContain("/userinfo", provider.Asked);
    }

    [Fact]
    public async Task An_operator_of_one_tenant_sees_nothing_of_another()
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await StartAsync(provider);
        await served.TenantAsync();
        await served.TenantAsync("globex");
        provider.Person["roles"] = new JsonArray("something else", "everybody", "helpdesk");
        using var browser = new ConsoleBrowser(served);
        using var back = await browser.ByOrganizationAsync();

        using var list = await browser.GetAsync("");
        var tenants = await TextAsync(list);
        Assert.Contains("tenants/acme", tenants, StringComparison.Ordinal);
        Assert.DoesNotContain("globex", tenants, StringComparison.Ordinal);
        Assert.Contains("(operator)", tenants, StringComparison.Ordinal); // the first of the list, not of the person
        using var others = await browser.GetAsync("/tenants/globex");
        Assert.Equal(HttpStatusCode.NotFound, others.StatusCode);
        using var keys = await browser.GetAsync("/keys");
        Assert.Equal(HttpStatusCode.Forbidden, keys.StatusCode);
    }

    [Fact]
    public async Task A_sign_in_has_the_role_and_the_name_of_now_and_ends_what_another_role_has_begun()
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await StartAsync(provider);
        await served.TenantAsync();
        using var first = new ConsoleBrowser(served);
        using var second = new ConsoleBrowser(served);
        using var third = new ConsoleBrowser(served);
        using (await first.ByOrganizationAsync()) { }
        var owner = (long)Assert.Single(await PeopleAsync(served))!["id"]!;

        (provider.Person["roles"], provider.Person["email"]) = ("everybody", "ada.king@corp.example");
        using (await second.ByOrganizationAsync()) { }

        var viewer = Assert.Single(await PeopleAsync(served))!;
        Assert.Equal(
            (owner, "viewer", "ada.king@corp.example"),
            ((long)viewer["id"]!, (string?)viewer["role"], (string?)viewer["label"])
        );
        Assert.Equal(HttpStatusCode.SeeOther, await StatusAsync(first));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(second));

        // Of another tenant somebody else.
        provider.Person["roles"] = "helpdesk";
        using (await third.ByOrganizationAsync()) { }
        var operates = Assert.Single(await PeopleAsync(served))!;
        Assert.Equal(("operator", "acme"), ((string?)operates["role"], (string?)operates["tenant"]));
        Assert.NotEqual(owner, (long)operates["id"]!);
        Assert.Equal(HttpStatusCode.SeeOther, await StatusAsync(second));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(third));
        using var acme = await served.WithKeyAsync("owner", "acme");
        var (_, seen, _) = await ServedGateway.SendAsync(acme, HttpMethod.Get, "audit?action=signIn");
        var line = Assert.Single(seen!["items"]!.AsArray())!;
        Assert.Null(line["before"]);
    }

    [Fact]
    public async Task Who_has_no_role_any_more_is_told_which_claim_was_looked_at_and_has_no_session_left()
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await StartAsync(provider, "--sign-in-claim", "groups");
        provider.Person["groups"] = "owners";
        using var former = new ConsoleBrowser(served);
        using var browser = new ConsoleBrowser(served);
        using (await former.ByOrganizationAsync()) { }
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(former));

        provider.Person["groups"] = "nobody-s-business";
        using var back = await browser.ByOrganizationAsync();

        Assert.Equal(HttpStatusCode.Forbidden, back.StatusCode);
        var page = await TextAsync(back);
        Assert.Contains("your claim groups", page, StringComparison.Ordinal);
        Assert.DoesNotContain("nobody-s-business", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, await StatusAsync(former));
        Assert.Equal(HttpStatusCode.SeeOther, await StatusAsync(browser));
        // The row stays, by which an owner finds what the person has made.
        Assert.Single(await PeopleAsync(served));
        var line = (await SignInsAsync(served))[0]!;
        Assert.Equal((403, "ada@corp.example"), ((int)line["status"]!, (string?)line["actor"]!["label"]));
    }

    [Fact]
    public async Task A_role_of_a_tenant_that_is_not_there_lets_nobody_in_until_it_is()
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await StartAsync(provider);
        provider.Person["roles"] = "helpdesk";
        using var browser = new ConsoleBrowser(served);

        using (var back = await browser.ByOrganizationAsync())
        {
            Assert.Equal(HttpStatusCode.Forbidden, back.StatusCode);
            Assert.Contains("a tenant that is not there", await TextAsync(back), StringComparison.Ordinal);
        }
        await served.TenantAsync();
        using (var back = await browser.ByOrganizationAsync())
            Assert.Equal(HttpStatusCode.OK, back.StatusCode);
    }

    [Theory]
    [InlineData("aud", "another", "not for this sign-in")]
    [InlineData("iss", "https://evil.example", "not for this sign-in")]
    [InlineData("nonce", "another", "not for this sign-in")]
    [InlineData("azp", "another", "not for this sign-in")]
    [InlineData("sub", null, "not for this sign-in")]
    [InlineData("exp", 1, "is not valid now")]
    [InlineData("exp", null, "not for this sign-in")]
    [InlineData("nbf", 9_999_999_999, "is not valid now")]
    public async Task A_token_that_is_not_right_lets_nobody_in(string claim, object? value, string says)
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await StartAsync(provider);
        provider.Says[claim] = value switch
        {
            null => null,
            string text => text,
            _ => Convert.ToInt64(value, null),
        };

        await AssertRefusedAsync(served, HttpStatusCode.Unauthorized, says);
    }

    [Fact]
    public async Task A_token_for_several_says_that_it_is_for_the_gateway()
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await StartAsync(provider);
        using var browser = new ConsoleBrowser(served);

        provider.Says["aud"] = new JsonArray(LittleProvider.Client, "another");
        await AssertRefusedAsync(served, HttpStatusCode.Unauthorized, "not for this sign-in");
        provider.Says["azp"] = LittleProvider.Client;
        using (var back = await browser.ByOrganizationAsync())
            Assert.Equal(HttpStatusCode.OK, back.StatusCode);
    }

    [Fact]
    public async Task An_address_that_the_provider_has_not_verified_and_a_claim_of_another_spelling_count_for_nothing()
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await StartAsync(provider);
        using var browser = new ConsoleBrowser(served);
        provider.Person["email_verified"] = false;
        provider.Person["preferred_username"] = "ada.lovelace";
        using (await browser.ByOrganizationAsync()) { }

        Assert.Equal("ada.lovelace", (string?)Assert.Single(await PeopleAsync(served))!["label"]);
        provider.Person["roles"] = null;
        provider.Person["Roles"] = "owners";
        using var back = await browser.ByOrganizationAsync();
        Assert.Equal(HttpStatusCode.Forbidden, back.StatusCode);
    }

    [Fact]
    public async Task A_token_that_somebody_else_has_signed_lets_nobody_in_and_one_of_the_providers_next_key_does()
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await StartAsync(provider);
        using var key = RSA.Create(2048);
        using var browser = new ConsoleBrowser(served);

        provider.Key = key;
        await AssertRefusedAsync(served, HttpStatusCode.Unauthorized, "not for this sign-in");
        provider.Key = null;
        using (var back = await browser.ByOrganizationAsync())
            Assert.Equal(HttpStatusCode.OK, back.StatusCode);
    }

    [Theory]
    [InlineData("n", "of 1,024 bits")]
    [InlineData("n", "of 4,352 bits")]
    [InlineData("use", "enc")]
    [InlineData("key_ops", "encrypt")]
    [InlineData("alg", "RSA-OAEP")]
    public async Task A_key_that_is_weak_heavy_or_for_something_else_signs_nobody_in(string name, string value)
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await StartAsync(provider);
        using var browser = new ConsoleBrowser(served);
        provider.Announced = key =>
            key[name] = value switch
            {
                "of 1,024 bits" => Modulus(1_024),
                "of 4,352 bits" => Modulus(4_352),
                "encrypt" => new JsonArray(value),
                _ => value,
            };

        using (var answer = await browser.GetAsync("/sign-in/organization"))
        {
            Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
            Assert.Contains("metadata or keys cannot be read", await TextAsync(answer), StringComparison.Ordinal);
        }
        provider.Announced = null;
        using var back = await browser.ByOrganizationAsync();
        Assert.Equal(HttpStatusCode.OK, back.StatusCode);

        // Of that many bits; nothing is signed by it, and to make a real one takes seconds.
        static string Modulus(int bits) => WebEncoders.Base64UrlEncode([.. Enumerable.Repeat(byte.MaxValue, bits / 8)]);
    }

    [Fact]
    public async Task An_answer_that_names_another_issuer_signs_nobody_in()
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await StartAsync(provider);
        using var browser = new ConsoleBrowser(served);

        provider.Names = "https://another.example";
        await AssertRefusedAsync(served, HttpStatusCode.Unauthorized, "not for this sign-in");
        Assert.DoesNotContain("/token", provider.Asked);
        provider.Names = provider.Name;
        using var back = await browser.ByOrganizationAsync();
        Assert.Equal(HttpStatusCode.OK, back.StatusCode);
    }

    [Theory]
    [InlineData(404, "{}", "metadata or keys cannot be read")]
    [InlineData(200, "no JSON", "metadata or keys cannot be read")]
    [InlineData(503, "{}", "does not answer, or has a fault")]
    public async Task Metadata_that_are_not_there_are_told_from_a_provider_that_does_not_answer(
        int status,
        string body,
        string says
    )
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await StartAsync(provider);
        using var browser = new ConsoleBrowser(served);
        provider.Metadata = Answers(status, body);

        using var answer = await browser.GetAsync("/sign-in/organization");

        Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
        Assert.Contains(says, await TextAsync(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task By_addresses_those_have_roles_alone_whose_address_is_verified()
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await ServedGateway.StartAsync(
            0,
            null,
            provider.Settings("owner=ada@corp.example", "--sign-in-claim", "email")
        );
        using var browser = new ConsoleBrowser(served);

        foreach (var verified in new JsonNode?[] { false, null })
        {
            provider.Person["email_verified"] = verified;
            await AssertRefusedAsync(served, HttpStatusCode.Forbidden, "does not say that the address is verified");
        }
        provider.Person["email_verified"] = true;
        using var back = await browser.ByOrganizationAsync();
        Assert.Equal(HttpStatusCode.OK, back.StatusCode);
    }

    [Fact]
    public async Task Who_turns_back_at_the_provider_can_sign_in_again()
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await StartAsync(provider);
        provider.Error = "access_denied";
        await AssertRefusedAsync(served, HttpStatusCode.Unauthorized, "You did not sign in at the identity provider");
        provider.Error = "server_error";
        await AssertRefusedAsync(served, HttpStatusCode.Unauthorized, "The identity provider refused");
        provider.Error = null;
        using var browser = new ConsoleBrowser(served);

        using var back = await browser.ByOrganizationAsync();

        Assert.Equal(HttpStatusCode.OK, back.StatusCode);
    }

    [Fact]
    public async Task What_the_token_endpoint_answers_in_place_of_a_token_lets_nobody_in_and_is_not_shown()
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await StartAsync(provider);

        provider.Tokens = Answers(400, """{"error":"invalid_client","error_description":"a word of its own"}""");
        await AssertRefusedAsync(served, HttpStatusCode.BadGateway, "by its client and secret");
        provider.Tokens = Answers(400, """{"error":"invalid_grant","error_description":"a word of its own"}""");
        await AssertRefusedAsync(served, HttpStatusCode.Unauthorized, "The identity provider refused");
        provider.Tokens = Answers(500, "a word of its own");
        await AssertRefusedAsync(served, HttpStatusCode.BadGateway, "does not answer, or has a fault");
        provider.Tokens = Answers(200, """{"id_token":"a word of its own"}""");
        await AssertRefusedAsync(served, HttpStatusCode.Unauthorized, "not for this sign-in");
        provider.Tokens = Answers(200, $$"""{"id_token":"{{new string('a', 2 << 20)}}"}""");
        await AssertRefusedAsync(served, HttpStatusCode.BadGateway, "does not answer");
        provider.Tokens = context =>
        {
            context.Response.Redirect($"{provider.Name}/elsewhere");
            return Task.CompletedTask;
        };
        await AssertRefusedAsync(served, HttpStatusCode.Unauthorized, "The identity provider refused");
        Assert.DoesNotContain("/elsewhere", provider.Asked);
        provider.Tokens = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        await AssertRefusedAsync(served, HttpStatusCode.BadGateway, "does not answer");
    }

    [Theory]
    [InlineData("issuer", "https://evil.example")]
    [InlineData("authorization_endpoint", "http://idp.example/authorize")]
    [InlineData("token_endpoint", "http://idp.example/token")]
    [InlineData("token_endpoint", null)]
    [InlineData("pushed_authorization_request_endpoint", "http://idp.example/par")]
    public async Task Metadata_that_are_not_right_send_nobody_anywhere(string name, string? value)
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await StartAsync(provider);
        using var browser = new ConsoleBrowser(served);
        provider.Announces[name] = value;

        using (var answer = await browser.GetAsync("/sign-in/organization"))
        {
            Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
            Assert.Contains("--sign-in-issuer", await TextAsync(answer), StringComparison.Ordinal);
        }
        // Once they are mended it goes on, without a start.
        provider.Announces.Clear();
        using var back = await browser.ByOrganizationAsync();
        Assert.Equal(HttpStatusCode.OK, back.StatusCode);
    }

    [Fact]
    public async Task While_the_provider_is_away_a_key_signs_in()
    {
        var provider = await LittleProvider.StartAsync();
        await using var served = await StartAsync(provider);
        await provider.DisposeAsync();
        using var browser = new ConsoleBrowser(served);

        using (var answer = await browser.GetAsync("/sign-in/organization"))
        {
            Assert.Equal(HttpStatusCode.BadGateway, answer.StatusCode);
            Assert.Contains("does not answer", await TextAsync(answer), StringComparison.Ordinal);
        }
        await browser.SignInAsync(served.Key);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(browser));
    }

    [Fact]
    public async Task An_answer_of_the_provider_is_good_once_and_in_the_browser_that_began_alone()
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await StartAsync(provider);
        using var browser = new ConsoleBrowser(served);
        using var other = new ConsoleBrowser(served);
        var callback = await browser.AtProviderAsync();

        using (var stolen = await other.BackAsync(callback))
            await AssertSpentAsync(stolen);
        foreach (
            var forged in new[]
            {
                "",
                "?code=1",
                "?code=1&state=1",
                "?error=access_denied",
                "?error=access_denied&state=1",
                "?id_token=1&state=1",
            }
        )
            using (var answer = await other.BackAsync(new Uri(served.Base, $"/console/sign-in/callback{forged}")))
                await AssertSpentAsync(answer);
        using (var first = await browser.BackAsync(callback))
            Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        using (var second = await browser.BackAsync(callback))
            await AssertSpentAsync(second);

        static async Task AssertSpentAsync(HttpResponseMessage answer)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.Contains("was used before", await TextAsync(answer), StringComparison.Ordinal);
            Assert.DoesNotContain(
                answer.Headers.TryGetValues("Set-Cookie", out var set) ? set : [],
                cookie => cookie.StartsWith("scim-gateway=sgb_", StringComparison.Ordinal)
            );
        }
    }

    [Fact]
    public async Task Who_takes_more_than_ten_minutes_at_the_provider_begins_again()
    {
        var clock = new ManualClock();
        await using var provider = await LittleProvider.StartAsync(clock);
        await using var served = await ServedGateway.StartAsync(0, clock, provider.Settings());
        using var browser = new ConsoleBrowser(served);
        var callback = await browser.AtProviderAsync();

        clock.Advance(TimeSpan.FromMinutes(11));

        using var late = await browser.BackAsync(callback);
        Assert.Equal(HttpStatusCode.Unauthorized, late.StatusCode);
        Assert.Contains("more than ten minutes old", await TextAsync(late), StringComparison.Ordinal);
        using var again = await browser.ByOrganizationAsync();
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
    }

    [Fact]
    public async Task Who_sends_many_answers_that_nobody_has_asked_for_is_told_to_wait_and_others_sign_in()
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await StartAsync(provider);
        using var browser = new ConsoleBrowser(served);
        HttpResponseMessage? last = null;
        for (var tried = 0; tried < 11; tried++)
        {
            last?.Dispose();
            last = await browser.GetAsync("/sign-in/callback?code=1&state=1");
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, last!.StatusCode);
        Assert.NotNull(last.Headers.RetryAfter);
        last.Dispose();
        using var back = await browser.ByOrganizationAsync();
        Assert.Equal(HttpStatusCode.OK, back.StatusCode);
    }

    [Fact]
    public async Task Codes_that_are_wrong_cost_the_provider_ten_calls_a_minute_of_an_address()
    {
        var clock = new ManualClock();
        await using var provider = await LittleProvider.StartAsync(clock);
        await using var served = await ServedGateway.StartAsync(0, clock, provider.Settings());

        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => ForgedAsync()));

        Assert.Equal(10, provider.Asked.Count(path => path == "/token"));
        Assert.Equal(20, answers.Count(status => status == HttpStatusCode.TooManyRequests));
        clock.Advance(TimeSpan.FromMinutes(1));
        using var browser = new ConsoleBrowser(served);
        using var back = await browser.ByOrganizationAsync();
        Assert.Equal(HttpStatusCode.OK, back.StatusCode);

        // The state and the cookies are its own; the code is not.
        async Task<HttpStatusCode> ForgedAsync()
        {
            using var forger = new ConsoleBrowser(served);
            var state = QueryHelpers.ParseQuery((await forger.AtProviderAsync()).Query)["state"];
            using var answer = await forger.GetAsync($"/sign-in/callback?code=1&state={Uri.EscapeDataString(state!)}");
            return answer.StatusCode;
        }
    }

    [Fact]
    public async Task Who_has_to_wait_for_others_codes_comes_back_with_what_he_has()
    {
        var clock = new ManualClock();
        await using var provider = await LittleProvider.StartAsync(clock);
        await using var served = await ServedGateway.StartAsync(0, clock, provider.Settings());
        using var browser = new ConsoleBrowser(served);
        var callback = await browser.AtProviderAsync("?to=keys");
        for (var forged = 0; forged < WrongTries.Most; forged++)
        {
            using var forger = new ConsoleBrowser(served);
            var state = QueryHelpers.ParseQuery((await forger.AtProviderAsync()).Query)["state"];
            using var answer = await forger.GetAsync($"/sign-in/callback?code=1&state={Uri.EscapeDataString(state!)}");
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        }

        using (var early = await browser.BackAsync(callback))
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, early.StatusCode);
            Assert.Equal(TimeSpan.FromMinutes(1), early.Headers.RetryAfter!.Delta);
            Assert.Contains("then load this page again", await TextAsync(early), StringComparison.Ordinal);
        }
        clock.Advance(TimeSpan.FromMinutes(1));
        using var back = await browser.BackAsync(callback);
        Assert.Equal(HttpStatusCode.OK, back.StatusCode);
        Assert.Contains("url=../keys", await TextAsync(back), StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_many_people_of_one_address_sign_in_within_a_minute_as_want_to()
    {
        var clock = new ManualClock();
        await using var provider = await LittleProvider.StartAsync(clock);
        await using var served = await ServedGateway.StartAsync(0, clock, provider.Settings());

        for (var person = 0; person < 12; person++)
        {
            using var browser = new ConsoleBrowser(served);
            using var back = await browser.ByOrganizationAsync();
            Assert.Equal(HttpStatusCode.OK, back.StatusCode);
        }
    }

    [Fact]
    [Trait("speed", "slow")] // ten seconds, which the provider is waited for
    public async Task Who_begins_while_the_provider_hangs_waits_with_all_others_for_one_attempt()
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await StartAsync(provider);
        provider.Metadata = context =>
            Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted);

        var statuses = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => BeginAsync()));

        Assert.All(statuses, status => Assert.Equal(HttpStatusCode.BadGateway, status));
        Assert.Single(provider.Asked);

        async Task<HttpStatusCode> BeginAsync()
        {
            using var browser = new ConsoleBrowser(served);
            using var answer = await browser.GetAsync("/sign-in/organization");
            return answer.StatusCode;
        }
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("https://evil.example")]
    [InlineData("tenants/../../../evil")]
    [InlineData("javascript:alert(1)")]
    [InlineData("sign-in/organization")]
    public async Task Signing_in_leads_nowhere_but_to_the_console(string to)
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await StartAsync(provider);
        using var browser = new ConsoleBrowser(served);

        using var back = await browser.ByOrganizationAsync($"?to={Uri.EscapeDataString(to)}");

        Assert.Contains("content=\"0; url=../../console\"", await TextAsync(back), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_of_another_site_signs_nobody_in()
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await StartAsync(provider);
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        http.DefaultRequestHeaders.Add("Sec-Fetch-Site", "cross-site");

        using var answer = await http.GetAsync(new Uri(served.Base, "/console/sign-in/organization?to=keys"));

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal("../sign-in?to=keys", answer.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task What_a_browser_keeps_on_the_way_is_of_this_host_alone()
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await StartAsync(
            provider,
            "--public-url",
            "https://gateway.example.org/gw",
            "--sign-in-console-url",
            "https://admin.example.org/here"
        );
        using var browser = new ConsoleBrowser(served);

        using var sent = await browser.GetAsync("/sign-in/organization?to=keys");

        var cookies = sent.Headers.GetValues("Set-Cookie").ToList();
        Assert.Equal(2, cookies.Count);
        Assert.All(
            cookies,
            cookie =>
            {
                Assert.StartsWith("__Host-scimgateway-", cookie, StringComparison.Ordinal);
                Assert.Contains("; path=/;", cookie, StringComparison.OrdinalIgnoreCase);
                Assert.DoesNotContain("; domain", cookie, StringComparison.OrdinalIgnoreCase);
                Assert.Contains("; secure", cookie, StringComparison.OrdinalIgnoreCase);
                Assert.Contains("; httponly", cookie, StringComparison.OrdinalIgnoreCase);
                Assert.Contains("; samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
            }
        );
        Assert.Contains(
            Uri.EscapeDataString("https://admin.example.org/here/console/sign-in/callback"),
            sent.Headers.Location!.OriginalString,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Who_begins_often_and_never_ends_can_still_sign_in()
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await StartAsync(provider);
        using var browser = new ConsoleBrowser(served);

        for (var begun = 0; begun < 200; begun++)
            await browser.AtProviderAsync();

        Assert.InRange(browser.Kept, 2, 16);
        using var back = await browser.ByOrganizationAsync();
        Assert.Equal(HttpStatusCode.OK, back.StatusCode);
    }

    [Theory]
    [InlineData("access_denied")]
    [InlineData("server_error")]
    public async Task Who_turned_back_keeps_nothing_of_it(string error)
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await StartAsync(provider);
        using var browser = new ConsoleBrowser(served);
        var other = await browser.AtProviderAsync();
        provider.Error = error;

        using (await browser.ByOrganizationAsync()) { }

        Assert.Equal(2, browser.Kept); // those of the other tab
        using var back = await browser.BackAsync(other);
        Assert.Equal(HttpStatusCode.OK, back.StatusCode);
    }

    [Fact]
    public async Task With_an_address_of_its_own_the_console_is_there_alone_also_for_who_comes_back()
    {
        var admin = $"http://127.0.0.1:{Service.FreePort(Random.Shared)}";
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await StartAsync(
            provider,
            "--public-url",
            "https://gateway.example.org",
            "--admin-url",
            admin,
            "--sign-in-console-url",
            admin
        );
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });

        foreach (var path in new[] { "organization", "callback?code=1&state=1" })
            using (var elsewhere = await http.GetAsync(new Uri(served.Base, $"/console/sign-in/{path}")))
                Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);
        using var sent = await http.GetAsync(new Uri($"{admin}/console/sign-in/organization"));
        using var returned = await http.GetAsync(sent.Headers.Location);
        Assert.StartsWith(
            $"{admin}/console/sign-in/callback?",
            returned.Headers.Location!.OriginalString,
            StringComparison.Ordinal
        );
        using var back = await http.GetAsync(returned.Headers.Location);
        Assert.Equal(HttpStatusCode.OK, back.StatusCode);
    }

    [Fact]
    public async Task Another_process_on_the_same_store_takes_back_who_began_before()
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await StartAsync(provider);
        using var browser = new ConsoleBrowser(served);
        var callback = await browser.AtProviderAsync("?to=keys");

        await served.RestartAsync();

        using var back = await browser.BackAsync(new Uri(served.Base, callback.PathAndQuery));
        Assert.Equal(HttpStatusCode.OK, back.StatusCode);
        Assert.Contains("url=../keys", await TextAsync(back), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Signing_out_everywhere_ends_all_sessions_of_the_person_and_of_nobody_else()
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await StartAsync(provider);
        using var one = new ConsoleBrowser(served);
        using var another = new ConsoleBrowser(served);
        using var grace = new ConsoleBrowser(served);
        using (await one.ByOrganizationAsync()) { }
        using (await another.ByOrganizationAsync()) { }
        (provider.Person["sub"], provider.Person["email"]) = ("grace", "ada@corp.example"); // named alike
        using (await grace.ByOrganizationAsync()) { }
        Assert.Equal(2, (await PeopleAsync(served)).Count);

        using (await one.PostAsync("/sign-out", [("form", await one.FormTokenAsync()), ("everywhere", "true")])) { }

        Assert.Equal(HttpStatusCode.SeeOther, await StatusAsync(another));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(grace));
    }

    [Fact]
    public async Task An_owner_who_has_signed_in_so_makes_a_key_that_stays_when_the_role_is_gone_and_ends_with_the_person()
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await StartAsync(provider);
        using var browser = new ConsoleBrowser(served);
        using (await browser.ByOrganizationAsync()) { }
        using (
            var made = await browser.PostAsync(
                "/keys",
                [("form", await browser.FormTokenAsync()), ("label", "Ada's script"), ("role", "viewer")]
            )
        )
            Assert.Equal(HttpStatusCode.OK, made.StatusCode);
        provider.Person["roles"] = null;
        using (await browser.ByOrganizationAsync()) { }

        var person = (long)Assert.Single(await PeopleAsync(served))!["id"]!;
        Assert.Contains(
            (await served.AskAsync(HttpMethod.Get, "keys"))["items"]!.AsArray(),
            key => (string?)key!["label"] == "Ada's script" && (string?)key["kind"] == "key" && key["expires"] is null
        );
        var line = (await served.AskAsync(HttpMethod.Get, "audit?action=createKey"))["items"]![0]!;
        Assert.Equal("ada@corp.example", (string?)line["actor"]!["label"]);
        await served.AskAsync(HttpMethod.Delete, $"keys/{person}");
        // What a key has made that is gone is still ended together.
        await served.AskAsync(HttpMethod.Delete, $"keys/{person}?withMade=true");
        Assert.DoesNotContain(
            (await served.AskAsync(HttpMethod.Get, "keys"))["items"]!.AsArray(),
            key => (string?)key!["label"] == "Ada's script"
        );
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await served.SendAsync(HttpMethod.Delete, $"keys/{person}?withMade=true")).Status
        );
    }

    [Fact]
    public async Task A_person_is_no_key_that_anybody_could_show_and_does_not_stand_for_the_last_key_of_an_owner()
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await StartAsync(provider);
        using var browser = new ConsoleBrowser(served);
        using (await browser.ByOrganizationAsync()) { }

        foreach (var between in new[] { "\n", "\0", " ", "", "\u00ff" })
            using (var answer = await browser.PostAsync("/sign-in", [("key", $"{between}{provider.Name}{between}ada")]))
                Assert.True(
                    answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.BadRequest,
                    $"{answer.StatusCode}"
                );

        var (first, own) = await KeysAsync(served);
        await served.AskAsync(HttpMethod.Delete, $"keys/{first}");
        var (status, _, _) = await served.SendAsync(HttpMethod.Delete, $"keys/{own}");
        Assert.Equal(HttpStatusCode.Conflict, status);
        var person = (long)Assert.Single(await PeopleAsync(served))!["id"]!;
        await served.AskAsync(HttpMethod.Delete, $"keys/{person}");
        Assert.Equal(HttpStatusCode.SeeOther, await StatusAsync(browser));
    }

    [Fact]
    public async Task The_audit_trail_has_each_sign_in_with_the_persons_name_and_address()
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await StartAsync(provider);
        using var browser = new ConsoleBrowser(served);
        using (await browser.ByOrganizationAsync()) { }
        using (await browser.ByOrganizationAsync()) { }

        var lines = await SignInsAsync(served);

        Assert.Equal(2, lines.Count);
        Assert.All(
            lines,
            line =>
                Assert.Equal(
                    ("ada@corp.example", "127.0.0.1", 201),
                    ((string?)line!["actor"]!["label"], (string?)line["client"], (int)line["status"]!)
                )
        );
        Assert.Equal("person", (string?)lines[1]!["after"]!["kind"]); // the first one
        Assert.Null(lines[0]!["after"]);
        var seals = await served.AskAsync(HttpMethod.Get, "audit/seals");
        Assert.Null(seals["broken"]);
    }

    [Fact]
    public async Task A_name_is_as_short_and_as_plain_as_a_keys()
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await StartAsync(provider);
        provider.Person["email"] = "\u202e\u200b\n";
        provider.Person["preferred_username"] = $"ada\u202e\r\n\0{new string('a', 200)}";
        using var browser = new ConsoleBrowser(served);

        using (await browser.ByOrganizationAsync()) { }

        Assert.Equal($"ada{new string('a', 97)}", (string?)Assert.Single(await PeopleAsync(served))!["label"]);
    }

    [Fact]
    public async Task The_log_has_why_somebody_was_refused_and_nothing_of_whom()
    {
        var log = new Lines();
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await ServedGateway.StartAsync(
            services => services.AddSingleton<ILoggerProvider>(log),
            0,
            null,
            provider.Settings()
        );
        using var browser = new ConsoleBrowser(served);
        var callback = await browser.AtProviderAsync("?to=keys");
        using (await browser.BackAsync(callback)) { }
        using (await browser.BackAsync(callback)) { }
        provider.Says["aud"] = "another";
        using (await browser.ByOrganizationAsync()) { }
        provider.Says.Clear();
        provider.Person["roles"] = "nobody-s-business";
        using (await browser.ByOrganizationAsync()) { }

        var lines = log.All.Where(line => line.Contains("A sign-in by", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, lines.Count);
        Assert.Contains("was used before", lines[0], StringComparison.Ordinal);
        Assert.Contains("of another issuer, client", lines[1], StringComparison.Ordinal);
        Assert.Contains("no value of the claim", lines[2], StringComparison.Ordinal);
        var query = callback.Query.Split('&', '=');
        foreach (var word in new[] { "ada", "corp.example", "nobody-s", LittleProvider.Secret, query[1], query[3] })
            Assert.DoesNotContain(log.All, line => line.Contains(word, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Where_it_is_not_set_up_nobody_is_offered_it()
    {
        await using var served = await ServedGateway.StartAsync();
        using var browser = new ConsoleBrowser(served);

        using (var page = await browser.GetAsync("/sign-in"))
            Assert.DoesNotContain("organization", await TextAsync(page), StringComparison.Ordinal);
        foreach (var path in new[] { "organization", "callback?code=1&state=1" })
            using (var answer = await browser.GetAsync($"/sign-in/{path}"))
                Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
    }

    private static Task<ServedGateway> StartAsync(LittleProvider provider, params string[] more) =>
        ServedGateway.StartAsync(0, null, provider.Settings(more: more));

    private static async Task AssertRefusedAsync(ServedGateway served, HttpStatusCode status, string says)
    {
        using var browser = new ConsoleBrowser(served);
        using var back = await browser.ByOrganizationAsync();
        var page = await TextAsync(back);
        Assert.Contains(says, page, StringComparison.Ordinal);
        Assert.DoesNotContain("a word of its own", page, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", page, StringComparison.Ordinal);
        Assert.Equal(status, back.StatusCode);
        Assert.Equal(HttpStatusCode.SeeOther, await StatusAsync(browser));
        Assert.Empty(await PeopleAsync(served));
    }

    private static RequestDelegate Answers(int status, string body) =>
        context =>
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = "application/json";
            return context.Response.WriteAsync(body);
        };

    private static async Task<string> TextAsync(HttpResponseMessage answer) =>
        WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());

    private static async Task<HttpStatusCode> StatusAsync(ConsoleBrowser browser)
    {
        using var answer = await browser.GetAsync("");
        return answer.StatusCode;
    }

    private static async Task<List<JsonNode?>> PeopleAsync(ServedGateway served) =>
        [
            .. (await served.AskAsync(HttpMethod.Get, "keys"))["items"]!
                .AsArray()
                .Where(key => (string?)key!["kind"] == "person"),
        ];

    private static async Task<(long First, long Own)> KeysAsync(ServedGateway served)
    {
        var own = (long)(await served.AskAsync(HttpMethod.Get, "session"))["key"]!;
        var keys = (await served.AskAsync(HttpMethod.Get, "keys"))["items"]!.AsArray();
        return ((long)keys.Single(key => (string?)key!["kind"] == "key" && (long)key["id"]! != own)!["id"]!, own);
    }

    private static async Task<JsonArray> SignInsAsync(ServedGateway served) =>
        (await served.AskAsync(HttpMethod.Get, "audit?action=signIn"))["items"]!.AsArray();
}
