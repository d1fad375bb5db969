using System.Globalization;

namespace ScimGateway.SlackEmulator.Spelling;

/// <summary>Times as <c>meta.created</c> shows them: ISO 8601 with the Pacific offset of
/// the season (docs/slack.md 4.2).</summary>
internal static class PacificTime
{
    public static string Write(DateTimeOffset time)
    {
        var local = time.ToOffset(Offset(time));
        return local.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
    }

    // The rule of the United States since 2007, by hand: not every machine has a time zone database. Summer lasts from
    // the second Sunday of March to the first of November, 2 o'clock each, in local time.
    private static TimeSpan Offset(DateTimeOffset time)
    {
        var year = time.UtcDateTime.Year;
        var from = new DateTimeOffset(year, 3, FirstSunday(year, 3) + 7, 10, 0, 0, TimeSpan.Zero);
        var to = new DateTimeOffset(year, 11, FirstSunday(year, 11), 9, 0, 0, TimeSpan.Zero);
        return TimeSpan.FromHours(time >= from && time < to ? -7 : -8);
    }

    private static int FirstSunday(int year, int month) => 1 + ((7 - (int)new DateOnly(year, month, 1).DayOfWeek) % 7);
}
