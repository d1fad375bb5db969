using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.WebUtilities;
using ScimGateway.Host.Tests.Admin;
using ScimGateway.Host.Tests.Security;
using ScimGateway.SlackEmulator.Tests;
using Xunit;
using static ScimGateway.Host.Tests.AdminConsole.SignInSteps;

namespace ScimGateway.Host.Tests.AdminConsole;

/// <summary>What the identity provider says and does, and whether that signs anybody in.</summary>
public class SignInProviderTests
{
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
    public async Task Codes_that_are_wrong_cost_the_provider_ten_calls_a_minute_of_an_address()
    {
        var clock = new ManualClock();
        await using var provider = await LittleProvider.StartAsync(clock);
        await using var served = await ServedGateway.StartAsync(0, clock, provider.Settings());

        var answers = await Task.WhenAll(Enumerable.Range(0, 30).Select(_ => ForgeAsync(served)));

        Assert.Equal(10, provider.Asked.Count(path => path == "/token"));
        Assert.Equal(20, answers.Count(status => status == HttpStatusCode.TooManyRequests));
        clock.Advance(TimeSpan.FromMinutes(1));
        using var browser = new ConsoleBrowser(served);
        using var back = await browser.ByOrganizationAsync();
        Assert.Equal(HttpStatusCode.OK, back.StatusCode);
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
}
