using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.Breakage;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.OfBulk;

namespace ScimGateway.Conformance.Tests.Faults.Everywhere;

/// <summary>The answer to several operations is another (RFC 7644 §3.7).</summary>
internal static class OfBulkAnswers
{
    private const string Section = "RFC7644-3.7";

    public static readonly Breakage[] All =
    [
        Told(
            "bulk-status-as-number",
            "the status of an operation is a number",
            one => one["status"] = int.Parse(one["status"].Text()!, System.Globalization.CultureInfo.InvariantCulture)
        ),
        Told(
            "bulk-status-as-object",
            "the status of an operation is an object with a code, as SCIM 1.1 has it",
            one => one["status"] = new JsonObject { ["code"] = one["status"]?.DeepClone() }
        ),
        Told("bulk-status-missing", "an operation has no status in the answer", one => one.Remove("status")),
        Told("bulk-status-always-200", "the status of each operation is 200", one => one["status"] = "200"),
        Told(
            "bulk-status-of-made-200",
            "the status of an operation that makes something is 200",
            one =>
            {
                if (one["status"].Text() == "201")
                    one["status"] = "200";
            }
        ),
        Told("bulk-location-missing", "an operation has no location in the answer", one => one.Remove("location")),
        Told(
            "bulk-location-of-made-missing",
            "an operation that makes something has no location in the answer",
            one =>
            {
                if (one["method"].Text() == "POST")
                    one.Remove("location");
            }
        ),
        Told(
            "bulk-location-with-bulk-id",
            "the location of what was made has the bulkId for an id",
            one =>
            {
                if (one["location"].Text() is { } location && one["bulkId"].Text() is { } word)
                    one["location"] = $"{location[..location.LastIndexOf('/')]}/{word}";
            }
        ),
        Told("bulk-method-missing", "an operation has no method in the answer", one => one.Remove("method")),
        Told("bulk-id-missing", "an operation has no bulkId in the answer", one => one.Remove("bulkId")),
        Told(
            "bulk-id-invented",
            "bulkId in the answer is another",
            one =>
            {
                if (one["bulkId"] is not null)
                    one["bulkId"] = $"{Guid.NewGuid()}";
            }
        ),
        Told("bulk-response-missing", "an operation that failed has no response", one => one.Remove("response")),
        Told(
            "bulk-response-as-text",
            "the response of an operation that failed is a text",
            one =>
            {
                if (one["response"]?["detail"] is { } detail)
                    one["response"] = detail.DeepClone();
            }
        ),
        Whole("bulk-schemas-missing", "the answer has no schemas", answer => answer.Body!.AsObject().Remove("schemas")),
        Whole(
            "bulk-schemas-of-request",
            "the schemas of the answer are those of the request",
            answer => answer.Body!["schemas"] = new JsonArray("urn:ietf:params:scim:api:messages:2.0:BulkRequest")
        ),
        Whole("bulk-multi-status", "the answer is 207", answer => answer.Status = 207),
        Whole("bulk-created", "the answer is 201", answer => answer.Status = 201),
        Whole(
            "bulk-failed-as-a-whole",
            "the answer is 400 where one operation has failed",
            answer => answer.Status = Results(answer).Any(one => one["response"] is not null) ? 400 : 200
        ),
        Whole(
            "bulk-failed-left-out",
            "operations that failed are not in the answer",
            answer => answer.Body!["Operations"]!.AsArray().RemoveAll(one => one!["response"] is not null)
        ),
        Whole(
            "bulk-only-failed-told",
            "only operations that failed are in the answer",
            answer => answer.Body!["Operations"]!.AsArray().RemoveAll(one => one!["response"] is null)
        ),
        Whole(
            "bulk-as-list",
            "the results are in Resources",
            answer =>
            {
                answer.Body!["Resources"] = answer.Body["Operations"]!.DeepClone();
                answer.Body.AsObject().Remove("Operations");
            }
        ),
    ];

    public static IEnumerable<JsonObject> Results(Answer answer) =>
        (answer.Body as JsonObject)?.Values("Operations") ?? [];

    private static Breakage Whole(string name, string says, Action<Answer> change) =>
        new(
            name,
            Section,
            says,
            Answers(
                IsBulk,
                (_, answer) =>
                {
                    if (answer.IsFine)
                        change(answer);
                }
            )
        );

    private static Breakage Told(string name, string says, Action<JsonObject> change) =>
        Whole(
            name,
            says,
            answer =>
            {
                foreach (var one in Results(answer))
                    change(one);
            }
        );
}
