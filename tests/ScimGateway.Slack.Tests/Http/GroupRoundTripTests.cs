using ScimGateway.Slack.Http;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;
using Xunit;

namespace ScimGateway.Slack.Tests.Http;

/// <summary>
/// Groups that come, are renamed, gain and lose members, and go: what is wanted is what is read back.
/// </summary>
public sealed class GroupRoundTripTests(SlackRig rig) : IClassFixture<SlackRig>
{
    private static readonly SlackSettings _slices = new() { MembersPerCall = 3 };

    [Theory]
    [InlineData("deactivate.group_membership", "removed")]
    [InlineData("deactivate.group_membership", "kept")]
    [InlineData("json.escape_slash", "false")]
    [InlineData("schemas.check_content", "true")]
    [InlineData("unknown_attributes", "reject")]
    [InlineData("group.duplicate_name", "allow")]
    public async Task What_is_wanted_of_a_group_is_what_is_read_back(string knob, string value)
    {
        rig.Restart((knob, bool.TryParse(value, out var flag) ? flag : value));
        using var party = rig.Party();
        var dice = new Random(7);
        var people = Enumerable
            .Range(0, 12)
            .Select(i => rig.Slack.Workspace.MakeUser(new() { ["userName"] = $"u{i}" }))
            .ToArray();

        for (var number = 0; number < 15; number++)
        {
            string? id = null;
            string? delivered = null;
            HashSet<string> members = [];
            for (var change = 0; change < 6; change++)
            {
                var name = $"Group {number} / \"山\" \\ " + dice.Next(3);
                var wanted = people.Where(_ => dice.Next(2) == 0).ToHashSet();
                for (var round = 0; ; round++)
                {
                    Assert.True(round < 3, "There is always something left to say.");
                    string[] add = [.. wanted.Except(members)],
                        remove = [.. members.Except(wanted)];
                    var commands = GroupPlanner.Plan(name, id, delivered, add, remove, _slices);
                    if (commands.Count == 0)
                        break;
                    foreach (var command in commands)
                    {
                        var done = Assert.IsType<SlackResult.Done>(await SendAsync(party, command));
                        id ??= done.Group!.Id;
                        if (command is SlackCommand.CreateGroup made)
                            members.UnionWith(made.Members);
                        if (command is SlackCommand.ChangeMembers changed)
                        {
                            members.UnionWith(changed.Add);
                            members.ExceptWith(changed.Remove);
                        }
                    }
                    delivered = name;
                }

                var group = Assert
                    .IsType<SlackResult.Done>(await SendAsync(party, new SlackCommand.ReadGroup(id!)))
                    .Group!;
                Assert.Equal(name, group.DisplayName);
                Assert.Equal(wanted.Order(), group.Members.Order());
                // Told a second time, it is as it was: a lost answer may be followed by another try.
                await SendAsync(party, new SlackCommand.ChangeMembers(id!, [.. wanted], [.. people.Except(wanted)]));
                Assert.Equal(wanted.Count, rig.Slack.Workspace.Group(id!)!["members"]!.AsArray().Count);
            }

            var leaver = people[number % people.Length];
            await SendAsync(party, new SlackCommand.ChangeMembers(id!, [leaver], []));
            await SendAsync(party, new SlackCommand.DeactivateUser(leaver));
            await SendAsync(party, Reactivate(leaver));
            // Whether Slack kept the membership or not: told again, it is there.
            Assert.IsType<SlackResult.Done>(await SendAsync(party, new SlackCommand.ChangeMembers(id!, [leaver], [])));
            var back = Assert.IsType<SlackResult.Done>(await SendAsync(party, new SlackCommand.ReadGroup(id!))).Group!;
            Assert.Contains(leaver, back.Members);

            foreach (var command in GroupPlanner.PlanRemoval(id))
                Assert.IsType<SlackResult.Done>(await SendAsync(party, command));
            var gone = Assert.IsType<SlackResult.Refused>(await SendAsync(party, new SlackCommand.ReadGroup(id!)));
            Assert.Equal(SlackErrorKind.Gone, gone.Row.Kind);
        }
    }

    private static SlackCommand.PatchUser Reactivate(string id) =>
        new(id, new UserChange(SlackProfile.Nothing.With(active: true), SlackProfile.Nothing, SlackProfile.Nothing));

    private static Task<SlackResult> SendAsync(SlackParty party, SlackCommand command) =>
        party.Client.SendAsync(command, default, TestContext.Current.CancellationToken);
}
