using System.Data.Common;
using System.Net.Sockets;
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
using ScimGateway.Provisioning.Model.Tenants;
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
        if (arguments.Contains("--help"))
        {
            Console.WriteLine(ServeSettings.Help());
            return 0;
        }
        try
        {
            await using var app = await BuildAsync(arguments, clock);
            await app.RunAsync();
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

    /// <summary>A gateway with all homes started.</summary>
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
        var configuration = ServeSettings.Read([.. arguments.Where(argument => argument != ServeSettings.Init)]);
        var options = ServeSettings.Parse(configuration);
        var wrappings = isInit ? null : WrappingsOf(configuration, options, makes: false);
        var store = await Store.OpenAsync(StoreOf(options, isInit), CancellationToken.None);
        KeptSecrets? secrets = null;
        WebApplication? app = null;
        try
        {
            // A new key is of use where nothing was wrapped by another one.
            wrappings ??= WrappingsOf(configuration, options, makes: await KeptSecrets.AreNewAsync(store));
            secrets = await KeptSecrets.OpenAsync(store, wrappings, CancellationToken.None);
            var isFirst = await MakesFirstKeyAsync(store, isInit, clock);
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
            services.Configure<NoticeOptions>(configuration.GetSection("Notices"));
            services.Configure<JournalOptions>(configuration.GetSection("Journal"));
            builder.AddGateway(store, secrets);
            builder.Logging.AddFilter("ScimGateway", LogLevel.Information).ClearProviders();
            if (options.IsLogJson)
                builder.Logging.AddJsonConsole(Timed);
            else
                builder.Logging.AddSimpleConsole(Timed);
            more?.Invoke(services);
            app = builder.Build();
            app.UseGateway();
            await StartAsync(app, options);
            Announce(app, options, isFirst);
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

    private static void Timed(ConsoleFormatterOptions line) =>
        (line.TimestampFormat, line.UseUtcTimestamp) = ("yyyy-MM-ddTHH:mm:ss.fffZ ", true);

    private static Wrappings WrappingsOf(IConfiguration configuration, ServeOptions options, bool makes)
    {
        var secrets = SecretsOptions.Of(configuration);
        if (secrets is { MasterKey: null, MasterKeyFile: null, Certificate: null })
        {
            var file = Path.Combine(options.Data, KeyFile);
            if (!makes && !File.Exists(file))
                throw new MasterKeyException(
                    $"There is no master key at {file}, without which no secret is kept or read. If the store was begun with one, put that back or name its file: {ServeSettings.MasterKeyFile}; 'serve --init' makes one for a new store."
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
            return elsewhere;
        var file = Path.Combine(options.Data, StoreFile);
        if (isInit)
            MakeFolder(options.Data);
        else if (!File.Exists(file))
            throw ServeSettings.WrongStore(
                $"there is no store at {file}. Begin with 'serve --init', which makes it, or name the one there is."
            );
        return new DbConnectionStringBuilder { ["Data Source"] = file }.ConnectionString;
    }

    // What is in it is about people, and nobody else's on this machine.
    private static void MakeFolder(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(
                folder,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
            );
    }

    // Whether a first admin key was made just now.
    private static async Task<bool> MakesFirstKeyAsync(Store store, bool isInit, TimeProvider clock)
    {
        if (await store.AskAsync(session => AdminKeys.IsThereAnOwner(session, clock.Now())))
            return false;
        if (!isInit)
            throw new SettingException(
                "The store has no admin key of an owner that is valid, so that nobody could set anything up. Start with 'serve --init', which makes one and shows it."
            );
        var secret = AdminSecret.New();
        // Said before it counts: if the start fails after that, somebody has it all the same.
        Console.WriteLine($"The first admin key, which is shown this once: {secret}");
        await store.WriteAsync(
            session => AdminKeys.Insert(session, AdminSecret.Key("first key", Role.Owner, secret, clock.Now())),
            CancellationToken.None
        );
        return true;
    }

    private static async Task StartAsync(WebApplication app, ServeOptions options)
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
    }

    private static void Announce(WebApplication app, ServeOptions options, bool isFirst)
    {
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(ServeCommand));
        var urls = app.Urls; // the port is known when it has started
        app.Lifetime.ApplicationStarted.Register(() =>
        {
            var url = (options.PublicUrl?.ToString() ?? urls.First()).TrimEnd('/');
            LogStarted(log, url);
            if (!isFirst)
                return;
            Console.WriteLine(
                $"""
                The admin API: {url}{AdminPaths.Base} (described at {url}/openapi.yaml)
                Next, make a tenant:
                    SCIMGATEWAY_URL={url} SCIMGATEWAY_ADMIN_KEY=THE_KEY_ABOVE dotnet ScimGateway.Host.dll tenant create acme Acme
                """
            );
        });
        app.Lifetime.ApplicationStopped.Register(() => LogStopped(log));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The gateway has started and answers at {Url}")]
    private static partial void LogStarted(ILogger log, string url);

    [LoggerMessage(Level = LogLevel.Information, Message = "The gateway has stopped")]
    private static partial void LogStopped(ILogger log);

    [LoggerMessage(Level = LogLevel.Error, Message = "The home of tenant {Tenant} did not start: {Why}")]
    private static partial void LogNotStarted(ILogger log, TenantId tenant, string why);
}
