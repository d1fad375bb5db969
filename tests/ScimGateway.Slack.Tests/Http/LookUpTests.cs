using ScimGateway.Slack.Http;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;
using ScimGateway.SlackEmulator.Traffic;
using Xunit;

namespace ScimGateway.Slack.Tests.Http;

/// <summary>
/// The executor's questions after a create whose answer was lost: they find what it made, whatever the names, and
/// nothing where it made nothing.
/// </summary>
public sealed class LookUpTests(SlackRig rig) : IClassFixture<SlackRig>
{
    public static IEnumerable<TheoryDataRow<string, string>> People =>
        [
            new("vera.holm", "vera@crew.example"),
            new("a-b_c.d", "vera+slack@crew.example"),
            new("obrien", "o'brien@crew.example"),
            new("quoted", "\"quoted\"@crew.example"),
            new("back", "back\\slash@crew.example"),
            new("aase", "åse@crew.example"),
            new("yamada", "山田@例え.jp"),
            new("amp", "a&b=c%22#?@crew.example"),
            new("and", "(x)and(y)@crew.example"),
        ];

    public static IEnumerable<TheoryDataRow<string>> Groups =>
        (
            (string[])
                [
                    "Crew",
                    "Crew \"A\"",
                    "'single'",
                    "back\\slash",
                    "ends in \\",
                    "a+b & c=d %22 #1?",
                    "x\" or displayName pr",
                    "Sales and Marketing (EMEA) or not",
                    "two  blanks",
                    "tab\there, line\nthere",
                    "Åse 山田 🚀",
                    "1",
                    "true",
                ]
        ).Select(n => new TheoryDataRow<string>(n));

    [Theory]
    [MemberData(nameof(People))]
    public async Task A_lost_user_is_found_by_name_and_by_address(string name, string address)
    {
        var create = new SlackCommand.CreateUser(
            SlackProfile.Nothing.With(SlackField.UserName, name).With(SlackField.PrimaryEmail, address)
        );
        foreach (var drop in Enum.GetValues<Drop>())
        {
            rig.Restart();
            SlackIds.Make(rig.Slack);
            rig.Slack.Faults.Add(new Fault { Method = "POST", Drop = drop });
            using var party = rig.Party();
            Assert.IsType<SlackResult.Lost>(await party.SendAsync(create));

            var byName = Assert
                .IsType<SlackResult.Done>(await party.SendAsync(new SlackCommand.FindUserByName(name)))
                .Users!;
            var byAddress = Assert
                .IsType<SlackResult.Done>(await party.SendAsync(new SlackCommand.FindUserByEmail(address)))
                .Users!;

            if (drop == Drop.Before)
            {
                Assert.Empty(byName.Resources);
                Assert.Empty(byAddress.Resources);
                Assert.IsType<SlackResult.Done>(await party.SendAsync(create));
                continue;
            }
            var found = Assert.Single(byName.Resources);
            Assert.Equal(name, found.Seen[SlackField.UserName]);
            Assert.Equal(address, found.Seen[SlackField.PrimaryEmail]);
            Assert.Equal(found.Id, Assert.Single(byAddress.Resources).Id);
            // Who asks nobody and tries again is told the same.
            var refused = Assert.IsType<SlackResult.Refused>(await party.SendAsync(create));
            Assert.Equal(SlackErrorKind.Conflict, refused.Row.Kind);
            Assert.Equal(found.Id, refused.Error.ExistingUser);
        }
    }

    [Theory]
    [MemberData(nameof(Groups))]
    public async Task A_lost_group_is_found_by_its_name(string name)
    {
        foreach (var drop in Enum.GetValues<Drop>())
        {
            rig.Restart();
            var ids = SlackIds.Make(rig.Slack);
            rig.Slack.Faults.Add(new Fault { Method = "POST", Drop = drop });
            using var party = rig.Party();
            Assert.IsType<SlackResult.Lost>(await party.SendAsync(new SlackCommand.CreateGroup(name, [ids.User])));

            var found = Assert
                .IsType<SlackResult.Done>(await party.SendAsync(new SlackCommand.FindGroup(name)))
                .Groups!.Resources;

            Assert.Equal(drop == Drop.Before ? [] : [name], found.Select(g => g.DisplayName));
            Assert.All(found, g => Assert.Equal([ids.User], g.Members));
        }
    }

    [Theory]
    [InlineData(400)]
    [InlineData(409)]
    public async Task A_name_that_is_taken_is_a_conflict_whatever_its_status(int status)
    {
        rig.Restart(("conflict.status", status));
        var ids = SlackIds.Make(rig.Slack);
        using var party = rig.Party();

        var group = Assert.IsType<SlackResult.Refused>(
            await party.SendAsync(new SlackCommand.CreateGroup("Secret crew", []))
        );
        var user = Assert.IsType<SlackResult.Refused>(
            await party.SendAsync(
                new SlackCommand.CreateUser(
                    SlackProfile
                        .Nothing.With(SlackField.UserName, "other")
                        .With(SlackField.PrimaryEmail, "Vera.SECRET@crew.example")
                )
            )
        );

        Assert.Equal((SlackErrorKind.Conflict, status), (group.Row.Kind, group.Error.Status));
        Assert.Equal((SlackErrorKind.Conflict, status), (user.Row.Kind, user.Error.Status));
        Assert.Equal(ids.User, user.Error.ExistingUser);
    }

    [Fact]
    public async Task Pages_follow_each_other_to_the_end()
    {
        rig.Restart(("paging.omit_items_per_page", true));
        for (var i = 0; i < 25; i++)
            rig.Slack.Workspace.MakeUser(new() { ["userName"] = $"u{i}" });
        using var party = rig.Party();
        var seen = new List<string>();

        for (int? at = 1; at is { } from; )
        {
            var page = Assert
                .IsType<SlackResult.Done>(await party.SendAsync(new SlackCommand.ListUsers(from, 10)))
                .Users!;
            seen.AddRange(page.Resources.Select(u => u.Id));
            at = page.Next;
        }

        Assert.Equal(rig.Slack.Workspace.Users().Select(u => (string)u["id"]!), seen);
    }
}
