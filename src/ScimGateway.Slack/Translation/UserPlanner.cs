using ScimGateway.Slack.Wire;

namespace ScimGateway.Slack.Translation;

/// <summary>
/// Wanted − delivered, not wanted − seen: Slack lower-cases, computes and refuses to clear, so what it shows may always
/// differ. Pure: no clock, no database, no HTTP. Never asserted is in no plan; not known of Slack is in each.
/// </summary>
public static class UserPlanner
{
    private static readonly SlackField[] _freeing =
    [
        SlackField.UserName,
        SlackField.PrimaryEmail,
        SlackField.SecondaryEmail,
    ];

    /// <summary>The commands for a user that is to be there.</summary>
    /// <param name="wanted">What is wanted, in Slack's vocabulary.</param>
    /// <param name="slackId">The account; null if there is none yet.</param>
    /// <param name="delivered">What Slack has of it, as far as we told it or found it.</param>
    /// <param name="settings">How differences are told.</param>
    public static UserPlan Plan(SlackProfile wanted, string? slackId, SlackProfile delivered, SlackSettings settings)
    {
        if (slackId is null)
            return wanted.Active == false && !settings.CreateDisabledUsers ? UserPlan.Nothing : Create(wanted);

        var active = wanted.Active ?? delivered.Active ?? true;
        if (active)
            return Change(wanted, slackId, delivered, settings);

        // A deactivation goes first and alone. What else changes of an inactive user waits, unless it frees a name for
        // others, which what is known to be empty does not.
        var freeing = Change(
            wanted.Only(f => _freeing.Contains(f) && (!delivered.Says(f) || delivered[f] is not null)),
            slackId,
            delivered,
            settings
        );
        SlackNote[] waiting = Waiting(wanted, slackId, delivered, settings) is { } waits ? [waits] : [];
        return new UserPlan(
            delivered.Active == false
                ? freeing.Commands
                : [new SlackCommand.DeactivateUser(slackId), .. freeing.Commands],
            [.. freeing.Notes, .. waiting]
        );
    }

    // What else would be told of the user; null for nothing. Of a field that is not known no value is missed.
    private static SlackNote? Waiting(
        SlackProfile wanted,
        string slackId,
        SlackProfile delivered,
        SlackSettings settings
    )
    {
        var others = wanted.Only(f =>
            f != SlackField.Active && !_freeing.Contains(f) && (wanted[f] is not null || delivered.Says(f))
        );
        var fields = Change(others, slackId, delivered, settings)
            .Commands.OfType<SlackCommand.PatchUser>()
            .SelectMany(command => command.Delivers.Fields)
            .ToArray();
        return fields is [var first, ..]
            ? new SlackNote(
                first,
                SlackNoteKind.NotSent,
                $"Slack is told {string.Join(", ", fields.Select(SlackProfile.Name))} once the account is active."
            )
            : null;
    }

    /// <summary>The commands for a user that is to be gone.</summary>
    public static UserPlan PlanRemoval(string? slackId, SlackProfile delivered, SlackSettings settings) =>
        slackId is null || delivered.Active == false ? UserPlan.Nothing
        : settings.DeleteRemovedUsers ? new UserPlan([new SlackCommand.DeleteUser(slackId)], [])
        : new UserPlan([new SlackCommand.DeactivateUser(slackId)], []);

    // A disabled user is made active and deactivated by the next plan: what Slack does with active:false in a POST is
    // not known.
    private static UserPlan Create(SlackProfile wanted)
    {
        foreach (var field in (SlackField[])[SlackField.UserName, SlackField.PrimaryEmail])
            if (wanted[field] is null)
                return new UserPlan(
                    [],
                    [
                        new SlackNote(
                            field,
                            SlackNoteKind.Missing,
                            $"Slack makes no account without {SlackProfile.Name(field)}."
                        ),
                    ]
                );
        var (profile, none) = (wanted.Only(f => f != SlackField.Active && wanted[f] is not null), SlackProfile.Nothing);
        var notes = new List<SlackNote>();
        WholeValues.Guest(ref profile, ref none, wanted, SlackProfile.Nothing, notes);
        return new UserPlan([new SlackCommand.CreateUser(profile)], notes);
    }

    private static UserPlan Change(SlackProfile wanted, string id, SlackProfile delivered, SlackSettings settings)
    {
        var (set, clear, delete) = (SlackProfile.Nothing, SlackProfile.Nothing, SlackProfile.Nothing);
        var notes = new List<SlackNote>();
        var toRead = new List<SlackField>();

        foreach (var field in wanted.Fields)
        {
            var value = wanted[field];
            if (delivered.Says(field) && delivered[field] == value)
                continue;

            var row = AttributeMap.Row(field);
            if (field == SlackField.DisplayName && settings.DisplayNameOnCreateOnly)
                notes.Add(
                    new SlackNote(
                        field,
                        SlackNoteKind.NotSent,
                        "The display name is sent only when an account is made."
                    )
                );
            else if (row.Direction == Direction.OnCreate || (value is null && row.Clearing == Clearing.KeptBySlack))
                notes.Add(WholeValues.KeptBySlack(field));
            else if (value is not null)
                set = set.With(field, value);
            else if (row.Clearing == Clearing.DeleteByValue && WholeValues.IsOtherPhoneKept(field, wanted, delivered))
            {
                if (!delivered.Says(field))
                    toRead.Add(field);
                delete = delete.With(field, delivered[field]);
            }
            else
                clear = clear.With(field, null);
        }

        SignIn(ref set, wanted);
        SecondEmail(ref set, wanted);
        WholeValues.EqualPhones(ref set, ref clear, ref delete, delivered);
        WholeValues.KeepOneName(ref clear, set, delivered, notes);
        WholeValues.WholeAddress(ref set, ref clear, delivered);
        WholeValues.Guest(ref set, ref clear, wanted, delivered, notes);
        // Slack may have ended the account at the former end, and undoes that by no later one.
        var isOtherEnd = set.Says(SlackField.GuestExpiration) || clear.Says(SlackField.GuestExpiration);
        if (
            isOtherEnd
            && delivered[SlackField.GuestExpiration] is not null
            && (wanted.Active ?? delivered.Active) == true
        )
            set = set.With(active: true);

        // A value that is deleted by naming it must be known first.
        if (toRead.Count > 0)
            return new UserPlan([new SlackCommand.ReadUser(id, toRead)], notes);
        UserChange[] changes = WholeValues.SecondName(ref clear, set, delivered) is { } second
            ? [new(set, clear, delete), new(SlackProfile.Nothing, second, SlackProfile.Nothing)]
            : [new(set, clear, delete)];
        return new UserPlan([.. changes.Where(c => !c.IsEmpty).Select(c => new SlackCommand.PatchUser(id, c))], notes);
    }

    // Whoever is let in signs in by the address that is wanted, though somebody may have changed it in Slack while nobody
    // was told of it: it costs no call.
    private static void SignIn(ref SlackProfile set, SlackProfile wanted)
    {
        if (set.Active == true && wanted[SlackField.PrimaryEmail] is { } address)
            set = set.With(SlackField.PrimaryEmail, address);
    }

    // Whether a new primary address makes the former one the second is not known (docs/slack.md 4.3): the second one is
    // told along.
    private static void SecondEmail(ref SlackProfile set, SlackProfile wanted)
    {
        if (set.Says(SlackField.PrimaryEmail) && wanted[SlackField.SecondaryEmail] is { } second)
            set = set.With(SlackField.SecondaryEmail, second);
    }
}
