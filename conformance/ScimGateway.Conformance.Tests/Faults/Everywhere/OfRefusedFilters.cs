using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.Breakage;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.OfFilters;

namespace ScimGateway.Conformance.Tests.Faults.Everywhere;

/// <summary>What a filter may have is refused (RFC 7644 §3.4.2.2).</summary>
internal static partial class OfRefusedFilters
{
    private static readonly string[] _operators = ["eq", "ne", "co", "sw", "ew", "gt", "ge", "lt", "le", "pr"];
    private const string Section = "RFC7644-3.4.2.2";

    public static readonly Breakage[] All =
    [
        Refuses("and-refused", "and and or are refused", Combines),
        Refuses("not-refused", "not is refused", words => words.Any(word => Is(word, "not"))),
        Refuses("grouping-refused", "brackets are refused", words => words.Contains("(")),
        Refuses("value-path-refused", "a value path is refused", words => words.Contains("[")),
        Refuses("pr-refused", "pr is refused", words => words.Any(word => Is(word, "pr"))),
        Refuses("order-refused", "gt, ge, lt and le are refused", Has("gt", "ge", "lt", "le")),
        Refuses("parts-refused", "co, sw and ew are refused", Has("co", "sw", "ew")),
        Refuses("ne-refused", "ne is refused", Has("ne")),
        Refuses("all-but-eq-refused", "all but eq is refused", words => !Has("eq")(words) || Combines(words)),
        Refuses(
            "core-urn-refused",
            "a name with the URN of its schema is refused",
            Named("urn:ietf:params:scim:schemas:core")
        ),
        Refuses(
            "extension-urn-refused",
            "a name in an extension is refused",
            Named("urn:ietf:params:scim:schemas:extension")
        ),
        Refuses("sub-attribute-refused", "a sub-attribute is refused", words => words.Any(word => Sub().IsMatch(word))),
        Refuses("flag-refused", "true and false are refused", words => words.Any(word => word is "true" or "false")),
        Refuses("null-refused", "null is refused", words => words.Contains("null")),
        Refuses("space-in-value-refused", "a value with a space is refused", Texts(text => text.Contains(' '))),
        Refuses(
            "bracket-in-value-refused",
            "a value with a bracket is refused",
            Texts(text => text.IndexOfAny(['(', ')', '[', ']']) >= 0)
        ),
        Refuses(
            "word-in-value-refused",
            "a value with and or or within is refused",
            Texts(text => text.Contains(" and ") || text.Contains(" or "))
        ),
        Refuses("escape-refused", "a value with something escaped is refused", Texts(text => text.Contains('\\'))),
        Refuses(
            "beyond-ascii-refused",
            "a value with a letter beyond ASCII is refused",
            Texts(text => text.Any(letter => letter > '~'))
        ),
        Refuses(
            "capital-operator-refused",
            "an operator in capitals is refused",
            words =>
                words.Any(word =>
                    !IsText(word) && word.Any(char.IsAsciiLetterUpper) && _operators.Contains(word.ToLowerInvariant())
                )
        ),
        Refuses(
            "capital-word-refused",
            "AND, OR and NOT are refused",
            words => words.Any(word => word is "AND" or "OR" or "NOT" or "And" or "Or" or "Not")
        ),
    ];

    private static Breakage Refuses(string name, string says, Func<IReadOnlyList<string>, bool> which) =>
        new(
            name,
            Section,
            says,
            Instead(
                ask => IsFiltered(ask) && which(Words(Parameter(ask, "filter")!)),
                () => Refused(400, "invalidFilter", "That filter is not supported.")
            )
        );

    private static bool Combines(IReadOnlyList<string> words) => words.Any(word => Is(word, "and") || Is(word, "or"));

    private static Func<IReadOnlyList<string>, bool> Has(params string[] operators) =>
        words => words.Any(word => operators.Contains(word.ToLowerInvariant()));

    private static Func<IReadOnlyList<string>, bool> Named(string urn) =>
        words => words.Any(word => word.StartsWith(urn, StringComparison.OrdinalIgnoreCase));

    private static Func<IReadOnlyList<string>, bool> Texts(Func<string, bool> which) =>
        words => words.Any(word => IsText(word) && which(word));

    [GeneratedRegex(@"^[A-Za-z][\w:.$-]*\.[A-Za-z$]+$")]
    private static partial Regex Sub();
}
