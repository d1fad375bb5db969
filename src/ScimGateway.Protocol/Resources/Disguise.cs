using System.Buffers;
using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace ScimGateway.Protocol.Resources;

/// <summary>
/// Letters that are an ASCII one in disguise: by case or by Unicode's form KC they come to ASCII (the Kelvin sign to k,
/// long s to s, the ligature to fi), or to nothing (a soft hyphen). Whoever has one in an address may be taken for
/// somebody else by the next system that folds it. RFC 8264 §9.13 and §9.17 keep them out of identifiers, too. The table
/// is ours because the runtime has no form KC without ICU, which a bare machine lacks.
/// </summary>
internal static class Disguise
{
    // By Unicode 17. Between two of a range stands nothing but what is no letter of any language's own. Sharp s is
    // none: it becomes "ss" only where one letter may become two, and then it is not written so by mistake.
    private const string Ranges =
        // by form KC, and the dotted and dotless i of Turkish, which are i in other languages
        "A0 A8 AA AF B2-B4 B8-BA BC-BE 130-133 13F-140 149 17F 1C4-1CC 1F1-1F3 2B0-2B8 2D8-2DD 2E1-2E3 37A 37E "
        + "384-385 1D2C-1D2E 1D30-1D3A 1D3C-1D4D 1D4F-1D65 1D9C-1DBB 1E9A 1FBD-1FC1 1FCD-1FCF 1FDD-1FDF 1FED-1FEF "
        + "1FFD-200A 2017 2024-2026 202F 203C 203E 2047-2049 205F 2070-209C 20A8 2100-2103 2105-2106 2109-2113 "
        + "2115-2116 2119-211D 2120-2122 2124 2128 212A-212D 212F-2131 2133-2139 213B 2145-2149 2150-217F 2189 "
        + "2460-24EA 2A74-2A76 2C7C-2C7D 3000 309B-309C 3200-3243 3250-325F 32B1-33FF A7F1-A7F4 FB00-FB06 FB29 "
        + "FC5E-FC63 FDFA-FDFB FE10-FE19 FE30-FE38 FE47-FE72 FE74-FE7E FF01-FF5E FF61 FFA0 FFE3 107A5 1CCD6-1CCF9 1D400-1D7FF "
        + "1F100-1F10A 1F110-1F12E 1F130-1F14F 1F16A-1F16C 1F190 1FBF0-1FBF9 "
        // the full stop that domain names take for theirs (UTS #46)
        + "3002 "
        // what is not seen (Default_Ignorable_Code_Point), and controls
        + "0-1F 7F-9F AD 34F 61C 115F-1160 17B4-17B5 180B-180F 200B-200F 2028-202E 2060-206F 3164 FE00-FE0F FEFF FFF0-FFFB "
        + "1BCA0-1BCA3 1D173-1D17A E0000-E0FFF";

    private static readonly SearchValues<char> _controls = SearchValues.Create([
        .. Enumerable.Range(0, 0x80).Select(code => (char)code).Where(char.IsControl),
    ]);

    private static readonly FrozenSet<int> _letters = Ranges
        .Split(' ')
        .Select(range => range.Split('-'))
        .SelectMany(ends => Enumerable.Range(Code(ends[0]), Code(ends[^1]) - Code(ends[0]) + 1))
        .ToFrozenSet();

    /// <summary>The first of them in a text, and which of its characters it is, from 1 on; null if there is none.</summary>
    public static (Rune Letter, int At)? In(string text)
    {
        if (Ascii.IsValid(text) && !text.AsSpan().ContainsAny(_controls))
            return null;
        var at = 0;
        foreach (var letter in text.EnumerateRunes())
        {
            at++;
            if (_letters.Contains(letter.Value))
                return (letter, at);
        }
        return null;
    }

    private static int Code(string hex) => int.Parse(hex, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
