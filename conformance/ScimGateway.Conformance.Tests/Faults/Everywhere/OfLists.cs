using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.Breakage;

namespace ScimGateway.Conformance.Tests.Faults.Everywhere;

/// <summary>Lists are in another order and on other pages than they should be (RFC 7644 §3.4.2.3, §3.4.2.4; RFC 9865).</summary>
internal static class OfLists
{
    private const string Sorting = "RFC7644-3.4.2.3";
    private const string Paging = "RFC7644-3.4.2.4";
    private const string Listing = "RFC7644-3.4.2";
    private const string Cursors = "RFC9865-2";

    public static readonly Breakage[] All =
    [
        new("sort-passed-over", Sorting, "sortBy is passed over", Lists("sortBy", _ => null)),
        new(
            "sort-of-groups-passed-over",
            Sorting,
            "groups are not sorted",
            Of(ask => ask.Path.StartsWith("Groups", StringComparison.Ordinal), "sortBy", _ => null)
        ),
        new(
            "sort-of-searches-passed-over",
            "RFC7644-3.4.3",
            "searches are not sorted",
            Of(ask => ask.Method == "POST", "sortBy", _ => null)
        ),
        new(
            "sort-of-all-types-passed-over",
            Sorting,
            "what is of all types is not sorted",
            Of(ask => ask.Path is "" or ".search", "sortBy", _ => null)
        ),
        new("order-passed-over", Sorting, "descending is passed over", Lists("sortOrder", _ => null)),
        new(
            "order-backwards",
            Sorting,
            "ascending is descending and the other way round",
            Of(
                ask => Parameter(ask, "sortBy") is not null,
                "sortOrder",
                order => order == "descending" ? "ascending" : "descending"
            )
        ),
        new(
            "descending-by-default",
            Sorting,
            "what is to be sorted in no order is sorted in descending order",
            Of(ask => Parameter(ask, "sortBy") is not null, "sortOrder", order => order ?? "descending")
        ),
        new(
            "sort-by-urn-passed-over",
            Sorting,
            "sortBy with a URN is passed over",
            Lists("sortBy", by => by.StartsWith("urn:", StringComparison.Ordinal) ? null : by)
        ),
        new(
            "sort-by-sub-passed-over",
            Sorting,
            "sortBy of a sub-attribute is passed over",
            Lists("sortBy", by => Known.Types.Any(type => Name.Of(type, by)?.Sub is not null) ? null : by)
        ),
        new(
            "sort-by-several-passed-over",
            Sorting,
            "sortBy of what has several values is passed over",
            Lists("sortBy", by => Known.Types.Any(type => Name.Of(type, by)?.Attribute.Many == true) ? null : by)
        ),
        new(
            "sort-by-meta-passed-over",
            Sorting,
            "sortBy of what is in meta is passed over",
            Lists("sortBy", by => by.StartsWith("meta", StringComparison.OrdinalIgnoreCase) ? null : by)
        ),
        new(
            "sort-names-case-exact",
            Sorting,
            "sortBy in other letters than the schema's is passed over",
            Lists(
                "sortBy",
                by =>
                    Known.Types.Any(type =>
                        Name.Of(type, by) is { } name && !by.Contains(name.Attribute.Name, StringComparison.Ordinal)
                    )
                        ? null
                        : by
            )
        ),
        Keyed(
            "sort-by-first-value",
            "of several values the first is sorted by and not the primary one",
            (name, whole) => Sound.Lists.Key(name, Unprimary(name, whole))
        ),
        Keyed(
            "sort-by-letters",
            "capital letters come before all small ones",
            (name, whole) =>
                Sound.Lists.Key(
                    name with
                    {
                        Attribute = name.Attribute with { CaseExact = true },
                        Sub = name.Sub is null ? null : name.Sub with { CaseExact = true },
                    },
                    whole
                )
        ),
        Keyed(
            "sort-absent-first",
            "who has no value comes first in ascending order",
            (name, whole) => Sound.Lists.Key(name, whole) ?? ""
        ),
        Keyed(
            "sort-by-length",
            "texts are sorted by their length",
            (name, whole) => Sound.Lists.Key(name, whole) is { } key ? $"{key.Length:d6}" : null
        ),
        Keyed(
            "sort-by-first-letter",
            "only the first letter is sorted by",
            (name, whole) => Sound.Lists.Key(name, whole) is { Length: > 0 } key ? key[..1] : null
        ),
        new("sort-within-page", Sorting, "only what is on a page is sorted", SortedPages),
        new(
            "sort-drops-absent",
            Sorting,
            "who has no value to sort by is left out",
            Answers(ask => IsList(ask) && Parameter(ask, "sortBy") is not null, DropAbsent)
        ),
        new(
            "sort-refused",
            Sorting,
            "sortBy is refused though sort is announced",
            Instead(ask => IsList(ask) && Parameter(ask, "sortBy") is not null, () => Refused(501, null, "Not sorted."))
        ),
        Number("start-from-zero", "the first of a list is at startIndex 0", "startIndex", start => start + 1),
        Number("start-is-a-page", "startIndex counts pages", "startIndex", (start, count) => ((start - 1) * count) + 1),
        new("start-passed-over", Paging, "startIndex is passed over", Lists("startIndex", _ => null)),
        new(
            "start-of-searches-passed-over",
            Paging,
            "startIndex is passed over in searches",
            Of(ask => ask.Method == "POST", "startIndex", _ => null)
        ),
        new(
            "start-of-groups-passed-over",
            Paging,
            "startIndex is passed over for groups",
            Of(ask => ask.Path.StartsWith("Groups", StringComparison.Ordinal), "startIndex", _ => null)
        ),
        new(
            "start-below-one-refused",
            Paging,
            "a startIndex below 1 is refused",
            Instead(
                ask => IsList(ask) && Value(ask, "startIndex") < 1,
                () => Refused(400, "invalidValue", "startIndex begins with 1.")
            )
        ),
        new(
            "start-below-one-finds-none",
            Paging,
            "a startIndex below 1 finds nothing",
            Instead(ask => IsList(ask) && Value(ask, "startIndex") < 1, Nothing)
        ),
        new(
            "start-beyond-is-last",
            Paging,
            "a startIndex beyond the end shows the last",
            (ask, scim) =>
                scim.Handle(ask) is { IsFine: true } answer
                && IsList(ask)
                && Value(ask, "startIndex") > 1
                && !answer.Shown.Any()
                && Value(ask, "count") != 0
                    ? scim.Handle(With(ask, "startIndex", "1"))
                    : scim.Handle(ask)
        ),
        new(
            "start-beyond-not-found",
            Paging,
            "a startIndex beyond the end is answered with 404",
            (ask, scim) =>
                scim.Handle(ask) is { IsFine: true } answer
                && IsList(ask)
                && Value(ask, "startIndex") > 1
                && answer.Body!["itemsPerPage"]!.GetValue<int>() == 0
                    ? Refused(404, null, "No such page.")
                    : scim.Handle(ask)
        ),
        new("count-passed-over", Paging, "count is passed over", Lists("count", _ => null)),
        new(
            "count-of-searches-passed-over",
            Paging,
            "count is passed over in searches",
            Of(ask => ask.Method == "POST", "count", _ => null)
        ),
        new(
            "count-of-groups-passed-over",
            Paging,
            "count is passed over for groups",
            Of(ask => ask.Path.StartsWith("Groups", StringComparison.Ordinal), "count", _ => null)
        ),
        new("count-of-none-is-all", Paging, "count 0 shows all", Lists("count", count => count == "0" ? null : count)),
        new(
            "count-below-zero-is-all",
            Paging,
            "a count below 0 shows all",
            Lists("count", count => count[0] == '-' ? null : count)
        ),
        new(
            "count-below-zero-refused",
            Paging,
            "a count below 0 is refused",
            Instead(
                ask => IsList(ask) && Value(ask, "count") < 0,
                () => Refused(400, "invalidValue", "count is below 0.")
            )
        ),
        Number("one-too-many", "a page has one more than count says", "count", count => count > 0 ? count + 1 : count),
        Number("one-too-few", "a page has one less than count says", "count", count => count > 1 ? count - 1 : count),
        Number(
            "pages-overlap",
            "each page begins with the last of the one before",
            "startIndex",
            start => start > 1 ? start - 1 : start
        ),
        Number("pages-skip", "between two pages one is left out", "startIndex", start => start > 1 ? start + 1 : start),
        Count(
            "total-is-of-page",
            "totalResults is how many are on the page",
            list => list["totalResults"] = list["itemsPerPage"]?.DeepClone()
        ),
        Count(
            "total-as-text",
            "totalResults is a text",
            list => list["totalResults"] = list["totalResults"]?.ToString()
        ),
        Count("total-missing", "there is no totalResults", list => list.Remove("totalResults")),
        Count(
            "total-one-too-many",
            "totalResults is one too many",
            list => list["totalResults"] = list["totalResults"]!.GetValue<int>() + 1
        ),
        new(
            "total-passes-over-filter",
            Listing,
            "totalResults is how many there are, and not how many are found",
            (ask, scim) =>
            {
                var answer = scim.Handle(ask);
                if (answer.IsFine && IsList(ask) && Parameter(ask, "filter") is not null)
                    answer.Body!["totalResults"] = scim.Handle(With(ask, "filter", null)).Body![
                        "totalResults"
                    ]!.DeepClone();
                return answer;
            }
        ),
        new(
            "items-is-count",
            Paging,
            "itemsPerPage is what count says",
            Answers(
                IsList,
                (ask, answer) =>
                {
                    if (answer.IsFine && Value(ask, "count") is { } count)
                        answer.Body!["itemsPerPage"] = count;
                }
            )
        ),
        Count("items-missing", "there is no itemsPerPage", list => list.Remove("itemsPerPage")),
        Count(
            "items-is-total",
            "itemsPerPage is how many are found",
            list => list["itemsPerPage"] = list["totalResults"]?.DeepClone()
        ),
        Count("start-missing", "there is no startIndex in lists", list => list.Remove("startIndex")),
        Count("start-is-always-one", "startIndex of a list is always 1", list => list["startIndex"] = 1),
        Count(
            "start-shown-from-zero",
            "startIndex of a list counts from 0",
            list => list["startIndex"] = (list["startIndex"]?.GetValue<long>() ?? 1) - 1
        ),
        Count("list-without-schemas", "a list has no schemas", list => list.Remove("schemas")),
        Count(
            "list-of-scim-1",
            "the schemas of a list are those of SCIM 1.1",
            list => list["schemas"] = new JsonArray("urn:scim:schemas:core:1.0")
        ),
        new(
            "list-as-array",
            Listing,
            "a list is a JSON array",
            Answers(
                IsList,
                (_, answer) =>
                {
                    if (answer.IsFine)
                        answer.Body = answer.Body!["Resources"]!.DeepClone();
                }
            )
        ),
        new(
            "none-not-found",
            Listing,
            "where nothing is found the answer is 404",
            (ask, scim) =>
                scim.Handle(ask) is { IsFine: true } answer
                && IsList(ask)
                && answer.Body!["totalResults"]!.GetValue<int>() == 0
                    ? Refused(404, null, "Nothing is found.")
                    : scim.Handle(ask)
        ),
        new(
            "none-no-content",
            Listing,
            "where nothing is found the answer is 204",
            (ask, scim) =>
                scim.Handle(ask) is { IsFine: true } answer
                && IsList(ask)
                && answer.Body!["totalResults"]!.GetValue<int>() == 0
                    ? new Answer(204)
                    : scim.Handle(ask)
        ),
        new(
            "root-has-users-only",
            "RFC7644-3.4.2.1",
            "at the root only users are found",
            Asks(
                ask => IsList(ask) && ask.Path is "" or ".search",
                ask => ask with { Path = ask.Path == "" ? "Users" : "Users/.search" }
            )
        ),
        new(
            "root-not-there",
            "RFC7644-3.4.2.1",
            "at the root there is nothing",
            Instead(ask => ask is { Method: "GET", Path: "" }, () => Refused(404, null, "There is nothing here."))
        ),
        new(
            "lists-have-all-types",
            Listing,
            "lists of users have groups as well",
            Asks(
                ask => IsList(ask) && ask.Path is "Users" or "Groups" or "Users/.search" or "Groups/.search",
                ask => ask with { Path = ask.Method == "GET" ? "" : ".search" }
            )
        ),
        new(
            "search-not-there",
            "RFC7644-3.4.3",
            "there is no search by POST",
            Instead(ask => IsList(ask) && ask.Method == "POST", () => Refused(404, null, "There is nothing here."))
        ),
        new(
            "search-is-created",
            "RFC7644-3.4.3",
            "a search is answered with 201",
            Answers(
                ask => IsList(ask) && ask.Method == "POST",
                (_, answer) => answer.Status = answer.IsFine ? 201 : answer.Status
            )
        ),
        Cursor("next-cursor-missing", "there is no nextCursor", (list, _) => list.Remove("nextCursor")),
        Cursor(
            "next-cursor-at-the-end",
            "the last page has a nextCursor as well",
            (list, asked) => list["nextCursor"] ??= asked.Length == 0 ? "c617430" : asked
        ),
        Cursor(
            "next-cursor-stays",
            "nextCursor is that of the same page",
            (list, asked) =>
            {
                if (list["nextCursor"] is not null && asked.Length > 0)
                    list["nextCursor"] = asked;
            }
        ),
        Cursor(
            "next-cursor-as-number",
            "nextCursor is a number",
            (list, _) =>
            {
                if (list["nextCursor"] is not null)
                    list["nextCursor"] = 2;
            }
        ),
        new("cursor-passed-over", Cursors, "cursor is passed over though it is announced", Lists("cursor", _ => null)),
        new(
            "cursor-of-searches-passed-over",
            Cursors,
            "cursor is passed over in searches",
            Of(ask => ask.Method == "POST", "cursor", _ => null)
        ),
        new(
            "cursor-passes-over-count",
            Cursors,
            "count is passed over where there is a cursor",
            Of(ask => Parameter(ask, "cursor") is not null, "count", _ => null)
        ),
        new(
            "cursor-passes-over-filter",
            Cursors,
            "a filter is passed over from the second page on",
            Of(ask => Parameter(ask, "cursor") is { Length: > 0 }, "filter", _ => null)
        ),
        new(
            "cursor-unknown-is-first",
            Cursors,
            "a cursor that there is not shows the first page",
            (ask, scim) =>
                scim.Handle(ask) is { IsFine: false } && IsList(ask) && Parameter(ask, "cursor") is { Length: > 0 }
                    ? scim.Handle(With(ask, "cursor", ""))
                    : scim.Handle(ask)
        ),
        new(
            "cursor-unknown-is-a-mistake",
            Cursors,
            "a cursor that there is not is answered with 500",
            (ask, scim) =>
                scim.Handle(ask) is { IsFine: false } && IsList(ask) && Parameter(ask, "cursor") is { Length: > 0 }
                    ? Refused(500, null, "Bad cursor.")
                    : scim.Handle(ask)
        ),
        new(
            "cursor-unknown-is-invalid-value",
            Cursors,
            "a cursor that there is not is invalidValue",
            Answers(
                IsList,
                (_, answer) =>
                {
                    if (answer.Body?["scimType"].Text() == "invalidCursor")
                        answer.Body["scimType"] = "invalidValue";
                }
            )
        ),
        new(
            "more-than-announced",
            "RFC7643-5",
            "pages have more than filter.maxResults says",
            Answers(
                ask => ask.Path == "ServiceProviderConfig",
                (_, answer) =>
                {
                    if (answer.Body?["filter"] is JsonObject filter)
                        filter["maxResults"] = 2;
                }
            )
        ),
    ];

