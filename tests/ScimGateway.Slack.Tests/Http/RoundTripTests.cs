using System.Text.Json.Nodes;
using ScimGateway.Slack.Http;
using ScimGateway.Slack.Translation;
using ScimGateway.Slack.Wire;
using Xunit;

namespace ScimGateway.Slack.Tests.Http;

/// <summary>
/// Wanted, translated, planned, sent, read back: equal on all that the map calls representable, and nothing left to
/// say. Whatever the unknowns of Slack turn out to be.
/// </summary>
[Trait("speed", "slow")]
public sealed class RoundTripTests(SlackRig rig) : IClassFixture<SlackRig>
{
    // What a user looks like without an account's profile fields (docs/slack.md 4.7).
    private static readonly SlackField[] _longFormOnly =
    [
        SlackField.HonorificPrefix,
        SlackField.StreetAddress,
        SlackField.Locality,
        SlackField.Region,
        SlackField.PostalCode,
        SlackField.Country,
        SlackField.PrimaryPhone,
        SlackField.MobilePhone,
        SlackField.UserType,
        SlackField.Role,
        SlackField.PreferredLanguage,
        SlackField.Locale,
        SlackField.EmployeeNumber,
        SlackField.CostCenter,
        SlackField.Organization,
        SlackField.Division,
        SlackField.Department,
        SlackField.Manager,
        SlackField.StartDate,
    ];

    // What Slack fills in by itself where nothing was said: the names of a new account, a stand-in picture, an address
    // of a page, a zone.
    private static readonly SlackField[] _ofSlacksOwn =
    [
        SlackField.DisplayName,
        SlackField.GivenName,
        SlackField.Photo,
        SlackField.ProfileUrl,
        SlackField.Timezone,
    ];

    private static readonly SlackField[] _freeing =
    [
        SlackField.UserName,
        SlackField.PrimaryEmail,
        SlackField.SecondaryEmail,
    ];

    public static IEnumerable<TheoryDataRow<string, int, int>> Slacks =>
        [
            new("", 1, 300),
            new("", 2, 300),
            new("", 3, 300),
            .. (
                (string[])
                    [
                        """{"username.precedence":"userName"}""",
                        """{"emails.patch_primary":"demote-old-to-secondary"}""",
                        """{"emails.patch_untyped":"primary"}""",
                        """{"clear.empty_string":false,"clear.null":"never"}""",
                        """{"clear.null":"always","name.clear_all":"refused"}""",
                        """{"deactivate.group_membership":"kept"}""",
                        """{"user.form":"short"}""",
                        """{"user.form":"long","emails.blank_secondary":"always"}""",
                        """{"users.delete_status":204}""",
                        """{"json.escape_slash":false,"headers.location":false,"conflict.status":409}""",
                        """{"schemas.required_on":["POST","PUT","PATCH"],"schemas.check_content":true}""",
                        """{"unknown_attributes":"reject","multivalued.accept_object":false,"active.accept_string":false,"content_type.strict":true}""",
                        """{"schemas.require_profile_urn":false,"schemas.require_guest_urn":false}""",
                        """{"post.inactive":"ignored","put.missing_active":"deactivate","emails.lowercase":false}""",
                        """{"phones.unknown_type":"ignore","manager.unknown":"store-as-is"}""",
                        """{"phones.unknown_type":"ignore","username.free_on_deactivate":true}""",
                        """{"displayname.sanitise":"underscore"}""",
                        """{"displayname.update":"refused"}""",
                        """{"tenant.kind":"business_plus"}""",
                        """{"guest.conversion_drops_groups":true,"externalid.store":true}""",
                    ]
            ).Select((knobs, i) => new TheoryDataRow<string, int, int>(knobs, 10 + i, 60)),
        ];

