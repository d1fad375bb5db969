using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.Breakage;

namespace ScimGateway.Conformance.Tests.Faults.Everywhere;

/// <summary>The answer to PUT is another, or none (RFC 7644 §3.5.1).</summary>
internal static class OfReplaced
{
    private const string Section = "RFC7644-3.5.1";

    public static readonly Breakage[] All =
    [
        new(
            "put-stale-answer",
            Section,
            "the answer to PUT shows the resource as it was before",
            (ask, scim) =>
            {
                var before = Replaces(ask) ? scim.Handle(ask with { Method = "GET" }) : null;
                var answer = scim.Handle(ask);
                if (answer.IsFine && before?.Status == 200)
                    answer.Body = before.Body;
                return answer;
            }
        ),
        new(
            "put-echoed",
            Section,
            "the answer to PUT is what was sent",
            Put(
                (ask, answer) =>
                {
                    answer.Body = ask.Body;
                    answer.Body!.AsObject().Remove("password");
                }
            )
        ),
        new(
            "put-no-content",
            Section,
            "the answer to PUT is 204",
            Put((_, answer) => (answer.Status, answer.Body) = (204, null))
        ),
        new("put-without-body", Section, "the answer to PUT has no body", Put((_, answer) => answer.Body = null)),
        new("put-created", Section, "the answer to PUT is 201", Put((_, answer) => answer.Status = 201)),
        new(
            "put-refused",
            Section,
            "PUT is refused",
            Instead(Replaces, () => Refused(501, null, "Nothing is replaced."))
        ),
        new(
            "put-of-groups-refused",
            Section,
            "PUT of groups is refused",
            Instead(
                ask => Replaces(ask) && ask.Path.StartsWith("Groups", StringComparison.Ordinal),
                () => Refused(405, null, "No group is replaced.")
            )
        ),
        new(
            "put-makes-unknown",
            Section,
            "PUT makes a user that there is not",
            (ask, scim) =>
                Replaces(ask) && Meant(ask, scim) is null
                    ? scim.Handle(ask with { Method = "POST", Path = ask.Path.Split('/')[0] })
                    : scim.Handle(ask)
        ),
        new(
            "put-unknown-is-fine",
            Section,
            "PUT of a user that there is not is answered with 200",
            (ask, scim) => Replaces(ask) && Meant(ask, scim) is null ? new Answer(200, ask.Body) : scim.Handle(ask)
        ),
        new(
            "put-takes-id",
            "RFC7643-3.1",
            "the answer to PUT has the id that the client has sent",
            Put(
                (ask, answer) =>
                {
                    if (ask.Body!["id"] is { } id)
                        answer.Body!["id"] = id.DeepClone();
                }
            )
        ),
        new(
            "put-changes-id",
            "RFC7643-3.1",
            "the answer to PUT has a new id",
            Put((_, answer) => answer.Body!["id"] = $"{Guid.NewGuid()}")
        ),
        new(
            "put-loses-groups",
            "RFC7643-4.1.2",
            "the answer to PUT has no groups",
            Put((_, answer) => answer.Body!.AsObject().Remove("groups"))
        ),
        new(
            "put-wants-id",
            Section,
            "PUT without an id in its body is refused",
            Instead(
                ask => Replaces(ask) && ask.Body is JsonObject body && body["id"] is null,
                () => Refused(400, "invalidValue", "id is wanted.")
            )
        ),
        new(
            "put-of-read-only-refused",
            Section,
            "PUT of what was read before is refused, for its meta",
            Instead(
                ask => Replaces(ask) && ask.Body is JsonObject body && (body["meta"] ?? body["groups"]) is not null,
                () => Refused(400, "mutability", "meta is read-only.")
            )
        ),
        new(
            "put-required-not-wanted",
            Section,
            "PUT without what is required keeps it as it was",
            (ask, scim) =>
                Replaces(ask) && Meant(ask, scim) is { } meant && ask.Body is JsonObject
                    ? scim.Handle(
                        ask.With(body =>
                        {
                            foreach (
                                var one in meant.Type.Core.Attributes.Where(one =>
                                    one.Required && body.Any(one.Name) is null
                                )
                            )
                                body[one.Name] = meant.Written[one.Name]?.DeepClone();
                        })
                    )
                    : scim.Handle(ask)
        ),
        new(
            "put-takes-taken-name",
            Section,
            "PUT with a name that is taken is answered with 200",
            Afterwards(
                (ask, answer) => Replaces(ask) && answer.Status == 409,
                (ask, scim) => scim.Handle(ask with { Method = "GET" })
            )
        ),
        new(
            "put-moves-created",
            "RFC7643-3.1",
            "the answer to PUT has created anew",
            Put(
                (_, answer) =>
                {
                    if (answer.Body!["meta"]?["created"] is not null)
                        answer.Body["meta"]!["created"] = answer.Body["meta"]!["lastModified"]?.DeepClone();
                }
            )
        ),
        new(
            "put-without-etag",
            "RFC7644-3.14",
            "the answer to PUT has no version",
            Put(
                (_, answer) =>
                {
                    answer.Headers.Remove("ETag");
                    (answer.Body!["meta"] as JsonObject)?.Remove("version");
                }
            )
        ),
        new(
            "put-without-location",
            "RFC7643-3.1",
            "the answer to PUT has no meta",
            Put((_, answer) => answer.Body!.AsObject().Remove("meta"))
        ),
        new(
            "put-clears-not",
            Section,
            "an empty list in PUT clears nothing",
            (ask, scim) =>
                Replaces(ask) && Meant(ask, scim) is { } meant && ask.Body is JsonObject
                    ? scim.Handle(
                        ask.With(body =>
                        {
                            foreach (var (name, value) in body.ToList())
                                if (value is null or JsonArray { Count: 0 })
                                    body[name] = meant.Written[name]?.DeepClone();
                        })
                    )
                    : scim.Handle(ask)
        ),
        new(
            "put-of-null-refused",
            "RFC7643-2.5",
            "PUT of null is refused",
            Instead(
                ask => Replaces(ask) && ask.Body is JsonObject body && body.Any(one => one.Value is null),
                () => Refused(400, "invalidValue", "null is no value.")
            )
        ),
        new(
            "put-of-empty-list-refused",
            "RFC7643-2.5",
            "PUT of a list of nothing is refused",
            Instead(
                ask =>
                    Replaces(ask)
                    && ask.Body is JsonObject body
                    && body.Any(one => one.Value is JsonArray { Count: 0 }),
                () => Refused(400, "invalidValue", "An empty list is no value.")
            )
        ),
    ];

    private static Detour Put(Action<Ask, Answer> change) =>
        Answers(
            Replaces,
            (ask, answer) =>
            {
                if (answer.IsFine && answer.Body is not null)
                    change(ask, answer);
            }
        );
}
