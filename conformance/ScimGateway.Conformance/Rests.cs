namespace ScimGateway.Conformance;

/// <summary>
/// What rests on what: where the first is not kept nothing can be said of the others, which are not asked for. So one mistake
/// of a server is one finding.
/// </summary>
internal static class Rests
{
    // What others rest on stands before the colon, and is asked for before them, in this order. Ids, or how they begin; those
    // of RFC 7644 without its name, several of one section with bars between.
    private const string Table = """
        3.3-representation: RFC7643-2 RFC7643-3 RFC7643-4 3.3 3.4 3.5 3.6 3.7 3.9 3.14
        RFC7643-3-schemas: RFC7643-2.5-unassigned RFC7643-3.1-id-stable|created RFC7643-4.1.1-active 3.5.1 3.14
            RFC7643-3.3-container
        RFC7643-2.3.1-text: RFC7643-3.1-external-id RFC7643-3.3-container RFC7643-4.3-enterprise 3.3-group 3.5.1-clears
            3.5.1-replaces 3.9-both|sub-attribute 3.4.2.2-external-id|and|sub-attribute 3.5.2.1-add-complex
            3.5.2-path-sub-attribute 3.5.2.2-remove-sub-attribute 3.5.2.3-replace-nothing-else RFC7643-7-round-trip
            3.4.2.3-complex
        3.8-json: RFC7643-7-round-trip-user 3.4.2.2-pr|escapes|display-name 3.5.1-replaces 3.5.2.1-add-same
            3.5.2.1-add-single 3.7-all-methods 3.9-several|list 3.14-changes|if-match 3.5.2.3-replace-single
        RFC7643-4.1.2-emails: 3.4.2.2-any-value|value-path|value-path-second|complex-value|value-path-and
            3.4.2.2-any-value-second 3.4.2.3-primary 3.5.2-primary 3.5.2.1-add-many 3.5.2.3-replace-many
            3.5.2.3-replace-sub-attribute|replace-no-match RFC7643-7-round-trip-user RFC7643-2.4
        RFC7643-4.2-members: 3.3-group 3.4.2.2-members 3.5.2.1-add-member 3.5.2.2-remove-member
            3.5.2.3-replace-members 3.5.2-group-name 3.7.2-reference RFC7643-4.2-members-ref 3.5.1-group
        RFC7643-3.1-meta: RFC7643-2.3.5-date-time RFC7643-3.1-content-location|created|last-modified
            RFC7643-6-type-of-resources 3.3-location|read-only 3.3.1 3.5.1-read-only 3.14-meta 3.5.2.1-add-same
            3.4.2.2-zone
        RFC7643-7-round-trip-user: 3.5.2.2-remove-filtered|remove-last|remove-two-conditions 3.5.2.3-replace-one-of-several
            3.5.2.3-replace-record 3.5.2.1-add-list 3.4.2.2-value-path
        3.4.1-unknown: 3.2 3.5.2-unknown 3.6-gone|group 3.7.3-all 3.7-all-methods|continue|answer 3.13-version
            4-unknown
        3.12-form: 3.12-status|unauthenticated|scim-type 3.7-error-response|fail-on-errors
        3.12-scim-type: 3.3-uniqueness 3.12-invalid 3.5.1-uniqueness 3.4.2.2-unknown-operator|no-expression|unclosed
            3.4.2.2-no-value|boolean-order 3.5.2-operations|bad-path|read-only|schema|uniqueness 3.5.2.2-remove-without-path
            3.5.2.2-remove-required 3.5.2.3-replace-no-match RFC9865-2.1
        3.14-changes: 3.14
        3.14-if-match-other: 3.14-if-match
        3.14-stays: 3.14
        3.14-meta: 3.14
        RFC7643-3.3-container: RFC7643-4.3 3.5.1-extension 3.4.2.2-extension 3.10-patch-extension 3.9-names
        3.3-created: 3.3-group 3.7
        3.3.1-resource-type: RFC7643-6-type-of-resources 3.3-read-only 3.3.1 3.5.1-read-only
        3.4.2.4-pages: 3.4.2.4-beyond|groups 3.4.3-pages RFC9865
        3.4.2.3-descending: 3.4.2.3-without|names|common|groups RFC9865-2.2-sorted
        3.5.2-order: 3.5.2-several|in-order|atomic 3.5.2.2-remove-last
        3.5.2.3-replace-one-of-several: 3.5.2.3-replace-record 3.5.2-primary-by-path|two-conditions 3.5.2.2-remove-two-conditions
            3.5.2.2-remove-last
        3.5.2.3-replace-without-path: 3.5.2-path-urn|group-name 3.5.2.3-replace-nothing-else
        3.5.2-path-sub-attribute: 3.5.2-several|in-order 3.5.2.2-remove-sub-attribute
        3.5.2.1-add-member: 3.5.2.2-remove-member 3.5.2.3-replace-members
        RFC9865-2-next: RFC9865
        RFC9865-2-count: RFC9865
        3.2-unknown-user: 3.2-unknown-group|put-creates-nothing 3.6-gone 3.7.3-all 3.5.2-unknown
        RFC7643-2.3.5-date-time: 3.4.2.2-zone 3.5.2-last-modified RFC7643-3.1-last-modified
        3.3-required: RFC7643-4.1.1-user-name-empty RFC7643-4.2-display-name RFC7643-7-required-all 3.5.1-required
            RFC7643-2.4-primary 3.7-error-response 3.12-invalid|no-5xx 3.4.2.2-unknown-operator|no-expression
            3.4.2.2-unclosed|no-value|boolean-order 3.5.2-op|bad-path|read-only|schema|no-value 3.5.2.2-remove-required
            3.5.2.2-remove-without-path 3.5.2.3-replace-no-match RFC9865-2.1
        3.4.2-list: 3.4.2 3.6-not-found|omitted RFC7643-2.3.4-integer RFC9865
        3.4.2-nothing: 3.6-not-found|omitted 3.4.2.4-beyond
        3.4.2.2-eq: 3.4.2.2 3.4.2.1 3.4.2-nothing 3.4.3 3.6-not-found|omitted
        3.4.2.2-and: 3.4.2.2-pr|not|precedence|grouping|sub-attribute|boolean|gt|ge|lt|le|schemas|ne|absent
            3.4.2.2-ne-others|and-none|or-before-and|not-one|nested|gt-text|ge-text|lt-text|le-text|value-path
            3.4.2.2-value-path-together|value-path-one|value-path-second|value-path-and|zone
        3.4.2.2-or-both: 3.4.2.2-precedence|grouping|or-before-and|nested 3.4.2.1
        3.4.2.2-precedence: 3.4.2.2-or-before-and|grouping|nested
        3.4.2.2-not: 3.4.2.2-not-one|nested
        3.4.2.2-sw: 3.4.2.2-sw-beginning|sw-within|not|ne-others|not-one|nested|gt-text|ge-text|lt-text|le-text
        3.4.2.2-sw-beginning: 3.4.2.2-sw-within|ne-others|not-one|nested|gt-text|ge-text|lt-text|le-text
        3.4.2.2-co: 3.4.2.2-co-within|co-nowhere|complex-value|display-name
        3.4.2.2-ew: 3.4.2.2-ew-end|ew-within
        3.4.2.2-sub-attribute: 3.4.2.2-any-value|any-value-second|gt|ge|lt|le|zone|members 3.4.2.3-complex
        3.4.2.2-any-value: 3.4.2.2-any-value-second|complex-value|value-path|value-path-one|value-path-second
            3.4.2.2-value-path-together|value-path-and
        3.4.2.2-any-value-second: 3.4.2.2-complex-value|value-path-second|value-path-and 3.5.2.1-add-list
        3.4.2.2-value-path: 3.4.2.2-value-path-one|value-path-second|value-path-together|value-path-and
        3.4.2.2-gt: 3.4.2.2-ge|lt|le|gt-text|ge-text|zone
        3.4.2.2-unknown-operator: 3.4.2.2-no-expression|unclosed|no-value|boolean-order 3.5.2-bad-path
        3.4.2.3-ascending: 3.4.2.3 RFC9865-2.2-sorted
        3.4.2.4-count: 3.4.2.4 3.4.3-pages 3.4.2-part RFC9865-2 RFC9865-3
        3.4.2-part: 3.4.2.4-pages|groups 3.4.3
        3.5.1-answer: 3.5.1 RFC7643-2.5-unassigned RFC7643-3.1-id-stable|created|last-modified-moves
            RFC7643-4.1.1-active 3.2-put-creates-nothing|unknown 3.9-each-method 3.6-gone 3.14 3.7
        3.5.1-replaces: 3.5.1 RFC7643-2.5-unassigned RFC7643-4.1.1-active 3.14 RFC7643-3.1-last-modified-moves
            3.7-all-methods
        3.5.1-read-only: RFC7643-2.5-unassigned RFC7643-3.1-id-stable|created
        3.5.2-answer: 3.5.2 3.10-patch-extension 3.14-if-match-patch
        3.5.2.1-add-single: 3.5.2-primary|no-value 3.5.2.1 3.10-patch-extension
        3.5.2.1-add-many: 3.5.2-primary 3.5.2.1-add-list 3.5.2.3-replace-many|replace-sub-attribute
        3.5.2.2-remove-single: 3.5.2.2 3.5.2-several 3.10-patch-extension
        3.5.2.3-replace-single: 3.5.2.3 3.5.2-path|several|shows|order|group-name 3.10-patch-extension
        3.5.2.3-replace-sub-attribute: 3.5.2.2-remove-filtered|remove-last|remove-member|remove-two-conditions 3.5.2.3-replace-one-of-several
            3.5.2.3-replace-record|replace-no-match 3.5.2-primary-by-path
        3.5.2.2-remove-filtered: 3.5.2.2-remove-last|remove-member|remove-two-conditions
        3.5.2-op: 3.5.2-bad-path|read-only|schema|atomic|no-value 3.5.2.2-remove-required|remove-without-path
            3.5.2.3-replace-no-match
        3.6-answer: 3.6 3.7.3-all 3.7-all-methods 3.14-if-match-delete
        3.6-gone: 3.6 3.7-all-methods 3.14-if-match-delete
        3.9-attributes: 3.9 RFC7643-2.1-case 3.10-urn 3.4.3-attributes 3.5.2-attributes
        3.9-excluded: 3.9-group-without-members|both|each-method 3.4.3-pages
        3.3-uniqueness: 3.5.1-uniqueness 5-user-name
        """;

