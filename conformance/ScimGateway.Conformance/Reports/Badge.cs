using System.Globalization;

namespace ScimGateway.Conformance.Reports;

/// <summary>A run as a picture for a README: how many requirements are kept of those that were asked for.</summary>
internal static class Badge
{
    private const string Left = "SCIM 2.0";

    // About as wide as a letter of eleven pixels is.
    private const int Letter = 7;

    /// <summary>The picture.</summary>
    public static string Svg(Findings findings)
    {
        var (passed, failed) = (findings.Count(Outcome.Passed), findings.Count(Outcome.Failed));
        var says = failed == 0 ? $"{passed} passed" : $"{failed} of {passed + failed} failed";
        var (left, right) = ((Left.Length * Letter) + 12, (says.Length * Letter) + 12);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20" role="img" aria-label="{Left}: {says}">
            <rect width="{left}" height="20" fill="#444"/><rect x="{left}" width="{right}" height="20" fill="{(
                failed == 0 ? "#2e7d32" : "#b3261e"
            )}"/>
            <g fill="#fff" font-family="Verdana,sans-serif" font-size="11" text-anchor="middle"><text x="{left / 2}" y="14">{Left}</text><text x="{left
                + (right / 2)}" y="14">{says}</text></g>
            </svg>

            """
        );
    }
}
