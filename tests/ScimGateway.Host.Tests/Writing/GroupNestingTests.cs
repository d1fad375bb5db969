using System.Net;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using ScimGateway.Host.Demo;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Reads;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Writing;

/// <summary>
/// Groups in groups: shown as they are, and at Slack, by preference, everybody in a group is in those around it.
/// </summary>
public class GroupNestingTests
{
    private static readonly Preferences _flat = DemoTenant.Lenient with { NestedGroups = NestedGroups.Flatten };

    [Fact]
    public async Task Kept_they_are_shown_and_nobody_comes_in_by_them()
    {
        await using var gateway = await Gateway.StartAsync();
        var ada = await UserAsync(gateway, "ada");
        var inner = await GroupAsync(gateway, "Inner", ada);
        var outer = await GroupAsync(gateway, "Outer", inner);

        Assert.Equal([inner], await MembersAsync(gateway, outer));
        Assert.Empty(await InSlackAsync(gateway, "Outer"));
    }

    [Fact]
    public async Task Who_is_in_more_groups_than_may_be_around_one_leaves_them_all()
    {
        await using var gateway = await Gateway.StartAsync();
        var ada = await UserAsync(gateway, "ada");
        var inner = await GroupAsync(gateway, "Inner", ada);
        for (var i = 0; i < 101; i++)
            await GroupAsync(gateway, $"Outer {i}", inner);
        await gateway.ChangeAsync(new TenantChange.OtherPreferences(_flat));
        await gateway.QuietAsync();
        Assert.Equal(["ada"], await InSlackAsync(gateway, "Outer 100"));

        var (status, _, _) = await PatchGroupAsync(gateway, inner, Remove(ada));
        await gateway.QuietAsync();

        Assert.Equal(HttpStatusCode.NoContent, status);
        foreach (var group in (string[])["Inner", "Outer 0", "Outer 100"])
            Assert.Empty(await InSlackAsync(gateway, group));
        Assert.Equal(HttpStatusCode.BadRequest, (await PatchGroupAsync(gateway, inner, Add(ada))).Status);
    }

