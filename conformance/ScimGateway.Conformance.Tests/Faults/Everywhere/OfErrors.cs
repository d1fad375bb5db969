using System.Text;
using System.Text.Json.Nodes;
using ScimGateway.Conformance.Tests.Sound;
using static ScimGateway.Conformance.Tests.Faults.Everywhere.Breakage;

namespace ScimGateway.Conformance.Tests.Faults.Everywhere;

/// <summary>What goes wrong is told otherwise than RFC 7644 §3.12 has it.</summary>
internal static class OfErrors
{
    private const string Section = "RFC7644-3.12";

    public static readonly Breakage[] All =
    [
        Told(
            "error-as-page",
            "errors are HTML pages",
            answer => Written(answer, "text/html", $"<html><body><h1>Error {answer.Status}</h1></body></html>")
        ),
        Told("error-as-text", "errors are plain texts", answer => Written(answer, "text/plain", "Bad request")),
        Told("error-without-body", "errors have no body", answer => answer.Body = null),
        Told(
            "error-of-framework",
            "errors are objects as a framework has them",
            answer => answer.Body = new JsonObject { ["message"] = "Bad request", ["statusCode"] = answer.Status }
        ),
        Told(
            "error-within-error",
            "errors are within a member error",
            answer => answer.Body = new JsonObject { ["error"] = answer.Body?.DeepClone() }
        ),
        Told(
            "error-of-scim-1",
            "errors are as SCIM 1.1 has them",
            answer =>
                answer.Body = new JsonObject
                {
                    ["Errors"] = new JsonArray(
                        new JsonObject { ["description"] = "Bad request", ["code"] = $"{answer.Status}" }
                    ),
                }
        ),
        Told(
            "error-in-list",
            "errors are lists of one",
            answer => answer.Body = new JsonArray(answer.Body?.DeepClone())
        ),
        Member(
            "error-status-as-number",
            "the status of an error is a number",
            (body, status) => body["status"] = status
        ),
        Member("error-status-missing", "errors have no status", (body, _) => body.Remove("status")),
        Member(
            "error-status-always-400",
            "the status in the body of an error is always 400",
            (body, _) => body["status"] = "400"
        ),
        Member(
            "error-status-with-words",
            "the status of an error has its words as well",
            (body, status) => body["status"] = $"{status} Error"
        ),
        Member("error-schemas-missing", "errors have no schemas", (body, _) => body.Remove("schemas")),
        Member(
            "error-schemas-of-user",
            "the schemas of errors are those of users",
            (body, _) => body["schemas"] = new JsonArray(Known.User.Id)
        ),
        Member(
            "error-schemas-as-text",
            "the schemas of errors are a text",
            (body, _) => body["schemas"] = "urn:ietf:params:scim:api:messages:2.0:Error"
        ),
        Member(
            "error-kind-in-own-words",
            "scimType is a word of the server's own",
            (body, _) =>
            {
                if (body["scimType"] is not null)
                    body["scimType"] = "badRequest";
            }
        ),
        Member(
            "error-kind-in-capitals",
            "scimType begins with a capital",
            (body, _) =>
            {
                if (body["scimType"].Text() is { } kind)
                    body["scimType"] = char.ToUpperInvariant(kind[0]) + kind[1..];
            }
        ),
        Member("error-kind-missing", "errors have no scimType", (body, _) => body.Remove("scimType")),
        .. new[]
        {
            "invalidValue",
            "invalidPath",
            "noTarget",
            "mutability",
            "uniqueness",
            "invalidSyntax",
            "invalidFilter",
            "invalidCursor",
        }.SelectMany(Kinds),
        Status("unknown-is-bad-request", "what there is not is answered with 400", 404, 400),
        Status("unknown-is-a-mistake", "what there is not is answered with 500", 404, 500),
        Status("unknown-is-forbidden", "what there is not is answered with 403", 404, 403),
        Status("unknown-is-fine", "what there is not is answered with 200", 404, 200),
        Status("bad-request-is-a-mistake", "what is wrong about a request is answered with 500", 400, 500),
        Status("bad-request-is-unprocessable", "what is wrong about a request is answered with 422", 400, 422),
        Status("bad-request-is-fine", "what is wrong about a request is answered with 200", 400, 200),
        Status("bad-request-is-a-conflict", "what is wrong about a request is answered with 409", 400, 409),
        Status("taken-is-bad-request", "a name that is taken is answered with 400", 409, 400),
        Status("taken-is-a-mistake", "a name that is taken is answered with 500", 409, 500),
        Status("taken-is-fine", "a name that is taken is answered with 200", 409, 200),
        new(
            "unknown-is-null",
            "RFC7644-3.4.1",
            "a user that there is not is null",
            Answers(
                Reads,
                (_, answer) =>
                {
                    if (answer.Status == 404)
                        (answer.Status, answer.Body) = (200, null);
                }
            )
        ),
        new(
            "unknown-is-an-empty-list",
            "RFC7644-3.4.1",
            "a user that there is not is a list of nobody",
            Afterwards((ask, answer) => Reads(ask) && answer.Status == 404, (_, _) => Nothing())
        ),
        new(
            "unknown-endpoint-is-fine",
            "RFC7644-3.12",
            "an endpoint that there is not is a list of nothing",
            Afterwards(
                (ask, answer) =>
                    answer.Status == 404
                    && ask.Method == "GET"
                    && !IsOfResources(ask)
                    && !ask.Path.Contains('/', StringComparison.Ordinal),
                (_, _) => Nothing()
            )
        ),
        new(
            "bad-json-is-a-mistake",
            Section,
            "a body that is no JSON is answered with 500",
            Unread(_ => Refused(500, null, "Unexpected token"))
        ),
        new(
            "bad-json-of-patch-is-a-mistake",
            Section,
            "a PATCH that is no JSON is answered with 500",
            Answers(
                Patches,
                (ask, answer) =>
                {
                    if (ask.Body is null && answer.Status == 400)
                        (answer.Status, answer.Body) = (500, new JsonObject());
                }
            )
        ),
        new(
            "bad-json-is-an-empty-object",
            Section,
            "a body that is no JSON is taken for an empty object",
            Asks(ask => ask.Method is "PUT" or "PATCH" or "POST" && ask.Body is null, ask => ask.With(new JsonObject()))
        ),
        new(
            "bad-json-is-passed-over",
            Section,
            "a change that is no JSON is answered with 200",
            Asks(ask => (Replaces(ask) || Patches(ask)) && ask.Body is null, ask => ask with { Method = "GET" })
        ),
        new(
            "json-list-is-a-mistake",
            Section,
            "a body that is a list is answered with 500",
            Instead(
                ask => ask.Method is "PUT" or "PATCH" or "POST" && ask.Body is JsonArray,
                () => Refused(500, null, "Cannot read property")
            )
        ),
    ];

