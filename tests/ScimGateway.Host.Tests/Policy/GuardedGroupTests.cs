using System.Net;
using System.Text.Json.Nodes;
using ScimGateway.Provisioning.Model.Links;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Reads;
using Xunit;
using static ScimGateway.Host.Tests.GroupRequests;
using static ScimGateway.Host.Tests.Requests;

namespace ScimGateway.Host.Tests.Policy;

/// <summary>
/// A provider that has gone wrong empties or deletes groups: what is beyond the limits of an hour is held.
/// </summary>
public class GuardedGroupTests
{
    private static readonly Preferences _guarded = new() { GuardedMembers = 3, GuardedGroups = 2 };

    [Fact]
    public async Task A_group_that_is_replaced_by_a_partial_list_loses_no_more_than_the_guard_allows()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = _guarded });
        var people = await PeopleAsync(gateway, 12);
        var group = await GroupAsync(gateway, "Crew", [.. people]);

        // Six of twelve may go, as that is half of them.
        var list = $$"""{"op":"replace","path":"members","value":[{"value":"{{people[0]}}"}]}""";
        Assert.Equal(
            HttpStatusCode.NoContent,
            (await gateway.SendAsync(HttpMethod.Patch, $"Groups/{group}", PatchOf(list))).Status
        );
        var holds = gateway.Holds.List();
        Assert.Equal(5, holds.Count);
        Assert.Equal(6, (await InSlackAsync(gateway, "Crew")).Count);

        await gateway.Holds.DismissAsync([holds[0].Id]);
        await gateway.Holds.ReleaseAsync([.. holds.Skip(1).Select(hold => hold.Id)]);
        await Gateway.UntilAsync(async () => (await InSlackAsync(gateway, "Crew")).Count == 2);
        Assert.Empty(gateway.Holds.List());
    }

    [Fact]
    public async Task Who_asks_for_the_name_of_a_group_whose_deletion_is_held_is_told_of_the_hold_which_frees_it()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = _guarded with { GuardedGroups = 1 } }
        );
        var (mine, first) = (await GroupAsync(gateway, "Mine"), await GroupAsync(gateway, "First"));
        var crew = await GroupAsync(gateway, "Crew");
        await gateway.SendAsync(HttpMethod.Delete, $"Groups/{first}");
        await gateway.SendAsync(HttpMethod.Delete, $"Groups/{crew}");

        var (status, body, _) = await PatchGroupAsync(gateway, mine, Rename("Crew"));

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("whose deletion is held", (string)body!["detail"]!, StringComparison.Ordinal);
        await gateway.Holds.ReleaseAsync([.. gateway.Holds.List().Select(hold => hold.Id)]);
        await gateway.QuietAsync();
        (status, _, _) = await PatchGroupAsync(gateway, mine, Rename("Crew"));
        Assert.Equal(HttpStatusCode.NoContent, status);
    }

    [Fact]
    public async Task Who_has_left_and_come_back_is_one_member_of_the_group_and_one_of_those_who_leave()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = _guarded });
        var people = await PeopleAsync(gateway, 12);
        var group = await GroupAsync(gateway, "Crew", [.. people]);
        await ListAsync(people[6..]);
        Assert.Equal(6, (await InSlackAsync(gateway, "Crew")).Count);
        await ListAsync(people);
        Assert.Equal(12, (await InSlackAsync(gateway, "Crew")).Count);

        await ListAsync([]);

        // The same six may go again, and nobody else.
        Assert.Equal(6, gateway.Holds.List().Count);
        Assert.Equal([.. people[6..].Select((_, i) => $"person{i + 6:d3}")], await InSlackAsync(gateway, "Crew"));

        // Who is held is in the group still.
        await ListAsync(people[6..9]);
        Assert.Equal(6, (await InSlackAsync(gateway, "Crew")).Count);

        Task ListAsync(IReadOnlyList<string> members) => SetAsync(gateway, group, members);
    }

    [Fact]
    public async Task Of_a_small_group_no_more_leave_because_they_were_back()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = new Preferences { GuardedMembers = 1 } }
        );
        var people = await PeopleAsync(gateway, 5);
        var group = await GroupAsync(gateway, "Crew", [.. people]);
        for (var times = 0; times < 2; times++)
        {
            await SetAsync(gateway, group, people[3..]);
            Assert.Single(gateway.Holds.List());
            Assert.Equal(3, (await InSlackAsync(gateway, "Crew")).Count);
            await SetAsync(gateway, group, people);
            Assert.Empty(gateway.Holds.List());
            Assert.Equal(5, (await InSlackAsync(gateway, "Crew")).Count);
        }
        // Beside those who left before and are back, nobody else may.
        await SetAsync(gateway, group, people[..3]);
        Assert.Equal(2, gateway.Holds.List().Count);
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("groups")]
    [InlineData("users without an account")]
    public async Task Who_cannot_be_in_the_group_in_Slack_is_not_counted_among_its_members(string others)
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = new Preferences { GuardedMembers = 1 } }
        );
        var people = await PeopleAsync(gateway, 6);
        var also = new List<string>();
        for (var i = 0; others != "nobody" && i < 6; i++)
            also.Add(
                others == "groups"
                    ? await GroupAsync(gateway, $"Inner {i}")
                    : (string)
                        (
                            await gateway.SendAsync(
                                HttpMethod.Post,
                                "Users",
                                $$"""{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"out{{i}}","emails":[{"value":"out{{i}}@c.example","primary":true}],"active":false}"""
                            )
                        ).Body!["id"]!
            );
        var group = await GroupAsync(gateway, "Crew", [.. people, .. also]);
        Assert.Equal(6, (await InSlackAsync(gateway, "Crew")).Count);

        await SetAsync(gateway, group, also);

        Assert.Equal(3, gateway.Holds.List().Count);
        Assert.Equal(3, (await InSlackAsync(gateway, "Crew")).Count);
    }

    [Fact]
    public async Task The_removal_of_a_member_who_is_deleted_then_is_nobodys_to_decide()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = new Preferences { GuardedMembers = 1 } }
        );
        var people = await PeopleAsync(gateway, 5);
        var group = await GroupAsync(gateway, "Crew", [.. people]);
        await SetAsync(gateway, group, people[3..]);
        var held = Assert.Single(gateway.Holds.List());

        Assert.Equal(
            HttpStatusCode.NoContent,
            (await gateway.SendAsync(HttpMethod.Delete, $"Users/{held.MemberId}")).Status
        );
        await gateway.QuietAsync();

        Assert.Empty(gateway.Holds.List());
        Assert.Equal(2, (await InSlackAsync(gateway, "Crew")).Count);
        Assert.Equal("Settled", gateway.State(group));
    }

    private static async Task SetAsync(Gateway gateway, string group, IReadOnlyList<string> members)
    {
        var (status, _, _) = await gateway.SendAsync(HttpMethod.Put, $"Groups/{group}", Group("Crew", [.. members]));
        Assert.Equal(HttpStatusCode.OK, status);
        await gateway.QuietAsync();
    }

    [Fact]
    public async Task Groups_that_are_deleted_one_after_the_other_are_held_beyond_the_limit()
    {
        await using var gateway = await Gateway.StartAsync(new Setting { Preferences = _guarded });
        var groups = new List<string>();
        for (var i = 0; i < 4; i++)
            groups.Add(await GroupAsync(gateway, $"Crew {i}"));

        foreach (var group in groups)
            Assert.Equal(
                HttpStatusCode.NoContent,
                (await gateway.SendAsync(HttpMethod.Delete, $"Groups/{group}")).Status
            );

        Assert.Equal(2, (await GroupsAsync(gateway)).Count);
        await gateway.Holds.ReleaseAsync([gateway.Holds.List()[0].Id]);
        await Gateway.UntilAsync(async () => (await GroupsAsync(gateway)).Count == 1);

        // A group of the name of one whose end is held takes it over, and the end is off.
        await GroupAsync(gateway, "Crew 3");
        Assert.Single(await GroupsAsync(gateway));
        Assert.Empty(gateway.Holds.List());
    }

    [Fact]
    public async Task What_was_taken_on_of_a_group_waits_with_its_end_that_is_held()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting
            {
                Preferences = _guarded with { GuardedGroups = 1, WhileSlackCannotBeWritten = CannotWrite.Queue },
            }
        );
        await gateway.SendAsync(HttpMethod.Delete, $"Groups/{await GroupAsync(gateway, "Sailors")}");
        var crew = await GroupAsync(gateway, "Crew");
        await gateway.WeatherAsync("""{"description":"invalid_authentication"}""");
        var (_, _, renamed) = await PatchGroupAsync(gateway, crew, Rename("Pirates"));
        string Outcome() => gateway.Operation(renamed.Headers.GetValues("X-Operation-Id").Single())!.Outcome;
        Assert.Equal("accepted", Outcome());

        await gateway.SendAsync(HttpMethod.Delete, $"Groups/{crew}");

        Assert.Equal("held", Outcome());
    }

    [Fact]
    public async Task A_group_whose_end_is_held_and_that_comes_again_without_members_is_not_emptied()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting
            {
                Preferences = new Preferences { GuardedGroups = 1, GuardedMembers = 2 },
            }
        );
        var people = await PeopleAsync(gateway, 8);
        await gateway.SendAsync(HttpMethod.Delete, $"Groups/{await GroupAsync(gateway, "Sailors")}");
        var crew = await GroupAsync(gateway, "Crew", [.. people]);
        await gateway.SendAsync(HttpMethod.Delete, $"Groups/{crew}");
        Assert.Equal("Held", gateway.State(crew));

        await GroupAsync(gateway, "Crew");
        await gateway.QuietAsync();

        Assert.Equal(4, (await InSlackAsync(gateway, "Crew")).Count); // half of them may go
        await gateway.Holds.ReleaseAsync([.. gateway.Holds.List().Select(hold => hold.Id)]);
        await gateway.QuietAsync();
        Assert.Empty(await InSlackAsync(gateway, "Crew"));
    }

    [Fact]
    public async Task Whoever_is_inactive_does_not_count_among_those_who_leave_a_group_that_comes_again()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting
            {
                Preferences = new Preferences { GuardedGroups = 1, GuardedMembers = 1 },
            }
        );
        var people = await PeopleAsync(gateway, 3);
        await gateway.SendAsync(
            HttpMethod.Patch,
            $"Users/{people[0]}",
            PatchOf("""{"op":"replace","path":"active","value":false}""")
        );
        await gateway.SendAsync(HttpMethod.Delete, $"Groups/{await GroupAsync(gateway, "Sailors")}");
        var crew = await GroupAsync(gateway, "Crew", people[0], people[1]);
        Assert.Equal(["person001"], await InSlackAsync(gateway, "Crew"));
        await gateway.SendAsync(HttpMethod.Delete, $"Groups/{crew}");
        Assert.Equal("Held", gateway.State(crew));

        await GroupAsync(gateway, "Crew", people[2]);
        await gateway.QuietAsync();

        Assert.Equal(["person002"], await InSlackAsync(gateway, "Crew"));
        Assert.Empty(gateway.Holds.List());
        // Who is active again is in no group that wants nobody.
        await gateway.SendAsync(
            HttpMethod.Patch,
            $"Users/{people[0]}",
            PatchOf("""{"op":"replace","path":"active","value":true}""")
        );
        await gateway.QuietAsync();
        Assert.Equal(["person002"], await InSlackAsync(gateway, "Crew"));
    }

    [Theory]
    [InlineData("dismissed")]
    [InlineData("left out")]
    public async Task A_group_that_stays_in_Slack_after_its_deletion_and_comes_again_without_members_is_not_emptied(
        string why
    )
    {
        var guarded = new Preferences { GuardedGroups = 1, GuardedMembers = 1 };
        await using var gateway = await Gateway.StartAsync(
            new Setting
            {
                Preferences =
                    why == "dismissed"
                        ? guarded
                        : guarded with
                        {
                            DeleteGroups = false,
                            WhenNotAllowed = NotAllowed.Skip,
                        },
            }
        );
        var people = await PeopleAsync(gateway, 8);
        await gateway.SendAsync(HttpMethod.Delete, $"Groups/{await GroupAsync(gateway, "Sailors")}");
        var crew = await GroupAsync(gateway, "Crew", [.. people]);
        await gateway.SendAsync(HttpMethod.Delete, $"Groups/{crew}");
        await gateway.Holds.DismissAsync([.. gateway.Holds.List().Select(hold => hold.Id)]);
        await gateway.QuietAsync();
        Assert.Equal(8, (await InSlackAsync(gateway, "Crew")).Count);

        crew = await GroupAsync(gateway, "Crew", people[7]);
        await gateway.QuietAsync();

        Assert.Equal(4, (await InSlackAsync(gateway, "Crew")).Count); // half of them may go
        Assert.Equal(3, gateway.Holds.List().Count(hold => hold.Reason.Code == ReasonCode.GuardMembers));

        // Who is wanted again comes back, and there is nothing to decide.
        await MembersAsync(gateway, crew, Add([.. people]));
        await gateway.QuietAsync();
        Assert.Equal(8, (await InSlackAsync(gateway, "Crew")).Count);
        Assert.Empty(gateway.Holds.List());
    }

    [Theory]
    [InlineData("held")]
    [InlineData("dismissed")]
    public async Task Whoever_has_left_a_group_counts_when_the_group_is_deleted_and_comes_again(string deletion)
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting
            {
                Preferences = new Preferences { GuardedGroups = 1, GuardedMembers = 1 },
            }
        );
        var people = await PeopleAsync(gateway, 6);
        await gateway.SendAsync(HttpMethod.Delete, $"Groups/{await GroupAsync(gateway, "Sailors")}");
        var crew = await GroupAsync(gateway, "Crew", [.. people]);
        foreach (var person in people[..5])
            await MembersAsync(gateway, crew, Remove(person));
        Assert.Equal(["person003", "person004", "person005"], await InSlackAsync(gateway, "Crew"));
        await gateway.SendAsync(HttpMethod.Delete, $"Groups/{crew}");
        if (deletion == "dismissed")
            await gateway.Holds.DismissAsync([
                .. gateway.Holds.List().Where(hold => hold.MemberId is null).Select(hold => hold.Id),
            ]);
        await gateway.QuietAsync();

        await GroupAsync(gateway, "Crew", people[5]);
        await gateway.QuietAsync();

        Assert.Equal(["person003", "person004", "person005"], await InSlackAsync(gateway, "Crew"));
        Assert.Equal(2, gateway.Holds.List().Count);
        await gateway.Holds.ReleaseAsync([.. gateway.Holds.List().Select(hold => hold.Id)]);
        await gateway.QuietAsync();
        Assert.Equal(["person005"], await InSlackAsync(gateway, "Crew"));
    }

    [Theory]
    [InlineData("with everybody")]
    [InlineData("dismissed")]
    [InlineData("for good")]
    public async Task What_is_held_of_members_is_over_with_their_group(string end)
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting
            {
                Preferences = new Preferences { GuardedGroups = end == "for good" ? 0 : 1, GuardedMembers = 1 },
            }
        );
        var people = await PeopleAsync(gateway, 4);
        await gateway.SendAsync(HttpMethod.Delete, $"Groups/{await GroupAsync(gateway, "Sailors")}");
        var crew = await GroupAsync(gateway, "Crew", [.. people]);
        foreach (var person in people[..3])
            await MembersAsync(gateway, crew, Remove(person));
        Assert.Single(gateway.Holds.List());

        await gateway.SendAsync(HttpMethod.Delete, $"Groups/{crew}");
        if (end == "dismissed")
            await gateway.Holds.DismissAsync([
                .. gateway.Holds.List().Where(hold => hold.MemberId is null).Select(hold => hold.Id),
            ]);
        if (end == "with everybody")
            await GroupAsync(gateway, "Crew", [.. people]);
        await gateway.QuietAsync();

        Assert.Empty(gateway.Holds.List());
        Assert.Equal(end == "for good" ? 0 : 1, (await GroupsAsync(gateway)).Count);
    }

    [Fact]
    public async Task Who_is_wanted_again_is_held_no_longer_and_nobodys_decision_keeps_him_out()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting { Preferences = new Preferences { GuardedMembers = 3 } }
        );
        var people = await PeopleAsync(gateway, 8);
        var crew = await GroupAsync(gateway, "Crew", [.. people]);
        await MembersAsync(gateway, crew, $$"""{"op":"replace","path":"members","value":[{{Member(people[0])}}]}""");
        var hold = gateway.Holds.List()[0];
        var member = hold.MemberId!.Value.ToString();

        await MembersAsync(gateway, crew, Add(member));
        Assert.DoesNotContain(gateway.Holds.List(), left => left.Id == hold.Id);
        await gateway.Holds.DismissAsync([hold.Id]);
        foreach (var isActive in (string[])["false", "true"])
            await PatchAsync(gateway, member, "active", isActive);
        await gateway.QuietAsync();

        Assert.Contains($"person{people.IndexOf(member):d3}", await InSlackAsync(gateway, "Crew"));
    }

    [Fact]
    public async Task What_is_held_of_somebody_is_held_of_who_takes_his_place_and_is_released_with_it()
    {
        await using var gateway = await Gateway.StartAsync(
            new Setting
            {
                Preferences = new Preferences
                {
                    GuardedMembers = 3,
                    DeprovisionUsers = false,
                    WhenNotAllowed = NotAllowed.Skip,
                },
            }
        );
        var people = await PeopleAsync(gateway, 8);
        var crew = await GroupAsync(gateway, "Crew", [.. people]);
        await MembersAsync(gateway, crew, $$"""{"op":"replace","path":"members","value":[{{Member(people[0])}}]}""");
        var former = gateway.Holds.List()[0].MemberId!.Value.ToString();
        var name = $"person{people.IndexOf(former):d3}";
        await gateway.SendAsync(HttpMethod.Delete, $"Users/{former}");
        await UserAsync(gateway, name);

        await gateway.Holds.ReleaseAsync([.. gateway.Holds.List().Select(hold => hold.Id)]);
        await gateway.QuietAsync();

        Assert.Equal(["person000"], await InSlackAsync(gateway, "Crew"));
    }
}
