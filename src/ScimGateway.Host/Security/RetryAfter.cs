using System.Globalization;

namespace ScimGateway.Host.Security;

/// <summary>When a client may come again, as HTTP says it.</summary>
internal static class RetryAfter
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _later = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Says it of what may pass by itself: too much came (429), or the gateway, or Slack behind it, could not (500, 502, 503).
    /// Of 501 it would be untrue, and of 504, where something may be done, an invitation to have it done twice.
    /// </summary>
    /// <param name="context">The request.</param>
    /// <param name="status">What is answered.</param>
    /// <param name="wait">How long it takes, where that is known.</param>
    public static void Write(HttpContext context, int status, TimeSpan? wait)
    {
        if (
            (
                wait
                ?? (
                    status is 429 or 503 ? _soon
                    : status is 500 or 502 ? _later
                    : null
                )
            ) is
            { } pause
        )
            // whole seconds alone (RFC 9110 §10.2.3), which is also all that Okta reads
            context.Response.Headers.RetryAfter = Math.Ceiling(pause.TotalSeconds)
                .ToString(CultureInfo.InvariantCulture);
    }
}
