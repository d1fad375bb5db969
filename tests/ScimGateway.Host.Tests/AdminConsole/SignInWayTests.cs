using System.Net;
using ScimGateway.Host.Security;
using ScimGateway.Host.Tests.Admin;
using ScimGateway.Host.Tests.Security;
using ScimGateway.Kill;
using ScimGateway.SlackEmulator.Tests;
using Xunit;
using static ScimGateway.Host.Tests.AdminConsole.SignInSteps;

namespace ScimGateway.Host.Tests.AdminConsole;

/// <summary>The way of a browser to the identity provider and back.</summary>
public class SignInWayTests
{
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
    public async Task Who_has_to_wait_for_others_codes_comes_back_with_what_he_has()
    {
        var clock = new ManualClock();
        await using var provider = await LittleProvider.StartAsync(clock);
        await using var served = await ServedGateway.StartAsync(0, clock, provider.Settings());
        using var browser = new ConsoleBrowser(served);
        var callback = await browser.AtProviderAsync("?to=keys");
        for (var forged = 0; forged < WrongTries.Most; forged++)
            Assert.Equal(HttpStatusCode.Unauthorized, await ForgeAsync(served));

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
}
