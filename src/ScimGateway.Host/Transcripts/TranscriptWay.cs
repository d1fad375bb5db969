using Microsoft.AspNetCore.Http.Features;
using ScimGateway.Host.Security;

namespace ScimGateway.Host.Transcripts;

/// <summary>Where requests of sources go by that are recorded.</summary>
internal static class TranscriptWay
{
    private const string Base = "/scim/v2";

    /// <summary>Copies what a source sends and is answered while it is recorded. It comes after the credential.</summary>
    public static void UseTranscripts(this IApplicationBuilder app)
    {
        var open = app.ApplicationServices.GetRequiredService<OpenTranscripts>();
        app.Use(next =>
            context =>
                context.User.Identity is SourceIdentity source
                && open.Of(source.Caller) is { } transcript
                && PathOf(context.Request) is { } path
                    ? CopyAsync(context, path, transcript, next)
                    : next(context)
        );
    }

    // What is refused is answered further out: so the answer is whole when it was sent.
    private static async Task CopyAsync(HttpContext context, string path, Transcript transcript, RequestDelegate next)
    {
        var (request, asked, answered) = (context.Request, new Copied(), new Copied());
        var body = request.Body;
        request.Body = new CopiedRequest(body, asked);
        context.Features.Set<IHttpResponseBodyFeature>(
            new CopiedAnswer(context.Features.GetRequiredFeature<IHttpResponseBodyFeature>(), answered)
        );
        context.Response.OnCompleted(() =>
        {
            if (context.Response.HasStarted)
                transcript.Take(
                    new Exchange(
                        request.Method,
                        path,
                        [.. request.Query.Select(one => KeyValuePair.Create(one.Key, one.Value.ToString()))],
                        request.ContentType,
                        HasNone(request) ? []
                            : asked.IsWhole || asked.Count == request.ContentLength ? asked.Bytes
                            : null,
                        context.Response.StatusCode,
                        answered.Bytes
                    )
                );
            return Task.CompletedTask;
        });
        try
        {
            await next(context);
        }
        finally
        {
            request.Body = body; // it may be sent again to another instance
        }
    }

    private static bool HasNone(HttpRequest request) =>
        request.ContentLength is 0
        || (
            request.ContentLength is null
            && request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody is not true
        );

    // Below the tenant's base URL; null for what is no SCIM.
    private static string? PathOf(HttpRequest request)
    {
        var path = request.Path.Value ?? "";
        var at = path.IndexOf(Base, StringComparison.OrdinalIgnoreCase);
        return at > 0 && path[(at + Base.Length)..] is ['/', _, ..] rest ? rest.TrimEnd('/') : null;
    }
}
