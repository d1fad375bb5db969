using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Web;
using ScimGateway.Host.Tests.AdminConsole;
using ScimGateway.Host.Tests.Security;
using ScimGateway.SlackEmulator;
using ScimGateway.SlackEmulator.Tests;
using ScimGateway.SlackEmulator.Traffic;
using Xunit;

namespace ScimGateway.Host.Tests.Admin;

/// <summary>Tenants that are connected by a Slack owner's consent in a browser.</summary>
public class ConsentTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_tenant_is_connected_by_a_consent_and_goes_on_after_a_restart(bool rotates)
    {
        await using var served = await Browser.GatewayAsync(rotates: rotates);
        await served.TenantAsync();
        using var browser = new Browser();

        var (status, page) = await browser.ConnectAsync(served);

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains("is connected to the Slack organization E0EMULATOR", page, StringComparison.Ordinal);
        var connection = await ConnectionAsync(served);
        Assert.Equal(("valid", "E0EMULATOR"), ((string?)connection["state"], (string?)connection["organization"]));
        Assert.NotNull(connection["connectedAt"]);
        Assert.Equal(rotates, connection["expiresAt"] is not null);
        Assert.True((bool)connection["canAuthorize"]!);
        Assert.Null(connection["renewedAt"]);
        await served.ImportedAsync("acme");
        await served.RestartAsync();
        Assert.Equal("valid", (string?)(await TestAsync(served))["state"]);
    }

    [Fact]
    public async Task A_standalone_workspace_is_connected_too()
    {
        await using var served = await Browser.GatewayAsync();
        served.Slack.Knobs.Set("tenant.kind", JsonValue.Create("business_plus"));
        await served.TenantAsync();
        using var browser = new Browser();

        Assert.Equal(HttpStatusCode.OK, (await browser.ConnectAsync(served)).Status);

        Assert.Equal("T0EMULATOR", (string?)(await ConnectionAsync(served))["organization"]);
    }

    [Fact]
    public async Task One_workspace_of_an_organization_is_refused_and_the_page_says_what_to_choose()
    {
        await using var served = await Browser.GatewayAsync();
        await served.SetUpAsync();
        using var browser = new Browser();

        var (status, page) = await browser.ConnectAsync(served, team: "T0EMULATOR");

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("choose the organization itself", page, StringComparison.Ordinal);
        Assert.Equal("valid", (string?)(await TestAsync(served))["state"]);
    }

    [Fact]
    public async Task Another_organization_is_refused_and_the_token_that_works_stays()
    {
        await using var served = await Browser.GatewayAsync();
        await served.SetUpAsync(slackToken: SlackEmulatorServer.TokenOf(2));
        var before = await ConnectionAsync(served);
        using var browser = new Browser();

        var (status, page) = await browser.ConnectAsync(served);

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains(
            "belongs to the Slack organization E0EMULATOR, and this tenant to",
            page,
            StringComparison.Ordinal
        );
        Assert.Equal($"{before}", $"{await ConnectionAsync(served)}");
    }

    [Fact]
    public async Task Of_two_organizations_that_come_at_once_the_tenant_has_the_one_that_was_told_so()
    {
        await using var served = await ServedGateway.StartAsync();
        for (var round = 0; round < 5; round++)
        {
            var slug = $"acme{round}";
            await served.TenantAsync(slug);
            var (one, two) = (2 * round + 1, 2 * round + 2);

            var answers = await Task.WhenAll(ConnectAsync(one), ConnectAsync(two));

            var connected = Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK).Body!;
            Assert.Contains(
                "and this tenant to",
                $"{Assert.Single(answers, answer => answer.Status == HttpStatusCode.Conflict).Body}",
                StringComparison.Ordinal
            );
            var (_, tested, _) = await served.SendAsync(HttpMethod.Post, $"tenants/{slug}/connection/test");
            Assert.Equal(
                ("valid", (string?)connected["organization"]),
                ((string?)tested!["state"], (string?)tested["organization"])
            );

            async Task<(HttpStatusCode Status, JsonNode? Body)> ConnectAsync(int organization)
            {
                var (status, body, _) = await served.SendAsync(
                    HttpMethod.Put,
                    $"tenants/{slug}/connection",
                    $$"""{"token":"{{SlackEmulatorServer.TokenOf(organization)}}"}"""
                );
                return (status, body);
            }
        }
    }

    [Fact]
    public async Task A_link_of_whoever_has_no_role_any_more_leads_nowhere()
    {
        await using var provider = await LittleProvider.StartAsync();
        await using var served = await Browser.GatewayAsync(more: provider.Settings());
        await served.TenantAsync();
        using var owner = new ConsoleBrowser(served);
        using var browser = new Browser();
        var begun = await browser.DecideAsync(await browser.BeginAsync(await LinkAsync()));
        var link = await LinkAsync();

        provider.Person["roles"] = null;
        using (var refused = await owner.ByOrganizationAsync())
            Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);

        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync(link)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync(begun)).Status);
        Assert.Equal("none", (string?)(await ConnectionAsync(served))["state"]);

        async Task<Uri> LinkAsync()
        {
            using (await owner.ByOrganizationAsync()) { }
            using var sent = await owner.PostAsync(
                "/tenants/acme/connection/authorize",
                [("form", await owner.FormTokenAsync())]
            );
            var page = await sent.Content.ReadAsStringAsync();
            return new Uri(Regex.Match(page, "http[^\"< ]+/oauth/slack/begin[^\"< ]+").Value);
        }
    }

    [Fact]
    public async Task An_organization_that_another_tenant_has_is_refused()
    {
        await using var served = await Browser.GatewayAsync();
        await served.SetUpAsync("other");
        await served.TenantAsync();
        using var browser = new Browser();

        var (status, page) = await browser.ConnectAsync(served);

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("is another tenant's already", page, StringComparison.Ordinal);
        Assert.Equal("none", (string?)(await ConnectionAsync(served))["state"]);
    }

    [Fact]
    public async Task Who_does_not_allow_it_is_told_that_nothing_was_changed()
    {
        await using var served = await Browser.GatewayAsync();
        await served.TenantAsync();
        using var browser = new Browser();

        var (status, page) = await browser.ConnectAsync(served, decision: "cancel");

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Contains("You did not allow it at Slack, so nothing was changed.", page, StringComparison.Ordinal);
        Assert.Equal("none", (string?)(await ConnectionAsync(served))["state"]);
    }

    [Fact]
    public async Task Link_and_return_are_good_once()
    {
        await using var served = await Browser.GatewayAsync();
        await served.TenantAsync();
        using var browser = new Browser();
        var link = await Browser.LinkAsync(served);
        var slack = await browser.BeginAsync(link);

        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync(link)).Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.PostAsync(link, [])).Status);
        var back = await browser.DecideAsync(slack);
        var cookie = browser.Cookie(served.Base);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(back)).Status);
        Assert.Empty(browser.Cookies(served.Base));
        browser.Forge(served.Base, cookie.Name, cookie.Value);
        var (again, page, _) = await browser.GetAsync(back);

        Assert.Equal(HttpStatusCode.Forbidden, again);
        Assert.Contains("Ask for another link", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_browser_cannot_come_back_in_its_place_and_the_one_that_began_can()
    {
        await using var served = await Browser.GatewayAsync();
        await served.TenantAsync();
        using var browser = new Browser();
        using var another = new Browser();
        await another.BeginAsync(await Browser.LinkAsync(served)); // it has a cookie, of its own link
        var back = await browser.DecideAsync(await browser.BeginAsync(await Browser.LinkAsync(served)));

        Assert.Equal(HttpStatusCode.Forbidden, (await another.GetAsync(back)).Status);
        another.Forge(served.Base, browser.Cookie(served.Base).Name, another.Cookie(served.Base).Value);
        Assert.Equal(HttpStatusCode.Forbidden, (await another.GetAsync(back)).Status);
        Assert.Equal("none", (string?)(await ConnectionAsync(served))["state"]);

        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(back)).Status);
    }

    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Origin", "https://evil.example")]
    public async Task A_form_of_another_site_sends_nobody_to_Slack(string header, string value)
    {
        await using var served = await Browser.GatewayAsync();
        await served.TenantAsync();
        using var browser = new Browser();
        var link = await Browser.LinkAsync(served);

        var (status, page, to) = await browser.PostAsync(link, [], (header, value));

        Assert.Equal((HttpStatusCode.OK, null), (status, to));
        Assert.Contains(
            "A tenant (tenant acme) of this gateway asks for access to your Slack",
            page,
            StringComparison.Ordinal
        );
        await browser.BeginAsync(link);
    }

    // The page's own policy for referrers makes its origin "null"; so does the sandbox of a page of another site.
    [Theory]
    [InlineData("cross-site", false)]
    [InlineData("same-site", false)]
    [InlineData("same-origin", true)]
    [InlineData("none", true)]
    [InlineData(null, true)] // a browser that is too old to say
    public async Task A_form_of_no_named_origin_is_the_page_s_own_where_the_browser_says_so(string? site, bool isBegun)
    {
        await using var served = await Browser.GatewayAsync();
        await served.TenantAsync();
        using var browser = new Browser();
        var link = await Browser.LinkAsync(served);
        (string, string)[] headers = site is null
            ? [("Origin", "null")]
            : [("Origin", "null"), ("Sec-Fetch-Site", site)];

        var (status, _, to) = await browser.PostAsync(link, [], headers);

        Assert.Equal((isBegun ? HttpStatusCode.SeeOther : HttpStatusCode.OK, isBegun), (status, to is not null));
        if (!isBegun)
            await browser.BeginAsync(link);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_ten_minutes_it_is_over(bool isBegun)
    {
        var clock = new ManualClock();
        await using var served = await Browser.GatewayAsync(clock);
        await served.TenantAsync();
        using var browser = new Browser();
        var link = await Browser.LinkAsync(served);
        var back = isBegun ? await browser.DecideAsync(await browser.BeginAsync(link)) : link;

        clock.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync(back)).Status);
        Assert.Equal("none", (string?)(await ConnectionAsync(served))["state"]);
    }

    [Fact]
    public async Task The_link_of_a_key_that_was_deleted_begins_nothing()
    {
        await using var served = await Browser.GatewayAsync();
        await served.TenantAsync();
        var (key, link) = await OwnersAsync(served);
        using var browser = new Browser();

        await served.AskAsync(HttpMethod.Delete, $"keys/{key}");

        var (status, page, _) = await browser.GetAsync(link);
        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Contains("the admin key that asked for it has ended", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await browser.PostAsync(link, [])).Status);
    }

    [Fact]
    public async Task A_key_that_was_deleted_meanwhile_connects_nothing()
    {
        await using var served = await Browser.GatewayAsync();
        await served.TenantAsync();
        var (key, link) = await OwnersAsync(served);
        using var browser = new Browser();
        var back = await browser.DecideAsync(await browser.BeginAsync(link));

        await served.AskAsync(HttpMethod.Delete, $"keys/{key}");
        var (status, page, _) = await browser.GetAsync(back);

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Contains("was deleted since", page, StringComparison.Ordinal);
        Assert.Equal("none", (string?)(await ConnectionAsync(served))["state"]);
    }

    [Fact]
    public async Task Only_an_owner_of_the_tenant_has_a_link()
    {
        await using var served = await Browser.GatewayAsync();
        await served.TenantAsync();
        await served.TenantAsync("other");
        using var operators = await served.WithKeyAsync("operator");
        using var others = await served.WithKeyAsync("owner", "other");

        var small = await ServedGateway.SendAsync(operators, HttpMethod.Post, "tenants/acme/connection/authorize");
        var foreign = await ServedGateway.SendAsync(others, HttpMethod.Post, "tenants/acme/connection/authorize");

        Assert.Equal((HttpStatusCode.Forbidden, HttpStatusCode.NotFound), (small.Status, foreign.Status));
    }

    [Fact]
    public async Task Without_a_Slack_app_the_problem_names_the_settings_and_the_other_way()
    {
        await using var served = await ServedGateway.StartAsync();
        await served.TenantAsync();

        var (status, problem, _) = await served.SendAsync(HttpMethod.Post, "tenants/acme/connection/authorize");

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Equal(
            "The gateway has no Slack app. Its operator can set SlackApp:ClientId and SlackApp:ClientSecretFile. Or connect the tenant with a token: PUT /admin/api/v1/tenants/acme/connection.",
            (string?)problem!["detail"]
        );
        Assert.False((bool)(await ConnectionAsync(served))["canAuthorize"]!);
    }

    [Fact]
    public async Task Slack_sends_nobody_back_but_to_https_so_that_is_said_before()
    {
        await using var served = await Browser.GatewayAsync(more: ["--slack", "slack"]);
        await served.TenantAsync();

        var (status, problem, _) = await served.SendAsync(HttpMethod.Post, "tenants/acme/connection/authorize");

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("operator must set PublicUrl", (string?)problem!["detail"], StringComparison.Ordinal);
        Assert.False((bool)(await ConnectionAsync(served))["canAuthorize"]!);
    }

    // A proxy passes on what its client says; Slack's code would go to whoever that names.
    [Theory]
    [InlineData("X-Forwarded-Host", "evil.example")]
    [InlineData("Host", "evil.example")]
    [InlineData("Host", "localhost:1")]
    public async Task Neither_a_proxy_nor_a_client_says_where_the_consent_is(string header, string value)
    {
        await using var served = await Browser.GatewayAsync(more: ["--proxies", "127.0.0.0/8"]);
        await served.TenantAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "tenants/acme/connection/authorize");
        request.Headers.TryAddWithoutValidation(header, value);
        request.Headers.TryAddWithoutValidation("X-Forwarded-Proto", "https");
        request.Headers.TryAddWithoutValidation("X-Forwarded-For", "192.0.2.1");

        using var answer = await served.Client.SendAsync(request);

        var link = new Uri((string)JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["url"]!);
        Assert.Equal(served.Base.Authority, link.Authority);
        using var begin = new HttpRequestMessage(HttpMethod.Post, link);
        begin.Headers.TryAddWithoutValidation(header, value);
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
        using var begun = await http.SendAsync(begin);
        Assert.Equal(
            $"http://{served.Base.Authority}/oauth/slack/callback",
            HttpUtility.ParseQueryString(begun.Headers.Location!.Query)["redirect_uri"]
        );
    }

    [Theory]
    [InlineData("slack", "https://slack.com/")]
    [InlineData("govslack", "https://slack-gov.com/")]
    public async Task A_browser_is_sent_to_its_Slack_with_a_cookie_that_is_this_hosts_alone(string which, string slack)
    {
        await using var served = await Browser.GatewayAsync(
            more: ["--slack", which, "--public-url", "https://gateway.example.org"]
        );
        await served.TenantAsync();
        var link = await Browser.LinkAsync(served);
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });

        using var answer = await http.PostAsync(new Uri(served.Base, link.PathAndQuery), null);

        Assert.Equal("gateway.example.org", link.Host);
        Assert.StartsWith(
            $"{slack}oauth/v2/authorize?client_id=emulator-client&user_scope=admin"
                + "&redirect_uri=https%3A%2F%2Fgateway.example.org%2Foauth%2Fslack%2Fcallback&state=",
            $"{answer.Headers.Location}",
            StringComparison.Ordinal
        );
        Assert.Matches(
            "^__Host-scimgateway-[0-9a-f]{12}=[\\w-]{43}; max-age=600; path=/; secure; samesite=lax; httponly$",
            Assert.Single(answer.Headers.GetValues("Set-Cookie"))
        );
    }

    [Fact]
    public async Task A_wrong_client_secret_is_the_operators_to_mend()
    {
        await using var served = await Browser.GatewayAsync(secret: "another");
        await served.TenantAsync();
        using var browser = new Browser();

        var (status, page) = await browser.ConnectAsync(served);

        Assert.Equal(HttpStatusCode.BadGateway, status);
        Assert.Contains("(bad_client_secret)", page, StringComparison.Ordinal);
        Assert.Contains("SlackApp:ClientSecretFile", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restart_between_link_and_return_is_not_noticed()
    {
        await using var served = await Browser.GatewayAsync(more: ["--public-url", "http://127.0.0.1:1"]);
        await served.TenantAsync();
        using var browser = new Browser();
        var link = Here(await Browser.LinkAsync(served));
        await served.RestartAsync();
        var slack = await browser.BeginAsync(Here(link));
        var back = await browser.DecideAsync(slack);
        await served.RestartAsync();

        Assert.Equal("127.0.0.1:1", back.Authority);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(Here(back))).Status);
        Assert.Equal("valid", (string?)(await ConnectionAsync(served))["state"]);

        // As the proxy in front of it would: the port is another one after each start.
        Uri Here(Uri address) => new(served.Base, address.PathAndQuery);
    }

    [Fact]
    public async Task The_audit_trail_says_who_began_it_and_what_came_of_it()
    {
        await using var served = await Browser.GatewayAsync();
        await served.TenantAsync();
        using var browser = new Browser();
        await browser.ConnectAsync(served, decision: "cancel");
        await browser.ConnectAsync(served);

        var trail = (await served.AskAsync(HttpMethod.Get, "audit?action=connectByConsent"))["items"]!.AsArray();

        Assert.Equal([200, 403], trail.Select(line => (int)line!["status"]!));
        Assert.All(
            trail,
            line => Assert.Equal(("the tests'", "acme"), ((string?)line!["actor"]!["label"], (string?)line["tenant"]))
        );
        Assert.Equal(
            ("none", "valid"),
            ((string?)trail[0]!["before"]!["state"], (string?)trail[0]!["after"]!["state"])
        );
    }

    [Fact]
    public async Task Of_many_links_the_oldest_leads_nowhere()
    {
        await using var served = await Browser.GatewayAsync();
        await served.TenantAsync();
        await served.TenantAsync("other");
        using var browser = new Browser();
        var others = await Browser.LinkAsync(served, "other");
        var links = new List<Uri>();
        for (var i = 0; i < 11; i++)
            links.Add(await Browser.LinkAsync(served));

        var (status, page, _) = await browser.GetAsync(links[0]);
        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Contains("or was replaced by 10 newer links of its tenant", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(links[1])).Status);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync(others)).Status);
    }

    [Fact]
    public async Task A_Slack_that_gives_no_token_just_now_is_said_to_and_when_to_come_again()
    {
        await using var served = await Browser.GatewayAsync();
        await served.TenantAsync();
        using var browser = new Browser();
        var back = await browser.DecideAsync(await browser.BeginAsync(await Browser.LinkAsync(served)));
        served.Slack.Faults.Add(NotNow("/api/oauth.v2.access"));

        var (status, page, answer) = await browser.AnswerAsync(back);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, 40), (status, answer.RetryAfter!.Delta!.Value.TotalSeconds));
        Assert.Contains("it does not answer now (HTTP 429)", page, StringComparison.Ordinal);
        Assert.Contains("Ask for another link in a few minutes", page, StringComparison.Ordinal);
        Assert.Equal("none", (string?)(await ConnectionAsync(served))["state"]);
    }

    [Fact]
    public async Task A_Slack_that_does_not_say_whose_a_new_token_is_leaves_the_one_that_works()
    {
        await using var served = await Browser.GatewayAsync();
        await served.SetUpAsync();
        using var browser = new Browser();
        var back = await browser.DecideAsync(await browser.BeginAsync(await Browser.LinkAsync(served)));
        served.Slack.Faults.Add(NotNow("/api/auth.test"));

        var (status, page, answer) = await browser.AnswerAsync(back);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, 40), (status, answer.RetryAfter!.Delta!.Value.TotalSeconds));
        Assert.Contains("so that nothing was changed", page, StringComparison.Ordinal);
        Assert.DoesNotContain("remove it there", page, StringComparison.Ordinal);
        Assert.Equal("valid", (string?)(await ConnectionAsync(served))["state"]);
        served.Slack.Faults.Add(NotNow("/api/auth.test"));
        var (pasted, problem, told) = await served.SendAsync(
            HttpMethod.Put,
            "tenants/acme/connection",
            $$"""{"token":"{{SlackEmulatorServer.TokenOf(1)}}"}"""
        );
        Assert.Equal(HttpStatusCode.ServiceUnavailable, pasted);
        Assert.Equal(40, told.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
        Assert.Contains("Slack does not answer (HTTP 429)", (string)problem!["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_token_that_does_not_work_yet_is_kept_and_the_page_says_so()
    {
        await using var served = await Browser.GatewayAsync();
        await served.TenantAsync();
        using var browser = new Browser();
        var back = await browser.DecideAsync(await browser.BeginAsync(await Browser.LinkAsync(served)));
        served.Slack.Faults.Add(
            new Fault
            {
                Path = "/api/auth.test",
                Times = 100, // the home that is opened meanwhile asks, too
                Status = 429,
                RetryAfter = 40,
            }
        );

        var (status, page, _) = await browser.GetAsync(back);

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("A tenant is not connected yet", page, StringComparison.Ordinal);
        Assert.Contains("a token and the gateway keeps it", page, StringComparison.Ordinal);
        Assert.Contains("HTTP 429", page, StringComparison.Ordinal);
        Assert.NotNull((await ConnectionAsync(served))["connectedAt"]);
    }

    [Theory]
    [InlineData("begin")]
    [InlineData("begin?ticket=")]
    [InlineData("begin?ticket=nobodys")]
    [InlineData("callback")]
    [InlineData("callback?state=nobodys&code=1")]
    [InlineData("callback?state=a&state=b&code=1&code=2")]
    [InlineData("callback?error=%3Cscript%3Ealert(1)%3C/script%3E&state=x")]
    public async Task What_is_good_for_nothing_gets_one_page(string path)
    {
        await using var served = await Browser.GatewayAsync();
        using var browser = new Browser();

        var (status, page, _) = await browser.GetAsync(new Uri(served.Base, $"/oauth/slack/{path}"));

        Assert.Equal(HttpStatusCode.Forbidden, status);
        Assert.Contains("This link is not valid", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_follows_many_of_them_has_to_wait()
    {
        await using var served = await Browser.GatewayAsync();
        using var browser = new Browser();
        for (var i = 0; i < 10; i++)
            await browser.GetAsync(new Uri(served.Base, "/oauth/slack/begin?ticket=x"));

        Assert.Equal(
            HttpStatusCode.TooManyRequests,
            (await browser.GetAsync(new Uri(served.Base, "/oauth/slack/begin?ticket=x"))).Status
        );
    }

    [Fact]
    public async Task What_a_page_repeats_is_text()
    {
        await using var served = await Browser.GatewayAsync();
        await served.AskAsync(HttpMethod.Post, "tenants", """{"slug":"acme","name":"<script>alert(1)</script>"}""");
        using var browser = new Browser();
        var back = await browser.DecideAsync(
            await browser.BeginAsync(await Browser.LinkAsync(served)),
            decision: "cancel"
        );
        var forged = new UriBuilder(back)
        {
            Query = back.Query.Replace("access_denied", "%3Cscript%3E", StringComparison.Ordinal),
        };

        var (_, page, _) = await browser.GetAsync(forged.Uri);

        Assert.Contains("Slack did not allow it (without a known reason)", page, StringComparison.Ordinal);
        Assert.Contains(browser.Seen, seen => seen.Contains("&lt;script&gt;alert(1)", StringComparison.Ordinal));
    }

    internal static Task<JsonNode> ConnectionAsync(ServedGateway served) =>
        served.AskAsync(HttpMethod.Get, "tenants/acme/connection");

    internal static Task<JsonNode> TestAsync(ServedGateway served) =>
        served.AskAsync(HttpMethod.Post, "tenants/acme/connection/test");

    // Another owner's key, and the link that it asked for.
    private static async Task<(JsonNode Key, Uri Link)> OwnersAsync(ServedGateway served)
    {
        var key = await served.AskAsync(HttpMethod.Post, "keys", """{"label":"an owner's","role":"owner"}""");
        using var owner = served.NewClient((string)key["secret"]!);
        var (_, asked, _) = await ServedGateway.SendAsync(owner, HttpMethod.Post, "tenants/acme/connection/authorize");
        return (key["id"]!, new Uri((string)asked!["url"]!));
    }

    private static Fault NotNow(string path) =>
        new()
        {
            Path = path,
            Status = 429,
            RetryAfter = 40,
        };
}
