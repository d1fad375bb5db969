using Microsoft.Extensions.Options;
using ScimGateway.Host.Admin;
using ScimGateway.Host.Lane;
using ScimGateway.Host.Operations;
using ScimGateway.Host.Scim;
using ScimGateway.Host.Secrets;
using ScimGateway.Host.Security;
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
    /// <summary>
    /// Whatever a gateway is made of, but for what belongs to a tenant, which is its home's. Store and secrets go with the
    /// container. In it are already the clock, the dialect that providers speak, and the limits of a call to Slack.
    /// </summary>
    public static void AddGateway(this WebApplicationBuilder builder, Store store, KeptSecrets secrets)
    {
        builder.WebHost.ConfigureKestrel(Entrance.Configure);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Logging.AddFilter("Yarp.ReverseProxy", LogLevel.None); // it names addresses with their queries

        var services = builder.Services;

        // Settings, which are checked when it starts.
        services
            .AddOptions<PublicUrlOptions>()
            .Validate(
                o => o.Url is null || PublicUrlOptions.CanBeExtended(o.Url),
                "Paths cannot follow the public URL."
            )
            .ValidateOnStart();
        services.AddOptions<NoticeOptions>().ValidateOnStart();
        services.AddOptions<JournalOptions>().ValidateOnStart();
        services.AddSingleton<IValidateOptions<NoticeOptions>, NoticeOptionsValidator>();
        services.AddSingleton<IValidateOptions<JournalOptions>, JournalOptionsValidator>();

        // What is kept. Store and secrets come by a factory, since what is handed over as it is would not be disposed of.
        services.AddSingleton(_ => store).AddSingleton(_ => secrets);
        services.AddSingleton(made => made.GetRequiredService<KeptSecrets>().Tokens);
        services.AddSingleton<OperationJournal>().AddSingleton<NoticeOutbox>().AddSingleton<DailyDigest>();
        services.AddSingleton<NoticeChannels>();

        // Tenants: who is at home, and on what. The store is made before them and disposed of after them.
        services.AddSingleton(_ => SlackScimClient.NewHttpClient());
        services.AddSingleton<WriteDownAccount>(SlackImport.WriteDown);
        services.AddSingleton<Subject, Accounts>().AddSingleton<Subject, Groups>();
        services.AddSingleton<Say>(Console.Error.WriteLine);
        services.AddSingleton(made => ActivatorUtilities.CreateInstance<Ground>(made));
        services.AddSingleton<Homes>();

        // What goes on in the background.
        services.AddHostedService<DriftSweep>().AddHostedService<LostHomes>();
        services.AddHostedService<JournalKeeping>().AddHostedService<NoticeSending>();

        // What requests reach.
        services.AddCredentials();
        services.AddSingleton(made => new RequestMemory(
            RequestMemory.Quarter,
            made.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton<ResourceReads>().AddSingleton<MemberReads>().AddSingleton<LinkReads>();
        services.AddSingleton<ResourceAnswers>();
        services.AddSingleton<ReadEndpoints>().AddSingleton<UserEndpoints>().AddSingleton<GroupEndpoints>();
        services.AddSingleton<OperationReads>().AddSingleton<TenantExport>();
        services.AddSingleton<AdminGate>().AddSingleton<Health>();
        services.AddSingleton<OperationStreams>().AddSingleton<Exports>().AddSingleton<NoticeTries>();
        services.AddLane();
        services.AddSingleton<WriteRequests>().AddSingleton<BulkWrites>().AddSingleton<BulkEndpoint>();
    }

    /// <summary>The way of a request.</summary>
    public static void UseGateway(this WebApplication app)
    {
        app.UseEntrance();
        app.UsePublicUrl();
        app.UseWhen(IsAdmins, admin => admin.UseProblems(app.Logger).UseAdminKeys());
        app.UseWhen(
            IsProviders,
            providers =>
            {
                providers.UseScimErrors(app.Logger, ScimWriter.ErrorAsync);
                providers.UseSourcesAlone();
            }
        );
        app.UseWhen(
            IsLane,
            lane =>
            {
                lane.UseScimErrors(app.Logger, LaneErrors.WriteAsync);
                lane.UseSourcesAlone();
            }
        );
        app.MapAdmin();
        app.MapOpenApi();
        app.Services.GetRequiredService<Health>().Map(app);
        app.Services.GetRequiredService<TokenEndpoint>().Map(app);
        var tenant = app.MapGroup("/{tenant}/scim/v2");
        app.Services.GetRequiredService<ReadEndpoints>().Map(tenant);
        app.Services.GetRequiredService<UserEndpoints>().Map(tenant);
        app.Services.GetRequiredService<GroupEndpoints>().Map(tenant);
        var bulk = app.Services.GetRequiredService<BulkEndpoint>();
        bulk.Map(tenant);
        tenant.MapDiscovery(bulk.Limits);
        app.Services.GetRequiredService<LaneEndpoints>().Map(app);
        // At SIGTERM no new call to Slack begins and who waits is answered; what is under way gets its outcome.
        app.Lifetime.ApplicationStopping.Register(app.Services.GetRequiredService<Homes>().StopCalling);
    }

    private static bool IsAdmins(HttpContext context) => context.Request.Path.StartsWithSegments("/admin");

    // What anybody may ask is neither's.
    private static bool IsProviders(HttpContext context) => IsTenants(context) && !TenantPath.IsSlackLane(context);

    private static bool IsLane(HttpContext context) => IsTenants(context) && TenantPath.IsSlackLane(context);

    private static bool IsTenants(HttpContext context) =>
        !IsAdmins(context)
        && !context.Request.Path.StartsWithSegments("/health")
        && context.Request.Path != OpenApi.Path;
}
