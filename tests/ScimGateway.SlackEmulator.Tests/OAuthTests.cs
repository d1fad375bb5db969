using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Web;
using static ScimGateway.SlackEmulator.Tests.Emulated;

namespace ScimGateway.SlackEmulator.Tests;

/// <summary>Installation, rotation, revocation and the few methods of the Web API (docs/slack.md 1.2-1.4).</summary>
public sealed class OAuthTests
{
    internal const string RedirectUri = "http://127.0.0.1:1/back";

    internal const string AuthorizePath =
        "oauth/v2/authorize?client_id=emulator-client&user_scope=admin&state=s1&redirect_uri=http%3A%2F%2F127.0.0.1%3A1%2Fback";

    /// <summary>What a person does on the consent page: chooses, and presses a button.</summary>
    internal static Task<Answer> DecideAsync(
        Emulated slack,
        string decision = "allow",
        string team = "E0EMULATOR",
        string account = OwnerId,
        string scopes = "admin",
        string path = "oauth/v2/authorize"
    )
    {
        var scope = path.Contains("v2", StringComparison.Ordinal) ? "user_scope" : "scope";
        var form =
            $"client_id=emulator-client&{scope}={scopes}&state=s1&redirect_uri={Uri.EscapeDataString(RedirectUri)}&team={team}&account={account}&decision={decision}";
        return slack.SendAsync("POST", path, form, contentType: "application/x-www-form-urlencoded");
    }

    /// <summary>The first parameter the browser comes back with: code or error.</summary>
    internal static string Returned(Answer answer) =>
        new Uri(answer.Header("Location")!).Query.TrimStart('?').Split('=')[0];

    internal static string Parameter(Answer answer, string name) =>
        HttpUtility.ParseQueryString(new Uri(answer.Header("Location")!).Query)[name] ?? "";

    internal static Task<Answer> RedeemAsync(Emulated slack, string code, string method = "oauth.v2.access") =>
        FormAsync(slack, method, $"code={code}&redirect_uri={Uri.EscapeDataString(RedirectUri)}");

    internal static Task<Answer> FormAsync(Emulated slack, string method, string form) =>
        slack.SendAsync(
            "POST",
            "api/" + method,
            form,
            contentType: "application/x-www-form-urlencoded",
            headers: (
                "Authorization",
                "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("emulator-client:emulator-secret"))
            )
        );

    internal static async Task<Answer> InstallAsync(
        Emulated slack,
        string team = "E0EMULATOR",
        string account = OwnerId,
        string scopes = "admin"
    ) =>
        await RedeemAsync(
            slack,
            Parameter(await DecideAsync(slack, team: team, account: account, scopes: scopes), "code")
        );

    private static string TokenOf(Answer answer) => (string)answer.Json["authed_user"]!["access_token"]!;

    private static Task<Answer> RefreshAsync(Emulated slack, Answer grant) =>
        FormAsync(
            slack,
            "oauth.v2.access",
            "grant_type=refresh_token&refresh_token=" + (string)grant.Json["authed_user"]!["refresh_token"]!
        );

    private static async Task<int> StatusAsync(Emulated slack, string token) =>
        (await slack.ScimAsync("GET", "Users", token: token)).Status;

    private static async Task<string?> TestAsync(Emulated slack, string? token) =>
        (string?)(await slack.SendAsync("POST", "api/auth.test", token: token)).Json["error"];

