using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Host.Demo;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Reads;
using ScimGateway.SlackEmulator.Tests;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Importing;

/// <summary>
/// What somebody changed in Slack by hand is set back: as far as the guard lets it, also what was reported before, and
/// what was deleted.
/// </summary>
public class SetBackTests
{
    private readonly ManualClock _clock = new();

    [Fact]
    public async Task Of_many_who_were_let_out_by_hand_as_many_come_back_as_the_guard_lets()
    {
        await using var gateway = await StartAsync(_guarded);
        var people = await PeopleAsync(gateway, 8);
        foreach (var person in people)
            DeactivateByHand(gateway, person);

        await LookAsync(gateway);
        await LookAsync(gateway);
        await gateway.QuietAsync();

        Assert.Equal(2, await ActiveAsync(gateway));
        var holds = gateway.Holds.List();
        Assert.Equal(Enumerable.Repeat(ReasonCode.GuardAccounts, 6), holds.Select(hold => hold.Reason.Code));
        Assert.Equal(6, people.Count(person => gateway.State(person) == "Held"));
        Assert.Equal((2, 6), (Said(gateway, Remark.DriftRestored), Said(gateway, Remark.DriftHeld)));

        // What is released comes back, and what is dismissed stays as somebody has made it.
        await gateway.Holds.ReleaseAsync([holds[0].Id]);
        await gateway.Holds.DismissAsync([.. holds.Skip(1).Select(hold => hold.Id)]);
        await gateway.QuietAsync();
        await LookAsync(gateway);
        await LookAsync(gateway);
        await gateway.QuietAsync();
        Assert.Equal(3, await ActiveAsync(gateway));
        Assert.Empty(gateway.Holds.List());
    }

    [Fact]
    public async Task Who_was_let_in_again_by_hand_is_held_no_longer_and_stays_told_nothing()
    {
        await using var gateway = await StartAsync(_guarded);
        var people = await PeopleAsync(gateway, 4);
        foreach (var person in people)
            DeactivateByHand(gateway, person);
        await LookAsync(gateway);
        await LookAsync(gateway);
        await gateway.QuietAsync();
        var held = people.Where(person => gateway.State(person) == "Held").ToList();
        Assert.Equal(2, held.Count);

        gateway.Slack.Workspace.ChangeUser(SlackId(gateway, held[0]), new JsonObject { ["active"] = true });
        await gateway.CallsAsync();
        await LookAsync(gateway);
        await gateway.QuietAsync();

        Assert.Equal(["Settled", "Held"], held.Select(gateway.State));
        Assert.Single(gateway.Holds.List());
        Assert.DoesNotContain(
            await CallsAsync(gateway),
            call => call.Key.StartsWith("PATCH", StringComparison.Ordinal)
        );
        await PatchAsync(gateway, held[0], "title", "\"Pilot\"");
        Assert.Equal("Settled", gateway.State(held[0]));
    }

    [Fact]
    public async Task A_leaver_who_is_held_and_whom_somebody_lets_out_in_Slack_is_held_no_longer()
    {
        await using var gateway = await StartAsync(_guarded with { GuardedAccounts = 1 });
        var people = await PeopleAsync(gateway, 2);
        foreach (var person in people)
            await PatchAsync(gateway, person, "active", "false");
        Assert.Equal("Held", gateway.State(people[1]));

        DeactivateByHand(gateway, people[1]);
        await LookAsync(gateway);
        await gateway.QuietAsync();

        Assert.Empty(gateway.Holds.List());
        Assert.Equal("Settled", gateway.State(people[1]));
        Assert.Equal(0, await ActiveAsync(gateway));
    }

    [Fact]
    public async Task What_was_changed_of_who_is_out_of_scope_is_reported_and_not_said_to_be_set_back()
    {
        await using var gateway = await StartAsync(_guarded);
        var person = Assert.Single(await PeopleAsync(gateway, 1));
        await gateway.ChangeAsync(
            new TenantChange.OtherRules([new Rule { Name = "crew", Filter = "title eq \"crew\"" }])
        );
        await gateway.QuietAsync();
        DeactivateByHand(gateway, person);

        await LookAsync(gateway);
        await LookAsync(gateway);
        await gateway.QuietAsync();

        Assert.Equal((0, 1), (Said(gateway, Remark.DriftRestored), Said(gateway, Remark.DriftReported)));
        Assert.Equal(0, await ActiveAsync(gateway));
        await LookAsync(gateway);
        Assert.Equal(
            ["changed in Slack: Active"],
            gateway.OwnDoings().Where(said => said.Contains("Active", StringComparison.Ordinal))
        );
    }