    private static Detour Of(Func<Ask, bool> when, string parameter, Func<string?, string?> change) =>
        Asks(ask => IsList(ask) && when(ask), ask => With(ask, parameter, change(Parameter(ask, parameter))));

    private static long? Value(Ask ask, string parameter) =>
        long.TryParse(Parameter(ask, parameter), out var value) ? value : null;

    private static Breakage Number(string name, string says, string parameter, Func<long, long> change) =>
        Number(name, says, parameter, (value, _) => change(value));

    private static Breakage Number(string name, string says, string parameter, Func<long, long, long> change) =>
        new(
            name,
            Paging,
            says,
            Asks(
                ask => IsList(ask) && Value(ask, parameter) is not null,
                ask =>
                    With(
                        ask,
                        parameter,
                        $"{change(Value(ask, parameter)!.Value, Value(ask, "count") ?? SoundScim.MostResults)}"
                    )
            )
        );

    private static Breakage Keyed(string name, string says, Func<Name, JsonObject, string?> key) =>
        new(
            name,
            Sorting,
            says,
            (ask, scim) =>
            {
                scim.SortsBy = key;
                return scim.Handle(ask);
            }
        );

    private static Breakage Count(string name, string says, Action<JsonObject> change) =>
        new(
            name,
            Listing,
            says,
            Answers(
                IsList,
                (_, answer) =>
                {
                    if (answer.IsFine)
                        change(answer.Body!.AsObject());
                }
            )
        );

