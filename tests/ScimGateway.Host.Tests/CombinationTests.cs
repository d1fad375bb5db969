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
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests;

/// <summary>
/// Stories in which features meet: providers' habits, what Slack does, what operators decide, restarts. Each ends in
/// quiet, with Slack as it is wanted, or a reason that is true.
/// </summary>
[Trait("speed", "slow")]
public class CombinationTests
{
    private static readonly Preferences _lenient = DemoTenant.Lenient;
    private static readonly Preferences _strict = _lenient with { UserSlackCannotHold = Unholdable.Refuse };
    private static readonly Preferences _skipping = _lenient with { WhenNotAllowed = NotAllowed.Skip };
    private static readonly Preferences _byName = _lenient with { UniqueUserIdentifier = Identifier.UserName };

    [Fact]
    public async Task Dismissed_as_another_person_the_account_of_the_deleted_one_is_told_nothing()
    {
        await using var gateway = await StartAsync(_lenient);
        var john = await MakeAsync(gateway, "jsmith", "john@x.example", "e1");
        await DeleteAsync(gateway, john);
        var jane = await MakeAsync(gateway, "jsmith", "jane@x.example", "e2");
        Assert.Equal("Held", gateway.State(jane));
        var slack = SlackId(gateway, jane);
        var before = await RawAsync(gateway, slack);
        await gateway.CallsAsync();

        await DismissAllAsync(gateway);
        await gateway.QuietAsync();

        Assert.Equal(before, await RawAsync(gateway, slack));
        Assert.Empty(await gateway.CallsAsync());
    }

