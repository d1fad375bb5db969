using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Host.Demo;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using ScimGateway.SlackEmulator.Tests;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Meeting;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Executing;

/// <summary>Slack erases, ends, deactivates and refuses, hands change accounts, and the process dies, each while something else is under way.</summary>
[Trait("speed", "slow")]
public class SurpriseTests
{
    [Fact]
    public async Task A_guest_ends_while_the_tenant_restores_drift_and_nothing_is_restored()
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(
            new Setting { Clock = clock, Preferences = Lenient with { Drift = DriftHandling.Restore } }
        );
        var id = (await PeopleAsync(gateway, 1))[0];
        await EndAsync(gateway, id, clock.GetUtcNow() + TimeSpan.FromDays(1));
        await GroupAsync(gateway, "Crew", id);
        clock.Advance(TimeSpan.FromDays(2));
        // The sweep has come due by that: its calls would all be late if the time went on while it reads.
        await Gateway.UntilAsync(() =>
            Task.FromResult(gateway.Count(kept => kept.Jobs.Where(job => job.Finished != null)) == 2)
        );
        await gateway.CallsAsync();
        for (var i = 0; i < 4; i++)
        {
            clock.Advance(TimeSpan.FromMinutes(5));
            await gateway.ImportAsync();
            await gateway.QuietAsync();
        }

