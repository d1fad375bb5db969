using System.Globalization;
using ScimGateway.SlackEmulator.Spelling;
using ScimGateway.SlackEmulator.Tuning;

namespace ScimGateway.SlackEmulator.Organization;

/// <summary>An organization to start with: the primary owner, and as many members and groups as asked for. The same
/// number, the same organization.</summary>
internal static class Seed
{
    public const string PrimaryOwnerId = "U0EMUOWNER";

    private static readonly string[] _given = (
        "Ada Barbara Carly Dennis Edsger Frances Grace Hedy Ivan Joan Ken Leslie Margaret Niklaus Ole Peter "
        + "Radia Sophie Tony Ursula Vera Whitfield Yukihiro Zora"
    ).Split(' ');

    private static readonly string[] _family = (
        "Allen Bartik Clarke Dijkstra Engelbart Floyd Goldberg Hopper Iverson Jensen Knuth Lamport Moore Naur "
        + "Perlis Ritchie Sutherland Thompson Wirth Wilson"
    ).Split(' ');

    private static readonly string[] _titles = ["", "Engineer", "Designer", "Analyst", "Clerk", "Tour Guide"];

    public static void Fill(Workspace workspace, int users, KnobValues knobs)
    {
        var now = workspace.Clock.GetUtcNow();
        workspace.Expect(users + 1);
        workspace.Add(Owner(workspace.StandInId(PrimaryOwnerId), now.AddDays(-365)));

        // Created one second apart, a year ago, so that order by creation means something.
        var groups = new Group[users / 100];
        for (var i = 0; i < groups.Length; i++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"Group {i + 1}");
            workspace.Add(groups[i] = new Group(workspace.NewGroupId(), now.AddDays(-300).AddSeconds(i), name));
        }
        for (var i = 0; i < users; i++)
        {
            var account = Member(workspace.NewUserId(), i, now.AddDays(-364).AddSeconds(i));
            workspace.Add(account);
            if (groups.Length > 0)
                workspace.Join(groups[i % groups.Length], account, knobs);
        }
    }

    private static Account Owner(string id, DateTimeOffset created) =>
        new(
            id,
            created,
            new Profile
            {
                UserName = "emulator.owner",
                DisplayName = "Emulator Owner",
                GivenName = "Emulator",
                FamilyName = "Owner",
                PrimaryEmail = "emulator.owner@example.com",
            }
        )
        {
            Rank = Rank.PrimaryOwner,
        };

    private static Account Member(string id, int number, DateTimeOffset created)
    {
        var given = _given[number % _given.Length];
        var family = _family[number / _given.Length % _family.Length];
        // At most 21 characters: the longest first letter and family name leave 10 for the number.
        var userName = string.Create(
            CultureInfo.InvariantCulture,
            $"{char.ToLowerInvariant(given[0])}{family.ToLowerInvariant()}{number + 1}"
        );
        return new Account(
            id,
            created,
            new Profile
            {
                UserName = userName,
                DisplayName = userName,
                GivenName = given,
                FamilyName = family,
                Title = _titles[number % _titles.Length],
                PrimaryEmail = userName + "@example.com",
            }
        );
    }
}
