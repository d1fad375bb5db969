using System.Globalization;

namespace ScimGateway.Protocol.Resources;

/// <summary>Numbers by the digits they are written in, so that none is rounded before it is compared.</summary>
internal static class Numbers
{
    public static int Compare(string left, string right) =>
        decimal.TryParse(left, NumberStyles.Float, CultureInfo.InvariantCulture, out var l)
        && decimal.TryParse(right, NumberStyles.Float, CultureInfo.InvariantCulture, out var r)
            ? l.CompareTo(r)
            : double.Parse(left, CultureInfo.InvariantCulture)
                .CompareTo(double.Parse(right, CultureInfo.InvariantCulture));
}
