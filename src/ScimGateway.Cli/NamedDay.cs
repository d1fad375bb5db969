using System.Globalization;

namespace ScimGateway.Cli;

/// <summary>A day as people say it. Days are those of UTC, as all times that are printed.</summary>
internal static class NamedDay
{
    private const int FewestLetters = 3;

    /// <summary>Today, yesterday, the last weekday of a name before today, or a date; null if it is none.</summary>
    public static DateTime? Of(string said, DateTime today)
    {
        if (said.Equals("today", StringComparison.OrdinalIgnoreCase))
            return today;
        if (said.Equals("yesterday", StringComparison.OrdinalIgnoreCase))
            return today.AddDays(-1);
        var name = said.StartsWith("last ", StringComparison.OrdinalIgnoreCase) ? said[5..].Trim() : said;
        for (var ago = 1; ago <= 7 && name.Length >= FewestLetters; ago++)
            if (today.AddDays(-ago).DayOfWeek.ToString().StartsWith(name, StringComparison.OrdinalIgnoreCase))
                return today.AddDays(-ago);
        return DateTime.TryParseExact(
            said,
            "yyyy-MM-dd",
            CultureInfo.InvariantCulture,
            DateTimeStyles.None,
            out var day
        )
            ? day
            : null;
    }
}
