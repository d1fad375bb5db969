using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.Breakage;

namespace ScimGateway.Conformance.Tests.Faults.Everywhere;

/// <summary>What should be taken is refused, and the other way round (RFC 7644 §3.3).</summary>
internal static class OfTaking
{
    private const string Section = "RFC7644-3.3";

    public static readonly Breakage[] All =
    [
        new(
            "external-id-unique",
            "RFC7643-3.1",
            "an externalId of a user is not taken for a group",
            (ask, scim) =>
                Creates(ask)
                && (ask.Body as JsonObject)?["externalId"] is { } given
                && scim.Resources.Any(one => JsonNode.DeepEquals(one.Written["externalId"], given))
                    ? Refused(409, "uniqueness", "externalId is taken.")
                    : scim.Handle(ask)
        ),
        new(
            "read-only-refused",
            "RFC7643-7",
            "who sends what is read-only is refused",
            Instead(
                ask => (Creates(ask) || Replaces(ask)) && HasReadOnly(ask),
                () => Refused(400, "mutability", "id is read-only.")
            )
        ),
        new(
            "read-only-of-post-refused",
            "RFC7643-7",
            "who makes something with what is read-only is refused",
            Instead(ask => Creates(ask) && HasReadOnly(ask), () => Refused(400, "mutability", "id is read-only."))
        ),
        new("groups-of-client", "RFC7643-4.1.2", "the groups that a client sends for a user are kept", Kept("groups")),
        new(
            "schemas-not-wanted",
            Section,
            "schemas need not be sent",
            Asks(
                ask => Creates(ask) || Replaces(ask),
                ask =>
                    ask.Body is JsonObject body && body.Any("schemas") is null
                        ? ask.With(sent => sent["schemas"] = Schemas(ask))
                        : ask
            )
        ),
        new(
            "schemas-of-others-taken",
            Section,
            "schemas may name whatever there is",
            Asks(
                ask => (Creates(ask) || Replaces(ask)) && ask.Body is JsonObject body && body["schemas"] is JsonArray,
                ask => ask.With(sent => sent["schemas"] = Schemas(ask))
            )
        ),
        new(
            "required-not-wanted",
            "RFC7643-7",
            "a user without a name is made",
            Asks(
                Creates,
                ask =>
                    ask.Body is JsonObject body
                    && ask.Path == "Users"
                    && body.Any("userName") is null
                    && body.Any("schemas") is not null
                        ? ask.With(sent => sent["userName"] = $"none-{Guid.NewGuid()}")
                        : ask
            )
        ),
        new(
            "required-of-groups-not-wanted",
            "RFC7643-7",
            "a group without a name is made",
            Asks(
                Creates,
                ask =>
                    ask.Body is JsonObject body
                    && ask.Path == "Groups"
                    && body.Any("displayName") is null
                    && body.Any("schemas") is not null
                        ? ask.With(sent => sent["displayName"] = "none")
                        : ask
            )
        ),
        new(
            "unknown-attribute-is-a-mistake",
            Section,
            "an attribute that there is not is answered with 500",
            Instead(
                ask => (Creates(ask) || Replaces(ask)) && HasUnknown(ask),
                () => Refused(500, null, "Unknown column.")
            )
        ),
        new(
            "unknown-schema-is-a-mistake",
            Section,
            "an extension that there is not is answered with 500",
            Instead(
                ask =>
                    Creates(ask)
                    && (ask.Body as JsonObject)?.Any(one =>
                        one.Key.StartsWith("urn:", StringComparison.Ordinal)
                        && Known.Schemas.All(known => !Is(known.Id, one.Key))
                    ) == true,
                () => Refused(500, null, "Unknown schema.")
            )
        ),
    ];

    private static Detour Kept(string name)
    {
        var kept = new Dictionary<string, JsonNode>();
        return (ask, scim) =>
        {
            var answer = scim.Handle(ask);
            if (
                answer.IsFine
                && (Creates(ask) || Replaces(ask))
                && (ask.Body as JsonObject)?[name] is { } given
                && answer.Body?["id"].Text() is { } id
            )
                kept[id] = given;
            if (answer.IsFine && IsOfResources(ask))
                foreach (var shown in answer.Shown.Where(one => kept.ContainsKey(one["id"].Text() ?? "")))
                    shown[name] = kept[shown["id"].Text()!].DeepClone();
            return answer;
        };
    }

    private static JsonArray Schemas(Ask ask) =>
        new(ask.Path.StartsWith("Users", StringComparison.Ordinal) ? Known.User.Id : Known.Group.Id);

    private static bool HasReadOnly(Ask ask) =>
        (ask.Body as JsonObject)?.Any(one => one.Key is "id" or "meta" or "groups") == true;

    private static bool HasUnknown(Ask ask) =>
        (ask.Body as JsonObject)?.Any(one =>
            !one.Key.StartsWith("urn:", StringComparison.Ordinal)
            && Known.Types.All(type => Name.Of(type, one.Key) is null)
        ) == true;
}
