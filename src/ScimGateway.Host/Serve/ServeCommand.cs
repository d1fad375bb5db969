using Microsoft.Extensions.Options;
using ScimGateway.Host.Cluster;
using ScimGateway.Host.Logging;
using ScimGateway.Host.Scim;
using ScimGateway.Host.Secrets;
using ScimGateway.Host.Security;
using ScimGateway.Host.Setup;
using ScimGateway.Provisioning.Homes;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Budget;

namespace ScimGateway.Host.Serve;

/// <summary>The gateway in production. It starts with all that it needs, or says in one sentence what is missing.</summary>
internal static class ServeCommand
{
    /// <summary>Serves until it is told to stop: 0. Where it cannot begin: 2, if something else has to be set; else 1.</summary>
    public static Task<int> RunAsync(string[] arguments, TimeProvider clock) =>
        StartFailures.TellAsync(async () =>
        {
            if (arguments.Contains("--help") || arguments.Contains("-h"))
            {
                Console.WriteLine(ServeSettings.Help());
                return 0;
            }
            await using var app = await StartAsync(arguments, clock);
            await app.WaitForShutdownAsync();
            return 0;
        });

    /// <summary>
    /// A gateway that listens. A key that was asked for is made then, so that none is shown by a start that comes to
    /// nothing.
    /// </summary>
    internal static async Task<WebApplication> StartAsync(IReadOnlyList<string> arguments, TimeProvider clock)
    {
        var app = await BuildAsync(arguments, clock);
        try
        {
            await app.StartAsync();
            await OwnerKey.MakeAsync(app, arguments, clock.Now());
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>A gateway with all homes started, which does not listen yet.</summary>
    /// <param name="arguments">What was said on the command line.</param>
    /// <param name="clock">The time.</param>
    /// <param name="more">What else is to be in the box, as a test may want it.</param>
    internal static async Task<WebApplication> BuildAsync(
        IReadOnlyList<string> arguments,
        TimeProvider clock,
        Action<IServiceCollection>? more = null
    )
    {
        var isInit = arguments.Contains(ServeSettings.Init);
        var configuration = Configuration(arguments);
        var options = ServeSettings.Parse(configuration);
        ServeSetup.Require(configuration, options);
        if (options.Cluster is { } cluster)
            ClusterSettings.RequireFree(cluster.Silo);
        var isKeyLost = arguments.Contains(ServeSettings.NewMasterKey);
        var wrappings = isInit || isKeyLost ? null : ServeStore.WrappingsOf(configuration, options, makes: false);
        var store = await Store.OpenAsync(
            ServeStore.AddressOf(options, isInit),
            session => Restoration.Begin(session, clock.Now()),
            CancellationToken.None,
            options.Cluster?.Name,
            mayMake: isInit
        );
        KeptSecrets? secrets = null;
        WebApplication? app = null;
        try
        {
            if (store.WasFree) // else other instances have lines under way
                await store.WriteAsync(
                    session =>
                    {
                        AuditSeals.SealLeft(session);
                        return true;
                    },
                    CancellationToken.None
                );
            // A new key is of use where nothing was wrapped by another one.
            wrappings ??= ServeStore.WrappingsOf(
                configuration,
                options,
                makes: isKeyLost || await KeptSecrets.AreNewAsync(store)
            );
            secrets = isKeyLost
                ? await ServeStore.OpenOrForgetAsync(store, wrappings, clock.Now())
                : await KeptSecrets.OpenAsync(store, wrappings, CancellationToken.None);
            if (!isInit && !arguments.Contains(ServeSettings.NewOwnerKey))
                await OwnerKey.RequireAsync(store, clock.Now());
            app = ServeSetup.Build(configuration, options, store, secrets, clock, more);
            app.UseGateway();
            await StartHomesAsync(app, store, options);
            if (secrets.IsClosedAnew)
                LogOf(app).SecretsClosedAnew();
            Announce(app);
            return app;
        }
        catch
        {
            if (app is not null)
                await app.DisposeAsync();
            secrets?.Dispose();
            await store.DisposeAsync();
            throw;
        }
    }

    /// <summary>What was set, on the command line or beside it.</summary>
    internal static IConfiguration Configuration(IReadOnlyList<string> arguments) =>
        ServeSettings.Read([.. arguments.Where(argument => !ServeSettings.IsWord(argument))]);

    private static async Task StartHomesAsync(WebApplication app, Store store, ServeOptions options)
    {
        var homes = app.Services.GetRequiredService<Homes>();
        var log = app.Services.GetRequiredService<ILogger<Homes>>();
        if (store.WasFree)
            await homes.ForgetDeletedAsync(CancellationToken.None);
        if (options.Cluster is not null)
            return; // the instances agree on who starts which (HomeSweep)
        var failed = await homes.StartAllAsync(
            options.Slack,
            app.Services.GetRequiredService<SlackLimits>(),
            CancellationToken.None
        );
        foreach (var (tenant, why) in failed)
            Places.NotStarted(log, tenant, why);
        await app.Services.GetRequiredService<SourceCredentials>().ReadHomelessAsync(homes);
    }

    private static void Announce(WebApplication app)
    {
        var log = LogOf(app);
        app.Lifetime.ApplicationStarted.Register(() =>
        {
            var url = UrlOf(app); // the port is known when it has started
            log.GatewayStarted(url);
        });
        app.Lifetime.ApplicationStopped.Register(() => log.GatewayStopped());
    }

    internal static ILogger LogOf(WebApplication app) =>
        app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ServeCommand));

    /// <summary>Where it answers; the port is known when it has started.</summary>
    internal static string UrlOf(WebApplication app) =>
        (
            app.Services.GetRequiredService<IOptions<PublicUrlOptions>>().Value.Url?.ToString() ?? app.Urls.First()
        ).TrimEnd('/');

    /// <summary>Where its admin API answers.</summary>
    internal static string AdminUrlOf(WebApplication app) =>
        app.Services.GetRequiredService<Faces>().Admin is { } own
            ? own.Url.Replace("://+", "://127.0.0.1", StringComparison.Ordinal).TrimEnd('/')
            : UrlOf(app);
}
