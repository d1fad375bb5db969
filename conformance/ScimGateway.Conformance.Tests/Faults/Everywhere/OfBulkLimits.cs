using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.Breakage;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.OfBulk;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.OfBulkAnswers;

namespace ScimGateway.Conformance.Tests.Faults.Everywhere;

/// <summary>Several operations are too many or too few, or in another order (RFC 7644 §3.7).</summary>
internal static class OfBulkLimits
{
    private const string Section = "RFC7644-3.7";

    public static readonly Breakage[] All =
    [
        new("bulk-too-many-taken", "RFC7644-3.7.4", "more operations are taken than maxOperations says", TooMany),
        new(
            "bulk-too-many-bad-request",
            "RFC7644-3.7.4",
            "too many operations are answered with 400",
            Answers(
                IsBulk,
                (_, answer) =>
                {
                    if (answer.Status == 413)
                        (answer.Status, answer.Body!["status"]) = (400, "400");
                }
            )
        ),
        new(
            "bulk-too-many-a-mistake",
            "RFC7644-3.7.4",
            "too much is answered with 500",
            Answers(
                IsBulk,
                (_, answer) =>
                {
                    if (answer.Status == 413)
                        (answer.Status, answer.Body!["status"]) = (500, "500");
                }
            )
        ),
        new(
            "bulk-too-large-taken",
            "RFC7644-3.7.4",
            "a body beyond maxPayloadSize is taken",
            Instead(
                ask => IsBulk(ask) && System.Text.Encoding.UTF8.GetByteCount(ask.Text) > SoundScim.MostPayload,
                () =>
                    new Answer(
                        200,
                        new JsonObject
                        {
                            ["schemas"] = new JsonArray("urn:ietf:params:scim:api:messages:2.0:BulkResponse"),
                            ["Operations"] = new JsonArray(),
                        }
                    )
            )
        ),
        new(
            "bulk-all-or-nothing",
            "RFC7644-3.7.3",
            "where one operation fails, what others made is taken back",
            TakenBack
        ),
        new(
            "bulk-first-only",
            Section,
            "of several operations only the first is done",
            Within(body =>
                body["Operations"] = new JsonArray([
                    .. body.Values("Operations").Take(1).Select(one => one.DeepClone()),
                ])
            )
        ),
        new(
            "bulk-last-first",
            Section,
            "operations are done from the last to the first",
            Within(body =>
                body["Operations"] = new JsonArray([
                    .. body.Values("Operations").Reverse().Select(one => one.DeepClone()),
                ])
            )
        ),
        new(
            "bulk-posts-first",
            Section,
            "what is made is made before anything else is done",
            Within(body =>
                body["Operations"] = new JsonArray([
                    .. body.Values("Operations")
                        .OrderBy(one => one["method"].Text() != "POST")
                        .Select(one => one.DeepClone()),
                ])
            )
        ),
        new(
            "bulk-operations-not-wanted",
            Section,
            "a request without operations is answered with 200",
            Asks(
                ask => IsBulk(ask) && ask.Body is JsonObject,
                ask => ask.With(body => body["Operations"] ??= new JsonArray())
            )
        ),
        new(
            "bulk-is-for-anybody",
            "RFC7644-2",
            "a bulk request needs no token",
            Asks(IsBulk, ask => ask.WithHeader("authorization", $"Bearer {SoundServer.Token}"))
        ),
    ];

    private static Answer TooMany(Ask ask, SoundScim scim)
    {
        if (
            !IsBulk(ask)
            || (ask.Body as JsonObject)?["Operations"] is not JsonArray { Count: > SoundScim.MostOperations } all
        )
            return scim.Handle(ask);
        var parts = all.Chunk(SoundScim.MostOperations)
            .Select(part =>
                scim.Handle(
                    ask.With(body => body["Operations"] = new JsonArray([.. part.Select(one => one!.DeepClone())]))
                )
            )
            .ToList();
        if (parts.Find(part => !part.IsFine) is { } failed)
            return failed;
        parts[0].Body!["Operations"] = new JsonArray([.. parts.SelectMany(Results).Select(one => one.DeepClone())]);
        return parts[0];
    }

    private static Answer TakenBack(Ask ask, SoundScim scim)
    {
        var answer = scim.Handle(ask);
        if (IsBulk(ask) && Results(answer).Any(one => one["response"] is not null))
            foreach (var made in Results(answer).Where(one => one["status"].Text() == "201"))
                scim.Handle(ask with { Method = "DELETE", Path = made["location"].Text()![(scim.Base.Length + 1)..] });
        return answer;
    }
}
