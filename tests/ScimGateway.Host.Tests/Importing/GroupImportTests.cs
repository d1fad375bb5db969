using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Host.Demo;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Mirror;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Reads;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Slack.Tests.Http;
using ScimGateway.SlackEmulator;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Importing;

/// <summary>
/// Groups that Slack had before the gateway came: shown as they are, followed while nobody has claimed them, and
/// claimed by the first write.
/// </summary>
public class GroupImportTests
{
    [Fact]
    public async Task A_group_is_shown_with_the_members_whose_accounts_are()
    {
        await using var gateway = await StartAsync("""{"members":["U1","U2","U0EMUOWNER"]}""");

        var crew = await ReadAsync(gateway, await IdAsync(gateway));

        Assert.Equal("Crew", (string?)crew["displayName"]);
        Assert.Equal(Sorted(await UserIdAsync(gateway, "u1"), await UserIdAsync(gateway, "u2")), Members(crew));
        Assert.Equal(1, gateway.Import()!.Progress.Of(Kind.Group, Found.Added));
        Assert.Equal(1, gateway.Import()!.Progress.Of(Kind.Group, Remark.UnknownMember));
        Assert.Empty(await CallsAsync(gateway));
    }

    [Fact]
    public async Task Groups_of_several_pages_come_with_all_their_members()
    {
        await using var gateway = await StartAsync(
            """{"members":["U1","U2"]}""",
            ready: slack =>
            {
                for (var i = 0; i < 450; i++)
                    slack.Workspace.MakeGroup(
                        JsonNode.Parse($$"""{"displayName":"Group {{i}}","members":["U1","U2","U3"]}""")!.AsObject()
                    );
            }
        );

        Assert.Equal(451, Kept(gateway, kept => kept.Resources.Count(one => one.Kind == Kind.Group && !one.Hidden)));
        Assert.Equal(2 + 3 * 450, Kept(gateway, OnlyInSlack));
        Assert.Equal(4, gateway.Import()!.Progress.Of(Kind.User, Found.Added)); // and the token's owner
        Assert.Equal(451, gateway.Import()!.Progress.Of(Kind.Group, Found.Added));
        Assert.Null(gateway.Import()!.Progress.Place);
    }

    [Fact]
    public async Task Groups_that_Slack_lists_without_their_members_are_read_one_by_one()
    {
        await using var gateway = await StartAsync(
            """{"members":["U1","U2"]}""",
            ready: slack => slack.Knobs.Set("groups.list_members", false)
        );

        Assert.Equal(2, Members(await ReadAsync(gateway, await IdAsync(gateway))).Count);
    }

    [Fact]
    public async Task What_changes_in_Slack_by_hand_changes_what_is_shown_and_nothing_else_does()
    {
        await using var gateway = await StartAsync("""{"members":["U1","U2"]}""");
        await MakeAsync(gateway, """{"id":"S2","displayName":"Quiet","members":["U1"]}""");
        await gateway.ImportAsync();
        var (crew, quiet) = (await IdAsync(gateway), await IdAsync(gateway, "S2"));
        var (before, still) = (await ReadAsync(gateway, crew), await ReadAsync(gateway, quiet));

        await ChangeAsync(gateway, """{"members":["U2","U3"]}""");
        var found = await gateway.ImportAsync();

        var after = await ReadAsync(gateway, crew);
        Assert.Equal(Sorted(await UserIdAsync(gateway, "u2"), await UserIdAsync(gateway, "u3")), Members(after));
        Assert.NotEqual((string?)before["meta"]!["version"], (string?)after["meta"]!["version"]);
        Assert.NotEqual((string?)before["meta"]!["lastModified"], (string?)after["meta"]!["lastModified"]);
        Assert.Equal((string?)before["meta"]!["created"], (string?)after["meta"]!["created"]);
        Assert.True(JsonNode.DeepEquals(still, await ReadAsync(gateway, quiet)));
        Assert.Equal((1, 1), (found.Of(Kind.Group, Found.Changed), found.Of(Kind.Group, Found.Unchanged)));

        await ChangeAsync(gateway, """{"displayName":"Sailors"}""");
        await gateway.ImportAsync();
        Assert.Equal("Sailors", (string?)(await ReadAsync(gateway, crew))["displayName"]);
        Assert.Equal(HttpStatusCode.Created, (await PostAsync(gateway, "Crew")).Status); // the name is free
    }

