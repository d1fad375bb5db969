using System.Text.Json;
using ScimGateway.Slack.Budget;

namespace ScimGateway.Host.Demo;

/// <summary>
/// What the pretend Slack says of its own limits. The real one has no such thing, and is not what a demo is pointed at.
/// </summary>
internal static class EmulatorKnobs
{
    /// <summary>
    /// The limits to keep: Slack's own if the pretend Slack keeps them, else none. So it is where there are no knobs to
    /// read, too: a 429 that comes all the same slows the gateway down.
    /// </summary>
    public static async Task<SlackLimits> LimitsAsync(Uri scim, TimeSpan patience)
    {
        using var http = new HttpClient { Timeout = patience, MaxResponseContentBufferSize = 1 << 20 };
        try
        {
            using var knobs = JsonDocument.Parse(await http.GetByteArrayAsync(new Uri(scim, "../../_emulator/knobs")));
            return knobs.RootElement.TryGetProperty("ratelimit.mode", out var mode) && mode.ValueEquals("bucket")
                ? SlackLimits.Documented.Scaled(knobs.RootElement.GetProperty("ratelimit.scale").GetDouble())
                : SlackLimits.Unlimited;
        }
        catch (Exception e)
            when (e
                    is HttpRequestException
                        or OperationCanceledException
                        or JsonException
                        or InvalidOperationException
                        or KeyNotFoundException
            )
        {
            return SlackLimits.Unlimited;
        }
    }
}
