using System.Net;
using System.Text.Json;

namespace ScimGateway.Protocol.Errors;

/// <summary>
/// A refusal that the client is meant to read (RFC 7644 §3.12). Its words may quote the request and so hold personal
/// data: they are for the answer and the journal, not for logs. Made only by the factories below, so that status and
/// scimType agree.
/// </summary>
public sealed class ScimException : Exception
{
    /// <summary>The URN of the error message.</summary>
    public const string Schema = "urn:ietf:params:scim:api:messages:2.0:Error";

    // A detail may quote what the client sent, which may be as long as its body.
    private const int MostCharacters = 1_000;

    private ScimException(HttpStatusCode status, string? scimType, string detail, Exception? inner = null)
        : base(detail.Length <= MostCharacters ? detail : detail[..MostCharacters] + "…", inner)
    {
        Status = status;
        ScimType = scimType;
    }

    /// <summary>The HTTP status of the answer.</summary>
    public HttpStatusCode Status { get; }

    /// <summary>The keyword of RFC 7644 table 9 or of RFC 9865; null where the status says it all.</summary>
    public string? ScimType { get; }

    /// <summary>When the client may try again; null where the status does not say that it may.</summary>
    public TimeSpan? RetryAfter { get; private init; }

    /// <summary>The filter is not well-formed, or compares what cannot be compared.</summary>
    public static ScimException InvalidFilter(string detail) => BadRequest("invalidFilter", detail);

    /// <summary>Answering would cost more than the server is willing to spend.</summary>
    public static ScimException TooMany(string detail) => BadRequest("tooMany", detail);

    /// <summary>The body is not JSON or not of the shape the message asks for.</summary>
    public static ScimException InvalidSyntax(string detail, Exception? inner = null) =>
        BadRequest("invalidSyntax", detail, inner);

    /// <summary>A PATCH path is malformed or names nothing that the schema has.</summary>
    public static ScimException InvalidPath(string detail) => BadRequest("invalidPath", detail);

    /// <summary>A PATCH path meets no value that the operation could work on.</summary>
    public static ScimException NoTarget(string detail) => BadRequest("noTarget", detail);

    /// <summary>A required value is missing, or a value is not one the attribute can take.</summary>
    public static ScimException InvalidValue(string detail) => BadRequest("invalidValue", detail);

    /// <summary>The request would change what the schema does not let a client change.</summary>
    public static ScimException Mutability(string detail) => BadRequest("mutability", detail);

    /// <summary>The cursor was not issued by this server for this query (RFC 9865 §2.1).</summary>
    public static ScimException InvalidCursor(string detail) => BadRequest("invalidCursor", detail);

    /// <summary>The page size does not fit a query by cursor (RFC 9865 §2.1).</summary>
    public static ScimException InvalidCount(string detail) => BadRequest("invalidCount", detail);

    /// <summary>A value that must be unique is in use.</summary>
    public static ScimException Uniqueness(string detail) => new(HttpStatusCode.Conflict, "uniqueness", detail);

    /// <summary>There is no such resource.</summary>
    public static ScimException NotFound(string detail) => new(HttpStatusCode.NotFound, null, detail);

    /// <summary>The resource is not the version that <c>If-Match</c> or a bulk <c>version</c> asked for.</summary>
    public static ScimException PreconditionFailed(string detail) =>
        new(HttpStatusCode.PreconditionFailed, null, detail);

    /// <summary>The body is larger than the server reads.</summary>
    public static ScimException PayloadTooLarge(string detail) =>
        new(HttpStatusCode.RequestEntityTooLarge, null, detail);

    /// <summary>A refusal that RFC 7644 has no scimType for.</summary>
    public static ScimException Of(HttpStatusCode status, string detail, Exception? inner = null) =>
        new(status, null, detail, inner);

    /// <summary>The client may try again after a while.</summary>
    public static ScimException Later(HttpStatusCode status, string detail, TimeSpan retryAfter) =>
        new(status, null, detail) { RetryAfter = retryAfter };

    /// <summary>A refusal that was kept and is told again.</summary>
    public static ScimException Kept(HttpStatusCode status, string? scimType, string detail) =>
        new(status, scimType, detail);

    private static ScimException BadRequest(string scimType, string detail, Exception? inner = null) =>
        new(HttpStatusCode.BadRequest, scimType, detail, inner);

    /// <summary>
    /// Writes the error message of RFC 7644 §3.12; <paramref name="detail"/> replaces the exception's own words.
    /// </summary>
    public void WriteTo(Utf8JsonWriter json, string? detail = null)
    {
        json.WriteStartObject();
        json.WriteStartArray("schemas");
        json.WriteStringValue(Schema);
        json.WriteEndArray();
        if (ScimType is not null)
            json.WriteString("scimType", ScimType);
        json.WriteString("detail", detail ?? Message);
        json.WriteString("status", ((int)Status).ToString(System.Globalization.CultureInfo.InvariantCulture));
        json.WriteEndObject();
    }
}
