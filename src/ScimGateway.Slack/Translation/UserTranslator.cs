using System.Globalization;
using System.Runtime.InteropServices;
using ScimGateway.Protocol.Paths;
using ScimGateway.Protocol.Resources;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Slack.Translation;

/// <summary>A user as a provider wants it.</summary>
/// <param name="Document">The SCIM 2.0 document.</param>
/// <param name="Asserts">Whether a provider has asserted a path: only what it has is wanted.</param>
/// <param name="SlackUserName">The user name that is reserved for it; null to leave Slack's own.</param>
/// <param name="ManagerSlackId">The manager's Slack id; null if there is no manager.</param>
/// <param name="ManagerIsLinked">
/// False while the manager has no Slack account, so that nothing is said of the manager.
/// </param>
public sealed record WantedUser(
    ScimResource Document,
    Func<AttributePath, bool> Asserts,
    string? SlackUserName,
    string? ManagerSlackId = null,
    bool ManagerIsLinked = true
);

/// <summary>Why a value is not in Slack as it was given.</summary>
public enum SlackNoteKind
{
    /// <summary>It was changed into one that Slack takes.</summary>
    Replaced,

    /// <summary>Slack takes no such value, so it was not sent.</summary>
    NotTaken,

    /// <summary>A setting keeps it from being sent.</summary>
    NotSent,

    /// <summary>Slack does not let it be cleared or changed.</summary>
    KeptBySlack,

    /// <summary>Slack did the rest and dropped it without a word.</summary>
    Dropped,

    /// <summary>Without it there can be no account.</summary>
    Missing,
}

/// <summary>What a translation, a plan or Slack did with a value that a reader would miss otherwise.</summary>
public sealed record SlackNote(SlackField Field, SlackNoteKind Kind, string Says);

/// <summary>Turns a wanted user into Slack's vocabulary, so that wanted and delivered can be compared. Pure.</summary>
public static class UserTranslator
{
    // Of these it is known beforehand what Slack takes. Its answer to anything else is that it does not understand the
    // request, which would look like the gateway's own mistake.
    private static readonly SlackField[] _known =
    [
        SlackField.Timezone,
        SlackField.GuestType,
        SlackField.GuestExpiration,
        SlackField.StartDate,
    ];

    // ISO 8601 as Slack takes it (docs/slack.md 4.5): a day, or a day and a time with or without an offset.
    private static readonly string[] _dates =
    [
        "yyyy-MM-dd",
        .. ((string[])["HH:mm", "HH:mm:ss", "HH:mm:ss.FFFFFFF"]).SelectMany(time =>
            ((string[])["", "'Z'", "zzz"]).Select(offset => $"yyyy-MM-dd'T'{time}{offset}")
        ),
    ];

    /// <summary>The fields that paths speak of.</summary>
    public static IEnumerable<SlackField> FieldsOf(Func<AttributePath, bool> has) =>
        AttributeMap
            .Rows.Where(row => row is { Field: not null, Asserted: not null } && has(row.Asserted))
            .Select(row => row.Field!.Value);

    /// <summary>
    /// Every asserted path that Slack has a field for; an asserted one without a value is empty, which clears it.
    /// </summary>
    public static (SlackProfile Wanted, IReadOnlyList<SlackNote> Notes) ToSlack(WantedUser user)
    {
        var says = new List<(SlackField, string?)>();
        foreach (var row in AttributeMap.Rows)
            if (row is { Field: { } field, Find: { } find } && user.Asserts(row.Asserted!))
                says.Add((field, find(user.Document)));
        if (user.SlackUserName is not null)
            says.Add((SlackField.UserName, user.SlackUserName));
        if (user.ManagerIsLinked && user.Asserts(AttributeMap.Row(SlackField.Manager).Asserted!))
            says.Add((SlackField.Manager, user.ManagerSlackId));

        var wanted = SlackProfile.Of(CollectionsMarshal.AsSpan(says));
        var notes = new List<SlackNote>();
        if (
            wanted[SlackField.DisplayName] is { } shown
            && SlackNames.CleanDisplayName(shown) is var clean
            && clean != shown
        )
        {
            wanted = wanted.With(SlackField.DisplayName, clean);
            notes.Add(
                new SlackNote(
                    SlackField.DisplayName,
                    SlackNoteKind.Replaced,
                    shown.StartsWith(clean, StringComparison.Ordinal)
                        ? $"The display name was cut to the {SlackNames.MostDisplayNameCharacters} characters that Slack takes."
                        : "Characters that Slack does not take in a display name were replaced."
                )
            );
        }
        foreach (var field in _known)
            if (wanted[field] is { } given && !IsTaken(field, given))
            {
                wanted = wanted.Without(field);
                notes.Add(new SlackNote(field, SlackNoteKind.NotTaken, NotTaken(field)));
            }
        // Names compare without case, and who knows whether Slack's do.
        if (wanted[SlackField.Timezone] is { } zone)
            wanted = wanted.With(SlackField.Timezone, TimeZones.Find(zone));
        if (wanted.Says(SlackField.Active) && wanted.Active is null)
            wanted = wanted.Without(SlackField.Active); // cleared: there is no third state, so it keeps its value
        return (wanted, notes);
    }

    /// <summary>Whether the user is to be a guest.</summary>
    public static bool IsGuest(ScimResource user) => Value(user, SlackField.GuestType) is not null;

    /// <summary>When a guest's account is to end; null where it is not.</summary>
    public static DateTimeOffset? GuestEnds(ScimResource user) =>
        SlackProfile.Nothing.With(SlackField.GuestExpiration, Value(user, SlackField.GuestExpiration)).GuestEnds;

    private static string? Value(ScimResource user, SlackField field) => AttributeMap.Row(field).Find!(user);

    /// <summary>Which of some fields of the user have values that Slack does not take, and why.</summary>
    public static IReadOnlyList<SlackNote> Wrong(ScimResource user, Func<SlackField, bool> among)
    {
        ArgumentNullException.ThrowIfNull(user);
        ArgumentNullException.ThrowIfNull(among);
        if (!_known.Any(among))
            return [];
        var (wanted, notes) = ToSlack(new WantedUser(user, _ => true, null));
        var isGuest = wanted[SlackField.GuestType] is not null;
        return
        [
            .. notes.Where(note => note.Kind == SlackNoteKind.NotTaken && among(note.Field)),
            .. !isGuest && wanted[SlackField.GuestExpiration] is not null && among(SlackField.GuestExpiration)
                ? (SlackNote[])[WholeValues.GuestsAlone]
                : [],
        ];
    }

    private static bool IsTaken(SlackField field, string value) =>
        field switch
        {
            SlackField.Timezone => TimeZones.Find(value) is not null,
            SlackField.GuestType => value.Equals("multi", StringComparison.OrdinalIgnoreCase),
            _ => DateTimeOffset.TryParseExact(
                value,
                _dates,
                CultureInfo.InvariantCulture,
                DateTimeStyles.AssumeUniversal,
                out _
            ),
        };

    private static string NotTaken(SlackField field) =>
        field switch
        {
            SlackField.Timezone => "Slack takes the names of the IANA time zone database, such as Europe/Berlin.",
            SlackField.GuestType => "Slack makes multi-channel guests alone: the type is \"multi\".",
            _ =>
                "Slack takes a date in ISO 8601, such as 2026-04-10, or a date and time, such as 2026-04-10T00:00:00Z.",
        };
}