    [Fact]
    public async Task Who_asks_for_the_name_of_a_group_that_nobody_claims_is_told_how_to_have_it()
    {
        var keeping = DemoTenant.Lenient with { DeleteGroups = false, WhenNotAllowed = NotAllowed.Skip };
        await using var gateway = await StartAsync("""{"members":["U1"]}""", new Setting { Preferences = keeping });
        var left = await GroupAsync(gateway, "Left");
        await gateway.SendAsync(HttpMethod.Delete, $"Groups/{left}");
        var mine = await GroupAsync(gateway, "Mine");
        var shown = await IdAsync(gateway);

        var (status, body, _) = await PatchGroupAsync(gateway, mine, Rename("Crew"));
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains(
            $"Write to that group, whose id is {shown}",
            (string)body!["detail"]!,
            StringComparison.Ordinal
        );
        (status, body, _) = await PatchGroupAsync(gateway, mine, Rename("Left"));
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("Create a group with this name", (string)body!["detail"]!, StringComparison.Ordinal);

        await MembersAsync(gateway, shown, Rename("Others"));
        await MembersAsync(gateway, mine, Rename("Crew"));
        await GroupAsync(gateway, "Left");
    }

    [Fact]
    public async Task A_create_of_the_same_name_takes_the_group_and_costs_nothing_where_both_are_equal()
    {
        await using var gateway = await StartAsync("""{"members":["U1","U2"]}""");
        var (u1, u2) = (await UserIdAsync(gateway, "u1"), await UserIdAsync(gateway, "u2"));

        var (status, body) = await PostAsync(gateway, "Crew", u1, u2);

        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal(await IdAsync(gateway), (string?)body!["id"]);
        Assert.Equal(Sorted(u1, u2), Members(body));
        await gateway.QuietAsync();
        Assert.Empty(await CallsAsync(gateway));
    }

    [Theory]
    [InlineData(GroupMembership.Merge)]
    [InlineData(GroupMembership.Overwrite)]
    public async Task An_adopted_group_loses_nobody_before_a_full_list(GroupMembership handling)
    {
        await using var gateway = await StartAsync(
            """{"members":["U1","U2"]}""",
            new Setting { Preferences = DemoTenant.Lenient with { GroupMembership = handling } }
        );
        var u3 = await UserIdAsync(gateway, "u3");

        var (_, body) = await PostAsync(gateway, "Crew");
        await PatchMembersAsync(gateway, (string)body!["id"]!, "add", u3);
        Assert.Equal(["U1", "U2", "U3"], await InSlackAsync(gateway));
        Assert.Equal([u3], Members(await ReadAsync(gateway, (string)body["id"]!)));

        await gateway.ImportAsync(); // nor does an import bring anybody in, or out
        await PatchMembersAsync(gateway, (string)body["id"]!, "replace", u3);
        Assert.Equal(handling == GroupMembership.Overwrite ? ["U3"] : ["U1", "U2", "U3"], await InSlackAsync(gateway));
    }

