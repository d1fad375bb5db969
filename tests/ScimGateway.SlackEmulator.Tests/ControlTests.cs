using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.SlackEmulator.Traffic;
using static ScimGateway.SlackEmulator.Tests.Emulated;

namespace ScimGateway.SlackEmulator.Tests;

/// <summary>The control interface, and what bad weather it can order.</summary>
public sealed class ControlTests
{
    private static async Task<JsonObject> ControlAsync(
        Emulated slack,
        string method,
        string path,
        string? body = null,
        int status = 200
    )
    {
        var answer = await slack.SendAsync(method, "_emulator/" + path, body);
        Assert.True(answer.Status == status, answer.Text);
        return answer.Text.Length > 0 ? answer.Json : [];
    }

    private static async Task<string> LostAsync(Func<Task<Answer>> call)
    {
        try
        {
            return (await call()).Status.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (HttpRequestException)
        {
            return "lost";
        }
    }

    [Fact]
    public async Task Calls_are_counted_by_operation_refused_and_lost_ones_too()
    {
        await using var slack = await StartAsync();
        var id = await slack.MakeAsync("ada");
        await slack.PatchAsync("Users/" + id, []);
        await slack.PatchAsync("Users//U0NOBODY/", []);
        await slack.GetAsync("Elsewhere");
        await slack.SendAsync("POST", "api/auth.test");
        await slack.SendAsync("GET", "api/auth.test");
        await slack.ScimAsync("GET", "Users", token: "wrong");
        slack.Server.Faults.Add(new() { Drop = Drop.Before });
        Assert.Equal("lost", await LostAsync(() => slack.GetAsync("Groups")));

        var calls = await ControlAsync(slack, "GET", "calls");
        Assert.Equal(8, (int?)calls["total"]);
        Assert.Equal(
            """{"(unknown path)":1,"GET /Groups":1,"GET /Users":1,"GET /api/auth.test":1,"PATCH /Users/{id}":2,"POST /Users":1,"POST /api/auth.test":1}""",
            calls["byOperation"]!.ToJsonString()
        );
        Assert.Equal(8, slack.Server.Calls.Total);
        Assert.Equal(2, slack.Server.Calls.Of("PATCH /Users/{id}"));
        Assert.Contains(slack.Server.Calls.Last, c => c is { Operation: "PATCH /Users/{id}", Status: 404 });

        await ControlAsync(slack, "DELETE", "calls", status: 204);
        Assert.Equal(
            """{"total":0,"byOperation":{},"byStatus":{}}""",
            (await ControlAsync(slack, "GET", "calls")).ToJsonString()
        );
    }

    [Fact]
    public async Task Knobs_are_shown_set_in_part_and_refused_by_name()
    {
        await using var slack = await StartAsync();
        Assert.Equal(200, (int?)(await ControlAsync(slack, "GET", "knobs"))["users.delete_status"]);
        Assert.Equal(
            204,
            (int?)(await ControlAsync(slack, "PUT", "knobs", """{"users.delete_status":204}"""))["users.delete_status"]
        );
        var refused = await ControlAsync(
            slack,
            "PUT",
            "knobs",
            """{"json.escape_slash":false,"no.such":1,"sort.mode":"up"}""",
            400
        );
        Assert.Contains("no.such", (string?)refused["error"], StringComparison.Ordinal);
        Assert.Contains("sort.mode", (string?)refused["error"], StringComparison.Ordinal);
        var now = await ControlAsync(slack, "GET", "knobs");
        Assert.True((bool?)now["json.escape_slash"]);
        Assert.Equal(204, (int?)now["users.delete_status"]);
        Assert.Equal(
            200,
            (int?)(await ControlAsync(slack, "PUT", "knobs", """{"users.delete_status":null}"""))["users.delete_status"]
        );
    }

    [Fact]
    public async Task Reset_empties_faults_calls_and_data_and_leaves_the_knobs_unless_asked()
    {
        await using var slack = await StartSeededAsync(200, ("spc.patch_supported", false));
        var start = slack.Server.Workspace.Users().Select(u => u["id"]!.ToJsonString()).ToArray();
        await slack.MakeAsync("ada");
        await slack.MakeGroupAsync("Crew");
        await slack.DeleteAsync("Users/" + start[5].Trim('"'));
        slack.Turn("users.delete_status", 204);
        slack.Server.Faults.Add(new() { Status = 500, Times = 0 });

        await ControlAsync(slack, "POST", "reset", status: 204);

        Assert.Equal(0, slack.Server.Calls.Total);
        Assert.Equal(200, (await slack.GetAsync("Users")).Status);
        Assert.Equal(start, slack.Server.Workspace.Users().Select(u => u["id"]!.ToJsonString()));
        Assert.All(slack.Server.Workspace.Users(), u => Assert.True((bool?)u["active"]));
        Assert.Equal(2, slack.Server.Workspace.GroupCount);
        Assert.Equal(204, (int?)slack.Server.Knobs.Get("users.delete_status"));

        await ControlAsync(slack, "POST", "reset", """{"knobs":true}""", 204);
        Assert.Equal(200, (int?)slack.Server.Knobs.Get("users.delete_status"));
        Assert.False((bool?)slack.Server.Knobs.Get("spc.patch_supported"));
    }

    [Fact]
    public async Task A_revoked_token_is_back_after_a_reset()
    {
        await using var slack = await StartAsync();
        await slack.SendAsync("POST", "api/auth.revoke", token: SlackEmulatorServer.Token);
        Assert.Equal(401, (await slack.GetAsync("Users")).Status);
        await ControlAsync(slack, "POST", "reset", status: 204);
        Assert.Equal(200, (await slack.GetAsync("Users")).Status);
    }

    [Fact]
    public async Task Accounts_are_made_changed_and_removed_by_hand_past_the_rules_of_SCIM()
    {
        await using var slack = await StartAsync();
        var made = await ControlAsync(
            slack,
            "POST",
            "users",
            """{"userName":"A Name Slack Would Never Take","displayName":"@x","emails":["a@x.org","b@x.org"],"rank":"owner","bot":false,"title":"T"}""",
            201
        );
        var id = (string)made["id"]!;
        Assert.Equal("owner", (string?)made["rank"]);
        Assert.Equal("A Name Slack Would Never Take", (string?)(await slack.ReadAsync(id))["userName"]);

        await ControlAsync(
            slack,
            "PUT",
            "users/" + id,
            """{"title":"New","emails":[{"value":"c@x.org","primary":true}],"active":false}"""
        );
        var shown = await slack.ReadAsync(id);
        Assert.Equal("New", (string?)shown["title"]);
        Assert.False((bool?)shown["active"]);
        Assert.Equal(0, (int?)(await slack.FilterAsync("Users", "email eq a@x.org")).Json["totalResults"]);
        Assert.Equal(1, (int?)(await slack.FilterAsync("Users", "email eq c@x.org")).Json["totalResults"]);

        await ControlAsync(slack, "DELETE", "users/" + id, status: 204);
        Assert.Equal(404, (await slack.GetAsync("Users/" + id)).Status);
        await ControlAsync(slack, "DELETE", "users/" + id, status: 404);
        await ControlAsync(slack, "GET", "users/" + id, status: 404);
        // What is done by hand is no call.
        Assert.DoesNotContain("_emulator", slack.Server.Calls.Last.Select(c => c.Path));
    }

    [Fact]
    public async Task Raw_state_shows_everything_and_can_be_put_back()
    {
        await using var slack = await StartAsync();
        var ada = await slack.MakeAsync("ada", ("phoneNumbers", new JsonArray("1", "2")), ("externalId", "x"));
        await slack.MakeGroupAsync("Crew", ada, OwnerId);

        var users = await ControlAsync(slack, "GET", "users");
        var groups = await ControlAsync(slack, "GET", "groups");

        Assert.Equal(2, (int?)users["total"]);
        Assert.Equal("primary_owner", (string?)users["users"]![0]!["rank"]);
        Assert.Equal("1", (string?)users["users"]![1]!["primaryPhone"]);
        Assert.Equal("2", (string?)users["users"]![1]!["mobilePhone"]);
        Assert.Equal(1, (int?)groups["total"]);
        Assert.Equal(2, groups["groups"]![0]!["members"]!.AsArray().Count);
        foreach (var user in users["users"]!.AsArray())
            Assert.Equal(
                user!.ToJsonString(),
                (await ControlAsync(slack, "PUT", "users/" + (string)user["id"]!, user.ToJsonString())).ToJsonString()
            );
        var page = await ControlAsync(slack, "GET", "users?startIndex=2&count=5");
        Assert.Equal(ada, (string?)page["users"]![0]!["id"]);
    }

    [Fact]
    public async Task Groups_are_made_and_changed_by_hand()
    {
        await using var slack = await StartAsync();
        var group = (string)
            (
                await ControlAsync(
                    slack,
                    "POST",
                    "groups",
                    $$"""{"displayName":"Crew","members":[{"value":"{{OwnerId}}"}]}""",
                    201
                )
            )["id"]!;
        Assert.Equal([OwnerId], await slack.MembersAsync(group));
        await ControlAsync(slack, "PUT", "groups/" + group, """{"members":[],"displayName":"Team"}""");
        Assert.Empty(await slack.MembersAsync(group));
        await ControlAsync(slack, "DELETE", "groups/" + group, status: 204);
        Assert.Equal(404, (await slack.GetAsync("Groups/" + group)).Status);
    }

    [Theory]
    [InlineData("POST", "users", """{"userNam":"x"}""", "userNam")]
    [InlineData("POST", "users", "{}", "userName")]
    [InlineData("POST", "users", """{"userName":"x","id":"a b"}""", "id")]
    [InlineData("POST", "users", """{"userName":"x","rank":"king"}""", "rank")]
    [InlineData("POST", "users", """{"userName":"x","groups":["S1"]}""", "groups")]
    [InlineData("POST", "groups", """{"displayName":"x","members":["U1"]}""", "members")]
    [InlineData("POST", "users", "nonsense", "JSON")]
    [InlineData("POST", "faults", """{"stats":500}""", "stats")]
    [InlineData("POST", "faults", """{"drop":"sometimes"}""", "drop")]
    [InlineData("POST", "faults", """{"nth":0}""", "nth")]
    [InlineData("PUT", "knobs", "[]", "object")]
    public async Task What_control_does_not_understand_it_refuses_by_name(
        string method,
        string path,
        string body,
        string named
    )
    {
        await using var slack = await StartAsync();
        Assert.Contains(
            named,
            (string?)(await ControlAsync(slack, method, path, body, 400))["error"],
            StringComparison.Ordinal
        );
    }

    [Theory]
    [InlineData("""{"method":"PATCH","path":"/Users/{id}","status":503}""", "PATCH", "Users/U0EMUOWNER", "503")]
    [InlineData("""{"method":"patch","path":"/scim/v1/Users/*","status":503}""", "PATCH", "Users/U0EMUOWNER", "503")]
    [InlineData("""{"path":"/Users*","status":503}""", "GET", "Users", "503")]
    [InlineData("""{"path":"/Users/U0EMUOWNER","status":503}""", "GET", "Users/U0EMUOWNER", "503")]
    [InlineData("""{"status":503}""", "GET", "ServiceProviderConfigs", "503")]
    [InlineData("""{"method":"GET","path":"/Users/{id}","status":503}""", "PATCH", "Users/U0EMUOWNER", "200")]
    [InlineData("""{"path":"/Users/{id}","status":503}""", "GET", "Users", "200")]
    [InlineData("""{"path":"/Groups*","status":503}""", "GET", "Users", "200")]
    public async Task A_fault_hits_the_calls_it_names(string fault, string method, string path, string status)
    {
        await using var slack = await StartAsync();
        await ControlAsync(slack, "POST", "faults", fault, 201);
        Assert.Equal(
            status,
            (await slack.ScimAsync(method, path, method == "GET" ? null : "{}")).Status.ToString(
                System.Globalization.CultureInfo.InvariantCulture
            )
        );
    }

    [Fact]
    public async Task A_fault_hits_the_nth_matching_call_and_as_many_as_it_says()
    {
        await using var slack = await StartAsync();
        await ControlAsync(
            slack,
            "POST",
            "faults",
            """{"path":"/Groups","nth":2,"times":2,"status":500,"description":"group_creation_failed","retryAfter":9}""",
            201
        );
        var seen = new List<int>();
        for (var i = 0; i < 5; i++)
        {
            seen.Add((await slack.GetAsync("Groups")).Status);
            await slack.GetAsync("Users");
        }
        Assert.Equal([200, 500, 500, 200, 200], seen);
        Assert.Equal("[]", (await ControlAsync(slack, "GET", "faults"))["faults"]!.ToJsonString());
    }

    [Fact]
    public async Task A_fault_answers_in_Slacks_form_instead_of_doing_anything()
    {
        await using var slack = await StartAsync();
        slack.Server.Faults.Add(
            new()
            {
                Status = 429,
                Description = "too_many_requests",
                RetryAfter = 5,
            }
        );
        var answer = await slack.PostAsync("Users", User("ada"));
        Assert.Equal("""{"Errors":{"description":"too_many_requests","code":429}}""", answer.Text);
        Assert.Equal("5", answer.Header("Retry-After"));
        Assert.Equal(1, slack.Server.Workspace.UserCount);
    }

    [Fact]
    public async Task Dropped_before_the_effect_nothing_happens_dropped_after_it_has()
    {
        await using var slack = await StartAsync();
        await ControlAsync(slack, "POST", "faults", """{"method":"POST","drop":"before"}""", 201);
        await ControlAsync(slack, "POST", "faults", """{"method":"POST","nth":2,"drop":"after"}""", 201);

        Assert.Equal("lost", await LostAsync(() => slack.PostAsync("Users", User("ada"))));
        Assert.Equal(1, slack.Server.Workspace.UserCount);
        Assert.Equal("lost", await LostAsync(() => slack.PostAsync("Users", User("bea"))));
        Assert.Equal(2, slack.Server.Workspace.UserCount);
        Assert.Equal("201", await LostAsync(() => slack.PostAsync("Users", User("cleo"))));
    }

    [Fact]
    public async Task A_500_can_come_although_the_effect_happened()
    {
        await using var slack = await StartAsync();
        slack.Server.Faults.Add(new() { Status = 500, Effect = true });
        Assert.Equal(500, (await slack.PostAsync("Users", User("ada"))).Status);
        Assert.Equal(2, slack.Server.Workspace.UserCount);
    }

    [Fact]
    public async Task A_delayed_call_has_its_effect_though_the_client_is_gone()
    {
        await using var slack = await StartAsync(new ManualClock());
        using var impatient = new HttpClient(new SocketsHttpHandler { UseProxy = false })
        {
            BaseAddress = slack.Server.ScimUrl,
        };
        slack.Turn("faults.hold_rate", 1);
        slack.Turn("faults.hold_ms", 5000);
        using var request = new HttpRequestMessage(HttpMethod.Post, "Users")
        {
            Content = new StringContent(User("ada").ToJsonString()),
        };
        request.Headers.TryAddWithoutValidation("Authorization", "Bearer xoxp-emulator");
        using var hangUp = new CancellationTokenSource();
        var call = impatient.SendAsync(request, hangUp.Token);
        await Until(() => slack.Clock.Waiting > 0);

        await hangUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(1, slack.Server.Workspace.UserCount);
        slack.Clock.Advance(6);

        await Until(() => slack.Server.Workspace.UserCount > 1);
        Assert.Equal(1, slack.Server.Calls.Of("POST /Users"));
    }

    [Fact]
    public async Task A_delay_comes_before_the_effect_and_an_answer_delay_after_it()
    {
        await using var slack = await StartAsync(new ManualClock());
        slack.Server.Faults.Add(new() { DelayMs = 1000 });
        slack.Server.Faults.Add(new() { Nth = 2, AnswerDelayMs = 1000 });

        foreach (var usersMeanwhile in new[] { 1, 3 })
        {
            var call = slack.PostAsync("Users", User("user" + usersMeanwhile));
            await Until(() => slack.Clock.Waiting > 0);
            Assert.Equal(usersMeanwhile, slack.Server.Workspace.UserCount);
            slack.Clock.Advance(1);
            Assert.Equal(201, (await call).Status);
        }
    }

    [Fact]
    public async Task Half_of_the_drops_come_after_the_effect()
    {
        await using var slack = await StartAsync(("faults.drop_rate", 1));
        for (var i = 0; i < 60; i++)
            Assert.Equal("lost", await LostAsync(() => slack.PostAsync("Users", User("user" + i))));
        Assert.InRange(slack.Server.Workspace.UserCount, 15, 45);
        Assert.Equal(60, slack.Server.Calls.Total);
    }

    [Theory]
    [InlineData("truncated")]
    [InlineData("garbage")]
    public async Task A_spoiled_body_is_well_formed_HTTP_and_no_JSON_and_the_effect_happened(string body)
    {
        await using var slack = await StartAsync();
        await ControlAsync(slack, "POST", "faults", $$"""{"body":"{{body}}"}""", 201);
        var answer = await slack.PostAsync("Users", User("ada"));
        Assert.Equal(201, answer.Status);
        Assert.ThrowsAny<JsonException>(() => answer.Json);
        Assert.Equal(2, slack.Server.Workspace.UserCount);
    }

    [Theory]
    [InlineData("Users/U0EMUOWNER")]
    [InlineData("Users?count=1000")]
    public async Task A_cut_body_always_arrives_with_status_headers_and_half_of_itself(string path)
    {
        await using var slack = await StartSeededAsync(1000);
        var whole = (await slack.GetAsync(path)).Text;
        slack.Server.Faults.Add(new() { Body = SpoiledBody.Cut, Times = 0 });
        Assert.Equal("lost", await LostAsync(() => slack.GetAsync(path)));
        for (var i = 0; i < 20; i++)
        {
            var raw = await HostileTests.RawAsync(slack, "GET", path, null, "keep-alive");
            Assert.StartsWith("HTTP/1.1 200 OK\r\n", raw, StringComparison.Ordinal);
            Assert.Contains($"\r\nContent-Length: {whole.Length}\r\n", raw, StringComparison.Ordinal);
            Assert.EndsWith("\r\n\r\n" + whole[..(whole.Length / 2)], raw, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_cut_body_ends_the_connection_in_the_middle_and_the_effect_happened()
    {
        await using var slack = await StartAsync();
        slack.Server.Faults.Add(new() { Body = SpoiledBody.Cut });
        Assert.Equal("lost", await LostAsync(() => slack.PostAsync("Users", User("ada"))));
        Assert.Equal(2, slack.Server.Workspace.UserCount);
    }

    [Fact]
    public async Task A_dripping_body_arrives_whole_and_late()
    {
        await using var slack = await StartAsync();
        slack.Server.Faults.Add(new() { Body = SpoiledBody.Drip, DripMs = 10 });
        var watch = Stopwatch.StartNew();
        var answer = await slack.GetAsync("Users/" + OwnerId);
        Assert.Equal(OwnerId, (string?)answer.Json["id"]);
        Assert.True(watch.ElapsedMilliseconds > 200);
    }

    [Fact]
    public async Task The_Web_API_has_faults_in_its_own_form()
    {
        await using var slack = await StartAsync();
        slack.Server.Faults.Add(
            new()
            {
                Path = "/api/*",
                Status = 200,
                Description = "internal_error",
            }
        );
        var answer = await slack.SendAsync("POST", "api/auth.test", token: SlackEmulatorServer.Token);
        Assert.Equal("""{"ok":false,"error":"internal_error"}""", answer.Text);
    }

    [Fact]
    public async Task An_emulator_stops_at_once_though_calls_are_held()
    {
        var slack = await StartAsync(new ManualClock(), ("latency_ms", 600_000));
        var call = LostAsync(() => slack.GetAsync("Users"));
        await Until(() => slack.Clock.Waiting > 0);
        var watch = Stopwatch.StartNew();
        await slack.Server.DisposeAsync();
        Assert.True(watch.ElapsedMilliseconds < 2000);
        Assert.Equal("lost", await call);
        await slack.DisposeAsync();
    }

    [Theory]
    [InlineData("POST", "users", """{"userName":"\ud800"}""", "Unicode")]
    [InlineData("POST", "users", """{"\ud800":"x"}""", "JSON")]
    [InlineData("POST", "users", """{"userName":"a","userName":"b"}""", "userName")]
    [InlineData("POST", "users", """[{"userName":"a","name":{"givenName":"a","givenName":"b"}}]""", "givenName")]
    [InlineData("PUT", "users/U0EMUOWNER", """{"title":"\ud800"}""", "Unicode")]
    [InlineData("POST", "groups", """{"displayName":"\udc00"}""", "Unicode")]
    [InlineData("POST", "faults", """{"nth":1,"nth":2}""", "nth")]
    [InlineData("POST", "faults", """{"description":"\ud800"}""", "Unicode")]
    [InlineData("PUT", "knobs", """{"errors.pair_separator":"\ud800"}""", "Unicode")]
    [InlineData("PUT", "knobs", """{"faults.seed":1,"faults.seed":2}""", "faults.seed")]
    [InlineData("POST", "reset", """{"knobs":"\ud800"}""", "Unicode")]
    public async Task A_body_with_half_a_character_or_a_member_twice_is_refused_and_changes_nothing(
        string method,
        string path,
        string body,
        string named
    )
    {
        await using var slack = await StartAsync();
        Assert.Contains(
            named,
            (string?)(await ControlAsync(slack, method, path, body, 400))["error"],
            StringComparison.Ordinal
        );
        Assert.Equal(1, slack.Server.Workspace.UserCount);
        Assert.Equal("[]", (await ControlAsync(slack, "GET", "faults"))["faults"]!.ToJsonString());
    }

    [Theory]
    [InlineData("""{"status":100}""", "status")]
    [InlineData("""{"status":199}""", "status")]
    [InlineData("""{"status":600}""", "status")]
    [InlineData("""{"drop":"-1"}""", "drop")]
    [InlineData("""{"drop":"1"}""", "drop")]
    [InlineData("""{"drop":"before, after"}""", "drop")]
    [InlineData("""{"body":" cut"}""", "body")]
    [InlineData("""{"effect":"yes"}""", "effect")]
    [InlineData("""{"effect":1}""", "effect")]
    public async Task A_fault_takes_defined_words_and_statuses_only(string fault, string named)
    {
        await using var slack = await StartAsync();
        var refused = await ControlAsync(slack, "POST", "faults", fault, 400);
        Assert.StartsWith(named + ": ", (string?)refused["error"], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(204, null)]
    [InlineData(205, null)]
    [InlineData(304, null)]
    [InlineData(204, SpoiledBody.Garbage)]
    [InlineData(205, SpoiledBody.Cut)]
    public async Task A_fault_with_a_status_that_has_no_body_arrives_without_one(int status, SpoiledBody? body)
    {
        await using var slack = await StartAsync();
        slack.Server.Faults.Add(new() { Status = status, Body = body });
        var answer = await slack.GetAsync("Users");
        Assert.Equal(status, answer.Status);
        Assert.Equal("", answer.Text);
        Assert.Equal(200, (await slack.GetAsync("Users")).Status);
    }

    [Fact]
    public async Task Garbage_for_an_answer_that_has_no_body_leaves_it_without_one()
    {
        await using var slack = await StartAsync();
        var group = await slack.MakeGroupAsync("Crew");
        slack.Server.Faults.Add(new() { Body = SpoiledBody.Garbage });
        Assert.Equal(204, (await slack.PatchAsync("Groups/" + group, [])).Status);
    }

    [Fact]
    public async Task A_fault_is_shown_with_all_its_members()
    {
        await using var slack = await StartAsync();
        const string fault =
            """{"method":"GET","path":"/Users","nth":2,"times":3,"status":429,"description":"d","retryAfter":4,"delayMs":5,"answerDelayMs":6,"drop":"after","effect":true,"body":"drip","dripMs":7""";
        var shown = await ControlAsync(slack, "POST", "faults", fault + "}", 201);
        Assert.Equal(fault + ",\"seen\":0}", shown["faults"]![0]!.ToJsonString());
        Assert.Equal(shown.ToJsonString(), (await ControlAsync(slack, "GET", "faults")).ToJsonString());
    }

    [Fact]
    public async Task A_pattern_of_many_stars_holds_nobody_up()
    {
        await using var slack = await StartAsync();
        await ControlAsync(
            slack,
            "POST",
            "faults",
            """{"path":"*a*a*a*a*a*a*a*a*a*a*a*b","times":0,"status":500}""",
            201
        );
        await ControlAsync(slack, "POST", "faults", $$"""{"path":"{{new string('*', 201)}}"}""", 400);
        var watch = Stopwatch.StartNew();
        Assert.Equal(404, (await slack.GetAsync("Users/" + new string('a', 120))).Status);
        Assert.Equal(500, (await slack.GetAsync("Users/" + new string('a', 120) + "b")).Status);
        Assert.True(watch.ElapsedMilliseconds < 2000, $"{watch.Elapsed}");
    }

    [Theory]
    [InlineData("/Users/{id}", "/Users/U1", true)]
    [InlineData("/Users/{id}", "/Users/", false)]
    [InlineData("/Users/{id}", "/Users/U1/x", false)]
    [InlineData("/{a}/{b}", "/Users/U1", true)]
    [InlineData("*/U{rest}", "/scim/v1/Users/U1", true)]
    [InlineData("*{", "/a{", true)]
    [InlineData("/U.ers", "/Users", false)]
    [InlineData("", "", true)]
    [InlineData("", "/", false)]
    [InlineData("*", "/\n", true)]
    [InlineData("/Users", "/Users\n", false)]
    public void A_star_stands_for_anything_and_a_name_in_braces_for_one_segment(
        string pattern,
        string path,
        bool fits
    ) => Assert.Equal(fits, Pattern.Read(pattern).IsMatch(path));
}
