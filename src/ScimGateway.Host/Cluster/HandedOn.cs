using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;

namespace ScimGateway.Host.Cluster;

/// <summary>One request on its way to the instance where its tenant is, and the answer on its way back.</summary>
/// <param name="isReplayable">Whether there is no body, or it is in memory, so that it can be sent again.</param>
internal sealed class HandedOn(bool isReplayable) : HttpTransformer
{
    /// <summary>Whether that instance has said that the tenant's place is elsewhere.</summary>
    public bool IsElsewhere { get; private set; }

    /// <summary>Whether it had begun there, so that something may have come of it.</summary>
    public bool IsRead { get; private set; }

    /// <summary>Whether an answer has come, of whatever kind.</summary>
    public bool IsAnswered { get; private set; }

    /// <inheritdoc/>
    public override async ValueTask TransformRequestAsync(
        HttpContext httpContext,
        HttpRequestMessage proxyRequest,
        string destinationPrefix,
        CancellationToken cancellationToken
    )
    {
        await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        // As it came: which paths are the admin API's is decided by how they are written (OneSpelling).
        var target = httpContext.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (target.StartsWith('/'))
            proxyRequest.RequestUri = new Uri(
                destinationPrefix.TrimEnd('/') + target,
                new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }
            );
        InnerRequest.Write(httpContext, proxyRequest);
        // The body is sent once the other instance wants it: until then it can be sent to another.
        if (!isReplayable && proxyRequest.Content is not null)
            proxyRequest.Headers.ExpectContinue = true;
    }

    /// <inheritdoc/>
    public override async ValueTask<bool> TransformResponseAsync(
        HttpContext httpContext,
        HttpResponseMessage? proxyResponse,
        CancellationToken cancellationToken
    )
    {
        if (proxyResponse is null)
            return false;
        if (proxyResponse.Headers.TryGetValues(InnerRequest.Elsewhere, out var body))
        {
            IsElsewhere = true;
            IsRead = body.Contains(InnerRequest.Read);
            return false;
        }
        IsAnswered = true;
        httpContext.Response.Headers.Clear(); // the other instance says all of it
        await base.TransformResponseAsync(httpContext, proxyResponse, cancellationToken);
        if (httpContext.Response.Headers.Remove(InnerRequest.Ends))
            httpContext.Response.Headers.Connection = "close";
        return true;
    }
}
