using System.Buffers;
using Microsoft.AspNetCore.Http;

namespace ScimGateway.SlackEmulator.Http;

/// <summary>The bytes of a request, up to a bound.</summary>
internal static class RequestBody
{
    public const int MostBytes = 8 << 20;

    /// <summary>All of them; null for a body that is too large: the caller answers as for
    /// any body it does not understand.</summary>
    public static async Task<byte[]?> ReadAsync(HttpContext http)
    {
        if (http.Request.ContentLength is > MostBytes)
            return null;
        var reader = http.Request.BodyReader;
        while (true)
        {
            var read = await reader.ReadAsync(http.RequestAborted);
            if (read.IsCompleted || read.Buffer.Length > MostBytes)
            {
                var body = read.Buffer.Length > MostBytes ? null : read.Buffer.ToArray();
                reader.AdvanceTo(read.Buffer.End);
                return body;
            }
            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }
}
