using System.Text.Json.Nodes;
using ScimGateway.SlackEmulator.Traffic;
using static ScimGateway.SlackEmulator.Tests.Emulated;

namespace ScimGateway.SlackEmulator.Tests;

/// <summary>Several organizations in one emulator: which one a call is for, and that nothing of one is another's.</summary>
public sealed class OrganizationTests
{
    private const string First = SlackEmulatorServer.Token;
    private const string Second = "xoxp-emulator-2";
    private const string Third = "xoxp-emulator-3";

    private static Task<Answer> AsAsync(
        Emulated slack,
        string? token,
        string method,
        string path,
        JsonObject? body = null
    ) => slack.ScimAsync(method, path, body?.ToJsonString(), token);

    private static async Task<string> MakeAsync(Emulated slack, string token, string userName)
    {
        var made = await AsAsync(slack, token, "POST", "Users", User(userName));
        Assert.True(made.Status == 201, made.Text);
        return (string)made.Json["id"]!;
    }

    private static async Task<JsonObject> WhoAsync(Emulated slack, string token) =>
        (await slack.SendAsync("POST", "api/auth.test", token: token)).Json;

    private static async Task<int> TotalAsync(Emulated slack, string token, string collection = "Users") =>
        (int)(await AsAsync(slack, token, "GET", collection + "?count=0")).Json["totalResults"]!;

    private static string[] Ids(SlackOrganization organization) =>
        [
            .. organization
                .Workspace.Users()
                .Concat(organization.Workspace.Groups())
                .Select(shown => (string)shown["id"]!),
        ];

    [Fact]
    public async Task Each_token_has_an_organization_and_an_owner_of_its_own()
    {
        await using var slack = await StartAsync();

        var (first, second, last) = (
            await WhoAsync(slack, First),
            await WhoAsync(slack, Second),
            await WhoAsync(slack, "xoxp-emulator-1000")
        );

        Assert.Equal("E0EMULATOR", (string?)first["team_id"]);
        Assert.Equal("E0EMULATOR2", (string?)second["team_id"]);
        Assert.Equal("E0EMULATOR2", (string?)second["enterprise_id"]);
        Assert.Equal("E0EMULATOR1000", (string?)last["team_id"]);
        Assert.Equal(OwnerId, (string?)first["user_id"]);
        Assert.Equal(OwnerId + "2", (string?)second["user_id"]);
        Assert.Equal(OwnerId + "1000", (string?)last["user_id"]);
        Assert.Equal("https://emulator2.enterprise.slack.com/", (string?)second["url"]);
        Assert.Equal("Emulator 2", (string?)second["team"]);
    }

    [Fact]
    public async Task A_workspace_of_no_organization_has_a_team_of_its_own()
    {
        await using var slack = await StartAsync(("tenant.kind", "business_plus"));

        Assert.Equal("T0EMULATOR", (string?)(await WhoAsync(slack, First))["team_id"]);
        Assert.Equal("T0EMULATOR2", (string?)(await WhoAsync(slack, Second))["team_id"]);
        Assert.Equal("https://emulator2.slack.com/", (string?)(await WhoAsync(slack, Second))["url"]);
    }

    [Theory]
    [InlineData("xoxp-emulator-0")]
    [InlineData("xoxp-emulator-1")]
    [InlineData("xoxp-emulator-1001")]
    [InlineData("xoxp-emulator-4294967298")]
    [InlineData("xoxp-emulator-x")]
    [InlineData("xoxp-emulator-02")]
    [InlineData("xoxp-emulator--2")]
    [InlineData("xoxp-emulator-+2")]
    [InlineData("xoxp-emulator-2-")]
    [InlineData("xoxp-emulator-")]
    [InlineData("xoxp-emulator2")]
    [InlineData("XOXP-EMULATOR-2")]
    [InlineData("xoxp-other-2")]
    [InlineData("xoxp-2")]
    public async Task What_is_no_organizations_token_is_refused_by_the_first(string token)
    {
        await using var slack = await StartAsync();

        var refused = await AsAsync(slack, token, "GET", "Users");

        Assert.Equal(401, refused.Status);
        Assert.Equal("invalid_authentication", refused.Code);
        Assert.Equal("invalid_auth", (string?)(await WhoAsync(slack, token))["error"]);
        Assert.Equal(2, slack.Server.Calls.Total);
        Assert.Equal(0, slack.Server.Organization(2).Calls.Total);
    }