    private static Breakage Cursor(string name, string says, Action<JsonObject, string> change) =>
        new(
            name,
            Cursors,
            says,
            Answers(
                ask => IsList(ask) && Parameter(ask, "cursor") is not null,
                (ask, answer) =>
                {
                    if (answer.IsFine)
                        change(answer.Body!.AsObject(), Parameter(ask, "cursor")!);
                }
            )
        );

    private static JsonObject Unprimary(Name name, JsonObject whole)
    {
        whole = Copy(whole);
        foreach (var value in Documents.Objects(name.Container(whole)?[name.Attribute.Name]))
            value.Remove("primary");
        return whole;
    }

    private static Answer SortedPages(Ask ask, SoundScim scim)
    {
        if (!IsList(ask) || Parameter(ask, "sortBy") is not { } by)
            return scim.Handle(ask);
        var answer = scim.Handle(With(ask, "sortBy", null));
        if (!answer.IsFine)
            return answer;
        var kept = answer.Shown.Select(shown =>
            (Shown: shown.DeepClone(), Kept: scim.Resources.First(one => one.Id == shown["id"].Text()))
        );
        var sorted = kept.OrderBy(
                one => Name.Of(one.Kept.Type, by) is { } name ? Sound.Lists.Key(name, scim.Whole(one.Kept)) : null,
                StringComparer.Ordinal
            )
            .Select(one => one.Shown)
            .ToList();
        if (Parameter(ask, "sortOrder") == "descending")
            sorted.Reverse();
        answer.Body!["Resources"] = new JsonArray([.. sorted]);
        return answer;
    }

    private static void DropAbsent(Ask ask, Answer answer)
    {
        var by = Parameter(ask, "sortBy")!;
        if (
            answer.Body is not JsonObject list
            || list["Resources"] is not JsonArray found
            || Parameter(ask, "attributes") is not null
        )
            return;
        found.RemoveAll(one => Known.Types.All(type => Name.Of(type, by)?.Values(one!.AsObject()).Any() != true));
        (list["totalResults"], list["itemsPerPage"]) = (found.Count, found.Count);
    }
}