    [Fact]
    public async Task A_person_reads_the_page_presses_Allow_and_the_app_gets_a_working_token()
    {
        await using var slack = await StartAsync();

        var page = await slack.SendAsync("GET", AuthorizePath);
        var allowed = await DecideAsync(slack);
        var grant = await RedeemAsync(slack, Parameter(allowed, "code"));

        Assert.StartsWith("text/html", page.Header("Content-Type"), StringComparison.Ordinal);
        Assert.Matches("<select name=\"team\">.*E0EMULATOR.*T0EMULATOR", page.Text);
        Assert.Matches("<select name=\"account\">.*" + OwnerId, page.Text);
        Assert.Equal(302, allowed.Status);
        Assert.StartsWith(RedirectUri + "?code=", allowed.Header("Location"), StringComparison.Ordinal);
        Assert.Equal("s1", Parameter(allowed, "state"));
        Assert.True((bool?)grant.Json["ok"]);
        Assert.Equal("admin", (string?)grant.Json["authed_user"]!["scope"]);
        Assert.Equal("user", (string?)grant.Json["authed_user"]!["token_type"]);
        Assert.False(grant.Json.ContainsKey("access_token"));
        Assert.True((bool?)grant.Json["is_enterprise_install"]);
        Assert.Equal("E0EMULATOR", (string?)grant.Json["enterprise"]!["id"]);
        Assert.True(grant.Json.ContainsKey("team"));
        Assert.Null(grant.Json["team"]);
        Assert.Equal(200, await StatusAsync(slack, TokenOf(grant)));
    }

    [Fact]
    public async Task Every_form_field_of_the_page_leads_on_to_the_same_request()
    {
        await using var slack = await StartAsync();
        var page = await slack.SendAsync("GET", AuthorizePath);

        var hidden = Regex.Matches(page.Text, "<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\">");
        var form = string.Join(
            '&',
            hidden.Select(m =>
                m.Groups[1].Value + "=" + Uri.EscapeDataString(HttpUtility.HtmlDecode(m.Groups[2].Value))
            )
        );
        var allowed = await slack.SendAsync(
            "POST",
            Regex.Match(page.Text, "action=\"/([^\"]+)\"").Groups[1].Value,
            form + "&team=E0EMULATOR&account=" + OwnerId + "&decision=allow",
            contentType: "application/x-www-form-urlencoded"
        );

        Assert.Equal("code", Returned(allowed));
    }

    [Fact]
    public async Task Cancel_comes_back_as_access_denied()
    {
        await using var slack = await StartAsync();
        var cancelled = await DecideAsync(slack, "cancel");
        Assert.Equal("access_denied", Parameter(cancelled, "error"));
        Assert.Equal("s1", Parameter(cancelled, "state"));
    }

    [Fact]
    public async Task On_Grid_an_Admin_may_not_install_on_the_organization_and_an_Owner_may()
    {
        await using var slack = await StartAsync();
        var admin = slack.Server.Workspace.MakeUser(Body("""{"userName":"admin","rank":"admin"}"""));
        var owner = slack.Server.Workspace.MakeUser(Body("""{"userName":"owner","rank":"owner"}"""));

        var refused = await DecideAsync(slack, account: admin);

        Assert.Equal(200, refused.Status);
        Assert.Contains("not allowed to install", refused.Text, StringComparison.Ordinal);
        Assert.Equal("code", Returned(await DecideAsync(slack, account: owner)));
    }

    [Fact]
    public async Task On_Business_plus_an_Admin_installs_on_the_workspace()
    {
        await using var slack = await StartAsync(("tenant.kind", "business_plus"));
        var admin = slack.Server.Workspace.MakeUser(Body("""{"userName":"admin","rank":"admin"}"""));

        var grant = await InstallAsync(slack, team: "T0EMULATOR", account: admin);

        Assert.Equal("T0EMULATOR", (string?)grant.Json["team"]!["id"]);
        Assert.Null(grant.Json["enterprise"]);
        Assert.Equal(200, await StatusAsync(slack, TokenOf(grant)));
    }

    [Fact]
    public async Task Who_picks_the_workspace_on_Grid_gets_a_token_that_SCIM_refuses()
    {
        await using var slack = await StartAsync();
        var grant = await InstallAsync(slack, team: "T0EMULATOR");
        Assert.Equal("non_org_teams_only", (await slack.ScimAsync("GET", "Users", token: TokenOf(grant))).Code);
    }

