using Microsoft.AspNetCore.Server.Kestrel.Https;
using Orleans.Configuration;
using Orleans.Connections.Security;
using ScimGateway.Host.Operations;
using ScimGateway.Provisioning.Storage.Postgres;

namespace ScimGateway.Host.Cluster;

/// <summary>What an instance of a cluster has besides. Without a cluster nothing of it is there.</summary>
internal static class ClusterSetup
{
    private static readonly TimeSpan _untilHome = TimeSpan.FromSeconds(12);

    // A message may be lost with the connection on which it went, and while the directory waits for its answer nobody finds the
    // tenants that a dead instance had: Orleans' own 30 s would be such an outage.
    private static readonly TimeSpan _untilAskedAgain = TimeSpan.FromSeconds(4);

    /// <summary>Adds it.</summary>
    public static void AddCluster(this WebApplicationBuilder builder, ClusterOptions cluster)
    {
        var services = builder.Services;
        services.AddSingleton(_ => new PostgresMembers(cluster.Store));
        services.AddSingleton(cluster).AddSingleton<Instances>().AddSingleton<Places>().AddSingleton<Door>();
        services.AddSingleton(_ => new InnerHttp(InnerHttp.HandlerOf(cluster))).AddSingleton<InstanceReports>();
        services.AddHttpForwarder();
        services.AddSingleton(new OwnInstance(cluster.Address));
        services.AddSingleton<DoesChores>(made => () => made.GetRequiredService<Instances>().IsMine("chores"));
        // That a silo does not answer, and each of its messages with it, is said once, as what becomes of it.
        builder.Logging.AddFilter("Orleans", LogLevel.Critical).AddFilter("Polly", LogLevel.None);
        AddInnerPort(builder, cluster);
        builder.UseOrleans(silo => Configure(silo, cluster));
        // The silo is hosted first, so that it ends last: homes are handed over while it runs.
        // Who reads slowly, or watches what happens, is not waited for longer than that.
        services.AddSingleton(
            new DrainTime(
                UntilNoticed: TimeSpan.FromSeconds(5),
                UntilLeft: TimeSpan.FromSeconds(8),
                UntilJoined: TimeSpan.FromSeconds(30),
                UntilCutOff: TimeSpan.FromSeconds(8)
            )
        );
        services.AddHostedService<HomeSweep>().AddHostedService<Drain>();
        services.AddSingleton<Reach>().AddHostedService(made => made.GetRequiredService<Reach>());
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(30));
    }

    /// <summary>Takes what another instance hands on for what that one has seen.</summary>
    public static void UseInnerRequests(this IApplicationBuilder app)
    {
        if (app.ApplicationServices.GetService<ClusterOptions>() is not { } cluster)
            return;
        var reach = app.ApplicationServices.GetRequiredService<Reach>();
        app.Use(next =>
            context =>
                Reach.IsAsked(context, cluster)
                    ? reach.SayAsync(context)
                    : InnerRequest.ReadAsync(context, cluster, next)
        );
    }

    /// <summary>Hands what is another instance's on.</summary>
    public static IApplicationBuilder UseDoor(this IApplicationBuilder app) =>
        app.ApplicationServices.GetService<Door>() is { } door
            ? app.Use(next => context => door.EnterAsync(context, next))
            : app;

    // Nobody comes in there but by the cluster's certificate.
    private static void AddInnerPort(WebApplicationBuilder builder, ClusterOptions cluster)
    {
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
            kestrel.ConfigureHttpsDefaults(https =>
            {
                https.ServerCertificate = cluster.Certificate;
                https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                https.ClientCertificateValidation = (shown, _, _) => cluster.IsOurs(shown);
            })
        );
    }

    private static void Configure(ISiloBuilder silo, ClusterOptions cluster)
    {
        silo.Configure<Orleans.Configuration.ClusterOptions>(known =>
            (known.ClusterId, known.ServiceId) = (cluster.Name, cluster.Name)
        );
        silo.Configure<SiloOptions>(own => own.SiloName = cluster.Address);
        silo.ConfigureEndpoints(cluster.Silo.Address, cluster.Silo.Port, gatewayPort: 0);
        silo.UseTls(tls =>
        {
            tls.LocalCertificate = cluster.Certificate;
            tls.RemoteCertificateMode = tls.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
            tls.RemoteCertificateValidation = (shown, _, _) => cluster.IsOurs(shown);
            tls.OnAuthenticateAsClient = (_, client) => client.TargetHost = cluster.Name;
        });
        silo.Services.AddSingleton<IMembershipTable, Membership>();
        foreach (var other in silo.Services.Where(one => one.ServiceType == typeof(IFatalErrorHandler)).ToArray())
            silo.Services.Remove(other); // Orleans' own waits two seconds with everything running
        silo.Services.AddSingleton<IFatalErrorHandler, Gone>();
        silo.Services.AddPlacementDirector<ByRank, RankDirector>();
        silo.Configure<ClusterMembershipOptions>(Watch);
        silo.Configure<GrainCollectionOptions>(grains =>
            (grains.ActivationTimeout, grains.DeactivationTimeout) = (_untilHome, _untilHome)
        );
        silo.Configure<SiloMessagingOptions>(messages =>
        {
            messages.SystemResponseTimeout = _untilAskedAgain;
            messages.PlacementTimeout = _untilHome;
            messages.ResponseTimeout = _untilHome + _untilAskedAgain;
        });
#pragma warning disable ORLEANSEXP003 // the other directory forgets whom a dead instance had, and starts innocent homes again
        silo.AddDistributedGrainDirectory();
#pragma warning restore ORLEANSEXP003
        // The fence keeps two homes apart, so that nobody waits for a lease of the directory.
        silo.Configure<GrainDirectoryOptions>(directory => directory.RangeLeaseDuration = TimeSpan.Zero);
    }

    // An instance that has died is told dead in some three seconds, by two others where there are two.
    private static void Watch(ClusterMembershipOptions membership)
    {
        membership.ProbeTimeout = membership.MinProbeTimeout = TimeSpan.FromSeconds(1);
        membership.MaxProbeTimeout = TimeSpan.FromSeconds(2);
        membership.NumMissedProbesLimit = 3;
        membership.NumVotesForDeathDeclaration = 2;
        membership.TableRefreshTimeout = membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
        membership.DeathVoteExpirationTimeout = TimeSpan.FromSeconds(30);
        membership.DefunctSiloExpiration = TimeSpan.FromHours(1);
        membership.EnableIndirectProbes = true;
    }
}
