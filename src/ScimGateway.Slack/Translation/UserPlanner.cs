using ScimGateway.Slack.Wire;

namespace ScimGateway.Slack.Translation;

/// <summary>What to tell Slack of a user, and what it cannot be told.</summary>
public sealed record UserPlan(IReadOnlyList<SlackCommand> Commands, IReadOnlyList<SlackNote> Notes)
{
    /// <summary>Nothing to tell.</summary>
    public static UserPlan Nothing { get; } = new([], []);

    /// <summary>Whether there is nothing to tell.</summary>
    public bool IsEmpty => Commands.Count == 0;

    /// <summary>What has to be there before Slack can have the user at all; null if nothing is missing.</summary>
    public SlackNote? Missing => Notes.FirstOrDefault(n => n.Kind == SlackNoteKind.Missing);
}

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

    /// <summary>That a member's account has no end.</summary>
    internal static readonly SlackNote GuestsAlone = new(
        SlackField.GuestExpiration,
        SlackNoteKind.NotTaken,
        "Slack takes the end of an account from guests only."
    );

    private static readonly (SlackField, SlackField)[] _names =
    [
        (SlackField.GivenName, SlackField.FamilyName),
        (SlackField.FamilyName, SlackField.GivenName),
    ];

    private static readonly SlackField[] _address =
    [
        SlackField.StreetAddress,
        SlackField.Locality,
        SlackField.Region,
        SlackField.PostalCode,
        SlackField.Country,
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
        return delivered.Active == false
            ? freeing
            : freeing with
            {
                Commands = [new SlackCommand.DeactivateUser(slackId), .. freeing.Commands],
            };
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
        Guest(ref profile, ref none, wanted, SlackProfile.Nothing, notes);
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
                notes.Add(KeptBySlack(field));
            else if (value is not null)
                set = set.With(field, value);
            else if (row.Clearing == Clearing.DeleteByValue && IsOtherPhoneKept(field, wanted, delivered))
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
        EqualPhones(ref set, ref clear, ref delete, delivered);
        KeepOneName(ref clear, set, delivered, notes);
        WholeAddress(ref set, ref clear, delivered);
        Guest(ref set, ref clear, wanted, delivered, notes);
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
        UserChange[] changes = SecondName(ref clear, set, delivered) is { } second
            ? [new(set, clear, delete), new(SlackProfile.Nothing, second, SlackProfile.Nothing)]
            : [new(set, clear, delete)];
        return new UserPlan([.. changes.Where(c => !c.IsEmpty).Select(c => new SlackCommand.PatchUser(id, c))], notes);
    }

    private static SlackNote KeptBySlack(SlackField field) =>
        new(field, SlackNoteKind.KeptBySlack, $"kept by Slack: {SlackProfile.Name(field)}");

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

    // With both numbers to go, meta.attributes takes them in one word and needs no values.
    private static bool IsOtherPhoneKept(SlackField field, SlackProfile wanted, SlackProfile delivered)
    {
        var other = OtherPhone(field);
        return !(wanted.Says(other) ? wanted[other] is null : delivered.Says(other) && delivered[other] is null);
    }

    private static SlackField OtherPhone(SlackField field) =>
        field == SlackField.PrimaryPhone ? SlackField.MobilePhone : SlackField.PrimaryPhone;

    // By its value a number is deleted from whichever slot has it. Where the other one has it too, or gets it, both are
    // emptied, which Slack does before it sets what the body says (docs/slack.md 4.8), and the other is told again.
    private static void EqualPhones(
        ref SlackProfile set,
        ref SlackProfile clear,
        ref SlackProfile delete,
        SlackProfile delivered
    )
    {
        foreach (var field in delete.Fields.ToList())
        {
            var other = OtherPhone(field);
            if (
                (set[other] ?? delivered[other]) is not { } kept
                || (kept != delete[field] && delivered[other] != delete[field])
            )
                continue;
            set = set.With(other, kept);
            clear = clear.With(field, null);
            delete = delete.Without(field);
        }
    }

    // invalid_name_required: of the two names one stays (docs/slack.md 4.8).
    private static void KeepOneName(
        ref SlackProfile clear,
        SlackProfile set,
        SlackProfile delivered,
        List<SlackNote> notes
    )
    {
        var (cleared, final) = (clear, delivered.With(set).With(clear));
        SlackField[] names = [SlackField.GivenName, SlackField.FamilyName];
        if (!names.Any(cleared.Says) || names.Any(name => final[name] is not null))
            return;
        var kept = names.First(cleared.Says);
        clear = clear.Without(kept);
        notes.Add(KeptBySlack(kept));
    }

    // Slack empties before it sets what the body says (docs/slack.md 4.8): where the one name comes only with the body
    // that takes the other away, there would be none in between, which is invalid_name_required. So the other one goes
    // afterwards.
    private static SlackProfile? SecondName(ref SlackProfile clear, SlackProfile set, SlackProfile delivered)
    {
        foreach (var (name, other) in _names)
            if (clear.Says(name) && set.Says(other) && delivered[other] is null)
            {
                clear = clear.Without(name);
                return SlackProfile.Nothing.With(name, null);
            }
        return null;
    }

    // An address is one value to Slack: it is sent with all its parts, or cleared with the last of them.
    private static void WholeAddress(ref SlackProfile set, ref SlackProfile clear, SlackProfile delivered)
    {
        var (toSet, toClear) = (set, clear);
        if (!_address.Any(part => toSet.Says(part) || toClear.Says(part)))
            return;
        var whole = delivered.With(set).With(clear);
        if (_address.All(part => whole[part] is null))
            return;
        foreach (var part in _address.Where(whole.Says))
        {
            set = set.With(part, whole[part]);
            clear = clear.Without(part);
        }
    }

    // A guest's end is told with the type, without which Slack does not take the extension; a member has none.
    private static void Guest(
        ref SlackProfile set,
        ref SlackProfile clear,
        SlackProfile wanted,
        SlackProfile delivered,
        List<SlackNote> notes
    )
    {
        var isToBeMember = clear.Says(SlackField.GuestType);
        if (isToBeMember)
            clear = clear.With(SlackField.GuestExpiration, null);
        if (!set.Says(SlackField.GuestExpiration))
            return;

        var type = isToBeMember ? null : wanted[SlackField.GuestType] ?? delivered[SlackField.GuestType];
        if (type is not null)
            set = set.With(SlackField.GuestType, type);
        else
        {
            set = set.Without(SlackField.GuestExpiration);
            notes.Add(GuestsAlone);
        }
    }
}
