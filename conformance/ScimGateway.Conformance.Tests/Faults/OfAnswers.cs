using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Fault;

namespace ScimGateway.Conformance.Tests.Faults;

/// <summary>What can be wrong about who is let in, what is where, how it is written, which attributes and which errors.</summary>
internal static class OfAnswers
{
    private static readonly JsonSerializerOptions _unescaped = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static readonly Fault[] All =
    [
        Answers("RFC7644-2-challenge", _ => true, answer => answer.Headers.Remove("WWW-Authenticate")),
        Asks("RFC7644-2-wrong-token", ask => ask.Header("authorization") == "Bearer no-token-of-yours", LetIn),
        Asks("RFC7644-2.2-anonymous", ask => Creates(ask) && ask.Header("authorization") is null, LetIn),
        Answers(
            "RFC7644-3.2-unknown",
            ask => ask.Path.StartsWith("scimc", StringComparison.Ordinal) && !ask.Path.Contains('/'),
            answer => answer.Status = 400
        ),
        Says("RFC7644-3.11-me", ask => ask.Path == "Me", () => new Answer(404)),
        Says("RFC7644-3.11-location", ask => ask.Path == "Me", () => new Answer(200, new JsonObject { ["id"] = "me" })),
        Asks("RFC7644-3.13-version", ask => ask.Path == "/scim/v99/Users", ask => ask with { Path = "Users" }),
        Says(
            "RFC7644-3.2-resource-name",
            ask => ask is { Method: "GET", Path: "Groups" } && ask.Query.ToString() == "count=1",
            () => Refusal.Unknown("Groups").Answer()
        ),
        Answers(
            "RFC7644-3.4.1-known",
            ask => ask.IsOne("GET", "Users") && ReadsOne(ask),
            answer =>
            {
                if (answer is { Status: 200, Body: JsonObject user } && IsNew(user))
                    answer.Status = 203;
            }
        ),
        Answers("RFC7644-3.4.1-unknown", IsNobody, answer => answer.Status = 410),
        Shows(
            "RFC7644-3.4.1-same",
            ReadsOne,
            one =>
            {
                if (IsNew(one))
                    one.Remove("active");
            }
        ),
        Answers(
            "RFC7644-3.8-json",
            ReadsOne,
            answer =>
            {
                if (answer.Body?["displayName"].Text()?.StartsWith("Zoë", StringComparison.Ordinal) == true)
                    answer.Bytes = Encoding.Latin1.GetBytes(answer.Body.ToJsonString(_unescaped));
            }
        ),
        Answers(
            "RFC7644-3.1-media-type",
            ask => ask.Query.ToString() == "count=1" && ask.Header("accept") is not null,
            answer => answer.Headers["Content-Type"] = "application/json"
        ),
        Says(
            "RFC7644-3.8-accept-scim",
            ask => OfLists.IsFirst(ask) && ask.Header("accept") == "application/scim+json",
            () => new Refusal(406, null, "application/json is what there is.").Answer()
        ),
        Says(
            "RFC7644-3.8-accept-json",
            ask => ask.Header("accept") == "application/json",
            () => new Refusal(406, null, "application/scim+json is what there is.").Answer()
        ),
        Answers(
            "RFC7644-3.8-accept-nothing",
            ask => ask.Header("accept") is null,
            answer => answer.Headers["Content-Type"] = "application/json"
        ),
        Says(
            "RFC7644-3.8-content-json",
            ask => ask.Header("content-type") == "application/json",
            () => new Refusal(415, null, "application/scim+json is wanted.").Answer()
        ),
        Says(
            "RFC7644-3.8-charset",
            ask => ask.Header("content-type")?.Contains("charset", StringComparison.Ordinal) == true,
            () => new Refusal(415, null, "application/scim+json is wanted.").Answer()
        ),
        Asks(
            "RFC7644-3.10-case",
            Creates,
            ask =>
                ask.Text.Contains("USERNAME", StringComparison.Ordinal)
                    ? ask.With(body => body.Remove("USERNAME"))
                    : ask
        ),
        Asks(
            "RFC7644-3.10-urn",
            ask => ask.Query["attributes"]?.StartsWith("URN:", StringComparison.Ordinal) == true,
            ask => ask.With("attributes", "no-such-name")
        ),
        Projected("attributes", ask => ask.IsOne("GET", "Users"), "attributes", "userName", null),
        Projected("several", _ => true, "attributes", "userName,displayName", "userName"),
        Projected("sub-attribute", _ => true, "attributes", "name.familyName", "name"),
        Projected("excluded", _ => true, "excludedAttributes", "emails", null),
        Answers(
            "RFC7644-3.9-excluded-always",
            ask => ask.Query["excludedAttributes"] == "id,userName",
            answer => answer.Body!.AsObject().Remove("id")
        ),
        Projected("list", ask => ask.Path == "Users", "attributes", "displayName", null),
        Projected("create", Creates, "attributes", "userName", null),
        Projected("group-without-members", _ => true, "excludedAttributes", "members", null),
        Answers("RFC7644-3.12-form", IsNobody, answer => answer.Body!.AsObject().Remove("schemas")),
        Answers("RFC7644-3.12-status", IsNobody, answer => answer.Body!["status"] = 404),
        Answers("RFC7644-3.12-detail", IsNobody, answer => answer.Body!["detail"] = ""),
        Answers(
            "RFC7644-3.12-unauthenticated",
            ask => ask.Header("authorization") is null && ask.Path == "Users",
            answer => answer.Body = null
        ),
        Answers(
            "RFC7644-3.12-invalid-syntax",
            ask => Creates(ask) && ask.Text == "{\"schemas\": [",
            answer => answer.Body!["scimType"] = "tooMany"
        ),
        Answers(
            "RFC7644-3.12-invalid-value",
            ask => Creates(ask) && (ask.Body as JsonObject)?["name"] is JsonValue,
            answer => answer.Status = 422
        ),
        Answers("RFC7644-3.12-no-5xx", ask => Creates(ask) && ask.Text == "[]", answer => answer.Status = 500),
        Answers("RFC7644-3.12-no-5xx", ask => ask.Query["count"] == "many", answer => answer.Status = 500),
        Answers(
            "RFC7644-3.12-no-5xx",
            ask => ask.Query["startIndex"]?.StartsWith("999", StringComparison.Ordinal) == true,
            answer => answer.Status = 500
        ),
    ];

    private static Ask LetIn(Ask ask) => ask.WithHeader("authorization", $"Bearer {SoundServer.Token}");

    // Ids that nobody has are of the suite's own making.
    private static bool IsNobody(Ask ask) =>
        ask.Method == "GET" && ask.Path.StartsWith("Users/scimc", StringComparison.Ordinal);

    private static Fault Projected(
        string word,
        Func<Ask, bool> when,
        string parameter,
        string names,
        string? instead
    ) =>
        Asks(
            $"RFC7644-3.9-{word}",
            ask => ask.Query[parameter] == names && when(ask),
            ask => ask.With(parameter, instead)
        );
}