    [Theory]
    [InlineData("client_id=other&user_scope=admin", "invalid_client_id")]
    [InlineData(
        "client_id=emulator-client&user_scope=admin&redirect_uri=http%3A%2F%2Fevil.example%2F",
        "bad_redirect_uri"
    )]
    [InlineData(
        "client_id=emulator-client&user_scope=admin&redirect_uri=https%3A%2F%2Fa.example%2F%23x",
        "bad_redirect_uri"
    )]
    [InlineData("client_id=emulator-client", "invalid_scope")]
    public async Task A_wrong_request_is_told_on_the_page_and_nobody_is_sent_anywhere(string query, string error)
    {
        await using var slack = await StartAsync();
        var page = await slack.SendAsync("GET", "oauth/v2/authorize?" + query);
        Assert.Equal(400, page.Status);
        Assert.Contains(error, page.Text, StringComparison.Ordinal);
        Assert.Null(page.Header("Location"));
    }

    [Theory]
    [InlineData("https://app.example/back", true)]
    [InlineData("https://app.example/back/further", true)]
    [InlineData("https://app.example/backwards", false)]
    [InlineData("https://app.example/", false)]
    public async Task A_redirect_is_the_configured_one_or_below_it(string uri, bool fits)
    {
        await using var slack = await StartAsync(("oauth.redirect_uris", new JsonArray("https://app.example/back")));
        var page = await slack.SendAsync(
            "GET",
            "oauth/v2/authorize?client_id=emulator-client&user_scope=admin&redirect_uri=" + Uri.EscapeDataString(uri)
        );
        Assert.Equal(fits ? 200 : 400, page.Status);
    }

    [Fact]
    public async Task A_code_works_once_within_ten_minutes_and_with_the_same_redirect()
    {
        var clock = new ManualClock();
        await using var slack = await StartAsync(clock);
        var first = Parameter(await DecideAsync(slack), "code");
        var second = Parameter(await DecideAsync(slack), "code");
        var third = Parameter(await DecideAsync(slack), "code");

        Assert.True((bool?)(await RedeemAsync(slack, first)).Json["ok"]);
        Assert.Equal("invalid_code", (string?)(await RedeemAsync(slack, first)).Json["error"]);
        Assert.Equal(
            "bad_redirect_uri",
            (string?)(await FormAsync(slack, "oauth.v2.access", "code=" + second)).Json["error"]
        );
        clock.Advance(601);
        var late = await RedeemAsync(slack, third);
        Assert.Equal(200, late.Status);
        Assert.Equal("invalid_code", (string?)late.Json["error"]);
    }

    [Fact]
    public async Task Client_credentials_go_in_the_form_or_in_JSON_too()
    {
        await using var slack = await StartAsync();
        var form = await slack.SendAsync(
            "POST",
            "api/oauth.v2.access",
            $"client_id=emulator-client&client_secret=emulator-secret&redirect_uri={Uri.EscapeDataString(RedirectUri)}&code="
                + Parameter(await DecideAsync(slack), "code"),
            contentType: "application/x-www-form-urlencoded"
        );
        var json = await slack.SendAsync(
            "POST",
            "api/oauth.v2.access",
            new JsonObject
            {
                ["client_id"] = "emulator-client",
                ["client_secret"] = "emulator-secret",
                ["redirect_uri"] = RedirectUri,
                ["code"] = Parameter(await DecideAsync(slack), "code"),
            }.ToJsonString()
        );
        Assert.True((bool?)form.Json["ok"]);
        Assert.True((bool?)json.Json["ok"]);
    }

    [Fact]
    public async Task Scopes_only_ever_add_up()
    {
        await using var slack = await StartAsync();
        await InstallAsync(slack, scopes: "admin");
        var again = await InstallAsync(slack, scopes: "users:read");
        Assert.Equal("admin,users:read", (string?)again.Json["authed_user"]!["scope"]);
        Assert.Equal(200, await StatusAsync(slack, TokenOf(again)));
    }

    [Fact]
    public async Task Without_the_scope_admin_SCIM_is_closed()
    {
        await using var slack = await StartAsync();
        var grant = await InstallAsync(slack, scopes: "users:read");
        Assert.Equal("permission_denied", (await slack.ScimAsync("GET", "Users", token: TokenOf(grant))).Code);
    }

