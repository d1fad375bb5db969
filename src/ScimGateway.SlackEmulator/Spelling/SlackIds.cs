namespace ScimGateway.SlackEmulator.Spelling;

/// <summary>Ids as Slack issues them: a letter for the kind, then capitals and digits (docs/slack.md 4.2).
/// The same run issues the same ids.</summary>
internal static class SlackIds
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    private const long Space = 36L * 36 * 36 * 36 * 36 * 36 * 36 * 36;

    // A thousand organizations issue less than half of the space, whose other half is the groups'.
    private const long Each = 1_000_000_000;

    /// <summary>What an organization counts from, so that no two issue the same ids.</summary>
    public static long Start(int organization) => (organization - 1) * Each;

    public static string User(long number) => "U0" + Scattered(number);

    public static string Group(long number) => "S0" + Scattered(number + Space / 2);

    /// <summary>Whether the text could be an id Slack issued for a user.</summary>
    public static bool LooksLikeUser(string id)
    {
        if (id.Length is < 2 or > 32 || id[0] is not ('U' or 'W'))
            return false;
        foreach (var c in id)
            if (!char.IsAsciiLetterUpper(c) && !char.IsAsciiDigit(c))
                return false;
        return true;
    }

    /// <summary>Whether an id chosen by hand can stand in a path and a header.</summary>
    public static bool IsFit(string id) =>
        id.Length is > 0 and <= 64 && id.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    // The factor is prime and no divisor of the space, so that no two numbers meet.
    private static string Scattered(long number) =>
        string.Create(
            8,
            (long)(((UInt128)number * 2_654_435_761_777 + 1_234_567_891_011) % (UInt128)Space),
            static (text, rest) =>
            {
                for (var i = text.Length - 1; i >= 0; i--)
                {
                    text[i] = Alphabet[(int)(rest % Alphabet.Length)];
                    rest /= Alphabet.Length;
                }
            }
        );
}