    private static readonly (string On, string[] Those)[] _all = [.. Read()];

    /// <summary>In the order in which they are asked for: what others rest on before them.</summary>
    public static IEnumerable<int> Order(IReadOnlyList<Requirement> requirements) =>
        Enumerable.Range(0, requirements.Count).OrderBy(i => Place(requirements[i]));

    /// <summary>What a requirement rests on that is not kept; null if all of it is, or nobody has looked.</summary>
    public static string? Missing(Requirement requirement, IReadOnlySet<string> broken) =>
        _all.Where(one => one.On != requirement.Id && broken.Contains(one.On) && one.Those.Any(requirement.Is))
            .Select(one => one.On)
            .FirstOrDefault();

    /// <summary>The ids that no requirement has or begins with.</summary>
    public static IEnumerable<string> Unknown(IReadOnlyList<Requirement> requirements) =>
        _all.SelectMany(one => one.Those.Append(one.On)).Where(id => !requirements.Any(one => one.Is(id))).Distinct();

    private static int Place(Requirement requirement)
    {
        var place = Array.FindIndex(_all, one => one.On == requirement.Id);
        return place < 0 ? _all.Length : place;
    }

    private static IEnumerable<(string On, string[] Those)> Read()
    {
        var words = Table.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        for (var i = 0; i < words.Length; )
        {
            var on = Id(words[i++].TrimEnd(':'));
            var those = new List<string>();
            for (; i < words.Length && !words[i].EndsWith(':'); i++)
                those.AddRange(Ids(words[i]));
            yield return (on, [.. those]);
        }
    }

    private static IEnumerable<string> Ids(string words)
    {
        var end = words.StartsWith("RFC", StringComparison.Ordinal)
            ? words.IndexOf('-', StringComparison.Ordinal) + 1
            : 0;
        var at = words.IndexOf('-', end);
        return at < 0 ? [Id(words)] : words[(at + 1)..].Split('|').Select(word => Id($"{words[..at]}-{word}"));
    }

    private static string Id(string id) => id.StartsWith("RFC", StringComparison.Ordinal) ? id : $"RFC7644-{id}";
}
