using System.Net;
using System.Text.Json;
using ScimGateway.Host.Scim;
using ScimGateway.Host.Security;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Resources;

namespace ScimGateway.Host.Lane;

/// <summary>Writes what the gateway itself refuses as Slack writes errors (docs/slack.md 8.1), which its clients read.</summary>
internal static class LaneErrors
{
    public const string ContentType = "application/json";

    public static async Task WriteAsync(HttpContext context, ScimException error)
    {
        // What may be done is not to be done twice.
        if (error.Status != HttpStatusCode.BadGateway || !WriteRequests.IsOne(context))
            RetryAfter.Write(context, (int)error.Status, error.RetryAfter);
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
        if (!ReadMethods.IsHead(context.Request.Method))
            await body.SendAsync(context.Response.Body, context.RequestAborted);
    }
}