    private static Breakage Told(string name, string says, Action<Answer> change) =>
        new(
            name,
            Section,
            says,
            Answers(
                Always,
                (_, answer) =>
                {
                    if (answer.Status >= 400)
                        change(answer);
                }
            )
        );

    private static Breakage Member(string name, string says, Action<JsonObject, int> change) =>
        Told(
            name,
            says,
            answer =>
            {
                if (answer.Body is JsonObject body)
                    change(body, answer.Status);
            }
        );

    // Where an RFC does not say that it has to be told it may be missing.
    private static IEnumerable<Breakage> Kinds(string kind) =>
        kind is "invalidValue" or "invalidPath" or "invalidSyntax"
            ? [Otherwise(kind)]
            :
            [
                Otherwise(kind),
                Member(
                    $"{kind}-untold",
                    $"scimType is missing where it is {kind}",
                    (body, _) =>
                    {
                        if (body["scimType"].Text() == kind)
                            body.Remove("scimType");
                    }
                ),
            ];

    private static Breakage Otherwise(string kind) =>
        Member(
            $"{kind}-told-otherwise",
            $"scimType is another where it is {kind}",
            (body, _) =>
            {
                if (body["scimType"].Text() == kind)
                    body["scimType"] = kind == "invalidValue" ? "invalidSyntax" : "invalidValue";
            }
        );

    private static Breakage Status(string name, string says, int from, int to) =>
        new(
            name,
            Section,
            says,
            Answers(
                IsOfResources,
                (_, answer) =>
                {
                    if (answer.Status != from)
                        return;
                    answer.Status = to;
                    if (answer.Body is JsonObject body)
                        body["status"] = $"{to}";
                }
            )
        );

    private static Detour Unread(Func<Ask, Answer> answer) =>
        (ask, scim) => ask.Method is "PUT" or "PATCH" or "POST" && ask.Body is null ? answer(ask) : scim.Handle(ask);

    private static void Written(Answer answer, string type, string text) =>
        (answer.Bytes, answer.Headers["Content-Type"]) = (Encoding.UTF8.GetBytes(text), type);
}