    [Theory]
    [MemberData(nameof(Slacks))]
    public async Task What_is_wanted_is_what_is_read_back_and_nothing_is_left_to_say(string knobs, int seed, int people)
    {
        var given = knobs.Length == 0 ? [] : JsonNode.Parse(knobs)!.AsObject();
        rig.Restart([.. given.Select(k => (k.Key, k.Value))]);
        using var party = rig.Party();
        var bosses = Enumerable
            .Range(0, 3)
            .Select(i => rig.Slack.Workspace.MakeUser(new() { ["userName"] = $"boss{i}" }))
            .ToArray();

        for (var number = 0; number < people; number++)
        {
            var person = new RandomPerson(seed, number, bosses, mayBeGuest: !knobs.Contains("business_plus"));
            // Where Slack refuses another display name (docs/slack.md 4.1), the tenant is to be set so that none is
            // sent.
            if (knobs.Contains("displayname.update"))
                person = new RandomPerson(seed, number, bosses, mayBeGuest: true)
                {
                    Settings = person.Settings with { DisplayNameOnCreateOnly = true },
                };
            var life = new Life(rig, party.Client, person, knobs);
            for (var change = 0; change < 6; change++)
            {
                try
                {
                    await life.SettleAsync();
                    await life.AssertEqualAsync();
                }
                catch (Exception e)
                {
                    throw new InvalidOperationException(
                        $"Person {number}, change {change}: {e.Message}\n{life}\n{person}",
                        e
                    );
                }
                person.Change();
            }
            await life.RemoveAsync();
        }
    }

    /// <summary>One account from the first plan to the last, carried out as an executor would.</summary>
    private sealed class Life(SlackRig rig, SlackScimClient client, RandomPerson person, string knobs)
    {
        private readonly HashSet<SlackField> _told = [];
        private readonly List<string> _story = [];
        private readonly HashSet<string> _formerAddresses = [];
        private string? _id;
        private SlackProfile _delivered = SlackProfile.Nothing;

        private SlackProfile Wanted => UserTranslator.ToSlack(person.Wanted).Wanted;

        public async Task SettleAsync()
        {
            var before = _id is null ? null : Raw();
            for (var round = 0; ; round++)
            {
                var plan = UserPlanner.Plan(Wanted, _id, _delivered, person.Settings);
                if (plan.IsEmpty)
                    break;
                Assert.True(round < 4, "There is always something left to say.");
                foreach (var command in plan.Commands)
                    await CarryOutAsync(command);
            }
            if (before is not null)
                AssertUntouched(before);
        }

        public async Task AssertEqualAsync()
        {
            var wanted = Wanted;
            var plan = UserPlanner.Plan(wanted, _id, _delivered, person.Settings);
            if (_id is null)
            {
                Assert.True(
                    (wanted.Active == false && !person.Settings.CreateDisabledUsers)
                        || plan.Notes.Any(n => n.Field == SlackField.PrimaryEmail),
                    "No account was made."
                );
                return;
            }
            var (raw, noted) = (Raw(), plan.Notes.Select(n => n.Field).ToHashSet());
            // What changes of an inactive account waits, unless it frees a name or an address for others.
            var isActive = wanted.Active ?? _delivered.Active ?? true;
            Assert.Equal(isActive, raw.Active);
            foreach (var field in wanted.Fields.Where(f => f != SlackField.Active && !noted.Contains(f)))
                if (
                    (isActive || (_freeing.Contains(field) && raw[field] is not null)) && !IsExcused(field, wanted, raw)
                )
                    Assert.True(
                        wanted[field] == raw[field],
                        $"{field}: wanted '{wanted[field]}', Slack has '{raw[field]}'"
                    );

            // What Slack shows is what it has, and seen by that too there is nothing to say.
            var read = Assert.IsType<SlackResult.Done>(await SendAsync(new SlackCommand.ReadUser(_id))).User!;
            var isShort = knobs.Contains("short") || (raw[SlackField.GuestType] is not null && !knobs.Contains("long"));
            var shown = Enum.GetValues<SlackField>()
                .Where(f => !(isShort && _longFormOnly.Contains(f)))
                .Where(f => !(knobs.Contains("short") && f is SlackField.GuestType or SlackField.GuestExpiration))
                .Where(f => !(_ofSlacksOwn.Contains(f) && raw[f] is null))
                .ToList();
            Assert.All(shown, f => Assert.Equal($"{f} {raw[f]}", $"{f} {read.Seen[f]}"));
            var mine = shown
                .Where(f => !(_ofSlacksOwn.Contains(f) && wanted[f] is null) && !IsExcused(f, wanted, raw))
                .ToHashSet();
            Assert.Empty(
                UserPlanner
                    .Plan(
                        wanted.Only(mine.Contains),
                        _id,
                        _delivered.With(read.Seen.Only(mine.Contains)),
                        person.Settings
                    )
                    .Commands
            );
        }

