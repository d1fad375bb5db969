using System.Globalization;
using System.Text.Json;
using ScimGateway.Host.Scim;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Resources;

namespace ScimGateway.Host.Lane;

/// <summary>Writes what the gateway itself refuses as Slack writes errors (docs/slack.md 8.1), which its clients read.</summary>
internal static class LaneErrors
{
    public const string ContentType = "application/json";

    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(5);

    public static async Task WriteAsync(HttpContext context, ScimException error)
    {
        WriteRetryAfter(context, (int)error.Status, error.RetryAfter);
        using var body = new RentedBuffer();
        await using (var json = new Utf8JsonWriter(body, ScimJson.WriterOptions))
        {
            json.WriteStartObject();
            json.WriteStartObject("Errors");
            json.WriteString(
                "description",
                context.Response.Headers[WriteRequests.OperationHeader] is { Count: > 0 } operation
                    ? ScimWriter.Detail(error, operation.ToString())
                    : error.Message
            );
            json.WriteNumber("code", (int)error.Status);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        context.Response.StatusCode = (int)error.Status;
        context.Response.ContentType = ContentType;
        context.Response.ContentLength = body.WrittenCount;
        if (!HttpMethods.IsHead(context.Request.Method))
            await body.SendAsync(context.Response.Body, context.RequestAborted);
    }

    /// <summary>
    /// When to come again, in whole seconds (RFC 9110 §10.2.3): as Slack says it, and soon where nobody does but the fault
    /// is not the client's.
    /// </summary>
    public static void WriteRetryAfter(HttpContext context, int status, TimeSpan? said)
    {
        if ((said ?? (status is 429 or >= 500 ? _soon : null)) is { } wait)
            context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds)
                .ToString(CultureInfo.InvariantCulture);
    }
}
