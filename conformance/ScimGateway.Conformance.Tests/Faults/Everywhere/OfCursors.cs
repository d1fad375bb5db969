using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.Breakage;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.OfLists;

namespace ScimGateway.Conformance.Tests.Faults.Everywhere;

/// <summary>Cursors lead elsewhere (RFC 9865).</summary>
internal static class OfCursors
{
    private const string Cursors = "RFC9865-2";

    public static readonly Breakage[] All =
    [
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
            Afterwards(IsUnknown, (ask, scim) => scim.Handle(With(ask, "cursor", "")))
        ),
        new(
            "cursor-unknown-is-a-mistake",
            Cursors,
            "a cursor that there is not is answered with 500",
            Afterwards(IsUnknown, (_, _) => Refused(500, null, "Bad cursor."))
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

    private static bool IsUnknown(Ask ask, Answer answer) =>
        IsList(ask) && answer.Body?["scimType"].Text() == "invalidCursor";
}
