using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.Breakage;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.OfLists;

namespace ScimGateway.Conformance.Tests.Faults.Everywhere;

/// <summary>Other pages come than were asked for (RFC 7644 §3.4.2.4).</summary>
internal static class OfPages
{
    private const string Paging = "RFC7644-3.4.2.4";

    public static readonly Breakage[] All =
    [
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
            Afterwards(IsBeyond, (ask, scim) => scim.Handle(With(ask, "startIndex", "1")))
        ),
        new(
            "start-beyond-not-found",
            Paging,
            "a startIndex beyond the end is answered with 404",
            Afterwards(IsBeyond, (_, _) => Refused(404, null, "No such page."))
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
    ];

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

    private static bool IsBeyond(Ask ask, Answer answer) =>
        IsList(ask) && answer.IsFine && Value(ask, "startIndex") > 1 && Value(ask, "count") != 0 && !answer.Shown.Any();
}
