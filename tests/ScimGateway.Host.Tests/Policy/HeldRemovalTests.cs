using System.Globalization;
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

/// <summary>Removals of members from a group that the guard holds, and when such a hold ends.</summary>
[Trait("speed", "slow")]
public class HeldRemovalTests
{
    [Fact]
    public async Task A_removal_of_members_held_is_void_once_the_member_is_wanted_again_or_the_group_is_gone()
    {
        await using var gateway = await StartAsync(Lenient with { GuardedMembers = 1 });
        var (people, crew) = await EmptiedAsync(gateway);
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
    public async Task Held_removals_end_when_the_group_is_made_again_without_those_members()
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(
            new Setting
            {
                Clock = clock,
                Preferences = Lenient with { GuardedMembers = 1, Drift = DriftHandling.Restore },
            }
        );
        await EmptiedAsync(gateway);
        Assert.NotEmpty(gateway.Holds.List());
        gateway.Slack.Workspace.RemoveGroup((string)(await GroupsAsync(gateway))[0]["id"]!);

        for (var looks = 0; looks < 2; looks++)
        {
            clock.Advance(TimeSpan.FromMinutes(2));
            await gateway.ImportAsync();
            await gateway.QuietAsync();
        }

        Assert.Empty(await InSlackAsync(gateway, "Crew"));
        Assert.Empty(gateway.Holds.List());
    }

    [Fact]
    public async Task A_held_removal_of_a_member_who_is_deleted_and_made_again_does_not_take_the_new_one_out()
    {
        await using var gateway = await StartAsync(Lenient with { GuardedMembers = 1 });
        var (_, crew) = await EmptiedAsync(gateway);
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
    public async Task A_held_removal_ends_once_Slack_itself_has_dropped_the_deactivated_member()
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(
            new Setting { Clock = clock, Preferences = Lenient with { GuardedMembers = 1 } }
        );
        var (people, crew) = await EmptiedAsync(gateway);
        Assert.NotEmpty(gateway.Holds.List());
        foreach (var person in people)
            await PatchAsync(gateway, person, "active", "false");
        foreach (var person in people)
            await PatchAsync(gateway, person, "active", "true");
        await gateway.QuietAsync();
        clock.Advance(TimeSpan.FromMinutes(1));

        await gateway.ImportAsync();

        Assert.Empty(gateway.Holds.List());
        Assert.Contains(gateway.OwnDoings(), done => done.Contains("nothing left to decide", StringComparison.Ordinal));
        await gateway.QuietAsync();
        Assert.Equal("Settled", gateway.State(crew));
    }

    [Fact]
    public async Task A_held_removal_that_somebody_has_done_by_hand_ends_at_the_second_look()
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(
            new Setting { Clock = clock, Preferences = Lenient with { GuardedMembers = 1 } }
        );
        var (_, crew) = await EmptiedAsync(gateway);
        var held = gateway.Holds.List().Count;
        Assert.NotEqual(0, held);
        gateway.Slack.Workspace.ChangeGroup(SlackId(gateway, crew), new JsonObject { ["members"] = new JsonArray() });

        clock.Advance(TimeSpan.FromMinutes(1));
        await gateway.ImportAsync();
        Assert.Equal(held, gateway.Holds.List().Count); // Slack may have shown an old list
        clock.Advance(TimeSpan.FromMinutes(2));
        await gateway.ImportAsync();

