using Microsoft.Extensions.Options;
using ScimGateway.Host.Admin;
using ScimGateway.Host.Cluster;
using ScimGateway.Host.Lane;
using ScimGateway.Host.Operations;
using ScimGateway.Host.Scim;
using ScimGateway.Host.Secrets;
using ScimGateway.Host.Security;
using ScimGateway.Host.Telemetry;
using ScimGateway.Host.Transcripts;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Homes;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Notices;
using ScimGateway.Provisioning.Reads;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Subjects;
using ScimGateway.Slack.Http;

namespace ScimGateway.Host.Setup;

/// <summary>All that is in the box, on one page: what there is one of, and the way of a request.</summary>
internal static class GatewaySetup
{
    /// <summary>The category under which ASP.NET logs requests.</summary>
    public const string RequestLog = "Microsoft.AspNetCore.Hosting.Diagnostics";

    /// <summary>
    /// Whatever a gateway is made of, but for what belongs to a tenant, which is its home's. Store and secrets go with the
    /// container. In it are already the clock, the dialect that providers speak, and the limits of a call to Slack.
    /// </summary>
    public static void AddGateway(this WebApplicationBuilder builder, Store store, KeptSecrets secrets)
    {
        builder.WebHost.ConfigureKestrel(Entrance.Configure);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        // It would write each request's query, and what Slack sends administrators back with stands there.
        builder.Logging.AddFilter(RequestLog, LogLevel.Warning);
        // Of ASPNETCORE_FORWARDEDHEADERS_ENABLED, which would believe anybody; PublicUrl says who is believed.
        builder.Configuration["ForwardedHeaders_Enabled"] = "false";
        builder.Logging.AddFilter("Yarp.ReverseProxy", LogLevel.None); // it names addresses with their queries

        var services = builder.Services;
        services.AddSettings();
        services.AddKept(store, secrets);
        services.AddTenants();
        services.AddBackgroundWork();
        services.AddRequests();
    }

    /// <summary>Settings, which are checked when it starts.</summary>
    public static void AddSettings(this IServiceCollection services)
    {
        services
            .AddOptionsWithValidateOnStart<PublicUrlOptions>()
            .Validate(
                o => o.Url is null || PublicUrlOptions.CanBeExtended(o.Url),
                "Paths cannot follow the public URL."
            );
        services.AddOptionsWithValidateOnStart<NoticeOptions, NoticeOptionsValidator>();
        services
            .AddOptionsWithValidateOnStart<JournalOptions>()
            .Validate(
                o => o.Keep >= TimeSpan.FromDays(1) && o.Keep <= TimeSpan.FromDays(3_650),
                "Operations (Journal:Keep) can be kept from 1.00:00:00 to 3650.00:00:00, as days.hours:minutes:seconds."
            );
        services
            .AddOptionsWithValidateOnStart<IssuerOptions>()
            .Validate(
                o => o.LongestToken >= TimeSpan.FromMinutes(1) && o.LongestToken <= TimeSpan.FromDays(30),
                "A token may last (--longest-token) from 00:01:00 to 30.00:00:00, as days.hours:minutes:seconds."
            );
        services
            .AddOptionsWithValidateOnStart<TrafficOptions>()
            .Validate(
                o => o.OfTenant is >= 1 and <= TrafficOptions.Most,
                $"A tenant's requests a second (--tenant-requests) can be from 1 to {TrafficOptions.Most}."
            )
            .Validate(
                o => o.OfKey is >= 1 and <= TrafficOptions.Most,
                $"An admin key's requests a second (--key-requests) can be from 1 to {TrafficOptions.Most}."
            )
            .Validate(
                o => o.Memory is null or (>= 32 and <= 1 << 20),
                "The memory of bodies and answers (--request-memory) can be from 32 to 1048576 MiB."
            );
        services
            .AddOptionsWithValidateOnStart<ConnectionOptions>()
            .Validate(
                o => o.OfAddress is null or (>= 1 and <= 10_000),
                "The connections of one client's address (--address-connections) can be from 1 to 10000."
            );
    }

    // What is kept. Store and secrets come by a factory, since what is handed over as it is would not be disposed of.
    private static void AddKept(this IServiceCollection services, Store store, KeptSecrets secrets)
    {
        services.AddSingleton(_ => store).AddSingleton(_ => secrets);
        services.AddSingleton(made => made.GetRequiredService<KeptSecrets>().Tokens);
        services
            .AddSingleton<OperationJournal>()
            .AddSingleton<NoticeOutbox>()
            .AddSingleton<DailyDigest>()
            .AddSingleton<SilentSources>();
        services.AddSingleton<NoticeChannels>();
    }

    // Who is at home, and on what. The store is made before them and disposed of after them.
    private static void AddTenants(this IServiceCollection services)
    {
        services.AddSingleton(_ => SlackHttp.NewClient());
        services.AddSingleton<WriteDownAccount>(SlackImport.WriteDown);
        services.AddSingleton<Subject, Accounts>().AddSingleton<Subject, Groups>();
        services.AddSingleton(made => ActivatorUtilities.CreateInstance<SharedServices>(made));
        services.AddSingleton<Homes>();
    }

