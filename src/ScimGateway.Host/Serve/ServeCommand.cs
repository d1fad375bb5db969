using System.Data.Common;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using ScimGateway.Host.Admin;
using ScimGateway.Host.Operations;
using ScimGateway.Host.Scim;
using ScimGateway.Host.Secrets;
using ScimGateway.Host.Security;
using ScimGateway.Host.Setup;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Provisioning.Homes;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Journal;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Http;

namespace ScimGateway.Host.Serve;

/// <summary>The gateway in production. It starts with all that it needs, or says in one sentence what is missing.</summary>
internal static partial class ServeCommand
{
    private const string StoreFile = "gateway.db";
    private const string KeyFile = "master.key";

    /// <summary>Serves until it is told to stop: 0. Where it cannot begin: 2, if something else has to be set; else 1.</summary>
    public static async Task<int> RunAsync(string[] arguments, TimeProvider clock)
    {
        if (arguments.Contains("--help") || arguments.Contains("-h"))
        {
            Console.WriteLine(ServeSettings.Help());
            return 0;
        }
        try
        {
            await using var app = await StartAsync(arguments, clock);
            await app.WaitForShutdownAsync();
            return 0;
        }
        catch (Exception e)
            when (e is SettingException or MasterKeyException or StoreAddressException or OptionsValidationException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 2;
        }
        catch (Exception e)
            when (e is StoreInUseException or StoreUnknownException or StoreServerException or StoreAwayException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
        catch (Exception e)
            when (e is FormatException or InvalidOperationException or InvalidDataException or NotSupportedException)
        {
            await Console.Error.WriteLineAsync(
                $"A setting cannot be read: {e.Message} 'serve --help' says what each is."
            );
            return 2;
        }
        catch (Exception e) when (e is IOException or SocketException or UnauthorizedAccessException) // as when the port is taken
        {
            await Console.Error.WriteLineAsync($"{e.Message} Choose another place with --urls or --data.");
            return 1;
        }
    }

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
            await MakeKeyAsync(app, arguments, clock.Now());
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
        var isKeyLost = arguments.Contains(ServeSettings.NewMasterKey);
        var wrappings = isInit || isKeyLost ? null : WrappingsOf(configuration, options, makes: false);
        var store = await Store.OpenAsync(
            StoreOf(options, isInit),
            session => Restoration.Begin(session, clock.Now()),
            CancellationToken.None
        );
        KeptSecrets? secrets = null;
        WebApplication? app = null;
        try
        {
            await store.WriteAsync(
                session =>
                {
                    AuditSeals.SealLeft(session);
                    return true;
                },
                CancellationToken.None
            );
            // A new key is of use where nothing was wrapped by another one.
            wrappings ??= WrappingsOf(configuration, options, makes: isKeyLost || await KeptSecrets.AreNewAsync(store));
            secrets = isKeyLost
                ? await OpenOrForgetAsync(store, wrappings, clock.Now())
                : await KeptSecrets.OpenAsync(store, wrappings, CancellationToken.None);
            if (!isInit && !arguments.Contains(ServeSettings.NewOwnerKey))
                await RequireOwnerAsync(store, clock.Now());
            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.UseUrls(options.Urls);
            var services = builder.Services;
            services.AddSingleton(clock).AddSingleton(Dialect.Everything);
            services.AddSingleton(new SlackClientOptions()).AddSingleton(SlackLimits.Documented);
            services.AddSingleton(new SlackSite(options.Slack, options.App));
            if (options.App is { } slackApp)
                services.AddSingleton(slackApp);
            services.Configure<PublicUrlOptions>(url =>
                (url.Url, url.HstsDays, url.Proxies) = (options.PublicUrl, options.HstsDays, options.Proxies)
            );
            services.Configure<TrafficOptions>(configuration.GetSection("Requests"));
            services.Configure<IssuerOptions>(configuration.GetSection("Trials"));
            services.Configure<IssuerOptions>(configuration.GetSection("Issuers"));
            services.Configure<ConnectionOptions>(configuration.GetSection("Connections"));
            services.Configure<NoticeOptions>(configuration.GetSection("Notices"));
            services.Configure<JournalOptions>(configuration.GetSection("Journal"));
            builder.AddGateway(store, secrets);
            builder.Logging.AddFilter("ScimGateway", LogLevel.Information).ClearProviders();
            services.AddSingleton<ConsoleFormatter>(new LogLines(options.IsLogJson, TimeProvider.System));
            builder.Logging.AddConsole(console => console.FormatterName = LogLines.Formatter);
            // Until it listens whatever the host says of what went wrong is thrown as well, and said in one sentence.
            var listens = false;
            builder.Logging.AddFilter("Microsoft", level => listens && level >= LogLevel.Warning);
            more?.Invoke(services);
            app = builder.Build();
            app.Lifetime.ApplicationStarted.Register(() => listens = true);
            app.UseGateway();
            await StartHomesAsync(app, options);
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

    private static IConfiguration Configuration(IReadOnlyList<string> arguments) =>
        ServeSettings.Read([.. arguments.Where(argument => !ServeSettings.IsWord(argument))]);

    // Only what cannot be read is forgotten: the argument may be left there by mistake.
    private static async Task<KeptSecrets> OpenOrForgetAsync(Store store, Wrappings wrappings, Instant now)
    {
        try
        {
            var secrets = await KeptSecrets.OpenAsync(store, wrappings, CancellationToken.None);
            Console.WriteLine(
                $"All secrets in the store can be read, and none was forgotten: leave {ServeSettings.NewMasterKey} out."
            );
            return secrets;
        }
        catch (MasterKeyException)
        {
            await store.WriteAsync(session => Forget(session, now), CancellationToken.None);
            Console.WriteLine(
                "The secrets that only the lost master key opens are forgotten. Connect each tenant again, and name its notification channels anew ('tenant list', 'tenant connect TENANT')."
            );
            return await KeptSecrets.OpenAsync(store, wrappings, CancellationToken.None);
        }
    }

    private static int Forget(StoreSession session, Instant now)
    {
        var line = new AuditEntry
        {
            At = now,
            Label = $"serve {ServeSettings.NewMasterKey}",
            Action = "forgetSecrets",
            About = "secrets",
            Status = StatusCodes.Status200OK,
        };
        AuditEntries.Complete(session, AuditEntries.Insert(session, line), line);
        return KeyRing.Clear(session);
    }

    private static Wrappings WrappingsOf(IConfiguration configuration, ServeOptions options, bool makes)
    {
        var secrets = SecretsOptions.Of(configuration);
        if (secrets is { MasterKey: null, MasterKeyFile: null, Certificate: null })
        {
            var file = Path.Combine(options.Data, KeyFile);
            PrivateFile.RequireFolder(options.Data, ServeSettings.DataFolder);
            if (!makes && !File.Exists(file))
                throw new MasterKeyException(
                    $"There is no master key at {file}, without which no secret is kept or read. If the store was begun with one, put that back or name its file: {ServeSettings.MasterKeyFile}; 'serve --init' makes one for a new store. If it is lost for good: 'serve {ServeSettings.NewMasterKey}'."
                );
            secrets.MasterKeyFile = file;
            if (makes && MasterKeyFile.TryMake(file))
                Console.WriteLine(
                    $"""
                    A master key was made: {file}
                        Without it nobody can read the secrets in the store, you included. Keep a copy where the store's backups are not,
                        and in production have the file elsewhere than the data: {ServeSettings.MasterKeyFile}.
                    """
                );
        }
        return secrets.Read();
    }

    private static string StoreOf(ServeOptions options, bool isInit)
    {
        if (options.Store is { } elsewhere)
        {
            if (Store.FileOf(elsewhere) is { } named && Path.GetDirectoryName(Path.GetFullPath(named)) is { } folder)
            {
                if (isInit)
                    OwnerOnly.MakeFolder(folder);
                PrivateFile.RequireFolder(folder, ServeSettings.StoreName);
            }
            return elsewhere;
        }
        var file = Path.Combine(options.Data, StoreFile);
        if (isInit)
            OwnerOnly.MakeFolder(options.Data);
        PrivateFile.RequireFolder(options.Data, ServeSettings.DataFolder);
        if (!isInit && !File.Exists(file))
            throw ServeSettings.WrongStore(
                $"there is no store at {file}. Begin with 'serve --init', which makes it, or name the one there is."
            );
        return new DbConnectionStringBuilder { ["Data Source"] = file }.ConnectionString;
    }

    private static async Task RequireOwnerAsync(Store store, Instant now)
    {
        if (!await store.AskAsync(session => AdminKeys.IsThereAnOwner(session, now)))
            throw new SettingException(
                "The store has no admin key of an owner that is valid, so that nobody could set anything up. Start with 'serve --init', which makes one and shows it."
            );
    }

    // Whoever may start the gateway on its store may write what he likes there: this way it stands in the audit trail.
    private static async Task MakeKeyAsync(WebApplication app, IReadOnlyList<string> arguments, Instant now)
    {
        var store = app.Services.GetRequiredService<Store>();
        var isFirst = !await store.AskAsync(session => AdminKeys.IsThereAnOwner(session, now));
        var isMore = arguments.Contains(ServeSettings.NewOwnerKey);
        if (!isFirst && !isMore)
        {
            if (arguments.Contains(ServeSettings.Init))
                Console.WriteLine(
                    $"There are admin keys already; none is shown again. If all owners' are lost: 'serve {ServeSettings.NewOwnerKey}'."
                );
            return;
        }
        var secret = AdminSecret.New();
        // Said before it counts: if that fails, another start makes another; the other way round it would be lost.
        Hand(
            isFirst ? "The first admin key" : "One more owner's admin key",
            secret,
            ServeSettings.Parse(Configuration(arguments)).Data
        );
        var key = AdminSecret.Key(isFirst ? "first key" : "key of a start", Role.Owner, secret, now);
        var argument = isMore ? ServeSettings.NewOwnerKey : ServeSettings.Init;
        var id = await store.WriteAsync(
            session =>
            {
                var made = AdminKeys.Insert(session, key);
                var line = new AuditEntry
                {
                    At = now,
                    Label = $"serve {argument}",
                    Action = KeyEndpoints.Create,
                    About = $"keys/{made}",
                    After = JsonSerializer.Serialize(
                        new
                        {
                            key.Label,
                            key.Role,
                            key.Prefix,
                        },
                        AdminJson.Options
                    ),
                    Status = StatusCodes.Status201Created,
                };
                AuditEntries.Complete(session, AuditEntries.Insert(session, line), line);
                return made;
            },
            CancellationToken.None
        );
        LogKeyMade(LogOf(app), id, argument);
        var url = UrlOf(app);
        Console.WriteLine(
            isFirst
                ? $"""
                The admin API: {url}{AdminPaths.Base} (described at {url}/openapi.yaml)
                Next, make a tenant:
                    SCIMGATEWAY_URL={url} SCIMGATEWAY_ADMIN_KEY=THE_KEY_ABOVE dotnet ScimGateway.Host.dll tenant create acme Acme
                """
                : "Save it as a profile ('profile save default'), and delete the keys that are lost ('key list', 'key delete ID')."
        );
    }

    // What is written where nobody watches is kept as a log, which is read by others than owners.
    private static void Hand(string what, string secret, string folder)
    {
        if (!Console.IsOutputRedirected)
        {
            Console.WriteLine($"{what}, which is shown this once: {secret}");
            return;
        }
        OwnerOnly.MakeFolder(folder);
        var path = Path.Combine(folder, $"{AdminSecret.PrefixOf(secret)}.key");
        using (var file = new StreamWriter(OwnerOnly.NewFile(path)))
            file.WriteLine(secret);
        Console.WriteLine($"{what} is in {path}, which nobody else may read: take it from there, and delete the file.");
    }

    private static async Task StartHomesAsync(WebApplication app, ServeOptions options)
    {
        var homes = app.Services.GetRequiredService<Homes>();
        var log = app.Services.GetRequiredService<ILogger<Homes>>();
        await homes.ForgetDeletedAsync(CancellationToken.None);
        var failed = await homes.StartAllAsync(
            options.Slack,
            app.Services.GetRequiredService<SlackLimits>(),
            CancellationToken.None
        );
        foreach (var (tenant, why) in failed)
            LogNotStarted(log, tenant, why is SecretUnreadableException ? why.Message : why.GetType().Name);
        await app.Services.GetRequiredService<SourceCredentials>().ReadHomelessAsync(homes);
    }

    private static void Announce(WebApplication app)
    {
        var log = LogOf(app);
        app.Lifetime.ApplicationStarted.Register(() =>
        {
            var url = UrlOf(app); // the port is known when it has started
            LogStarted(log, url);
        });
        app.Lifetime.ApplicationStopped.Register(() => LogStopped(log));
    }

    private static ILogger LogOf(WebApplication app) =>
        app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ServeCommand));

    // The port is known when it has started.
    private static string UrlOf(WebApplication app) =>
        (
            app.Services.GetRequiredService<IOptions<PublicUrlOptions>>().Value.Url?.ToString() ?? app.Urls.First()
        ).TrimEnd('/');

    [LoggerMessage(
        EventName = "admin-key.made",
        Level = LogLevel.Warning,
        Message = "Admin key {Key} of an owner of the whole gateway was made by 'serve {Argument}'"
    )]
    private static partial void LogKeyMade(ILogger log, AdminKeyId key, string argument);

    [LoggerMessage(
        EventName = "gateway.started",
        Level = LogLevel.Information,
        Message = "The gateway has started and answers at {Url}"
    )]
    private static partial void LogStarted(ILogger log, string url);

    [LoggerMessage(EventName = "gateway.stopped", Level = LogLevel.Information, Message = "The gateway has stopped")]
    private static partial void LogStopped(ILogger log);

    [LoggerMessage(
        EventName = "home.start-failed",
        Level = LogLevel.Error,
        Message = "The home of tenant {Tenant} did not start: {Why}"
    )]
    private static partial void LogNotStarted(ILogger log, TenantId tenant, string why);
}
