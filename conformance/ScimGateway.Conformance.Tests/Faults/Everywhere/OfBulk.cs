using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.Breakage;

namespace ScimGateway.Conformance.Tests.Faults.Everywhere;

/// <summary>Several operations in one request are done otherwise (RFC 7644 §3.7).</summary>
internal static class OfBulk
{
    private const string Section = "RFC7644-3.7";

    public static readonly Breakage[] All =
    [
        Taken("bulk-fail-on-errors-passed-over", "failOnErrors is passed over", body => body.Remove("failOnErrors")),
        Taken(
            "bulk-ends-with-first-failure",
            "the first operation that fails ends all",
            body => body["failOnErrors"] = 1
        ),
        Taken(
            "bulk-ends-one-late",
            "one more operation fails than failOnErrors says",
            body =>
            {
                if (body["failOnErrors"] is JsonValue value)
                    body["failOnErrors"] = value.GetValue<int>() + 1;
            }
        ),
        Taken(
            "bulk-deletes-passed-over",
            "DELETE is answered and not done",
            body =>
                Each(
                    body,
                    one =>
                    {
                        if (one["method"].Text() == "DELETE")
                            (one["method"], one["path"], one["data"]) = (
                                "PATCH",
                                one["path"]?.DeepClone(),
                                new JsonObject
                                {
                                    ["Operations"] = new JsonArray(
                                        new JsonObject
                                        {
                                            ["op"] = "replace",
                                            ["path"] = "externalId",
                                            ["value"] = "deleted",
                                        }
                                    ),
                                }
                            );
                    }
                )
        ),
        Refusing("bulk-deletes-refused", "DELETE is refused", one => one["method"].Text() == "DELETE"),
        Refusing("bulk-patches-refused", "PATCH is refused", one => one["method"].Text() == "PATCH"),
        Refusing("bulk-puts-refused", "PUT is refused", one => one["method"].Text() == "PUT"),
        Refusing(
            "bulk-groups-refused",
            "groups are refused",
            one => one["path"].Text()?.StartsWith("/Groups", StringComparison.Ordinal) == true
        ),
        Refusing("bulk-updates-refused", "all but POST is refused", one => one["method"].Text() != "POST"),
        Taken(
            "bulk-id-not-resolved",
            "a reference by bulkId is refused",
            body =>
                Each(
                    body,
                    one =>
                        one["data"] = EachText(
                            one["data"],
                            text => text.StartsWith("bulkId:", StringComparison.Ordinal) ? $"{text}-none" : text
                        )
                )
        ),
        Taken(
            "bulk-id-not-resolved-in-patch",
            "a reference by bulkId in a PATCH is refused",
            body =>
                Each(
                    body,
                    one =>
                    {
                        if (one["method"].Text() == "PATCH")
                            one["data"] = EachText(
                                one["data"],
                                text => text.StartsWith("bulkId:", StringComparison.Ordinal) ? $"{text}-none" : text
                            );
                    }
                )
        ),
        new(
            "bulk-id-of-later-not-resolved",
            "RFC7644-3.7.2",
            "a reference to what a later operation makes is refused",
            InOrder
        ),
        new(
            "bulk-unknown-id-left-out",
            "RFC7644-3.7.2",
            "a member by a bulkId that there is not is left out",
            Within(body =>
                Each(
                    body,
                    one => LeaveOut(one, [.. body.Values("Operations").Select(other => other["bulkId"].Text() ?? "")])
                )
            )
        ),
        new(
            "bulk-post-without-id",
            Section,
            "POST without bulkId is done",
            Within(body =>
                Each(
                    body,
                    one =>
                    {
                        if (one["method"].Text() == "POST")
                            one["bulkId"] ??= $"{Guid.NewGuid()}";
                    }
                )
            )
        ),
        new(
            "bulk-method-in-small-letters",
            Section,
            "a method that there is not is taken for PUT",
            Within(body =>
                Each(
                    body,
                    one =>
                    {
                        if (one["method"].Text() is not ("POST" or "PUT" or "PATCH" or "DELETE"))
                            one["method"] = "PUT";
                    }
                )
            )
        ),
    ];

    public static bool IsBulk(Ask ask) => ask is { Method: "POST", Path: "Bulk" };

    private static void Each(JsonObject body, Action<JsonObject> change)
    {
        foreach (var one in body.Values("Operations"))
            change(one);
    }

    public static Detour Within(Action<JsonObject> change) =>
        Asks(ask => IsBulk(ask) && (ask.Body as JsonObject)?["Operations"] is JsonArray, ask => ask.With(change));

    private static Breakage Taken(string name, string says, Action<JsonObject> change) =>
        new(name, Section, says, Within(change));

    private static Breakage Refusing(string name, string says, Func<JsonObject, bool> which) =>
        Taken(
            name,
            says,
            body =>
                Each(
                    body,
                    one =>
                    {
                        if (which(one))
                            one["method"] = "NONE";
                    }
                )
        );

    private static Answer InOrder(Ask ask, SoundScim scim)
    {
        if (!IsBulk(ask) || ask.Body is not JsonObject body)
            return scim.Handle(ask);
        var seen = new HashSet<string>();
        Each(
            body,
            one =>
            {
                one["data"] = EachText(
                    one["data"],
                    text =>
                        text.StartsWith("bulkId:", StringComparison.Ordinal) && !seen.Contains(text[7..])
                            ? $"{text}-none"
                            : text
                );
                seen.Add(one["bulkId"].Text() ?? "");
            }
        );
        return scim.Handle(ask.With(body));
    }

    private static void LeaveOut(JsonObject operation, HashSet<string> there)
    {
        if (operation["data"]?["members"] is JsonArray members)
            members.RemoveAll(one =>
                one!["value"].Text() is { } text
                && text.StartsWith("bulkId:", StringComparison.Ordinal)
                && !there.Contains(text[7..])
            );
    }
}