    [Theory]
    [InlineData("PATCH")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task The_first_write_to_a_group_that_is_shown_claims_it(string method)
    {
        await using var gateway = await StartAsync("""{"members":["U1"]}""");
        var (id, u1, u2) = (await IdAsync(gateway), await UserIdAsync(gateway, "u1"), await UserIdAsync(gateway, "u2"));

        switch (method)
        {
            case "PATCH":
                await PatchMembersAsync(gateway, id, "add", u2);
                await PatchMembersAsync(gateway, id, "add", u1);
                Assert.Equal(["U1", "U2"], await InSlackAsync(gateway));
                break;
            case "PUT":
                Assert.Equal(
                    HttpStatusCode.OK,
                    (await gateway.SendAsync(HttpMethod.Put, $"Groups/{id}", Group("Crew", u1, u2))).Status
                );
                Assert.Equal(["U1", "U2"], await InSlackAsync(gateway));
                break;
            default:
                Assert.Equal(
                    HttpStatusCode.NoContent,
                    (await gateway.SendAsync(HttpMethod.Delete, $"Groups/{id}")).Status
                );
                Assert.Empty(await GroupsAsync(gateway));
                break;
        }
        Assert.Equal(1, (await CallsAsync(gateway)).Values.Sum());
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task Where_adopting_is_not_allowed_no_write_claims(string method)
    {
        await using var gateway = await StartAsync(
            """{"members":["U1"]}""",
            new Setting { Preferences = DemoTenant.Lenient with { WhenAccountExists = Existing.Refuse } }
        );
        var id = await IdAsync(gateway);

        var status = method switch
        {
            "POST" => (await PostAsync(gateway, "crew")).Status,
            "PATCH" => (
                await gateway.SendAsync(HttpMethod.Patch, $"Groups/{id}", Patch("displayName", "\"Sailors\""))
            ).Status,
            _ => (await gateway.SendAsync(HttpMethod.Delete, $"Groups/{id}")).Status,
        };

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Equal("Crew", (string?)(await ReadAsync(gateway, id))["displayName"]);
        Assert.Empty(await CallsAsync(gateway));
    }

    [Fact]
    public async Task A_claim_that_Slack_refuses_is_none_and_the_group_is_followed_again()
    {
        await using var gateway = await StartAsync("""{"members":["U1"]}""");
        var id = await IdAsync(gateway);
        await gateway.WeatherAsync(
            """{"method":"PATCH","path":"/Groups/{id}","description":"name_already_exists","status":400}"""
        );
        var (status, _, _) = await gateway.SendAsync(
            HttpMethod.Patch,
            $"Groups/{id}",
            Patch("displayName", "\"Sailors\"")
        );
        Assert.Equal(HttpStatusCode.Conflict, status);
        await gateway.QuietAsync();

        await ChangeAsync(gateway, """{"displayName":"Pirates","members":["U2"]}""");
        await LaterAsync(gateway);
        await gateway.ImportAsync();

        var after = await ReadAsync(gateway, id);
        Assert.Equal("Pirates", (string?)after["displayName"]);
        Assert.Equal([await UserIdAsync(gateway, "u2")], Members(after));
    }

    [Fact]
    public async Task Of_a_claimed_group_is_noted_who_is_in_Slack_by_hand_and_nothing_else()
    {
        await using var gateway = await StartAsync("""{"members":["U1"]}""");
        var (_, body) = await PostAsync(gateway, "Crew", await UserIdAsync(gateway, "u1"));
        await gateway.QuietAsync();
        var before = await ReadAsync(gateway, (string)body!["id"]!);

        await ChangeAsync(gateway, """{"displayName":"By hand","members":["U2"]}""");
        await LaterAsync(gateway);
        var found = await gateway.ImportAsync();

        Assert.True(JsonNode.DeepEquals(before, await ReadAsync(gateway, (string)body["id"]!)));
        Assert.Equal(1, found.Of(Kind.Group, Found.Claimed));
        Assert.Equal(1, Kept(gateway, OnlyInSlack));
        Assert.Equal(1, Kept(gateway, kept => kept.Members.Count(row => row.SourceId != 0 && row.Wanted == Tri.Yes)));
        Assert.DoesNotContain(await CallsAsync(gateway), call => !call.Key.StartsWith("GET", StringComparison.Ordinal));

        // And who is gone again by hand is nobody's any more.
        await ChangeAsync(gateway, """{"members":["U1"]}""");
        await gateway.ImportAsync();
        Assert.Equal(0, Kept(gateway, kept => kept.Members.Count(row => row.SourceId == 0)));
    }

    [Fact]
    public async Task The_second_of_two_groups_of_one_name_is_not_shown_until_the_name_is_free()
    {
        await using var gateway = await StartAsync("""{"members":["U1"]}""");
        await MakeAsync(gateway, """{"id":"S2","displayName":"CREW","members":["U2"]}""");
        var found = await gateway.ImportAsync();
        var second = await IdAsync(gateway, "S2");
        Assert.Equal(1, found.Of(Kind.Group, Remark.Conflicting));
        Assert.Equal(HttpStatusCode.NotFound, (await gateway.SendAsync(HttpMethod.Get, $"Groups/{second}")).Status);

        // The first one comes first in the list, yet gives its name away in time.
        await ChangeAsync(gateway, """{"displayName":"Sailors"}""");
        found = await gateway.ImportAsync();
        Assert.Equal(0, found.Of(Kind.Group, Remark.Conflicting));
        Assert.Equal([await UserIdAsync(gateway, "u2")], Members(await ReadAsync(gateway, second)));
        Assert.Equal("CREW", (string?)(await ReadAsync(gateway, second))["displayName"]);
    }

    [Fact]
    public async Task Two_groups_may_swap_names_by_hand()
    {
        await using var gateway = await StartAsync("""{"members":["U1"]}""");
        await MakeAsync(gateway, """{"id":"S2","displayName":"Sailors"}""");
        await gateway.ImportAsync();

        await ChangeAsync(gateway, """{"displayName":"Between"}""");
        await ChangeAsync(gateway, """{"displayName":"Crew"}""", "S2");
        await ChangeAsync(gateway, """{"displayName":"Sailors"}""");
        await gateway.ImportAsync();

        Assert.Equal("Sailors", (string?)(await ReadAsync(gateway, await IdAsync(gateway)))["displayName"]);
        Assert.Equal("Crew", (string?)(await ReadAsync(gateway, await IdAsync(gateway, "S2")))["displayName"]);
    }

    [Fact]
    public async Task A_group_that_is_deleted_by_hand_stays_shown_and_the_first_write_makes_it_again()
    {
        await using var gateway = await StartAsync("""{"members":["U1"]}""");
        var id = await IdAsync(gateway);
        gateway.Slack.Workspace.RemoveGroup("S1");

        await gateway.ImportAsync();
        Assert.Equal("Crew", (string?)(await ReadAsync(gateway, id))["displayName"]); // absence proves nothing

        await PatchMembersAsync(gateway, id, "add", await UserIdAsync(gateway, "u2"));
        await gateway.QuietAsync();
        Assert.Equal(["U2"], await InSlackAsync(gateway));
    }

    [Fact]
    public async Task What_Slack_shows_of_before_our_last_write_brings_nobody_back()
    {
        await using var gateway = await StartAsync("""{"members":["U1","U2"]}""");
        var (id, u1) = (await IdAsync(gateway), await UserIdAsync(gateway, "u1"));
        await gateway.KnobAsync("consistency.group_lag_ms", 5_000);
        await PatchMembersAsync(gateway, id, "add", u1);
        await PatchMembersAsync(gateway, id, "remove", u1);
        await gateway.QuietAsync();

        var found = await gateway.ImportAsync(); // Slack shows U1 still

        Assert.Equal(1, found.Of(Kind.Group, Found.BeingWritten));
        Assert.Equal(
            0,
            Kept(
                gateway,
                kept =>
                    kept.Members.Count(row =>
                        row.InSlack == Tri.Yes
                        && row.MemberId == kept.Links.Single(link => link.SlackId == "U1").ClaimantId
                    )
            )
        );
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_group_that_is_written_while_its_page_is_on_its_way_is_left_as_it_was_written()
    {
        await using var gateway = await StartAsync("""{"members":["U1","U2"]}""");
        var (id, u1, u3) = (await IdAsync(gateway), await UserIdAsync(gateway, "u1"), await UserIdAsync(gateway, "u3"));
        await gateway.WeatherAsync("""{"method":"GET","path":"/Groups","answerDelayMs":2000}""");
        Assert.True(await gateway.BeginImportAsync());
        Assert.False(await gateway.BeginImportAsync()); // one at a time
        await Gateway.UntilAsync(async () => await gateway.CameAsync("GET /Groups") == 1);

        await PatchMembersAsync(gateway, id, "remove", u1);
        await PatchMembersAsync(gateway, id, "add", u3);
        await gateway.ImportedAsync();

        Assert.Equal(1, gateway.Import()!.Progress.Of(Kind.Group, Found.BeingWritten));
        Assert.Equal(["U2", "U3"], await InSlackAsync(gateway));
        Assert.Equal([u3], Members(await ReadAsync(gateway, id)));
        Assert.Equal(2, Kept(gateway, kept => kept.Members.Count(row => row.InSlack == Tri.Yes)));
    }

    // Deactivated, Slack took the account out of the group; what it shows of the group is from before that.
    [Theory]
    [Trait("speed", "slow")]
    [InlineData("deactivated", "consistency.group_lag_ms")]
    [InlineData("deleted", "consistency.group_lag_ms")]
    [InlineData("deactivated", "a page on its way")]
    [InlineData("deleted", "a page on its way")]
    public async Task Who_was_gone_since_Slack_was_asked_is_not_taken_for_a_member_and_is_let_in_when_wanted(
        string how,
        string late
    )
    {
        await using var gateway = await StartAsync("""{"members":["U1","U2"]}""");
        var (id, u1) = (await IdAsync(gateway), await UserIdAsync(gateway, "u1"));
        await gateway.SendAsync(HttpMethod.Patch, $"Users/{u1}", Patch("title", "\"Chief\"")); // the provider's from now on
        await gateway.QuietAsync();
        if (late == "a page on its way")
        {
            await gateway.WeatherAsync("""{"method":"GET","path":"/Groups","answerDelayMs":2000}""");
            await gateway.CallsAsync();
            Assert.True(await gateway.BeginImportAsync());
            await Gateway.UntilAsync(async () => await gateway.CameAsync("GET /Groups") == 1);
        }
        else
            await gateway.KnobAsync(late, 5_000);

        if (how == "deactivated")
        {
            await gateway.SendAsync(HttpMethod.Patch, $"Users/{u1}", Patch("active", "false"));
            await gateway.SendAsync(HttpMethod.Patch, $"Users/{u1}", Patch("active", "true"));
        }
        else
        {
            await gateway.SendAsync(HttpMethod.Delete, $"Users/{u1}");
            u1 = (string)
                (await gateway.SendAsync(HttpMethod.Post, "Users", User("u1", "u1@corp.example"))).Body!["id"]!;
        }
        if (late == "a page on its way")
            await gateway.ImportedAsync();
        else
            await gateway.ImportAsync();
        await gateway.KnobAsync("consistency.group_lag_ms", 0);

        await PatchMembersAsync(gateway, id, "add", u1);
        await gateway.QuietAsync();
        Assert.Equal(["U1", "U2"], await InSlackAsync(gateway));
    }

    // What Slack did with the deactivation nobody saw, and then nobody wanted it any more.
    [Theory]
    [InlineData("deactivated")]
    [InlineData("deleted")]
    public async Task Who_was_gone_by_a_call_whose_answer_was_lost_is_let_in_when_wanted(string how)
    {
        await using var gateway = await StartAsync(
            """{"members":["U1","U2"]}""",
            new Setting { Clock = new HurriedClock() }
        );
        var (id, u1) = (await IdAsync(gateway), await UserIdAsync(gateway, "u1"));
        await gateway.SendAsync(HttpMethod.Patch, $"Users/{u1}", Patch("title", "\"Chief\"")); // the provider's from now on
        await gateway.QuietAsync();
        await gateway.WeatherAsync(
            """{"method":"*","path":"/Users/{id}","status":500,"description":"database_query_failure","effect":true}"""
        );

        if (how == "deactivated")
        {
            await gateway.SendAsync(HttpMethod.Patch, $"Users/{u1}", Patch("active", "false"));
            await gateway.SendAsync(HttpMethod.Patch, $"Users/{u1}", Patch("active", "true"));
        }
        else
        {
            await gateway.SendAsync(HttpMethod.Delete, $"Users/{u1}");
            u1 = (string)
                (await gateway.SendAsync(HttpMethod.Post, "Users", User("u1", "u1@corp.example"))).Body!["id"]!;
        }
        await gateway.QuietAsync();
        Assert.Equal(["U2"], await InSlackAsync(gateway));

        await PatchMembersAsync(gateway, id, "add", u1);
        await gateway.QuietAsync();
        Assert.Equal(["U1", "U2"], await InSlackAsync(gateway));
    }

    [Fact]
    public async Task A_process_that_dies_amid_a_large_group_leaves_it_to_the_next_one_to_complete()
    {
        await using var gateway = await Gateway.StartAsync(ready: slack =>
        {
            for (var i = 0; i < 1_700; i++)
                slack.Workspace.MakeUser(
                    JsonNode
                        .Parse($$"""{"id":"U{{i}}","userName":"u{{i}}","email":"u{{i}}@corp.example"}""")!
                        .AsObject()
                );
        });
        await MakeAsync(
            gateway,
            new JsonObject
            {
                ["id"] = "S1",
                ["displayName"] = "Crew",
                ["members"] = new JsonArray([.. Enumerable.Range(0, 1_700).Select(i => JsonValue.Create($"U{i}"))]),
            }.ToJsonString()
        );
        await Tests.StoreTables.StopAtMembersAsync(gateway.Store, 1_250);
        Assert.True(await gateway.BeginImportAsync());
        await Gateway.UntilAsync(() => Task.FromResult(Kept(gateway, kept => kept.Members.Count()) == 1_200)); // twelve slices, and no thirteenth
        await Tests.StoreTables.GoOnAsync(gateway.Store);

        await gateway.CrashAsync();

        var id = await IdAsync(gateway);
        Assert.Equal(1_700, Members(await ReadAsync(gateway, id)).Count);
        Assert.Equal(1, gateway.Import()!.Progress.Of(Kind.Group));
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_group_that_is_deleted_while_its_page_is_on_its_way_is_not_shown_again()
    {
        await using var gateway = await Gateway.StartAsync();
        var crew = await GroupRequests.GroupAsync(gateway, "Crew");
        await gateway.WeatherAsync("""{"method":"GET","path":"/Groups","answerDelayMs":2000}""");
        await gateway.CallsAsync();
        Assert.True(await gateway.BeginImportAsync());
        await Gateway.UntilAsync(async () => await gateway.CameAsync("GET /Groups") == 1);

        Assert.Equal(HttpStatusCode.NoContent, (await gateway.SendAsync(HttpMethod.Delete, $"Groups/{crew}")).Status);
        await gateway.ImportedAsync();

        Assert.Equal(0, (int)(await gateway.SendAsync(HttpMethod.Get, "Groups")).Body!["totalResults"]!);
        Assert.Equal(1, gateway.Import()!.Progress.Of(Kind.Group, Found.BeingWritten));
    }

    [Fact]
    public async Task An_import_that_was_interrupted_goes_on_at_its_page()
    {
        await using var gateway = await Gateway.StartAsync(seed: 2_300);
        await gateway.WeatherAsync("""{"method":"GET","path":"/Users","nth":2,"answerDelayMs":2000}""");
        Assert.True(await gateway.BeginImportAsync());
        await Gateway.UntilAsync(async () => await gateway.CameAsync("GET /Users") == 2);

        await gateway.CrashAsync();

        Assert.Contains(gateway.Slack.Calls.Last, call => call.Operation == "GET /Users");
        Assert.DoesNotContain(
            gateway.Slack.Calls.Last,
            call => call.Path.Contains("startIndex=1&", StringComparison.Ordinal) && call.Operation == "GET /Users"
        );
        Assert.Equal(2_301, gateway.Import()!.Progress.Of(Kind.User)); // those of the first page are told of as well
        Assert.Equal(23, gateway.Import()!.Progress.Of(Kind.Group, Found.Unchanged));
    }

    [Fact]
    public async Task An_interrupted_import_begins_anew_where_the_list_has_become_shorter()
    {
        await using var gateway = await Gateway.StartAsync(seed: 2_300);
        await gateway.WeatherAsync("""{"method":"GET","path":"/Users","nth":2,"answerDelayMs":2000}""");
        Assert.True(await gateway.BeginImportAsync());
        await Gateway.UntilAsync(async () => await gateway.CameAsync("GET /Users") == 2);
        gateway.Slack.Workspace.RemoveUser(
            Kept(
                gateway,
                kept => kept.Links.Single(link => link.Kind == Kind.User && link.Id == new LinkId(5)).SlackId!
            )
        );

        await gateway.CrashAsync();

        Assert.Contains(
            gateway.Slack.Calls.Last,
            call => call.Path.Contains("startIndex=1&", StringComparison.Ordinal) && call.Operation == "GET /Users"
        );
    }

    // As if some time had passed since anything was written.
    private static Task LaterAsync(Gateway gateway)
    {
        using var kept = gateway.Kept();
        kept.Age();
        return Task.CompletedTask;
    }

    private static T Kept<T>(Gateway gateway, Func<GatewayDb, T> look)
    {
        using var kept = gateway.Kept();
        return look(kept);
    }

    private static int OnlyInSlack(GatewayDb kept) =>
        kept.Members.Count(row => row.SourceId == 0 && row.Wanted == Tri.Neither && row.InSlack == Tri.Yes);

    private static async Task<Gateway> StartAsync(
        string crew,
        Setting? setting = null,
        Action<SlackEmulatorServer>? ready = null
    ) =>
        await Gateway.StartAsync(
            setting,
            ready: slack =>
            {
                for (var i = 1; i <= 3; i++)
                    slack.Workspace.MakeUser(
                        JsonNode
                            .Parse($$"""{"id":"U{{i}}","userName":"u{{i}}","email":"u{{i}}@corp.example"}""")!
                            .AsObject()
                    );
                var group = JsonNode.Parse(crew)!.AsObject();
                (group["id"], group["displayName"]) = ("S1", "Crew");
                slack.Workspace.MakeGroup(group);
                ready?.Invoke(slack);
            }
        );

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");

    private static async Task MakeAsync(Gateway gateway, string group) =>
        (await gateway.Control.PostAsync("groups", Json(group))).EnsureSuccessStatusCode();

    private static async Task ChangeAsync(Gateway gateway, string change, string slackId = "S1") =>
        (await gateway.Control.PutAsync($"groups/{slackId}", Json(change))).EnsureSuccessStatusCode();

    private static async Task<string> IdAsync(Gateway gateway, string slackId = "S1") =>
        await Task.FromResult(
            $"{Kept(gateway, kept => kept.Links.Single(link => link.SlackId == slackId).ClaimantId)}"
        );

    private static Task<string> UserIdAsync(Gateway gateway, string userName) =>
        IdAsync(gateway, userName.ToUpperInvariant());

    private static async Task<JsonObject> ReadAsync(Gateway gateway, string id)
    {
        var (status, body, _) = await gateway.SendAsync(HttpMethod.Get, $"Groups/{id}");
        Assert.Equal(HttpStatusCode.OK, status);
        return body!;
    }

    private static List<string> Members(JsonObject group) =>
        [
            .. (group["members"] as JsonArray ?? [])
                .Select(member => (string)member!["value"]!)
                .Order(StringComparer.Ordinal),
        ];

    // Ids of one millisecond come in no order.
    private static List<string> Sorted(params string[] ids) => [.. ids.Order(StringComparer.Ordinal)];

    private static string Group(string name, params string[] members) =>
        $$"""
            {"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"{{name}}","members":[{{Values(
                members
            )}}]}
            """;

    private static string Values(IEnumerable<string> members) =>
        string.Join(',', members.Select(member => $$"""{"value":"{{member}}"}"""));

    private static async Task<(HttpStatusCode Status, JsonObject? Body)> PostAsync(
        Gateway gateway,
        string name,
        params string[] members
    )
    {
        var (status, body, _) = await gateway.SendAsync(HttpMethod.Post, "Groups", Group(name, members));
        return (status, body);
    }

    private static async Task PatchMembersAsync(Gateway gateway, string group, string op, params string[] members) =>
        Assert.Equal(
            HttpStatusCode.NoContent,
            (
                await gateway.SendAsync(
                    HttpMethod.Patch,
                    $"Groups/{group}",
                    PatchOf($$"""{"op":"{{op}}","path":"members","value":[{{Values(members)}}]}""")
                )
            ).Status
        );

    private static async Task<JsonArray> GroupsAsync(Gateway gateway) =>
        JsonNode.Parse(await gateway.Control.GetStringAsync("groups"))!["groups"]!.AsArray();

    // The Slack ids of who is in the one group of Slack.
    private static async Task<List<string>> InSlackAsync(Gateway gateway)
    {
        return
        [
            .. (Assert.Single(await GroupsAsync(gateway))!["members"] as JsonArray ?? [])
                .Select(member => (string?)(member as JsonObject)?["value"] ?? (string)member!)
                .Order(StringComparer.Ordinal),
        ];
    }
}
