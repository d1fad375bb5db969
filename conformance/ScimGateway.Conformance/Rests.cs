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
        3.8-json: 3.3-representation 3.8-accept-json 3.12-form
        3.3-representation: RFC7643-2 RFC7643-3 RFC7643-4 RFC7643-6-type-of-resources RFC7643-7-returned|round-trip
            3.3 3.4 3.5 3.6 3.7 3.8-utf-8 3.9 3.10 3.14 RFC9865
        RFC7643-3-schemas: RFC7643-2.5-unassigned RFC7643-3.1-id-stable|created RFC7643-4.1.1-active 3.5.1 3.14
            RFC7643-3.3-container
        3.4.1-known: RFC7643-2.3.1 RFC7643-3.1-meta RFC7643-4 RFC7643-5-password 3.3-found 3.4.1-same 3.4.2.2 3.5.1 3.5.2
            3.6 3.7 3.8-utf-8 3.9 3.12-patch-syntax 3.14 4-true
        RFC7643-2.3-shape: RFC7643-2.1-sub-names RFC7643-2.3-as-said RFC7643-2.3.1 RFC7643-2.3.2 RFC7643-2.4 RFC7643-4.1.1-active RFC7643-4.1.2
            RFC7643-4.2-members|nested RFC7643-7-round-trip|returned-as-said 3.5.1 3.5.2 3.6-member 3.14-changes
        RFC7643-2.3.1-text: RFC7643-2.1-sub-names RFC7643-3.1-external-id RFC7643-3.3-container RFC7643-4.3-enterprise 3.3-group 3.5.1-clears
            3.5.1-replaces|parts 3.9-both|sub-attribute|names 3.4.2.2-external-id|and|sub-attribute|pr-complex
            3.4.2.3-complex 3.5.2.1-add-complex 3.5.2-path-sub-attribute 3.5.2.2-remove-sub-attribute
            3.5.2.3-replace-nothing-else RFC7643-7-round-trip
        3.8-utf-8: RFC7643-7-round-trip-user 3.4.2.2-pr|escapes|display-name 3.5.1-replaces 3.5.2.1-add-same
            3.5.2.1-add-single 3.7-all-methods 3.9-several|list 3.14-changes|if-match 3.5.2.3-replace-single
        RFC7643-3.1-id: RFC7643-2.1-extension-names RFC7643-2.3-smallest RFC7643-7-returned-each RFC7643-3.3-together
            3.14-answered RFC7643-2.1-sub-names RFC7643-7-round-trip 3.9-each-method
        RFC7643-3.1-external-id: 3.4.2.2-external-id
        RFC7643-4.1.1-active: RFC7643-4.1.1-unique-inactive 3.4.2.2-boolean|false 3.5.2-active
        RFC7643-4.1.2-emails: 3.5.2-next|path-bracket|path-flag 3.4.2.2-any-value|value-path|complex-value 3.4.2.3-primary 3.5.2-primary 3.5.2.1-add-many
            3.5.2.3-replace-many|replace-sub-attribute|replace-no-match RFC7643-7-round-trip-user RFC7643-2.4
        RFC7643-2.4-several: 3.4.2.2-members 3.7.2-several RFC7643-2.4-same-type 3.5.2-next 3.4.2.2-any-value-second|value-path|complex-value 3.4.2.3-primary
            3.5.2-primary|two-conditions 3.5.2.1-add-lone|add-list|add-many RFC7643-2.4-primary|twice
            3.5.2.2-remove-filtered|remove-part|remove-two-conditions|remove-last
            3.5.2.3-replace-one-of-several|replace-sub-attribute|replace-record|replace-many
        RFC7643-4.2-members: 3.14-members RFC7643-3.1-last-modified-members 3.3-group 3.4.2.2-members 3.5.2.1-add-member 3.5.2.2-remove-member
            3.5.2.3-replace-members 3.5.2-group-name 3.7.2-reference|patch RFC7643-4.2-members|nested 3.5.1-group 3.6-member
        RFC7643-3.1-meta: 3.4.2.2-instants RFC7643-2.3.5-date-time RFC7643-3.1-content-location|created|last-modified
            RFC7643-6-type-of-resources 3.3-location|read-only 3.3.1 3.5.1-read-only 3.14-meta 3.5.2.1-add-same
            3.4.2.2-zone
        RFC7643-7-attribute-type: RFC7643-7-round-trip-extension RFC7643-7-attribute-ref RFC7643-8.7.1
        RFC7643-7-attribute-multi-valued: RFC7643-2.3-as-said RFC7643-8.7.1-members
        RFC7643-7-attribute-required: RFC7643-8.7.1-user-name
        4-configuration: RFC7643-5-public
        4-schemas: RFC7643-6-schema-known 4-schemas-parameters|schemas-filter
        4-resource-types: 4-all-types RFC7643-6-type-of-resources 4-resource-types-parameters|resource-types-filter
        3.4.1-unknown: 3.2 3.5.2-unknown 3.6-gone|group 3.7.3-all 3.7-all-methods|continue|answer 3.13-version
            4-unknown
        3.12-form: RFC7643-4.1.1-password-refused 3.12-status|unauthenticated|scim-type 3.7-error-response|fail-on-errors
        3.12-scim-type: 3.3-uniqueness 3.12-invalid 3.5.1-uniqueness 3.4.2.2-unknown-operator|no-expression|unclosed
            3.4.2.2-no-value|boolean-order 3.5.2-operations|bad-path|read-only|schema|uniqueness 3.5.2.2-remove-without-path
            3.5.2.2-remove-required 3.5.2.3-replace-no-match RFC9865-2.1
        3.5.1-read-only: RFC7643-2.5-unassigned RFC7643-3.1-id-stable|created|last-modified-moves 3.14-meta
        3.14-meta: 3.14-changes|stays|if|modified|not-modified|header
        3.14-stays: 3.4.2.2-last-modified 3.14-changes|if|modified|not-modified
        3.14-changes: 3.14-members 3.14-if|modified|not-modified
        3.14-if-match-other: 3.14-if-match-nothing-done 3.14-if-match
        RFC7643-3.3-container: RFC7643-2.1-extension-names RFC7643-3.3-together 3.10-patch-each 3.5.1-as-read
            3.5.2.1-add-extension 3.9-extension-part 3.7.2-manager RFC7643-4.3 3.5.1-extension 3.4.2.2-extension 3.10-patch-extension 3.9-names
        3.3-created: RFC7643-7-not-unique 3.3-group 3.7
        3.3-shows: RFC7643-3-schemas-known RFC7643-7-returned-as-said 3.3-read-only
        3.3.1-resource-type: RFC7643-6-type-of-resources 3.3-read-only 3.3.1 3.5.1-read-only
        3.6-omitted: RFC7643-5-max-results 3.4.2-resources 3.4.2.3-groups 3.4.2.4-groups 3.6-not-found
        3.4.2.4-pages: 3.4.2.4-beyond|groups 3.4.3-pages RFC9865
        3.4.2.3-descending: 3.4.2.3-without|names|common|groups RFC9865-2.2-sorted
        3.5.2-order: 3.5.2-next 3.5.2-several|in-order|atomic 3.5.2.2-remove-last
        3.5.2.3-replace-one-of-several: 3.5.2.3-replace-all-that-match 3.5.2-path-bracket|path-flag 3.5.2.3-replace-record 3.5.2-primary-by-path|two-conditions 3.5.2.2-remove-two-conditions
            3.5.2.2-remove-last
        3.5.2.1-add-without-path: 3.5.2.1-add-many-without-path 3.5.2-without-path
        3.5.2.3-replace-without-path: 3.5.2-path-urn|group-name|without-path 3.5.2.3-replace-nothing-else
        3.5.2-path-sub-attribute: 3.5.2-several|in-order 3.5.2.2-remove-sub-attribute
        3.5.2.1-add-member: 3.14-members RFC7643-3.1-last-modified-members 3.5.2.2-remove-member 3.5.2.3-replace-members
        RFC9865-2-next: RFC9865
        RFC9865-2-count: RFC9865-2-last|all|characters|previous|endpoint RFC9865-2.1 RFC9865-2.2 RFC9865-3 RFC9865-5
        3.2-unknown-user: 3.2-unknown-group|put-creates-nothing 3.6-gone 3.7.3-all 3.5.2-unknown
        RFC7643-2.3.5-date-time: 3.4.2.2-instants 3.4.2.2-zone 3.5.2-last-modified RFC7643-3.1-last-modified
        3.3-required: RFC7643-4.1.1-password-refused 3.7.3-failed-location RFC7643-4.1.1-user-name-empty RFC7643-4.2-display-name RFC7643-7-required-all 3.5.1-required
            RFC7643-2.4-primary 3.7-error-response|continue|fail-on-errors 3.12-invalid|no-5xx|patch-syntax
            3.4.2.2-unknown-operator|no-expression|unclosed|no-value|trailing|boolean-order 3.5.2-op|bad-path|read-only|schema
            3.5.2-no-value 3.5.2.2-remove-required|remove-without-path 3.5.2.3-replace-no-match RFC9865-2.1
        3.5.2-read-only: 3.5.2-read-only-all|atomic RFC7643-4.2-members-immutable
        3.4.2-list: 3.4.2-total-beyond 3.4.2 3.4.3 3.6-not-found|omitted 3.9-list RFC7643-2.3.4-integer RFC9865
        3.4.2-nothing: 3.6-not-found|omitted 3.4.2.4-beyond
        3.4.2.2-id: 3.4.2.1
        3.4.2.2-eq: 3.4.2.2 3.4.2.1 3.4.2-nothing 3.4.3 3.6-not-found|omitted
        3.4.2.2-and: 3.4.2.2-instants 3.4.2.2-pr|not|precedence|grouping|sub-attribute|boolean|gt|ge|lt|le|schemas|ne|absent
            3.4.2.2-ne-others|or-before-and|not-one|nested|gt-text|ge-text|lt-text|le-text|value-path|zone
            3.4.2.2-operator-word-case|null|false|long|each 3.4.2.1-other-type 3.5.2.2-remove-two-conditions
            3.5.2-two-conditions
        3.4.2.2-each: 3.4.2.2-instants|operator-in-values 3.4.2.2-boolean|schemas|long|null|pr-empty|extension|false|external-id|value-path|gt|ge|lt|le|zone
        3.4.2.2-or-both: 3.4.2.2-operator-word-case 3.4.2.4-groups 3.4.3-root 3.5.2-path-or
            3.4.2.2-precedence|grouping|or-before-and|nested|not-of-all|words-in-values|beyond-ascii
            3.4.2.2-wildcards 3.4.2.1
        3.4.2.2-precedence: 3.4.2.2-or-before-and|grouping|nested
        3.4.2.2-pr: 3.4.2.2-pr|false 3.4.2.1-other-type
        3.4.2.2-not: 3.4.2.2-not-one|nested|not-of-all|operator-word-case
        3.4.2.2-sw: 3.4.2.2-sw-beginning|sw-within|not|ne-others|nested|gt-text|ge-text|lt-text|le-text|operator-word-case
            3.4.2.2-pr-complex
        3.4.2.2-sw-beginning: 3.4.2.2-sw-within|ne-others|not-one|not-of-all|nested|gt-text|ge-text|lt-text|le-text
            3.4.2.2-operator-word-case|pr-complex 3.5.2-two-conditions
        3.4.2.2-co: 3.4.2.2-co-within|co-nowhere|complex-value|display-name
        3.4.2.2-ew: 3.4.2.2-ew-end|ew-within
        3.4.2.2-sub-attribute: 3.4.2.2-any-value|gt|ge|lt|le|zone|members|each 3.4.2.3-complex
        3.4.2.2-any-value: 3.4.2.2-any-value|complex-value|value-path
        3.4.2.2-any-value-first: 3.4.2.2-members 3.4.2.2-any-value-second
        3.4.2.2-any-value-second: 3.4.2.2-complex-value|value-path-second|value-path-and 3.5.2.1-add-list
        3.4.2.2-value-path: 3.4.2.2-value-path
        3.4.2.2-eq-beginning: 3.4.2.2-operator-in-values 3.4.2.2-boolean|null|false|each
        3.4.2.2-long: 3.4.2.2-operator-in-values 3.4.2.2-escapes|any-value-second|external-id|blanks
        3.4.2.2-escapes: 3.4.2.2-blanks
        RFC7643-2.3.2-boolean: 3.5.1-as-read 3.5.2-boolean-text
        RFC7643-4.1.1-password: RFC7643-7-returned-each
        RFC7643-7-case-exact: 3.5.2.1-add-same-record
        3.5.2-atomic: 3.5.2-atomic-group
        3.5.2-primary: 3.5.2-primary-each
        3.4.2.2-gt: 3.4.2.2-instants 3.4.2.2-ge|lt|le|gt-text|ge-text|zone
        3.4.2.2-unknown-operator: 3.4.2.2-no-expression|unclosed|no-value|boolean-order 3.5.2-bad-path
        3.4.2.3-ascending: 3.4.2.3 RFC9865-2.2-sorted
        3.4.2.4-count: 3.4.2-total-beyond 3.4.2.4 3.4.3-pages 3.4.2-part RFC9865-2 RFC9865-3
        3.4.2-part: 3.4.2.4-pages|groups 3.4.3
        3.5.1-answer: 3.5.1 RFC7643-2.5-unassigned RFC7643-3.1-id-stable|created|last-modified-moves
            RFC7643-4.1.1-active 3.2-put-creates-nothing|unknown 3.9-each-method 3.6-gone 3.14 3.7
        3.5.1-replaces: 3.5.1-null-clears|read-only|required|uniqueness|group|clears|parts|extension|no-members RFC7643-2.5-unassigned RFC7643-4.1.1-active 3.14 RFC7643-3.1-last-modified-moves
            3.7-all-methods
        3.5.1-group: 3.5.1-no-members RFC7643-4.2-members-unknown RFC7643-4.1.2-groups-renamed
        3.5.2-answer: 3.5.2 3.10-patch-extension 3.14-if-match-patch
        3.5.2.1-add-single: 3.5.2-primary|no-value 3.5.2.1 3.10-patch-extension
        3.5.2.1-add-many: 3.5.2.1-add-texts|add-many-without-path 3.5.2-next 3.5.2-primary 3.5.2.1-add-list|add-lone 3.5.2.3-replace-many|replace-sub-attribute
        3.5.2.2-remove-single: 3.5.2-null 3.5.2.2 3.5.2-several 3.10-patch-extension
        3.5.2.3-replace-single: 3.5.2-null|next 3.5.2.3 3.5.2-path|several|shows|order|group-name 3.10-patch-extension
        3.5.2.3-replace-sub-attribute: 3.5.2.3-replace-all-that-match 3.5.2-next|path-bracket|path-flag 3.5.2.2-remove-filtered|remove-part|remove-last|remove-member|remove-two-conditions 3.5.2.3-replace-one-of-several
            3.5.2.3-replace-record|replace-no-match 3.5.2-primary-by-path
        3.5.2.2-remove-part: 3.5.2-primary-by-path
        3.5.2.2-remove-filtered: 3.5.2-path-or 3.5.2.3-replace-all-that-match 3.5.2-path-bracket 3.5.2.2-remove-last|remove-member|remove-two-conditions
        3.5.2-two-conditions: 3.5.2-path-bracket
        3.5.2-several: 3.5.2-next
        RFC7643-3.1-last-modified-moves: RFC7643-3.1-last-modified-members
        3.5.2-op: 3.5.2-bad-path|read-only|schema|atomic|no-value 3.5.2.2-remove-required|remove-without-path
            3.5.2.3-replace-no-match
        3.6-answer: 3.7.3-all 3.7-all-methods 3.14-if-match-delete
        3.6-gone: 3.6-gone-patch|not-found|omitted|again|member|group 3.7-all-methods 3.14-if-match-delete
        3.7.3-all: 3.7.3-failed-location 3.7-uniqueness 3.7-error-response|continue|fail-on-errors|bulk-id|methods|all-methods|order 3.7.1 3.7.2
            3.7.3-location|method|status
        3.9-attributes: RFC9865-2-attributes 3.9 RFC7643-2.1-case 3.10-urn 3.4.3-attributes 3.5.2-attributes
        3.9-excluded: 3.9-group-without-members|both|each-method 3.4.3-pages
        3.3-uniqueness: RFC7643-4.1.1-unique-inactive 3.7-uniqueness 3.5.1-uniqueness
        3.4.3-search: 3.4.3-attributes|pages RFC9865-3-search
        3.10-case: RFC7643-2.1-sub-names
        RFC7643-2.5-unassigned: 3.5.2-null 3.5.1-null-clears 3.5.2.3-null-within|null-extension|replace-by-nothing
        RFC7643-3.1-id: 3.5.2.2-remove-required-of-each 3.5.2-atomic-extension|several-extensions|filter-of-each|primary-of-each
            3.5.2.1-add-twice|add-two-values|add-part 3.5.2.3-replace-by|replace-lists|null-within
            RFC7643-2.3-digits RFC7643-2.4-primary-of-each RFC7643-7-unique-changed|immutable-same
            3.4.2.2-negative|each-of-several|value-path-of-each|sub-absent|after-or|parentheses|changed-of-each
            3.9-part-of-each 3.14-not-modified-each|listed 3.5.1-group-kept
        RFC7643-3.3-container: 3.5.2-several-extensions|atomic-extension 3.5.2.2-remove-extension
            3.5.2.3-null-extension RFC7643-3-schemas-left 3.4.2.3-case-of-each
        3.5.2.1-add-without-path: 3.5.2-several-extensions
        3.5.2.3-replace-without-path: 3.5.2.3-replace-lists-without-path|null-within|null-extension
        3.5.2.3-replace-many: 3.5.2.3-replace-by-nothing|replace-lists-without-path|null-extension
        3.5.2.3-replace-sub-attribute: 3.5.2-filter-of-each
        3.5.2.2-remove-filtered: 3.5.2-filter-of-each|path-not
        3.5.2.1-add-many: 3.5.2.1-add-twice|add-two-values
        3.2-resource-name: RFC7643-7-round-trip-own
        3.4.2.2-and: 3.4.2.2-sub-absent
        3.4.2.2-pr: 3.4.2.2-sub-absent
        3.4.2.2-or-both: 3.4.2.2-after-or
        3.4.2.2-gt: 3.4.2.2-negative
        3.4.2.2-beyond-ascii: 3.4.2.2-parentheses
        3.4.2.2-changed: 3.4.2.2-changed-of-each
        3.4.2.4-count: 3.4.3-count
        3.4.3-search: 3.4.3-count|order|own
        3.4.2.3-ascending: 3.4.3-order
        3.7.3-all: 3.7-own 3.7.3-of-failed
        3.7.3-status: 3.7.3-of-failed
        3.7.3-location: 3.7.3-location-of-each
        3.3-required: 3.7.3-of-failed
        3.6-gone: 3.7-own
        3.6-answer: 3.6-other-type 3.7-own
        3.4.1-unknown: 3.12-own 3.7-own
        3.12-form: 3.12-own 3.7.3-of-failed
        3.2-one-endpoint: 3.6-other-type
        3.14-meta: 3.14-listed
        3.14-not-modified: 3.14-not-modified-each
        3.9-excluded: 3.9-part-of-each
        3.9-sub-attribute: 3.9-part-of-each
        3.9-extension-part: 3.9-part-of-each
        3.5.2-path-urn: 3.5.2-path-core-filter
        3.5.2-path-case: 3.5.2-path-core-filter
        3.5.2.3-replace-sub-attribute: 3.5.2-path-core-filter
        RFC7643-2.3-smallest: RFC7643-2.3-digits 3.4.2.2-negative
        RFC7643-7-unique: RFC7643-7-unique-changed
        3.3-uniqueness: RFC7643-7-unique-changed
        3.5.1-uniqueness: RFC7643-7-unique-changed
        3.5.2-uniqueness: RFC7643-7-unique-changed
        RFC7643-2.4-primary: RFC7643-2.4-primary-of-each 3.5.2-primary-of-each
        3.5.2-primary: 3.5.2-primary-of-each
        RFC7643-7-immutable: RFC7643-7-immutable-same
        RFC7643-7-case-exact: RFC7643-7-unique-case
        3.4.2.2-case-exact: 3.4.2.2-binary-case
        3.5.2-path-or: 3.5.2-path-not
        3.5.2.3-replace-one-of-several: 3.5.2-path-not
        3.5.1-group: 3.5.1-group-kept
        RFC7643-3.1-created: 3.5.1-group-kept
        RFC7643-3.1-external-id: 3.5.1-group-kept
        3.5.2.2-remove-single: RFC7643-3-schemas-left
        """;

    private static readonly (string On, string[] Those)[] _all = [.. Read()];

    /// <summary>In the order in which they are asked for: what others rest on before them.</summary>
    public static IReadOnlyList<int> Order(IReadOnlyList<Requirement> requirements)
    {
        var (order, seen) = (new List<int>(), new HashSet<int>());
        foreach (var i in Enumerable.Range(0, requirements.Count).OrderBy(i => Place(requirements[i])))
            Take(i);
        return order;

        void Take(int i)
        {
            if (!seen.Add(i))
                return;
            foreach (var root in Roots(requirements[i]))
                if (
                    Enumerable.Range(0, requirements.Count).FirstOrDefault(at => requirements[at].Id == root, -1)
                    is >= 0
                        and var at
                )
                    Take(at);
            order.Add(i);
        }
    }

    /// <summary>What a requirement rests on that is not kept; null if all of it is, or nobody has looked.</summary>
    /// <param name="requirement">Of which one.</param>
    /// <param name="broken">What is not kept, or rests on what is not; and what that is.</param>
    public static string? Missing(Requirement requirement, IReadOnlyDictionary<string, string> broken) =>
        Roots(requirement).Where(broken.ContainsKey).Select(root => broken[root]).FirstOrDefault();

    /// <summary>What rests on itself, by way of others.</summary>
    public static IEnumerable<string> Circles(IReadOnlyList<Requirement> requirements)
    {
        var order = Order(requirements).Select(i => requirements[i]).ToList();
        for (var i = 0; i < order.Count; i++)
            foreach (var root in Roots(order[i]))
                if (order.FindIndex(one => one.Id == root) > i)
                    yield return $"{order[i].Id} rests on {root}";
    }

    private static IEnumerable<string> Roots(Requirement requirement) =>
        _all.Where(one => one.On != requirement.Id && one.Those.Any(requirement.Is)).Select(one => one.On);

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
