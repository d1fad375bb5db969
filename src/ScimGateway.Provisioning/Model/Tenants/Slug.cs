using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace ScimGateway.Provisioning.Model.Tenants;

/// <summary>A tenant's word in the path.</summary>
internal static partial class Slug
{
    private const int MostLetters = 63;

    // What else the path begins with, however it is spelled there.
    private static readonly FrozenSet<string> _others = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        ".well-known",
        "admin",
        "console",
        "favicon.ico",
        "health",
        "metrics",
        "oauth",
        "openapi.yaml",
        "slack",
        "static"
    );

    /// <summary>Whether a word in the path means something else than a tenant.</summary>
    public static bool IsSomethingElse(ReadOnlySpan<char> word) =>
        _others.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word);

    /// <summary>What is wrong with a word; null if nothing is.</summary>
    public static string? Problem(string word)
    {
        return word.Length is 0 or > MostLetters || !Letters().IsMatch(word)
                ? $"It is the tenant's word in the path: letters a to z, digits and hyphens, which it neither begins nor ends with, {MostLetters} at most."
            : _others.Contains(word) ? $"'{word}' in the path means something else; choose another word."
            : null;
    }

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]*[a-z0-9])?\\z")]
    private static partial Regex Letters();
}
