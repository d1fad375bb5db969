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

namespace ScimGateway.Host.Tests.Policy;

/// <summary>What the guard holds, while everything else goes on.</summary>
[Trait("speed", "slow")]
public class HeldTests
{
    [Fact]
    public async Task A_dismissed_activation_says_why_the_account_stays_inactive()
    {
        await using var gateway = await StartAsync(Lenient with { GuardedAccounts = 1 });
        var (bob, ada) = (await UserAsync(gateway, "bob"), await UserAsync(gateway, "ada"));
        await PatchAsync(gateway, bob, "active", "false");
        await PatchAsync(gateway, ada, "active", "false");
        await ReleaseAllAsync(gateway);
        await gateway.QuietAsync();
        await PatchAsync(gateway, ada, "active", "true");
        Assert.Equal("Held", gateway.State(ada));

        await DismissAllAsync(gateway);
        await gateway.QuietAsync();

        Assert.StartsWith("Blocked Dismissed", Why(gateway, ada), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_guard_held_is_held_again_when_it_is_protected_no_longer()
    {
        await using var gateway = await StartAsync(Lenient with { GuardedAccounts = 1 });
        var people = await PeopleAsync(gateway, 4);
        foreach (var person in people)
            await PatchAsync(gateway, person, "active", "false");
        Assert.Equal(3, gateway.Holds.List().Count);

        foreach (var person in people[1..])
        {
            LinkId link;
            using (var kept = gateway.Kept())
                link = kept.Of(person).Id;
            await gateway.Home.Links.ProtectAsync(link);
            await gateway.Home.Links.UnprotectAsync(link);
        }
        await gateway.QuietAsync();

        Assert.All(people[1..], person => Assert.Equal("Held", gateway.State(person)));
        Assert.Equal(3, gateway.Holds.List().Count);
        await ReleaseAllAsync(gateway);
        await gateway.QuietAsync();
        Assert.All(people, person => Assert.Equal("Settled", gateway.State(person)));
    }

    [Theory]
    [InlineData("release")]
    [InlineData("dismiss")]
    [InlineData("repeat")]
    public async Task A_leaver_let_in_by_hand_while_the_guard_holds_an_address_is_reported_and_told_again(string end)
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(
            new Setting
            {
                Clock = clock,
                Preferences = Lenient with { GuardedAddresses = 1, Drift = DriftHandling.Report },
            }
        );
        var (bob, ada) = (await UserAsync(gateway, "bob"), await UserAsync(gateway, "ada"));
        await PatchAsync(gateway, ada, "active", "false");
        await AddressAsync(gateway, bob, "bob@y.example");
        await AddressAsync(gateway, ada, "ada@y.example");
        Assert.Equal("Held", gateway.State(ada));
        gateway.Slack.Workspace.ChangeUser(SlackId(gateway, ada), new JsonObject { ["active"] = true });
        for (var looks = 0; looks < 2; looks++)
        {
            clock.Advance(TimeSpan.FromMinutes(2));
            await gateway.ImportAsync();
        }
        Assert.Contains("changed in Slack: Active", gateway.OwnDoings());
        Assert.Equal("Held", gateway.State(ada));

        if (end == "release")
            await ReleaseAllAsync(gateway);
        else if (end == "dismiss")
            await DismissAllAsync(gateway);
        else
            await PatchAsync(gateway, ada, "active", "false");
        await gateway.QuietAsync();

        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("ada@"))));
    }

    [Fact]
    public async Task Another_person_is_told_that_the_removal_of_the_one_before_is_held()
    {
        await using var gateway = await StartAsync(Lenient with { GuardedAccounts = 1 });
        await DeleteAsync(gateway, await UserAsync(gateway, "bob"));
        await DeleteAsync(gateway, await MakeAsync(gateway, "ada", "ada@x.example", "1"));

        var (status, body, _) = await gateway.SendAsync(
            HttpMethod.Post,
            "Users",
            With(User("ada", "ada@x.example"), "externalId", "\"9\"")
        );

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("an operator has to release or dismiss it", (string?)body!["detail"], StringComparison.Ordinal);
        Assert.Equal(ReasonCode.GuardAccounts, Assert.Single(gateway.Holds.List()).Reason.Code);
    }

    [Theory]
    [InlineData("deactivation", "done")]
    [InlineData("deletion", "done")]
    [InlineData("address", "failed")]
    public async Task What_the_guard_holds_of_an_account_that_is_gone_has_its_outcome(string held, string outcome)
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(
            new Setting { Clock = clock, Preferences = Lenient with { GuardedAccounts = 1, GuardedAddresses = 1 } }
        );
        var (bob, ada) = (await UserAsync(gateway, "bob"), await MakeAsync(gateway, "ada", "ada@x.example"));
        var slackId = SlackId(gateway, ada);
        foreach (var id in (string[])[bob, ada])
            if (held == "deletion")
                await DeleteAsync(gateway, id);
            else if (held == "address")
                await AddressAsync(gateway, id, $"{id}@y.example");
            else
                await PatchAsync(gateway, id, "active", "false");
        Assert.Single(gateway.Holds.List());

        (await gateway.Control.DeleteAsync($"users/{slackId}")).EnsureSuccessStatusCode();
        clock.Advance(TimeSpan.FromMinutes(2));
        await gateway.ImportAsync();

        Assert.Empty(gateway.Holds.List());
        Assert.Equal(outcome, gateway.Operations()[^1].Outcome);
        if (held == "deletion")
            return;
        Assert.Equal("Broken", gateway.State(ada));
        await PatchAsync(gateway, ada, "active", "true");
        await PatchAsync(gateway, ada, "title", "\"Countess\"");
        await gateway.QuietAsync();
        Assert.Equal("Settled", gateway.State(ada));
        Assert.NotEqual(slackId, SlackId(gateway, ada));
    }

    [Fact]
    public async Task What_the_guard_holds_of_a_group_that_is_gone_is_done()
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(
            new Setting { Clock = clock, Preferences = Lenient with { GuardedGroups = 1 } }
        );
        var (first, second) = (await GroupAsync(gateway, "One"), await GroupAsync(gateway, "Two"));
        var slackId = SlackId(gateway, second);
        foreach (var id in (string[])[first, second])
            await gateway.SendAsync(HttpMethod.Delete, $"Groups/{id}");
        Assert.Single(gateway.Holds.List());

        (await gateway.Control.DeleteAsync($"groups/{slackId}")).EnsureSuccessStatusCode();
        clock.Advance(TimeSpan.FromMinutes(2));
        await gateway.ImportAsync();
        await gateway.QuietAsync();

        Assert.Empty(gateway.Holds.List());
        Assert.Equal("done", gateway.Operations()[^1].Outcome);
    }

    [Fact]
    public async Task Whose_removal_the_guard_held_and_who_is_posted_again_but_left_out_is_not_removed_past_the_guard()
    {
        await using var gateway = await StartAsync(Skipping with { GuardedAccounts = 1 });
        var zero = await MakeAsync(gateway, "zero", "zero@x.example");
        var ada = await MakeAsync(gateway, "ada", "ada@x.example", "e1");
        await DeleteAsync(gateway, zero);
        await DeleteAsync(gateway, ada);
        Assert.Single(gateway.Holds.List());
        await gateway.ChangeAsync(
            new TenantChange.OtherPreferences(Skipping with { GuardedAccounts = 1, CreateUsers = false })
        );
        await MakeAsync(gateway, "ada", "ada@x.example", "e1");
        await gateway.QuietAsync();

        Assert.True(Active(Assert.Single(await gateway.AccountsAsync("ada@x.example"))), "removed without an operator");
    }

    [Fact]
    public async Task A_group_whose_deletion_is_held_and_that_is_made_again_keeps_only_the_new_members()
    {
        await using var gateway = await StartAsync(Lenient with { GuardedGroups = 1 });
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
    public async Task An_adoption_refused_for_want_of_time_leaves_the_account_as_it_was()
    {
        await using var gateway = await StartAsync(
            Lenient with
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
    public async Task Overwrite_and_a_partial_list_of_another_source_remove_only_who_is_nobodys()
    {
        const string other = "token-of-the-other-source";
        await using var gateway = await Gateway.StartAsync(
            new Setting
            {
                OtherToken = other,
                Preferences = Lenient with { GroupMembership = GroupMembership.Overwrite },
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
    public async Task Nobody_steps_aside_for_somebody_whose_changes_a_preference_leaves_out()
    {
        await using var gateway = await StartAsync(Skipping);
        var people = await PeopleAsync(gateway, 2);
        await gateway.ChangeAsync(
            new TenantChange.OtherPreferences(Skipping with { UpdateUsers = false, DisableUsers = false })
        );
        await AddressAsync(gateway, people[0], "person001@corp.example");
        await gateway.ChangeAsync(new TenantChange.OtherPreferences(Skipping));
        await AddressAsync(gateway, people[1], "person000@corp.example");
        await gateway.QuietAsync();
        var at = Primary(await RawUserAsync(gateway, people[1]));
        Assert.True(at == "person001@corp.example", $"{at} {Why(gateway, people[1])} | {Why(gateway, people[0])}");
    }

    [Fact]
    public async Task Whose_deactivation_is_held_and_who_comes_into_a_group_is_not_told_and_dismissed_is()
    {
        await using var gateway = await StartAsync(Lenient with { GuardedAccounts = 1 });
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
    public async Task A_removal_and_a_guards_hold_and_the_same_person_again_is_in_and_nothing_is_listed()
    {
        await using var gateway = await StartAsync(Lenient with { GuardedAccounts = 1 });
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
        await using var gateway = await StartAsync(Lenient with { GuardedAccounts = 1 });
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
    public async Task An_account_that_may_not_be_adopted_is_not_adopted_by_way_of_the_scope()
    {
        await using var gateway = await StartAsync(
            Lenient with
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
    public async Task The_guards_hold_of_a_removal_outlives_restarts_imports_resyncs_and_repeats()
    {
        await using var gateway = await StartAsync(Lenient with { GuardedAccounts = 1 });
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
    public async Task A_guards_hold_is_not_passed_by_a_POST_out_of_scope()
    {
        await using var gateway = await StartAsync(Lenient with { GuardedAccounts = 1 });
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
        await using var gateway = await StartAsync(Skipping with { DeprovisionUsers = false });
        await DeleteAsync(gateway, await MakeAsync(gateway, "ada", "ada@x.example", "e1"));
        await gateway.ChangeAsync(
            new TenantChange.OtherPreferences(Skipping with { DeprovisionUsers = false, CreateUsers = false })
        );
        var again = await MakeAsync(gateway, "ada", "ada@x.example", "e2");
        await gateway.QuietAsync();
        await GroupAsync(gateway, "Crew", again);
        await gateway.QuietAsync();
        Assert.True((await InSlackAsync(gateway, "Crew")).Count == 0, Why(gateway, again));
    }

    [Fact]
    public async Task To_dismiss_a_question_about_an_address_does_not_let_a_leaver_stay()
    {
        await using var gateway = await StartAsync(Lenient with { GuardedAccounts = 1 });
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
    public async Task To_release_a_question_about_an_address_is_refused_and_the_guards_hold_stays()
    {
        await using var gateway = await StartAsync(Lenient with { GuardedAccounts = 1 });
        var eve = await MakeAsync(gateway, "eve", "eve@x.example");
        await DeleteAsync(gateway, await MakeAsync(gateway, "zero", "zero@x.example"));
        await DeleteAsync(gateway, await MakeAsync(gateway, "ada", "ada@x.example", "e1")); // held
        await AddressAsync(gateway, eve, "ada@x.example");
        await gateway.QuietAsync();
        var asked = gateway.Holds.List().Single(hold => hold.Reason.Code == ReasonCode.AddressAsked);
        var refused = await Assert.ThrowsAsync<NotReadyException>(() => gateway.Holds.ReleaseAsync([asked.Id]));
        Assert.Contains("choose", refused.Message, StringComparison.OrdinalIgnoreCase);
        await gateway.QuietAsync();
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync("ada@x.example"))));
        Assert.Single(gateway.Holds.List(), hold => hold.Reason.Code == ReasonCode.GuardAccounts);
    }

    [Fact]
    public async Task Whose_removal_the_guard_holds_gives_nobody_the_account_before_it_is_decided()
    {
        await using var gateway = await StartAsync(Lenient with { GuardedAccounts = 1 });
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
    public async Task A_full_list_says_nothing_of_whose_deletion_is_to_be_decided()
    {
        await using var gateway = await StartAsync(Lenient with { GuardedAccounts = 1 });
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
}
