using System.Buffers;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using ScimGateway.SlackEmulator.Traffic;

namespace ScimGateway.SlackEmulator.Http;

/// <summary>Puts an answer on the wire, whole or spoiled.</summary>
internal static class Sending
{
    private const int DripBytes = 16;

    public static async Task SendAsync(
        HttpContext http,
        Reply reply,
        Fault? fault,
        TimeProvider clock,
        CancellationToken stopping
    )
    {
        reply.Flush();
        if (fault?.Body is SpoiledBody.Garbage)
            Spoil(reply, "<html><head><title>502 Bad Gateway</title></head><body>\u0000\uFFFD{\"Resources\":["u8);
        if (fault?.Body is SpoiledBody.Truncated)
            Spoil(reply, reply.Body.Span[..(reply.Body.Length / 2)].ToArray());
        if (fault?.Body is SpoiledBody.Cut or SpoiledBody.Drip)
            Spoil(reply, Escaped(reply));
        if (!HasBody(reply.Status))
            reply.Replace([]);

        WriteHead(http.Response, reply);
        if (reply.Body.Length == 0 || HttpMethods.IsHead(http.Request.Method))
            return;
        var output = http.Response.BodyWriter;
        switch (fault?.Body)
        {
            case SpoiledBody.Cut:
                // No Abort: that resets the connection, and a reset takes back what was sent before it. Kestrel sends
                // what is written, finds that more was promised, and closes its side.
                await output.WriteAsync(reply.Body[..(reply.Body.Length / 2)], stopping);
                return;
            case SpoiledBody.Drip:
                for (var at = 0; at < reply.Body.Length; at += DripBytes)
                {
                    if (at > 0)
                        await Task.Delay(TimeSpan.FromMilliseconds(fault.DripMs), clock, stopping);
                    await output.WriteAsync(
                        reply.Body.Slice(at, Math.Min(DripBytes, reply.Body.Length - at)),
                        stopping
                    );
                }
                return;
            default:
                // The response is flushed when the handler returns.
                reply.WriteTo(output);
                return;
        }
    }

    // As it is: nothing is escaped any more when it leaves.
    private static void Spoil(Reply reply, ReadOnlySpan<byte> body)
    {
        reply.Replace(body);
        reply.EscapesSlash = false;
    }

    private static byte[] Escaped(Reply reply)
    {
        var whole = new ArrayBufferWriter<byte>();
        reply.WriteTo(whole);
        return whole.WrittenSpan.ToArray();
    }

    private static void WriteHead(HttpResponse response, Reply reply)
    {
        response.StatusCode = reply.Status;
        var headers = response.Headers;
        if (reply.Body.Length > 0)
            headers.ContentType = reply.ContentType;
        // What a recording of 2020 shows besides (docs/slack.md 1.1).
        headers.StrictTransportSecurity = "max-age=31536000; includeSubDomains; preload";
        headers["Referrer-Policy"] = "no-referrer";
        headers.Vary = "Accept-Encoding";
        headers.XXSSProtection = "0";
        headers.XFrameOptions = "SAMEORIGIN";
        headers["X-Slack-Backend"] = "emulator";
        if (reply.Location is not null)
            headers.Location = reply.Location;
        if (reply.RetryAfter is { } seconds)
            headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        foreach (var (name, value) in reply.Headers)
            headers[name] = value;
        if (HasBody(reply.Status))
            response.ContentLength = reply.Length();
    }

    private static bool HasBody(int status) => status is not (204 or 205 or 304);
}
