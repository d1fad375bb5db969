using System.Text.Json;
using ScimGateway.Host.Security;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Resources;

namespace ScimGateway.Host.Scim;

/// <summary>Writes SCIM answers.</summary>
internal static class ScimWriter
{
    public const string ContentType = "application/scim+json";

    public static async Task AnswerAsync(HttpContext context, int status, Action<Utf8JsonWriter> write)
    {
        using var body = new RentedBuffer();
        using (var json = new Utf8JsonWriter(body, ScimJson.WriterOptions))
            write(json);
        await AnswerAsync(context, status, body);
    }

    /// <summary>Answers what is written already, and what is to come behind it.</summary>
    public static async Task AnswerAsync(HttpContext context, int status, RentedBuffer body, RentedBuffer? rest = null)
    {
        rest?.AppendTo(body);
        context.Response.StatusCode = status;
        context.Response.ContentType = ContentType;
        context.Response.ContentLength = body.WrittenCount + (rest?.WrittenCount ?? 0);
        if (ReadMethods.IsHead(context.Request.Method))
            return;
        await body.SendAsync(context.Response.Body, context.RequestAborted);
        if (rest is not null)
            await rest.SendAsync(context.Response.Body, context.RequestAborted);
    }

    /// <summary>An error; of a write it names the operation, so that the provider's own log shows it.</summary>
    public static Task ErrorAsync(HttpContext context, ScimException error)
    {
        RetryAfter.Write(context, (int)error.Status, error.RetryAfter);
        return AnswerAsync(
            context,
            (int)error.Status,
            json =>
                error.WriteTo(
                    json,
                    context.Response.Headers[WriteRequests.OperationHeader] is { Count: > 0 } operation
                        ? Detail(error, operation.ToString())
                        : null
                )
        );
    }

    /// <summary>The words of an error with its operation.</summary>
    public static string Detail(ScimException error, string operation) => $"{error.Message} (operation {operation})";

    /// <summary>The SCIM base of the tenant as the client addresses it, without a slash at its end.</summary>
    public static string BaseUrl(HttpContext context) =>
        $"{RequestedUrl.Of(context.Request)}/{context.Request.RouteValues["tenant"]}/scim/v2";
}