    [Fact]
    public async Task Of_many_leavers_who_were_let_in_by_hand_no_more_leave_than_the_guard_lets()
    {
        await using var gateway = await StartAsync(_guarded with { GuardedAccounts = 0 });
        var people = await PeopleAsync(gateway, 5);
        foreach (var person in people)
            await PatchAsync(gateway, person, "active", "false");
        await gateway.ChangeAsync(new TenantChange.OtherPreferences(_guarded));
        _clock.Advance(TimeSpan.FromMinutes(61));
        foreach (var person in people)
            gateway.Slack.Workspace.ChangeUser(SlackId(gateway, person), new JsonObject { ["active"] = true });

        await LookAsync(gateway);
        await LookAsync(gateway);
        await gateway.QuietAsync();

        Assert.Equal(3, await ActiveAsync(gateway));
        Assert.Equal(3, gateway.Holds.List().Count);
        // What the provider repeats neither lets them stay for good nor has them leave.
        await PatchAsync(gateway, people[^1], "active", "false");
        Assert.Equal(3, gateway.Holds.List().Count);
        await gateway.Holds.ReleaseAsync([.. gateway.Holds.List().Select(hold => hold.Id)]);
        await gateway.QuietAsync();
        Assert.Equal(0, await ActiveAsync(gateway));
    }

    [Fact]
    public async Task Of_many_who_were_put_into_a_group_by_hand_no_more_go_than_the_guard_lets()
    {
        await using var gateway = await StartAsync(_guarded with { GroupMembership = GroupMembership.Overwrite });
        var people = await PeopleAsync(gateway, 7);
        var crew = await GroupAsync(gateway, "Crew", people[0]);
        InSlack(gateway, crew, [.. people]);

        await LookAsync(gateway);
        await LookAsync(gateway);
        await gateway.QuietAsync();

        // Three of seven may go, as that is half of them.
        Assert.Equal(4, (await InSlackAsync(gateway, "Crew")).Count);
        var holds = gateway.Holds.List();
        Assert.Equal(Enumerable.Repeat(ReasonCode.GuardMembers, 3), holds.Select(hold => hold.Reason.Code));
        await LookAsync(gateway);
        Assert.Equal(4, (await InSlackAsync(gateway, "Crew")).Count);
        await gateway.Holds.DismissAsync([holds[0].Id]);
        await gateway.Holds.ReleaseAsync([.. holds.Skip(1).Select(hold => hold.Id)]);
        await gateway.QuietAsync();
        Assert.Equal(2, (await InSlackAsync(gateway, "Crew")).Count);
    }

    [Fact]
    public async Task What_was_reported_is_set_back_when_the_preference_becomes_restore_as_the_preview_shows()
    {
        await using var gateway = await StartAsync(_reporting with { GuardedAccounts = 1 });
        var (people, crew) = await DriftedAsync(gateway);

        var preview = await gateway.ChangeAsync(
            new TenantChange.OtherPreferences(_reporting with { GuardedAccounts = 1, Drift = DriftHandling.Restore })
        );
        await gateway.QuietAsync();

        Assert.Equal(2, preview.Counts["ReactivateUser"]);
        Assert.Equal(1, preview.Counts["PatchUser"]);
        await AssertSetBackAsync(gateway, people, crew);
        await LookAsync(gateway);
        await LookAsync(gateway);
        Assert.Empty(gateway.Holds.List());
    }

    [Fact]
    public async Task What_was_reported_before_a_change_beside_it_is_known_and_set_back_by_the_next_sweep()
    {
        await using var gateway = await StartAsync(_reporting);
        var ada = await UserAsync(gateway, "ada");
        await PatchAsync(gateway, ada, "title", "\"Countess\"");
        Change(gateway, ada, "title", "Lady");
        await LookAsync(gateway);
        await LookAsync(gateway);
        await PatchAsync(gateway, ada, "displayName", "\"Ada L\"");
        await LookAsync(gateway);
        Assert.Equal(["changed in Slack: Title"], gateway.OwnDoings());

        // As where a tenant had the preference for long, and reports from before that.
        await using (var kept = gateway.Kept())
        {
            kept.Tenants.Single().Preferences = (_reporting with { Drift = DriftHandling.Restore }).ToJson();
            await kept.SaveChangesAsync();
        }
        await LookAsync(gateway);
        await gateway.QuietAsync();

        Assert.Equal("Countess", (string?)Assert.Single(await gateway.AccountsAsync("ada@corp.example"))["title"]);
    }

