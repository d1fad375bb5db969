using System.Security.Cryptography;
using ScimGateway.Host.Admin;
using ScimGateway.Host.Scim;
using ScimGateway.Host.Secrets;
using ScimGateway.Host.Security;
using ScimGateway.Host.Setup;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Provisioning.Homes;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Model;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Http;
using ScimGateway.SlackEmulator;

namespace ScimGateway.Host.Demo;

/// <summary>Gateway and emulator in one process, for whoever wants to see it work.</summary>
internal static class DemoCommand
{
    private const int MostStarting = 16;
    private const int MostSaid = 10;

    public static async Task<int> RunAsync(DemoOptions options, TimeProvider clock)
    {
        try
        {
            await ServeAsync(options, clock);
            return 0;
        }
        catch (MasterKeyException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 2;
        }
        catch (Exception e)
            when (e
                    is StoreInUseException
                        or StoreUnknownException
                        or StoreAddressException
                        or StoreServerException
                        or StoreAwayException
                        or SlackUnreadableException
                        or PreferencesException
                        or SecretUnreadableException
            )
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
        catch (IOException e) // as when the port is taken
        {
            await Console.Error.WriteLineAsync($"{e.Message} Choose others with --urls, --slack-urls or --data.");
            return 1;
        }
    }

    private static async Task ServeAsync(DemoOptions options, TimeProvider clock)
    {
        await using var emulator = options.Slack is null
            ? await SlackEmulatorServer.StartAsync(
                new SlackEmulatorOptions { Url = options.SlackUrls.ToString(), Seed = options.Seed }
            )
            : null;
        options = options with
        {
            Slack = options.Slack ?? emulator!.BaseUrl,
            Data =
                options.Data
                ?? (options.Store is null ? Directory.CreateTempSubdirectory("scimgateway-").FullName : null),
        };
        var token = options.Token ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        await using var app = await BuildAsync(options, [.. DemoTenant.All(options.Tenants, token)], clock);
        await app.RunAsync();
    }

    /// <summary>A gateway that is ready to answer: its imports are done.</summary>
    /// <param name="options">What it is started with, as where Slack is and where the store is to be.</param>
    /// <param name="tenants">The tenants.</param>
    /// <param name="clock">The time.</param>
    /// <param name="more">What else is to be in the box, as a test may want it.</param>
    internal static async Task<WebApplication> BuildAsync(
        DemoOptions options,
        IReadOnlyList<DemoTenant> tenants,
        TimeProvider clock,
        Action<IServiceCollection>? more = null
    )
    {
        var scim = new Uri(options.Slack!, "scim/v1/");
        var call = new SlackClientOptions { AttemptLimit = options.SlackTimeLimit };
        var store = await Store.OpenAsync(
            options.Store ?? DemoFolder.FileIn(options.Data!),
            session => Restoration.Begin(session, clock.Now()),
            CancellationToken.None
        );
        KeptSecrets? secrets = null;
        WebApplication? app = null;
        try
        {
            secrets = await DemoFolder.SecretsAsync(store, options.Data ?? DemoFolder.DataOfAll());
            var limits = await EmulatorKnobs.LimitsAsync(scim, call.AttemptLimit);
            var key = options.AdminKey ?? AdminSecret.New();
            var page = "";
            app = Build(
                options,
                scim,
                call,
                limits,
                clock,
                store,
                secrets,
                services =>
                {
                    page = services.AddSignInLink(key);
                    more?.Invoke(services);
                }
            );
            app.UseGateway();
            await app.Services.GetRequiredService<Homes>().ForgetDeletedAsync(CancellationToken.None);
            await StartAsync(app.Services, tenants, scim);
            await store.WriteAsync(session => LetIn(session, key, clock), CancellationToken.None);
            Announce(app, options, tenants, key, page, scim);
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

    private static WebApplication Build(
        DemoOptions options,
        Uri scim,
        SlackClientOptions call,
        SlackLimits limits,
        TimeProvider clock,
        Store store,
        KeptSecrets secrets,
        Action<IServiceCollection> more
    )
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(options.Urls.ToString());
        builder.Services.AddSingleton(clock).AddSingleton(options.Rfc ? Dialect.Rfc : Dialect.Everything);
        builder.Services.AddSingleton(call).AddSingleton(limits).AddSingleton(new SlackSite(scim));
        builder.Services.Configure<PublicUrlOptions>(url => url.Url = options.PublicUrl);
        builder.Services.Configure<TrafficOptions>(traffic =>
            traffic.OfTenant = traffic.OfKey = TrafficOptions.Most // to be tried out as fast as it goes
        );
        builder.AddGateway(store, secrets);
        more(builder.Services);
        return builder.Build();
    }

    private static void Announce(
        WebApplication app,
        DemoOptions options,
        IReadOnlyList<DemoTenant> tenants,
        string key,
        string page,
        Uri scim
    )
    {
        var urls = app.Urls; // the port is known when it has started
        app.Lifetime.ApplicationStarted.Register(() =>
        {
            var url = (options.PublicUrl?.ToString() ?? urls.First()).TrimEnd('/');
            foreach (var tenant in tenants.Take(MostSaid))
            {
                Console.WriteLine($"SCIM   {url}/{tenant.Slug}/scim/v2");
                Console.WriteLine($"token  {tenant.Sources[0].Token}");
            }
            if (tenants.Count > MostSaid)
                Console.WriteLine($"       and so on until {tenants[^1].Slug}");
            Console.WriteLine($"pages  {url}{page}");
            Console.WriteLine($"admin  {url}{AdminPaths.Base}");
            Console.WriteLine($"key    {key}");
            Console.WriteLine($"Slack  {scim}");
            if (options.Data is not null)
                Console.WriteLine($"data   {options.Data}");
        });
    }

    // By the key of this start alone.
    private static bool LetIn(StoreSession session, string key, TimeProvider clock)
    {
        const string Label = "demo";
        foreach (var former in AdminKeys.After(session, default, null, int.MaxValue).Where(one => one.Label == Label))
            AdminKeys.Delete(session, former.Id);
        return AdminKeys.Insert(session, AdminSecret.Key(Label, Role.Owner, key, clock.Now())) != default;
    }

    // Their rows in their order, then each by itself, some at a time.
    private static async Task StartAsync(IServiceProvider made, IReadOnlyList<DemoTenant> tenants, Uri scim)
    {
        var now = Instant.Of(made.GetRequiredService<TimeProvider>().GetUtcNow());
        var ids = await made.GetRequiredService<Store>()
            .WriteAsync(
                session => tenants.Select(tenant => tenant.Open(session, now)).ToList(),
                CancellationToken.None
            );
        await Parallel.ForEachAsync(
            tenants.Zip(ids),
            new ParallelOptions { MaxDegreeOfParallelism = MostStarting },
            async (one, cancel) => await one.First.StartAsync(made, one.Second, scim, cancel)
        );
    }
}
