using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http.Features;
using ScimGateway.Provisioning.Lane;
using ScimGateway.Slack.Http;
using Yarp.ReverseProxy.Forwarder;

namespace ScimGateway.Host.Lane;

/// <summary>
/// One request on its way to Slack, and the answer on its way back. Nothing is copied by itself: what goes out is made
/// here with Slack's token, and of what comes back a few headers go on.
/// </summary>
/// <param name="slack">Whose Slack.</param>
/// <param name="target">What is asked for there.</param>
/// <param name="method">How; Slack knows no HEAD.</param>
/// <param name="lane">Where clients reach the lane, with a slash at its end.</param>
/// <param name="streams">Whether a good answer goes on as it comes; else it is kept, as all others are.</param>
internal sealed partial class LaneTransformer(
    SlackConnection slack,
    Uri target,
    HttpMethod method,
    string lane,
    bool streams
) : HttpTransformer
{
    /// <summary>The longest answer that is kept: a group of 15,000 members has half of it.</summary>
    public const int MostKept = 4 << 20;

    /// <summary>The longest that goes on as it comes: a thousand users have a megabyte, groups come with all members.</summary>
    public const int MostStreamed = 64 << 20;

    /// <summary>What was kept; null where it went on, or none came.</summary>
    public LaneAnswer? Answer { get; private set; }

    public override ValueTask TransformRequestAsync(
        HttpContext httpContext,
        HttpRequestMessage proxyRequest,
        string destinationPrefix,
        CancellationToken cancellationToken
    )
    {
        (proxyRequest.Method, proxyRequest.RequestUri) = (method, target);
        proxyRequest.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(LaneErrors.ContentType));
        slack.Authorize(proxyRequest);
        if (proxyRequest.Content is { } content)
            content.Headers.ContentType = new MediaTypeHeaderValue(LaneErrors.ContentType, "utf-8");
        return ValueTask.CompletedTask;
    }

    /// <summary>Whether the body goes on as it comes.</summary>
    public override async ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext,
        HttpResponseMessage? proxyResponse,
        CancellationToken cancellationToken
    )
    {
        if (proxyResponse is null)
            return false;
        var response = httpContext.Response;
        // The words behind a status may be anything, and nobody needs them.
        httpContext.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = null;
        var content = proxyResponse.Content;
        if (
            proxyResponse.Headers.Location is { IsAbsoluteUri: true } made
            && slack.BaseAddress.IsBaseOf(made)
            && (int)proxyResponse.StatusCode == StatusCodes.Status201Created
            && slack.BaseAddress.MakeRelativeUri(new Uri(made.GetLeftPart(UriPartial.Path))).ToString() is var there
            && MadeAt().IsMatch(there)
        )
            response.Headers.Location = lane + there;
        // Packed as nobody asked for, it hides what is not to be read.
        if (content.Headers.ContentEncoding.Count > 0)
        {
            Answer = new LaneAnswer.Answered((int)proxyResponse.StatusCode, default, RetryAfter(proxyResponse));
            return false;
        }
        if (!streams || !proxyResponse.IsSuccessStatusCode || !IsJson(content))
        {
            Answer = new LaneAnswer.Answered(
                (int)proxyResponse.StatusCode,
                await KeepAsync(content, cancellationToken),
                RetryAfter(proxyResponse)
            );
            return false;
        }
        response.StatusCode = (int)proxyResponse.StatusCode;
        response.ContentType = LaneErrors.ContentType + "; charset=utf-8";
        if (HttpMethods.IsHead(httpContext.Request.Method))
            return false;
        proxyResponse.Content = new StreamContent(await ReadAsync(content, MostStreamed, cancellationToken));
        return true;
    }

    public override ValueTask TransformResponseTrailersAsync(
        HttpContext httpContext,
        HttpResponseMessage proxyResponse,
        CancellationToken cancellationToken
    ) => ValueTask.CompletedTask;

    // Where it breaks off, or is too long, the status is what counts.
    private async Task<ReadOnlyMemory<byte>> KeepAsync(HttpContent content, CancellationToken cancel)
    {
        try
        {
            await using var stream = await ReadAsync(content, MostKept, cancel);
            using var kept = new MemoryStream();
            await stream.CopyToAsync(kept, cancel);
            return kept.ToArray();
        }
        catch (Exception e) when (e is IOException or HttpRequestException or OperationCanceledException)
        {
            return default;
        }
    }

    private async Task<Stream> ReadAsync(HttpContent content, long most, CancellationToken cancel) =>
        slack.WithoutToken(new BoundedStream(await content.ReadAsStreamAsync(cancel), most));

    private static bool IsJson(HttpContent content) =>
        content.Headers.ContentType?.MediaType is { } type
        && (
            type.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            || type.Equals("application/scim+json", StringComparison.OrdinalIgnoreCase)
        );

    private static TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter?.Delta;

    // Where an account or group is, below Slack's address: a path may hold anything, such as the token.
    [GeneratedRegex("^(Users|Groups)/[A-Z0-9]{1,64}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex MadeAt();
}
