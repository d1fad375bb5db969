using System.Globalization;
using ScimGateway.SlackEmulator.Errors;
using ScimGateway.SlackEmulator.Tuning;

namespace ScimGateway.SlackEmulator.Lists;

/// <summary>Which part of a list is asked for (docs/slack.md 2.3).</summary>
internal readonly record struct Paging(int StartIndex, int Count)
{
    private const int DefaultCount = 10;
    private const int MostCount = 1000;

    public static Paging Read(string? startIndex, string? count, KnobValues knobs)
    {
        var isLenient = knobs.Get(KnobTable.LenientPaging);
        return new Paging(
            Number(startIndex, least: 1, below: 1, otherwise: 1, isLenient),
            // More than 1000 is served as 1000, without an error (since 2019-08-30).
            Math.Min(MostCount, Number(count, least: 0, below: DefaultCount, otherwise: DefaultCount, isLenient))
        );
    }

    private static int Number(string? text, int least, int below, int otherwise, bool isLenient)
    {
        if (text is null)
            return otherwise;
        var isNumber = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number);
        if (isNumber && number >= least)
            return (int)Math.Min(number, int.MaxValue);
        if (!isLenient)
            throw new SlackRefusal("invalid_query");
        return isNumber ? below : otherwise;
    }
}
