using Microsoft.Extensions.Logging.Console;
using Microsoft.Extensions.Options;
using ScimGateway.Host.Admin;
using ScimGateway.Host.Cluster;
using ScimGateway.Host.Operations;
using ScimGateway.Host.Scim;
using ScimGateway.Host.Secrets;
using ScimGateway.Host.Security;
using ScimGateway.Host.Setup;
using ScimGateway.Host.SignIn;
using ScimGateway.Host.Telemetry;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Http;

namespace ScimGateway.Host.Serve;

/// <summary>What 'serve' adds to the box, by its settings.</summary>
internal static class ServeSetup
{
    internal static WebApplication Build(
        IConfiguration configuration,
        ServeOptions options,
        Store store,
        KeptSecrets secrets,
        TimeProvider clock,
        Action<IServiceCollection>? more
    )
    {
        var builder = WebApplication.CreateSlimBuilder();
        var services = builder.Services;
        if (options.Cluster is { } cluster)
            builder.AddCluster(cluster);
        // The first one is where clients come.
        builder.WebHost.UseUrls([
            .. options.Urls.Split(';'),
            .. new[] { options.Cluster?.InnerUrl }.OfType<string>(),
            .. options.Faces.Own.Select(face => face.Url),
        ]);
        services.AddSingleton(options.Faces);
        if (options.Telemetry is { } telemetry)
            services.AddTelemetry(telemetry);
        if (options.Backup is { } backup)
            services.AddSingleton(backup).AddHostedService<ScheduledBackups>();
        services.AddSingleton(clock).AddSingleton(Dialect.Everything);
        services.AddSingleton(new SlackClientOptions()).AddSingleton(SlackLimits.Documented);
        services.AddSingleton(new SlackSite(options.Slack, options.App));
        if (options.App is { } slackApp)
            services.AddSingleton(slackApp);
        if (options.SignIn is { } signIn)
            services.AddSingleton(signIn).AddSingleton<People>().AddSingleton<IdentityProvider>();
        services.Set(configuration, options);
        builder.AddGateway(store, secrets);
        builder.Logging.AddFilter("ScimGateway", LogLevel.Information).ClearProviders();
        services.AddSingleton<ConsoleFormatter>(new LogLines(options.IsLogJson, TimeProvider.System));
        builder.Logging.AddConsole(console => console.FormatterName = LogLines.Formatter);
        // Until it listens whatever the host says of what went wrong is thrown as well, and said in one sentence.
        var listens = false;
        builder.Logging.AddFilter("Microsoft", level => listens && level >= LogLevel.Warning);
        more?.Invoke(services);
        var app = builder.Build();
        app.Lifetime.ApplicationStarted.Register(() => listens = true);
        return app;
    }

    /// <summary>Refuses what the host would refuse as it starts, before anything is made.</summary>
    /// <exception cref="OptionsValidationException">A setting makes no sense.</exception>
    /// <exception cref="SettingException">One is missing that another needs.</exception>
    internal static void Require(IConfiguration configuration, ServeOptions options)
    {
        RequireWhole(configuration, "Notices:Webhook", "Url", "Secret");
        RequireWhole(configuration, "Notices:Mail", "Host", "Port", "From", "To");
        var services = new ServiceCollection();
        services.Set(configuration, options);
        services.AddSettings();
        using var made = services.BuildServiceProvider();
        made.GetRequiredService<IStartupValidator>().Validate();
    }

    // Binding would name the types of the program.
    private static void RequireWhole(IConfiguration configuration, string section, params string[] needs)
    {
        var set = configuration.GetSection(section);
        if (set.Exists() && needs.FirstOrDefault(need => string.IsNullOrEmpty(set[need])) is { } missing)
            throw new SettingException(
                $"{ServeSettings.All.Single(setting => setting.Key == $"{section}:{missing}")} is missing: {section} needs {string.Join(", ", needs)}."
            );
    }

    private static void Set(this IServiceCollection services, IConfiguration configuration, ServeOptions options)
    {
        services.Configure<PublicUrlOptions>(url =>
            (url.Url, url.HstsDays, url.Proxies) = (options.PublicUrl, options.HstsDays, options.Proxies)
        );
        services.Configure<TrafficOptions>(configuration.GetSection("Requests"));
        services.Configure<IssuerOptions>(configuration.GetSection("Trials"));
        services.Configure<IssuerOptions>(configuration.GetSection("Issuers"));
        services.Configure<ConnectionOptions>(configuration.GetSection("Connections"));
        services.Configure<NoticeOptions>(configuration.GetSection("Notices"));
        services.Configure<JournalOptions>(configuration.GetSection("Journal"));
    }
}
