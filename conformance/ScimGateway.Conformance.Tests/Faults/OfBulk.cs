using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Fault;

namespace ScimGateway.Conformance.Tests.Faults;

/// <summary>What can be wrong about bulk requests (RFC 7644 §3.7).</summary>
internal static class OfBulk
{
    public static readonly Fault[] All =
    [
        Answers("RFC7644-3.7-answer", IsBulk, answer => answer.Status = answer.IsFine ? 207 : answer.Status),
        Answers(
            "RFC7644-3.7.3-all",
            IsBulk,
            answer => Operations(answer)?.RemoveAll(one => one!["status"].Text() == "404")
        ),
        Results("RFC7644-3.7.3-location", one => one["method"].Text() == "PUT", Set("location", null)),
        Results("RFC7644-3.7-bulk-id", one => one["bulkId"].Text() == "qwerty", Set("bulkId", null)),
        Results("RFC7644-3.7-error-response", _ => true, Set("response", null)),
        Asks(
            "RFC7644-3.7-continue",
            ask => IsBulk(ask) && ask.Body?["failOnErrors"] is null,
            ask => ask.With(body => body["failOnErrors"] = 1)
        ),
        Asks("RFC7644-3.7-fail-on-errors", IsBulk, ask => ask.With(body => body.Remove("failOnErrors"))),
        Asks(
            "RFC7644-3.7.2-reference",
            ask => IsBulk(ask) && ask.Text.Contains("bulkId:member", StringComparison.Ordinal),
            ask => ask.With(body => body["Operations"]![1]!["data"]!.AsObject().Remove("members"))
        ),
        Says(
            "RFC7644-3.7.1-circular",
            ask => IsBulk(ask) && ask.Text.Contains("bulkId:other", StringComparison.Ordinal),
            () => new Refusal(500, null, "It went round and round.").Answer()
        ),
        Says(
            "RFC7644-3.7.4-operations",
            ask => IsBulk(ask) && ask.Body?["Operations"] is JsonArray { Count: > SoundScim.MostOperations },
            () => new Answer(200, new JsonObject())
        ),
        Says(
            "RFC7644-3.7.4-payload",
            ask => IsBulk(ask) && ask.Text.Length > SoundScim.MostPayload,
            () => new Answer(200, new JsonObject())
        ),
        Results("RFC7644-3.7-methods", one => one["method"].Text() == "GET", Set("status", "200")),
    ];

    private static bool IsBulk(Ask ask) => ask is { Method: "POST", Path: "Bulk" };

    private static JsonArray? Operations(Answer answer) => answer.Body?["Operations"] as JsonArray;

    private static Fault Results(string requirement, Func<JsonObject, bool> when, Action<JsonObject> change) =>
        Answers(
            requirement,
            IsBulk,
            answer =>
            {
                foreach (var one in Operations(answer)?.OfType<JsonObject>().Where(when).ToList() ?? [])
                    change(one);
            }
        );
}