    [Fact]
    public async Task An_operator_who_has_everything_planned_again_has_set_back_what_was_reported()
    {
        await using var gateway = await StartAsync(_reporting);
        var (people, crew) = await DriftedAsync(gateway);

        await gateway.Home.Resync.AllAsync();
        await gateway.QuietAsync();

        await AssertSetBackAsync(gateway, people, crew);
    }

    [Fact]
    public async Task The_guard_counts_what_a_resync_sets_back_and_who_is_provisioned_by_hand()
    {
        await using var gateway = await StartAsync(_reporting with { GuardedAccounts = 1 });
        var (people, _) = await DriftedAsync(gateway);

        await gateway.Home.OnDemand.ProvisionAsync(Id(people[0]), _reporting with { GuardedAccounts = 1 });
        Assert.Equal("Settled", gateway.State(people[0]));
        await gateway.Home.OnDemand.ProvisionAsync(Id(people[1]), _reporting with { GuardedAccounts = 1 });
        Assert.Equal("Held", gateway.State(people[1]));
        await gateway.Home.Resync.AllAsync();
        await gateway.QuietAsync();

        Assert.Equal(people[1], (string?)$"{Claimant(gateway, Assert.Single(gateway.Holds.List()).LinkId)}");
        Assert.Equal(3, await ActiveAsync(gateway));
    }

    [Theory]
    [InlineData(DriftHandling.Report)]
    [InlineData(DriftHandling.Restore)]
    public async Task A_group_that_somebody_deleted_in_Slack_is_noticed_and_made_again(DriftHandling handling)
    {
        await using var gateway = await StartAsync(_reporting with { Drift = handling });
        var (ada, bob) = (await UserAsync(gateway, "ada"), await UserAsync(gateway, "bob"));
        var crew = await GroupAsync(gateway, "Crew", ada);
        await GroupAsync(gateway, "Band", bob);
        await LookAsync(gateway);
        gateway.Slack.Workspace.RemoveGroup(SlackId(gateway, crew));
        await gateway.CallsAsync();

        await LookAsync(gateway);
        await gateway.QuietAsync();

        // Only what no page has shown is read by itself.
        Assert.Equal(1, (await CallsAsync(gateway))["GET /Groups/{id}"]);
        if (handling == DriftHandling.Restore)
            Assert.Equal(["restoring what was deleted in Slack"], gateway.OwnDoings());
        else
        {
            Assert.Equal(["deleted in Slack"], gateway.OwnDoings());
            Assert.Equal(["Band"], (await GroupsAsync(gateway)).Select(group => (string?)group["displayName"]));
            Assert.Equal("Broken", gateway.State(crew));
            await LookAsync(gateway);
            Assert.Single(gateway.OwnDoings());
            await MembersAsync(gateway, crew, Add(bob));
        }
        Assert.Equal(handling == DriftHandling.Restore ? ["ada"] : ["ada", "bob"], await InSlackAsync(gateway, "Crew"));
    }