    [Fact]
    public async Task With_rotation_a_token_lives_twelve_hours_and_is_renewed_by_its_refresh_token()
    {
        var clock = new ManualClock();
        await using var slack = await StartAsync(clock, ("oauth.rotation", true));
        var first = await InstallAsync(slack);
        var user = first.Json["authed_user"]!;
        Assert.StartsWith("xoxe.xoxp-1-", (string?)user["access_token"], StringComparison.Ordinal);
        Assert.StartsWith("xoxe-1-", (string?)user["refresh_token"], StringComparison.Ordinal);
        Assert.Equal(43_200, (int?)user["expires_in"]);

        clock.Advance(43_100);
        var second = await RefreshAsync(slack, first);
        Assert.True((bool?)second.Json["ok"]);
        // The old one goes on until it expires.
        Assert.Equal(200, await StatusAsync(slack, TokenOf(first)));
        clock.Advance(101);
        Assert.Equal(401, await StatusAsync(slack, TokenOf(first)));
        Assert.Equal("token_expired", await TestAsync(slack, TokenOf(first)));
        Assert.Equal(200, await StatusAsync(slack, TokenOf(second)));
    }

    [Fact]
    public async Task A_refresh_token_works_once_and_for_a_short_grace()
    {
        var clock = new ManualClock();
        await using var slack = await StartAsync(clock, ("oauth.rotation", true));
        var first = await InstallAsync(slack);

        await RefreshAsync(slack, first);
        clock.Advance(10);
        Assert.True((bool?)(await RefreshAsync(slack, first)).Json["ok"]);
        clock.Advance(60);
        Assert.Equal("invalid_refresh_token", (string?)(await RefreshAsync(slack, first)).Json["error"]);
    }

    [Fact]
    public async Task At_most_two_access_tokens_live_and_the_oldest_too_many_is_revoked()
    {
        await using var slack = await StartAsync(("oauth.rotation", true));
        var first = await InstallAsync(slack);
        var second = await RefreshAsync(slack, first);
        var third = await RefreshAsync(slack, second);

        Assert.Equal(401, await StatusAsync(slack, TokenOf(first)));
        Assert.Equal("token_revoked", await TestAsync(slack, TokenOf(first)));
        Assert.Equal(200, await StatusAsync(slack, TokenOf(second)));
        Assert.Equal(200, await StatusAsync(slack, TokenOf(third)));
    }

    [Fact]
    public async Task A_long_lived_token_is_exchanged_once_for_a_rotating_one()
    {
        await using var slack = await StartAsync(("oauth.rotation", true));

        var exchanged = await FormAsync(slack, "oauth.v2.exchange", "token=" + SlackEmulatorServer.Token);
        var again = await FormAsync(slack, "oauth.v2.exchange", "token=" + SlackEmulatorServer.Token);

        Assert.StartsWith("xoxe.xoxp-1-", TokenOf(exchanged), StringComparison.Ordinal);
        Assert.Equal(TokenOf(exchanged), (string?)exchanged.Json["access_token"]);
        Assert.Equal(200, await StatusAsync(slack, TokenOf(exchanged)));
        Assert.False((bool?)again.Json["ok"]);
        Assert.True((bool?)(await RefreshAsync(slack, exchanged)).Json["ok"]);
    }

    [Fact]
    public async Task Revoking_without_rotation_removes_the_whole_authorization()
    {
        await using var slack = await StartAsync();
        var first = await InstallAsync(slack);
        var second = await InstallAsync(slack);

        Assert.Equal(
            "{\"ok\":true,\"revoked\":true}",
            (await slack.SendAsync("POST", "api/auth.revoke", token: TokenOf(second))).Text
        );

        Assert.Equal(401, await StatusAsync(slack, TokenOf(first)));
        Assert.Equal(401, await StatusAsync(slack, TokenOf(second)));
    }

    [Fact]
    public async Task Revoking_with_rotation_kills_that_token_alone()
    {
        await using var slack = await StartAsync(("oauth.rotation", true));
        var first = await InstallAsync(slack);
        var second = await RefreshAsync(slack, first);

        await slack.SendAsync("POST", "api/auth.revoke", token: TokenOf(second));

        Assert.Equal(200, await StatusAsync(slack, TokenOf(first)));
        Assert.Equal(401, await StatusAsync(slack, TokenOf(second)));
    }

