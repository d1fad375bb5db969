using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ScimGateway.Conformance.Tests.Sound;

/// <summary>What a request goes by on its way to the sound server: the detour makes what is wrong about it.</summary>
internal delegate Answer Detour(Ask ask, SoundScim scim);

/// <summary>The sound server on a loopback port, with a detour before it if one is given.</summary>
internal sealed class SoundServer : IAsyncDisposable
{
    public const string Token = "a-token-of-these-tests";

    private const string Path = "/scim/v2";

    private readonly Lock _lock = new();
    private readonly WebApplication _app;
    private Detour _detour = Straight;
    private SoundScim? _scim;

    private SoundServer(WebApplication app) => _app = app;

    /// <summary>No detour.</summary>
    public static Answer Straight(Ask ask, SoundScim scim) => scim.Handle(ask);

    public string Url { get; private set; } = "";

    /// <summary>How often it was asked.</summary>
    public int Asked { get; private set; }

    /// <summary>What is behind the socket.</summary>
    public SoundScim Scim => _scim!;

    public static async Task<SoundServer> StartAsync(
        Detour? detour = null,
        Habit habits = Habit.None,
        X509Certificate2? certificate = null
    )
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.UseKestrel(kestrel =>
            kestrel.Listen(
                IPAddress.Loopback,
                0,
                socket =>
                {
                    if (certificate is not null)
                        socket.UseHttps(certificate);
                }
            )
        );
        var app = builder.Build();
        var server = new SoundServer(app);
        app.Run(server.AnswerAsync);
        await app.StartAsync();
        server.Url =
            app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()
            + Path;
        server.Begin(detour, habits);
        return server;
    }

    /// <summary>Begins anew, with nothing in it.</summary>
    public void Begin(Detour? detour = null, Habit habits = Habit.None) =>
        (_scim, _detour) = (new SoundScim(Url, Token, habits), detour ?? Straight);

    /// <summary>Begins anew as a server that keeps the profiles of 2026.</summary>
    public void BeginByProfiles(Detour? detour = null)
    {
        Begin(detour);
        (Scim.Keeps, Scim.PageSize) = (InteropDetour.Answered, InteropDetour.PageSize);
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new StreamReader(context.Request.Body, Encoding.UTF8);
        var text = await body.ReadToEndAsync();
        var path = context.Request.Path.Value!;
        var answer = Answered(
            new Ask(
                context.Request.Method,
                // What is elsewhere keeps its whole path.
                path.StartsWith(Path, StringComparison.Ordinal)
                    ? path[Path.Length..].Trim('/')
                    : path,
                HttpUtility.ParseQueryString(context.Request.QueryString.Value!),
                context.Request.Headers.ToDictionary(
                    header => header.Key.ToLowerInvariant(),
                    header => header.Value.ToString()
                ),
                text
            )
        );
        if (answer.IsLate)
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (answer.Hangs || answer.IsLate)
        {
            context.Abort();
            return;
        }
        context.Response.StatusCode = answer.Status;
        var bytes = answer.Bytes ?? (answer.Body is { } json ? Encoding.UTF8.GetBytes(json.ToJsonString()) : []);
        foreach (var (name, value) in answer.Headers)
            if (name != "Content-Type" || bytes.Length > 0)
                context.Response.Headers[name] = value;
        if (answer.Status is not (204 or 304))
            await context.Response.Body.WriteAsync(bytes);
    }

    private Answer Answered(Ask ask)
    {
        lock (_lock)
        {
            Asked++;
            return _detour(ask, Scim);
        }
    }
}
