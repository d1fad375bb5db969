using System.Text.Json;
using ScimGateway.Host.Secrets;
using ScimGateway.Host.Security;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Host.Admin;

/// <summary>
/// What an administrator is answered whose request cannot be done (RFC 9457): a word for programs, a sentence that says
/// what was wrong and what to do, and what is wrong with each field.
/// </summary>
internal sealed class Problem : Exception
{
    private Problem(
        int status,
        string word,
        string title,
        string detail,
        IReadOnlyDictionary<string, string[]>? errors = null,
        TimeSpan? retryAfter = null
    )
        : base(detail) => (Status, Word, Title, Errors, RetryAfter) = (status, word, title, errors, retryAfter);

    /// <summary>The HTTP status.</summary>
    public int Status { get; }

    /// <summary>What of all that may be wrong it is.</summary>
    public string Word { get; }

    /// <summary>The same for people.</summary>
    public string Title { get; }

    /// <summary>What is wrong with each field.</summary>
    public IReadOnlyDictionary<string, string[]>? Errors { get; }

    /// <summary>When it may go.</summary>
    public TimeSpan? RetryAfter { get; }

    /// <summary>No key, or none that is accepted: whichever it is, the same.</summary>
    public static Problem Unauthenticated() =>
        new(401, "unauthenticated", "Unauthorized", "Send a valid admin key: Authorization: Bearer sga_…");

    /// <summary>Many keys that are not accepted came from there.</summary>
    public static Problem TooMany(TimeSpan wait) =>
        new(
            429,
            "too-many",
            "Too many requests",
            "Too many requests with invalid keys came from this address. Use a valid key, or try again later.",
            null,
            wait
        );

    /// <summary>The key does not allow it.</summary>
    public static Problem Forbidden(string detail) => new(403, "forbidden", "Not allowed", detail);

    /// <summary>Keys of one tenant never do it.</summary>
    public static Problem OfAll(string what) =>
        Forbidden($"{what} affects the whole gateway, and the key is for one tenant. Use a key for all tenants.");

    /// <summary>The tenant was deleted meanwhile.</summary>
    public static Problem NoTenant() => NotFound("There is no such tenant any more.");

    /// <summary>There is none, or not for this key.</summary>
    public static Problem NotFound(string detail) => new(404, "not-found", "Not found", detail);

    /// <summary>It cannot be done as things are now.</summary>
    public static Problem NotReady(string detail) => new(409, "not-ready", "Not ready", detail);

    /// <summary>Something else has that name.</summary>
    public static Problem Taken(string detail) => new(409, "taken", "Already in use", detail);

    /// <summary>The same key of the client's own stood with another request.</summary>
    public static Problem OtherRequest(string detail) =>
        new(409, "idempotency-key", "Key used for another request", detail);

    /// <summary>Somebody else has edited the document.</summary>
    public static Problem Stale() =>
        new(
            412,
            "stale",
            "Changed meanwhile",
            "The document has changed since you read it. Read it again, check what is different and send your change again."
        );

    /// <summary>None of the forms that there are is accepted.</summary>
    public static Problem NotAcceptable(string detail) => Of(406, detail);

    /// <summary>Too many at once, or too often.</summary>
    public static Problem TooMany(string detail, TimeSpan after) =>
        new(429, "too-many", "Too many requests", detail, null, after);

    /// <summary>It makes no sense, field by field.</summary>
    public static Problem Invalid(IReadOnlyDictionary<string, string[]> errors) =>
        new(
            400,
            "invalid",
            "The request is not valid",
            errors.Count == 1 ? Said(errors) : $"{errors.Count} fields are not valid. {Said(errors)}",
            errors
        );

    /// <summary>One field makes no sense.</summary>
    public static Problem Invalid(string field, string says) =>
        Invalid(new Dictionary<string, string[]> { [field] = [says] });

