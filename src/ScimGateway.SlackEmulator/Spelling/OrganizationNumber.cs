using System.Globalization;

namespace ScimGateway.SlackEmulator.Spelling;

/// <summary>Which organization of the emulator a token, a code or a team is of. It stands at the end of the text, and
/// nothing else is asked: no list of all tokens, that calls to different organizations would meet at.</summary>
internal static class OrganizationNumber
{
    public const int First = 1;
    public const int Most = 1000;

    /// <summary>The N of <c>…emulator-N</c> (tokens, codes) and of <c>…EMULATORN</c> (teams); all else is
    /// the first's.</summary>
    public static int Of(string text)
    {
        var at = text.Length;
        while (at > 0 && char.IsAsciiDigit(text[at - 1]))
            at--;
        var before = text.AsSpan(0, at);
        return (before.EndsWith("emulator-") || before.EndsWith("EMULATOR")) && TryRead(text.AsSpan(at), out var number)
            ? number
            : First;
    }

    /// <summary>A number as it stands in a path: 1 to 1,000, without zeros before it.</summary>
    public static bool TryRead(ReadOnlySpan<char> text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number)
        && number is >= First and <= Most
        && text[0] is not '0';

    /// <summary>A token or code as the organization has it: what leads to it stays as it is.</summary>
    public static string Mark(string text, int number) =>
        Of(text) == number ? text
        : text.EndsWith("emulator", StringComparison.Ordinal) ? $"{text}-{Digits(number)}"
        : $"{text}-emulator-{Digits(number)}";

    /// <summary>A name or id of the first, as the organization has its own.</summary>
    public static string Name(string first, int number) => number == First ? first : first + Digits(number);

    private static string Digits(int number) => number.ToString(CultureInfo.InvariantCulture);
}
