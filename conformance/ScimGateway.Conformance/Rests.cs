namespace ScimGateway.Conformance;

/// <summary>
/// What rests on what: where the first is not kept nothing can be said of the others, which are not asked for. So one mistake
/// of a server is one finding.
/// </summary>
internal static class Rests
{
    private const string Filter = "RFC7644-3.4.2.2-";
    private const string Patch = "RFC7644-3.5.2";

    // The first of each is asked for before the others. Ids, or how they begin.
    private static readonly (string On, string[] Those)[] _all =
    [
        (
            "RFC7644-3.3-representation",
            [
                "RFC7643-2",
                "RFC7643-3",
                "RFC7643-4",
                "RFC7644-3.3",
                "RFC7644-3.4",
                "RFC7644-3.5",
                "RFC7644-3.6",
                "RFC7644-3.7",
                "RFC7644-3.9",
                "RFC7644-3.14",
            ]
        ),
        (
            "RFC7643-3-schemas",
            [
                "RFC7643-2.5-unassigned",
                "RFC7643-3.1-id-stable",
                "RFC7643-3.1-created",
                "RFC7643-4.1.1-active",
                "RFC7644-3.5.1",
                "RFC7644-3.14",
                "RFC7643-3.3-container",
            ]
        ),
        (
            "RFC7643-2.3.1-text",
            [
                "RFC7643-3.1-external-id",
                "RFC7643-3.3-container",
                "RFC7643-4.3-enterprise",
                "RFC7644-3.3-group",
                "RFC7644-3.5.1-clears",
                "RFC7644-3.9-both",
                Filter + "external-id",
                Patch + ".1-add-complex",
                Patch + "-path-sub-attribute",
                Patch + ".2-remove-sub-attribute",
                Patch + ".3-replace-nothing-else",
                "RFC7643-7-round-trip",
                "RFC7644-3.5.1-replaces",
                Filter + "and",
                Filter + "sub-attribute",
                "RFC7644-3.4.2.3-complex",
                "RFC7644-3.9-sub-attribute",
            ]
        ),
        (
            "RFC7644-3.8-json",
            [
                "RFC7643-7-round-trip-user",
                Filter + "pr",
                Filter + "escapes",
                Filter + "display-name",
                "RFC7644-3.5.1-replaces",
                Patch + ".1-add-same",
                "RFC7644-3.7-all-methods",
                "RFC7644-3.9-several",
                "RFC7644-3.9-list",
                "RFC7644-3.14-changes",
                "RFC7644-3.14-if-match",
                Patch + ".1-add-single",
                Patch + ".3-replace-single",
            ]
        ),
        (
            "RFC7643-4.1.2-emails",
            [
                .. Filters(
                    "any-value",
                    "value-path",
                    "value-path-second",
                    "complex-value",
                    "value-path-and",
                    "any-value-second"
                ),
                "RFC7644-3.4.2.3-primary",
                Patch + "-primary",
                Patch + ".1-add-many",
                Patch + ".3-replace-many",
                Patch + ".3-replace-sub-attribute",
                Patch + ".3-replace-no-match",
                "RFC7643-7-round-trip-user",
                "RFC7643-2.4",
            ]
        ),
        (
            "RFC7643-4.2-members",
            [
                "RFC7644-3.3-group",
                Filter + "members",
                Patch + ".1-add-member",
                Patch + ".2-remove-member",
                Patch + ".3-replace-members",
                Patch + "-group-name",
                "RFC7644-3.7.2-reference",
                "RFC7643-4.2-members-ref",
                "RFC7644-3.5.1-group",
            ]
        ),
        (
            "RFC7643-3.1-meta",
            [
                "RFC7643-2.3.5-date-time",
                "RFC7643-3.1-content-location",
                "RFC7643-3.1-created",
                "RFC7643-3.1-last-modified",
                "RFC7643-6-type-of-resources",
                "RFC7644-3.3-location",
                "RFC7644-3.3-read-only",
                "RFC7644-3.3.1",
                "RFC7644-3.5.1-read-only",
                "RFC7644-3.14-meta",
                Patch + ".1-add-same",
                Filter + "zone",
            ]
        ),
        (
            "RFC7643-7-round-trip-user",
            [
                Patch + ".2-remove-filtered",
                Patch + ".2-remove-last",
                Patch + ".2-remove-two-conditions",
                Patch + ".3-replace-one-of-several",
                Patch + ".3-replace-record",
                Patch + ".1-add-list",
                Filter + "value-path",
            ]
        ),
        (
            "RFC7644-3.4.1-unknown",
            [
                "RFC7644-3.2",
                "RFC7644-3.5.2-unknown",
                "RFC7644-3.6-gone",
                "RFC7644-3.6-group",
                "RFC7644-3.7.3-all",
                "RFC7644-3.7-all-methods",
                "RFC7644-3.7-continue",
                "RFC7644-3.7-answer",
                "RFC7644-3.13-version",
                "RFC7644-4-unknown",
            ]
        ),
        (
            "RFC7644-3.12-form",
            [
                "RFC7644-3.12-status",
                "RFC7644-3.12-unauthenticated",
                "RFC7644-3.12-scim-type",
                "RFC7644-3.7-error-response",
                "RFC7644-3.7-fail-on-errors",
            ]
        ),
        (
            "RFC7644-3.12-scim-type",
            [
                "RFC7644-3.3-uniqueness",
                "RFC7644-3.12-invalid",
                "RFC7644-3.5.1-uniqueness",
                Filter + "unknown-operator",
                Filter + "no-expression",
                Filter + "unclosed",
                Filter + "no-value",
                Filter + "boolean-order",
                Patch + "-operations",
                Patch + "-bad-path",
                Patch + "-read-only",
                Patch + "-schema",
                Patch + "-uniqueness",
                Patch + ".2-remove-without-path",
                Patch + ".2-remove-required",
                Patch + ".3-replace-no-match",
                "RFC9865-2.1",
            ]
        ),
        ("RFC7644-3.14-changes", ["RFC7644-3.14"]),
        ("RFC7644-3.14-if-match-other", ["RFC7644-3.14-if-match"]),
        ("RFC7644-3.14-stays", ["RFC7644-3.14"]),
        ("RFC7644-3.14-meta", ["RFC7644-3.14"]),
        (
            "RFC7643-3.3-container",
            [
                "RFC7643-4.3",
                "RFC7644-3.5.1-extension",
                Filter + "extension",
                "RFC7644-3.10-patch-extension",
                "RFC7644-3.9-names",
            ]
        ),
        ("RFC7644-3.3-created", ["RFC7644-3.3-group", "RFC7644-3.7"]),
        (
            "RFC7644-3.3.1-resource-type",
            ["RFC7643-6-type-of-resources", "RFC7644-3.3-read-only", "RFC7644-3.3.1", "RFC7644-3.5.1-read-only"]
        ),
        (
            "RFC7644-3.4.2.4-pages",
            ["RFC7644-3.4.2.4-beyond", "RFC7644-3.4.2.4-groups", "RFC7644-3.4.3-pages", "RFC9865"]
        ),
        (
            "RFC7644-3.4.2.3-descending",
            [
                "RFC7644-3.4.2.3-without",
                "RFC7644-3.4.2.3-names",
                "RFC7644-3.4.2.3-common",
                "RFC7644-3.4.2.3-groups",
                "RFC9865-2.2-sorted",
            ]
        ),
        (Patch + "-order", [Patch + "-several", Patch + "-in-order", Patch + ".2-remove-last", Patch + "-atomic"]),
        (
            Patch + ".3-replace-one-of-several",
            [
                Patch + ".3-replace-record",
                Patch + "-primary-by-path",
                Patch + "-two-conditions",
                Patch + ".2-remove-two-conditions",
                Patch + ".2-remove-last",
            ]
        ),
        (
            Patch + ".3-replace-without-path",
            [Patch + "-path-urn", Patch + ".3-replace-nothing-else", Patch + "-group-name"]
        ),
        (Patch + "-path-sub-attribute", [Patch + "-several", Patch + ".2-remove-sub-attribute", Patch + "-in-order"]),
        (Patch + ".1-add-member", [Patch + ".2-remove-member", Patch + ".3-replace-members"]),
        ("RFC9865-2-next", ["RFC9865"]),
        ("RFC9865-2-count", ["RFC9865"]),
        (
            "RFC7644-3.2-unknown-user",
            [
                "RFC7644-3.2-unknown-group",
                "RFC7644-3.2-put-creates-nothing",
                "RFC7644-3.6-gone",
                "RFC7644-3.7.3-all",
                "RFC7644-3.5.2-unknown",
            ]
        ),
        ("RFC7643-2.3.5-date-time", [Filter + "zone", Patch + "-last-modified", "RFC7643-3.1-last-modified"]),
        (
            "RFC7644-3.3-required",
            [
                "RFC7643-4.1.1-user-name-empty",
                "RFC7643-4.2-display-name",
                "RFC7643-7-required-all",
                "RFC7644-3.5.1-required",
                "RFC7643-2.4-primary",
                "RFC7644-3.7-error-response",
                "RFC7644-3.12-invalid",
                Filter + "unknown-operator",
                Filter + "no-expression",
                Filter + "unclosed",
                Filter + "no-value",
                Filter + "boolean-order",
                Patch + "-op",
                Patch + "-bad-path",
                Patch + "-read-only",
                Patch + "-schema",
                Patch + "-no-value",
                Patch + ".2-remove-required",
                Patch + ".2-remove-without-path",
                Patch + ".3-replace-no-match",
                "RFC7644-3.12-no-5xx",
                "RFC9865-2.1",
            ]
        ),
        (
            "RFC7644-3.4.2-list",
            ["RFC7644-3.4.2", "RFC7644-3.6-not-found", "RFC7644-3.6-omitted", "RFC7643-2.3.4-integer", "RFC9865"]
        ),
        ("RFC7644-3.4.2-nothing", ["RFC7644-3.6-not-found", "RFC7644-3.6-omitted", "RFC7644-3.4.2.4-beyond"]),
        (
            Filter + "eq",
            [
                Filter,
                "RFC7644-3.4.2.1",
                "RFC7644-3.4.2-nothing",
                "RFC7644-3.4.3",
                "RFC7644-3.6-not-found",
                "RFC7644-3.6-omitted",
            ]
        ),
        (
            Filter + "and",
            [
                .. Filters(
                    "pr",
                    "not",
                    "precedence",
                    "grouping",
                    "sub-attribute",
                    "boolean",
                    "gt",
                    "ge",
                    "lt",
                    "le",
                    "schemas",
                    "ne",
                    "absent",
                    "ne-others",
                    "and-none",
                    "or-before-and",
                    "not-one",
                    "nested",
                    "gt-text",
                    "ge-text",
                    "lt-text",
                    "le-text",
                    "value-path",
                    "value-path-together",
                    "value-path-one",
                    "value-path-second",
                    "value-path-and",
                    "zone"
                ),
            ]
        ),
        (Filter + "or-both", [.. Filters("precedence", "grouping", "or-before-and", "nested"), "RFC7644-3.4.2.1"]),
        (Filter + "precedence", [.. Filters("or-before-and", "grouping", "nested")]),
        (Filter + "not", [.. Filters("not-one", "nested")]),
        (
            Filter + "sw",
            [
                .. Filters(
                    "sw-beginning",
                    "sw-within",
                    "not",
                    "ne-others",
                    "not-one",
                    "nested",
                    "gt-text",
                    "ge-text",
                    "lt-text",
                    "le-text"
                ),
            ]
        ),
        (
            Filter + "sw-beginning",
            [.. Filters("sw-within", "ne-others", "not-one", "nested", "gt-text", "ge-text", "lt-text", "le-text")]
        ),
        (Filter + "co", [.. Filters("co-within", "co-nowhere", "complex-value", "display-name")]),
        (Filter + "ew", [.. Filters("ew-end", "ew-within")]),
        (
            Filter + "sub-attribute",
            [
                .. Filters("any-value", "any-value-second", "gt", "ge", "lt", "le", "zone", "members"),
                "RFC7644-3.4.2.3-complex",
            ]
        ),
        (
            Filter + "any-value",
            [
                .. Filters(
                    "any-value-second",
                    "complex-value",
                    "value-path",
                    "value-path-one",
                    "value-path-second",
                    "value-path-together",
                    "value-path-and"
                ),
            ]
        ),
        (
            Filter + "any-value-second",
            [.. Filters("complex-value", "value-path-second", "value-path-and"), "RFC7644-3.5.2.1-add-list"]
        ),
        (
            Filter + "value-path",
            [.. Filters("value-path-one", "value-path-second", "value-path-together", "value-path-and")]
        ),
        (Filter + "gt", [.. Filters("ge", "lt", "le", "gt-text", "ge-text", "zone")]),
        (
            Filter + "unknown-operator",
            [.. Filters("no-expression", "unclosed", "no-value", "boolean-order"), Patch + "-bad-path"]
        ),
        ("RFC7644-3.4.2.3-ascending", ["RFC7644-3.4.2.3", "RFC9865-2.2-sorted"]),
        (
            "RFC7644-3.4.2.4-count",
            ["RFC7644-3.4.2.4", "RFC7644-3.4.3-pages", "RFC7644-3.4.2-part", "RFC9865-2", "RFC9865-3"]
        ),
        ("RFC7644-3.4.2-part", ["RFC7644-3.4.2.4-pages", "RFC7644-3.4.2.4-groups", "RFC7644-3.4.3"]),
        (
            "RFC7644-3.5.1-answer",
            [
                "RFC7644-3.5.1",
                "RFC7643-2.5-unassigned",
                "RFC7643-3.1-id-stable",
                "RFC7643-3.1-created",
                "RFC7643-4.1.1-active",
                "RFC7643-3.1-last-modified-moves",
                "RFC7644-3.2-put-creates-nothing",
                "RFC7644-3.2-unknown",
                "RFC7644-3.9-each-method",
                "RFC7644-3.6-gone",
                "RFC7644-3.14",
                "RFC7644-3.7",
            ]
        ),
        (
            "RFC7644-3.5.1-replaces",
            [
                "RFC7644-3.5.1",
                "RFC7643-2.5-unassigned",
                "RFC7643-4.1.1-active",
                "RFC7644-3.14",
                "RFC7643-3.1-last-modified-moves",
                "RFC7644-3.7-all-methods",
            ]
        ),
        ("RFC7644-3.5.1-read-only", ["RFC7643-2.5-unassigned", "RFC7643-3.1-id-stable", "RFC7643-3.1-created"]),
        (Patch + "-answer", [Patch, "RFC7644-3.10-patch-extension", "RFC7644-3.14-if-match-patch"]),
        (
            Patch + ".1-add-single",
            [Patch + "-primary", Patch + ".1", Patch + "-no-value", "RFC7644-3.10-patch-extension"]
        ),
        (
            Patch + ".1-add-many",
            [Patch + "-primary", Patch + ".1-add-list", Patch + ".3-replace-many", Patch + ".3-replace-sub-attribute"]
        ),
        (Patch + ".2-remove-single", [Patch + ".2", Patch + "-several", "RFC7644-3.10-patch-extension"]),
        (
            Patch + ".3-replace-single",
            [
                Patch + ".3",
                Patch + "-path",
                Patch + "-several",
                Patch + "-shows",
                Patch + "-order",
                Patch + "-group-name",
                "RFC7644-3.10-patch-extension",
            ]
        ),
        (
            Patch + ".3-replace-sub-attribute",
            [
                Patch + ".2-remove-filtered",
                Patch + ".2-remove-last",
                Patch + ".2-remove-member",
                Patch + ".2-remove-two-conditions",
                Patch + ".3-replace-one-of-several",
                Patch + ".3-replace-record",
                Patch + ".3-replace-no-match",
                Patch + "-primary-by-path",
            ]
        ),
        (
            Patch + ".2-remove-filtered",
            [Patch + ".2-remove-last", Patch + ".2-remove-member", Patch + ".2-remove-two-conditions"]
        ),
        (
            Patch + "-op",
            [
                Patch + "-bad-path",
                Patch + "-read-only",
                Patch + "-schema",
                Patch + "-atomic",
                Patch + "-no-value",
                Patch + ".2-remove-required",
                Patch + ".2-remove-without-path",
                Patch + ".3-replace-no-match",
            ]
        ),
        (
            "RFC7644-3.6-answer",
            ["RFC7644-3.6", "RFC7644-3.7.3-all", "RFC7644-3.7-all-methods", "RFC7644-3.14-if-match-delete"]
        ),
        ("RFC7644-3.6-gone", ["RFC7644-3.6", "RFC7644-3.7-all-methods", "RFC7644-3.14-if-match-delete"]),
        (
            "RFC7644-3.9-attributes",
            ["RFC7644-3.9", "RFC7643-2.1-case", "RFC7644-3.10-urn", "RFC7644-3.4.3-attributes", Patch + "-attributes"]
        ),
        (
            "RFC7644-3.9-excluded",
            ["RFC7644-3.9-group-without-members", "RFC7644-3.9-both", "RFC7644-3.9-each-method", "RFC7644-3.4.3-pages"]
        ),
        ("RFC7644-3.3-uniqueness", ["RFC7644-3.5.1-uniqueness", "RFC7644-5-user-name"]),
    ];

    /// <summary>In the order in which they are asked for: what others rest on before them.</summary>
    public static IEnumerable<int> Order(IReadOnlyList<Requirement> requirements) =>
        Enumerable.Range(0, requirements.Count).OrderBy(i => Place(requirements[i]));

    /// <summary>What a requirement rests on that is not kept; null if all of it is, or nobody has looked.</summary>
    public static string? Missing(Requirement requirement, IReadOnlySet<string> broken) =>
        _all.Where(one => one.On != requirement.Id && broken.Contains(one.On) && one.Those.Any(requirement.Is))
            .Select(one => one.On)
            .FirstOrDefault();

    private static int Place(Requirement requirement)
    {
        var place = Array.FindIndex(_all, one => one.On == requirement.Id);
        return place < 0 ? _all.Length : place;
    }

    private static IEnumerable<string> Filters(params string[] words) => words.Select(word => Filter + word);
}