    /// <summary>What an exception means for whoever has sent the request; null if the gateway itself has failed.</summary>
    public static Problem? Of(Exception e) =>
        e switch
        {
            Problem problem => problem,
            SlugTakenException taken => Taken(taken.Message),
            SecretUnreadableException unreadable => NotReady(unreadable.Message),
            ScimException refused => Refused(refused),
            EditedMeanwhileException => Stale(),
            NotReadyException notReady => NotReady(notReady.Message),
            StoreNotCopiedException notCopied => NotReady(notCopied.Message),
            SlackUnreadableException { Silence: { } wait } silent => Later(silent.Message, wait),
            SlackUnreadableException slack => NotReady(slack.Message),
            PreferencesException preferences => Invalid(
                preferences.Problems.ToDictionary(
                    field => AdminJson.Named(field.Key),
                    field => new[] { field.Value },
                    StringComparer.Ordinal
                )
            ),
            HomeEndedException ended => Later(ended.Message, TimeSpan.FromSeconds(1)),
            StoreAwayException away => Later(away.Message, TimeSpan.FromSeconds(2)),
            BadHttpRequestException bad => Of(bad.StatusCode, BrokenRequest.Sentence(bad)),
            _ => null,
        };

    /// <summary>What was turned away before its endpoint; null for what was not.</summary>
    public static Problem? TurnedAway(HttpContext context) =>
        context.Response is { HasStarted: false, ContentLength: null, ContentType: null }
            ? context.Response.StatusCode switch
            {
                404 => NotFound($"There is nothing at {context.Request.Path}; /openapi.yaml says what there is."),
                405 => Of(
                    405,
                    $"{context.Request.Path} does not take {context.Request.Method}, but {context.Response.Headers.Allow}."
                ),
                _ => null,
            }
            : null;

    /// <summary>The gateway itself has failed.</summary>
    public static Problem Failed() => Of(500, "The gateway failed; its log says where.");

    /// <summary>Answers it.</summary>
    public async Task AnswerAsync(HttpContext context)
    {
        var response = context.Response;
        response.StatusCode = Status;
        response.ContentType = "application/problem+json";
        if (Status == 401)
            response.Headers.WWWAuthenticate = "Bearer"; // RFC 9110 §15.5.2
        Security.RetryAfter.Write(context, Status, RetryAfter);
        await using var json = new Utf8JsonWriter(response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("type", $"urn:scimgateway:problem:{Word}");
        json.WriteString("title", Title);
        json.WriteNumber("status", Status);
        json.WriteString("detail", AdminPaths.Said(Message, context.GetRouteValue("slug") as string));
        if (Errors is not null)
        {
            json.WriteStartObject("errors");
            foreach (var (field, says) in Errors)
            {
                json.WriteStartArray(field);
                foreach (var one in says)
                    json.WriteStringValue(one);
                json.WriteEndArray();
            }
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    // What a rule's filter cannot be, for example, is said by the part that reads filters.
    private static Problem Refused(ScimException refused) =>
        (int)refused.Status switch
        {
            404 => NotFound(refused.Message),
            409 => NotReady(refused.Message),
            503 when refused.RetryAfter is null => new(503, "unavailable", "Unavailable", refused.Message, null),
            503 => Later(refused.Message, TimeSpan.FromSeconds(2)),
            _ => Of(400, refused.Message),
        };

    private static Problem Later(string detail, TimeSpan after) =>
        new(
            503,
            "unavailable",
            "Unavailable",
            $"{detail} Send the request again in {after.TotalSeconds:0} s.",
            null,
            after
        );

    private static Problem Of(int status, string detail) =>
        status switch
        {
            405 => new(405, "method", "Method not allowed", detail),
            413 => new(413, "too-large", "Too large", $"{detail} A request may have {AdminBody.MostBytes >> 10} KiB."),
            >= 500 => new(status, "failed", "The gateway failed", detail),
            _ => new(status, "invalid", "The request is not valid", detail),
        };

    private static string Said(IReadOnlyDictionary<string, string[]> errors) =>
        string.Join(' ', errors.Select(field => $"{field.Key}: {string.Join(' ', field.Value)}"));
}
