using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Host.Demo;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using ScimGateway.SlackEmulator.Tests;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Executing;

/// <summary>
/// Stories in which several things come together, as the story machine and reviewers have found them: each went wrong
/// once.
/// </summary>
public class StoryTests
{
    private static readonly Preferences _strict = DemoTenant.Lenient with { UserSlackCannotHold = Unholdable.Refuse };

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_erased_account_that_keeps_its_address_is_found_once_and_not_asked_without_end(bool isUnclaimed)
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(
            new Setting { Clock = clock },
            ready: slack => slack.Workspace.MakeUser(Account("UZOE", "zoe", "zoe@corp.example"))
        );
        if (!isUnclaimed)
            await UserAsync(gateway, "zoe", active: false);
        gateway.Slack.Workspace.ChangeUser("UZOE", new JsonObject { ["erased"] = true, ["active"] = false });
        await gateway.CallsAsync();

        var (status, body, _) = await gateway.SendAsync(
            HttpMethod.Post,
            "Users",
            User(isUnclaimed ? "zora" : "zelda", "zoe@corp.example")
        );

        Assert.InRange((await CallsAsync(gateway)).Values.Sum(), 0, 6);
        if (status == HttpStatusCode.Created)
            Assert.NotEqual("Pending", gateway.State((string)body!["id"]!));
        clock.Advance(TimeSpan.FromMinutes(10));
        await gateway.ImportAsync();
        Assert.InRange((await CallsAsync(gateway)).Values.Sum(), 0, 8);
    }

    [Fact]
    public async Task What_was_taken_on_before_a_refused_change_has_its_outcome_with_what_is_wanted_then()
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock });
        await gateway.WeatherAsync("""{"method":"POST","path":"/Users","times":1,"status":503,"retryAfter":30}""");
        var creating = gateway.SendAsync(HttpMethod.Post, "Users", User("ada", "ada@corp.example"));
        await gateway.Life.ReachedAsync(Step.Recorded);
        gateway.GiveUp();
        var id = (string)(await creating).Body!["id"]!;

        await gateway.Connection.DisableAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await PatchAsync(gateway, id, "title", "\"Pilot\""));
        await gateway.ChangeAsync(new TenantChange.GoOn(EndsShadow: false));
        await Gateway.UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(5));
            return Task.FromResult(gateway.State(id) == "Settled");
        });

        Assert.All(gateway.Operations(), line => Assert.True(line.Finished, $"{line.Request} {line.Outcome}"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_account_whose_create_was_not_answered_is_known_though_a_rule_leaves_its_user_out(bool leaves)
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(
            new Setting { Clock = clock, Preferences = DemoTenant.Lenient with { DeprovisionOnRuleDeletion = leaves } }
        );
        await gateway.WeatherAsync("""{"method":"POST","path":"/Users","times":1,"drop":"after"}""");
        var creating = gateway.SendAsync(HttpMethod.Post, "Users", User("zoe", "zoe@corp.example"));
        await gateway.Life.ReachedAsync(Step.Recorded);
        gateway.GiveUp();
        var id = (string)(await creating).Body!["id"]!;

        await gateway.ChangeAsync(
            new TenantChange.OtherRules([new Rule { Name = "crew", Filter = "title eq \"crew\"" }])
        );
        var account = Assert.Single(await gateway.AccountsAsync("zoe@corp.example"));
        await Gateway.UntilAsync(async () =>
        {
            clock.Advance(TimeSpan.FromSeconds(5));
            return gateway.State(id) == "Blocked"
                && Active(Assert.Single(await gateway.AccountsAsync("zoe@corp.example"))) != leaves;
        });

        Assert.Equal((string)account["id"]!, SlackId(gateway, id));
    }

    [Fact]
    public async Task Two_who_were_deactivated_by_hand_and_are_updated_at_once_stop_nobody()
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 2);
        people.ForEach(person => DeactivateByHand(gateway, person));
        await gateway.WeatherAsync("""{"method":"PATCH","path":"/Users/{id}","delayMs":300}""");
        gateway.Life.Watch();

        await Task.WhenAll(people.Select(person => PatchAsync(gateway, person, "title", "\"Pilot\"")));
        await gateway.QuietAsync();

        Assert.True(gateway.Connection.Read().Enabled);
        Assert.Equal(["Held", "Held"], people.Select(gateway.State));
    }

    [Fact]
    public async Task Whose_drift_is_known_is_looked_at_once_and_updated()
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock });
        var people = await PeopleAsync(gateway, 2);
        DeactivateByHand(gateway, people[0]);
        for (var i = 0; i < 3; i++)
        {
            clock.Advance(TimeSpan.FromMinutes(5));
            await gateway.ImportAsync();
        }
        DeactivateByHand(gateway, people[1]);
        await PatchAsync(gateway, people[1], "title", "\"Duke\"");
        clock.Advance(TimeSpan.FromSeconds(10));
        await gateway.CallsAsync();

        await PatchAsync(gateway, people[0], "title", "\"Duke\"");

        var calls = await CallsAsync(gateway);
        Assert.Equal((1, 1), (calls["GET /Users/{id}"], calls["PATCH /Users/{id}"]));
    }

    [Fact]
    public async Task A_hand_in_Slack_minutes_after_a_look_is_no_proof()
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock });
        var people = await PeopleAsync(gateway, 2);
        DeactivateByHand(gateway, people[0]);
        await PatchAsync(gateway, people[0], "title", "\"Pilot\"");
        clock.Advance(TimeSpan.FromSeconds(5));
        await gateway.WeatherAsync(
            """{"method":"PATCH","path":"/Users/{id}","times":1,"status":503,"retryAfter":300}"""
        );
        gateway.Life.Watch();
        var patching = PatchAsync(gateway, people[1], "title", "\"Cook\"");
        await gateway.Life.ReachedAsync(Step.Recorded, times: 2);
        gateway.GiveUp();
        await patching;

        DeactivateByHand(gateway, people[1]);
        clock.Advance(TimeSpan.FromSeconds(320));
        await Gateway.UntilAsync(() => Task.FromResult(gateway.State(people[1]) != "Pending"));

        Assert.Equal("Held", gateway.State(people[1]));
        Assert.True(gateway.Connection.Read().Enabled);
    }

    [Fact]
    public async Task Who_is_active_in_Slack_again_is_held_no_longer_and_nobody_waits_for_the_former_address()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = _strict });
        var id = (await PeopleAsync(gateway, 1))[0];
        DeactivateByHand(gateway, id);
        await AddressAsync(gateway, id, "new");
        Assert.Equal("Held", gateway.State(id));

        await UserAsync(gateway, "person000x");
        Assert.Equal(
            HttpStatusCode.Created,
            (await gateway.SendAsync(HttpMethod.Post, "Users", User("other", "person000@corp.example"))).Status
        );
        gateway.Slack.Workspace.ChangeUser(SlackId(gateway, id), new JsonObject { ["active"] = true });
        await gateway.ImportAsync();
        await gateway.QuietAsync();

        Assert.Equal("Settled", gateway.State(id));
        Assert.Empty(gateway.Holds.List());
    }

    [Fact]
    public async Task A_guest_whom_somebody_made_one_in_Slack_ends_there_and_is_let_in_by_nobody()
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(
            new Setting { Clock = clock, Preferences = DemoTenant.Lenient with { Drift = DriftHandling.Restore } }
        );
        var id = (await PeopleAsync(gateway, 1))[0];
        EndByHand(gateway, id, clock.GetUtcNow() + TimeSpan.FromHours(1));
        clock.Advance(TimeSpan.FromDays(2));
        await gateway.CallsAsync();

        for (var i = 0; i < 4; i++)
        {
            // The gateway may look by itself, too, and is let end before time goes on.
            await gateway.ImportAsync();
            await gateway.QuietAsync();
            clock.Advance(TimeSpan.FromHours(1));
        }
        await gateway.ImportAsync();

        Assert.Equal("Blocked", gateway.State(id));
        Assert.Equal(0, await gateway.CameAsync("PATCH /Users/{id}"));
        EndByHand(gateway, id, clock.GetUtcNow() + TimeSpan.FromDays(30), active: true);
        clock.Advance(TimeSpan.FromMinutes(1)); // else it was looked at already
        await gateway.ImportAsync();
        await gateway.QuietAsync();
        Assert.Equal("Settled", gateway.State(id));
    }

    [Fact]
    public async Task Another_end_in_the_past_lets_no_guest_in()
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock });
        var id = (await PeopleAsync(gateway, 1))[0];
        await EndAsync(gateway, id, clock.GetUtcNow() + TimeSpan.FromDays(1));
        clock.Advance(TimeSpan.FromDays(5));
        await gateway.ImportAsync();
        await gateway.QuietAsync();
        await gateway.CallsAsync();

        Assert.Equal(HttpStatusCode.OK, await EndAsync(gateway, id, clock.GetUtcNow() - TimeSpan.FromDays(2)));
        await gateway.QuietAsync();

        Assert.Equal("Blocked", gateway.State(id));
        Assert.Equal(0, await gateway.CameAsync("PATCH /Users/{id}"));
    }

    [Fact]
    public async Task By_a_PATCH_nothing_is_adopted_where_adopting_is_refused()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = _strict with { WhenAccountExists = Existing.Refuse } },
            ready: slack => slack.Workspace.MakeUser(Account("UBOB", "bob", "bob@corp.example"))
        );
        var id = await UserAsync(gateway, "robert", active: false);

        Assert.Equal(HttpStatusCode.Conflict, await AddressAsync(gateway, id, "bob"));
    }

    [Fact]
    public async Task What_a_PATCH_takes_over_the_guard_counts_as_of_a_POST()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = _strict with { GuardedAccounts = 2 } },
            ready: slack =>
            {
                for (var i = 0; i < 5; i++)
                    slack.Workspace.MakeUser(Account($"UBOB{i}", $"bob{i}", $"bob{i}@corp.example"));
            }
        );
        for (var i = 0; i < 5; i++)
            await AddressAsync(gateway, await UserAsync(gateway, $"robert{i}", active: false), $"bob{i}");
        await gateway.QuietAsync();

        Assert.Equal(2, (await gateway.AccountsAsync("bob")).Count(account => !Active(account)));
        Assert.Equal(3, gateway.Holds.List().Count);
    }

    [Fact]
    public async Task Who_leaves_by_a_bulk_request_is_not_let_in_by_what_it_said_before()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = _strict });
        var people = await PeopleAsync(gateway, 2);

        var answers = await BulkAsync(
            gateway,
            $$"""{"method":"PUT","path":"/Users/{{people[0]}}","data":{{User("person000", "person001@corp.example")}}}""",
            To(people[1], 0),
            $$"""{"method":"PATCH","path":"/Users/{{people[0]}}","data":{{Patch("active", "false")}}}"""
        );
        await gateway.QuietAsync();

        Assert.Equal("200", answers[2]);
        Assert.False((bool)(await gateway.SendAsync(HttpMethod.Get, $"Users/{people[0]}")).Body!["active"]!);
        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("person000"))));
    }

    [Fact]
    public async Task Nobody_steps_aside_for_somebody_who_waits_for_something_else()
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 2);
        foreach (var person in people)
            await PatchAsync(gateway, person, "title", "\"crew\"");
        await gateway.ChangeAsync(
            new TenantChange.OtherRules([new Rule { Name = "crew", Filter = "title eq \"crew\"" }])
        );
        await PatchAsync(gateway, people[1], "title", "\"gone\"");
        await AddressAsync(gateway, people[1], "person000");
        await AddressAsync(gateway, people[0], "person001");
        await gateway.QuietAsync();

        Assert.Equal("Blocked", gateway.State(people[0]));
        var account = Assert.Single(await gateway.AccountsAsync("person000"));
        Assert.Equal("person000@corp.example", (string?)account["emails"]![0]!["value"]);
    }

    [Fact]
    public async Task Who_takes_an_account_over_keeps_the_name_that_was_chosen_whatever_names_are_now()
    {
        await using var gateway = await Gateway.StartAsync();
        var first = await UserAsync(gateway, "ada");
        var (_, body, _) = await gateway.SendAsync(HttpMethod.Post, "Users", User("Augusta Ada", "ada@corp.example"));
        await gateway.ChangeAsync(
            new TenantChange.OtherPreferences(DemoTenant.Lenient with { SlackUserName = SlackUserName.Verbatim })
        );

        await gateway.SendAsync(HttpMethod.Delete, $"Users/{first}");
        await gateway.QuietAsync();

        Assert.Equal("Settled", gateway.State((string)body!["id"]!));
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync("ada@corp.example"))));
    }

    [Fact]
    public async Task Who_waits_gets_the_account_that_an_operator_says_is_meant()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = DemoTenant.Lenient with { UniqueUserIdentifier = Identifier.UserName } },
            ready: slack => slack.Workspace.MakeUser(Account("UBOB", "bob", "bob@corp.example"))
        );
        var (_, body, _) = await gateway.SendAsync(HttpMethod.Post, "Users", User("robert", "bob@corp.example"));
        var id = (string)body!["id"]!;
        await gateway.QuietAsync();
        Assert.Equal("Blocked", gateway.State(id));

        Assert.True(await gateway.Holds.MeanAsync(Assert.Single(gateway.Holds.List()).Id, "UBOB"));
        await gateway.QuietAsync();

        Assert.Equal(("Settled", "UBOB"), (gateway.State(id), SlackId(gateway, id)));
        Assert.Empty(gateway.Holds.List());
    }

    [Fact]
    public async Task Who_is_to_leave_while_Slack_shows_him_inactive_unasked_is_not_held()
    {
        await using var gateway = await Gateway.StartAsync();
        var id = (await PeopleAsync(gateway, 1))[0];
        DeactivateByHand(gateway, id);
        var until = new TaskCompletionSource();
        gateway.Life.Watch();
        gateway.Life.HoldAt(Step.Called, until.Task);
        var first = PatchAsync(gateway, id, "title", "\"Pilot\"");
        await gateway.Life.ReachedAsync(Step.Called);
        gateway.GiveUp();
        await first;

        var off = PatchAsync(gateway, id, "active", "false");
        await gateway.Life.ReachedAsync(Step.WrittenDown, times: 2);
        until.SetResult();

        Assert.Equal(HttpStatusCode.OK, await off);
        await gateway.QuietAsync();
        Assert.Equal("Settled", gateway.State(id));
        Assert.Empty(gateway.Holds.List());
    }

    private static string Emails(string name) =>
        $$"""[{"value":"{{name}}@corp.example","type":"work","primary":true}]""";

    private static Task<HttpStatusCode> AddressAsync(Gateway gateway, string id, string name) =>
        PatchAsync(gateway, id, "emails", Emails(name));

    private static void EndByHand(Gateway gateway, string id, DateTimeOffset end, bool? active = null)
    {
        var change = new JsonObject
        {
            ["guest"] = new JsonObject { ["type"] = "multi", ["expiration"] = $"{end:yyyy-MM-ddTHH:mm:ssZ}" },
        };
        if (active is { } isActive)
            change["active"] = isActive;
        gateway.Slack.Workspace.ChangeUser(SlackId(gateway, id), change);
    }

    private static string To(string id, int address) =>
        $$"""{"method":"PATCH","path":"/Users/{{id}}","data":{{Patch("emails", Emails($"person{address:d3}"))}}}""";

    private static async Task<List<string>> BulkAsync(Gateway gateway, params string[] operations)
    {
        var (_, body, _) = await gateway.SendAsync(
            HttpMethod.Post,
            "Bulk",
            $$"""
            {"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"Operations":[{{string.Join(
                ',',
                operations
            )}}]}
            """
        );
        return [.. body!["Operations"]!.AsArray().Select(one => (string)one!["status"]!)];
    }
}
