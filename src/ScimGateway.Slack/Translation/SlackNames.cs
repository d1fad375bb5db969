using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using ScimGateway.Protocol.Resources;

namespace ScimGateway.Slack.Translation;

/// <summary>
/// What Slack takes as names (docs/slack.md 4.1), and how a name is made of one that it does not take.
/// </summary>
public static class SlackNames
{
    /// <summary>The longest user name.</summary>
    public const int MostUserNameCharacters = 21;

    /// <summary>How many of the user names that can be made of one are tried.</summary>
    public const int MostTried = 1_000;

    /// <summary>The longest display name.</summary>
    public const int MostDisplayNameCharacters = 80;

    private const string DisplayPunctuation = " ._-'([{}]),/;";

    /// <summary>Whether Slack takes the user name as it is.</summary>
    public static bool IsUserName(string name) =>
        name.Length is > 0 and <= MostUserNameCharacters && name.All(IsUserNameCharacter);

    /// <summary>
    /// The user names to try for a SCIM userName, best first and without end: the name itself, then with a number. The
    /// same name always gives the same ones.
    /// </summary>
    public static IEnumerable<string> UserNames(string userName)
    {
        var name = Fold(BeforeAt(userName));
        if (name.Trim('.', '_', '-').Length == 0)
            name =
                "u"
                + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(userName.ToUpperInvariant())))[..10];

        yield return Cut(name, "");
        for (var number = 2; ; number++)
            yield return Cut(name, number.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>How a user name was made of a SCIM userName; null where it was not.</summary>
    public static MadeUserName? HowMade(string userName, string name)
    {
        var local = BeforeAt(userName);
        var (lower, folded) = (Spelling.Lower(local), Fold(local));
        foreach (var (candidate, number) in UserNames(userName).Take(MostTried).Select((one, i) => (one, i + 1)))
            if (candidate == name)
                return new MadeUserName(
                    IsBeforeAt: local.Length < userName.Length,
                    IsLowered: lower != local,
                    IsRespelt: folded != lower,
                    IsMadeUp: folded.Trim('.', '_', '-').Length == 0,
                    IsCut: folded.Length > MostUserNameCharacters,
                    Number: number == 1 ? null : number
                );
        return null;
    }

    /// <summary>The display name with what Slack refuses replaced by "_", and cut to what it takes.</summary>
    public static string CleanDisplayName(string name)
    {
        var clean = new StringBuilder(name.Length);
        foreach (var rune in name.EnumerateRunes())
        {
            // And the signs of Microsoft's Slack tutorial.
            var taken =
                IsOfWords(rune)
                || (rune.IsAscii && DisplayPunctuation.Contains((char)rune.Value, StringComparison.Ordinal));
            var text = taken ? rune.ToString() : "_";
            if (clean.Length + text.Length > MostDisplayNameCharacters)
                break;
            clean.Append(text);
        }
        return clean.ToString();
    }

    /// <summary>
    /// Whether Slack may show a group's name so: what it makes of signs and blanks is not known (docs/slack.md 5).
    /// </summary>
    public static bool MayShow(string told, string shown) => Words(told) == Words(shown);

    private static string BeforeAt(string userName) =>
        userName.IndexOf('@') is > 0 and var at ? userName[..at] : userName;

    private static string Words(string name) =>
        string.Concat(Spelling.Folded(WebUtility.HtmlDecode(name)).EnumerateRunes().Where(IsOfWords));

    // Letters of any script with their marks, and digits. Variation selectors are marks to Unicode, and make emoji of
    // signs and digits.
    private static bool IsOfWords(Rune rune) =>
        Rune.IsLetterOrDigit(rune)
        || (
            Rune.GetUnicodeCategory(rune) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark
            && rune.Value is not (>= 0xFE00 and <= 0xFE0F)
        );

    // "Zoë Åström" is "zoeastrom". The table is ours because the runtime decomposes nothing without ICU, which a bare
    // machine lacks.
    private static string Fold(string text)
    {
        var name = new StringBuilder(text.Length);
        foreach (var c in Spelling.Lower(text))
            name.Append(IsUserNameCharacter(c) ? c.ToString() : _folded.GetValueOrDefault(c, ""));
        return name.ToString();
    }

    private static readonly FrozenDictionary<char, string> _folded = new[]
    {
        ("a", "àáâãäåāăąǎạảấầẩẫậắằẳẵặǟǡǻȁȃȧḁ"),
        ("ae", "æǽǣ"),
        ("b", "ḃḅḇɓ"),
        ("c", "çćĉċčḉ"),
        ("d", "ðďđḋḍḏḑḓɗ"),
        ("e", "èéêëēĕėęěẹẻẽếềểễệȅȇȩḕḗḙḛḝəǝɛ"),
        ("f", "ḟ"),
        ("g", "ĝğġģǧǵḡ"),
        ("h", "ĥħȟḣḥḧḩḫẖ"),
        ("i", "ìíîïĩīĭįıǐỉịȉȋḭḯİ"),
        ("ij", "ĳ"),
        ("j", "ĵǰ"),
        ("k", "ķĸǩḱḳḵƙ"),
        ("l", "ĺļľŀłḷḹḻḽ"),
        ("m", "ḿṁṃ"),
        ("n", "ñńņňŉŋǹṅṇṉṋ"),
        ("o", "òóôõöøōŏőơǒọỏốồổỗộớờởỡợǫǭȍȏȫȭȯȱṍṏṑṓɔ"),
        ("oe", "œ"),
        ("p", "ṕṗ"),
        ("r", "ŕŗřȑȓṙṛṝṟ"),
        ("s", "śŝşšșṡṣṥṧṩ"),
        ("ss", "ß"),
        ("t", "ţťŧțṫṭṯṱẗ"),
        ("th", "þ"),
        ("u", "ùúûüũūŭůűųưǔụủứừửữựǖǘǚǜȕȗṳṵṷṹṻ"),
        ("v", "ṽṿ"),
        ("w", "ŵẁẃẅẇẉẘ"),
        ("x", "ẋẍ"),
        ("y", "ýÿŷỳỵỷỹȳẏẙƴ"),
        ("z", "źżžẑẓẕ"),
    }
        .SelectMany(row => row.Item2.Select(letter => KeyValuePair.Create(letter, row.Item1)))
        .ToFrozenDictionary();

    private static string Cut(string name, string number) =>
        (
            name.Length + number.Length <= MostUserNameCharacters
                ? name
                : name[..(MostUserNameCharacters - number.Length)]
        ) + number;

    private static bool IsUserNameCharacter(char c) =>
        char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_' or '-';
}
