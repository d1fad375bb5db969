using Microsoft.Extensions.Options;
using ScimGateway.Host.Operations;
using ScimGateway.Host.Scim;
using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Notices;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Reads;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Subjects;
using ScimGateway.Provisioning.Writing;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Http;

namespace ScimGateway.Host.Setup;

/// <summary>All that is in the box, on one page: what there is one of, and the way of a request.</summary>
internal static class GatewaySetup
{
    /// <summary>
    /// Whatever a gateway of one tenant is made of. The store goes with the container. In it are already the clock, the
    /// dialect that providers speak, and whose Slack it is: the connection, its limits, and those of a call.
    /// </summary>
    public static void AddGateway(this WebApplicationBuilder builder, Store store, IReadOnlyList<SourceToken> tokens)
    {
        builder.WebHost.ConfigureKestrel(Entrance.Configure);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);

        var services = builder.Services;
        var tenant = tokens[0].Caller;

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

        // What is kept. The store comes by a factory, since what is handed over as it is would not be disposed of.
        services.AddSingleton(_ => store).AddSingleton(new CurrentPreferences(tenant.Preferences));
        services.AddSingleton(typeof(TenantId), tenant.TenantId);
        services.AddSingleton<OperationJournal>().AddSingleton<NoticeOutbox>().AddSingleton<DailyDigest>();

        // What Slack is told. Each takes the store first, so that it is made before them and disposed of after them.
        services.AddSingleton<SlackBudget>().AddSingleton<SlackSchedule<LinkId>>();
        services.AddSingleton(_ => SlackScimClient.NewHttpClient());
        services.AddSingleton(made =>
            ActivatorUtilities.CreateInstance<SlackScimClient>(
                made,
                made.GetRequiredService<ILogger<SlackScimClient>>()
            )
        );
        services.AddSingleton<WriteDownAccount>(SlackImport.WriteDown);
        services.AddSingleton<Subject, Accounts>().AddSingleton<Subject, Groups>();
        services.AddSingleton<Outcomes>().AddSingleton<Executor>();
        services.AddSingleton<Writes>().AddSingleton<UserWrites>().AddSingleton<GroupWrites>();

        // What Slack has.
        services.AddSingleton(made => new Patience(made.GetRequiredService<TimeProvider>(), Console.Error.WriteLine));
        services.AddSingleton<SlackImport>().AddSingleton<LaterImport>().AddSingleton<LaterConnection>();

        // What operators decide.
        services.AddSingleton<OperatedTenant>().AddSingleton<ConnectionLife>().AddSingleton<Changes>();
        services
            .AddSingleton<HoldDecisions>()
            .AddSingleton<Resync>()
            .AddSingleton<OnDemand>()
            .AddSingleton<LinkReads>();

        // What goes on in the background.
        services.AddHostedService<DriftSweep>().AddHostedService<JournalKeeping>().AddHostedService<NoticeSending>();

        // What requests reach.
        services.AddBearer(tokens);
        services.AddSingleton(made => new RequestMemory(
            RequestMemory.Quarter,
            made.GetRequiredService<TimeProvider>()
        ));
        services.AddSingleton<ResourceReads>().AddSingleton<MemberReads>().AddSingleton<ResourceAnswers>();
        services.AddSingleton<ReadEndpoints>().AddSingleton<UserEndpoints>().AddSingleton<GroupEndpoints>();
        services.AddSingleton<WriteRequests>().AddSingleton<BulkWrites>().AddSingleton<BulkEndpoint>();
    }

    /// <summary>The way of a request.</summary>
    public static void UseGateway(this WebApplication app)
    {
        app.UseEntrance();
        app.UseScimErrors();
        app.UsePublicUrl();
        app.UseSourcesAlone();
        var tenant = app.MapGroup("/{tenant}/scim/v2");
        app.Services.GetRequiredService<ReadEndpoints>().Map(tenant);
        app.Services.GetRequiredService<UserEndpoints>().Map(tenant);
        app.Services.GetRequiredService<GroupEndpoints>().Map(tenant);
        var bulk = app.Services.GetRequiredService<BulkEndpoint>();
        bulk.Map(tenant);
        tenant.MapDiscovery(bulk.Limits);
        // At SIGTERM no new call to Slack begins and who waits is answered; what is under way gets its outcome.
        app.Lifetime.ApplicationStopping.Register(app.Services.GetRequiredService<Executor>().StopCalling);
        app.Lifetime.ApplicationStopping.Register(app.Services.GetRequiredService<Outcomes>().StopWaiting);
    }

    /// <summary>
    /// What comes before the first request: what Slack has already, and what a former process left to do. A store that
    /// had its import goes on at once; the next one runs beside the requests, once Slack takes the token.
    /// </summary>
    /// <exception cref="SlackUnreadableException">
    /// Slack cannot be read, and never was; or the token is another organization's.
    /// </exception>
    public static async Task TakeUpAsync(this WebApplication app, CancellationToken cancel)
    {
        var import = app.Services.GetRequiredService<SlackImport>();
        var tenant = app.Services.GetRequiredService<ConnectionLife>().Read();
        var isFirst = !import.HasEnded();
        if (isFirst && tenant.Enabled)
            await import.RunAsync(cancel);
        var goesOn =
            !isFirst && tenant.Enabled && await app.Services.GetRequiredService<LaterConnection>().TryAsync(cancel);
        await app.Services.GetRequiredService<Executor>().StartAsync();
        await app.Services.GetRequiredService<Changes>().CompleteAsync();
        if (goesOn)
            app.Services.GetRequiredService<LaterImport>().TryBegin();
    }
}
