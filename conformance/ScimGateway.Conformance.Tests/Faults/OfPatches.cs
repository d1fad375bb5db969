using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Fault;

namespace ScimGateway.Conformance.Tests.Faults;

/// <summary>What can be wrong about PATCH (RFC 7644 §3.5.2).</summary>
internal static class OfPatches
{
    public static readonly Fault[] All =
    [
        Answers(
            "RFC7644-3.5.2-answer",
            ask => ask.Method == "PATCH" && ask.Query.Count == 0,
            answer => answer.Status = answer.IsFine ? 202 : answer.Status
        ),
        Answers(
            "RFC7644-3.5.2-attributes",
            ask => ask.Method == "PATCH" && ask.Query["attributes"] is not null,
            answer => (answer.Status, answer.Body) = (204, null)
        ),
        PassedOver("RFC7644-3.5.2-operations", ask => ask.Body?["Operations"] is null),
        PassedOver("RFC7644-3.5.2-op", ask => Is(ask, "move")),
        PassedOver("RFC7644-3.5.2-bad-path", ask => Is(ask, "replace", "emails[")),
        PassedOver("RFC7644-3.5.2-read-only", ask => Is(ask, "replace", "id")),
        PassedOver("RFC7644-3.5.2-schema", ask => Is(ask, "replace", "name") && First(ask)!["value"] is JsonValue),
        new(
            "RFC7644-3.5.2-atomic",
            (ask, scim) =>
            {
                if (Operations(ask) is [var first, ..])
                    scim.Handle(ask.With(new JsonObject { ["Operations"] = new JsonArray(first!.DeepClone()) }));
                return scim.Handle(ask);
            }
        ),
        Asks(
            "RFC7644-3.5.2-order",
            ask => Operations(ask) is { Count: 2 },
            ask =>
                ask.With(
                    new JsonObject
                    {
                        ["Operations"] = new JsonArray([.. Operations(ask)!.Reverse().Select(one => one!.DeepClone())]),
                    }
                )
        ),
        After(
            "RFC7644-3.5.2-primary",
            ask => Is(ask, "add", "emails") && First(ask)!["value"]![0]!["primary"].Flag(),
            (_, user) =>
            {
                foreach (var email in user.Written.Values("emails"))
                    email["primary"] = true;
            }
        ),
        PassedOver("RFC7644-3.5.2.1-add-without-path", ask => Is(ask, "add") && First(ask)!["path"] is null),
        PassedOver("RFC7644-3.5.2.1-add-single", ask => Is(ask, "add", "displayName") && Value(ask) == "Added"),
        Otherwise(
            "RFC7644-3.5.2.1-add-many",
            ask =>
                Is(ask, "add", "emails")
                && First(ask)!["value"]![0]!["type"].Text() == "home"
                && First(ask)!["value"]![0]!["primary"] is null,
            Set("op", "replace")
        ),
        After(
            "RFC7644-3.5.2.1-add-complex",
            ask => Is(ask, "add", "name"),
            (ask, user) => user.Written["name"] = First(ask)!["value"]!.DeepClone()
        ),
        After(
            "RFC7644-3.5.2.1-add-same",
            ask => Is(ask, "add", "displayName"),
            (_, user) => user.Changed = user.Changed.AddSeconds(1)
        ),
        PassedOver("RFC7644-3.5.2.2-remove-without-path", ask => Is(ask, "remove") && First(ask)!["path"] is null),
        PassedOver("RFC7644-3.5.2.2-remove-single", ask => Is(ask, "remove", "displayName")),
        PassedOver("RFC7644-3.5.2.2-remove-all", ask => Is(ask, "remove", "phoneNumbers")),
        Otherwise(
            "RFC7644-3.5.2.2-remove-filtered",
            ask => Operations(ask)!.Count == 1 && Is(ask, "remove", "phoneNumbers[type eq \"work\"]"),
            Set("path", "phoneNumbers")
        ),
        After(
            "RFC7644-3.5.2.2-remove-last",
            ask => Operations(ask)!.Count == 2 && Is(ask, "remove", "phoneNumbers[type eq \"work\"]"),
            (_, user) => user.Written["phoneNumbers"] = new JsonArray(new JsonObject { ["type"] = "work" })
        ),
        PassedOver("RFC7644-3.5.2-user-name", ask => Is(ask, "replace", "userName")),
        PassedOver("RFC7644-3.5.2.2-remove-required", ask => Is(ask, "remove", "userName")),
        PassedOver("RFC7644-3.5.2.3-replace-without-path", ask => Is(ask, "replace") && First(ask)!["path"] is null),
        PassedOver(
            "RFC7644-3.5.2.3-replace-single",
            ask => Is(ask, "replace", "displayName") && Value(ask) == "Replaced"
        ),
        Otherwise("RFC7644-3.5.2.3-replace-many", ask => Is(ask, "replace", "emails"), Set("op", "add")),
        PassedOver(
            "RFC7644-3.5.2.3-replace-missing",
            ask => Is(ask, "replace", "displayName") && Value(ask) == "Added"
        ),
        PassedOver(
            "RFC7644-3.5.2.3-replace-complex",
            ask => Is(ask, "replace", "name") && First(ask)!["value"] is JsonObject
        ),
        PassedOver(
            "RFC7644-3.5.2.3-replace-sub-attribute",
            ask => Is(ask, "replace", "emails[type eq \"work\"].value")
        ),
        PassedOver("RFC7644-3.5.2.3-replace-no-match", ask => Is(ask, "replace", "emails[type eq \"other\"]")),
        Says(
            "RFC7644-3.5.2-unknown",
            ask => ask.Method == "PATCH" && ask.Path.StartsWith("Users/scimc", StringComparison.Ordinal),
            () => new Answer(204)
        ),
        Otherwise("RFC7644-3.5.2.1-add-member", ask => Is(ask, "add", "members"), Set("op", "replace")),
        PassedOver(
            "RFC7644-3.5.2.2-remove-member",
            ask =>
                Is(ask, "remove")
                && First(ask)!["path"].Text()?.StartsWith("members[", StringComparison.Ordinal) == true
        ),
        Otherwise(
            "RFC7644-3.5.2.2-remove-two-conditions",
            ask => First(ask)?["path"].Text()?.Contains(" and ", StringComparison.Ordinal) == true,
            operation => operation["path"] = $"{operation["path"].Text()!.Split(" and ")[0]}]"
        ),
        After(
            "RFC7644-3.5.2.3-replace-nothing-else",
            ask => Is(ask, "replace", "displayName"),
            (_, user) => (user.Written["name"] as JsonObject)?.Remove("givenName")
        ),
        PassedOver("RFC7644-3.5.2.2-remove-members", ask => Is(ask, "remove", "members")),
        Otherwise("RFC7644-3.5.2.3-replace-members", ask => Is(ask, "replace", "members"), Set("op", "add")),
    ];

