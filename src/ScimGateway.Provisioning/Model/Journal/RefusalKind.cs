using System.Text.RegularExpressions;

namespace ScimGateway.Provisioning.Model.Journal;

/// <summary>What was wrong with a request that was refused, without whom it was about.</summary>
internal static partial class RefusalKind
{
    /// <summary>
    /// An error with what is particular about one request left out: quoted values, addresses, ids and numbers. A quoted
    /// word with which the error begins is an attribute, and stays.
    /// </summary>
    public static string Of(string error) => Particular.Replace(error, "…");

    // A value may have an apostrophe of its own, as O'Brien has.
    [GeneratedRegex(
        """(?<!^)'.*?'(?=[\s.,;:?)\]]|$)|".*?"|\S+@\S+|\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\b|\b[UWS][0-9A-Z]{6,}\b|\d+""",
        RegexOptions.CultureInvariant
    )]
    private static partial Regex Particular { get; }
}
