using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;
using Xunit;

namespace ScimGateway.Slack.Tests.Translation;

public class GroupPlannerTests
{
    private static readonly SlackSettings _usual = new();

    [Fact]
    public void A_new_group_is_made_with_its_members_in_one_call() =>
        Assert.Equal(
            [new SlackCommand.CreateGroup("Crew", ["U1", "U2"])],
            GroupPlanner.Plan("Crew", null, null, ["U1", "U2"], [], _usual)
        );

    [Fact]
    public void A_new_group_without_members_is_made_without() =>
        Assert.Equal(
            [new SlackCommand.CreateGroup("Crew", [])],
            GroupPlanner.Plan("Crew", null, null, [], ["U1"], _usual)
        );

    [Fact]
    public void Five_thousand_members_come_with_the_new_group_and_the_next_plan_brings_the_rest()
    {
        var all = Ids(12_345);

        var made = Assert.IsType<SlackCommand.CreateGroup>(
            Assert.Single(GroupPlanner.Plan("Fleet", null, null, all, [], _usual))
        );
        Assert.Equal(5_000, made.Members.Count);

        var rest = GroupPlanner.Plan("Fleet", "S1", "Fleet", [.. all.Except(made.Members)], [], _usual);
        Assert.Equal([5_000, 2_345], rest.Cast<SlackCommand.ChangeMembers>().Select(c => c.Add.Count));
        Assert.Equal(
            all.Order(),
            made.Members.Concat(rest.Cast<SlackCommand.ChangeMembers>().SelectMany(c => c.Add)).Order()
        );
    }

    [Fact]
    public void Exactly_five_thousand_members_are_one_call() =>
        Assert.Single(GroupPlanner.Plan("Fleet", "S1", "Fleet", Ids(5_000), [], _usual));

    [Fact]
    public void A_new_name_is_a_rename() =>
        Assert.Equal(
            [new SlackCommand.RenameGroup("S1", "Watch")],
            GroupPlanner.Plan("Watch", "S1", "Crew", [], [], _usual)
        );

    [Fact]
    public void A_name_that_differs_in_capitals_is_a_rename() =>
        Assert.Equal(
            [new SlackCommand.RenameGroup("S1", "CREW")],
            GroupPlanner.Plan("CREW", "S1", "Crew", [], [], _usual)
        );

    [Fact]
    public void A_name_that_Slack_may_not_have_is_told() =>
        Assert.Equal(
            [new SlackCommand.RenameGroup("S1", "Crew")],
            GroupPlanner.Plan("Crew", "S1", null, [], [], _usual)
        );

    [Fact]
    public void Nothing_to_change_is_nothing_to_tell() =>
        Assert.Empty(GroupPlanner.Plan("Crew", "S1", "Crew", [], [], _usual));

    [Fact]
    public void Who_comes_and_who_goes_is_one_call() =>
        Assert.Equal(
            [new SlackCommand.ChangeMembers("S1", ["U3"], ["U1", "U2"])],
            GroupPlanner.Plan("Crew", "S1", "Crew", ["U3"], ["U1", "U2"], _usual)
        );

    [Fact]
    public void A_hundred_changes_are_one_call() =>
        Assert.Single(GroupPlanner.Plan("Crew", "S1", "Crew", Ids(60), [.. Ids(40).Select(id => "W" + id)], _usual));

    [Fact]
    public void A_rename_and_changes_of_members_are_two_calls() =>
        Assert.Equal(
            [new SlackCommand.RenameGroup("S1", "Watch"), new SlackCommand.ChangeMembers("S1", ["U1"], [])],
            GroupPlanner.Plan("Watch", "S1", "Crew", ["U1"], [], _usual)
        );

    [Fact]
    public void Those_who_go_make_room_before_others_come() =>
        Assert.Equal(
            [
                new SlackCommand.ChangeMembers("S1", [], ["U1", "U2"]),
                new SlackCommand.ChangeMembers("S1", ["U4"], ["U3"]),
                new SlackCommand.ChangeMembers("S1", ["U5", "U6"], []),
                new SlackCommand.ChangeMembers("S1", ["U7"], []),
            ],
            GroupPlanner.Plan(
                "Crew",
                "S1",
                "Crew",
                ["U4", "U5", "U6", "U7"],
                ["U1", "U2", "U3"],
                _usual with
                {
                    MembersPerCall = 2,
                }
            )
        );

    [Fact]
    public void No_call_has_more_members_than_the_settings_say_and_none_is_lost()
    {
        var (add, remove) = (Ids(15_000), Ids(7_777).Select(id => "W" + id).ToList());

        var calls = GroupPlanner
            .Plan("Fleet", "S1", "Fleet", add, remove, _usual)
            .Cast<SlackCommand.ChangeMembers>()
            .ToList();

        Assert.Equal(5, calls.Count);
        Assert.All(calls, c => Assert.InRange(c.Add.Count + c.Remove.Count, 1, 5_000));
        Assert.Equal(add, calls.SelectMany(c => c.Add));
        Assert.Equal(remove, calls.SelectMany(c => c.Remove));
    }

    [Fact]
    public void A_group_that_is_to_go_is_deleted() =>
        Assert.Equal([new SlackCommand.DeleteGroup("S1")], GroupPlanner.PlanRemoval("S1"));

    [Fact]
    public void A_group_that_was_never_made_is_gone() => Assert.Empty(GroupPlanner.PlanRemoval(null));

    [Fact]
    public void A_create_alone_must_not_be_repeated_blindly()
    {
        var change = new UserChange(SlackProfile.Nothing, SlackProfile.Nothing, SlackProfile.Nothing);

        Assert.False(new SlackCommand.CreateGroup("Crew", []).IsRepeatable);
        Assert.False(new SlackCommand.CreateUser(SlackProfile.Nothing).IsRepeatable);
        Assert.All(
            (SlackCommand[])
                [
                    new SlackCommand.PatchUser("U1", change),
                    new SlackCommand.DeactivateUser("U1"),
                    new SlackCommand.DeleteUser("U1"),
                    new SlackCommand.RenameGroup("S1", "Crew"),
                    new SlackCommand.ChangeMembers("S1", [], []),
                    new SlackCommand.DeleteGroup("S1"),
                    new SlackCommand.FindUserByName("vera"),
                ],
            command => Assert.True(command.IsRepeatable)
        );
    }

    private static List<string> Ids(int count) => [.. Enumerable.Range(1, count).Select(n => $"U{n}")];
}
