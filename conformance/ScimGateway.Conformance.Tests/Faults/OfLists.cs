using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Fault;

namespace ScimGateway.Conformance.Tests.Faults;

/// <summary>What can be wrong about lists, their order and their pages (RFC 7644 §3.4.2, RFC 9865).</summary>
internal static class OfLists
{
    public static readonly Fault[] All =
    [
        Answers("RFC7644-3.4.2-list", IsFirst, answer => answer.Body!.AsObject().Remove("schemas")),
        Answers("RFC7644-3.4.2-resources", IsFirst, answer => answer.Body!.AsObject().Remove("Resources")),
        Answers(
            "RFC7644-3.4.2-part",
            ask => ask is { Method: "GET", Path: "Users" } && ask.Query.ToString() == "startIndex=1&count=1",
            answer => answer.Body!.AsObject().Remove("itemsPerPage")
        ),
        Answers(
            "RFC7644-3.4.2-nothing",
            OfFilters.IsByName,
            answer =>
            {
                if (!answer.Shown.Any())
                    (answer.Status, answer.Body) = (404, Refusal.Unknown("Users").Answer().Body);
            }
        ),
        Answers("RFC7644-3.4.2.3-ascending", ask => IsSorted(ask, "userName", null), Turn),
        Answers("RFC7644-3.4.2.3-order-ascending", ask => IsSorted(ask, "userName", "ascending"), Turn),
        Answers("RFC7644-3.4.2.3-descending", ask => IsSorted(ask, "userName", "descending"), Turn),
        Answers(
            "RFC7644-3.4.2.3-case",
            ask => IsSorted(ask, "userName", null),
            answer =>
                answer.Body!["Resources"] = new JsonArray([
                    .. answer
                        .Shown.OrderBy(one => one["userName"].Text(), StringComparer.Ordinal)
                        .Select(one => one.DeepClone()),
                ])
        ),
        Asks("RFC7644-3.4.2.3-complex", ask => ask.Query["sortBy"] == "name.givenName", Unsorted),
        Asks("RFC7644-3.4.2.3-primary", ask => ask.Query["sortBy"] == "emails.value", Unsorted),
        Answers("RFC7644-3.4.2.3-without", ask => ask.Query["sortBy"] == "title", Turn),
        Asks(
            "RFC7644-3.4.2.4-count",
            ask => ask.Query["count"] == "2" && ask.Query["cursor"] is null && ask.Query["startIndex"] is null,
            ask => ask.With("count", null)
        ),
        Asks("RFC7644-3.4.2.4-count-zero", ask => ask.Query["count"] == "0", ask => ask.With("count", "1")),
        Says(
            "RFC7644-3.4.2.4-count-negative",
            ask => ask.Query["count"] == "-5",
            () => Refusal.Value("count is negative.").Answer()
        ),
        Says(
            "RFC7644-3.4.2.4-start-below-one",
            ask => ask.Query["startIndex"] == "0",
            () => Refusal.Value("startIndex is below 1.").Answer()
        ),
        Asks("RFC7644-3.4.2.4-pages", ask => ask.Query["startIndex"] == "3", ask => ask.With("startIndex", "2")),
        Answers(
            "RFC7644-3.4.2.4-beyond",
            ask => ask.Query["startIndex"] == "100",
            answer => answer.Body!["totalResults"] = 0
        ),
        Answers(
            "RFC9865-2-next",
            ask => ask.Query["cursor"] == "",
            answer => answer.Body!.AsObject().Remove("nextCursor")
        ),
        Answers(
            "RFC9865-2-last",
            ask => ask.Query["count"] == "50",
            answer => answer.Body!["nextCursor"] = "c61743530"
        ),
        Answers(
            "RFC9865-2-all",
            ask => ask.Query["cursor"] is { Length: > 0 } && ask.Filter is not null,
            answer => answer.Body!["Resources"]!.AsArray().RemoveAt(0)
        ),
        Asks(
            "RFC9865-2-count",
            ask => ask.Query["cursor"] == "" && ask.Query["count"] == "2",
            ask => ask.With("count", "3")
        ),
        new(
            "RFC9865-2-characters",
            (ask, scim) =>
            {
                var answer = scim.Handle(
                    ask.Query["cursor"] is { } cursor ? ask.With("cursor", cursor.TrimEnd('=')) : ask
                );
                if (ask.Method == "GET")
                    foreach (var name in new[] { "nextCursor", "previousCursor" })
                        if (answer.Body is JsonObject list && list[name].Text() is { } own)
                            list[name] = $"{own}==";
                return answer;
            }
        ),
        new(
            "RFC9865-2-previous",
            (ask, scim) =>
            {
                var answer = scim.Handle(ask);
                if (answer.Body is JsonObject list && list["previousCursor"] is not null)
                    list["previousCursor"] = ask.Query["cursor"];
                return answer;
            }
        ),
        Asks(
            "RFC9865-2.1-invalid-cursor",
            ask => ask.Query["cursor"] == "no-cursor-of-yours",
            ask => ask.With("cursor", "")
        ),
        Asks(
            "RFC9865-2.1-invalid-count",
            ask => ask.Query["cursor"] is not null && ask.Query["count"] == "many",
            ask => ask.With("count", null)
        ),
        Asks("RFC9865-2.2-sorted", ask => ask.Query["cursor"] is not null, Unsorted),
        Asks(
            "RFC9865-3-search",
            ask => ask is { Method: "POST", Path: "Users/.search" },
            ask => ask.With(body => body.Remove("cursor"))
        ),
    ];

    /// <summary>Whether it is the list of one user, asked for by who is let in.</summary>
    public static bool IsFirst(Ask ask) =>
        ask is { Method: "GET", Path: "Users" }
        && ask.Query.ToString() == "count=1"
        && ask.Header("authorization") == $"Bearer {SoundServer.Token}";

    private static bool IsSorted(Ask ask, string by, string? order) =>
        ask.Query["sortBy"] == by && ask.Query["sortOrder"] == order && ask.Query["cursor"] is null;

    private static void Turn(Answer answer) =>
        answer.Body!["Resources"] = new JsonArray([.. answer.Shown.Reverse().Select(one => one.DeepClone())]);

    private static Ask Unsorted(Ask ask) => ask.With("sortBy", null);
}
