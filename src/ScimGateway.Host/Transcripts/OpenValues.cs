using System.Text.RegularExpressions;

namespace ScimGateway.Host.Transcripts;

/// <summary>
/// Values that are of the protocol, or of no single person; a server may look at what they are. What does not look like one is
/// taken for somebody's.
/// </summary>
internal static partial class OpenValues
{
    /// <summary>Whether a value of an attribute is one of those.</summary>
    public static bool Has(string attribute, string text) =>
        text.Length <= 200
        && (
            Plain().IsMatch(text)
            || attribute.ToLowerInvariant() switch
            {
                "schemas" or "resourcetypes" => Urn().IsMatch(text),
                "op" => Operation().IsMatch(text),
                "type" or "resourcetype" => Letters().IsMatch(text),
                "primary" or "active" => Letters().IsMatch(text) && text.Length <= 5,
                "attributes" or "excludedattributes" or "sortby" => Names().IsMatch(text),
                "sortorder" => Letters().IsMatch(text) && text.Length <= 10,
                "startindex" or "count" or "failonerrors" => Count().IsMatch(text),
                "timezone" => Zone().IsMatch(text),
                "locale" or "preferredlanguage" => Language().IsMatch(text),
                "country" or "currency" => Letters().IsMatch(text) && text.Length <= 3,
                _ => false,
            }
        );

    private const RegexOptions Linear = RegexOptions.NonBacktracking | RegexOptions.IgnoreCase;

    [GeneratedRegex("^(|true|false|null|work|home|other|mobile|user|group)$", Linear)]
    private static partial Regex Plain();

    [GeneratedRegex(@"^urn:[\w:.-]+$", Linear)]
    private static partial Regex Urn();

    [GeneratedRegex("^(add|replace|remove)$", Linear)]
    private static partial Regex Operation();

    [GeneratedRegex("^[a-z]{1,40}$", Linear)]
    private static partial Regex Letters();

    [GeneratedRegex(@"^[\w.:$, -]+$", Linear)]
    private static partial Regex Names();

    [GeneratedRegex(@"^-?\d{1,9}$", Linear)]
    private static partial Regex Count();

    [GeneratedRegex(@"^(UTC|[a-z]+/[a-z_/+-]+\d*)$", Linear)]
    private static partial Regex Zone();

    [GeneratedRegex(@"^[a-z]{2,3}([-_][a-z0-9]{2,4})*([,;][a-z0-9=., *-]{0,40})?$", Linear)]
    private static partial Regex Language();
}
