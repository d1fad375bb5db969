using System.Globalization;

namespace ScimGateway.Protocol.Resources;

/// <summary>xsd:dateTime (RFC 7643 §2.3.5).</summary>
public static class Moments
{
    private static readonly string[] _formats = ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <summary>Reads a date and time; one without a zone is taken as UTC.</summary>
    public static bool TryParse(string text, out DateTimeOffset moment) =>
        DateTimeOffset.TryParseExact(text, _formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out moment);

    /// <summary>The moment as answers write it, in UTC with milliseconds.</summary>
    public static string ToText(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