    [Fact]
    public async Task Deactivating_the_tokens_owner_through_SCIM_cuts_the_token_off()
    {
        await using var slack = await StartAsync();
        var owner = slack.Server.Workspace.MakeUser(Body("""{"userName":"owner","rank":"owner"}"""));
        var token = TokenOf(await InstallAsync(slack, account: owner));

        Assert.Equal(200, (await slack.ScimAsync("DELETE", "Users/" + owner, token: token)).Status);

        Assert.Equal("invalid_authentication", (await slack.ScimAsync("GET", "Users", token: token)).Code);
        Assert.Equal("token_revoked", await TestAsync(slack, token));
        // Active again, it does not get its token back.
        await slack.PatchAsync("Users/" + owner, Body("""{"active":true}"""));
        Assert.Equal(401, await StatusAsync(slack, token));
    }

    [Fact]
    public async Task An_installer_who_becomes_a_member_can_read_and_no_longer_write()
    {
        await using var slack = await StartAsync();
        var owner = slack.Server.Workspace.MakeUser(Body("""{"userName":"owner","rank":"owner"}"""));
        var token = TokenOf(await InstallAsync(slack, account: owner));

        slack.Server.Workspace.ChangeUser(owner, Body("""{"rank":"member"}"""));

        Assert.Equal(200, await StatusAsync(slack, token));
        Assert.Equal(
            "permission_denied",
            (await slack.ScimAsync("POST", "Users", User("ada").ToJsonString(), token: token)).Code
        );
    }

    [Fact]
    public async Task Auth_test_shows_the_organization_where_the_team_is_expected()
    {
        await using var slack = await StartAsync();

        var answer = await slack.SendAsync("POST", "api/auth.test", token: SlackEmulatorServer.Token);

        Assert.True((bool?)answer.Json["ok"]);
        Assert.Equal("E0EMULATOR", (string?)answer.Json["team_id"]);
        Assert.Equal("E0EMULATOR", (string?)answer.Json["enterprise_id"]);
        Assert.Equal(OwnerId, (string?)answer.Json["user_id"]);
        Assert.True((bool?)answer.Json["is_enterprise_install"]);
        Assert.Equal("admin", answer.Header("X-OAuth-Scopes"));
        Assert.Equal("not_authed", await TestAsync(slack, null));
        Assert.Equal("invalid_auth", await TestAsync(slack, "xoxp-nonsense"));
    }

    [Fact]
    public async Task The_members_of_the_answers_are_those_of_the_SDKs_recordings()
    {
        await using var slack = await StartAsync(("oauth.rotation", true));
        var access = await InstallAsync(slack);
        var exchange = await FormAsync(slack, "oauth.v2.exchange", "token=" + SlackEmulatorServer.Token);
        var test = await slack.SendAsync("POST", "api/auth.test", token: TokenOf(access));
        var revoke = await slack.SendAsync("POST", "api/auth.revoke", token: TokenOf(access));

        Within(access.Json, "oauth.v2.access.json");
        Within(exchange.Json, "oauth.v2.exchange.json");
        Within(test.Json, "auth.test.json");
        revoke.Json.Remove("revoked");
        Within(revoke.Json, "auth.revoke.json");

        static void Within(JsonObject answer, string sample)
        {
            var shape = Shared.Sample("java-slack-sdk/web-api/" + sample);
            Assert.Empty(answer.Select(m => m.Key).Except(shape.Select(m => m.Key)));
            foreach (var (name, value) in answer)
                if (value is JsonObject inner && shape[name] is JsonObject known)
                    Assert.Empty(inner.Select(m => m.Key).Except(known.Select(m => m.Key)));
        }
    }

