using System.Net;
using Microsoft.Net.Http.Headers;
using ScimGateway.Host.Security;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Resources;

namespace ScimGateway.Host.Scim;

/// <summary>
/// The body of a request: its bytes, if they are said to be JSON and are no more than the endpoint reads. Its memory is
/// taken before it is read, by its length; and what it comes to as JSON before it is taken apart.
/// </summary>
internal sealed class ScimBody : IDisposable
{
    private const string Accepted = "application/scim+json or application/json, in UTF-8";

    private readonly RequestMemory.Share _memory;
    private long _taken;

    private ScimBody(RequestMemory.Share memory) => _memory = memory;

    /// <summary>Its bytes.</summary>
    public ReadOnlyMemory<byte> Bytes { get; private set; }

    /// <summary>What it comes to in memory as JSON.</summary>
    public long Weight { get; private set; }

    /// <summary>
    /// Reads all of it; a body that has no end is cut at the limit. Whose credential has ended by then is not let in.
    /// </summary>
    public static async Task<ScimBody> ReadAsync(HttpContext context, int mostBytes, RequestMemory.Share memory)
    {
        RequireJson(context);
        if (context.Request.ContentLength > mostBytes)
            throw TooLarge(mostBytes);
        var body = new ScimBody(memory);
        try
        {
            body.Bytes = context.Request.ContentLength is { } length
                ? await body.ReadAsync(context, (int)length)
                : await body.ReadChunksAsync(context, mostBytes);
            body.Weight = ScimJson.Weigh(body.Bytes.Span);
            if (body.Weight > ReadLimits.MostMemory)
                throw TooHeavy(body.Weight, ReadLimits.MostMemory);
            await body.TakeAsync(body.Weight, context.RequestAborted);
            await context.RequestServices.GetRequiredService<CredentialHandler>().RequireStillAsync(context);
            return body;
        }
        catch (IOException e) when (e is not BadHttpRequestException && !context.RequestAborted.IsCancellationRequested)
        {
            body.Dispose();
            throw BrokenRequest.Of(e);
        }
        catch
        {
            body.Dispose();
            throw;
        }
    }

    /// <summary>Takes memory for what is made of it, until it is disposed of.</summary>
    /// <param name="bytes">How much.</param>
    /// <param name="gone">Nobody waits for the answer any more.</param>
    /// <param name="beside">What the request has taken beside, and is about to give back.</param>
    public async Task TakeAsync(long bytes, CancellationToken gone, long beside = 0)
    {
        // What is small is free, of all that the body comes to.
        if (_taken == 0 && Bytes.Length + bytes <= RequestMemory.Small)
            return;
        var had = _taken + beside;
        if (had + bytes > _memory.MostOfOne)
            throw TooHeavy(had + bytes, _memory.MostOfOne);
        await _memory.TakeAsync(bytes, had, gone);
        _taken += bytes;
    }

    public void Dispose()
    {
        _memory.GiveBack(_taken);
        _taken = 0;
    }

    private async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext context, int length)
    {
        await TakeAsync(length, context.RequestAborted);
        var bytes = GC.AllocateUninitializedArray<byte>(length);
        await context.Request.Body.ReadExactlyAsync(bytes, context.RequestAborted);
        return bytes;
    }

    // How long it is is known at its end: until then it is in pieces, and while they are put together it counts twice.
    private async Task<ReadOnlyMemory<byte>> ReadChunksAsync(HttpContext context, int mostBytes)
    {
        using var pieces = new RentedBuffer(_memory);
        while (
            await context.Request.Body.ReadAsync(
                await pieces.GetMemoryAsync(context.RequestAborted),
                context.RequestAborted
            )
                is > 0
                    and var read
        )
        {
            pieces.Advance(read);
            if (pieces.WrittenCount > mostBytes)
                throw TooLarge(mostBytes);
        }
        await TakeAsync(pieces.WrittenCount, context.RequestAborted, beside: pieces.Taken);
        return pieces.ToArray();
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

    private static ScimException TooHeavy(long bytes, long most) =>
        ScimException.PayloadTooLarge(
            $"The body takes {bytes} bytes of memory as it is read, and one request may have {most}; send it in smaller parts."
        );

    private static ScimException Unsupported(string detail) =>
        ScimException.Of(HttpStatusCode.UnsupportedMediaType, detail);
}