    /// <summary>The first operation of a PATCH; null if it is none, or has none.</summary>
    public static JsonObject? First(Ask ask) => Operations(ask) is [JsonObject first, ..] ? first : null;

    private static JsonArray? Operations(Ask ask) =>
        ask.Method == "PATCH" ? (ask.Body as JsonObject)?["Operations"] as JsonArray : null;

    private static bool Is(Ask ask, string op, string? path = null) =>
        First(ask) is { } first && first["op"].Text() == op && (path is null || first["path"].Text() == path);

    private static string? Value(Ask ask) => First(ask)?["value"].Text();

    // It is answered as if it had been done.
    private static Fault PassedOver(string requirement, Func<Ask, bool> when) =>
        Asks(requirement, ask => ask.Method == "PATCH" && when(ask), ask => ask with { Method = "GET" });

    private static Fault Otherwise(string requirement, Func<Ask, bool> when, Action<JsonObject> change) =>
        Asks(
            requirement,
            ask => ask.Method == "PATCH" && when(ask),
            ask => ask.With(body => change(body["Operations"]![0]!.AsObject()))
        );

    private static Fault After(string requirement, Func<Ask, bool> when, Action<Ask, Resource> change) =>
        new(
            requirement,
            (ask, scim) =>
            {
                var answer = scim.Handle(ask);
                if (ask.Method == "PATCH" && when(ask) && Meant(ask, scim) is { } resource)
                    change(ask, resource);
                return answer;
            }
        );
}
