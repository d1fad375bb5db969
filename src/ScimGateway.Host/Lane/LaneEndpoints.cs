using System.Net;
using ScimGateway.Host.Scim;
using ScimGateway.Host.Security;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Lane;
using ScimGateway.Provisioning.Model;
using ScimGateway.Slack.Http;
using ScimGateway.Slack.Wire;

namespace ScimGateway.Host.Lane;

/// <summary>The lane as the container has it.</summary>
internal static class LaneSetup
{
    /// <summary>The way on to Slack, and the endpoints that lead to it.</summary>
    public static IServiceCollection AddLane(this IServiceCollection services) =>
        services.AddHttpForwarder().AddSingleton<LaneForwarder>().AddSingleton<LaneEndpoints>();
}

/// <summary>Slack's SCIM v1 as existing scripts have it, at /{tenant}/slack/v1: what is not named here is not there.</summary>
internal sealed class LaneEndpoints(
    WriteRequests requests,
    LaneForwarder forwarder,
    RequestMemory memory,
    TimeProvider clock
)
{
    public void Map(IEndpointRouteBuilder app)
    {
        var lane = app.MapGroup("/{tenant}/slack/v1");
        foreach (var said in (string[])["ServiceProviderConfigs", "Schemas/Users", "Schemas/Groups"])
            lane.MapMethods(said, ReadMethods.All, context => ReadAsync(context, said, kind: null, id: null));
        foreach (var (kind, of) in ((Kind, string)[])[(Kind.User, "Users"), (Kind.Group, "Groups")])
        {
            lane.MapMethods(of, ReadMethods.All, context => ReadAsync(context, of, kind, id: null));
            lane.MapMethods(
                $"{of}/{{id}}",
                ReadMethods.All,
                (HttpContext context, string id) => ReadAsync(context, of, kind, id)
            );
            var writes = lane.MapGroup(of).AddEndpointFilter(requests);
            writes.MapPost(
                "/", // as a delegate, else its result would be nobody's
                (Delegate)((HttpContext context) => WriteAsync(context, of, kind, LaneVerb.Create, id: null))
            );
            writes.MapPut(
                "/{id}",
                (HttpContext context, string id) => WriteAsync(context, of, kind, LaneVerb.Replace, id)
            );
            writes.MapPatch(
                "/{id}",
                (HttpContext context, string id) => WriteAsync(context, of, kind, LaneVerb.Patch, id)
            );
            writes.MapDelete(
                "/{id}",
                (HttpContext context, string id) => WriteAsync(context, of, kind, LaneVerb.Delete, id)
            );
        }
    }

    private async Task ReadAsync(HttpContext context, string of, Kind? kind, string? id)
    {
        var path = LanePath.Of(context, of, id) + LanePath.Query(context);
        var home = context.Home();
        var answer = await home.Lane.ReadAsync(
            new LaneRequest(LaneVerb.Read, kind, id),
            clock.GetUtcNow() + context.Caller().Preferences.WaitBudget,
            () => forwarder.ReadAsync(context, home.Slack, path),
            context.RequestAborted
        );
        if (!context.Response.HasStarted)
            await AnswerAsync(context, answer);
    }

    // What is done is answered as an effect: the filter has the result of a handler alone.
    private async Task<IResult> WriteAsync(HttpContext context, string of, Kind kind, LaneVerb verb, string? id)
    {
        var path = LanePath.Of(context, of, id);
        if (context.Request.QueryString.HasValue)
            throw ScimException.InvalidValue("A write of the v1 lane has no query.");
        var asked = requests.Begin(context, $"{context.Request.Method} slack/v1/{path}");
        var request = new LaneRequest(verb, kind, id);
        if (verb == LaneVerb.Delete)
            return new Handed(
                await context
                    .Home()
                    .Lane.WriteAsync(asked, request, LaneChange.Nothing, () => SendAsync(context, path, default))
            );
        var most = kind == Kind.User ? ReadLimits.User.MostBytes : ReadLimits.Group.MostBytes;
        using var body = await ScimBody.ReadAsync(context, most, memory.Of(context));
        var change = LaneChange.Read(request, body.Bytes);
        var bytes = body.Bytes;
        return new Handed(
            await context.Home().Lane.WriteAsync(asked, request, change, () => SendAsync(context, path, bytes))
        );
    }

    private Task<LaneAnswer> SendAsync(HttpContext context, string path, ReadOnlyMemory<byte> body) =>
        forwarder.WriteAsync(context, context.Home().Slack, path, body);

    private static async Task AnswerAsync(HttpContext context, LaneAnswer answer)
    {
        switch (answer)
        {
            case LaneAnswer.NotSent late:
                throw ScimException.Later(HttpStatusCode.ServiceUnavailable, late.Why, TimeSpan.FromSeconds(5));
            case LaneAnswer.Lost lost:
                throw ScimException.Of(
                    HttpStatusCode.GatewayTimeout,
                    $"{lost.Why} If it was a write it may be done: read it before it is sent again."
                );
            case LaneAnswer.Answered { IsSlacks: false } other:
                context.Response.Headers.Location = default;
                throw ScimException.Of(
                    HttpStatusCode.BadGateway,
                    $"What answered HTTP {other.Status} was not Slack; the operator has to check the way to it. If it was a write it may be done: read it before it is sent again."
                );
            case LaneAnswer.Answered answered:
                await AnswerAsync(context, answered);
                break;
        }
    }

    private static async Task AnswerAsync(HttpContext context, LaneAnswer.Answered answered)
    {
        var (status, body) = (answered.Status, answered.Body);
        if (status >= 400)
        {
            var error = SlackError.Read(status, body);
            // It is the gateway's token that Slack speaks of, and not what the client has shown.
            if (
                error.IsSlackWords
                    ? SlackErrors.Row(error).Kind is SlackErrorKind.Token or SlackErrorKind.Plan
                    : status is 401 or 403
            )
                throw ScimException.Later(
                    HttpStatusCode.ServiceUnavailable,
                    "Slack does not accept the gateway's token, or its plan lacks SCIM; an administrator has to look at the tenant's connection.",
                    TimeSpan.FromSeconds(30)
                );
            if (!error.IsSlackWords)
                throw ScimException.Of(
                    (HttpStatusCode)status,
                    $"Slack, or something between the gateway and Slack, answered HTTP {status} without a word."
                );
        }
        // Of a write that may be done only what Slack itself says: else it would be an invitation to have it done twice.
        if (answered.RetryAfter is not null || !WriteRequests.IsOne(context))
            RetryAfter.Write(context, status, answered.RetryAfter);
        context.Response.StatusCode = status;
        if (status == StatusCodes.Status204NoContent || body.IsEmpty)
            return;
        context.Response.ContentType = LaneErrors.ContentType + "; charset=utf-8";
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method))
            await context.Response.Body.WriteAsync(body);
    }

    private sealed class Handed(LaneAnswer answer) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => AnswerAsync(httpContext, answer);
    }
}
