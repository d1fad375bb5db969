using System.Text;

namespace ScimGateway.Host.Admin;

/// <summary>An answer by Server-Sent Events (https://html.spec.whatwg.org/multipage/server-sent-events.html).</summary>
internal static class EventStream
{
    /// <summary>After so long without an event a comment is sent, so that no proxy takes the stream for dead.</summary>
    public static TimeSpan Beat { get; } = TimeSpan.FromSeconds(15);

    /// <summary>Says what kind of answer it is; false where only that was asked for.</summary>
    public static bool Begin(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no"; // else nginx gathers them
        return !HttpMethods.IsHead(context.Request.Method);
    }

    /// <summary>Sends events, or the comment that nothing has come.</summary>
    public static async Task SendAsync(HttpContext context, string events, CancellationToken ended)
    {
        if (events.Length == 0)
            return;
        await context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(events), ended);
        await context.Response.Body.FlushAsync(ended);
    }
}
