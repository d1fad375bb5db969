using System.Net;
using System.Text.RegularExpressions;
using ScimGateway.AdminConsole;
using ScimGateway.Host.Tests.Admin;
using Xunit;

namespace ScimGateway.Host.Tests.AdminConsole;

/// <summary>Who is let in to the console, and what a hostile page, browser or administrator of another tenant gets.</summary>
public class ConsoleSessionTests
{
    [Fact]
    public async Task A_key_is_no_session()
    {
        await using var served = await ServedGateway.StartAsync();
        using var browser = new ConsoleBrowser(served);

        foreach (var cookie in new[] { "sgb_nobodys", served.Key })
        {
            using var answer = await browser.GetAsync("/tenants/acme", cookie);
            Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
            Assert.Equal("../sign-in?to=tenants%2Facme", answer.Headers.Location!.OriginalString);
        }
    }

    [Fact]
    public async Task A_form_of_another_site_or_of_another_session_does_nothing()
    {
        await using var served = await ServedGateway.StartAsync();
        using var one = new ConsoleBrowser(served);
        using var other = new ConsoleBrowser(served);
        await one.SignInAsync(served.Key);
        await other.SignInAsync(served.Key);
        var own = await one.FormTokenAsync();
        var foreign = await other.FormTokenAsync();

        using (var without = await one.PostAsync("/sign-out", []))
            Assert.Equal(HttpStatusCode.Forbidden, without.StatusCode);
        using (var others = await one.PostAsync("/sign-out", [("form", foreign)]))
            Assert.Equal(HttpStatusCode.Forbidden, others.StatusCode);
        using (var cross = await one.PostAsync("/sign-out", [("form", own)], ("Sec-Fetch-Site", "cross-site")))
            Assert.Equal(HttpStatusCode.Forbidden, cross.StatusCode);
        using (var elsewhere = await one.PostAsync("/sign-out", [("form", own)], ("Origin", "https://evil.example")))
            Assert.Equal(HttpStatusCode.Forbidden, elsewhere.StatusCode);
        using (var still = await one.GetAsync(""))
            Assert.Equal(HttpStatusCode.OK, still.StatusCode);

        using (var done = await one.PostAsync("/sign-out", [("form", own)]))
            Assert.Equal(HttpStatusCode.SeeOther, done.StatusCode);
        using (var ended = await one.GetAsync(""))
            Assert.Equal(HttpStatusCode.SeeOther, ended.StatusCode);
        using (var others = await other.GetAsync(""))
            Assert.Equal(HttpStatusCode.OK, others.StatusCode);
    }

    [Fact]
    public async Task An_administrator_of_one_tenant_sees_nothing_of_another()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.TenantAsync();
        await served.TenantAsync("globex");
        var key = (string)
            (await served.AskAsync(HttpMethod.Post, "keys", """{"label":"acme's","role":"owner","tenant":"acme"}"""))[
                "secret"
            ]!;
        using var browser = new ConsoleBrowser(served);
        await browser.SignInAsync(key);

