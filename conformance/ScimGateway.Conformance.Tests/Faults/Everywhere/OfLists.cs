using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.Breakage;

namespace ScimGateway.Conformance.Tests.Faults.Everywhere;

/// <summary>Lists say of themselves what is not so (RFC 7644 §3.4.2).</summary>
internal static class OfLists
{
    private const string Paging = "RFC7644-3.4.2.4";
    private const string Listing = "RFC7644-3.4.2";

    public static readonly Breakage[] All =
    [
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
            Afterwards(IsOfNone, (_, _) => Refused(404, null, "Nothing is found."))
        ),
        new(
            "none-no-content",
            Listing,
            "where nothing is found the answer is 204",
            Afterwards(IsOfNone, (_, _) => new Answer(204))
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
    ];

    public static Detour Of(Func<Ask, bool> when, string parameter, Func<string?, string?> change) =>
        Asks(ask => IsList(ask) && when(ask), ask => With(ask, parameter, change(Parameter(ask, parameter))));

    public static long? Value(Ask ask, string parameter) =>
        long.TryParse(Parameter(ask, parameter), out var value) ? value : null;

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

    private static bool IsOfNone(Ask ask, Answer answer) =>
        IsList(ask) && answer.IsFine && answer.Body!["totalResults"]!.GetValue<int>() == 0;
}
