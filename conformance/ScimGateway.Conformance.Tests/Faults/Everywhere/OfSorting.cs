using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.Breakage;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.OfLists;

namespace ScimGateway.Conformance.Tests.Faults.Everywhere;

/// <summary>Lists are in another order (RFC 7644 §3.4.2.3).</summary>
internal static class OfSorting
{
    private const string Sorting = "RFC7644-3.4.2.3";

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
    ];

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
