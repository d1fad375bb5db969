using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using ScimGateway.Host.Admin;
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
    IHttpForwarder forwarder
) : IDisposable
{
    private const int MostWaiting = 1_000;

    // As long as it takes until an instance that has died is told dead, and its homes start elsewhere.
    private static readonly TimeSpan _untilGivenUp = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _between = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan _again = TimeSpan.FromSeconds(2);

    private static readonly ForwarderRequestConfig _config = new()
    {
        ActivityTimeout = TimeSpan.FromMinutes(5),
        Version = HttpVersion.Version11,
        VersionPolicy = HttpVersionPolicy.RequestVersionExact,
    };

    private readonly ConcurrentDictionary<TenantId, string> _known = new();
    private readonly HttpMessageInvoker _http = new(
        new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(2),
            Expect100ContinueTimeout = TimeSpan.FromSeconds(30),
            SslOptions = new SslClientAuthenticationOptions
            {
                ClientCertificates = [cluster.Certificate],
                LocalCertificateSelectionCallback = (_, _, _, _, _) => cluster.Certificate,
                RemoteCertificateValidationCallback = (_, shown, _, _) => cluster.IsOurs(shown),
            },
        }
    );

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

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task EnterAsync(HttpContext context, string slug, RequestDelegate next)
    {
        if (homes.Find(slug) is { HasEnded: false })
            await GoOnAsync(context, next);
        else if (await store.AskAsync(session => Tenants.Of(session, slug)?.Id) is { } tenant)
            await EnterAsync(context, tenant, next);
        // What no tenant has is handed on as a tenant's would be: how long the answer takes does not tell which there are.
        else if (InnerRequest.Is(context) || instances.IsMine(slug) || !await IsAnsweredByFirstAsync(context, slug))
            await next(context);
    }

    private async Task EnterAsync(HttpContext context, TenantId tenant, RequestDelegate next)
    {
        if (places.Has(tenant))
            await GoOnAsync(context, next);
        else if (InnerRequest.Is(context))
            SayElsewhere(context, InnerRequest.Unread);
        else
            await HandOnAsync(context, tenant, next);
    }

    // A provider's request whose home ends before it has written anything, as when it moves, is for the next place.
    private static async Task GoOnAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (HomeEndedException)
            when (InnerRequest.Is(context) && !context.Response.HasStarted && !TenantPath.IsNoTenants(context))
        {
            SayElsewhere(context, InnerRequest.Read);
        }
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

    private async Task HandOnAsync(HttpContext context, TenantId tenant, RequestDelegate next)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            if (await WhereAsync(tenant) is { } where)
                if (places.Has(tenant))
                {
                    await next(context);
                    return;
                }
                else if (where != cluster.InnerUrl)
                    switch (await SendAsync(context, where))
                    {
                        case Fate.Answered:
                            return;
                        case Fate.Lost:
                            throw Later(
                                "The instance of the gateway that had the request is gone, and what was asked for may be done: look at the resource before you ask again."
                            );
                    }
            _known.TryRemove(tenant, out _);
            if (TimeProvider.System.GetElapsedTime(begun) > _untilGivenUp)
                throw Moves();
            await WaitAsync(context);
        }
    }

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
        Later("The tenant moves to another instance of the gateway just now; nothing was done.");

    private static ScimException Later(string says) =>
        ScimException.Later(HttpStatusCode.ServiceUnavailable, says, _again);

    // Null where nobody can say it for now.
    private async Task<string?> WhereAsync(TenantId tenant)
    {
        if (_known.TryGetValue(tenant, out var known))
            return known;
        try
        {
            return _known[tenant] = await grains.GetGrain<ITenantGrain>($"{tenant}").WhereAsync();
        }
#pragma warning disable CA1031 // whatever it is, such as an instance that has just gone: it is asked again
        catch (Exception)
#pragma warning restore CA1031
        {
            return null;
        }
    }

    // A small body is kept, to be sent again or to be read here.
    private static async Task<bool> IsReplayableAsync(HttpRequest request, CancellationToken gone)
    {
        if (request.Body is MemoryStream)
            return true; // from its beginning: see SendAsync
        if (request.ContentLength is not (> 0 and <= RequestMemory.Small and var length))
            return false;
        var body = new byte[length];
        await request.Body.ReadExactlyAsync(body, gone);
        request.Body = new MemoryStream(body, writable: false);
        return true;
    }

    private async Task<Fate> SendAsync(HttpContext context, string where)
    {
        var handed = new HandedOn(await IsReplayableAsync(context.Request, context.RequestAborted));
        var error = await forwarder.SendAsync(context, where, _http, _config, handed, context.RequestAborted);
        if (handed.IsAnswered || context.Response.HasStarted)
            return Fate.Answered; // what broke off behind its head is not whole, which the client sees
        if (handed.IsElsewhere && handed.IsSpent)
            throw Moves();
        context.Response.StatusCode = StatusCodes.Status200OK;
        var why = context.Features.Get<IForwarderErrorFeature>()?.Exception;
        context.Features.Set<IForwarderErrorFeature>(null);
        (context.Request.Body as MemoryStream)?.Seek(0, SeekOrigin.Begin);
        var isSent =
            !handed.IsElsewhere
            && error != ForwarderError.None
            && why
                is not HttpRequestException
                {
                    HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.SecureConnectionError
                };
        return isSent && !ReadMethods.Has(context.Request.Method) ? Fate.Lost : Fate.NotTaken;
    }

    private enum Fate
    {
        Answered,

        // Nothing was begun there, or nothing can come of it.
        NotTaken,
        Lost,
    }
}