        var calls = await CallsAsync(gateway);
        Assert.DoesNotContain(calls.Keys, call => !call.StartsWith("GET", StringComparison.Ordinal));
        Assert.Equal("Blocked", gateway.State(id));
    }

    [Fact]
    public async Task A_careful_tenant_that_meets_an_erased_account_has_it_made_again_or_says_so()
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 2);
        DeactivateByHand(gateway, people[0]);
        await PatchAsync(gateway, people[0], "title", "\"Pilot\"");
        await EraseAsync(gateway, "person001@");

        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, people[1], "title", "\"Cook\""));
        await gateway.QuietAsync();
        if (gateway.State(people[1]) == "Held")
        {
            await gateway.Holds.ReleaseAsync([.. gateway.Holds.List().Select(hold => hold.Id)]);
            await gateway.QuietAsync();
        }
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync("person001@"))));
    }

    [Fact]
    public async Task Held_as_deactivated_by_hand_deleted_and_made_again_is_in_and_nothing_is_listed()
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 1);
        var crew = await GroupAsync(gateway, "Crew", people[0]);
        DeactivateByHand(gateway, people[0]);
        await PatchAsync(gateway, people[0], "title", "\"Pilot\"");
        Assert.Equal("Held", gateway.State(people[0]));
        await DeleteAsync(gateway, people[0]);
        var again = await UserAsync(gateway, "person000");
        await MembersAsync(gateway, crew, Add(again));
        await gateway.QuietAsync();

        Assert.Equal("Settled", gateway.State(again));
        Assert.Empty(gateway.Holds.List());
        Assert.Equal(["person000"], await InSlackAsync(gateway, "Crew"));
    }

    [Fact]
    public async Task Held_as_deactivated_by_hand_and_dismissed_is_left_alone_by_all_that_repeats()
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 1);
        DeactivateByHand(gateway, people[0]);
        await PatchAsync(gateway, people[0], "title", "\"Pilot\"");
        await DismissAllAsync(gateway);
        await gateway.QuietAsync();
        await gateway.CallsAsync();

        var got = (await gateway.SendAsync(HttpMethod.Get, $"Users/{people[0]}")).Body!;
        await gateway.SendAsync(HttpMethod.Put, $"Users/{people[0]}", got.ToJsonString());
        await gateway.SendAsync(
            HttpMethod.Patch,
            $"Users/{people[0]}",
            PatchOf("""{"op":"Replace","value":{"active":"True"}}""")
        );
        await PatchAsync(gateway, people[0], "title", "\"Cook\"");
        await gateway.Home.Resync.AllAsync();
        await gateway.QuietAsync();

        Assert.Empty(await gateway.CallsAsync());
        Assert.False(Active(await RawUserAsync(gateway, people[0])));
        await PatchAsync(gateway, people[0], "active", "false");
        await PatchAsync(gateway, people[0], "active", "true");
        await gateway.QuietAsync();
        Assert.True(Active(await RawUserAsync(gateway, people[0])));
        Assert.Equal("Cook", (string?)(await RawUserAsync(gateway, people[0]))["title"]);
    }

    [Fact]
    public async Task Where_Slack_keeps_the_old_address_as_a_second_one_the_next_user_of_it_is_told_the_truth()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = Strict });
        await gateway.KnobAsync("emails.patch_primary", "demote-old-to-secondary");
        var ada = await MakeAsync(gateway, "ada", "ada@x.example");
        await AddressAsync(gateway, ada, "ada.king@x.example");
        await gateway.QuietAsync();
        await gateway.CallsAsync();

        var (status, body, _) = await gateway.SendAsync(HttpMethod.Post, "Users", User("ida", "ada@x.example"));
        await gateway.QuietAsync();
        if (status == HttpStatusCode.Created)
            Assert.Equal("ada@x.example", Primary(await RawUserAsync(gateway, (string)body!["id"]!)));
        else
            Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Equal("ada.king@x.example", Primary(await RawUserAsync(gateway, ada)));
        Assert.True((await CallsAsync(gateway)).Values.Sum() < 6);
    }

    [Fact]
    public async Task Where_Slack_keeps_memberships_of_inactive_ones_who_left_meanwhile_is_out_after_all()
    {
        await using var gateway = await Gateway.StartAsync();
        await gateway.KnobAsync("deactivate.group_membership", "kept");
        var people = await PeopleAsync(gateway, 2);
        var crew = await GroupAsync(gateway, "Crew", people[0], people[1]);
        var band = await GroupAsync(gateway, "Band", people[0]);
        await PatchAsync(gateway, people[0], "active", "false");
        await MembersAsync(gateway, crew, Remove(people[0]));
        await MembersAsync(gateway, band, Remove(people[0]), Add(people[1]));
        await PatchAsync(gateway, people[0], "active", "true");
        await gateway.QuietAsync();
        Assert.Equal(["person001"], await InSlackAsync(gateway, "Crew"));
        Assert.Equal(["person001"], await InSlackAsync(gateway, "Band"));
    }

    [Fact]
    public async Task Where_a_guest_loses_the_groups_the_way_there_and_back_ends_as_wanted()
    {
        await using var gateway = await Gateway.StartAsync();
        await gateway.KnobAsync("guest.conversion_drops_groups", true);
        var people = await PeopleAsync(gateway, 2);
        var crew = await GroupAsync(gateway, "Crew", people[0], people[1]);
        await EndAsync(gateway, people[0], TimeProvider.System.GetUtcNow() + TimeSpan.FromDays(30));
        await gateway.QuietAsync();
        Assert.Equal(["person000", "person001"], await InSlackAsync(gateway, "Crew"));
        await gateway.SendAsync(
            HttpMethod.Patch,
            $"Users/{people[0]}",
            PatchOf($$"""{"op":"remove","path":"{{Guest}}"}""")
        );
        await gateway.QuietAsync();
        Assert.Equal(["person000", "person001"], await InSlackAsync(gateway, "Crew"));
        await gateway.CallsAsync();
        await MembersAsync(gateway, crew, Add(people[0]));
        Assert.Empty(await gateway.CallsAsync());
    }

    [Fact]
    public async Task A_manager_who_was_erased_and_made_again_is_the_manager_still()
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 2);
        await PatchAsync(
            gateway,
            people[1],
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager",
            $$"""{"value":"{{people[0]}}"}"""
        );
        await EraseAsync(gateway, "person000@");
        await PatchAsync(gateway, people[0], "title", "\"Chief\"");
        await gateway.QuietAsync();
        var raw = (await RawUserAsync(gateway, people[1])).ToJsonString();
        Assert.Contains(SlackId(gateway, people[0]), raw, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_account_erased_while_its_user_waits_for_anothers_address_frees_its_own()
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 3);
        await AddressAsync(gateway, people[0], "person001@corp.example"); // waits
        await EraseAsync(gateway, "person000@");
        await PatchAsync(gateway, people[0], "title", "\"Pilot\"");
        await gateway.QuietAsync();
        var state = Why(gateway, people[0]);
        // nothing of it is there, and its own former address is anybody's
        Assert.Equal(HttpStatusCode.OK, await AddressAsync(gateway, people[2], "person000@corp.example"));
        await gateway.QuietAsync();
        Assert.True(gateway.State(people[2]) == "Settled", Why(gateway, people[2]) + " | " + state);
        // and the holder goes on
        await AddressAsync(gateway, people[1], "other@corp.example");
        await gateway.QuietAsync();
        Assert.True(gateway.State(people[0]) == "Settled", Why(gateway, people[0]));
        Assert.Equal("person001@corp.example", Primary(await RawUserAsync(gateway, people[0])));
    }

    [Fact]
    public async Task Bulk_of_a_user_and_a_group_of_whom_Slack_refuses_the_user()
    {
        await using var gateway = await Gateway.StartAsync();
        await gateway.WeatherAsync("""{"method":"POST","path":"/Users","description":"title_too_long"}""");
        var (status, body, _) = await gateway.SendAsync(
            HttpMethod.Post,
            "Bulk",
            $$"""
            {"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"Operations":[
             {"method":"POST","path":"/Users","bulkId":"u","data":{{With(User("ada", "ada@x.example"), "title", "x")}}},
             {"method":"POST","path":"/Groups","bulkId":"g","data":{{Group("Crew", "bulkId:u")}}}]}
            """
        );
        await gateway.QuietAsync();
        Assert.Equal(HttpStatusCode.OK, status);
        var statuses = body!["Operations"]!.AsArray().Select(one => (string)one!["status"]!).ToList();
        Assert.Equal("400", statuses[0]);
        Assert.Equal(0, await TotalAsync(gateway));
        Assert.Empty(await gateway.AccountsAsync("ada@x.example"));
        var groups = await GroupsAsync(gateway);
        Assert.True(statuses[1] == "201" ? groups.Count == 1 : groups.Count == 0, body.ToJsonString());
        if (groups.Count == 1)
            Assert.Empty(await InSlackAsync(gateway, "Crew"));
    }

    [Theory]
    [InlineData(Step.Called)]
    [InlineData(Step.Calling)]
    [InlineData(Step.Recorded)]
    public async Task A_process_that_dies_while_userName_and_address_change_at_once_ends_as_wanted(Step step)
    {
        await using var gateway = await Gateway.StartAsync(new Setting { SlackTimeLimit = TimeSpan.FromSeconds(1) });
        await gateway.KnobAsync("tenant.channels", new JsonArray("countess"));
        var ada = await MakeAsync(gateway, "ada", "ada@x.example", "e1");
        await gateway.DieAtAsync(
            step,
            () =>
                gateway.SendAsync(
                    HttpMethod.Patch,
                    $"Users/{ada}",
                    PatchOf(
                        """{"op":"replace","value":{"userName":"countess","emails":[{"value":"countess@x.example","type":"work","primary":true}]}}"""
                    )
                )
        );
        var raw = await RawUserAsync(gateway, ada);
        Assert.Equal("Settled", gateway.State(ada));
        Assert.Equal("countess@x.example", Primary(raw));
        Assert.StartsWith("countess", (string?)raw["userName"], StringComparison.Ordinal);
        Assert.Equal(
            "201",
            $"{(int)(await gateway.SendAsync(HttpMethod.Post, "Users", User("ada", "ada@x.example"))).Status}"
        );
    }

    [Theory]
    [InlineData(Step.Called)]
    [InlineData(Step.Calling)]
    [InlineData(Step.Recorded)]
    public async Task A_process_that_dies_while_somebody_comes_back_takes_the_one_account(Step step)
    {
        await using var gateway = await Gateway.StartAsync(new Setting { SlackTimeLimit = TimeSpan.FromSeconds(1) });
        var ada = await MakeAsync(gateway, "ada", "ada@x.example", "e1");
        var crew = await GroupAsync(gateway, "Crew", ada);
        await DeleteAsync(gateway, ada);
        await gateway.DieAtAsync(
            step,
            () => gateway.SendAsync(HttpMethod.Post, "Users", With(User("ada", "ada@x.example"), "externalId", "e1"))
        );
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync("ada@x.example"))));
        Assert.Empty(await InSlackAsync(gateway, "Crew"));
        Assert.Empty(await MembersAsync(gateway, crew));
    }

    [Theory]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task Who_is_deactivated_by_hand_during_a_change_and_leaves_meanwhile_is_not_held(string leave)
    {
        await using var gateway = await Gateway.StartAsync();
        var id = (await PeopleAsync(gateway, 1))[0];
        DeactivateByHand(gateway, id);
        await gateway.WeatherAsync("""{"method":"PATCH","path":"/Users/{id}","answerDelayMs":1500}""");
        gateway.Life.Watch();
        var patch = PatchAsync(gateway, id, "title", "\"Pilot\"");
        await gateway.Life.ReachedAsync(Step.Calling);
        gateway.GiveUp();
        await patch;
        if (leave == "PATCH")
            Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, id, "active", "false"));
        else
            await DeleteAsync(gateway, id);
        await gateway.QuietAsync();
        Assert.Equal("Settled", gateway.State(id));
        Assert.Empty(gateway.Holds.List());
        Assert.False(Active(await RawUserAsync(gateway, id)));
    }

    [Fact]
    public async Task Whoever_is_held_as_deactivated_by_hand_is_in_the_groups_once_released_and_not_before()
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 2);
        var inner = await GroupAsync(gateway, "Inner", people[0]);
        DeactivateByHand(gateway, people[0]);
        await PatchAsync(gateway, people[0], "title", "\"Pilot\"");
        var crew = await GroupAsync(gateway, "Crew", people[0], people[1]);
        await MembersAsync(gateway, inner, Add(people[1]));
        await gateway.QuietAsync();
        Assert.Equal(["person001"], await InSlackAsync(gateway, "Crew"));
        await ReleaseAllAsync(gateway);
        await gateway.QuietAsync();
        Assert.Equal(["person000", "person001"], await InSlackAsync(gateway, "Crew"));
        Assert.Equal(["person000", "person001"], await InSlackAsync(gateway, "Inner"));
        Assert.Equal(2, (await MembersAsync(gateway, crew)).Count);
    }

    [Fact]
    public async Task An_address_refused_as_taken_is_free_for_who_comes_next_and_adopts()
    {
        await using var gateway = await StartAsync(Strict);
        var ada = await MakeAsync(gateway, "ada", "ada@x.example");
        gateway.Slack.Workspace.MakeUser(Account("UEVE", "eve", "eve@x.example"));
        Assert.Equal(HttpStatusCode.Conflict, await AddressAsync(gateway, ada, "eve@x.example"));
        await gateway.QuietAsync();
        var eve = await MakeAsync(gateway, "eve", "eve@x.example");
        await gateway.QuietAsync();
        Assert.Equal("UEVE", SlackId(gateway, eve));
        Assert.Equal("ada@x.example", Primary(await RawUserAsync(gateway, ada)));
    }

    [Fact]
    public async Task Flattened_groups_of_somebody_erased_have_the_new_account_in_all_around()
    {
        await using var gateway = await StartAsync(Lenient with { NestedGroups = NestedGroups.Flatten });
        var people = await PeopleAsync(gateway, 2);
        var inner = await GroupAsync(gateway, "Inner", people[0]);
        await GroupAsync(gateway, "Outer", inner, people[1]);
        await EraseAsync(gateway, "person000@");
        await PatchAsync(gateway, people[0], "title", "\"Pilot\"");
        await gateway.QuietAsync();
        Assert.Equal(["person000"], await InSlackAsync(gateway, "Inner"));
        Assert.Equal(["person000", "person001"], await InSlackAsync(gateway, "Outer"));
    }

    [Fact]
    public async Task A_guest_who_ended_and_changes_meanwhile_has_all_of_it_with_the_later_end()
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(new Setting { Clock = clock });
        var people = await PeopleAsync(gateway, 1);
        await EndAsync(gateway, people[0], clock.GetUtcNow() + TimeSpan.FromDays(1));
        clock.Advance(TimeSpan.FromDays(2));
        await gateway.ImportAsync();
        await gateway.QuietAsync();
        await gateway.CallsAsync();
        for (var i = 0; i < 3; i++)
        {
            await PatchAsync(gateway, people[0], "title", $"\"Pilot {i}\"");
            await PatchAsync(gateway, people[0], "active", "true");
            await gateway.Home.Resync.AllAsync();
            await gateway.QuietAsync();
        }
        Assert.All((await CallsAsync(gateway)).Keys, call => Assert.StartsWith("GET", call, StringComparison.Ordinal));
        await EndAsync(gateway, people[0], clock.GetUtcNow() + TimeSpan.FromDays(9));
        await gateway.QuietAsync();
        var raw = await RawUserAsync(gateway, people[0]);
        Assert.Equal(("Pilot 2", true), ((string?)raw["title"], Active(raw)));
    }

    [Fact]
    public async Task Out_of_scope_by_a_change_while_held_as_deactivated_by_hand_is_gone_and_not_listed()
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 1);
        await PatchAsync(gateway, people[0], "title", "\"crew\"");
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));
        DeactivateByHand(gateway, people[0]);
        await PatchAsync(gateway, people[0], "nickName", "\"Cap\"");
        await PatchAsync(gateway, people[0], "displayName", "\"Cap\"");
        Assert.True(gateway.State(people[0]) == "Held", Why(gateway, people[0]));
        await PatchAsync(gateway, people[0], "title", "\"passenger\"");
        await gateway.QuietAsync();
        Assert.Empty(gateway.Holds.List());
        Assert.True(gateway.State(people[0]) == "Blocked", Why(gateway, people[0]));
        Assert.False(Active(await RawUserAsync(gateway, people[0])));
    }

    [Fact]
    public async Task Protected_by_Slack_and_asked_again_by_imports_costs_one_call_each_and_no_line_without_end()
    {
        await using var gateway = await Gateway.StartAsync();
        var id = (await PeopleAsync(gateway, 1))[0];
        await gateway.WeatherAsync(
            """{"method":"PATCH","path":"/Users/{id}","times":0,"description":"cannot_modify_owner"}"""
        );
        Assert.Equal(HttpStatusCode.Forbidden, await PatchAsync(gateway, id, "title", "\"Pilot\""));
        await gateway.CallsAsync();
        for (var i = 0; i < 3; i++)
        {
            await gateway.ImportAsync();
            await gateway.QuietAsync();
        }
        Assert.DoesNotContain("PATCH /Users/{id}", (await CallsAsync(gateway)).Keys);
        Assert.True(gateway.OwnDoings().Count <= 4, string.Join("\n", gateway.OwnDoings()));
    }

    [Fact]
    public async Task A_process_that_dies_with_the_answer_that_shows_somebody_inactive_does_not_forget_it()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { SlackTimeLimit = TimeSpan.FromSeconds(1) });
        var people = await PeopleAsync(gateway, 1);
        DeactivateByHand(gateway, people[0]);
        await gateway.DieAtAsync(Step.Called, () => PatchAsync(gateway, people[0], "title", "\"Pilot\""));
        Assert.True(gateway.State(people[0]) == "Held", Why(gateway, people[0]));
    }

    [Fact]
    public async Task Slacks_mistake_and_a_crash_with_it_cost_few_people()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { SlackTimeLimit = TimeSpan.FromSeconds(1) });
        var people = await PeopleAsync(gateway, 8);
        await gateway.KnobAsync("patch.missing_active", "deactivate");
        await gateway.DieAtAsync(Step.Called, () => PatchAsync(gateway, people[0], "title", "\"Pilot\""));
        foreach (var person in people[1..])
            await PatchAsync(gateway, person, "title", "\"Pilot\"");
        var off = 0;
        foreach (var person in people)
            off += Active(await RawUserAsync(gateway, person)) ? 0 : 1;
        Assert.True(off <= 3, $"{off} are out");
    }
}
