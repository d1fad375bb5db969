using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Http.Features;
using ScimGateway.Host.Admin;
using ScimGateway.Host.Logging;
using ScimGateway.Host.Scim;
using ScimGateway.Host.Security;
using ScimGateway.Protocol.Errors;
using ScimGateway.Provisioning.Homes;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using Yarp.ReverseProxy.Forwarder;

namespace ScimGateway.Host.Cluster;

/// <summary>
/// Where a request comes in that is a tenant's: it goes on here if the tenant's place is here, else it is handed on to the
/// instance where that is, which lets it in or not. Of two instances that differ the fence tells who is right.
/// </summary>
internal sealed class Door(
    Homes homes,
    Places places,
    Instances instances,
    Store store,
    IGrainFactory grains,
    ClusterOptions cluster,
    IHttpForwarder forwarder,
    InnerHttp http,
    ILogger<Door> log
)
{
    private const int MostWaiting = 1_000;

    // As long as it takes until an instance that has died is told dead, and its homes start elsewhere.
    private static readonly TimeSpan _untilGivenUp = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _between = TimeSpan.FromMilliseconds(250);

    private static readonly ForwarderRequestConfig _config = new()
    {
        ActivityTimeout = TimeSpan.FromMinutes(5),
        Version = HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    private readonly ConcurrentDictionary<TenantId, string> _known = new();

    private int _waiting;

    /// <summary>The way in.</summary>
    public async Task EnterAsync(HttpContext context, RequestDelegate next)
    {
        if (SlugOf(context) is { } slug)
            await EnterAsync(context, slug, next);
        // The return from Slack's page connects the tenant, so its home starts there: at the tenant's place.
        else if (StateOf(context) is { } state && await TenantOfAsync(state) is { } awaited)
            await EnterAsync(context, awaited, next);
        else
            await next(context);
    }

    private async Task EnterAsync(HttpContext context, string slug, RequestDelegate next)
    {
        if (homes.Find(slug) is { HasEnded: false } home)
            await EnterAsync(context, home.Id, next);
        else if (await store.AskAsync(session => Tenants.Of(session, slug)?.Id) is { } tenant)
            await EnterAsync(context, tenant, next);
        // What no tenant has is handed on as a tenant's would be: how long the answer takes does not tell which there are.
        else if (InnerRequest.Is(context) || instances.IsMine(slug) || !await IsAnsweredByFirstAsync(context, slug))
            await next(context);
    }

    private async Task EnterAsync(HttpContext context, TenantId tenant, RequestDelegate next)
    {
        var isInner = InnerRequest.Is(context);
        if (!isInner)
            Prepare(context);
        var (since, wasHere, isLost) = (TimeProvider.System.GetTimestamp(), false, false);
        List<string>? inVain = null;
        while (true)
        {
            // 1. Here, if the tenant's place is here.
            if (!wasHere && places.TryEnter(tenant) is { } stay)
            {
                wasHere = isLost = true;
                if (await IsServedAsync(context, stay, next))
                    return;
            }
            if (isInner)
            {
                SayElsewhere(context, wasHere ? InnerRequest.Read : InnerRequest.Unread);
                return;
            }

            // 2. Where it is, which may be here again.
            if (isLost)
                SayAgain(context);
            var (where, why) = await WhereAsync(tenant);
            if (where is not null && (wasHere || where != cluster.InnerUrl))
                switch (await SendAsync(context, where))
                {
                    case Fate.Answered:
                        return;
                    case Fate.Begun when !MayBeSentAgain(context):
                        throw MayBeDone(context);
                    case Fate.Begun:
                        (isLost, since) = (true, TimeProvider.System.GetTimestamp());
                        break;
                }

            // 3. Nobody has it for now: it moves, or its instance has died.
            _known.TryRemove(tenant, out _);
            (inVain ??= []).Add(why ?? $"it is said to be at {where}");
            if (TimeProvider.System.GetElapsedTime(since) > _untilGivenUp)
            {
                log.ClusterNowhere(
                    tenant,
                    string.Join("; ", inVain.CountBy(one => one).Select(one => $"{one.Value} times {one.Key}"))
                );
                throw isLost && !ReadMethods.Has(context.Request.Method) ? MayBeDone(context) : Moves();
            }
            await WaitAsync(context);
        }
    }

    // A provider's write gets its operation's id here, by which it is done once however often it is sent; and a small body is
    // kept.
    private static void Prepare(HttpContext context)
    {
        if (context.Request.ContentLength is > 0 and <= RequestMemory.Small)
            context.Request.EnableBuffering(RequestMemory.Small);
        if (IsProviders(context) && !ReadMethods.Has(context.Request.Method))
            context.Features.Set(new GivenOperation(OperationId.New(TimeProvider.System.GetUtcNow()), IsAgain: false));
    }

    // False where its home ended before it was answered: it is for the next one.
    private static async Task<bool> IsServedAsync(HttpContext context, Stay stay, RequestDelegate next)
    {
        try
        {
            await next(context);
            return true;
        }
        catch (HomeEndedException)
            when (IsProviders(context)
                && !context.Response.HasStarted
                && (InnerRequest.Is(context) || MayBeSentAgain(context))
            )
        {
            context.Response.StatusCode = StatusCodes.Status200OK;
            return false;
        }
        finally
        {
            stay.Leave();
        }
    }

    // The v1 lane's writes have no wish that the next home goes on with, and what came in bulk has operations of its own.
    private static bool IsProviders(HttpContext context) =>
        !TenantPath.IsNoTenants(context) && !TenantPath.IsSlackLane(context) && !TenantPath.IsForTokens(context);

    private static bool MayBeSentAgain(HttpContext context) =>
        IsReplayable(context) && (ReadMethods.Has(context.Request.Method) || IsOneOperation(context));

    private static bool IsOneOperation(HttpContext context) =>
        IsProviders(context) && !context.Request.Path.Value!.EndsWith("/Bulk", StringComparison.OrdinalIgnoreCase);

    private static bool IsReplayable(HttpContext context) =>
        context.Request.Body.CanSeek
        || context.Features.Get<IHttpRequestBodyDetectionFeature>() is not { CanHaveBody: true };

    // Each sending has a stream of its own: what is given up may go on reading its own for a while.
    private static async Task RewindAsync(HttpContext context)
    {
        var request = context.Request;
        if (request.ContentLength is not (> 0 and <= RequestMemory.Small and var length))
            return;
        var kept = context.Features.Get<KeptBody>();
        if (kept is null)
        {
            if (request.Body.CanSeek)
                request.Body.Position = 0; // it was read here before
            var bytes = new byte[length];
            await request.Body.ReadExactlyAsync(bytes, context.RequestAborted);
            context.Features.Set(kept = new KeptBody(bytes));
        }
        request.Body = new MemoryStream(kept.Bytes, writable: false);
    }

    private static void SayAgain(HttpContext context)
    {
        if (context.Features.Get<GivenOperation>() is { } given)
            context.Features.Set(given with { IsAgain = true });
    }

    // A tenant's own addresses, and those below its name in the admin API.
    private static string? SlugOf(HttpContext context)
    {
        const string Tenants = $"{AdminPaths.Base}/tenants/";
        if (!TenantPath.IsNoTenants(context))
            return TenantPath.Tenant(context).ToString();
        var path = context.Request.Path.Value ?? "";
        return
            path.StartsWith(Tenants, StringComparison.Ordinal)
            && path[Tenants.Length..].Split('/')[0] is { Length: > 0 } slug
            ? slug
            : null;
    }

    private static byte[]? StateOf(HttpContext context)
    {
        var hash = new byte[SecretHash.Bytes];
        return
            context.Request.Path.Equals(ConsentEndpoints.Callback, StringComparison.Ordinal)
            && SecretHash.TryTake(context.Request.Query["state"].ToString(), hash)
            ? hash
            : null;
    }

    private async Task<TenantId?> TenantOfAsync(byte[] state) =>
        await store.AskAsync(session => Consents.TenantOf(session, state));

    private static void SayElsewhere(HttpContext context, string body)
    {
        context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
        context.Response.Headers[InnerRequest.Elsewhere] = body;
        context.Response.ContentLength = 0;
    }

    private async Task<bool> IsAnsweredByFirstAsync(HttpContext context, string slug) =>
        instances.FirstFor(slug) is { } first
        && await SendAsync(context, ClusterOptions.InnerUrlOf(first.Endpoint)) == Fate.Answered;

    private async Task WaitAsync(HttpContext context)
    {
        try
        {
            if (Interlocked.Increment(ref _waiting) > MostWaiting)
                throw Moves();
            // By the machine's time: it waits for other processes, which no clock that is handed in moves.
            await Task.Delay(_between, TimeProvider.System, context.RequestAborted);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }

    private static ScimException Moves() =>
        ScimException.Later(
            HttpStatusCode.ServiceUnavailable,
            "The tenant moves to another instance of the gateway just now; nothing was done.",
            GivenOperation.Later
        );

    private static ScimException MayBeDone(HttpContext context) =>
        IsOneOperation(context) && context.Features.Get<GivenOperation>() is { } given
            ? given.MayBeDone(context)
            : ScimException.Of(HttpStatusCode.ServiceUnavailable, GivenOperation.Doubt);

    // Or why nobody can say it for now.
    private async Task<(string? Where, string? Why)> WhereAsync(TenantId tenant)
    {
        if (_known.TryGetValue(tenant, out var known))
            return (known, null);
        try
        {
            return (_known[tenant] = await grains.Of(tenant).WhereAsync(), null);
        }
#pragma warning disable CA1031 // whatever it is, such as an instance that has just gone: it is asked again
        catch (Exception e)
#pragma warning restore CA1031
        {
            return (null, e.GetType().Name);
        }
    }

    private async Task<Fate> SendAsync(HttpContext context, string where)
    {
        await RewindAsync(context);
        var handed = new HandedOn(IsReplayable(context));
        using var ends = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted,
            instances.EndOf(where)
        );
        var error = await forwarder.SendAsync(context, where, http.Invoker, _config, handed, ends.Token);
        context.RequestAborted.ThrowIfCancellationRequested();
        if (handed.IsAnswered || context.Response.HasStarted)
            return Fate.Answered; // what broke off behind its head is not whole, which the client sees
        context.Response.StatusCode = StatusCodes.Status200OK;
        AllAnswers.Mark(context.Response); // the forwarder has taken that away
        var why = context.Features.Get<IForwarderErrorFeature>()?.Exception;
        context.Features.Set<IForwarderErrorFeature>(null);
        if (OfBody(error, why) is { } bad)
            throw bad; // the client's own fault, whose request nobody has whole
        await RewindAsync(context); // for whoever reads it next
        if (handed.IsElsewhere)
            return handed.IsRead ? Fate.Begun : Fate.NotTaken;
        return
            error == ForwarderError.None
            || why
                is HttpRequestException
                {
                    HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError
                }
            ? Fate.NotTaken
            : Fate.Begun;
    }

    private static BadHttpRequestException? OfBody(ForwarderError error, Exception? why) =>
        why switch
        {
            BadHttpRequestException bad => bad,
            IOException broken when error == ForwarderError.RequestBodyClient => BrokenRequest.Of(broken),
            AggregateException several => several
                .InnerExceptions.Select(one => OfBody(error, one))
                .FirstOrDefault(bad => bad is not null),
            _ => why?.InnerException is { } inner ? OfBody(error, inner) : null,
        };

    private sealed record KeptBody(byte[] Bytes);

    private enum Fate
    {
        Answered,

        // Nothing was begun there.
        NotTaken,

        // Something may have come of it.
        Begun,
    }
}
