using System.Text;
using System.Text.Json;
using ScimGateway.SlackEmulator.Errors;
using ScimGateway.SlackEmulator.Organization;
using ScimGateway.SlackEmulator.Tuning;

namespace ScimGateway.SlackEmulator.Users;

/// <summary>userName with nickName, displayName, and the two names of a person (docs/slack.md 4.1).</summary>
internal static class NameRules
{
    private const int LongestUserName = 21;
    private const int LongestDisplayName = 80;

    /// <summary>The user name after this write, not yet held against those of others.</summary>
    public static WishedName UserName(Sent sent, Account? account)
    {
        var (wished, fromNickName) = Wished(sent);
        // Who sends back the name an account has keeps it, whatever rules came later.
        if (account is not null && (wished is null || wished == account.Profile.UserName))
            return new WishedName(account.Profile.UserName);
        RefuseEmoji(wished!);
        var name = Allowed(wished!);
        if (name.Length == 0)
            throw new SlackRefusal("username_empty");
        var isCut = name.Length > LongestUserName;
        if (isCut && sent.Knobs.Get(KnobTable.UsernameTooLong) is TooLong.Error)
            throw TooLongRefusal(name, fromNickName, sent.Verb);
        if (isCut)
            name = name[..LongestUserName];
        if (
            name != account?.Profile.UserName
            && sent.Knobs.Get(KnobTable.ReservedNames).Contains(name, StringComparer.OrdinalIgnoreCase)
        )
            throw new SlackRefusal("username_not_allowed", ("user", name));
        return new WishedName(name, isCut, ByNickNameAlone: fromNickName && !Sent.Says(sent["userName"]));
    }

    // After the addresses: for a person who is there already both clash, and the words a client was written for are
    // those of the address (docs/slack.md 4.6).
    public static void RefuseTaken(WishedName wished, Account? account, Workspace workspace, KnobValues knobs)
    {
        var isNew = wished.Name != account?.Profile.UserName;
        if (isNew && IsTaken(wished.Name, account, workspace, knobs))
            throw wished.IsCut
                ? new SlackRefusal("truncation_error")
                : TakenRefusal(wished.Name, wished.ByNickNameAlone);
    }

    public static bool IsTaken(string name, Account? by, Workspace workspace, KnobValues knobs)
    {
        if (knobs.Get(KnobTable.Channels).Contains(name, StringComparer.OrdinalIgnoreCase))
            return true;
        var freed = knobs.Get(KnobTable.UsernameFreeOnDeactivate);
        foreach (var holder in workspace.UsersByName(name))
            if (!ReferenceEquals(holder, by) && (holder.Profile.Active || !freed))
                return true;
        return false;
    }

    public static string DisplayName(Sent sent, Profile? person, string userName)
    {
        var old = person?.DisplayName;
        var next = sent.Next(sent["displayName"], old, unset: sent.Verb is Verb.Patch ? "" : userName)!;
        if (next == old || next.Length == 0 || next == userName)
            return next;
        RefuseEmoji(next);
        if (next.Length > LongestDisplayName)
            throw new SlackRefusal("invalid_name_maxlength");
        if (sent.Knobs.Get(KnobTable.DisplayNameSanitise) is Sanitise.Underscore)
            next = Underscored(next);
        else if (next[0] == '@')
            throw new SlackRefusal("invalid_starts_with_at");
        else if (next.Contains('@', StringComparison.Ordinal))
            throw new SlackRefusal("invalid_name_specials", ("user", userName));
        if (sent.Knobs.Get(KnobTable.ReservedNames).Contains(next, StringComparer.OrdinalIgnoreCase))
            throw new SlackRefusal("invalid_reserved_word");
        if (person is not null && sent.Knobs.Get(KnobTable.DisplayNameUpdate) is Allowance.Refused)
            throw new SlackRefusal("invalid_display_name");
        return next;
    }

