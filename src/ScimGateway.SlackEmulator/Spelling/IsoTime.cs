using System.Globalization;

namespace ScimGateway.SlackEmulator.Spelling;

/// <summary>ISO 8601 as clients write it: <c>2024-04-10</c>, <c>2024-04-10T00:00:00Z</c>,
/// <c>2024-04-10T00:00:00+0000</c> (docs/slack.md 4.5).</summary>
internal static class IsoTime
{
    private static readonly string[] _formats =
    [
        "yyyy-MM-dd",
        "yyyy-MM-dd'T'HH:mmK",
        "yyyy-MM-dd'T'HH:mm:ssK",
        "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
    ];

    public static bool TryRead(string text, out DateTimeOffset time) =>
        DateTimeOffset.TryParseExact(
            WithColon(text),
            _formats,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out time
        );

    // K wants +00:00; Slack's own sample has +0000.
    private static string WithColon(string text) =>
        text.Length > 15
        && text[^5] is '+' or '-'
        && text[^4..].All(char.IsAsciiDigit)
        && text.Contains('T', StringComparison.Ordinal)
            ? text[..^2] + ":" + text[^2..]
            : text;
}