    [Fact]
    public async Task Dismissed_as_another_person_off_and_on_does_not_give_the_account()
    {
        await using var gateway = await StartAsync(_lenient);
        await DeleteAsync(gateway, await MakeAsync(gateway, "ada", "ada@x.example", "e1"));
        var second = await MakeAsync(gateway, "ada", "ada@x.example", "e2");
        Assert.Equal("Held", gateway.State(second));
        await DismissAllAsync(gateway);
        await gateway.QuietAsync();

        await PatchAsync(gateway, second, "active", "false");
        await PatchAsync(gateway, second, "active", "true");
        await gateway.QuietAsync();

        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("ada@x.example"))));
    }

    [Fact]
    public async Task Dismissed_as_another_person_another_title_and_address_do_not_give_the_account()
    {
        await using var gateway = await StartAsync(_lenient);
        var john = await MakeAsync(gateway, "jsmith", "john@x.example", "e1");
        var slack = SlackId(gateway, john);
        await DeleteAsync(gateway, john);
        var jane = await MakeAsync(gateway, "jsmith", "jane@x.example", "e2");
        await DismissAllAsync(gateway);
        await gateway.QuietAsync();

        await PatchAsync(gateway, jane, "title", "\"Pilot\"");
        await AddressAsync(gateway, jane, "jane.smith@x.example");
        await gateway.QuietAsync();

        var raw = await RawAsync(gateway, slack);
        Assert.Contains("john@x.example", raw, StringComparison.Ordinal);
        Assert.DoesNotContain("jane", raw, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ada", "ada@x.example")]
    [InlineData("ada", "other@x.example")]
    [InlineData("augusta", "ada@x.example")]
    public async Task Dismissed_as_another_person_the_same_words_ask_no_operator_again(string name, string address)
    {
        await using var gateway = await StartAsync(_lenient);
        await DeleteAsync(gateway, await MakeAsync(gateway, "ada", "ada@x.example", "e1"));
        var second = await MakeAsync(gateway, name, address, "e2");
        Assert.Equal("Held", gateway.State(second));
        await DismissAllAsync(gateway);
        await gateway.QuietAsync();

        await PatchAsync(gateway, second, "title", "\"Pilot\"");
        await PatchAsync(gateway, second, "active", "false");
        await PatchAsync(gateway, second, "active", "true");
        await gateway.QuietAsync();

        Assert.Empty(gateway.Holds.List());
        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("ada@x.example"))));
        // Other words are a new question.
        await PatchAsync(gateway, second, "externalId", "\"e3\"");
        await gateway.QuietAsync();
        Assert.Equal(address == "ada@x.example" ? 1 : 0, gateway.Holds.List().Count);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PATCH")]
    public async Task Dismissed_as_another_person_it_is_so_by_user_names_too(string method)
    {
        await using var gateway = await StartAsync(_byName);
        await DeleteAsync(gateway, await MakeAsync(gateway, "ada", "ada@x.example", "e1"));
        var second = await MakeAsync(gateway, "ada", "other@x.example", "e2");
        Assert.Equal("Held", gateway.State(second));
        await DismissAllAsync(gateway);
        await gateway.QuietAsync();

        await PatchAsync(gateway, second, "title", "\"Pilot\"");
        if (method == "PATCH")
            await PatchAsync(gateway, second, "userName", "\"ADA\"");
        await gateway.QuietAsync();

        Assert.Empty(gateway.Holds.List());
    }

    [Fact]
    public async Task A_preference_that_left_another_person_out_and_lets_in_again_asks_an_operator()
    {
        await using var gateway = await StartAsync(_skipping);
        await DeleteAsync(gateway, await MakeAsync(gateway, "ada", "ada@x.example", "e1"));
        await gateway.ChangeAsync(new TenantChange.OtherPreferences(_skipping with { CreateUsers = false }));
        var second = await MakeAsync(gateway, "ada", "ada@x.example", "e2");
        await gateway.QuietAsync();

        await gateway.ChangeAsync(new TenantChange.OtherPreferences(_skipping, ReleasesLeftOut: true));
        await gateway.QuietAsync();

        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("ada@x.example"))));
        Assert.Equal("Held", gateway.State(second));
    }

    [Fact]
    public async Task A_preference_that_left_another_person_out_and_a_PATCH_asks_an_operator()
    {
        await using var gateway = await StartAsync(_skipping);
        await DeleteAsync(gateway, await MakeAsync(gateway, "ada", "ada@x.example", "e1"));
        await gateway.ChangeAsync(new TenantChange.OtherPreferences(_skipping with { CreateUsers = false }));
        var second = await MakeAsync(gateway, "ada", "ada@x.example", "e2");
        await gateway.ChangeAsync(new TenantChange.OtherPreferences(_skipping));
        await gateway.QuietAsync();

        await PatchAsync(gateway, second, "title", "\"Pilot\"");
        await gateway.QuietAsync();

        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("ada@x.example"))));
        Assert.Equal("Held", gateway.State(second));
    }

    [Fact]
    public async Task Another_person_out_of_scope_who_comes_into_scope_asks_an_operator()
    {
        await using var gateway = await StartAsync(_lenient);
        await DeleteAsync(gateway, await MakeAsync(gateway, "ada", "ada@x.example", "e1"));
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));
        var second = await MakeAsync(gateway, "ada", "ada@x.example", "e2");
        await gateway.QuietAsync();

        await PatchAsync(gateway, second, "title", "\"crew\"");
        await gateway.QuietAsync();

        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("ada@x.example"))));
        Assert.Equal("Held", gateway.State(second));
    }

    [Fact]
    public async Task Another_person_out_of_scope_whom_a_rule_admits_asks_an_operator()
    {
        await using var gateway = await StartAsync(_lenient);
        await DeleteAsync(gateway, await MakeAsync(gateway, "ada", "ada@x.example", "e1"));
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));
        var second = await MakeAsync(gateway, "ada", "ada@x.example", "e2");
        await gateway.QuietAsync();

        await gateway.ChangeAsync(new TenantChange.OtherRules([], LastRule.Everybody));
        await gateway.QuietAsync();

        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("ada@x.example"))));
        Assert.Equal("Held", gateway.State(second));
    }

    [Fact]
    public async Task Another_person_who_is_held_and_a_rule_that_freezes_and_admits_again_stays_an_operators()
    {
        await using var gateway = await StartAsync(_lenient);
        await DeleteAsync(gateway, await MakeAsync(gateway, "ada", "ada@x.example", "e1"));
        var second = await MakeAsync(gateway, "ada", "ada@x.example", "e2");
        Assert.Equal("Held", gateway.State(second));

        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));
        await gateway.QuietAsync();
        await gateway.ChangeAsync(new TenantChange.OtherRules([], LastRule.Everybody));
        await gateway.QuietAsync();

        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("ada@x.example"))));
        Assert.Equal("Held", gateway.State(second));
    }

    [Fact]
    public async Task Another_person_who_is_held_stays_so_over_resync_restart_import_and_transfer()
    {
        await using var gateway = await StartAsync(_lenient);
        await DeleteAsync(gateway, await MakeAsync(gateway, "ada", "ada@x.example", "e1"));
        var second = await MakeAsync(gateway, "ada", "ada@x.example", "e2");

        await gateway.Home.Resync.AllAsync();
        await gateway.RestartAsync();
        await gateway.ImportAsync();
        await gateway.Home.OnDemand.ProvisionAsync(new(Guid.Parse(second)), _lenient);
        await gateway.QuietAsync();

        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("ada@x.example"))));
        Assert.Equal("Held", gateway.State(second));
        Assert.Single(gateway.Holds.List());
    }

    [Fact]
    public async Task Another_person_who_is_held_and_renamed_away_from_the_address_gets_an_account_of_his_own_or_stays_held()
    {
        await using var gateway = await StartAsync(_lenient);
        var first = await MakeAsync(gateway, "ada", "ada@x.example", "e1");
        var slack = SlackId(gateway, first);
        await DeleteAsync(gateway, first);
        var second = await MakeAsync(gateway, "ada", "ada@x.example", "e2");
        await AddressAsync(gateway, second, "ida@x.example");
        await PatchAsync(gateway, second, "userName", "\"ida\"");
        await gateway.QuietAsync();

        var raw = await RawAsync(gateway, slack);
        Assert.DoesNotContain("ida@", raw, StringComparison.Ordinal);
        Assert.DoesNotContain(
            "\"active\":true",
            raw.Replace(" ", "", StringComparison.Ordinal),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task The_first_person_comes_back_while_another_is_held_on_the_account()
    {
        await using var gateway = await StartAsync(_lenient);
        await DeleteAsync(gateway, await MakeAsync(gateway, "ada", "ada@x.example", "e1"));
        var second = await MakeAsync(gateway, "ada", "ada@x.example", "e2");
        await DeleteAsync(gateway, second);

        var back = await MakeAsync(gateway, "ada", "ada@x.example", "e1");
        await gateway.QuietAsync();

        // either in, or an operator is asked: nothing in between
        var active = Active(Assert.Single(await gateway.AccountsAsync("ada@x.example")));
        Assert.Equal(active ? "Settled" : "Held", gateway.State(back));
        if (!active)
        {
            await ReleaseAllAsync(gateway);
            await gateway.QuietAsync();
            Assert.True(Active(Assert.Single(await gateway.AccountsAsync("ada@x.example"))));
        }
    }

    [Fact]
    public async Task A_guest_ends_while_the_tenant_restores_drift_and_nothing_is_restored()
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(
            new Setting { Clock = clock, Preferences = _lenient with { Drift = DriftHandling.Restore } }
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
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = _strict });
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
    public async Task Whose_removal_the_guard_held_and_who_is_posted_again_but_left_out_is_not_removed_past_the_guard()
    {
        await using var gateway = await StartAsync(_skipping with { GuardedAccounts = 1 });
        var zero = await MakeAsync(gateway, "zero", "zero@x.example");
        var ada = await MakeAsync(gateway, "ada", "ada@x.example", "e1");
        await DeleteAsync(gateway, zero);
        await DeleteAsync(gateway, ada);
        Assert.Single(gateway.Holds.List());
        await gateway.ChangeAsync(
            new TenantChange.OtherPreferences(_skipping with { GuardedAccounts = 1, CreateUsers = false })
        );
        await MakeAsync(gateway, "ada", "ada@x.example", "e1");
        await gateway.QuietAsync();

        Assert.True(Active(Assert.Single(await gateway.AccountsAsync("ada@x.example"))), "removed without an operator");
    }

    [Fact]
    public async Task An_exchange_with_somebody_inactive_is_made()
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 2);
        await PatchAsync(gateway, people[0], "active", "false");
        await AddressAsync(gateway, people[0], "person001@corp.example");
        await AddressAsync(gateway, people[1], "person000@corp.example");
        await gateway.QuietAsync();
        Assert.Equal(["Settled", "Settled"], people.Select(gateway.State));
        Assert.Equal("person001@corp.example", Primary(await RawUserAsync(gateway, people[0])));
        Assert.Equal("person000@corp.example", Primary(await RawUserAsync(gateway, people[1])));
        Assert.False(Active(await RawUserAsync(gateway, people[0])));
    }

    [Fact]
    public async Task Entra_repeats_without_path_and_with_strings_and_nothing_is_told()
    {
        await using var gateway = await Gateway.StartAsync();
        var ada = await MakeAsync(gateway, "ada@x.example", "ada@x.example", "e1");
        var patch = PatchOf(
            """{"op":"Replace","value":{"active":"True","title":"Pilot","emails[type eq \"work\"].value":"ada@x.example","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department":"Sea"}}"""
        );
        Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync(HttpMethod.Patch, $"Users/{ada}", patch)).Status);
        await gateway.CallsAsync();
        for (var i = 0; i < 3; i++)
            Assert.Equal(HttpStatusCode.OK, (await gateway.SendAsync(HttpMethod.Patch, $"Users/{ada}", patch)).Status);
        await gateway.QuietAsync();
        Assert.Empty(await gateway.CallsAsync());
        Assert.Equal("Pilot", (string?)(await RawUserAsync(gateway, ada))["title"]);
    }

    [Fact]
    public async Task Soft_delete_then_delete_then_POST_brings_title_group_and_address_of_now()
    {
        await using var gateway = await Gateway.StartAsync();
        var ada = await MakeAsync(gateway, "ada", "ada@x.example", "e1");
        var crew = await GroupAsync(gateway, "Crew", ada);
        await gateway.SendAsync(
            HttpMethod.Patch,
            $"Users/{ada}",
            PatchOf("""{"op":"Replace","path":"active","value":"False"}""")
        );
        await PatchAsync(gateway, ada, "title", "\"Pilot\"");
        await AddressAsync(gateway, ada, "ada.king@x.example");
        await DeleteAsync(gateway, ada);
        var user = JsonNode.Parse(User("ada", "ada.king@x.example"))!.AsObject();
        user["externalId"] = "e1";
        user["title"] = "Cook";
        var (_, body, _) = await gateway.SendAsync(HttpMethod.Post, "Users", user.ToJsonString());
        var again = (string)body!["id"]!;
        await MembersAsync(gateway, crew, Add(again));
        await gateway.QuietAsync();
        var raw = await RawUserAsync(gateway, again);
        Assert.Equal(("Cook", "ada.king@x.example", true), ((string?)raw["title"], Primary(raw), Active(raw)));
        Assert.Equal(["ada"], await InSlackAsync(gateway, "Crew"));
        Assert.Equal([again], await MembersAsync(gateway, crew));
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
    public async Task Who_is_deleted_while_waiting_makes_room_for_the_next_in_line()
    {
        await using var gateway = await Gateway.StartAsync();
        var ada = await MakeAsync(gateway, "ada", "ada@x.example");
        var second = await MakeAsync(gateway, "second", "ada@x.example");
        var third = await MakeAsync(gateway, "third", "ada@x.example");
        await DeleteAsync(gateway, second);
        await AddressAsync(gateway, ada, "countess@x.example");
        await gateway.QuietAsync();
        Assert.True(gateway.State(third) == "Settled", Why(gateway, third));
        Assert.Equal("ada@x.example", Primary(await RawUserAsync(gateway, third)));
        Assert.Equal("countess@x.example", Primary(await RawUserAsync(gateway, ada)));
    }

    [Fact]
    public async Task Who_waits_and_leaves_the_scope_does_not_block_the_address_for_the_next_in_line()
    {
        await using var gateway = await Gateway.StartAsync();
        var ada = await MakeAsync(gateway, "ada", "ada@x.example");
        var second = await MakeAsync(gateway, "second", "ada@x.example");
        await PatchAsync(gateway, ada, "title", "\"crew\"");
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));
        var user = JsonNode.Parse(User("third", "ada@x.example"))!.AsObject();
        user["title"] = "crew";
        var third = (string)(await gateway.SendAsync(HttpMethod.Post, "Users", user.ToJsonString())).Body!["id"]!;
        await AddressAsync(gateway, ada, "countess@x.example");
        await gateway.QuietAsync();
        Assert.True(gateway.State(third) == "Settled", $"{Why(gateway, third)} | {Why(gateway, second)}");
    }

    [Fact]
    public async Task Disabled_tenant_queues_a_leaver_who_comes_back_as_another()
    {
        var queue = _lenient with { WhileSlackCannotBeWritten = CannotWrite.Queue };
        await using var gateway = await StartAsync(queue);
        var ada = await MakeAsync(gateway, "ada", "ada@x.example", "e1");
        await gateway.Connection.DisableAsync();
        await gateway.CallsAsync();
        await DeleteAsync(gateway, ada);
        var (status, body, _) = await gateway.SendAsync(
            HttpMethod.Post,
            "Users",
            With(User("ada", "ada@x.example"), "externalId", "e2")
        );
        await gateway.ChangeAsync(new TenantChange.GoOn(EndsShadow: false));
        await gateway.QuietAsync();
        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("ada@x.example"))));
        Assert.Equal(1, (await CallsAsync(gateway)).Values.Sum());
        Assert.NotNull(body);
    }

    [Fact]
    public async Task A_held_one_whom_an_operator_takes_to_another_source_goes_on_there()
    {
        const string other = "token-of-the-other-source";
        await using var gateway = await Gateway.StartAsync(new Setting { OtherToken = other });
        var ada = await MakeAsync(gateway, "ada", "ada@x.example", "e1");
        await DeleteAsync(gateway, ada);
        using var client = gateway.NewClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", other);
        var response = await client.PostAsync(
            "Users",
            new StringContent(
                With(User("ada", "ada.king@x.example"), "externalId", "e9"),
                System.Text.Encoding.UTF8,
                "application/scim+json"
            )
        );
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var made = (string)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["id"]!;
        Assert.Equal("Held", gateway.State(made));
        // the first source asks again for its user: 409, as another has the name
        Assert.Equal(
            HttpStatusCode.Conflict,
            (
                await gateway.SendAsync(
                    HttpMethod.Post,
                    "Users",
                    With(User("ada", "ada@x.example"), "externalId", "e1")
                )
            ).Status
        );
        Assert.Equal(HttpStatusCode.Forbidden, await PatchAsync(gateway, made, "active", "false"));
        await ReleaseAllAsync(gateway);
        await gateway.QuietAsync();
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync("ada.king@x.example"))));
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

    private static string With(string user, string name, string value)
    {
        var json = JsonNode.Parse(user)!.AsObject();
        json[name] = value;
        return json.ToJsonString();
    }

    [Fact]
    public async Task Somebody_out_of_scope_does_not_keep_an_address_from_somebody_in_scope()
    {
        await using var gateway = await StartAsync(_lenient);
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));
        var outside = await MakeAsync(gateway, "outside", "ada@x.example");
        var (status, body, _) = await gateway.SendAsync(
            HttpMethod.Post,
            "Users",
            With(User("ada", "ada@x.example"), "title", "crew")
        );
        await gateway.QuietAsync();
        Assert.Equal(HttpStatusCode.Created, status);
        var id = (string)body!["id"]!;
        Assert.True(gateway.State(id) == "Settled", $"{Why(gateway, id)} | {Why(gateway, outside)}");
    }

    [Fact]
    public async Task Who_waited_is_another_person_is_dismissed_and_the_account_is_told_nothing()
    {
        await using var gateway = await StartAsync(_lenient);
        var first = await MakeAsync(gateway, "ada", "ada@x.example", "e1");
        var slack = SlackId(gateway, first);
        var second = await MakeAsync(gateway, "augusta", "ada@x.example", "e2");
        await DeleteAsync(gateway, first);
        await gateway.QuietAsync();
        Assert.Equal("Held", gateway.State(second));
        var before = await RawAsync(gateway, slack);
        await DismissAllAsync(gateway);
        await gateway.QuietAsync();
        Assert.Equal(before, await RawAsync(gateway, slack));
    }

    [Fact]
    public async Task Who_was_dismissed_as_another_person_can_get_an_account_of_his_own_with_another_address()
    {
        await using var gateway = await StartAsync(_lenient);
        var first = await MakeAsync(gateway, "ada", "ada@x.example", "e1");
        var slack = SlackId(gateway, first);
        await DeleteAsync(gateway, first);
        var second = await MakeAsync(gateway, "ada", "ada@x.example", "e2");
        await DismissAllAsync(gateway);
        await DeleteAsync(gateway, second);
        var third = await MakeAsync(gateway, "ida", "ida@x.example", "e2");
        await gateway.QuietAsync();
        Assert.Equal("Settled", gateway.State(third));
        Assert.NotEqual(slack, SlackId(gateway, third));
        Assert.DoesNotContain("ida@", await RawAsync(gateway, slack), StringComparison.Ordinal);
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
    public async Task An_exchange_in_a_tenant_that_is_disabled_in_between_goes_on()
    {
        await using var gateway = await StartAsync(_lenient with { WhileSlackCannotBeWritten = CannotWrite.Queue });
        var people = await PeopleAsync(gateway, 2);
        await AddressAsync(gateway, people[0], "person001@corp.example");
        await gateway.Connection.DisableAsync();
        await AddressAsync(gateway, people[1], "person000@corp.example");
        await gateway.ChangeAsync(new TenantChange.GoOn(EndsShadow: false));
        await gateway.QuietAsync();
        Assert.Equal(["Settled", "Settled"], people.Select(gateway.State));
        Assert.Equal("person001@corp.example", Primary(await RawUserAsync(gateway, people[0])));
        Assert.Equal("person000@corp.example", Primary(await RawUserAsync(gateway, people[1])));
    }

    [Fact]
    public async Task A_removal_of_members_held_is_void_once_the_member_is_wanted_again_or_the_group_is_gone()
    {
        await using var gateway = await StartAsync(_lenient with { GuardedMembers = 1 });
        var people = await PeopleAsync(gateway, 3);
        var crew = await GroupAsync(gateway, "Crew", [.. people]);
        await MembersAsync(gateway, crew, """{"op":"remove","path":"members"}""");
        var held = gateway.Holds.List();
        Assert.NotEmpty(held);
        var inSlack = await InSlackAsync(gateway, "Crew");
        await MembersAsync(gateway, crew, Add([.. people]));
        await gateway.QuietAsync();
        await gateway.Holds.ReleaseAsync([.. held.Select(hold => hold.Id)]);
        await gateway.QuietAsync();
        Assert.Equal(3, (await InSlackAsync(gateway, "Crew")).Count);
        Assert.NotEmpty(inSlack);

        await MembersAsync(gateway, crew, """{"op":"remove","path":"members"}""");
        held = gateway.Holds.List();
        Assert.Equal(HttpStatusCode.NoContent, (await gateway.SendAsync(HttpMethod.Delete, $"Groups/{crew}")).Status);
        await gateway.Holds.ReleaseAsync([.. held.Select(hold => hold.Id)]);
        await gateway.QuietAsync();
        Assert.Empty(await GroupsAsync(gateway));
    }

    [Fact]
    public async Task A_held_removal_of_a_member_who_is_deleted_and_made_again_does_not_take_the_new_one_out()
    {
        await using var gateway = await StartAsync(_lenient with { GuardedMembers = 1 });
        var people = await PeopleAsync(gateway, 3);
        var crew = await GroupAsync(gateway, "Crew", [.. people]);
        await MembersAsync(gateway, crew, """{"op":"remove","path":"members"}""");
        var held = gateway.Holds.List();
        var member = held[0].MemberId!.Value.ToString();
        var name = (string)(await gateway.SendAsync(HttpMethod.Get, $"Users/{member}")).Body!["userName"]!;
        await DeleteAsync(gateway, member!);
        var again = await UserAsync(gateway, name);
        await MembersAsync(gateway, crew, Add(again));
        await gateway.QuietAsync();
        await gateway.Holds.ReleaseAsync([.. held.Select(hold => hold.Id)]);
        await gateway.QuietAsync();
        Assert.Equal([again], await MembersAsync(gateway, crew));
        Assert.Equal([name], await InSlackAsync(gateway, "Crew"));
    }

    [Fact]
    public async Task A_group_whose_deletion_is_held_and_that_is_made_again_keeps_only_the_new_members()
    {
        await using var gateway = await StartAsync(_lenient with { GuardedGroups = 1 });
        var people = await PeopleAsync(gateway, 2);
        var first = await GroupAsync(gateway, "First");
        var crew = await GroupAsync(gateway, "Crew", people[0]);
        await gateway.SendAsync(HttpMethod.Delete, $"Groups/{first}");
        await gateway.SendAsync(HttpMethod.Delete, $"Groups/{crew}");
        var held = gateway.Holds.List();
        Assert.Single(held);
        var again = await gateway.SendAsync(HttpMethod.Post, "Groups", Group("Crew", people[1]));
        Assert.Equal(HttpStatusCode.Created, again.Status);
        await gateway.QuietAsync();
        await gateway.Holds.ReleaseAsync([.. held.Select(hold => hold.Id)]);
        await gateway.QuietAsync();
        Assert.Equal(["person001"], await InSlackAsync(gateway, "Crew"));
        Assert.Equal([people[1]], await MembersAsync(gateway, (string)again.Body!["id"]!));
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
        await using var gateway = await StartAsync(_strict);
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
    public async Task An_adoption_refused_for_want_of_time_leaves_the_account_as_it_was()
    {
        await using var gateway = await StartAsync(
            _lenient with
            {
                WhenSlackIsSlow = WhenSlow.Refuse,
            },
            Account("UADA", "ada", "ada@x.example")
        );
        gateway.Slack.Workspace.ChangeUser("UADA", new JsonObject { ["active"] = false });
        await gateway.ImportAsync();
        await gateway.WeatherAsync("""{"method":"PATCH","path":"/Users/{id}","status":429,"retryAfter":60}""");
        var (status, _, _) = await gateway.SendAsync(HttpMethod.Post, "Users", User("countess", "ada@x.example"));
        Assert.Equal(HttpStatusCode.TooManyRequests, status);
        await gateway.QuietAsync();
        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("ada@x.example"))));
        var shown = (await gateway.SendAsync(HttpMethod.Get, "Users")).Body!["Resources"]!.AsArray();
        Assert.Equal("ada", (string?)Assert.Single(shown)!["userName"]);
    }

    [Fact]
    public async Task Upper_case_blank_and_odd_names_told_again_cost_nothing()
    {
        await using var gateway = await Gateway.StartAsync();
        await gateway.KnobAsync("displayname.sanitise", "underscore");
        var user = JsonNode.Parse(User("Ada.LOVELACE@X.example", "Ada.LOVELACE@X.example"))!.AsObject();
        user["displayName"] = "Ada (Countess) @home";
        user["nickName"] = "The Countess of L";
        var (_, body, _) = await gateway.SendAsync(HttpMethod.Post, "Users", user.ToJsonString());
        var id = (string)body!["id"]!;
        await gateway.CallsAsync();
        for (var i = 0; i < 2; i++)
            Assert.Equal(
                HttpStatusCode.OK,
                (await gateway.SendAsync(HttpMethod.Put, $"Users/{id}", user.ToJsonString())).Status
            );
        var got = (await gateway.SendAsync(HttpMethod.Get, $"Users/{id}")).Body!;
        Assert.Equal(
            HttpStatusCode.OK,
            (await gateway.SendAsync(HttpMethod.Put, $"Users/{id}", got.ToJsonString())).Status
        );
        await gateway.Home.Resync.AllAsync();
        await gateway.QuietAsync();
        Assert.Empty(await gateway.CallsAsync());
    }

    [Fact]
    public async Task Flattened_groups_of_somebody_erased_have_the_new_account_in_all_around()
    {
        await using var gateway = await StartAsync(_lenient with { NestedGroups = NestedGroups.Flatten });
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
    public async Task Who_is_meant_by_an_operator_after_a_kept_create_is_claimed_by_the_next_change()
    {
        await using var gateway = await StartAsync(
            _lenient,
            Account("ULEAD", "lead", "lead@x.example", "ada2nd@x.example")
        );
        var ada = await MakeAsync(gateway, "ada", "ada2nd@x.example");
        Assert.Equal("Blocked", gateway.State(ada));
        var hold = Assert.Single(gateway.Holds.List());
        Assert.True(await gateway.Holds.MeanAsync(hold.Id, "ULEAD"));
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, ada, "title", "\"Pilot\""));
        await gateway.QuietAsync();
        Assert.True(gateway.State(ada) == "Settled", Why(gateway, ada));
        Assert.Equal("ULEAD", SlackId(gateway, ada));
        Assert.Empty(gateway.Holds.List());
    }

    [Fact]
    public async Task An_account_erased_while_held_as_another_persons_is_let_go_of_and_made_anew_on_release()
    {
        await using var gateway = await StartAsync(_lenient);
        await DeleteAsync(gateway, await MakeAsync(gateway, "ada", "ada@x.example", "e1"));
        var second = await MakeAsync(gateway, "ada", "ada@x.example", "e2");
        await EraseAsync(gateway, "ada@x.example");
        await gateway.ImportAsync();
        await ReleaseAllAsync(gateway);
        await gateway.QuietAsync();
        Assert.True(gateway.State(second) == "Settled", Why(gateway, second));
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync("ada@x.example"))));
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
    public async Task By_name_a_kept_user_without_address_adopts_who_has_the_name_or_says_why_not()
    {
        await using var gateway = await StartAsync(_byName);
        var (status, body, _) = await gateway.SendAsync(
            HttpMethod.Post,
            "Users",
            """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"bob"}"""
        );
        Assert.Equal(HttpStatusCode.Created, status);
        var bob = (string)body!["id"]!;
        gateway.Slack.Workspace.MakeUser(Account("UBOB", "bob", "bob@x.example"));
        gateway.Slack.Workspace.MakeUser(Account("UEVE", "eve", "eve@x.example"));
        await gateway.ImportAsync();
        await AddressAsync(gateway, bob, "eve@x.example"); // Eve's, whose name is another
        await gateway.QuietAsync();
        Assert.Equal("eve@x.example", Primary(JsonNode.Parse(await RawAsync(gateway, "UEVE"))!.AsObject()));
        Assert.True(gateway.State(bob) is "Blocked" or "Failed", Why(gateway, bob));
        await AddressAsync(gateway, bob, "bob@x.example");
        await gateway.QuietAsync();
        Assert.True(gateway.State(bob) == "Settled" && SlackId(gateway, bob) == "UBOB", Why(gateway, bob));
    }

    [Fact]
    public async Task Overwrite_and_a_partial_list_of_another_source_remove_only_who_is_nobodys()
    {
        const string other = "token-of-the-other-source";
        await using var gateway = await Gateway.StartAsync(
            new Setting
            {
                OtherToken = other,
                Preferences = _lenient with { GroupMembership = GroupMembership.Overwrite },
            }
        );
        var people = await PeopleAsync(gateway, 4);
        var crew = await GroupAsync(gateway, "Crew", people[0], people[1]);
        using var client = gateway.NewClient();
        client.DefaultRequestHeaders.Authorization = new("Bearer", other);
        var patch = await client.PatchAsync(
            $"Groups/{crew}",
            new StringContent(PatchOf(Add(people[2])), System.Text.Encoding.UTF8, "application/scim+json")
        );
        Assert.Equal(HttpStatusCode.NoContent, patch.StatusCode);
        gateway.Slack.Workspace.ChangeGroup(
            SlackId(gateway, crew),
            new JsonObject
            {
                ["members"] = new JsonArray(
                    SlackId(gateway, people[0]),
                    SlackId(gateway, people[1]),
                    SlackId(gateway, people[2]),
                    SlackId(gateway, people[3])
                ),
            }
        );
        using (var kept = gateway.Kept())
            kept.Age();
        await gateway.ImportAsync();
        Assert.Equal(
            HttpStatusCode.OK,
            (await gateway.SendAsync(HttpMethod.Put, $"Groups/{crew}", Group("Crew", people[0]))).Status
        );
        await gateway.QuietAsync();
        Assert.Equal(["person000", "person002"], await InSlackAsync(gateway, "Crew"));
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
    public async Task Dismissed_as_another_person_an_account_that_was_left_in_is_told_nothing_of_the_new_one()
    {
        await using var gateway = await StartAsync(_skipping with { DeprovisionUsers = false });
        var first = await MakeAsync(gateway, "ada", "ada@x.example", "e1");
        var slack = SlackId(gateway, first);
        await DeleteAsync(gateway, first);
        var user = JsonNode.Parse(With(User("ada", "ada@x.example"), "externalId", "e2"))!.AsObject();
        user["title"] = "Impostor";
        var (status, body, _) = await gateway.SendAsync(HttpMethod.Post, "Users", user.ToJsonString());
        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal("Held", gateway.State((string)body!["id"]!));
        var before = await RawAsync(gateway, slack);
        await DismissAllAsync(gateway);
        await gateway.QuietAsync();
        Assert.Equal(before, await RawAsync(gateway, slack));
    }

    [Fact]
    public async Task Who_is_held_as_another_person_is_in_no_group_by_the_account_of_the_first()
    {
        await using var gateway = await StartAsync(_skipping with { DeprovisionUsers = false });
        await DeleteAsync(gateway, await MakeAsync(gateway, "ada", "ada@x.example", "e1"));
        var second = await MakeAsync(gateway, "ada", "ada@x.example", "e2");
        Assert.Equal("Held", gateway.State(second));
        await GroupAsync(gateway, "Crew", second);
        await gateway.QuietAsync();
        Assert.Empty(await InSlackAsync(gateway, "Crew"));
    }

    [Fact]
    public async Task Who_was_never_let_in_is_in_no_group_by_the_account_of_that_address()
    {
        await using var gateway = await StartAsync(_lenient, Account("UADA", "ada", "ada@x.example"));
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));
        var ada = await MakeAsync(gateway, "ada", "ada@x.example");
        await GroupAsync(gateway, "Crew", ada);
        await gateway.QuietAsync();
        Assert.Empty(await InSlackAsync(gateway, "Crew"));
    }

    [Fact]
    public async Task One_bulk_request_deletes_makes_again_and_puts_into_a_group()
    {
        await using var gateway = await Gateway.StartAsync();
        var ada = await MakeAsync(gateway, "ada", "ada@x.example", "e1");
        var crew = await GroupAsync(gateway, "Crew", ada);
        var (_, body, _) = await gateway.SendAsync(
            HttpMethod.Post,
            "Bulk",
            $$"""
            {"schemas":["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],"Operations":[
             {"method":"DELETE","path":"/Users/{{ada}}"},
             {"method":"POST","path":"/Users","bulkId":"u","data":{{With(
                User("ada", "ada@x.example"),
                "externalId",
                "e1"
            )}}},
             {"method":"PATCH","path":"/Groups/{{crew}}","data":{{PatchOf(Add("bulkId:u"))}}}]}
            """
        );
        await gateway.QuietAsync();
        Assert.Equal(["204", "201", "200"], body!["Operations"]!.AsArray().Select(one => (string)one!["status"]!));
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync("ada@x.example"))));
        Assert.Equal(["ada"], await InSlackAsync(gateway, "Crew"));
        Assert.Single(await MembersAsync(gateway, crew));
    }

    [Fact]
    public async Task Nobody_steps_aside_for_somebody_who_is_out_of_scope_and_never_moves()
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 2);
        await PatchAsync(gateway, people[1], "title", "\"crew\"");
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")])); // person000 freezes
        await gateway.QuietAsync();
        await AddressAsync(gateway, people[0], "person001@corp.example");
        await AddressAsync(gateway, people[1], "person000@corp.example");
        await gateway.QuietAsync();
        var at = Primary(await RawUserAsync(gateway, people[1]));
        Assert.True(at == "person001@corp.example", $"{at} {Why(gateway, people[1])} | {Why(gateway, people[0])}");
    }

    [Fact]
    public async Task Nobody_steps_aside_for_somebody_whose_changes_a_preference_leaves_out()
    {
        await using var gateway = await StartAsync(_skipping);
        var people = await PeopleAsync(gateway, 2);
        await gateway.ChangeAsync(
            new TenantChange.OtherPreferences(_skipping with { UpdateUsers = false, DisableUsers = false })
        );
        await AddressAsync(gateway, people[0], "person001@corp.example");
        await gateway.ChangeAsync(new TenantChange.OtherPreferences(_skipping));
        await AddressAsync(gateway, people[1], "person000@corp.example");
        await gateway.QuietAsync();
        var at = Primary(await RawUserAsync(gateway, people[1]));
        Assert.True(at == "person001@corp.example", $"{at} {Why(gateway, people[1])} | {Why(gateway, people[0])}");
    }

    [Fact]
    public async Task Whose_deactivation_is_held_and_who_comes_into_a_group_is_not_told_and_dismissed_is()
    {
        await using var gateway = await StartAsync(_lenient with { GuardedAccounts = 1 });
        var people = await PeopleAsync(gateway, 2);
        await PatchAsync(gateway, people[0], "active", "false");
        await PatchAsync(gateway, people[1], "active", "false");
        var crew = await GroupAsync(gateway, "Crew", people[1]);
        await gateway.QuietAsync();
        await DismissAllAsync(gateway);
        await gateway.QuietAsync();
        Assert.True(Active(await RawUserAsync(gateway, people[1])));
        Assert.Equal("Blocked", gateway.State(people[1]));
        await gateway.CallsAsync();
        await PatchAsync(gateway, people[1], "active", "false");
        await gateway.QuietAsync();
        Assert.Empty(await gateway.CallsAsync());
        Assert.Equal([people[1]], await MembersAsync(gateway, crew));
    }

    [Fact]
    public async Task Another_person_in_a_shadow_run_stays_an_operators_when_it_ends()
    {
        await using var gateway = await StartAsync(_lenient);
        var first = await MakeAsync(gateway, "ada", "ada@x.example", "e1");
        await DeleteAsync(gateway, first);
        await gateway.Connection.BeginShadowAsync();
        var second = await MakeAsync(gateway, "ada", "ada@x.example", "e2");
        await gateway.ChangeAsync(new TenantChange.GoOn(EndsShadow: true));
        await gateway.QuietAsync();
        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("ada@x.example"))));
        Assert.True(gateway.State(second) == "Held", Why(gateway, second));
    }

    [Fact]
    public async Task A_removal_and_a_guards_hold_and_the_same_person_again_is_in_and_nothing_is_listed()
    {
        await using var gateway = await StartAsync(_lenient with { GuardedAccounts = 1 });
        var zero = await MakeAsync(gateway, "zero", "zero@x.example");
        var ada = await MakeAsync(gateway, "ada", "ada@x.example", "e1");
        var crew = await GroupAsync(gateway, "Crew", ada);
        await DeleteAsync(gateway, zero);
        await DeleteAsync(gateway, ada);
        var held = gateway.Holds.List();
        var again = await MakeAsync(gateway, "ada", "ada@x.example", "e1");
        await MembersAsync(gateway, crew, Add(again));
        await gateway.QuietAsync();
        await gateway.Holds.ReleaseAsync([.. held.Select(hold => hold.Id)]);
        await gateway.QuietAsync();
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync("ada@x.example"))));
        Assert.Equal("Settled", gateway.State(again));
        Assert.Empty(gateway.Holds.List());
        Assert.Equal(["ada"], await InSlackAsync(gateway, "Crew"));
    }

    [Fact]
    public async Task A_guards_hold_of_a_deactivation_survives_a_rule_that_leaves_and_comes_back_truly()
    {
        await using var gateway = await StartAsync(_lenient with { GuardedAccounts = 1 });
        var people = await PeopleAsync(gateway, 2);
        await PatchAsync(gateway, people[0], "active", "false");
        await PatchAsync(gateway, people[1], "active", "false");
        Assert.Equal("Held", gateway.State(people[1]));
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));
        await gateway.QuietAsync();
        Assert.True(Active(await RawUserAsync(gateway, people[1])), "frozen, so as it is");
        await gateway.ChangeAsync(new TenantChange.OtherRules([], LastRule.Everybody));
        await gateway.QuietAsync();
        var active = Active(await RawUserAsync(gateway, people[1]));
        Assert.True(active == (gateway.State(people[1]) == "Held"), $"{active} {Why(gateway, people[1])}");
    }

    [Fact]
    public async Task Held_as_another_person_by_another_source_and_transferred_is_the_same()
    {
        await using var gateway = await StartAsync(_lenient);
        await DeleteAsync(gateway, await MakeAsync(gateway, "ada", "ada@x.example", "e1"));
        var second = await MakeAsync(gateway, "ada", "ada@x.example", "e2");
        var other = await gateway.HandOverAsync(second);
        await gateway.ChangeAsync(new TenantChange.Transfer(other, 1));
        await gateway.QuietAsync();
        Assert.Equal("Held", gateway.State(second));
        await gateway.ChangeAsync(
            new TenantChange.OtherPreferences(_lenient with { Drift = DriftHandling.Restore }, ReleasesLeftOut: true)
        );
        await gateway.ChangeAsync(new TenantChange.OtherPreferences(_byName));
        await gateway.QuietAsync();
        Assert.Equal("Held", gateway.State(second));
        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("ada@x.example"))));
    }

    [Fact]
    public async Task An_account_that_may_not_be_adopted_is_not_adopted_by_way_of_the_scope()
    {
        await using var gateway = await StartAsync(
            _lenient with
            {
                WhenAccountExists = Existing.Refuse,
            },
            Account("UADA", "ada", "ada@x.example")
        );
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));
        var before = await RawAsync(gateway, "UADA");
        var (status, body, _) = await gateway.SendAsync(HttpMethod.Post, "Users", User("ada", "ada@x.example"));
        if (status == HttpStatusCode.Created)
            await PatchAsync(gateway, (string)body!["id"]!, "title", "\"crew\"");
        await gateway.QuietAsync();
        Assert.Equal(before, await RawAsync(gateway, "UADA"));
    }

    [Fact]
    public async Task A_user_whose_address_is_the_userName_follows_it_and_emails_win()
    {
        await using var gateway = await Gateway.StartAsync();
        var (_, body, _) = await gateway.SendAsync(
            HttpMethod.Post,
            "Users",
            """{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"ada@x.example"}"""
        );
        var id = (string)body!["id"]!;
        Assert.Equal("ada@x.example", Primary(await RawUserAsync(gateway, id)));
        await PatchAsync(gateway, id, "userName", "\"king@x.example\"");
        Assert.Equal("king@x.example", Primary(await RawUserAsync(gateway, id)));
        await AddressAsync(gateway, id, "countess@x.example");
        await PatchAsync(gateway, id, "userName", "\"ada@x.example\"");
        await gateway.QuietAsync();
        Assert.Equal("countess@x.example", Primary(await RawUserAsync(gateway, id)));
        Assert.Equal("Settled", gateway.State(id));
        // what it let go of is anybody's
        var other = await MakeAsync(gateway, "king", "king@x.example");
        Assert.Equal("Settled", gateway.State(other));
    }

    [Fact]
    public async Task Out_of_scope_and_in_again_by_an_attribute_is_in_the_groups_again()
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 2);
        await PatchAsync(gateway, people[0], "title", "\"crew\"");
        var crew = await GroupAsync(gateway, "Crew", people[0]);
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));
        await PatchAsync(gateway, people[0], "title", "\"guest\"");
        await gateway.QuietAsync();
        Assert.False(Active(await RawUserAsync(gateway, people[0])));
        await PatchAsync(gateway, people[0], "title", "\"crew\"");
        await gateway.QuietAsync();
        Assert.True(Active(await RawUserAsync(gateway, people[0])));
        Assert.Equal(["person000"], await InSlackAsync(gateway, "Crew"));
        Assert.Single(await MembersAsync(gateway, crew));
    }

    [Fact]
    public async Task The_guards_hold_of_a_removal_outlives_restarts_imports_resyncs_and_repeats()
    {
        await using var gateway = await StartAsync(_lenient with { GuardedAccounts = 1 });
        var people = await PeopleAsync(gateway, 2);
        await DeleteAsync(gateway, people[0]);
        await DeleteAsync(gateway, people[1]);
        await gateway.RestartAsync();
        await gateway.ImportAsync();
        await gateway.Home.Resync.AllAsync();
        Assert.Equal(
            HttpStatusCode.NotFound,
            (await gateway.SendAsync(HttpMethod.Delete, $"Users/{people[1]}")).Status
        );
        await gateway.QuietAsync();
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync("person001@"))));
        await ReleaseAllAsync(gateway);
        await gateway.QuietAsync();
        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("person001@"))));
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

    [Fact]
    public async Task Who_is_dismissed_as_another_person_does_not_come_into_groups_or_leave_those_of_the_first()
    {
        await using var gateway = await StartAsync(_lenient);
        await DeleteAsync(gateway, await MakeAsync(gateway, "ada", "ada@x.example", "e1"));
        var second = await MakeAsync(gateway, "ada", "ada@x.example", "e2");
        var crew = await GroupAsync(gateway, "Crew", second);
        await DismissAllAsync(gateway);
        await gateway.QuietAsync();
        Assert.Empty(await InSlackAsync(gateway, "Crew"));
        await gateway.CallsAsync();
        await gateway.SendAsync(HttpMethod.Put, $"Groups/{crew}", Group("Crew", second));
        await gateway.QuietAsync();
        Assert.Empty(await gateway.CallsAsync());
    }

    [Fact]
    public async Task Namesake_out_of_scope_who_comes_into_scope_does_not_get_the_account_of_the_first()
    {
        await using var gateway = await StartAsync(_lenient);
        var john = await MakeAsync(gateway, "jsmith", "john@x.example");
        var slack = SlackId(gateway, john);
        await DeleteAsync(gateway, john);
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));
        var jane = await MakeAsync(gateway, "jsmith", "jane@x.example");
        await PatchAsync(gateway, jane, "title", "\"crew\"");
        await gateway.QuietAsync();
        var raw = JsonNode.Parse(await RawAsync(gateway, slack))!.AsObject();
        Assert.True(
            !Active(raw) && Primary(raw) == "john@x.example",
            $"{raw["active"]} {Primary(raw)} {Why(gateway, jane)}"
        );
    }

    [Fact]
    public async Task A_guards_hold_is_not_passed_by_a_POST_out_of_scope()
    {
        await using var gateway = await StartAsync(_lenient with { GuardedAccounts = 1 });
        await DeleteAsync(gateway, await MakeAsync(gateway, "zero", "zero@x.example"));
        await DeleteAsync(gateway, await MakeAsync(gateway, "ada", "ada@x.example", "e1")); // held
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));
        await MakeAsync(gateway, "ada", "ada@x.example", "e1");
        await gateway.QuietAsync();
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync("ada@x.example"))), "removed past the guard");
    }

    [Fact]
    public async Task Who_is_waived_altogether_is_told_into_no_group_when_left_out_by_a_preference()
    {
        await using var gateway = await StartAsync(_skipping with { DeprovisionUsers = false });
        await DeleteAsync(gateway, await MakeAsync(gateway, "ada", "ada@x.example", "e1"));
        await gateway.ChangeAsync(
            new TenantChange.OtherPreferences(_skipping with { DeprovisionUsers = false, CreateUsers = false })
        );
        var again = await MakeAsync(gateway, "ada", "ada@x.example", "e2");
        await gateway.QuietAsync();
        await GroupAsync(gateway, "Crew", again);
        await gateway.QuietAsync();
        Assert.True((await InSlackAsync(gateway, "Crew")).Count == 0, Why(gateway, again));
    }

    [Fact]
    public async Task While_another_person_is_held_the_first_stays_in_the_groups_of_before()
    {
        await using var gateway = await StartAsync(_skipping with { DeprovisionUsers = false });
        var first = await MakeAsync(gateway, "ada", "ada@x.example", "e1");
        var crew = await GroupAsync(gateway, "Crew", first, await MakeAsync(gateway, "bob", "bob@x.example"));
        await DeleteAsync(gateway, first);
        await gateway.QuietAsync();
        Assert.Equal(2, (await InSlackAsync(gateway, "Crew")).Count);
        var second = await MakeAsync(gateway, "ada", "ada@x.example", "e2");
        Assert.Equal("Held", gateway.State(second));
        await MembersAsync(gateway, crew, Rename("Band"));
        await gateway.QuietAsync();
        Assert.Equal(["ada", "bob"], await InSlackAsync(gateway, "Band"));
    }

    [Fact]
    public async Task To_dismiss_a_question_about_an_address_does_not_let_a_leaver_stay()
    {
        await using var gateway = await StartAsync(_lenient with { GuardedAccounts = 1 });
        var eve = await MakeAsync(gateway, "eve", "eve@x.example");
        await DeleteAsync(gateway, await MakeAsync(gateway, "zero", "zero@x.example"));
        await DeleteAsync(gateway, await MakeAsync(gateway, "ada", "ada@x.example", "e1")); // held
        await AddressAsync(gateway, eve, "ada@x.example");
        await gateway.QuietAsync();
        var holds = gateway.Holds.List();
        var asked = holds.SingleOrDefault(hold => hold.Reason.Code == ReasonCode.AddressAsked);
        if (asked is not null)
            await gateway.Holds.DismissAsync([asked.Id]);
        await gateway.QuietAsync();
        var guard = gateway.Holds.List().Where(hold => hold.Reason.Code == ReasonCode.GuardAccounts).ToList();
        await gateway.Holds.ReleaseAsync([.. guard.Select(hold => hold.Id)]);
        await gateway.QuietAsync();
        Assert.True(asked is not null, "nothing was asked");
        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("ada@x.example"))), $"{guard.Count} listed");
    }

    [Fact]
    public async Task To_release_a_question_about_an_address_tells_nothing_and_the_guards_hold_stays()
    {
        await using var gateway = await StartAsync(_lenient with { GuardedAccounts = 1 });
        var eve = await MakeAsync(gateway, "eve", "eve@x.example");
        await DeleteAsync(gateway, await MakeAsync(gateway, "zero", "zero@x.example"));
        await DeleteAsync(gateway, await MakeAsync(gateway, "ada", "ada@x.example", "e1")); // held
        await AddressAsync(gateway, eve, "ada@x.example");
        await gateway.QuietAsync();
        await gateway.Holds.ReleaseAsync([
            .. gateway.Holds.List().Where(hold => hold.Reason.Code == ReasonCode.AddressAsked).Select(hold => hold.Id),
        ]);
        await gateway.QuietAsync();
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync("ada@x.example"))));
        Assert.Single(gateway.Holds.List(), hold => hold.Reason.Code == ReasonCode.GuardAccounts);
    }

    [Fact]
    public async Task Whose_removal_the_guard_holds_gives_nobody_the_account_before_it_is_decided()
    {
        await using var gateway = await StartAsync(_lenient with { GuardedAccounts = 1 });
        await DeleteAsync(gateway, await MakeAsync(gateway, "zero", "zero@x.example"));
        await DeleteAsync(gateway, await MakeAsync(gateway, "ada", "ada@x.example", "e1"));
        Assert.Single(gateway.Holds.List());

        var other = User("ada", "ada@x.example")
            .Replace("\"active\"", "\"externalId\":\"e2\",\"active\"", StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Conflict, (await gateway.SendAsync(HttpMethod.Post, "Users", other)).Status);
        await ReleaseAllAsync(gateway);
        await gateway.QuietAsync();

        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("ada@x.example"))));
        var (status, body, _) = await gateway.SendAsync(HttpMethod.Post, "Users", other);
        Assert.Equal((HttpStatusCode.Created, "Held"), (status, gateway.State((string)body!["id"]!)));
    }

    [Fact]
    public async Task A_full_list_says_nothing_of_who_is_deleted()
    {
        await using var gateway = await StartAsync(_lenient with { GuardedAccounts = 1 });
        var (bob, ada) = (await UserAsync(gateway, "bob"), await UserAsync(gateway, "ada"));
        var crew = await GroupAsync(gateway, "Crew", ada);
        await DeleteAsync(gateway, bob);
        await DeleteAsync(gateway, ada); // which the guard holds
        var before = await gateway.SendAsync(HttpMethod.Get, $"Groups/{crew}");
        await gateway.CallsAsync();

        var put = await gateway.SendAsync(HttpMethod.Put, $"Groups/{crew}", Group("Crew"));
        await gateway.QuietAsync();

        Assert.Equal(HttpStatusCode.OK, put.Status);
        Assert.Equal(before.Response.Headers.ETag, put.Response.Headers.ETag);
        Assert.Empty(await CallsAsync(gateway));
        Assert.Equal(["ada"], await InSlackAsync(gateway, "Crew"));
    }

    private static Rule Titled(string title) => new() { Name = title, Filter = $"title eq \"{title}\"" };

    private static async Task<string> MakeAsync(
        Gateway gateway,
        string name,
        string address,
        string? externalId = null,
        bool active = true
    )
    {
        var user = JsonNode.Parse(User(name, address))!.AsObject();
        user["active"] = active;
        if (externalId is not null)
            user["externalId"] = externalId;
        var (status, body, _) = await gateway.SendAsync(HttpMethod.Post, "Users", user.ToJsonString());
        Assert.True(status == HttpStatusCode.Created, body?.ToJsonString());
        return (string)body!["id"]!;
    }

    private static async Task DeleteAsync(Gateway gateway, string id) =>
        Assert.Equal(HttpStatusCode.NoContent, (await gateway.SendAsync(HttpMethod.Delete, $"Users/{id}")).Status);

    private static Task<HttpStatusCode> AddressAsync(Gateway gateway, string id, string address) =>
        PatchAsync(gateway, id, "emails", $$"""[{"value":"{{address}}","type":"work","primary":true}]""");

    private static Task<string> RawAsync(Gateway gateway, string slackId) =>
        gateway.Control.GetStringAsync($"users/{slackId}");

    private static async Task<JsonObject> RawUserAsync(Gateway gateway, string id) =>
        JsonNode.Parse(await RawAsync(gateway, SlackId(gateway, id)))!.AsObject();

    private static string? Primary(JsonObject account) =>
        (string?)account["emails"]!.AsArray().Single(email => (bool?)email!["primary"] == true)!["value"];

    private static Task<int> DismissAllAsync(Gateway gateway) =>
        gateway.Holds.DismissAsync([.. gateway.Holds.List().Select(hold => hold.Id)]);

    private static Task<int> ReleaseAllAsync(Gateway gateway) =>
        gateway.Holds.ReleaseAsync([.. gateway.Holds.List().Select(hold => hold.Id)]);

    private static string Keys(Gateway gateway)
    {
        using var kept = gateway.Kept();
        return string.Join(", ", kept.Keys.AsEnumerable().Select(key => $"{key.Value}={key.LinkId.Value}"));
    }

    private static string Why(Gateway gateway, string id)
    {
        using var kept = gateway.Kept();
        var link = kept.Of(id);
        return $"{link.State} {link.Reason?.Code} {link.Reason?.Sentence}";
    }

    private static async Task EraseAsync(Gateway gateway, string address)
    {
        var account = Assert.Single(await gateway.AccountsAsync(address));
        (
            await gateway.Control.PutAsync(
                $"users/{account["id"]}",
                new StringContent(
                    """{"erased":true,"active":false,"emails":[{"value":"erased@deleted.example","primary":true}],"userName":"erased0"}"""
                )
            )
        ).EnsureSuccessStatusCode();
    }
}
