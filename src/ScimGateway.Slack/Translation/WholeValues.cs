using ScimGateway.Slack.Wire;

namespace ScimGateway.Slack.Translation;

/// <summary>What Slack takes together: sent or emptied as a whole, or one of two kept.</summary>
public static class WholeValues
{
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

    internal static SlackNote KeptBySlack(SlackField field) =>
        new(field, SlackNoteKind.KeptBySlack, $"kept by Slack: {SlackProfile.Name(field)}");

    // With both numbers to go, meta.attributes takes them in one word and needs no values.
    internal static bool IsOtherPhoneKept(SlackField field, SlackProfile wanted, SlackProfile delivered)
    {
        var other = OtherPhone(field);
        return !(wanted.Says(other) ? wanted[other] is null : delivered.Says(other) && delivered[other] is null);
    }

    private static SlackField OtherPhone(SlackField field) =>
        field == SlackField.PrimaryPhone ? SlackField.MobilePhone : SlackField.PrimaryPhone;

    // By its value a number is deleted from whichever slot has it. Where the other one has it too, or gets it, both are
    // emptied, which Slack does before it sets what the body says (docs/slack.md 4.8), and the other is told again.
    internal static void EqualPhones(
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
    internal static void KeepOneName(
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
    internal static SlackProfile? SecondName(ref SlackProfile clear, SlackProfile set, SlackProfile delivered)
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
    internal static void WholeAddress(ref SlackProfile set, ref SlackProfile clear, SlackProfile delivered)
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
    internal static void Guest(
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
