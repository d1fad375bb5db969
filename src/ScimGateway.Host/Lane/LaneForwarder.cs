using System.Net;
using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Lane;
using ScimGateway.Slack.Http;
using Yarp.ReverseProxy.Forwarder;

namespace ScimGateway.Host.Lane;

/// <summary>The way on to Slack, by YARP's forwarder.</summary>
internal sealed class LaneForwarder(IHttpForwarder forwarder, SlackClientOptions limits, TimeProvider clock)
    : IDisposable
{
    private readonly HttpMessageInvoker _http = new(
        new OnceOnly(SlackHttp.NewHandler(unpacked: DecompressionMethods.None))
    );

    /// <summary>Reads, and hands a good answer on as it comes.</summary>
    public Task<LaneAnswer> ReadAsync(HttpContext context, SlackConnection slack, string path) =>
        SendAsync(context, slack, path, body: default, limits.TotalLimit);

    /// <summary>Writes; it is tried once, and goes on though the client is gone.</summary>
    public Task<LaneAnswer> WriteAsync(
        HttpContext context,
        SlackConnection slack,
        string path,
        ReadOnlyMemory<byte> body
    )
    {
        context.RequestAborted = CancellationToken.None;
        return SendAsync(context, slack, path, body, limits.AttemptLimit);
    }

    public void Dispose() => _http.Dispose();

    private async Task<LaneAnswer> SendAsync(
        HttpContext context,
        SlackConnection slack,
        string path,
        ReadOnlyMemory<byte> body,
        TimeSpan most
    )
    {
        var request = context.Request;
        var isRead = ReadMethods.Has(request.Method);
        var transformer = new LaneTransformer(
            slack,
            new Uri(slack.BaseAddress, path),
            isRead ? HttpMethod.Get : new HttpMethod(request.Method),
            $"{RequestedUrl.Of(request)}/{request.RouteValues["tenant"]}/slack/v1/",
            streams: isRead
        );
        // Nothing that the client has said by headers goes by the forwarder, be it an upgrade, a coding or a method.
        request.Headers.Clear();
        (request.Body, request.ContentLength) = (new MemoryStream(body.ToArray()), body.Length);
        using var limit = new CancellationTokenSource(most, clock);
        var error = await forwarder.SendAsync(
            context,
            slack.BaseAddress.ToString(),
            _http,
            new ForwarderRequestConfig
            {
                ActivityTimeout = 2 * limits.TotalLimit, // ours comes before it
                Version = HttpVersion.Version11,
                VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
            },
            transformer,
            limit.Token
        );
        if (transformer.Answer is { } answer)
            return answer;
        if (error == ForwarderError.None || context.Response.HasStarted)
            return new LaneAnswer.Answered(context.Response.StatusCode, default, null);
        // Before a connection stands nothing was sent; after it Slack may have got all of it.
        var why = context.Features.Get<IForwarderErrorFeature>()?.Exception;
        return why switch
        {
            HttpRequestException
            {
                HttpRequestError: HttpRequestError.ConnectionError
                    or HttpRequestError.NameResolutionError
                    or HttpRequestError.SecureConnectionError
                    or HttpRequestError.ProxyTunnelError
            } => new LaneAnswer.NotSent("Slack cannot be reached."),
            OperationCanceledException
                when !limit.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested =>
                new LaneAnswer.NotSent("Slack cannot be reached."),
            _ => new LaneAnswer.Lost(
                limit.IsCancellationRequested ? "Slack did not answer in time." : "Slack did not answer."
            ),
        };
    }

    // HttpClient by itself repeats what has no content when a used connection ends without an answer. A write is tried
    // once: a content, though empty, keeps it from that (SlackRequests).
    private sealed class OnceOnly(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request,
            CancellationToken cancellationToken
        )
        {
            if (request.Method != HttpMethod.Get)
                request.Content ??= new ByteArrayContent([]);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