    [Fact]
    public async Task A_wrong_token_that_names_an_organization_is_refused_and_counted_there()
    {
        await using var slack = await StartAsync();

        Assert.Equal("invalid_authentication", (await AsAsync(slack, "xoxp-no-emulator-2", "GET", "Users")).Code);
        Assert.Equal("invalid_authentication", (await AsAsync(slack, "emulator-2", "GET", "Users")).Code);

        Assert.Equal(2, slack.Server.Organization(2).Calls.Of("GET /Users"));
        Assert.Equal(0, slack.Server.Calls.Total);
    }

    [Fact]
    public async Task The_same_names_and_addresses_are_free_in_each_and_nobody_is_seen_elsewhere()
    {
        await using var slack = await StartAsync();
        var (ada, other) = (await MakeAsync(slack, First, "ada"), await MakeAsync(slack, Second, "ada"));
        var crew = (string)(await AsAsync(slack, First, "POST", "Groups", Group("Crew", ada))).Json["id"]!;
        var second = await AsAsync(slack, Second, "POST", "Groups", Group("Crew", other));

        Assert.NotEqual(ada, other);
        Assert.Equal(201, second.Status);
        Assert.NotEqual(crew, (string)second.Json["id"]!);
        Assert.Equal(2, await TotalAsync(slack, First));
        Assert.Equal(2, await TotalAsync(slack, Second));
        Assert.Equal(1, await TotalAsync(slack, Third));
        Assert.Equal(0, await TotalAsync(slack, Third, "Groups"));
        foreach (var path in new[] { "Users/" + ada, "Groups/" + crew })
        {
            Assert.Equal(200, (await AsAsync(slack, First, "GET", path)).Status);
            foreach (var method in new[] { "GET", "PATCH", "PUT", "DELETE" })
                Assert.Equal(
                    404,
                    (await AsAsync(slack, Second, method, path, method is "PUT" or "PATCH" ? [] : null)).Status
                );
        }
        Assert.Equal(
            "no_such_group_members",
            (await AsAsync(slack, Second, "POST", "Groups", Group("Mixed", ada))).Code
        );
        Assert.True((bool?)slack.Server.Workspace.User(ada)!["active"]);
        Assert.Equal([ada], await slack.MembersAsync(crew));
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task No_two_of_a_thousand_organizations_issue_the_same_ids()
    {
        await using var slack = await StartSeededAsync(200);
        var all = new HashSet<string>(StringComparer.Ordinal);

        // The owner, 200 members and 2 groups each.
        foreach (var number in Enumerable.Range(1, 1000))
            all.UnionWith(Ids(slack.Server.Organization(number)));

        Assert.Equal(1000 * 203, all.Count);
    }

    [Fact]
    public async Task With_equal_ids_organizations_have_the_same_ids_and_are_apart_all_the_same()
    {
        await using var slack = await StartSeededAsync(200, ("tenant.ids", "equal"));
        var second = slack.Server.Organization(2);
        Assert.Equal(Ids(slack.Server.Organization(1)), Ids(second));
        var id = await MakeAsync(slack, First, "ada");
        Assert.Equal(id, await MakeAsync(slack, Second, "bea"));

        await AsAsync(slack, Second, "PATCH", "Users/" + id, Body("""{"title":"theirs"}"""));
        await AsAsync(slack, Second, "DELETE", "Users/" + Ids(second)[1]);

        Assert.Equal("ada", (string?)slack.Server.Workspace.User(id)!["userName"]);
        Assert.Equal("", (string?)slack.Server.Workspace.User(id)!["title"]);
        Assert.True((bool?)slack.Server.Workspace.User(Ids(second)[1])!["active"]);
        Assert.False((bool?)second.Workspace.User(Ids(second)[1])!["active"]);
        // Whoever pins an organization still tells them apart.
        var (one, two) = (await WhoAsync(slack, First), await WhoAsync(slack, Second));
        Assert.Equal((string?)one["user_id"], (string?)two["user_id"]);
        Assert.NotEqual((string?)one["team_id"], (string?)two["team_id"]);
    }

    [Fact]
    public async Task Ids_become_equal_by_a_reset()
    {
        await using var slack = await StartSeededAsync(100);
        var second = slack.Server.Organization(2);
        Assert.Empty(Ids(second).Intersect(Ids(slack.Server.Organization(1))));

        second.Knobs.Set("tenant.ids", "equal");
        second.Reset();

        Assert.Equal(Ids(slack.Server.Organization(1)), Ids(second));
        Assert.Equal(200, (await AsAsync(slack, Second, "GET", "Users")).Status);
    }

    [Fact]
    public async Task A_write_that_holds_a_user_locks_nobody_of_the_same_id_elsewhere()
    {
        await using var slack = await StartAsync(new ManualClock(), ("tenant.ids", "equal"), ("lock.hold_ms", 1000));
        slack.Server.Organization(2).Knobs.Set("lock.hold_ms", 0);

        var held = AsAsync(slack, First, "PATCH", "Users/" + OwnerId, Body("""{"title":"x"}"""));
        await Until(() => slack.Clock.Waiting > 0);

        Assert.Equal(429, (await AsAsync(slack, First, "PATCH", "Users/" + OwnerId, [])).Status);
        Assert.Equal(200, (await AsAsync(slack, Second, "PATCH", "Users/" + OwnerId, [])).Status);
        slack.Clock.Advance(1);
        Assert.Equal(200, (await held).Status);
    }

    [Fact]
    public async Task One_organization_spends_its_own_limits_alone()
    {
        await using var slack = await StartAsync(new ManualClock(), ("ratelimit.mode", "bucket"));
        // The burst of POST user is 20 (docs/slack.md 6).
        for (var i = 0; i < 20; i++)
            await MakeAsync(slack, Second, "user" + i);

        Assert.Equal(429, (await AsAsync(slack, Second, "POST", "Users", User("ada"))).Status);
        Assert.Equal(201, (await AsAsync(slack, First, "POST", "Users", User("ada"))).Status);
        Assert.Equal(201, (await AsAsync(slack, Third, "POST", "Users", User("ada"))).Status);
        slack.Server.Organization(3).Reset();
        Assert.Equal(429, (await AsAsync(slack, Second, "POST", "Users", User("ada"))).Status);
    }

    [Fact]
    public async Task Faults_and_chance_weather_hit_the_organization_they_were_ordered_for()
    {
        await using var slack = await StartAsync();
        slack.Server.Faults.Add(new() { Status = 503, Times = 0 });
        slack.Server.Organization(3).Faults.Add(new() { Path = "/Users", Drop = Drop.After });
        slack.Server.Organization(4).Knobs.Set("faults.drop_rate", 1);

        Assert.Equal(200, (await AsAsync(slack, Second, "GET", "Users")).Status);
        Assert.Equal(503, (await AsAsync(slack, First, "GET", "Users")).Status);
        await Assert.ThrowsAsync<HttpRequestException>(() => AsAsync(slack, Third, "POST", "Users", User("ada")));
        await Assert.ThrowsAsync<HttpRequestException>(() => AsAsync(slack, "xoxp-emulator-4", "GET", "Users"));
        Assert.Equal(2, await TotalAsync(slack, Third));
        Assert.Equal(1, await TotalAsync(slack, Second));
    }

    [Fact]
    public async Task A_call_that_is_held_in_one_organization_holds_up_no_other()
    {
        await using var slack = await StartAsync(new ManualClock());
        slack.Server.Organization(2).Knobs.Set("latency_ms", 60_000);

        var held = AsAsync(slack, Second, "GET", "Users");
        await Until(() => slack.Clock.Waiting > 0);

        Assert.Equal(200, (await AsAsync(slack, First, "GET", "Users")).Status);
        Assert.Equal(200, (await AsAsync(slack, Third, "GET", "Users")).Status);
        Assert.False(held.IsCompleted);
        slack.Clock.Advance(60);
        Assert.Equal(200, (await held).Status);
    }

    [Fact]
    public async Task Calls_are_counted_where_they_went()
    {
        await using var slack = await StartAsync();
        await AsAsync(slack, Second, "GET", "Users");
        await AsAsync(slack, Second, "GET", "Users/U0NOBODY");
        await AsAsync(slack, Third, "GET", "Groups");
        await AsAsync(slack, null, "GET", "ServiceProviderConfigs");

        Assert.Equal(["GET /ServiceProviderConfigs"], slack.Server.Calls.ByOperation.Keys);
        Assert.Equal(
            ["GET /Users", "GET /Users/{id}"],
            slack.Server.Organization(2).Calls.ByOperation.Keys.Order(StringComparer.Ordinal)
        );
        Assert.Equal(404, slack.Server.Organization(2).Calls.Last[^1].Status);
        Assert.Equal(["GET /Groups"], slack.Server.Organization(3).Calls.ByOperation.Keys);
        slack.Server.Organization(2).Calls.Clear();
        Assert.Equal(1, slack.Server.Organization(3).Calls.Total);
    }

    [Fact]
    public async Task The_knobs_and_the_seed_of_the_start_hold_for_each_and_are_each_ones_own_then()
    {
        var knobs = new JsonObject { ["users.delete_status"] = 204 };
        await using var server = await SlackEmulatorServer.StartAsync(new() { Knobs = knobs, Seed = 100 });
        // Too late for whoever is not made yet.
        knobs["users.delete_status"] = 200;

        server.Organization(2).Knobs.Set("spc.patch_supported", false);
        server.Knobs.Set("conflict.status", 409);

        Assert.Equal(204, (int?)server.Organization(2).Knobs.Get("users.delete_status"));
        Assert.Equal(400, (int?)server.Organization(2).Knobs.Get("conflict.status"));
        Assert.True((bool?)server.Knobs.Get("spc.patch_supported"));
        Assert.Equal(204, (int?)server.Organization(3).Knobs.Get("users.delete_status"));
        Assert.Equal(400, (int?)server.Organization(3).Knobs.Get("conflict.status"));
        Assert.Equal(101, server.Organization(3).Workspace.UserCount);
        Assert.Equal(1, server.Organization(3).Workspace.GroupCount);
    }

    [Fact]
    public async Task Tokens_die_and_are_given_in_their_own_organization()
    {
        await using var slack = await StartAsync();
        await slack.SendAsync("POST", "api/auth.revoke", token: Second);
        slack.Server.Organization(3).Workspace.ChangeUser(OwnerId + "3", Body("""{"active":false}"""));

        Assert.Equal("token_revoked", (string?)(await WhoAsync(slack, Second))["error"]);
        Assert.Equal("invalid_authentication", (await AsAsync(slack, Third, "GET", "Users")).Code);
        Assert.Equal(200, (await AsAsync(slack, First, "GET", "Users")).Status);

        // Written as the first's, or as they are sent: both are the fourth's.
        slack
            .Server.Organization(4)
            .Knobs.Set(
                "auth.tokens",
                JsonNode.Parse(
                    """
                    [{"token":"xoxp-emulator"},{"token":"xoxp-low","rank":"member"},
                     {"token":"xoxp-admin-emulator-4","rank":"admin"}]
                    """
                )
            );
        Assert.Equal(OwnerId + "4", (string?)(await WhoAsync(slack, "xoxp-emulator-4"))["user_id"]);
        Assert.Equal("U0EMUMEMBER4", (string?)(await WhoAsync(slack, "xoxp-low-emulator-4"))["user_id"]);
        Assert.Equal("U0EMUADMIN4", (string?)(await WhoAsync(slack, "xoxp-admin-emulator-4"))["user_id"]);
        Assert.Equal("invalid_auth", (string?)(await WhoAsync(slack, "xoxp-low-emulator-5"))["error"]);
        slack.Server.Organization(4).Knobs.Set("auth.tokens", null);
        Assert.Equal(OwnerId + "4", (string?)(await WhoAsync(slack, "xoxp-emulator-4"))["user_id"]);
        Assert.Equal("invalid_auth", (string?)(await WhoAsync(slack, "xoxp-low-emulator-4"))["error"]);
    }

    [Fact]
    public async Task A_token_in_a_form_or_a_query_leads_to_its_organization_too()
    {
        await using var slack = await StartAsync();
        const string form = "application/x-www-form-urlencoded";

        var told = await slack.SendAsync("POST", "api/auth.test", "token=" + Second, contentType: form);
        Assert.Equal("E0EMULATOR2", (string?)told.Json["team_id"]);
        told = await slack.SendAsync("POST", "api/auth.test", $$"""{"token":"{{Second}}"}""");
        Assert.Equal("E0EMULATOR2", (string?)told.Json["team_id"]);

        // SCIM takes it from there only where the organization's own knob says so.
        Assert.Equal("missing_authentication", (await AsAsync(slack, null, "GET", "Users?token=" + Second)).Code);
        slack.Server.Organization(2).Knobs.Set("auth.token_elsewhere", true);
        await MakeAsync(slack, Second, "ada");
        Assert.Equal(2, (int?)(await AsAsync(slack, null, "GET", "Users?token=" + Second)).Json["totalResults"]);
        Assert.Equal("missing_authentication", (await AsAsync(slack, null, "GET", "Users?token=" + First)).Code);
    }

    [Fact]
    public async Task An_app_is_installed_on_the_organization_that_was_chosen_and_its_tokens_lead_there()
    {
        await using var slack = await StartAsync(("oauth.rotation", true));
        await MakeAsync(slack, Second, "ada");

        var page = await slack.SendAsync("GET", OAuthTests.AuthorizePath + "&team=E0EMULATOR2");
        var grant = await OAuthTests.InstallAsync(slack, "E0EMULATOR2", OwnerId + "2");
        var renewed = await OAuthTests.FormAsync(
            slack,
            "oauth.v2.access",
            "grant_type=refresh_token&refresh_token=" + (string)grant.Json["authed_user"]!["refresh_token"]!
        );

        Assert.Matches("<select name=\"team\">.*E0EMULATOR2.*T0EMULATOR2", page.Text);
        Assert.Equal("E0EMULATOR2", (string?)grant.Json["enterprise"]!["id"]);
        foreach (var answer in new[] { grant, renewed })
            Assert.Equal(2, await TotalAsync(slack, (string)answer.Json["authed_user"]!["access_token"]!));
        Assert.Equal(
            "token_already_exchanged",
            (string?)
                (await OAuthTests.FormAsync(slack, "oauth.v2.exchange", "token=" + await TwiceAsync(slack))).Json[
                    "error"
                ]
        );
        // The first has no installation, nor the second's owner.
        Assert.Equal(200, (await OAuthTests.DecideAsync(slack, account: OwnerId + "2")).Status);
    }

    private static async Task<string> TwiceAsync(Emulated slack)
    {
        var exchanged = await OAuthTests.FormAsync(slack, "oauth.v2.exchange", "token=" + Second);
        Assert.Equal("E0EMULATOR2", (string?)exchanged.Json["enterprise"]!["id"]);
        return Second;
    }

    [Fact]
    public async Task Control_paths_of_an_organization_are_those_of_the_first_below_its_number()
    {
        await using var slack = await StartAsync();
        await MakeAsync(slack, First, "ada");

        Task<Answer> ControlAsync(string method, string path, string? body = null) =>
            slack.SendAsync(method, "_emulator/" + path, body);

        var made = await ControlAsync("POST", "organizations/2/users", """{"userName":"bea","rank":"owner"}""");
        Assert.Equal(201, made.Status);
        var id = (string)made.Json["id"]!;
        Assert.Equal(200, (await ControlAsync("GET", "organizations/2/users/" + id)).Status);
        Assert.Equal(404, (await ControlAsync("GET", "users/" + id)).Status);
        Assert.Equal(404, (await ControlAsync("GET", "organizations/3/users/" + id)).Status);
        Assert.Equal(200, (await ControlAsync("PUT", "organizations/2/users/" + id, """{"title":"T"}""")).Status);
        Assert.Equal("T", (string?)slack.Server.Organization(2).Workspace.User(id)!["title"]);
        Assert.Equal(201, (await ControlAsync("POST", "organizations/2/groups", """{"displayName":"G"}""")).Status);
        Assert.Equal(0, slack.Server.Workspace.GroupCount);
        Assert.Equal(201, (await ControlAsync("POST", "organizations/2/faults", """{"status":503}""")).Status);
        Assert.Empty((await ControlAsync("GET", "faults")).Json["faults"]!.AsArray());
        Assert.Equal(503, (await AsAsync(slack, Second, "GET", "Users")).Status);
        var put = await ControlAsync("PUT", "organizations/2/knobs", """{"users.delete_status":204}""");
        Assert.Equal(204, (int?)put.Json["users.delete_status"]);
        Assert.Equal(200, (int?)(await ControlAsync("GET", "knobs")).Json["users.delete_status"]);
        Assert.Equal(1, (int?)(await ControlAsync("GET", "organizations/2/calls")).Json["total"]);
        Assert.Equal(204, (await ControlAsync("DELETE", "organizations/2/users/" + id)).Status);
        // The first has a number as well.
        Assert.Equal(1, (int?)(await ControlAsync("GET", "organizations/1/calls")).Json["total"]);
        Assert.Equal(
            (await ControlAsync("GET", "users")).Text,
            (await ControlAsync("GET", "organizations/1/users")).Text
        );
    }

    [Theory]
    [InlineData("organizations/0/users", "there is no organization '0': they are numbered from 1 to 1000")]
    [InlineData("organizations/1001/users", "there is no organization '1001': they are numbered from 1 to 1000")]
    [InlineData("organizations/02/users", "there is no organization '02': they are numbered from 1 to 1000")]
    [InlineData("organizations/two/calls", "there is no organization 'two': they are numbered from 1 to 1000")]
    [InlineData("organizations/2", "there is no GET /_emulator/organizations/2")]
    [InlineData("organizations/2/nothing", "there is no GET /_emulator/organizations/2/nothing")]
    [InlineData("organizations", "there is no GET /_emulator/organizations")]
    [InlineData(
        "organizations/2/organizations/3/users",
        "there is no GET /_emulator/organizations/2/organizations/3/users"
    )]
    public async Task Control_paths_that_lead_nowhere_say_so(string path, string why)
    {
        await using var slack = await StartAsync();

        var refused = await slack.SendAsync("GET", "_emulator/" + path);

        Assert.Equal(404, refused.Status);
        Assert.Equal(why, (string?)refused.Json["error"]);
    }

    [Fact]
    public async Task A_reset_of_one_leaves_the_others_as_they_are()
    {
        await using var slack = await StartAsync();
        foreach (var token in new[] { First, Second, Third })
            await MakeAsync(slack, token, "ada");
        foreach (var number in new[] { 1, 2, 3 })
            slack
                .Server.Organization(number)
                .Faults.Add(
                    new()
                    {
                        Path = "/Groups",
                        Status = 503,
                        Times = 0,
                    }
                );

        Assert.Equal(204, (await slack.SendAsync("POST", "_emulator/organizations/2/reset")).Status);
        Assert.Equal(1, slack.Server.Organization(2).Workspace.UserCount);
        Assert.Equal(200, (await AsAsync(slack, Second, "GET", "Groups")).Status);
        Assert.Equal(2, slack.Server.Workspace.UserCount);
        Assert.Equal(1, slack.Server.Calls.Total);
        Assert.Equal(503, (await AsAsync(slack, First, "GET", "Groups")).Status);

        slack.Server.Reset();
        Assert.Equal(1, slack.Server.Workspace.UserCount);
        Assert.Equal(2, slack.Server.Organization(3).Workspace.UserCount);
        Assert.Equal(1, slack.Server.Organization(3).Calls.Total);
        Assert.Equal(503, (await AsAsync(slack, Third, "GET", "Groups")).Status);
        Assert.Equal(204, (await slack.SendAsync("DELETE", "_emulator/organizations/3/faults")).Status);
        Assert.Equal(200, (await AsAsync(slack, Third, "GET", "Groups")).Status);
    }

    [Fact]
    public async Task Many_who_are_first_find_one_organization()
    {
        await using var slack = await StartAsync();

        await Task.WhenAll(Enumerable.Range(0, 16).Select(i => MakeAsync(slack, Second, "user" + i)));

        Assert.Equal(17, await TotalAsync(slack, Second));
    }

    [Fact]
    public async Task In_process_an_organization_has_its_token_and_there_are_a_thousand()
    {
        await using var slack = await StartAsync();

        var id = slack.Server.Organization(1000).Workspace.MakeUser(Body("""{"userName":"ada"}"""));

        Assert.Equal("xoxp-emulator-1000", slack.Server.Organization(1000).Token);
        Assert.Equal(Second, SlackEmulatorServer.TokenOf(2));
        Assert.Equal(First, SlackEmulatorServer.TokenOf(1));
        Assert.Equal(200, (await AsAsync(slack, slack.Server.Organization(1000).Token, "GET", "Users/" + id)).Status);
        Assert.Same(slack.Server.Workspace, slack.Server.Organization(1).Workspace);
        foreach (var number in new[] { 0, 1001, -1 })
            Assert.Contains(
                "from 1 to 1000",
                Assert.Throws<ArgumentOutOfRangeException>(() => slack.Server.Organization(number)).Message,
                StringComparison.Ordinal
            );
    }

    [Fact]
    public async Task A_profile_address_is_that_of_the_organization_and_stays_computed_when_it_is_sent_back()
    {
        await using var slack = await StartAsync();
        var id = await MakeAsync(slack, Second, "ada");
        var shown = (await AsAsync(slack, Second, "GET", "Users/" + id)).Json;
        Assert.Equal("https://emulator2.enterprise.slack.com/team/ada", (string?)shown["profileUrl"]);

        var renamed = User("bea", ("profileUrl", (string?)shown["profileUrl"]));
        var answer = await AsAsync(slack, Second, "PUT", "Users/" + id, renamed);

        Assert.Equal("https://emulator2.enterprise.slack.com/team/bea", (string?)answer.Json["profileUrl"]);
    }
}