        Assert.Empty(gateway.Holds.List());
        await gateway.QuietAsync();
        Assert.Equal("Settled", gateway.State(crew));
    }

    [Fact]
    public async Task A_held_removal_of_a_deactivated_member_whom_Slack_puts_back_stays()
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(
            new Setting { Clock = clock, Preferences = Lenient with { GuardedMembers = 1 } }
        );
        await gateway.KnobAsync("deactivate.group_membership", "kept");
        var (people, crew) = await EmptiedAsync(gateway);
        var held = gateway.Holds.List().Count;
        foreach (var isActive in (string[])["false", "true"])
        {
            foreach (var person in people)
                await PatchAsync(gateway, person, "active", isActive);
            await gateway.QuietAsync();
            clock.Advance(TimeSpan.FromMinutes(2));
            await gateway.ImportAsync();
        }

        Assert.NotEqual(0, held);
        Assert.Equal(held, gateway.Holds.List().Count);
        Assert.Equal(held, (await InSlackAsync(gateway, "Crew")).Count);
    }

    [Theory]
    [InlineData("held")]
    [InlineData("dismissed")]
    [InlineData("left out")]
    public async Task Who_takes_over_the_account_of_a_leaver_is_not_in_the_groups_whose_removal_Slack_never_heard_of(
        string removal
    )
    {
        await using var gateway = await StartAsync(
            removal == "left out" ? Skipping with { UpdateGroups = false } : Lenient with { GuardedMembers = 1 }
        );
        await gateway.KnobAsync("deactivate.group_membership", "kept");
        var (people, crew) = await EmptiedAsync(gateway);
        await gateway.QuietAsync();
        if (removal == "dismissed")
            await gateway.Holds.DismissAsync([.. gateway.Holds.List().Select(hold => hold.Id)]);
        var left = await InSlackAsync(gateway, "Crew");
        Assert.NotEmpty(left);

        foreach (var name in left)
        {
            await DeleteAsync(gateway, people[int.Parse(name[^3..], CultureInfo.InvariantCulture)]);
            var (status, _, _) = await gateway.SendAsync(
                HttpMethod.Post,
                "Users",
                User($"another-{name}", $"{name}@corp.example")
            );
            Assert.Equal(HttpStatusCode.Created, status);
        }

        await gateway.QuietAsync();
        Assert.Empty(await InSlackAsync(gateway, "Crew"));
        Assert.Empty(await MembersAsync(gateway, crew));
        Assert.Empty(gateway.Holds.List());
    }

    [Theory]
    [InlineData("each")]
    [InlineData("all")]
    [InlineData("list")]
    public async Task A_dismissed_removal_that_the_provider_says_again_counts_anew(string how)
    {
        await using var gateway = await StartAsync(Lenient with { GuardedMembers = 1 });
        var (people, crew) = await EmptiedAsync(gateway);
        await gateway.QuietAsync();
        var dismissed = gateway.Holds.List().Count;
        Assert.NotEqual(0, dismissed);
        await DismissAllAsync(gateway);
        await gateway.QuietAsync();
        Assert.Equal("Blocked", gateway.State(crew));
        Assert.Empty(gateway.Holds.List());

        await SayAgainAsync();

        await gateway.QuietAsync();
        Assert.Equal(dismissed, gateway.Holds.List().Count);
        Assert.Equal("Settled", gateway.State(crew));
        await gateway.Holds.ReleaseAsync([.. gateway.Holds.List().Select(hold => hold.Id)]);
        await gateway.QuietAsync();
        Assert.Empty(await InSlackAsync(gateway, "Crew"));

        Task SayAgainAsync() =>
            how switch
            {
                "each" => MembersAsync(gateway, crew, [.. people.Select(Remove)]),
                "all" => MembersAsync(gateway, crew, """{"op":"remove","path":"members"}"""),
                _ => gateway.SendAsync(HttpMethod.Put, $"Groups/{crew}", Group("Crew")),
            };
    }

    [Fact]
    public async Task A_group_with_members_left_in_by_a_dismissal_says_so_until_somebody_takes_them_out_in_Slack()
    {
        var clock = new ManualClock();
        await using var gateway = await Gateway.StartAsync(
            new Setting { Clock = clock, Preferences = Lenient with { GuardedMembers = 1 } }
        );
        var (_, crew) = await EmptiedAsync(gateway);
        await DismissAllAsync(gateway);
        await gateway.QuietAsync();
        await PatchGroupAsync(gateway, crew, Rename("Team"));
        await gateway.QuietAsync();
        Assert.NotEmpty(await InSlackAsync(gateway, "Team"));
        Assert.Equal("Blocked", gateway.State(crew));

        gateway.Slack.Workspace.ChangeGroup(SlackId(gateway, crew), new JsonObject { ["members"] = new JsonArray() });
        for (var look = 0; look < 2; look++)
        {
            clock.Advance(TimeSpan.FromMinutes(2));
            await gateway.ImportAsync();
        }

        await gateway.QuietAsync();
        Assert.Equal("Settled", gateway.State(crew));
    }

    // A group of three, and its provider has removed them all.
    private static async Task<(List<string> People, string Crew)> EmptiedAsync(Gateway gateway)
    {
        var people = await PeopleAsync(gateway, 3);
        var crew = await GroupAsync(gateway, "Crew", [.. people]);
        await MembersAsync(gateway, crew, """{"op":"remove","path":"members"}""");
        return (people, crew);
    }
}