    [Fact]
    public async Task What_the_guard_holds_in_the_groups_around_is_noted_of_the_request_that_asks_for_it()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = _flat with { GuardedMembers = 1 } }
        );
        var people = await PeopleAsync(gateway, 4);
        var inner = await GroupAsync(gateway, "Inner", [.. people]);
        await GroupAsync(gateway, "Outer", inner);
        await gateway.QuietAsync();
        Assert.Equal(4, (await InSlackAsync(gateway, "Outer")).Count);

        await gateway.SendAsync(HttpMethod.Delete, $"Groups/{inner}");
        await gateway.QuietAsync();

        var held = gateway.Holds.List().Count(hold => hold.MemberId is not null);
        Assert.InRange(held, 1, 3);
        Assert.Contains(
            $"blocked: {held} of the members of groups around it: ",
            gateway.LastNotes(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task Flattened_who_is_in_a_group_is_at_Slack_in_those_around_it_and_shown_where_it_was_put()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = _flat });
        var (ada, bob, eve) = (
            await UserAsync(gateway, "ada"),
            await UserAsync(gateway, "bob"),
            await UserAsync(gateway, "eve")
        );
        var inner = await GroupAsync(gateway, "Inner", ada);
        var middle = await GroupAsync(gateway, "Middle", inner, bob);
        var outer = await GroupAsync(gateway, "Outer", middle, bob);
        Assert.Equal(["ada", "bob"], await InSlackAsync(gateway, "Middle"));
        Assert.Equal(["ada", "bob"], await InSlackAsync(gateway, "Outer"));
        Assert.Equal(Sorted(middle, bob), await MembersAsync(gateway, outer));

        // One more deep inside is one call for each group.
        await gateway.CallsAsync();
        await MembersAsync(gateway, inner, Add(eve));
        await gateway.QuietAsync();
        Assert.Equal(["ada", "bob", "eve"], await InSlackAsync(gateway, "Outer"));
        Assert.Equal(new Dictionary<string, int> { ["PATCH /Groups/{id}"] = 3 }, await CallsAsync(gateway));
        var groups = (await gateway.SendAsync(HttpMethod.Get, $"Users/{eve}")).Body!["groups"]!.AsArray();
        Assert.Equal(inner, (string?)Assert.Single(groups)!["value"]);

        // Who is there by himself, too, stays.
        await MembersAsync(gateway, inner, Add(bob));
        await MembersAsync(gateway, outer, Remove(bob));
        await MembersAsync(gateway, inner, Remove(ada));
        await gateway.QuietAsync();
        Assert.Equal(["bob", "eve"], await InSlackAsync(gateway, "Outer"));
        await MembersAsync(gateway, inner, """{"op":"remove","path":"members"}""");
        await gateway.QuietAsync();
        Assert.Equal(["bob"], await InSlackAsync(gateway, "Outer"));

        await MembersAsync(gateway, outer, Remove(middle));
        await gateway.QuietAsync();
        Assert.Empty(await InSlackAsync(gateway, "Outer"));
        Assert.Empty(await MembersAsync(gateway, outer));
    }

    [Fact]
    public async Task A_group_that_is_deleted_takes_its_members_out_of_those_around_it_and_one_that_comes_later_brings_its_own()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = _flat });
        var (ada, bob) = (await UserAsync(gateway, "ada"), await UserAsync(gateway, "bob", active: false));
        var inner = await GroupAsync(gateway, "Inner");
        await GroupAsync(gateway, "Outer", inner);
        await MembersAsync(gateway, inner, Add(ada, bob));
        await gateway.QuietAsync();
        Assert.Equal(["ada"], await InSlackAsync(gateway, "Outer"));
        Assert.Equal(HttpStatusCode.OK, await PatchAsync(gateway, bob, "active", "true"));
        await gateway.QuietAsync();
        Assert.Equal(["ada", "bob"], await InSlackAsync(gateway, "Outer"));

        Assert.Equal(HttpStatusCode.NoContent, (await gateway.SendAsync(HttpMethod.Delete, $"Groups/{inner}")).Status);
        await gateway.QuietAsync();

        Assert.Empty(await InSlackAsync(gateway, "Outer"));
    }

    [Fact]
    public async Task A_deletion_that_Slack_refuses_leaves_everybody_where_he_was()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = _flat });
        var inner = await GroupAsync(gateway, "Inner", await UserAsync(gateway, "ada"));
        await GroupAsync(gateway, "Outer", inner);
        await gateway.WeatherAsync(
            """{"method":"DELETE","path":"/Groups/{id}","status":400,"description":"idp_group_linked_to_channels"}"""
        );

        Assert.Equal(HttpStatusCode.Forbidden, (await gateway.SendAsync(HttpMethod.Delete, $"Groups/{inner}")).Status);
        await gateway.QuietAsync();

        Assert.Equal(["ada"], await InSlackAsync(gateway, "Outer"));
    }

    [Fact]
    public async Task Groups_that_are_in_each_other_have_the_same_people_at_Slack()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = _flat });
        var (ada, bob) = (await UserAsync(gateway, "ada"), await UserAsync(gateway, "bob"));
        var one = await GroupAsync(gateway, "One", ada);
        var two = await GroupAsync(gateway, "Two", bob, one);
        await MembersAsync(gateway, one, Add(two));
        await gateway.QuietAsync();
        Assert.Equal(["ada", "bob"], await InSlackAsync(gateway, "One"));
        Assert.Equal(["ada", "bob"], await InSlackAsync(gateway, "Two"));

        await MembersAsync(gateway, one, Remove(ada));
        await gateway.QuietAsync();
        Assert.Equal(["bob"], await InSlackAsync(gateway, "One"));
        Assert.Equal(["bob"], await InSlackAsync(gateway, "Two"));
    }

    [Fact]
    public async Task Who_leaves_by_way_of_a_group_counts_for_the_guard_of_the_group_around_it()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = _flat with { GuardedMembers = 2 } }
        );
        var people = await PeopleAsync(gateway, 5);
        var inner = await GroupAsync(gateway, "Inner", [.. people]);
        var outer = await GroupAsync(gateway, "Outer", inner);

        await MembersAsync(gateway, outer, Remove(inner));
        await gateway.QuietAsync();

        Assert.Equal(3, (await InSlackAsync(gateway, "Outer")).Count);
        Assert.Equal(5, (await InSlackAsync(gateway, "Inner")).Count);
        Assert.Equal(3, gateway.Holds.List().Count);
    }

    [Fact]
    public async Task Another_preference_counts_when_everything_is_planned_again()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = _flat });
        var inner = await GroupAsync(gateway, "Inner", await UserAsync(gateway, "ada"));
        await GroupAsync(gateway, "Outer", inner, await UserAsync(gateway, "bob"));
        Assert.Equal(["ada", "bob"], await InSlackAsync(gateway, "Outer"));

        await PreferAsync(gateway, _flat with { NestedGroups = NestedGroups.Keep });
        Assert.Equal(["bob"], await InSlackAsync(gateway, "Outer"));

        await PreferAsync(gateway, _flat);
        Assert.Equal(["ada", "bob"], await InSlackAsync(gateway, "Outer"));
    }

    [Fact]
    public async Task More_groups_around_one_than_can_be_followed_are_refused()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = _flat });
        var ada = await UserAsync(gateway, "ada");
        var inner = await GroupAsync(gateway, "Inner");
        for (var i = 0; i < 101; i++)
            await GroupAsync(gateway, $"Around {i}", inner);

        var (status, error, _) = await PatchGroupAsync(gateway, inner, Add(ada));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Contains("at most 100", (string)error!["detail"]!, StringComparison.Ordinal);
        Assert.Empty(await MembersAsync(gateway, inner));
    }

    [Fact]
    public async Task A_deletion_that_is_held_stays_so_though_somebody_comes_into_a_group_in_the_group()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = _flat with { GuardedGroups = 1 } }
        );
        var ada = await UserAsync(gateway, "ada");
        var inner = await GroupAsync(gateway, "Inner");
        var outer = await GroupAsync(gateway, "Outer", inner, ada);
        var other = await GroupAsync(gateway, "Other");
        foreach (var group in (string[])[other, outer])
            await gateway.SendAsync(HttpMethod.Delete, $"Groups/{group}");
        await gateway.QuietAsync();
        Assert.Single(gateway.Holds.List());

        await MembersAsync(gateway, inner, Add(ada));
        foreach (var isActive in (string[])["false", "true"])
            await PatchAsync(gateway, ada, "active", isActive);
        await gateway.QuietAsync();

        Assert.Contains(await GroupsAsync(gateway), group => (string?)group["displayName"] == "Outer");
    }

    [Fact]
    public async Task Who_is_only_in_Slack_in_the_group_around_stays_there_when_he_leaves_the_one_in_it()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = _flat },
            ready: slack =>
            {
                slack.Workspace.MakeUser(
                    new JsonObject
                    {
                        ["id"] = "UADA",
                        ["userName"] = "ada",
                        ["email"] = "ada@corp.example",
                    }
                );
                foreach (var name in (string[])["Inner", "Outer"])
                    slack.Workspace.MakeGroup(
                        new JsonObject { ["displayName"] = name, ["members"] = new JsonArray("UADA") }
                    );
            }
        );
        var ada = await UserAsync(gateway, "ada");
        var inner = await GroupAsync(gateway, "Inner");
        await GroupAsync(gateway, "Outer", inner);

        await MembersAsync(gateway, inner, Remove(ada));
        await gateway.QuietAsync();

        Assert.Empty(await InSlackAsync(gateway, "Inner"));
        Assert.Equal(["ada"], await InSlackAsync(gateway, "Outer"));
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task Whose_deletion_Slack_refuses_is_where_he_was_though_groups_have_changed_meanwhile()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = _flat });
        var ada = await UserAsync(gateway, "ada");
        var inner = await GroupAsync(gateway, "Inner", ada);
        var extra = await GroupAsync(gateway, "Extra");
        await GroupAsync(gateway, "Outer", inner);
        await gateway.QuietAsync();
        await gateway.WeatherAsync(
            """{"method":"PATCH","path":"/Users/{id}","status":400,"description":"cannot_modify_owner","delayMs":1500}"""
        );
        await gateway.CallsAsync();

        var deletion = gateway.SendAsync(HttpMethod.Delete, $"Users/{ada}");
        await Gateway.UntilAsync(async () => await gateway.CameAsync("PATCH /Users/{id}") == 1);
        await MembersAsync(gateway, inner, Add(extra));
        Assert.Equal(HttpStatusCode.Forbidden, (await deletion).Status);
        await gateway.QuietAsync();

        Assert.Equal(["ada"], await InSlackAsync(gateway, "Inner"));
        Assert.Equal(["ada"], await InSlackAsync(gateway, "Outer"));
    }

    [Fact]
    public async Task Where_groups_may_not_be_changed_a_deletion_takes_nobody_out_of_the_group_around()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = _flat });
        var inner = await GroupAsync(gateway, "Inner", await UserAsync(gateway, "ada"));
        await GroupAsync(gateway, "Outer", inner);
        await gateway.QuietAsync();
        await PreferAsync(gateway, _flat with { UpdateGroups = false });

        Assert.Equal(HttpStatusCode.NoContent, (await gateway.SendAsync(HttpMethod.Delete, $"Groups/{inner}")).Status);
        await gateway.QuietAsync();

        Assert.Equal(["ada"], await InSlackAsync(gateway, "Outer"));
    }

    [Fact]
    public async Task A_group_of_which_Slack_refused_a_name_hears_at_once_of_who_left_a_group_in_it()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = _flat with { WaitBudget = TimeSpan.FromMilliseconds(300) } }
        );
        var (ada, bob) = (await UserAsync(gateway, "ada"), await UserAsync(gateway, "bob"));
        var inner = await GroupAsync(gateway, "Inner", ada, bob);
        var outer = await GroupAsync(gateway, "Outer", inner);
        await gateway.QuietAsync();
        await gateway.WeatherAsync(
            """{"method":"PATCH","path":"/Groups/{id}","status":400,"description":"idp_group_name_invalid","delayMs":700}"""
        );
        await PatchGroupAsync(gateway, outer, Rename("Bad"));
        await Gateway.UntilAsync(() => Task.FromResult(gateway.State(outer) == "Failed"));

        await MembersAsync(gateway, inner, Remove(bob));

        await Gateway.UntilAsync(async () => (await InSlackAsync(gateway, "Outer")).Count == 1);
    }

    [Fact]
    public async Task A_group_around_has_another_version_when_the_one_in_it_is_deleted()
    {
        await using var gateway = await Gateway.StartAsync();
        var inner = await GroupAsync(gateway, "Inner");
        var outer = await GroupAsync(gateway, "Outer", inner);
        var before = (await gateway.SendAsync(HttpMethod.Get, $"Groups/{outer}")).Response.Headers.ETag;

        await gateway.SendAsync(HttpMethod.Delete, $"Groups/{inner}");

        var (_, body, after) = await gateway.SendAsync(HttpMethod.Get, $"Groups/{outer}");
        Assert.Null(body!["members"]);
        Assert.NotEqual(before, after.Headers.ETag);
    }

    private static async Task PreferAsync(Gateway gateway, Preferences preferences)
    {
        await using (var kept = gateway.Kept())
            await kept.Tenants.ExecuteUpdateAsync(tenant =>
                tenant.SetProperty(one => one.Preferences, preferences.ToJson())
            );
        await gateway.RestartAsync();
        await gateway.Home.Resync.AllAsync();
        await gateway.QuietAsync();
    }

    private static List<string> Sorted(params string[] ids) => [.. ids.Order(StringComparer.Ordinal)];
}
