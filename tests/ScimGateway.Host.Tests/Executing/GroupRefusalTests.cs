using System.Net;
using Microsoft.EntityFrameworkCore;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Executing;

/// <summary>
/// Members that Slack does not take: the culprit waits with Slack's words, everybody else is in, and the request
/// succeeds.
/// </summary>
public class GroupRefusalTests
{
    private const int Crowd = 64;

    // A halving finds one of 64 by 6 refusals, and the halves that are taken are 6 more; then the slices grow again.
    private const int MostCalls = 20;

    [Theory]
    [InlineData(true, 0)]
    [InlineData(true, Crowd - 1)]
    [InlineData(false, 0)]
    [InlineData(false, 37)]
    public async Task The_culprit_is_found_by_halving(bool byCreate, int culprit)
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, Crowd);
        DeactivateByHand(gateway, people.Order(StringComparer.Ordinal).ElementAt(culprit));
        var group = byCreate ? "" : await GroupAsync(gateway, "Crew");
        await gateway.CallsAsync();

        if (byCreate)
            group = await GroupAsync(gateway, "Crew", [.. people]);
        else
            await MembersAsync(gateway, group, Add([.. people]));

        Assert.Equal(Crowd - 1, (await InSlackAsync(gateway, "Crew")).Count);
        Assert.Equal(Crowd, (await MembersAsync(gateway, group)).Count);
        Assert.Equal(1, Blocked(gateway, "deactivated"));
        var calls = await CallsAsync(gateway);
        Assert.InRange(
            calls.GetValueOrDefault("POST /Groups") + calls.GetValueOrDefault("PATCH /Groups/{id}"),
            2,
            MostCalls
        );
        Assert.Equal("Settled", gateway.State(group));
    }

    [Fact]
    public async Task A_member_whose_account_Slack_does_not_know_is_found_too()
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 8);
        gateway.Slack.Workspace.RemoveUser(SlackId(gateway, people[3]));

        await GroupAsync(gateway, "Crew", [.. people]);

        Assert.Equal(7, (await InSlackAsync(gateway, "Crew")).Count);
        Assert.Equal(1, Blocked(gateway, ""));
    }

    [Theory]
    [InlineData("group.add_inactive", "\"skip\"")]
    [InlineData("group.add_inactive", "\"add\"")]
    [InlineData("group.unknown_member", "\"skip\"")]
    public async Task A_Slack_that_passes_over_them_is_called_once(string knob, string value)
    {
        await using var gateway = await Gateway.StartAsync();
        await gateway.KnobAsync(knob, System.Text.Json.Nodes.JsonNode.Parse(value)!);
        var people = await PeopleAsync(gateway, 4);
        if (knob == "group.add_inactive")
            DeactivateByHand(gateway, people[2]);
        else
            gateway.Slack.Workspace.RemoveUser(SlackId(gateway, people[2]));
        await gateway.CallsAsync();

        await GroupAsync(gateway, "Crew", [.. people]);

        Assert.Equal(1, (await CallsAsync(gateway))["POST /Groups"]);
        Assert.Equal(0, Blocked(gateway, ""));
    }

    [Fact]
    public async Task Who_was_refused_is_tried_again_when_the_account_changes()
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 3);
        DeactivateByHand(gateway, people[1]);
        await GroupAsync(gateway, "Crew", [.. people]);
        Assert.Equal(2, (await InSlackAsync(gateway, "Crew")).Count);

        await PatchAsync(gateway, people[1], "active", "false");
        await PatchAsync(gateway, people[1], "active", "true");

        await Gateway.UntilAsync(async () => (await InSlackAsync(gateway, "Crew")).Count == 3);
        Assert.Equal(0, Blocked(gateway, ""));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Who_was_refused_is_tried_again_when_an_operator_has_the_group_told(bool isAlone)
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 2);
        DeactivateByHand(gateway, people[0]);
        var group = await GroupAsync(gateway, "Crew", [.. people]);
        Assert.Single(await InSlackAsync(gateway, "Crew"));
        gateway.Slack.Workspace.ChangeUser(
            SlackId(gateway, people[0]),
            new System.Text.Json.Nodes.JsonObject { ["active"] = true }
        );

        if (isAlone)
            await gateway.Home.OnDemand.ProvisionAsync(new(Guid.Parse(group)), new Preferences());
        else
            await gateway.Home.Resync.AllAsync();
        await gateway.QuietAsync();

        Assert.Equal(2, (await InSlackAsync(gateway, "Crew")).Count);
    }

    [Fact]
    public async Task Who_was_refused_is_tried_again_when_he_is_named_and_after_an_hour_with_any_write_of_the_group()
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 4);
        DeactivateByHand(gateway, people[1]);
        var group = await GroupAsync(gateway, "Crew", people[0], people[1]);
        await gateway.CallsAsync();

        await MembersAsync(gateway, group, Add(people[2]));
        Assert.Equal(1, (await CallsAsync(gateway))["PATCH /Groups/{id}"]);

        await MembersAsync(gateway, group, Add(people[1]));
        Assert.Equal(1, (await CallsAsync(gateway))["PATCH /Groups/{id}"]);
        Assert.Equal(1, Blocked(gateway, ""));

        gateway.Slack.Workspace.ChangeUser(
            SlackId(gateway, people[1]),
            new System.Text.Json.Nodes.JsonObject { ["active"] = true }
        );
        await using (var kept = gateway.Kept())
        {
            foreach (var row in kept.Members.Where(row => row.Refused != null).ToList())
                row.Refused -= TimeSpan.FromMilliseconds(3_600_001);
            await kept.SaveChangesAsync();
        }
        await MembersAsync(gateway, group, Add(people[3]));
        Assert.Equal(4, (await InSlackAsync(gateway, "Crew")).Count);
    }

    [Fact]
    public async Task A_full_group_takes_whom_it_has_room_for_and_the_others_when_somebody_leaves()
    {
        await using var gateway = await Gateway.StartAsync();
        await gateway.KnobAsync("group.max_members", 10);
        var people = await PeopleAsync(gateway, 13);

        var group = await GroupAsync(gateway, "Crew", [.. people]);
        Assert.Equal(10, (await InSlackAsync(gateway, "Crew")).Count);
        Assert.Equal(3, Blocked(gateway, "as many members as Slack allows"));
        Assert.Contains("as many members as Slack allows", gateway.LastNotes(), StringComparison.Ordinal);
        Assert.Equal(13, (await MembersAsync(gateway, group)).Count);

        var inside = (await InSlackAsync(gateway, "Crew"))[0];
        await MembersAsync(
            gateway,
            group,
            Remove(people[int.Parse(inside[^3..], System.Globalization.CultureInfo.InvariantCulture)])
        );
        await Gateway.UntilAsync(async () =>
            (await InSlackAsync(gateway, "Crew")).Count == 10 && !(await InSlackAsync(gateway, "Crew")).Contains(inside)
        );
        await gateway.QuietAsync();
        Assert.Equal(2, Blocked(gateway, ""));
    }

    [Fact]
    public async Task Who_leaves_a_group_that_is_above_its_limit_is_told_once_and_waits()
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 5);
        var group = await GroupAsync(gateway, "Crew", [.. people]);
        await gateway.KnobAsync("group.max_members", 3);
        await gateway.CallsAsync();

        await MembersAsync(gateway, group, Remove(people[0]));
        await gateway.QuietAsync();

        Assert.Equal(5, (await InSlackAsync(gateway, "Crew")).Count);
        Assert.Equal(1, Blocked(gateway, ""));
        Assert.Equal(1, (int)(await gateway.CallsAsync())["PATCH /Groups/{id}"]!);
    }

    [Fact]
    public async Task Whose_account_is_deactivated_makes_room_for_those_for_whom_there_was_none()
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 2);
        var group = await GroupAsync(gateway, "Crew", people[0]);
        await gateway.KnobAsync("group.max_members", 1);
        await MembersAsync(gateway, group, Add(people[1]));
        await gateway.QuietAsync();
        Assert.Equal(["person000"], await InSlackAsync(gateway, "Crew"));

        await PatchAsync(gateway, people[0], "active", "false");
        await gateway.QuietAsync();

        Assert.Equal(["person001"], await InSlackAsync(gateway, "Crew"));
    }

    [Fact]
    public async Task Above_its_limit_who_leaves_and_who_comes_are_told_so_often_as_they_are_found()
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 6);
        var group = await GroupAsync(gateway, "Crew", [.. people[..5]]);
        await gateway.KnobAsync("group.max_members", 3);

        await MembersAsync(gateway, group, Remove(people[0]), Remove(people[1]), Add(people[5]));
        await gateway.QuietAsync();
        Assert.Equal(3, Blocked(gateway, ""));

        // Once there is room again the group's next write has all told.
        await gateway.KnobAsync("group.max_members", 10);
        await MembersAsync(gateway, group, Remove(people[0]), Remove(people[1]));
        await MembersAsync(gateway, group, Add(people[5]));
        await gateway.QuietAsync();
        Assert.Equal(4, (await InSlackAsync(gateway, "Crew")).Count);
    }

    [Fact]
    public async Task A_call_with_too_many_members_for_Slack_becomes_smaller_ones()
    {
        await using var gateway = await Gateway.StartAsync();
        await gateway.KnobAsync("group.max_per_call", 10);
        var people = await PeopleAsync(gateway, 32);

        await GroupAsync(gateway, "Crew", [.. people]);

        Assert.Equal(32, (await InSlackAsync(gateway, "Crew")).Count);
        Assert.Equal(0, Blocked(gateway, ""));
    }

    [Fact]
    public async Task Who_leaves_while_Slack_refuses_him_is_not_blocked_when_he_is_back()
    {
        await using var gateway = await Gateway.StartAsync();
        var people = await PeopleAsync(gateway, 1);
        DeactivateByHand(gateway, people[0]);
        var group = await GroupAsync(gateway, "Crew");
        var calling = new TaskCompletionSource();
        gateway.Life.Watch();
        gateway.Life.HoldAt(ScimGateway.Provisioning.Executing.Step.Called, calling.Task);
        var adding = MembersAsync(gateway, group, Add(people[0]));
        await gateway.Life.ReachedAsync(ScimGateway.Provisioning.Executing.Step.Called);

        // His account changes between Slack's refusal and its record.
        await using (var kept = gateway.Kept())
            await kept.Members.ExecuteUpdateAsync(rows => rows.SetProperty(row => row.Stamp, row => row.Stamp + 1));
        gateway.Slack.Workspace.ChangeUser(
            SlackId(gateway, people[0]),
            new System.Text.Json.Nodes.JsonObject { ["active"] = true }
        );
        calling.SetResult();
        await adding;

        Assert.Equal(["person000"], await InSlackAsync(gateway, "Crew"));
        Assert.Equal(0, Blocked(gateway, ""));
    }

    [Fact]
    [Trait("speed", "slow")]
    public async Task A_group_of_12000_is_made_in_slices()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting
            {
                Preferences = new()
                {
                    UserSlackCannotHold = Provisioning.Model.Tenants.Unholdable.Keep,
                    WaitBudget = TimeSpan.FromSeconds(60),
                },
            },
            ready: slack =>
            {
                slack.Knobs.Set(new System.Text.Json.Nodes.JsonObject { ["group.max_members"] = 15_000 });
                for (var i = 0; i < 12_000; i++)
                    slack.Workspace.MakeUser(
                        new System.Text.Json.Nodes.JsonObject
                        {
                            ["userName"] = $"u{i}",
                            ["emails"] = new System.Text.Json.Nodes.JsonArray($"u{i}@corp.example"),
                        }
                    );
            }
        );
        await using var kept = gateway.Kept();
        var people = kept
            .Resources.Where(one => one.Kind == Kind.User && !one.Hidden)
            .Select(one => one.Id.ToString())
            .ToList();
        Assert.Equal(12_000, people.Count);

        var (status, _, _) = await gateway.SendAsync(HttpMethod.Post, "Groups", Group("Crew", [.. people]));

        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal(12_000, (await InSlackAsync(gateway, "Crew")).Count);
        var calls = await CallsAsync(gateway);
        Assert.Equal((1, 2), (calls["POST /Groups"], calls["PATCH /Groups/{id}"]));
    }

    // How many wait for a reason that says so to people.
    private static int Blocked(Gateway gateway, string words)
    {
        using var kept = gateway.Kept();
        return kept
            .Members.AsEnumerable()
            .Count(row => row.Blocked is { } why && why.Sentence.Contains(words, StringComparison.OrdinalIgnoreCase));
    }
}
