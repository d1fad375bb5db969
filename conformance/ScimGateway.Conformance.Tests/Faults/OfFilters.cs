using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Fault;

namespace ScimGateway.Conformance.Tests.Faults;

/// <summary>What can be wrong about filters (RFC 7644 §3.4.2.2).</summary>
internal static partial class OfFilters
{
    private const string Section = "RFC7644-3.4.2.2-";

    public static readonly Fault[] All =
    [
        // Filters that are understood otherwise than they are meant.
        Taken("case-insensitive", "^userName eq \"S", "userName eq \"~"),
        Taken("co", " co ", " eq "),
        Taken("ew", "^userName ew ", "userName sw "),
        Taken("pr", "^displayName pr", "displayName eq \"~\""),
        Taken("and", "^(userName eq \"[^\"]+\") and (userName eq \"[^\"]+-x\")$", "$1 or $2"),
        Taken("not", @"^not ", ""),
        Taken("precedence", "^(userName eq \"[^\"]+\") and (.+ or .+)$", "$1 and ($2)"),
        Taken("grouping", @"^\((userName eq .+ or .+)\) and ", "$1 and "),
        Taken("sub-attribute", @"^name\.familyName ", "name.middleName "),
        Taken("any-value", @"^emails\.value ", "emails.display "),
        Taken("value-path", @"^emails\[type eq ""work""", "emails[type eq \"~\""),
        Taken("boolean", "^active eq true", "active eq \"true\""),
        Taken("gt", @"^meta\.created gt", "meta.created lt"),
        Taken("ge", @"^meta\.created ge", "meta.created lt"),
        Taken("lt", @"^meta\.created lt", "meta.created gt"),
        Taken("le", @"^meta\.created le", "meta.created gt"),
        Taken("ge", @"^meta\.created ge", "meta.created gt"),
        Taken("le", @"^meta\.created le", "meta.created lt"),
        Taken("escapes", @"\\u00", @"\\u00"),
        Taken("gt", "gt \"2999", "lt \"2999"),
        Taken("ge", "ge \"2999", "le \"2999"),
        Taken("lt", "lt \"2001", "gt \"2001"),
        Taken("le", "le \"2001", "ge \"2001"),
        Taken("pr", "^title pr", "userName pr"),
        Taken("boolean", "^active eq false", "active pr"),
        Taken("sub-attribute", "^name.familyName eq \"Con\"", "name.givenName eq \"Con\""),
        Taken("co", "^userName co \"", "userName co \"s\" or userName co \""),
        Taken("id", "^id eq \"r", "id eq \"~"),
        Taken("schemas", "^schemas eq \"", "schemas eq \"~"),
        Taken("ne", "^userName ne \"[^\"]+\"", "userName pr"),
        Taken("value-path-one", @"^emails\[type eq ""home"" and value (.+)\]$", "emails.value $1"),
        Taken("ew-end", "^userName ew \"([^\"]+-abc\")", "userName eq \"~$1"),
        Taken("nested", @"^\(\(userName eq (""[^""]+"")\) or .*", "userName eq $1"),
        Taken("not-one", @"^not \(userName eq (""[^""]+-abc"")\) and", "userName pr and"),
        Taken("value-path-and", @"^emails\[type eq ""home""\] and", "emails[type eq \"~\"] and"),
        Taken(
            "value-path-second",
            @"^emails\[type eq ""home"" and value eq ""home-",
            "emails[type eq \"~\" and value eq \"home-"
        ),
        Taken("absent", "^title eq \"Captain\"", "active pr"),
        Asks(
            $"{Section}sw",
            ask => ask.Query.Count == 1 && ask.Filter?.StartsWith("userName sw ", StringComparison.Ordinal) == true,
            ask => ask.With("filter", "userName eq \"~\"")
        ),
        Asks(
            $"{Section}case-exact",
            ask => ask.Filter?.StartsWith("id eq \"R", StringComparison.Ordinal) == true,
            ask => ask.With("filter", ask.Filter!.ToLowerInvariant())
        ),
        Asks(
            $"{Section}groups",
            ask =>
                ask is { Method: "GET", Path: "Groups" }
                && ask.Filter?.Contains(" eq ", StringComparison.Ordinal) == true,
            ask => ask.With("filter", "displayName eq \"~\"")
        ),
        // Filters that are passed over.
        Asks($"{Section}eq", IsByName, ask => ask.With("filter", null)),
        PassedOver("unknown-operator", "userName regex \".*\""),
        PassedOver("no-expression", "and"),
        PassedOver("unclosed", "(userName eq \"a\""),
        PassedOver("no-value", "userName eq"),
        PassedOver("trailing", "userName eq \"a\" userName"),
        PassedOver("boolean-order", "active gt true"),
        // Filters that are refused.
        Refused("operator-case", " EQ "),
        Refused("operator-word-case", " OR "),
        Refused("operator-word-case", " PR"),
        Refused("words-in-values", "\"x) and ("),
        Refused("supported", " ew "),
        Refused("urn", $"{Known.User.Id}:userName"),
        // Lists that say otherwise.
        Answers(
            $"{Section}only",
            IsByName,
            answer =>
            {
                if (answer.Shown.Any())
                    answer.Body!["totalResults"] = 2;
            }
        ),
        Asks(
            "RFC7644-3.4.2.1-other-type",
            ask => ask.Path.Length == 0,
            ask => ask.With("filter", ask.Filter!.Replace("userName pr and ", "", StringComparison.Ordinal))
        ),
        Answers(
            "RFC7644-3.4.2.1-root",
            ask => ask is { Method: "GET", Path: "" },
            answer => answer.Body!["Resources"]!.AsArray().RemoveAll(one => one!["userName"] is null)
        ),
        Says(
            "RFC7644-3.4.3-root",
            ask => ask is { Method: "POST", Path: ".search" },
            () => new Answer(200, new JsonObject { ["totalResults"] = 0 })
        ),
        Answers(
            "RFC7644-3.4.3-search",
            ask => ask is { Method: "POST", Path: "Users/.search" } && ask.Body?["attributes"] is null,
            answer => answer.Body!.AsObject().Remove("schemas")
        ),
        Asks(
            "RFC7644-3.4.3-attributes",
            ask => ask is { Method: "POST", Path: "Users/.search" } && ask.Body?["attributes"] is JsonArray,
            ask => ask.With(body => body["attributes"] = new JsonArray(body["attributes"]![0]!.DeepClone()))
        ),
        new(
            $"{Section}members",
            (ask, scim) =>
                scim.Handle(
                    ask is { Path: "Groups", Filter: { } filter }
                    && scim.Resources.Any(one =>
                        one.Written["members"] is JsonArray { Count: 2 } members
                        && filter.Contains(members[1]!["value"].Text()!, StringComparison.Ordinal)
                    )
                        ? ask.With("filter", "displayName eq \"~\"")
                        : ask
                )
        ),
        Taken("value-path-case", "^emails\\[value eq \"[^\"]*[A-Z]", "emails[value eq \"~"),
        Taken("each", $"^schemas eq \"{Known.Enterprise.Id}\"", "schemas eq \"~\""),
        Taken("each-of-groups", "^members.value eq (\"[^\"]+\") and", "displayName eq $1 and"),
        Taken("manager", ":manager.value eq \"", ":manager.value eq \"~"),
        Asks(
            "RFC7644-3.4.3-attributes",
            ask => ask is { Method: "POST", Path: "Users/.search" },
            ask => ask.With(body => body.Remove("attributes"))
        ),
    ];

    /// <summary>Whether a user is asked for by name and by nothing else.</summary>
    public static bool IsByName(Ask ask) =>
        ask is { Method: "GET", Path: "Users" } && ByName().IsMatch(ask.Filter ?? "") && ask.Query.Count == 1;

    private static Fault Taken(string word, string pattern, string instead) =>
        Asks(
            Section + word,
            ask => ask.Filter is not null,
            ask => ask.With("filter", Regex.Replace(ask.Filter!, pattern, instead))
        );

    private static Fault PassedOver(string word, string filter) =>
        Asks(Section + word, ask => ask.Filter == filter, ask => ask.With("filter", null));

    private static Fault Refused(string word, string part) =>
        Says(
            Section + word,
            ask => ask.Filter?.Contains(part, StringComparison.Ordinal) == true,
            () => Refusal.Filter("That is not understood.").Answer()
        );

    [GeneratedRegex("^userName eq \"s[^\"]*\"$")]
    private static partial Regex ByName();
}
