using Microsoft.AspNetCore.Http.Features;
using ScimGateway.Host.Security;

namespace ScimGateway.Host.Admin;

/// <summary>Reads the body of an administrator's request.</summary>
internal static class AdminBody
{
    /// <summary>The most that a request may have.</summary>
    public const int MostBytes = 1 << 20;

    /// <summary>Whether a request has a body, which may be empty at its end.</summary>
    public static bool IsThere(HttpContext context) =>
        context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody is not false;

    /// <summary>Reads all that is sent.</summary>
    /// <exception cref="BadHttpRequestException">It is too long, stops half-way, or is no HTTP.</exception>
    public static async Task<byte[]> ReadAsync(HttpContext context)
    {
        if (context.Request.ContentLength > MostBytes)
            throw TooLong();
        using var read = new MemoryStream();
        var piece = new byte[16 * 1024];
        try
        {
            int more;
            while ((more = await context.Request.Body.ReadAsync(piece, context.RequestAborted)) > 0)
            {
                if (read.Length + more > MostBytes)
                    throw TooLong();
                read.Write(piece, 0, more);
            }
            return read.ToArray();
        }
        catch (IOException e) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw BrokenRequest.Of(e);
        }

        static BadHttpRequestException TooLong() => new("The body is too long.", StatusCodes.Status413PayloadTooLarge);
    }
}
