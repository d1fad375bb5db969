using System.Net;
using ScimGateway.Slack.Http;
using ScimGateway.SlackEmulator.Tests;

namespace ScimGateway.Host.Tests;

/// <summary>
/// The way to Slack of a gateway whose clock goes by hand. A call takes real time, and on a busy machine a clock that is
/// advanced in steps would be past the call's limit before the answer is there: so the clock waits for each call, though
/// not long for one that a test has hang.
/// </summary>
internal sealed class CallsOnTime(ManualClock clock) : DelegatingHandler(SlackHttp.NewHandler(DecompressionMethods.All))
{
    /// <summary>The client that goes this way.</summary>
    public static HttpClient NewHttpClient(ManualClock clock) =>
        new(new CallsOnTime(clock)) { Timeout = Timeout.InfiniteTimeSpan };

    /// <inheritdoc/>
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        var answer = base.SendAsync(request, cancel);
        clock.WaitFor(answer);
        return answer;
    }
}