    /// <summary>Given and family name; a new account without a name is called as it is shown.</summary>
    public static (string Given, string Family) Person(Sent sent, Profile? old, string displayName)
    {
        var name = sent["name"];
        if (name.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null or JsonValueKind.Undefined))
            throw new SlackRefusal("invalid_attribute_format");
        var saysGiven = Sent.Member(name, "givenName");
        var saysFamily = Sent.Member(name, "familyName");
        if (sent.Verb is not Verb.Patch && !Sent.Says(saysGiven) && !Sent.Says(saysFamily) && !sent.Leaves(name))
            return (displayName, "");
        var given = sent.Next(saysGiven, old?.GivenName, "")!;
        var family = sent.Next(saysFamily, old?.FamilyName, "")!;
        RefuseEmoji(given);
        RefuseEmoji(family);
        if (given.Length == 0 && family.Length == 0 && (Sent.Says(saysGiven) || Sent.Says(saysFamily)))
            throw new SlackRefusal("invalid_name_required");
        return (given, family);
    }

    // The two attributes are one field; which counts when they differ is a knob. Null: this PATCH says nothing of it.
    private static (string? Name, bool FromNickName) Wished(Sent sent)
    {
        var user = Said(sent["userName"], "username_invalid");
        var nick = Said(sent["nickName"], "invalid_attribute_format");
        if (sent.Verb is not Verb.Patch && string.IsNullOrWhiteSpace(user))
            throw new SlackRefusal("username_empty");
        if (user is null && nick is null)
            return (null, false);
        if (string.IsNullOrWhiteSpace(user) && string.IsNullOrWhiteSpace(nick))
            throw new SlackRefusal("username_empty");
        if (string.IsNullOrWhiteSpace(nick))
            return (user, false);
        if (string.IsNullOrWhiteSpace(user))
            return (nick, true);
        // Equal but for what Slack changes anyway (case, an address): no contradiction.
        if (Allowed(user) == Allowed(nick))
            return (user, false);
        return sent.Knobs.Get(KnobTable.UsernamePrecedence) is NameSource.NickName ? (nick, true) : (user, false);
    }

    private static string? Said(JsonElement value, string malformed) =>
        value.ValueKind switch
        {
            JsonValueKind.Undefined or JsonValueKind.Null => null,
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.GetRawText(),
            _ => throw new SlackRefusal(malformed),
        };

    // An address gives its local part; what is not allowed becomes _ (docs/slack.md 4.1).
    private static string Allowed(string wished)
    {
        var name = wished.Trim();
        if (name.IndexOf('@', StringComparison.Ordinal) is > 0 and var at)
            name = name[..at];
        if (name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_' or '-'))
            return name;
        var text = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
            text.Append(
                rune.IsAscii && (Rune.IsLetterOrDigit(rune) || rune.Value is '.' or '_' or '-')
                    ? char.ToLowerInvariant((char)rune.Value)
                    : '_'
            );
        return text.ToString();
    }

    private static string Underscored(string name)
    {
        var text = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
            if (Rune.IsLetterOrDigit(rune) || rune.Value is ' ' or '.' or '_' or '-')
                text.Append(rune.ToString());
            else
                text.Append('_');
        return text.ToString();
    }

    private static void RefuseEmoji(string name)
    {
        foreach (var c in name)
        {
            if (c < 0x2600)
                continue;
            foreach (var rune in name.EnumerateRunes())
                if (rune.Value is (>= 0x2600 and <= 0x27BF) or 0xFE0F or (>= 0x1F000 and <= 0x1FAFF))
                    throw new SlackRefusal("invalid_emoji_not_allowed");
            return;
        }
    }

    private static SlackRefusal TooLongRefusal(string name, bool fromNickName, Verb verb) =>
        fromNickName ? new SlackRefusal("long_nickname")
        : verb is Verb.Post ? new SlackRefusal("username_too_long", ("username", name))
        : new SlackRefusal("long_username", ("user", name));

    // Older words, seen by a connector that sent nickName (docs/slack.md 8.2): kept for a clash
    // that nickName alone brought about.
    private static SlackRefusal TakenRefusal(string name, bool byNickNameAlone) =>
        byNickNameAlone ? new SlackRefusal("nickname_taken") : new SlackRefusal("username_taken", ("username", name));
}

/// <summary>A user name as a body wishes it, made to fit.</summary>
internal readonly record struct WishedName(string Name, bool IsCut = false, bool ByNickNameAlone = false);