    [Theory]
    [InlineData("PATCH", 1)]
    [InlineData("PUT", 1)]
    [InlineData("PATCH", 2)]
    [InlineData("PUT", 2)]
    public async Task What_is_known_to_differ_of_a_group_is_told_when_its_provider_says_it_again(
        string method,
        int looks
    )
    {
        await using var gateway = await StartAsync(_reporting with { GroupMembership = GroupMembership.Overwrite });
        var (ada, bob) = (await UserAsync(gateway, "ada"), await UserAsync(gateway, "bob"));
        await UserAsync(gateway, "eve");
        var crew = await GroupAsync(gateway, "Crew", ada, bob);
        await LookAsync(gateway);
        var eve = (string)(await gateway.AccountsAsync("eve@"))[0]["id"]!;
        gateway.Slack.Workspace.ChangeGroup(
            SlackId(gateway, crew),
            new JsonObject { ["members"] = new JsonArray(SlackId(gateway, ada), eve) }
        );
        for (var i = 0; i < looks; i++)
            await LookAsync(gateway);
        Assert.Equal(["ada", "eve"], await InSlackAsync(gateway, "Crew"));

        if (method == "PATCH")
            await MembersAsync(gateway, crew, Add(bob));
        else
            Assert.Equal(
                HttpStatusCode.OK,
                (await gateway.SendAsync(HttpMethod.Put, $"Groups/{crew}", Group("Crew", ada, bob))).Status
            );
        await gateway.QuietAsync();

        Assert.Equal(method == "PATCH" ? ["ada", "bob", "eve"] : ["ada", "bob"], await InSlackAsync(gateway, "Crew"));
        Assert.Equal("Settled", gateway.State(crew));
    }

    [Theory]
    [InlineData("PATCH")]
    [InlineData("PUT")]
    public async Task A_name_that_somebody_gave_a_group_in_Slack_goes_when_its_provider_says_its_own_again(
        string method
    )
    {
        await using var gateway = await StartAsync(_reporting);
        var ada = await UserAsync(gateway, "ada");
        var crew = await GroupAsync(gateway, "Crew", ada);
        await LookAsync(gateway);
        gateway.Slack.Workspace.ChangeGroup(SlackId(gateway, crew), new JsonObject { ["displayName"] = "Gang" });
        await LookAsync(gateway);
        Assert.Equal("Gang", (string?)Assert.Single(await GroupsAsync(gateway))["displayName"]);

        var (status, _, _) =
            method == "PATCH"
                ? await PatchGroupAsync(gateway, crew, Rename("Crew"))
                : await gateway.SendAsync(HttpMethod.Put, $"Groups/{crew}", Group("Crew", ada));
        await gateway.QuietAsync();

        Assert.True((int)status < 300, $"{status}");
        Assert.Equal("Crew", (string?)Assert.Single(await GroupsAsync(gateway))["displayName"]);
        Assert.Equal(["ada"], await InSlackAsync(gateway, "Crew"));
    }

    [Fact]
    public async Task A_group_that_was_deleted_in_Slack_is_made_again_when_the_preference_becomes_restore()
    {
        await using var gateway = await StartAsync(_reporting);
        var crew = await GroupAsync(gateway, "Crew", await UserAsync(gateway, "ada"));
        await LookAsync(gateway);
        gateway.Slack.Workspace.RemoveGroup(SlackId(gateway, crew));
        await LookAsync(gateway);

        var preview = await gateway.ChangeAsync(
            new TenantChange.OtherPreferences(_reporting with { Drift = DriftHandling.Restore })
        );
        await gateway.QuietAsync();

        Assert.Equal(1, preview.Counts["CreateGroup"]);
        Assert.Equal("Settled", gateway.State(crew));
        Assert.Equal(["ada"], await InSlackAsync(gateway, "Crew"));
    }

