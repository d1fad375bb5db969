using System.Globalization;
using System.Text.RegularExpressions;

namespace ScimGateway.Protocol.Resources;

/// <summary>xsd:dateTime (RFC 7643 §2.3.5).</summary>
public static partial class Moments
{
    private static readonly string[] _formats = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>How answers write a moment that is in UTC: with milliseconds.</summary>
    public const string Format = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>Reads a date and time; one without a zone is taken as UTC. Digits beyond the clock's own are cut off: the type has no bound on them.</summary>
    public static bool TryParse(string text, out DateTimeOffset moment) =>
        DateTimeOffset.TryParseExact(
            SurplusDigits().Replace(text, "$1"),
            _formats,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out moment
        );

    /// <summary>The moment as answers write it, in UTC with milliseconds.</summary>
    public static string ToText(DateTimeOffset moment) => moment.UtcDateTime.ToString(Format, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(\.[0-9]{7})[0-9]+", RegexOptions.CultureInvariant)]
    private static partial Regex SurplusDigits();
}