        public async Task RemoveAsync()
        {
            foreach (var command in UserPlanner.PlanRemoval(_id, _delivered, person.Settings).Commands)
                await CarryOutAsync(command);
            Assert.True(UserPlanner.PlanRemoval(_id, _delivered, person.Settings).IsEmpty);
            Assert.True(_id is null || Raw().Active == false);
        }

        public override string ToString() => string.Join('\n', _story.TakeLast(4));

        private async Task CarryOutAsync(SlackCommand command)
        {
            _story.Add($"{command}");
            var done = Assert.IsType<SlackResult.Done>(await SendAsync(command));
            _id ??= done.User!.Id;
            if (command is SlackCommand.ReadUser)
                _delivered = _delivered.With(done.User!.Seen);
            else
                _delivered = _delivered.With(command.Delivers);
            if (_delivered[SlackField.PrimaryEmail] is { } address)
                _formerAddresses.Add(address);
            _told.UnionWith(
                command switch
                {
                    SlackCommand.CreateUser c => c.Profile.Fields,
                    SlackCommand.PatchUser c => c.Delivers.Fields,
                    _ => [],
                }
            );
        }

        private async Task<SlackResult> SendAsync(SlackCommand command)
        {
            var result = await client.SendAsync(command, default, TestContext.Current.CancellationToken);
            if (result is not SlackResult.Done)
                _story.Add($"  {result}");
            return result;
        }

        private bool IsExcused(SlackField field, SlackProfile wanted, SlackProfile raw) =>
            // Never said, since Slack had been told nothing either: it keeps what it made up.
            (
                wanted[field] is null
                && _ofSlacksOwn.Contains(field)
                && (!_told.Contains(field) || field == SlackField.Timezone)
            )
            // The knob's own: every sign but . _ - and the blank becomes "_".
            || (
                knobs.Contains("displayname.sanitise")
                && field == SlackField.DisplayName
                && wanted[field] is { } shown
                && raw[field]
                    == new string([
                        .. shown.Select(c => char.IsLetterOrDigit(c) || c is ' ' or '.' or '_' or '-' ? c : '_'),
                    ])
            )
            // The knob's own: the former primary address stays as the second one where none is told, because none is
            // wanted or an inactive account's waits; and no body can say otherwise.
            || (
                knobs.Contains("demote-old")
                && field == SlackField.SecondaryEmail
                && (wanted[field] is null || raw.Active == false)
                && raw[field] is { } former
                && _formerAddresses.Contains(former)
            );

        // What no provider ever asserted keeps its value; but who becomes a member has no end.
        private void AssertUntouched(SlackProfile before)
        {
            var (wanted, after) = (Wanted, Raw());
            foreach (var field in Enum.GetValues<SlackField>().Where(f => !wanted.Says(f)))
                if (!(field == SlackField.GuestExpiration && after[SlackField.GuestType] is null))
                    Assert.True(
                        before[field] == after[field],
                        $"{field} was '{before[field]}' and became '{after[field]}'"
                    );
        }

        // Slack's own state, past all that it shows.
        private SlackProfile Raw()
        {
            var raw = rig.Slack.Workspace.User(_id!)!;
            var emails = raw["emails"]!.AsArray().Select(e => (string?)e!["value"]).ToArray();
            var profile = SlackProfile.Nothing;
            foreach (var field in Enum.GetValues<SlackField>())
                profile = profile.With(
                    field,
                    field switch
                    {
                        SlackField.Active => (bool)raw["active"]! ? "true" : "false",
                        SlackField.GivenName or SlackField.FamilyName or SlackField.HonorificPrefix => Text(
                            raw["name"],
                            SlackProfile.Name(field)
                        ),
                        SlackField.PrimaryEmail => emails[0],
                        SlackField.SecondaryEmail => emails.ElementAtOrDefault(1),
                        SlackField.StreetAddress
                        or SlackField.Locality
                        or SlackField.Region
                        or SlackField.PostalCode
                        or SlackField.Country => Text(raw["address"], SlackProfile.Name(field)),
                        SlackField.GuestType => Text(raw["guest"], "type"),
                        SlackField.GuestExpiration => Text(raw["guest"], "expiration"),
                        SlackField.Manager => Text(raw, "managerId"),
                        _ => Text(raw, SlackProfile.Name(field)),
                    }
                );
            return profile;

            static string? Text(JsonNode? json, string name) => (string?)(json as JsonObject)?[name];
        }
    }
}
