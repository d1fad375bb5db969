using ScimGateway.Host.Security;

namespace ScimGateway.Host.Admin;

/// <summary>Has each problem be answered as one.</summary>
internal static class Problems
{
    /// <summary>Turns whatever goes wrong behind it into a problem. Only the gateway's own failures are logged.</summary>
    public static IApplicationBuilder UseProblems(this IApplicationBuilder admin, FailedRequests failures) =>
        admin.Use(
            async (context, next) =>
            {
                try
                {
                    await next(context);
                    if (Problem.TurnedAway(context) is { } away)
                        await away.AnswerAsync(context);
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
                    if (Problem.Of(e) is not { } problem)
                    {
                        failures.Tell("An administrator's request", e);
                        problem = Problem.Failed();
                    }
                    await problem.AnswerAsync(context);
                }
                catch (Exception e) when (Problem.Of(e) is not null)
                {
                    context.Abort(); // nobody takes what has come for the whole
                }
            }
        );
}
