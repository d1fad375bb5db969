using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace ScimGateway.Stories.Running;

/// <summary>What comes back of a request: status, headers, body; or nothing.</summary>
internal sealed record Reply(int Status, IHeaderDictionary Headers, byte[] Body);

/// <summary>A request that is carried to a server of this process without a socket.</summary>
#pragma warning disable CA1001 // a source without a timer and bytes in memory hold nothing
internal sealed class Carried : IHttpRequestLifetimeFeature
#pragma warning restore CA1001
{
    private readonly CancellationTokenSource _hungUp = new();
    private readonly HttpResponseFeature _response = new();
    private readonly MemoryStream _body = new();

    /// <summary>A request as a server sees it.</summary>
    public Carried(string method, Uri url, IEnumerable<(string Name, string Value)> headers, byte[]? body)
    {
        var request = new HttpRequestFeature
        {
            Method = method,
            Scheme = url.Scheme,
            PathBase = "",
            Path = Uri.UnescapeDataString(url.AbsolutePath),
            QueryString = url.Query,
            RawTarget = url.PathAndQuery,
            Protocol = "HTTP/1.1",
            Body = body is null ? Stream.Null : new MemoryStream(body, writable: false),
        };
        request.Headers.Host = url.Authority;
        foreach (var (name, value) in headers)
            request.Headers.Append(name, value);
        if (body is not null)
            request.Headers.ContentLength = body.Length;
        Features.Set<IHttpRequestFeature>(request);
        Features.Set<IHttpRequestBodyDetectionFeature>(new HasBody(body is not null));
        Features.Set<IHttpResponseFeature>(_response);
        Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(_body));
        Features.Set<IHttpRequestLifetimeFeature>(this);
    }

    /// <summary>What the server is given.</summary>
    public IFeatureCollection Features { get; } = new FeatureCollection();

    /// <summary>Whether the server broke the connection.</summary>
    public bool IsAborted { get; private set; }

    /// <inheritdoc/>
    public CancellationToken RequestAborted
    {
        get => _hungUp.Token;
        set { }
    }

    /// <inheritdoc/>
    public void Abort() => IsAborted = true;

    /// <summary>The client hangs up.</summary>
    public void HangUp() => _hungUp.Cancel();

    /// <summary>What came back.</summary>
    public async Task<Reply> ReplyAsync()
    {
        await Features.GetRequiredFeature<IHttpResponseBodyFeature>().CompleteAsync();
        return new Reply(_response.StatusCode, _response.Headers, _body.ToArray());
    }

    private sealed record HasBody(bool CanHaveBody) : IHttpRequestBodyDetectionFeature;
}

/// <summary>A server without a socket: what it serves is handed to it.</summary>
internal sealed class WithoutSockets : IServer
{
    private readonly HashSet<Task> _served = [];
    private Func<Carried, Task>? _serve;

    public WithoutSockets() => Features.Set<IServerAddressesFeature>(new ServerAddressesFeature());

    /// <inheritdoc/>
    public IFeatureCollection Features { get; } = new FeatureCollection();

    /// <summary>Has a request served.</summary>
    public async Task ServeAsync(Carried request)
    {
        var served = _serve!(request);
        _served.Add(served);
        try
        {
            await served;
        }
        finally
        {
            _served.Remove(served);
        }
    }

    /// <inheritdoc/>
    public Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull
    {
        _serve = async carried =>
        {
            var context = application.CreateContext(carried.Features);
            Exception? why = null;
            try
            {
                await application.ProcessRequestAsync(context);
            }
            catch (Exception e)
            {
                why = e;
                throw;
            }
            finally
            {
                application.DisposeContext(context, why);
            }
        };
        return Task.CompletedTask;
    }

    /// <summary>Who is served is served to the end.</summary>
    public Task StopAsync(CancellationToken cancellationToken) =>
        Task.WhenAll(_served).ContinueWith(_ => { }, TaskScheduler.Default);

    /// <inheritdoc/>
    public void Dispose() { }
}