    [Fact]
    public async Task An_account_that_Slack_does_not_know_any_more_is_broken()
    {
        await using var gateway = await StartAsync(_reporting);
        var (ada, bob) = (await UserAsync(gateway, "ada"), await UserAsync(gateway, "bob"));
        await LookAsync(gateway);
        gateway.Slack.Workspace.RemoveUser(SlackId(gateway, ada));
        await LookAsync(gateway);
        Assert.Equal(("Broken", "Settled"), (gateway.State(ada), gateway.State(bob)));
        Assert.Equal(["deleted in Slack"], gateway.OwnDoings());
        var gone = Assert.Single(gateway.Links(new LinkQuery()), one => one.Link.State == LinkState.Broken).Link;
        Assert.Null(gone.ActiveInSlack);
        Assert.Equal(Actor.Operator, gone.Reason!.Who);
        Assert.StartsWith("Let the provider send it again", gone.Reason.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_deleted_user_had_is_free_when_Slack_has_the_account_no_more()
    {
        await using var gateway = await StartAsync(_reporting);
        var (_, ada, _) = await gateway.SendAsync(HttpMethod.Post, "Users", Known("ada", "1"));
        var slackId = SlackId(gateway, (string)ada!["id"]!);
        await gateway.SendAsync(HttpMethod.Delete, $"Users/{ada["id"]}");
        await gateway.QuietAsync();
        gateway.Slack.Workspace.RemoveUser(slackId);
        await LookAsync(gateway);

        var (status, eve, _) = await gateway.SendAsync(HttpMethod.Post, "Users", Known("eve", "2"));
        await gateway.QuietAsync();

        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal("Settled", gateway.State((string)eve!["id"]!));
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync("ada@corp.example"))));
    }

    [Fact]
    public async Task A_group_of_which_somebody_has_taken_a_member_out_stands_in_the_preview_as_changed_in_Slack()
    {
        await using var gateway = await StartAsync(_reporting);
        var crew = await GroupAsync(gateway, "Crew", [.. await PeopleAsync(gateway, 2)]);
        await LookAsync(gateway);
        gateway.Slack.Workspace.ChangeGroup(SlackId(gateway, crew), new JsonObject { ["members"] = new JsonArray() });
        await LookAsync(gateway);
        await LookAsync(gateway);

        await gateway.Connection.BeginShadowAsync();
        var preview = await gateway.Changes.PreviewAsync(new TenantChange.GoOn(EndsShadow: true));

        Assert.Equal(1, preview.Outlooks["LeftAlone"]["ChangedInSlack"]);
    }

    [Fact]
    public async Task The_name_of_a_deleted_group_that_was_left_in_Slack_is_free_when_it_is_gone_there()
    {
        await using var gateway = await StartAsync(
            _reporting with
            {
                DeleteGroups = false,
                WhenNotAllowed = NotAllowed.Skip,
            }
        );
        var people = await PeopleAsync(gateway, 2);
        var (crew, other) = (
            await GroupAsync(gateway, "Crew", people[0]),
            await GroupAsync(gateway, "Band", people[1])
        );
        await LookAsync(gateway);
        var slackId = SlackId(gateway, crew);
        await gateway.SendAsync(HttpMethod.Delete, $"Groups/{crew}");
        await gateway.QuietAsync();
        gateway.Slack.Workspace.RemoveGroup(slackId);
        await LookAsync(gateway);

        var (status, _, _) = await PatchGroupAsync(gateway, other, Rename("Crew"));

        Assert.Equal(HttpStatusCode.NoContent, status);
        Assert.Equal(["person001"], await InSlackAsync(gateway, "Crew"));
    }

    [Theory]
    [InlineData(DriftHandling.Report, Remark.DriftReported)]
    [InlineData(DriftHandling.Restore, Remark.DriftRestored)]
    public async Task What_somebody_has_deleted_in_Slack_is_counted_and_named(DriftHandling handling, Remark remark)
    {
        await using var gateway = await StartAsync(_reporting with { Drift = handling });
        var ada = await UserAsync(gateway, "ada");
        var crew = await GroupAsync(gateway, "Crew", await UserAsync(gateway, "bob"));
        await LookAsync(gateway);
        gateway.Slack.Workspace.RemoveUser(SlackId(gateway, ada));
        gateway.Slack.Workspace.RemoveGroup(SlackId(gateway, crew));

        _clock.Advance(TimeSpan.FromMinutes(2));
        var found = await gateway.ImportAsync();

        Assert.Equal((1, 1), (found.Of(Kind.User, Remark.DriftReported), found.Of(Kind.Group, remark)));
        Assert.Equal(
            [ada, crew],
            found.Drifted.Where(one => one.Fields.SequenceEqual(["Deleted"])).Select(one => $"{one.Resource}")
        );
        Assert.Equal((1, 0), (found.Of(Kind.User, Found.Claimed), found.Of(Kind.Group, Found.Claimed)));
    }

    [Fact]
    public async Task An_address_that_somebody_gave_an_account_by_hand_is_anothers_again_when_it_has_its_own_back()
    {
        await using var gateway = await StartAsync(_reporting with { UserSlackCannotHold = Unholdable.Refuse });
        var ada = await UserAsync(gateway, "ada");
        await LookAsync(gateway);
        Address(gateway, ada, "eve@corp.example");

        // Slack says whose it is; after a look the gateway knows.
        foreach (var isSeen in (bool[])[false, true])
        {
            if (isSeen)
                await LookAsync(gateway);
            var (status, body, _) = await gateway.SendAsync(HttpMethod.Post, "Users", User("eve", "eve@corp.example"));
            Assert.Equal(HttpStatusCode.Conflict, status);
            Assert.Contains(isSeen ? ada : SlackId(gateway, ada), (string)body!["detail"]!, StringComparison.Ordinal);
        }

        Address(gateway, ada, "ada@corp.example");
        await LookAsync(gateway);
        await LookAsync(gateway);
        Assert.Equal(
            HttpStatusCode.Created,
            (await gateway.SendAsync(HttpMethod.Post, "Users", User("eve", "eve@corp.example"))).Status
        );
    }

    // Whoever it is has this address.
    private static string Known(string name, string externalId)
    {
        var user = JsonNode.Parse(User(name, "ada@corp.example"))!;
        user["externalId"] = externalId;
        return user.ToJsonString();
    }

    private static void Address(Gateway gateway, string id, string address) =>
        gateway.Slack.Workspace.ChangeUser(
            SlackId(gateway, id),
            new JsonObject { ["emails"] = new JsonArray(new JsonObject { ["value"] = address, ["primary"] = true }) }
        );

    private static readonly Preferences _guarded = DemoTenant.Lenient with
    {
        Drift = DriftHandling.Restore,
        GuardedAccounts = 2,
        GuardedMembers = 2,
    };

    private static readonly Preferences _reporting = DemoTenant.Lenient with { Drift = DriftHandling.Report };

    private Task<Gateway> StartAsync(Preferences preferences) =>
        Gateway.StartAsync(new Setting { Clock = _clock, Preferences = preferences });

    // Two who were let out by hand, one with another title, and one who was taken out of a group: all of it reported.
    private async Task<(List<string> People, string Crew)> DriftedAsync(Gateway gateway)
    {
        var people = await PeopleAsync(gateway, 4);
        await PatchAsync(gateway, people[2], "title", "\"Countess\"");
        var crew = await GroupAsync(gateway, "Crew", people[2], people[3]);
        _clock.Advance(TimeSpan.FromMinutes(61));
        DeactivateByHand(gateway, people[0]);
        DeactivateByHand(gateway, people[1]);
        Change(gateway, people[2], "title", "Lady");
        InSlack(gateway, crew, people[2]);
        await LookAsync(gateway);
        await LookAsync(gateway);
        Assert.Equal(4, gateway.OwnDoings().Count);
        Assert.Equal(["person002"], await InSlackAsync(gateway, "Crew"));
        return (people, crew);
    }

    private static async Task AssertSetBackAsync(Gateway gateway, List<string> people, string crew)
    {
        Assert.Equal(4, await ActiveAsync(gateway));
        Assert.Equal("Countess", (string?)Assert.Single(await gateway.AccountsAsync("person002@"))["title"]);
        Assert.Equal(["person002", "person003"], await InSlackAsync(gateway, "Crew"));
        Assert.Equal(2, (await MembersAsync(gateway, crew)).Count);
        Assert.Equal(4, people.Count);
    }

    private async Task LookAsync(Gateway gateway)
    {
        _clock.Advance(TimeSpan.FromMinutes(2));
        await gateway.ImportAsync();
    }

    // In all looks, since the sweep may have had the second one by itself.
    private static int Said(Gateway gateway, Remark remark)
    {
        using var kept = gateway.Kept();
        return kept.Jobs.AsEnumerable().Sum(job => ImportProgress.Parse(job.Progress).Of(Kind.User, remark));
    }

    private static async Task<int> ActiveAsync(Gateway gateway) =>
        (await gateway.AccountsAsync("person")).Count(Active);

    private static ResourceId Id(string id) => new(Guid.Parse(id));

    private static ResourceId? Claimant(Gateway gateway, LinkId link)
    {
        using var kept = gateway.Kept();
        return kept.Links.Single(one => one.Id == link).ClaimantId;
    }

    private static void Change(Gateway gateway, string id, string field, JsonNode value) =>
        gateway.Slack.Workspace.ChangeUser(SlackId(gateway, id), new JsonObject { [field] = value });

    private static void InSlack(Gateway gateway, string group, params string[] users) =>
        gateway.Slack.Workspace.ChangeGroup(
            SlackId(gateway, group),
            new JsonObject
            {
                ["members"] = new JsonArray([.. users.Select(user => JsonValue.Create(SlackId(gateway, user)))]),
            }
        );
}
