using ScimGateway.Host.Operations;
using ScimGateway.Host.Scim;
using ScimGateway.Host.Security;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Notices;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Reads;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Writing;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Http;

namespace ScimGateway.Host;

/// <summary>All that is in the box, on one page: what there is one of, and the way of a request.</summary>
internal static class GatewaySetup
{
    /// <summary>Whatever a gateway of one tenant is made of. The store goes with the container.</summary>
    public static void AddGateway(
        this WebApplicationBuilder builder,
        Store store,
        Caller caller,
        Dialect dialect,
        SlackConnection slack,
        SlackLimits limits,
        SlackClientOptions options,
        NoticeSettings notices,
        TimeProvider clock
    )
    {
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = BulkEndpoint.Limits.MostBytes;
            kestrel.AddServerHeader = false; // what serves here is nobody's business
        });
        builder.Logging.SetMinimumLevel(LogLevel.Warning);

        builder.Services.AddSingleton(clock).AddSingleton(dialect);
        // Who asks is known when the credential is; a request alone has a caller.
        builder.Services.AddScoped<Admitted>().AddScoped(services => services.GetRequiredService<Admitted>().Caller!);
        builder.Services.AddSingleton(_ => store); // by a factory, since what is handed over as it is would not be disposed of
        builder.Services.AddSingleton(_ => new SlackBudget(limits, clock));
        builder.Services.AddSingleton(services => new SlackSchedule<long>(services.GetRequiredService<SlackBudget>()));
        builder.Services.AddSingleton(_ => SlackScimClient.NewHttpClient());
        builder.Services.AddSingleton(services => new SlackScimClient(
            services.GetRequiredService<HttpClient>(),
            slack,
            options,
            services.GetRequiredService<SlackBudget>(),
            clock,
            services.GetRequiredService<ILogger<SlackScimClient>>()
        ));

        builder.Services.AddSingleton<Outcomes>().AddSingleton(new CurrentPreferences(caller.Preferences));
        builder.Services.AddSingleton(services => new Executor(
            services.GetRequiredService<Store>(), // made first, so disposed of last
            services.GetRequiredService<SlackScimClient>(),
            options,
            services.GetRequiredService<SlackBudget>(),
            services.GetRequiredService<SlackSchedule<long>>(),
            services.GetRequiredService<CurrentPreferences>(),
            caller.TenantId,
            services.GetRequiredService<Outcomes>(),
            clock,
            services.GetRequiredService<ILogger<Executor>>(),
            services.GetService<AtStep>()
        ));
        builder.Services.AddSingleton(services => new SlackImport(
            services.GetRequiredService<Store>(),
            services.GetRequiredService<SlackScimClient>(),
            services.GetRequiredService<SlackSchedule<long>>(),
            caller.TenantId,
            clock,
            new Patience(clock, Console.Error.WriteLine)
        ));
        builder.Services.AddSingleton<LaterImport>().AddHostedService<DriftSweep>();
        builder.Services.AddSingleton<OperationJournal>().AddScoped<WriteRequests>().AddScoped<BulkWrites>();
        builder.Services.AddSingleton(new JournalRetention()).AddHostedService<JournalKeeping>();
        builder.Services.AddSingleton<NoticeOutbox>().AddSingleton<DailyDigest>().AddHostedService<NoticeSending>();
        if (notices.Webhook is { } webhook)
            builder.Services.AddSingleton<NoticeChannel>(_ => new Webhook(webhook, clock));
        if (notices.Mail is { } mail)
            builder.Services.AddSingleton<NoticeChannel>(new Mail(mail));
        builder.Services.AddSingleton(services => new Writes(
            services.GetRequiredService<Store>(),
            services.GetRequiredService<Executor>(),
            services.GetRequiredService<Outcomes>(),
            clock,
            services.GetService<AtStep>()
        ));
        builder.Services.AddSingleton<UserWrites>().AddSingleton<GroupWrites>();
        builder.Services.AddSingleton<ResourceReads>().AddSingleton<MemberReads>();
        builder.Services.AddSingleton<HoldDecisions>();
        builder.Services.AddSingleton<Resync>().AddSingleton<OnDemand>();
        builder.Services.AddSingleton<LinkReads>();
        builder.Services.AddSingleton(services => new OperatedTenant(
            caller.TenantId,
            services.GetRequiredService<Store>(),
            services.GetRequiredService<Executor>(),
            services.GetRequiredService<CurrentPreferences>(),
            clock
        ));
        builder.Services.AddSingleton<ConnectionLife>();
        builder.Services.AddSingleton(services => new Changes(
            services.GetRequiredService<OperatedTenant>(),
            services.GetService<AtStep>()
        ));
    }

    /// <summary>The way of a request.</summary>
    public static void UseGateway(
        this WebApplication app,
        string slug,
        IReadOnlyList<(string Token, Caller Caller)> credentials,
        Uri? publicUrl
    )
    {
        app.UseScimErrors();
        app.UsePublicUrl(publicUrl);
        app.UseBearer(slug, credentials);
        var tenant = app.MapGroup("/{tenant}/scim/v2");
        tenant.MapUsers();
        tenant.MapGroups();
        tenant.MapSearch();
        tenant.MapBulk();
        tenant.MapDiscovery();
        // SIGTERM (DESIGN 11): no new call begins, who waits is answered, what is under way gets its outcome.
        app.Lifetime.ApplicationStopping.Register(app.Services.GetRequiredService<Executor>().StopCalling);
        app.Lifetime.ApplicationStopping.Register(app.Services.GetRequiredService<Outcomes>().StopWaiting);
    }

    /// <summary>What comes before the first request: what Slack has already, and what a former process left to do. A store that had its import goes on at once; the next one runs beside the requests.</summary>
    /// <exception cref="SlackUnreadableException">Slack cannot be read, and never was.</exception>
    public static async Task TakeUpAsync(this WebApplication app, CancellationToken cancel)
    {
        var import = app.Services.GetRequiredService<SlackImport>();
        var tenant = app.Services.GetRequiredService<ConnectionLife>().Read();
        var isFirst = !import.HasEnded();
        if (isFirst && tenant.Enabled)
            await import.RunAsync(cancel);
        await app.Services.GetRequiredService<Executor>().StartAsync();
        await app.Services.GetRequiredService<Changes>().CompleteAsync();
        if (!isFirst && tenant.Enabled)
            app.Services.GetRequiredService<LaterImport>().TryBegin();
    }
}
