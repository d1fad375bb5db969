using System.Net;
using Microsoft.AspNetCore.Http;
using ScimGateway.SlackEmulator;

namespace ScimGateway.Stories.Running;

/// <summary>The way from one process of the gateway to the pretend Slack, which hears of no client that dies.</summary>
internal sealed class ToSlack(FrontDoor slack, StoryClock.View life) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request,
        CancellationToken cancellationToken
    )
    {
        if (life.IsOver) // what is dead calls nobody
            await Task.Delay(Timeout.InfiniteTimeSpan, life, cancellationToken);
        var body = request.Content is null ? null : await request.Content.ReadAsByteArrayAsync(cancellationToken);
        var headers = request.Headers.Concat(
            request.Content?.Headers ?? Enumerable.Empty<KeyValuePair<string, IEnumerable<string>>>()
        );
        var carried = new Carried(
            request.Method.Method,
            request.RequestUri!,
            headers
                .Where(header => !header.Key.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
                .SelectMany(header => header.Value.Select(value => (header.Key, value))),
            body
        );
        // Slack goes on though nobody waits any more.
        var served = slack.HandleAsync(new DefaultHttpContext(carried.Features));
        await served.WaitAsync(cancellationToken);
        if (carried.IsAborted)
            throw new HttpRequestException(HttpRequestError.ResponseEnded, "The connection was broken.");
        var reply = await carried.ReplyAsync();
        var response = new HttpResponseMessage((HttpStatusCode)reply.Status)
        {
            RequestMessage = request,
            Content =
                reply.Headers.ContentLength is { } promised && promised > reply.Body.Length
                    ? new StreamContent(new BrokenOff(reply.Body))
                    : new ByteArrayContent(reply.Body),
        };
        foreach (var (name, values) in reply.Headers)
            if (
                !response.Headers.TryAddWithoutValidation(name, values.AsEnumerable())
                && !name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase)
            )
                response.Content.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
        return response;
    }

    // A body of which less comes than was promised.
    private sealed class BrokenOff(byte[] some) : MemoryStream(some, writable: false)
    {
        public override async ValueTask<int> ReadAsync(
            Memory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            var read = await base.ReadAsync(buffer, cancellationToken);
            return read > 0 || buffer.Length == 0
                ? read
                : throw new HttpIOException(HttpRequestError.ResponseEnded, "The answer broke off.");
        }
    }
}