    [Fact]
    public async Task The_legacy_flow_has_the_token_on_top()
    {
        await using var slack = await StartAsync();
        var allowed = await DecideAsync(slack, path: "oauth/authorize");
        var grant = await RedeemAsync(slack, Parameter(allowed, "code"), "oauth.access");
        Assert.Equal(200, await StatusAsync(slack, (string)grant.Json["access_token"]!));
        Assert.Equal("E0EMULATOR", (string?)grant.Json["enterprise_id"]);
    }

    [Fact]
    public async Task GovSlack_asks_for_consent_under_its_own_name()
    {
        await using var slack = await StartAsync();
        var page = await slack.SendAsync("GET", AuthorizePath, headers: ("Host", "slack-gov.com"));
        Assert.Equal(200, page.Status);
    }

    [Fact]
    public async Task An_unknown_method_of_the_Web_API_is_told_as_Slack_does()
    {
        await using var slack = await StartAsync();
        var answer = await slack.SendAsync("POST", "api/chat.postMessage", token: SlackEmulatorServer.Token);
        Assert.Equal(200, answer.Status);
        Assert.Equal("unknown_method", (string?)answer.Json["error"]);
    }

    [Theory]
    [InlineData("admin,\u0001\u00e9")]
    [InlineData("admin Admin")]
    [InlineData("admin,a\nb")]
    public async Task A_scope_of_other_letters_is_invalid_scope(string scopes)
    {
        await using var slack = await StartAsync();
        var answer = await DecideAsync(slack, scopes: Uri.EscapeDataString(scopes));
        Assert.Equal(400, answer.Status);
        Assert.Contains("invalid_scope", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Scopes_of_all_letters_Slack_has_arrive_in_the_header()
    {
        await using var slack = await StartAsync();
        var grant = await InstallAsync(slack, scopes: "admin,admin.users:read,identity.basic,a_1");
        var test = await slack.SendAsync("POST", "api/auth.test", token: TokenOf(grant));
        Assert.Equal("a_1,admin,admin.users:read,identity.basic", test.Header("X-OAuth-Scopes"));
    }

    [Theory]
    [InlineData("auth.tokens", """[{"token":"t","scopes":["adm\nin"]}]""")]
    [InlineData("auth.tokens", """[{"token":"t","scopes":[""]}]""")]
    [InlineData("oauth.redirect_uris", """["abc"]""")]
    [InlineData("oauth.redirect_uris", """["/back"]""")]
    [InlineData("oauth.redirect_uris", """["https://app.example/back",7]""")]
    public async Task Knobs_take_only_scopes_and_URLs_that_can_be_answered_with(string knob, string value)
    {
        await using var slack = await StartAsync();
        var refusal = Assert.Throws<Tuning.KnobRefusedException>(() => slack.Turn(knob, JsonNode.Parse(value)));
        Assert.StartsWith(knob + ": ", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://b\u00fccher.example/zur\u00fcck", "https://xn--bcher-kva.example/zur%C3%BCck?code=")]
    [InlineData("http://[::1]:7/back", "http://[::1]:7/back?code=")]
    public async Task A_redirect_URL_of_other_letters_comes_back_in_ASCII(string url, string back)
    {
        await using var slack = await StartAsync();
        var allowed = await slack.SendAsync(
            "POST",
            "oauth/v2/authorize",
            $"client_id=emulator-client&user_scope=admin&team=E0EMULATOR&account={OwnerId}&decision=allow&redirect_uri="
                + Uri.EscapeDataString(url),
            contentType: "application/x-www-form-urlencoded"
        );
        Assert.StartsWith(back, allowed.Header("Location"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_redirect_uri_the_browser_goes_to_the_first_URL_of_the_app()
    {
        await using var slack = await StartAsync(("oauth.redirect_uris", new JsonArray("https://app.example/back")));
        var allowed = await slack.SendAsync(
            "POST",
            "oauth/v2/authorize",
            $"client_id=emulator-client&user_scope=admin&team=E0EMULATOR&account={OwnerId}&decision=allow",
            contentType: "application/x-www-form-urlencoded"
        );
        Assert.StartsWith("https://app.example/back?code=", allowed.Header("Location"), StringComparison.Ordinal);
    }
}
