using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.Breakage;

namespace ScimGateway.Conformance.Tests.Faults.Everywhere;

/// <summary>Values are compared otherwise than a filter says (RFC 7644 §3.4.2.2).</summary>
internal static class OfComparisons
{
    private const string Accented = "àáâäéèêëíìîïóòôöúùûüñçÀÁÂÄÉÈÊËÍÌÎÏÓÒÔÖÚÙÛÜÑÇ";
    private const string Plain = "aaaaeeeeiiiioooouuuuncAAAAEEEEIIIIOOOOUUUUNC";

    public static readonly Breakage[] All =
    [
        As("sw", "co"),
        As("sw", "eq"),
        As("sw", "ew"),
        As("ew", "co"),
        As("ew", "sw"),
        As("ew", "eq"),
        As("co", "sw"),
        As("co", "ew"),
        As("co", "eq"),
        As("eq", "co"),
        As("eq", "sw"),
        As("ne", "eq"),
        As("gt", "ge"),
        As("ge", "gt"),
        As("lt", "le"),
        As("le", "lt"),
        As("gt", "lt"),
        As("lt", "gt"),
        As("ge", "le"),
        As("le", "ge"),
        As("ge", "eq"),
        As("le", "eq"),
        Compared(
            "ne-passes-over-absent",
            "ne finds none that has no value, as SQL has it",
            (name, op, value, resource) =>
                Filters.Compare(name, op, value, resource)
                && (op != "ne" || Filters.Compare(name, "pr", null, resource))
        ),
        Compared(
            "pr-always",
            "pr is true of any attribute that there is",
            (name, op, value, resource) => op == "pr" ? name is not null : Filters.Compare(name, op, value, resource)
        ),
        Compared(
            "pr-never",
            "pr is true of nothing",
            (name, op, value, resource) => op != "pr" && Filters.Compare(name, op, value, resource)
        ),
        Compared(
            "pr-of-empty-text",
            "pr is true of a text without letters",
            (name, op, value, resource) =>
                op == "pr" ? name?.Values(resource).Any() == true : Filters.Compare(name, op, value, resource)
        ),
        Compared(
            "pr-not-of-false",
            "pr is not true of a flag that is false",
            (name, op, value, resource) =>
                op == "pr"
                    ? name?.Values(resource).Any(one => one.GetValueKind() != JsonValueKind.False) == true
                    : Filters.Compare(name, op, value, resource)
        ),
        Compared(
            "pr-not-of-complex",
            "pr is true of no attribute with sub-attributes",
            (name, op, value, resource) =>
                (op != "pr" || name?.Last.Type != "complex") && Filters.Compare(name, op, value, resource)
        ),
        Like("percent-is-any", "% stands for any letters in sw, co and ew", @"%", ".*"),
        Like("underscore-is-any", "_ stands for any letter in sw, co and ew", @"_", "."),
        Like("dot-is-any", "a dot stands for any letter in sw, co and ew", @"\\\.", "."),
        Named("all-case-exact", "all texts are compared letter by letter", one => one with { CaseExact = true }),
        Named("none-case-exact", "no text is compared letter by letter", one => one with { CaseExact = false }),
        Named("dates-as-text", "dates are compared as texts", one => one with { Type = "string" }),
        Seen("accents-ignored", "letters with and without an accent are the same", Unaccented, Unaccented),
        Seen(
            "spaces-trimmed",
            "spaces at the end of a value are nothing",
            text => text.TrimEnd(),
            text => text.TrimEnd()
        ),
        Seen("first-letters-only", "only twenty letters are compared", Cut, Cut),
        Among("first-value-only", "only the first of several values is compared", values => values.Take(1)),
        Among("last-value-only", "only the last of several values is compared", values => values.TakeLast(1)),
        Among(
            "primary-value-only",
            "only the primary of several values is compared",
            values => values.Any(one => one!["primary"].Flag()) ? values.Where(one => one!["primary"].Flag()) : values
        ),
        Compared(
            "flags-as-text",
            "a flag is compared as the text of its value",
            (name, op, value, resource) =>
                name?.Last.Type != "boolean" || op is "pr"
                    ? Filters.Compare(name, op, value, resource)
                    : name.Values(resource).Any(one => one.ToJsonString() == value.Text()) == (op == "eq")
        ),
        Compared(
            "absent-is-false",
            "a flag that is absent is taken for one that is false",
            (name, op, value, resource) =>
                Filters.Compare(name, op, value, resource)
                || (
                    name?.Last.Type == "boolean"
                    && op == "eq"
                    && value?.GetValueKind() == JsonValueKind.False
                    && !name.Values(resource).Any()
                )
        ),
        Compared(
            "flags-are-true",
            "whatever is said of a flag is understood as true",
            (name, op, value, resource) =>
                Filters.Compare(name, op, name?.Last.Type == "boolean" && op != "pr" ? true : value, resource)
        ),
        Compared(
            "null-never-equal",
            "eq null is true of nothing",
            (name, op, value, resource) =>
                (op != "eq" || value is not null) && Filters.Compare(name, op, value, resource)
        ),
        Unknown("meta-not-found", "meta is not filtered by", name => name.Attribute.Name == "meta"),
        Unknown("id-not-found", "id is not filtered by", name => name.Attribute.Name == "id"),
        Unknown("external-id-not-found", "externalId is not filtered by", name => name.Attribute.Name == "externalId"),
        Unknown("extension-not-found", "what is in an extension is not filtered by", name => name.Urn is not null),
        Unknown("sub-not-found", "sub-attributes are not filtered by", name => name.Sub is not null),
        Unknown("members-not-found", "members are not filtered by", name => name.Attribute.Name == "members"),
        Unknown(
            "groups-not-found",
            "the groups of a user are not filtered by",
            name => name.Attribute.Name == "groups"
        ),
        Unknown("emails-not-found", "emails are not filtered by", name => name.Attribute.Name == "emails"),
        Unknown("names-not-found", "the parts of a name are not filtered by", name => name.Attribute.Name == "name"),
        Unknown("flags-not-found", "flags are not filtered by", name => name.Last.Type == "boolean"),
        Unknown(
            "several-not-found",
            "what has several values is filtered by with .value only",
            name => name is { Attribute.Many: true, Sub: null, Attribute.Type: "complex" }
        ),
        Unknown(
            "rare-not-found",
            "all but user names, names, e-mail addresses and display names is not filtered by",
            name => name.Attribute.Name is not ("userName" or "name" or "emails" or "displayName" or "id")
        ),
    ];

