using System.Collections.Frozen;
using TimeZoneConverter;

namespace ScimGateway.Protocol.Resources;

/// <summary>
/// The names of time zones (RFC 7643 §4.1.1: those of the IANA database). They come with a package, since neither the
/// system's database nor ICU, which knows the Windows names, is there wherever the gateway runs.
/// </summary>
public static class TimeZones
{
    private static readonly FrozenSet<string> _names = TZConvert.KnownIanaTimeZoneNames.ToFrozenSet(
        StringComparer.OrdinalIgnoreCase
    );

    /// <summary>The name as the database spells it, links included; null if there is no such time zone.</summary>
    public static string? Find(string name) => _names.TryGetValue(name, out var spelled) ? spelled : null;

    /// <summary>
    /// What Windows alone calls so, in its widest use (CLDR's territory 001); null if it has no such name, or the database
    /// has it, too, as UTC.
    /// </summary>
    public static string? OfWindows(string name) =>
        !_names.Contains(name) && TZConvert.TryWindowsToIana(name, out var zone) ? zone : null;
}
