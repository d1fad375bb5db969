using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Fault;

namespace ScimGateway.Conformance.Tests.Faults;

/// <summary>What is right about users and wrong about their extensions, or about a type of the server's own.</summary>
internal static class OfEachType
{
    private static readonly string _club = Known.Club.Id;

    public static readonly Fault[] All =
    [
        Operates(
            "RFC7644-3.5.2.3-replace-by-zero",
            one => one["path"].Text() == "stock" && one["value"]?.ToJsonString() == "0",
            one => one["value"] = 4
        ),
        Operates(
            "RFC7644-3.5.2.3-replace-by-nothing",
            one => one["path"].Text() == "rooms" && one["value"] is JsonArray { Count: 0 },
            one => one["op"] = "add"
        ),
        Operates(
            "RFC7644-3.5.2.3-replace-lists-without-path",
            one => one["path"] is null && one["value"]?["ports"] is not null,
            one => one["op"] = "add"
        ),
        Asks(
            "RFC7644-3.5.2.1-add-twice",
            ask => ask.IsOne("PATCH", "Devices"),
            ask =>
                ask.With(body =>
                {
                    if (body["Operations"] is JsonArray { Count: 2 } both && both[1]!["path"].Text() == "rooms")
                        both.RemoveAt(0);
                })
        ),
        Operates(
            "RFC7644-3.5.2.1-add-two-values",
            one => one["path"].Text() == "rooms" && one["value"] is JsonArray { Count: 2 },
            one => one["value"]!.AsArray().RemoveAt(1)
        ),
        new(
            "RFC7644-3.5.2.1-add-part",
            (ask, scim) =>
            {
                if (ask.IsOne("PATCH", "Users") && ask.Text.Contains(":desk\"", StringComparison.Ordinal))
                    (Meant(ask, scim)?.Written[_club] as JsonObject)?.Remove("desk");
                return scim.Handle(ask);
            }
        ),
        Says(
            "RFC7644-3.5.2-filter-of-each",
            ask => ask.IsOne("PATCH", "Devices") && ask.Text.Contains("ports[", StringComparison.Ordinal),
            () => Refusal.Path("There are no filters.").Answer()
        ),
        Operates(
            "RFC7644-3.5.2-primary-of-each",
            one => one["path"].Text() == "ports" && one["value"] is JsonArray,
            one =>
            {
                foreach (var value in one.Values("value"))
                    value.Remove("primary");
            }
        ),
        Operates(
            "RFC7644-3.5.2.3-null-within",
            one => one["value"] is JsonObject value && value.ContainsKey("label") && value["label"] is null,
            one => one["value"] = new JsonObject()
        ),
        Keeps(
            "RFC7644-3.5.2-boolean-text",
            ask => ask.IsOne("PATCH", "Devices") && ask.Text.Contains("\"False\"", StringComparison.Ordinal),
            written => written["spare"] = "False"
        ),
        Keeps(
            "RFC7644-3.5.2.2-remove-required-of-each",
            ask => ask.IsOne("PATCH", "Devices") && ask.Text.Contains("\"serialNumber\"", StringComparison.Ordinal),
            written => written.Remove("serialNumber")
        ),
        new(
            "RFC7643-3-schemas-left",
            (ask, scim) =>
            {
                var answer = scim.Handle(ask);
                if (
                    ask.IsOne("PATCH", "Users")
                    && ask.Text.Contains($"\"op\":\"remove\",\"path\":\"{_club}:", StringComparison.Ordinal)
                    && Meant(ask, scim)?.Written is { } written
                    && written[_club] is null
                )
                    written["schemas"]!.AsArray().Add(_club);
                return answer;
            }
        ),
        Says(
            "RFC7644-3.5.2.2-remove-extension",
            ask => ask.Text.Contains($"\"op\":\"remove\",\"path\":\"{_club}\"", StringComparison.Ordinal),
            () => new Answer(204)
        ),
        Says(
            "RFC7644-3.5.2.3-null-extension",
            ask => ask.Text.Contains($"\"{_club}\":null", StringComparison.Ordinal),
            () => new Answer(204)
        ),
        Asks(
            "RFC7644-3.5.2-several-extensions",
            ask => ask.IsOne("PATCH", "Users") && ask.Text.Contains($"\"{_club}\":{{", StringComparison.Ordinal),
            ask =>
                ask.With(body =>
                {
                    foreach (var one in body.Values("Operations"))
                        if (one["path"] is null && one["value"]?[Known.Enterprise.Id] is not null)
                            one["value"]!.AsObject().Remove(_club);
                })
        ),
        new(
            "RFC7644-3.5.2-atomic-extension",
            (ask, scim) =>
            {
                var answer = scim.Handle(ask);
                if (
                    !answer.IsFine
                    && ask.IsOne("PATCH", "Users")
                    && (ask.Body as JsonObject)?.Values("Operations") is [var first, _, ..]
                    && first["path"].Text()?.StartsWith(_club, StringComparison.Ordinal) == true
                )
                    scim.Handle(ask.With(half => half["Operations"] = new JsonArray(first.DeepClone())));
                return answer;
            }
        ),
    ];

    // Operations of a kind on a resource of the server's own type are understood otherwise.
    private static Fault Operates(string requirement, Func<JsonObject, bool> when, Action<JsonObject> change) =>
        Asks(
            requirement,
            ask => ask.IsOne("PATCH", "Devices"),
            ask =>
                ask.With(body =>
                {
                    foreach (var one in body.Values("Operations").Where(when))
                        change(one);
                })
        );

    // What is asked is written down as it is.
    private static Fault Keeps(string requirement, Func<Ask, bool> when, Action<JsonObject> change) =>
        new(
            requirement,
            (ask, scim) =>
            {
                if (!when(ask) || Meant(ask, scim) is not { } meant)
                    return scim.Handle(ask);
                change(meant.Written);
                return new Answer(204);
            }
        );
}