    private static Breakage Compared(string name, string says, Comparing compares) =>
        new(
            name,
            "RFC7644-3.4.2.2",
            says,
            (ask, scim) =>
            {
                scim.Compares = compares;
                return scim.Handle(ask);
            }
        );

    private static Breakage As(string op, string other) =>
        Compared(
            $"{op}-as-{other}",
            $"{op} is understood as {other}",
            (name, given, value, resource) => Filters.Compare(name, given == op ? other : given, value, resource)
        );

    // No value is ever found of it.
    private static Breakage Unknown(string name, string says, Func<Name, bool> which) =>
        Compared(
            name,
            says,
            (named, op, value, resource) =>
                Filters.Compare(named is not null && which(named) ? null : named, op, value, resource)
        );

    private static Breakage Named(string name, string says, Func<Definition, Definition> change) =>
        Compared(
            name,
            says,
            (named, op, value, resource) =>
                Filters.Compare(
                    named is null
                        ? null
                        : named with
                        {
                            Attribute = change(named.Attribute),
                            Sub = named.Sub is null ? null : change(named.Sub),
                        },
                    op,
                    value,
                    resource
                )
        );

    private static Breakage Seen(string name, string says, Func<string, string> own, Func<string, string> given) =>
        Compared(
            name,
            says,
            (named, op, value, resource) =>
                Filters.Compare(named, op, EachText(value, given), EachText(resource, own)!.AsObject())
        );

    private static Breakage Among(string name, string says, Func<JsonArray, IEnumerable<JsonNode?>> which) =>
        Compared(
            name,
            says,
            (named, op, value, resource) =>
            {
                if (named?.Attribute is { Many: true, Type: "complex" } && op != "pr")
                {
                    resource = Copy(resource);
                    if (named.Container(resource)?[named.Attribute.Name] is JsonArray values)
                        named.Container(resource)![named.Attribute.Name] = new JsonArray([
                            .. which(values).Select(one => one?.DeepClone()),
                        ]);
                }
                return Filters.Compare(named, op, value, resource);
            }
        );

    // A letter or pattern of the value is something more, as a database or a regular expression has it.
    private static Breakage Like(string name, string says, string what, string any) =>
        Compared(
            name,
            says,
            (named, op, value, resource) =>
                op is "sw" or "co" or "ew" && named is not null && value.Text() is { } text
                    ? named
                        .Values(resource)
                        .Any(one =>
                            one.Text() is { } own
                            && Regex.IsMatch(
                                own,
                                (
                                    op == "ew" ? ""
                                    : op == "sw" ? "^"
                                    : ""
                                )
                                    + Regex.Replace(Regex.Escape(text), what, any)
                                    + (op == "ew" ? "$" : ""),
                                named.Last.CaseExact ? RegexOptions.None : RegexOptions.IgnoreCase
                            )
                        )
                    : Filters.Compare(named, op, value, resource)
        );

    private static string Unaccented(string text) =>
        new([.. text.Select(letter => Accented.IndexOf(letter) is >= 0 and var at ? Plain[at] : letter)]);

    private static string Cut(string text) => text.Length > 20 ? text[..20] : text;
}
