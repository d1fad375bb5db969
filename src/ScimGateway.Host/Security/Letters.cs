using System.Globalization;
using System.Text;

namespace ScimGateway.Host.Security;

/// <summary>What texts of administrators are made of, which others of them read.</summary>
internal static class Letters
{
    /// <summary>What is said of a text that has what nobody sees.</summary>
    public const string Words =
        "It has a character that nobody sees: a line break, a control character, a zero-width one, a filler, another blank than the plain one, or one that turns the direction of text. Leave it out.";

    /// <summary>
    /// Whether a text has what breaks a line, controls a terminal, turns text around, or is shown as nothing or as a blank: it
    /// would let a name pass for another one. Those are controls, formats, private letters, and separators but the plain blank by their category, and what else
    /// Unicode has as Default_Ignorable_Code_Point, such as fillers and tags.
    /// </summary>
    public static bool HasUnseen(string text) => text.EnumerateRunes().Any(IsUnseen);

    /// <summary>A text without what nobody sees, as one of an administrator may have at most.</summary>
    public static string Seen(string text, int most)
    {
        var seen = new StringBuilder();
        foreach (var letter in text.EnumerateRunes())
            if (!IsUnseen(letter) && seen.Length + letter.Utf16SequenceLength <= most)
                seen.Append(letter);
        return seen.ToString().Trim();
    }

    private static bool IsUnseen(Rune letter) =>
        Rune.GetUnicodeCategory(letter)
            is UnicodeCategory.Control
                or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.PrivateUse
        || (Rune.GetUnicodeCategory(letter) == UnicodeCategory.SpaceSeparator && letter.Value != ' ')
        || letter.Value % 0x10000 is 0xFFFE or 0xFFFF // no characters
        || letter.Value
            is 0x034F // combining grapheme joiner
                or 0x115F // Hangul fillers
                or 0x1160
                or 0x3164
                or 0xFFA0
                or 0x17B4 // Khmer inherent vowels
                or 0x17B5
                or 0x2065
                or 0x2800 // a Braille pattern without dots
                or 0x1D159 // a null notehead
                or (>= 0xFDD0 and <= 0xFDEF) // no characters
                or (>= 0x180B and <= 0x180F) // Mongolian variation selectors
                or (>= 0xFE00 and <= 0xFE0F) // variation selectors
                or (>= 0xFFF0 and <= 0xFFF8)
                or (>= 0xE0000 and <= 0xE0FFF); // tags and more variation selectors
}
