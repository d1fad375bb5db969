using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Host.Demo;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Reads;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Policy;

/// <summary>
/// What a preference, a rule or the guard leaves out: it stays out of Slack whatever is said of it besides, it is not
/// removed, and when it may come in again, so do its groups.
/// </summary>
public class LeftOutTests
{
    private static readonly Preferences _skipping = DemoTenant.Lenient with { WhenNotAllowed = NotAllowed.Skip };

    private static readonly Preferences _noCreates = _skipping with { CreateUsers = false };

    [Theory]
    [InlineData("left out", "PUT")]
    [InlineData("left out", "replace")]
    [InlineData("left out", "remove")]
    [InlineData("dismissed", "PUT")]
    [InlineData("dismissed", "remove")]
    public async Task A_deleted_user_whose_account_stays_leaves_the_group_by_a_list_without_him(string why, string how)
    {
        await using var gateway = await StartAsync(
            _skipping with
            {
                DeprovisionUsers = why != "left out",
                GuardedAccounts = why == "dismissed" ? 1 : 0,
            }
        );
        var (ada, bob, carol) = (
            await UserAsync(gateway, "ada"),
            await UserAsync(gateway, "bob"),
            await UserAsync(gateway, "carol")
        );
        var crew = await GroupAsync(gateway, "Crew", ada, bob);
        foreach (var leaver in (string[])[carol, bob])
            Assert.Equal(
                HttpStatusCode.NoContent,
                (await gateway.SendAsync(HttpMethod.Delete, $"Users/{leaver}")).Status
            );
        await gateway.QuietAsync();
        if (why == "dismissed")
            await gateway.Holds.DismissAsync([Assert.Single(gateway.Holds.List()).Id]);
        await gateway.QuietAsync();
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync("bob@corp.example"))));

        if (how == "PUT")
            await gateway.SendAsync(HttpMethod.Put, $"Groups/{crew}", Group("Crew", ada));
        else
            await MembersAsync(
                gateway,
                crew,
                how == "remove"
                    ? """{"op":"remove","path":"members"}"""
                    : $$"""{"op":"replace","path":"members","value":[{{Member(ada)}}]}"""
            );
        await gateway.QuietAsync();

        Assert.Equal(how == "remove" ? [] : ["ada"], await InSlackAsync(gateway, "Crew"));
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync("bob@corp.example"))));
    }

    [Fact]
    public async Task Whose_deactivation_was_left_out_comes_into_the_group_once_active_again()
    {
        await using var gateway = await StartAsync(_skipping with { DisableUsers = false });
        var (ada, crew) = (await UserAsync(gateway, "ada"), await GroupAsync(gateway, "Crew"));
        await PatchAsync(gateway, ada, "active", "false");
        await MembersAsync(gateway, crew, Add(ada));
        Assert.Empty(await InSlackAsync(gateway, "Crew"));

        await PatchAsync(gateway, ada, "active", "true");
        await gateway.QuietAsync();

        Assert.Equal(["ada"], await InSlackAsync(gateway, "Crew"));
    }

    [Fact]
    public async Task Whose_activation_was_left_out_is_blocked_and_says_why()
    {
        var closed = _skipping with { UpdateUsers = false, DisableUsers = false };
        await using var gateway = await StartAsync(_skipping);
        var ada = await UserAsync(gateway, "ada");
        await PatchAsync(gateway, ada, "active", "false");
        await gateway.ChangeAsync(new TenantChange.OtherPreferences(closed));

        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, ada, "active", "true"));
        await gateway.QuietAsync();

        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("ada@corp.example"))));
        Assert.Equal("Blocked", gateway.State(ada));
        Assert.Equal(ReasonCode.UserLeftOut, Why(gateway));
        await gateway.ChangeAsync(new TenantChange.OtherPreferences(_skipping, ReleasesLeftOut: true));
        await gateway.QuietAsync();
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync("ada@corp.example"))));
        Assert.Equal("Settled", gateway.State(ada));
    }

    [Fact]
    public async Task Who_is_a_guest_by_what_was_left_out_is_not_let_in_as_a_member()
    {
        await using var gateway = await StartAsync(_skipping);
        var ada = await UserAsync(gateway, "ada");
        await PatchAsync(gateway, ada, "active", "false");
        await gateway.ChangeAsync(
            new TenantChange.OtherPreferences(_skipping with { UpdateUsers = false, DisableUsers = false })
        );
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, ada, $"{Guest}:type", "\"multi\""));
        await gateway.ChangeAsync(new TenantChange.OtherPreferences(_skipping));

        await PatchAsync(gateway, ada, "active", "true");
        await gateway.QuietAsync();

        Assert.False(Active(Assert.Single(await gateway.AccountsAsync("ada@corp.example"))));
        Assert.Equal(ReasonCode.UserLeftOut, Why(gateway));
        await PatchAsync(gateway, ada, $"{Guest}:type", "\"multi\"");
        await gateway.QuietAsync();
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync("ada@corp.example"))));
        Assert.Equal("Settled", gateway.State(ada));
    }

    [Fact]
    public async Task Whose_deactivation_the_guard_held_comes_into_the_group_once_active_again()
    {
        await using var gateway = await StartAsync(DemoTenant.Lenient with { GuardedAccounts = 1 });
        var people = await PeopleAsync(gateway, 2);
        var crew = await GroupAsync(gateway, "Crew");
        await PatchAsync(gateway, people[0], "active", "false");
        await PatchAsync(gateway, people[1], "active", "false");
        Assert.Equal("Held", gateway.State(people[1]));
        await MembersAsync(gateway, crew, Add(people[1]));

        await PatchAsync(gateway, people[1], "active", "true");
        await gateway.QuietAsync();

        Assert.Equal(["person001"], await InSlackAsync(gateway, "Crew"));
    }

    [Fact]
    public async Task Whose_removal_the_guard_held_leaves_the_groups_of_before_when_made_again()
    {
        await using var gateway = await StartAsync(DemoTenant.Lenient with { GuardedAccounts = 1 });
        var people = await PeopleAsync(gateway, 2);
        var crew = await GroupAsync(gateway, "Crew", [.. people]);
        await gateway.SendAsync(HttpMethod.Delete, $"Users/{people[0]}");
        await gateway.SendAsync(HttpMethod.Delete, $"Users/{people[1]}");
        Assert.Equal(["person001"], (await InSlackAsync(gateway, "Crew")).Except(["person000"]));

        var again = await UserAsync(gateway, "person001");
        await gateway.QuietAsync();

        Assert.DoesNotContain("person001", await InSlackAsync(gateway, "Crew"));
        await MembersAsync(gateway, crew, Add(again));
        Assert.Contains("person001", await InSlackAsync(gateway, "Crew"));
    }

    [Fact]
    public async Task Whom_a_preference_did_not_let_in_again_stays_out_whatever_the_provider_changes()
    {
        await using var gateway = await StartAsync(_noCreates, Account());
        var adopted = await UserAsync(gateway, "ada");
        Assert.True(await IsActiveAsync(gateway));
        await gateway.SendAsync(HttpMethod.Delete, $"Users/{adopted}");
        Assert.False(await IsActiveAsync(gateway));

        var again = await UserAsync(gateway, "ada");
        await gateway.QuietAsync();
        Assert.Equal(ReasonCode.UserLeftOut, Why(gateway, again));
        await PatchAsync(gateway, again, "active", "true");
        Assert.StartsWith("skip: Creating users", LastVerdict(gateway), StringComparison.Ordinal);
        await PatchAsync(gateway, again, "title", "\"Pilot\"");
        Assert.StartsWith("skip: Creating users", LastVerdict(gateway), StringComparison.Ordinal);

        await gateway.QuietAsync();
        Assert.False(await IsActiveAsync(gateway));
        Assert.Equal(ReasonCode.UserLeftOut, Why(gateway, again));
        await gateway.SendAsync(HttpMethod.Delete, $"Users/{again}");
        await gateway.QuietAsync();
        Assert.False(await IsActiveAsync(gateway));
    }

    [Fact]
    public async Task Whom_a_preference_did_not_let_in_again_comes_in_when_it_allows_it()
    {
        await using var gateway = await StartAsync(_noCreates, Account());
        await gateway.SendAsync(HttpMethod.Delete, $"Users/{await UserAsync(gateway, "ada")}");
        var again = await UserAsync(gateway, "ada");

        await gateway.ChangeAsync(new TenantChange.OtherPreferences(_skipping, ReleasesLeftOut: true));
        await gateway.QuietAsync();

        Assert.True(await IsActiveAsync(gateway));
        Assert.Equal("Settled", gateway.State(again));
    }

    [Theory]
    [InlineData("delete")]
    [InlineData("dismiss")]
    public async Task A_leaver_who_was_left_out_leaves_when_the_other_person_on_the_account_is_decided_about(string end)
    {
        await using var gateway = await StartAsync(_skipping with { DeprovisionUsers = false });
        await Meeting.DeleteAsync(gateway, await Meeting.MakeAsync(gateway, "sk", "sk@x.example", "1"));
        var second = await Meeting.MakeAsync(gateway, "sk", "sk@x.example", "2");
        Assert.Equal("Held", gateway.State(second));

        await gateway.ChangeAsync(new TenantChange.OtherPreferences(_skipping, ReleasesLeftOut: true));
        if (end == "delete")
            await Meeting.DeleteAsync(gateway, second);
        else
            await Meeting.DismissAllAsync(gateway);
        await gateway.QuietAsync();

        Assert.All(await gateway.AccountsAsync("sk@x.example"), account => Assert.False(Active(account)));
    }

    [Theory]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    public async Task Whom_no_rule_ever_admitted_is_neither_changed_nor_removed(string method)
    {
        await using var gateway = await StartAsync(_skipping, Account());
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));
        var ada = await UserAsync(gateway, "ada");
        await gateway.CallsAsync();

        if (method == "DELETE")
            await gateway.SendAsync(HttpMethod.Delete, $"Users/{ada}");
        else
            await PatchAsync(gateway, ada, "active", "false");
        await gateway.QuietAsync();

        Assert.True(await IsActiveAsync(gateway));
        Assert.Empty(await gateway.CallsAsync());
    }

    [Fact]
    public async Task Who_stays_frozen_in_Slack_leaves_when_the_provider_deletes_the_user()
    {
        await using var gateway = await StartAsync(_skipping);
        var ada = await UserAsync(gateway, "ada");
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));
        await gateway.QuietAsync();
        await PatchAsync(gateway, ada, "displayName", "\"Ada L\"");
        Assert.True(await IsActiveAsync(gateway));

        await gateway.SendAsync(HttpMethod.Delete, $"Users/{ada}");
        await gateway.QuietAsync();

        Assert.False(await IsActiveAsync(gateway));
    }

    [Theory]
    [InlineData("PATCH")]
    [InlineData("PUT")]
    public async Task Who_stays_frozen_in_Slack_leaves_when_the_provider_disables_the_user(string method)
    {
        await using var gateway = await StartAsync(_skipping);
        var ada = await UserAsync(gateway, "ada");
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));
        await gateway.QuietAsync();
        await PatchAsync(gateway, ada, "displayName", "\"Ada L\"");
        await gateway.CallsAsync();

        if (method == "PATCH")
            await PatchAsync(gateway, ada, "active", "false");
        else
        {
            var leaver = JsonNode.Parse(User("ada", "ada@corp.example"))!;
            (leaver["active"], leaver["title"]) = (false, "Pilot");
            await gateway.SendAsync(HttpMethod.Put, $"Users/{ada}", leaver.ToJsonString());
        }
        await gateway.QuietAsync();

        Assert.False(await IsActiveAsync(gateway));
        Assert.Equal(new Dictionary<string, int> { ["PATCH /Users/{id}"] = 1 }, await CallsAsync(gateway));
        Assert.Equal(ReasonCode.OutOfScope, Why(gateway, ada));
        await PatchAsync(gateway, ada, "active", "true");
        Assert.False(await IsActiveAsync(gateway));
    }

    [Fact]
    public async Task Who_is_frozen_is_counted_among_the_leavers_and_rules_release_nobody_whom_the_guard_holds()
    {
        await using var gateway = await StartAsync(_skipping with { GuardedAccounts = 1 });
        var people = await PeopleAsync(gateway, 3);
        await PatchAsync(gateway, people[0], "active", "false");
        await PatchAsync(gateway, people[1], "active", "false");
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));
        await gateway.QuietAsync();
        await PatchAsync(gateway, people[2], "active", "false");
        await gateway.QuietAsync();

        Assert.Equal(["Held", "Held"], people.Skip(1).Select(gateway.State));
        Assert.Equal(2, (await gateway.AccountsAsync("person")).Count(Active));
        await gateway.Holds.ReleaseAsync([.. gateway.Holds.List().Select(hold => hold.Id)]);
        await gateway.QuietAsync();
        Assert.Equal(0, (await gateway.AccountsAsync("person")).Count(Active));
    }

    [Fact]
    public async Task A_leaver_whom_a_preference_left_in_and_other_rules_freeze_leaves_once_that_is_released()
    {
        await using var gateway = await StartAsync(_skipping);
        var ada = await UserAsync(gateway, "ada");
        await gateway.ChangeAsync(
            new TenantChange.OtherPreferences(_skipping with { UpdateUsers = false, DisableUsers = false })
        );
        await PatchAsync(gateway, ada, "active", "false");
        Assert.Equal(("Blocked", ReasonCode.UserLeftOut), (gateway.State(ada), Why(gateway, ada)));
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));
        await gateway.QuietAsync();
        Assert.True(await IsActiveAsync(gateway));

        await gateway.ChangeAsync(new TenantChange.OtherPreferences(_skipping, ReleasesLeftOut: true));
        await gateway.QuietAsync();

        Assert.False(await IsActiveAsync(gateway));
    }

    [Fact]
    public async Task Who_was_frozen_before_leaves_once_a_preference_has_whom_no_rule_admits_leave()
    {
        await using var gateway = await StartAsync(_skipping);
        var (ada, bob) = (await UserAsync(gateway, "ada"), await UserAsync(gateway, "bob"));
        await PatchAsync(gateway, bob, "title", "\"crew\"");
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));
        await gateway.QuietAsync();

        var preview = await gateway.ChangeAsync(
            new TenantChange.OtherPreferences(_skipping with { DeprovisionOnRuleDeletion = true })
        );
        await gateway.QuietAsync();

        Assert.Equal(1, preview.Counts["DeactivateUser"]);
        Assert.False(await IsActiveAsync(gateway));
        Assert.Equal(("Blocked", "Settled"), (gateway.State(ada), gateway.State(bob)));
        Assert.True(Active(Assert.Single(await gateway.AccountsAsync("bob@corp.example"))));
    }

    [Fact]
    public async Task A_deletion_that_was_dismissed_says_so_and_is_an_operators_again_when_the_provider_repeats_it()
    {
        await using var gateway = await StartAsync(DemoTenant.Lenient with { GuardedAccounts = 1 });
        var people = await PeopleAsync(gateway, 2);
        foreach (var person in people)
            await gateway.SendAsync(HttpMethod.Delete, $"Users/{person}");
        await gateway.Holds.DismissAsync([Assert.Single(gateway.Holds.List()).Id]);
        await gateway.QuietAsync();

        Assert.Equal(("Blocked", ReasonCode.Dismissed), (gateway.State(people[1]), Why(gateway, people[1])));
        Assert.Equal(1, (await gateway.AccountsAsync("person")).Count(Active));

        var again = await UserAsync(gateway, "person001");
        Assert.Equal("Settled", gateway.State(again));
        await gateway.SendAsync(HttpMethod.Delete, $"Users/{again}");
        await gateway.Holds.ReleaseAsync([Assert.Single(gateway.Holds.List()).Id]);
        await gateway.QuietAsync();
        Assert.Equal(0, (await gateway.AccountsAsync("person")).Count(Active));
    }

    [Fact]
    public async Task A_deletion_that_a_preference_left_out_says_so_and_is_told_once_it_is_released()
    {
        var keeping = _skipping with { DeprovisionUsers = false, DeleteGroups = false };
        await using var gateway = await StartAsync(keeping);
        var ada = await UserAsync(gateway, "ada");
        var crew = await GroupAsync(gateway, "Crew", ada);
        await gateway.SendAsync(HttpMethod.Delete, $"Groups/{crew}");
        await gateway.SendAsync(HttpMethod.Delete, $"Users/{ada}");
        await gateway.QuietAsync();
        Assert.Equal(("Blocked", ReasonCode.UserLeftOut), (gateway.State(ada), Why(gateway, ada)));
        Assert.Equal(("Blocked", ReasonCode.GroupLeftOut), (gateway.State(crew), Why(gateway, crew)));

        var preview = await gateway.ChangeAsync(new TenantChange.OtherPreferences(_skipping, ReleasesLeftOut: true));
        await gateway.QuietAsync();

        Assert.Equal((1, 1), (preview.Counts["DeactivateUser"], preview.Counts["DeleteGroup"]));
        Assert.False(await IsActiveAsync(gateway));
        Assert.Empty(await GroupsAsync(gateway));
        Assert.Equal(["Settled", "Settled"], new[] { ada, crew }.Select(gateway.State));
    }

    [Fact]
    public async Task A_group_that_a_preference_did_not_let_in_again_is_neither_changed_nor_removed()
    {
        await using var gateway = await StartAsync(_skipping with { DeleteGroups = false, CreateGroups = false });
        gateway.Slack.Workspace.MakeGroup(new JsonObject { ["id"] = "SCREW", ["displayName"] = "Crew" });
        await gateway.ImportAsync();
        var adopted = await GroupAsync(gateway, "Crew");
        await gateway.SendAsync(HttpMethod.Delete, $"Groups/{adopted}");
        var again = await GroupAsync(gateway, "Crew");
        await gateway.QuietAsync();
        await gateway.CallsAsync();

        await PatchGroupAsync(gateway, again, Rename("Band"));
        await PatchGroupAsync(gateway, again, Add(await UserAsync(gateway, "ada")));
        await gateway.ChangeAsync(new TenantChange.OtherPreferences(_skipping with { CreateGroups = false }));
        await gateway.SendAsync(HttpMethod.Delete, $"Groups/{again}");
        await gateway.QuietAsync();

        Assert.Empty(await InSlackAsync(gateway, "Crew"));
    }

    private static JsonObject Account() =>
        new()
        {
            ["id"] = "UADA",
            ["userName"] = "ada",
            ["emails"] = new JsonArray(new JsonObject { ["value"] = "ada@corp.example", ["primary"] = true }),
        };

    [Fact]
    public async Task A_user_who_leaves_the_scope_stays_in_Slack_when_an_operator_dismisses_that()
    {
        await using var gateway = await StartAsync(DemoTenant.Lenient with { GuardedAccounts = 1 });
        var people = await PeopleAsync(gateway, 2);
        foreach (var person in people)
            await PatchAsync(gateway, person, "title", "\"crew\"");
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));
        await PatchAsync(gateway, people[0], "active", "false");
        await PatchAsync(gateway, people[1], "title", "\"guest\"");

        await gateway.Holds.DismissAsync([Assert.Single(gateway.Holds.List()).Id]);
        await gateway.QuietAsync();

        Assert.Equal(("Blocked", ReasonCode.Dismissed), (gateway.State(people[1]), Why(gateway, people[1])));
        Assert.Equal(1, (await gateway.AccountsAsync("person")).Count(Active));

        await gateway.SendAsync(HttpMethod.Delete, $"Users/{people[1]}");
        await gateway.Holds.ReleaseAsync([Assert.Single(gateway.Holds.List()).Id]);
        await gateway.QuietAsync();
        Assert.Equal(0, (await gateway.AccountsAsync("person")).Count(Active));
    }

    [Fact]
    public async Task A_user_whom_a_preference_keeps_in_Slack_is_out_of_scope_until_the_provider_disables_the_user()
    {
        await using var gateway = await StartAsync(_skipping with { DeprovisionUsers = false });
        var id = await UserAsync(gateway, "ada");
        await PatchAsync(gateway, id, "title", "\"crew\"");
        await gateway.ChangeAsync(new TenantChange.OtherRules([Titled("crew")]));

        await PatchAsync(gateway, id, "title", "\"guest\"");
        Assert.True(await IsActiveAsync(gateway));
        Assert.Equal(("Blocked", ReasonCode.OutOfScope), (gateway.State(id), Why(gateway, id)));

        await gateway.ChangeAsync(new TenantChange.OtherPreferences(_skipping, ReleasesLeftOut: true));
        await gateway.QuietAsync();
        Assert.Equal(("Blocked", ReasonCode.OutOfScope), (gateway.State(id), Why(gateway, id)));

        await PatchAsync(gateway, id, "active", "false");
        await gateway.QuietAsync();
        Assert.False(await IsActiveAsync(gateway));
    }

    private static Rule Titled(string title) => new() { Name = title, Filter = $"title eq \"{title}\"" };

    private static async Task<bool> IsActiveAsync(Gateway gateway) =>
        Active(Assert.Single(await gateway.AccountsAsync("ada@corp.example")));

    private static ReasonCode? Why(Gateway gateway, string id)
    {
        using var kept = gateway.Kept();
        return kept.Of(id).Reason?.Code;
    }

    private static string LastVerdict(Gateway gateway)
    {
        using var kept = gateway.Kept();
        return kept.Operations.AsEnumerable().Where(line => line.SourceId is not null).MaxBy(line => line.At)!.Verdict;
    }

    private static ReasonCode? Why(Gateway gateway) =>
        Assert.Single(gateway.Links(new LinkQuery { Contains = "ada@corp.example" })).Link.Reason?.Code;
}