    private static void AddBackgroundWork(this IServiceCollection services)
    {
        services.AddSingleton<Leaving>();
        services.AddHostedService<HomeClock>();
        // In a cluster HomeSweep starts lost homes again, each at the instance that ranks first.
        if (services.All(one => one.ServiceType != typeof(ClusterOptions)))
            services
                .AddSingleton<DoesChores>(() => true)
                .AddSingleton(new OwnInstance(null))
                .AddHostedService<LostHomes>();
        services.AddHostedService<JournalKeeping>().AddHostedService<NoticeSending>().AddHostedService<StoreWatch>();
    }

    // What requests reach.
    private static void AddRequests(this IServiceCollection services)
    {
        services.AddCredentials();
        services.AddSingleton<FailedRequests>().AddSingleton<Connections>().AddSingleton<OpenTranscripts>();
        services.AddSingleton(made => new Traffic(
            made.GetRequiredService<IOptions<TrafficOptions>>().Value,
            Entrance.MostConnections,
            made.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton(made => new RequestMemory(
            made.GetRequiredService<IOptions<TrafficOptions>>().Value.Memory is { } megabytes
                ? (long)megabytes << 20
                : RequestMemory.Usual,
            made.GetRequiredService<TimeProvider>()
        ));
        services
            .AddSingleton<ResourceReads>()
            .AddSingleton<MemberReads>()
            .AddSingleton<LinkReads>()
            .AddSingleton<Memberships>()
            .AddSingleton<UserNameReads>();
        services.AddSingleton<ResourceAnswers>();
        services.AddSingleton<ReadEndpoints>().AddSingleton<UserEndpoints>().AddSingleton<GroupEndpoints>();
        services.AddSingleton<OperationReads>().AddSingleton<TenantExport>();
        services.AddSingleton<OwnUrl>(made =>
        {
            var url = made.GetRequiredService<IOptions<PublicUrlOptions>>().Value;
            return context => PublicUrl.OwnOf(context, url);
        });
        services
            .AddSingleton<CountedReads>()
            .AddSingleton<AdminGate>()
            .AddSingleton<AdminAudit>()
            .AddSingleton<ConsentConnection>()
            .AddSingleton<ConsentEndpoints>()
            .AddSingleton<Health>();
        services.AddSingleton<OperationStreams>().AddSingleton<Exports>().AddSingleton<NoticeTries>();
        services.AddLane();
        services.AddSingleton<WriteRequests>().AddSingleton<BulkWrites>().AddSingleton<BulkEndpoint>();
    }

    /// <summary>The way of a request.</summary>
    public static void UseGateway(this WebApplication app)
    {
        var failures = app.Services.GetRequiredService<FailedRequests>();
        app.UseEntrance();
        app.UsePublicUrl();
        app.UseInnerRequests();
        app.UseFaces();
        app.UseMetrics();
        app.UseConsole();
        app.UseEither(
            IsAdmins,
            admin => admin.UseProblems(failures).UseMethodSpelling().UseDoor().UseAdminKeys(),
            others =>
                others.UseEither(
                    TenantPath.IsNoTenants,
                    anybody => anybody.UseProblems(failures).UseMethodSpelling().UseDoor().UseOpenAlone(),
                    tenants =>
                    {
                        tenants.UseScimErrors(
                            failures,
                            (context, error) =>
                                TenantPath.IsSlackLane(context) ? LaneErrors.WriteAsync(context, error)
                                : TenantPath.IsForTokens(context) ? TokenEndpoint.WriteAsync(context, error)
                                : ScimWriter.ErrorAsync(context, error)
                        );
                        tenants.UseMethodSpelling();
                        tenants.UseDoor();
                        tenants.UseSourcesAlone();
                        tenants.UseTranscripts();
                    }
                )
        );
        app.MapAdmin(ClusterEndpoints.Map);
        app.MapConsents();
        app.MapOpenApi();
        app.Services.GetRequiredService<Health>().Map(app);
        app.Services.GetRequiredService<TokenEndpoint>().Map(app);
        TokenMetadata.Map(app);
        var tenant = app.MapGroup("/{tenant}/scim/v2");
        app.Services.GetRequiredService<ReadEndpoints>().Map(tenant);
        app.Services.GetRequiredService<UserEndpoints>().Map(tenant);
        app.Services.GetRequiredService<GroupEndpoints>().Map(tenant);
        var bulk = app.Services.GetRequiredService<BulkEndpoint>();
        bulk.Map(tenant);
        tenant.MapDiscovery(bulk.Limits);
        app.Services.GetRequiredService<LaneEndpoints>().Map(app);
        // At SIGTERM no new call to Slack begins and who waits is answered; what is under way gets its outcome. In a cluster
        // the homes are handed over first (Drain).
        if (app.Services.GetService<ClusterOptions>() is null)
            app.Lifetime.ApplicationStopping.Register(app.Services.GetRequiredService<Homes>().StopCalling);
    }

    // In one spelling, which is that of whoever keeps it closed in front of the gateway: what is spelled otherwise goes the
    // way of words that no tenant has, where nothing of it is open.
    private static bool IsAdmins(HttpContext context) =>
        context.Request.Path.StartsWithSegments("/admin", StringComparison.Ordinal) && OneSpelling.Has(context);
}
