using System.Net;
using ScimGateway.Host.Security;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Homes;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Storage;

namespace ScimGateway.Host.Scim;

/// <summary>
/// Turns whatever goes wrong into a SCIM error. A refusal is an answer, not an event: only the gateway's own failures
/// are logged, and never with their text, which may hold personal data.
/// </summary>
internal static class ScimErrors
{
    /// <param name="app">The way of a request.</param>
    /// <param name="failures">Where the gateway's own failures go.</param>
    /// <param name="write">Writes an error as its clients read it.</param>
    public static void UseScimErrors(
        this IApplicationBuilder app,
        FailedRequests failures,
        Func<HttpContext, ScimException, Task> write
    ) =>
        app.Use(
            async (context, next) =>
            {
                try
                {
                    await next(context);
                    if (TurnedAway(context) is { } why)
                        await write(context, why);
                }
                catch (Exception e)
                    when (e is OperationCanceledException or IOException and not BadHttpRequestException
                        && context.RequestAborted.IsCancellationRequested
                    )
                {
                    // Nobody listens any more.
                }
                catch (Exception e) when (!context.Response.HasStarted)
                {
                    var asked = context.Features.Get<WriteRequest>();
                    var home = (context.User.Identity as SourceIdentity)?.Home;
                    // What was written may be in the way of its answer, which reads what stands beside it.
                    var why =
                        e is StoreAwayException && asked is { MayBeWrittenDown: true }
                            ? StoreAwayException.InDoubt(e)
                            : e;
                    var answer = Answer(why, failures, home, asked?.OperationId);
                    await write(context, MayBeDone(context, asked, answer) ?? answer);
                }
            }
        );

    // In a cluster: the instance that had the write before may have done it. Here it is turned away before anybody has looked
    // for it, since the store is away or the tenant sends too much.
    private static ScimException? MayBeDone(HttpContext context, WriteRequest? asked, ScimException answer) =>
        asked is null
        && answer.Status is HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests
        && context.Features.Get<GivenOperation>() is { IsAgain: true } given
            ? given.MayBeDone(context)
            : null;

    // What was turned away before its endpoint has no body yet; a 401 keeps its challenge and a 405 its Allow.
    private static ScimException? TurnedAway(HttpContext context) =>
        context.Response is { HasStarted: false, ContentLength: null }
            ? context.Response.StatusCode switch
            {
                401 => ScimException.Of(HttpStatusCode.Unauthorized, "The credential is missing or not accepted."),
                404 => ScimException.NotFound($"There is nothing at {context.Request.Path}{Instead(context)}."),
                405 => ScimException.Of(
                    HttpStatusCode.MethodNotAllowed,
                    $"{context.Request.Path} does not take {context.Request.Method}, but {context.Response.Headers.Allow}."
                ),
                _ => null,
            }
            : null;

    // Some providers are set up with an address that lacks the version, or more of it.
    private static string Instead(HttpContext context) =>
        context.Request.Path.Value?.Split('/', 5) switch
        {
            ["", var tenant, var scim, .. var rest] when Is(scim, "scim") && (rest is [] || !Is(rest[0], "v2")) =>
                $"; SCIM 2.0 is served at /{tenant}/scim/v2",
            ["", var tenant, var kind, ..] when Is(kind, "Users") || Is(kind, "Groups") =>
                $"; SCIM 2.0 is served at /{tenant}/scim/v2",
            _ => "",
        };

    private static bool Is(string part, string word) => part.Equals(word, StringComparison.OrdinalIgnoreCase);

    /// <summary>The refusal that an exception means; null if it is the gateway's own failure.</summary>
    public static ScimException? Refusal(Exception e) =>
        e switch
        {
            ScimException refused => refused,
            HomeEndedException ended => ScimException.Later(
                HttpStatusCode.ServiceUnavailable,
                ended.Message,
                TimeSpan.FromSeconds(1)
            ),
            StoreAwayException away => ScimException.Later(
                HttpStatusCode.ServiceUnavailable,
                away.Message,
                TimeSpan.FromSeconds(2)
            ),
            // a body that is too large, or not HTTP at all
            BadHttpRequestException bad => ScimException.Of(
                (HttpStatusCode)bad.StatusCode,
                BrokenRequest.Sentence(bad)
            ),
            _ => null,
        };

    /// <summary>What is answered to an exception; the gateway's own failure is logged.</summary>
    public static ScimException Answer(Exception e, FailedRequests failures, TenantHome? home, OperationId? operation)
    {
        if (Refusal(e) is { } refused)
            return refused;
        failures.Tell(operation is { } id ? $"Operation {id}" : "A request", e, home);
        return ScimException.Of(HttpStatusCode.InternalServerError, "The gateway failed; its log says where.");
    }
}
