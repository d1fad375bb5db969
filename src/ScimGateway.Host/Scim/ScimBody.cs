using System.Net;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using ScimGateway.Protocol.Errors;

namespace ScimGateway.Host.Scim;

/// <summary>
/// The body of a write: its bytes, if they are said to be JSON and are no more than the endpoint reads.
/// </summary>
internal static class ScimBody
{
    private const string Accepted = "application/scim+json or application/json, in UTF-8";

    /// <summary>Reads all of it; a body that has no end is cut at the limit.</summary>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext context, int mostBytes, CancellationToken gone)
    {
        RequireJson(context);
        if (context.Request.ContentLength > mostBytes)
            throw TooLarge(mostBytes);
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = mostBytes;
        var body = new MemoryStream();
        try
        {
            await context.Request.Body.CopyToAsync(body, gone);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw TooLarge(mostBytes);
        }
        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    // A body without a type is taken for JSON: RFC 9110 §8.3 lets the recipient guess, and there is nothing else it
    // could be.
    private static void RequireJson(HttpContext context)
    {
        if (context.Request.Headers.ContentEncoding.ToString() is { Length: > 0 } coding && !Is(coding, "identity"))
        {
            context.Response.Headers.AcceptEncoding = "identity"; // RFC 9110 §15.5.16
            throw Unsupported($"The body comes in the coding '{coding}'; send it as it is.");
        }
        var type = context.Request.Headers.ContentType.ToString();
        if (type.Length == 0)
            return;
        if (
            !MediaTypeHeaderValue.TryParse(type, out var media)
            || !(Is(media.MediaType.Value, "application/scim+json") || Is(media.MediaType.Value, "application/json"))
        )
            throw Unsupported($"The Content-Type is '{type}'; this takes {Accepted}.");
        if (media.Charset.Length > 0 && !Is(HeaderUtilities.RemoveQuotes(media.Charset).Value, "utf-8"))
            throw Unsupported($"The charset is '{media.Charset}'; this takes {Accepted}.");
    }

    private static bool Is(string? text, string word) => word.Equals(text, StringComparison.OrdinalIgnoreCase);

    private static ScimException TooLarge(int mostBytes) =>
        ScimException.PayloadTooLarge($"The body is larger than the {mostBytes} bytes that are read here.");

    private static ScimException Unsupported(string detail) =>
        ScimException.Of(HttpStatusCode.UnsupportedMediaType, detail);
}