        using var list = await browser.GetAsync("");
        var tenants = await list.Content.ReadAsStringAsync();
        Assert.Contains("tenants/acme", tenants, StringComparison.Ordinal);
        Assert.DoesNotContain("globex", tenants, StringComparison.Ordinal);
        foreach (
            var page in new[]
            {
                "",
                "/holds",
                "/people",
                "/operations",
                "/setup",
                "/connection",
                "/sources",
                "/jobs",
                "/rules",
                "/notifications",
                "/budget",
            }
        )
        {
            using var others = await browser.GetAsync($"/tenants/globex{page}");
            using var nobodys = await browser.GetAsync($"/tenants/nobody{page}");
            Assert.Equal(HttpStatusCode.NotFound, others.StatusCode);
            Assert.Equal(
                (await nobodys.Content.ReadAsStringAsync()).Replace("nobody", "globex", StringComparison.Ordinal),
                await others.Content.ReadAsStringAsync()
            );
        }
    }

    [Fact]
    public async Task A_viewer_is_offered_no_decision_and_one_that_is_sent_is_refused()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.SetUpAsync();
        using var browser = await ViewerAsync(served);

        foreach (var page in new[] { "/tenants/acme/holds", "/tenants/acme/holds/decide" })
        {
            using var answer = await browser.PostAsync(
                page,
                [("form", await browser.FormTokenAsync()), ("decision", "release"), ("hold", "1")]
            );
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
            Assert.Contains("the role operator", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_a_viewer_sends_from_any_page_is_refused_and_changes_nothing()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.SetUpAsync();
        using var browser = await ViewerAsync(served);
        var form = ("form", await browser.FormTokenAsync());

        foreach (
            var (page, name, value) in new[]
            {
                ("/new-tenant", "slug", "other"),
                ("/tenants/acme/connection", "token", "xoxp-another"),
                ("/tenants/acme/connection/test", "", ""),
                ("/tenants/acme/standing", "to", "enable"),
                ("/tenants/acme/standing/disable", "", ""),
                ("/tenants/acme/preferences", "guardedAccounts", "0"),
                ("/tenants/acme/rules", "name", "Mine"),
                ("/tenants/acme/notifications/mail", "to", "mine@corp.example"),
                ("/tenants/acme/notifications/mail/confirm", "code", "1"),
                ("/tenants/acme/notifications/test", "", ""),
                ("/keys", "label", "Mine"),
                ("/keys/1/end", "", ""),
                ("/tenants/acme/sources", "name", "Mine"),
                ("/tenants/acme/sources/1", "kind", "bearer"),
                ("/tenants/acme/sources/1/credentials/1/end", "", ""),
                ("/tenants/acme/jobs", "kind", "import"),
                ("/tenants/acme/people/1/deactivate/now", "", ""),
                ("/tenants/acme/holds/1/choose", "slackId", "U1"),
            }
        )
        {
            using var answer = await browser.PostAsync(page, [form, (name, value)]);
            Assert.True(answer.StatusCode == HttpStatusCode.Forbidden, $"{page}: {answer.StatusCode}");
        }
        Assert.Equal("shadow", (string?)(await served.AskAsync(HttpMethod.Get, "tenants/acme"))["standing"]);
        Assert.Single((await served.AskAsync(HttpMethod.Get, "tenants"))["items"]!.AsArray());
        Assert.Single((await served.AskAsync(HttpMethod.Get, "tenants/acme/sources"))["items"]!.AsArray());
    }

    [Fact]
    public async Task A_form_that_is_sent_after_its_session_has_ended_is_said_to_have_done_nothing()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.SetUpAsync();
        using var browser = new ConsoleBrowser(served);
        await browser.SignInAsync(served.Key);
        var form = ("form", await browser.FormTokenAsync());
        await served.AskAsync(HttpMethod.Delete, "session?everywhere=true");

        using var answer = await browser.PostAsync("/tenants/acme/standing/disable", [form]);

        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        Assert.Equal("../../../sign-in?ended=true", answer.Headers.Location!.OriginalString);
        using var page = await browser.GetAsync("/sign-in?ended=true");
        Assert.Contains("nothing was done", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("shadow", (string?)(await served.AskAsync(HttpMethod.Get, "tenants/acme"))["standing"]);
    }

    [Theory]
    [InlineData("//evil.example")]
    [InlineData("https://evil.example")]
    [InlineData("tenants/../../../evil")]
    [InlineData("tenants\\evil")]
    [InlineData("javascript:alert(1)")]
    [InlineData("tenants/%2e%2e/%2e%2e/evil")]
    [InlineData("tenants/\u00e9")]
    [InlineData("tenants/acme\r\nSet-Cookie: a=b")]
    public async Task Signing_in_leads_nowhere_but_to_the_console(string to)
    {
        await using var served = await ServedGateway.StartAsync();
        using var browser = new ConsoleBrowser(served);

        using var answer = await browser.PostAsync("/sign-in", [("key", served.Key), ("to", to)]);

        Assert.Equal("../console", answer.Headers.Location!.OriginalString);
    }

    [Theory]
    [InlineData("audit?tenant=acme")]
    [InlineData("keys")]
    [InlineData("new-tenant")]
    [InlineData("tenants/acme/holds?reason=guardAccounts")]
    public async Task Signing_in_leads_to_what_was_asked_for(string page)
    {
        await using var served = await ServedGateway.StartAsync();
        using var browser = new ConsoleBrowser(served);
        using var asked = await browser.GetAsync($"/{page}");
        var to = Uri.UnescapeDataString(asked.Headers.Location!.OriginalString.Split("?to=")[1]);

        using var answer = await browser.PostAsync("/sign-in", [("key", served.Key), ("to", to)]);

        Assert.Equal($"./{page}", answer.Headers.Location!.OriginalString);
    }

    [Fact]
    public async Task The_link_of_the_demo_signs_in_once()
    {
        await using var demo = await Gateway.StartAsync();
        var code = demo.Part<SignInLink>().Code;
        using var handler = new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false };
        using var browser = new HttpClient(handler) { BaseAddress = new Uri(demo.Base, "/console/") };

        // Whatever looks at the link first, as a chat does for a preview, uses nothing up.
        foreach (var _ in new[] { 1, 2 })
            Assert.Contains(
                "Sign in by this link",
                await browser.GetStringAsync($"sign-in?code={code}"),
                StringComparison.Ordinal
            );
        Assert.Equal(HttpStatusCode.Unauthorized, (await SignInAsync("another")).StatusCode);
        using var first = await SignInAsync(code);
        Assert.Equal(HttpStatusCode.SeeOther, first.StatusCode);
        using var page = new HttpRequestMessage(HttpMethod.Get, "/console");
        page.Headers.Add("Cookie", first.Headers.GetValues("Set-Cookie").Single().Split(';')[0]);
        using var tenants = await browser.SendAsync(page);
        Assert.Equal(HttpStatusCode.OK, tenants.StatusCode);
        using var second = await SignInAsync(code);
        Assert.Equal(HttpStatusCode.Unauthorized, second.StatusCode);
        Assert.Contains("was used before", await second.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        Task<HttpResponseMessage> SignInAsync(string said) =>
            browser.PostAsync("sign-in", new FormUrlEncodedContent([KeyValuePair.Create("code", said)]));
    }

    [Fact]
    public async Task Each_answer_keeps_scripts_frames_and_caches_out()
    {
        await using var served = await ServedGateway.StartAsync();
        using var browser = new ConsoleBrowser(served);

        using var answer = await browser.GetAsync("/sign-in");

        Assert.StartsWith(
            "default-src 'none'",
            answer.Headers.GetValues("Content-Security-Policy").Single(),
            StringComparison.Ordinal
        );
        Assert.DoesNotContain(
            "unsafe",
            answer.Headers.GetValues("Content-Security-Policy").Single(),
            StringComparison.Ordinal
        );
        Assert.Equal("DENY", answer.Headers.GetValues("X-Frame-Options").Single());
        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
    }

    [Theory]
    [InlineData("key=%00")]
    [InlineData("key=%ff%fe%00")]
    [InlineData("key=1", 1_100)]
    [InlineData("key=1", 1, "application/x-www-form-urlencoded; charset=utf-7")]
    [InlineData("key=1", 1, "multipart/form-data")]
    [InlineData("key=1", 1, "application/json")]
    [InlineData("key=12345678901234567890123456789012345678901234567890", 1_300)]
    public async Task What_is_no_form_signs_nobody_in(
        string field,
        int times = 1,
        string type = "application/x-www-form-urlencoded"
    )
    {
        await using var served = await ServedGateway.StartAsync();
        using var client = new HttpClient { BaseAddress = served.Base };
        using var content = new StringContent(string.Join('&', Enumerable.Repeat(field, times)));
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", type);

        using var answer = await client.PostAsync("/console/sign-in", content);

        Assert.True(
            answer.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized,
            $"{answer.StatusCode}"
        );
        Assert.Equal("text/html", answer.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task A_session_that_has_ended_is_no_wrong_key_however_many_pages_show_it()
    {
        await using var served = await ServedGateway.StartAsync();
        using var browser = new ConsoleBrowser(served);
        for (var page = 0; page < 12; page++)
        {
            using var ended = await browser.GetAsync("/tenants/acme", "sgb_that_has_ended");
            Assert.Equal(HttpStatusCode.SeeOther, ended.StatusCode);
        }

        await browser.SignInAsync(served.Key);
        using var answer = await browser.GetAsync("");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_name_that_turns_what_stands_around_it_is_shown_with_its_letters_as_numbers()
    {
        await using var served = await ServedGateway.StartAsync();
        using var provider = served.Provider("acme", await served.SetUpAsync());
        await Gateway.SendAsync(
            provider,
            HttpMethod.Post,
            "Groups",
            """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"Crew \u202e\u2019 \\u202e"}"""
        );
        using var browser = new ConsoleBrowser(served);
        await browser.SignInAsync(served.Key);

        using var answer = await browser.GetAsync("/tenants/acme/people?kind=group");

        var page = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
        Assert.Contains("Crew \\u202E\u2019 \\u202e", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_wrong_keys_are_told_to_wait()
    {
        await using var served = await ServedGateway.StartAsync();
        using var browser = new ConsoleBrowser(served);
        HttpStatusCode last = default;
        for (var tried = 0; tried < 12; tried++)
        {
            using var answer = await browser.PostAsync("/sign-in", [("key", $"sga_{tried}")]);
            last = answer.StatusCode;
        }

        Assert.Equal(HttpStatusCode.TooManyRequests, last);
        await browser.SignInAsync(served.Key); // what is right lets in at once
    }

    // A browser in which somebody has signed in who may only look.
    private static async Task<ConsoleBrowser> ViewerAsync(ServedGateway served)
    {
        var key = (string)
            (await served.AskAsync(HttpMethod.Post, "keys", """{"label":"looks","role":"viewer"}"""))["secret"]!;
        var browser = new ConsoleBrowser(served);
        await browser.SignInAsync(key);
        return browser;
    }
}

/// <summary>What a browser sends and keeps, without what it would show.</summary>
internal sealed partial class ConsoleBrowser : IDisposable
{
    private readonly CookieContainer _cookies = new();
    private readonly HttpClient _http;

    public ConsoleBrowser(ServedGateway served) =>
        _http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = _cookies })
        {
            BaseAddress = served.Base,
        };

    /// <summary>How many cookies of sign-ins it has that have begun.</summary>
    public int Kept =>
        _cookies
            .GetAllCookies()
            .Count(cookie =>
                cookie.Name.StartsWith("scimgateway-begun-", StringComparison.Ordinal)
                || cookie.Name.StartsWith("scimgateway-nonce-", StringComparison.Ordinal)
            );

    public Task<HttpResponseMessage> GetAsync(string page, string? cookie = null)
    {
        if (cookie is not null)
            _cookies.Add(_http.BaseAddress!, new Cookie("scim-gateway", cookie));
        return _http.GetAsync($"/console{page}");
    }

    public async Task<HttpResponseMessage> PostAsync(
        string page,
        (string Name, string Value)[] form,
        params (string Name, string Value)[] headers
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/console{page}")
        {
            Content = new FormUrlEncodedContent(form.Select(one => KeyValuePair.Create(one.Name, one.Value))),
        };
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await _http.SendAsync(request);
    }

    /// <summary>What a route shows to a browser without a session; null where it leads to signing in, as it should.</summary>
    public static async Task<string?> WithoutSessionAsync(ServedGateway served, string method, string path)
    {
        using var browser = new ConsoleBrowser(served);
        using var request = new HttpRequestMessage(
            new HttpMethod(method),
            Named().Replace(path.Replace("{operation}", Guid.Empty.ToString(), StringComparison.Ordinal), "1")
        );
        using var answer = await browser._http.SendAsync(request);
        var leads = answer.Headers.Location?.OriginalString ?? "";
        return answer.StatusCode == HttpStatusCode.SeeOther && leads.Contains("sign-in", StringComparison.Ordinal)
            ? null
            : $"{(int)answer.StatusCode} {leads} {await answer.Content.ReadAsStringAsync()}";
    }

    public async Task SignInAsync(string key)
    {
        using var answer = await PostAsync("/sign-in", [("key", key)]);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
    }

    /// <summary>Goes to the identity provider, and comes back from there with what it sends back.</summary>
    /// <param name="query">What the way there is asked for with.</param>
    public async Task<HttpResponseMessage> ByOrganizationAsync(string query = "") =>
        await _http.GetAsync(await AtProviderAsync(query));

    /// <summary>Goes to the identity provider; where that sends it back to.</summary>
    public async Task<Uri> AtProviderAsync(string query = "")
    {
        using var sent = await GetAsync($"/sign-in/organization{query}");
        Assert.True(sent.StatusCode == HttpStatusCode.Redirect, await sent.Content.ReadAsStringAsync());
        using var provider = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var back = await provider.GetAsync(sent.Headers.Location);
        return back.Headers.Location!;
    }

    /// <summary>Comes back from the identity provider by an address.</summary>
    public Task<HttpResponseMessage> BackAsync(Uri callback) => _http.GetAsync(callback);

    /// <summary>What this session's forms have.</summary>
    public async Task<string> FormTokenAsync() => Token().Match(await _http.GetStringAsync("/console")).Groups[1].Value;

    public void Dispose() => _http.Dispose();

    [GeneratedRegex(@"\{\w+\}")]
    private static partial Regex Named();

    [GeneratedRegex("name=\"form\" value=\"([^\"]+)\"")]
    private static partial Regex Token();
}
