using System.Security.Cryptography;
using ScimGateway.Host.Scim;
using ScimGateway.Host.Setup;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Provisioning.Storage.Tables;
using ScimGateway.Slack.Http;
using ScimGateway.SlackEmulator;

namespace ScimGateway.Host.Demo;

/// <summary>Gateway and emulator in one process, for whoever wants to see it work.</summary>
internal static class DemoCommand
{
    public static async Task<int> RunAsync(DemoOptions options, TimeProvider clock)
    {
        try
        {
            await ServeAsync(options, clock);
            return 0;
        }
        catch (Exception e)
            when (e is StoreInUseException or StoreUnknownException or SlackUnreadableException or PreferencesException)
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
            Data = options.Data ?? Directory.CreateTempSubdirectory("scimgateway-").FullName,
        };
        var token = options.Token ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        await using var app = await BuildAsync(options, new DemoTenant((DemoTenant.Slug, token)), clock);
        await app.RunAsync();
    }

    /// <summary>A gateway that is ready to answer: its import is done.</summary>
    /// <param name="options">
    /// What it is started with; where Slack is and where the store is to be is said there.
    /// </param>
    /// <param name="tenant">The tenant.</param>
    /// <param name="clock">The time.</param>
    /// <param name="more">What else is to be in the box, as a test may want it.</param>
    internal static async Task<WebApplication> BuildAsync(
        DemoOptions options,
        DemoTenant tenant,
        TimeProvider clock,
        Action<IServiceCollection>? more = null
    )
    {
        var slack = new SlackConnection(new Uri(options.Slack!, "scim/v1/"), SlackEmulatorServer.Token);
        var call = new SlackClientOptions { AttemptLimit = options.SlackTimeLimit };
        Directory.CreateDirectory(options.Data!);
        var store = await Store.OpenAsync(Path.Combine(options.Data!, "gateway.db"), CancellationToken.None);
        WebApplication? app = null;
        try
        {
            var tokens = await tenant.OpenAsync(store);
            // Whose the token is comes first, at the first start: from then on Slack is known to be there.
            await TestAsync(store, tokens[0].Caller, slack, call, clock);

            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.UseUrls(options.Urls.ToString());
            builder.Services.AddSingleton(clock).AddSingleton(options.Rfc ? Dialect.Rfc : Dialect.Everything);
            builder.Services.AddSingleton(slack).AddSingleton(call);
            builder.Services.AddSingleton(await EmulatorKnobs.LimitsAsync(slack.BaseAddress, call.AttemptLimit));
            builder.Services.Configure<PublicUrlOptions>(url => url.Url = options.PublicUrl);
            builder.AddGateway(store, tokens);
            more?.Invoke(builder.Services);
            app = builder.Build();
            app.UseGateway();
            await app.TakeUpAsync(CancellationToken.None);
            var urls = app.Urls; // the port is known when it has started
            app.Lifetime.ApplicationStarted.Register(() =>
            {
                var url = (options.PublicUrl?.ToString() ?? urls.First()).TrimEnd('/');
                Console.WriteLine($"SCIM   {url}/{DemoTenant.Slug}/scim/v2");
                Console.WriteLine($"token  {tenant.Sources[0].Token}");
                Console.WriteLine($"Slack  {slack.BaseAddress}");
                Console.WriteLine($"data   {options.Data}");
            });
            return app;
        }
        catch
        {
            if (app is not null)
                await app.DisposeAsync();
            await store.DisposeAsync();
            throw;
        }
    }

    // A tenant that is disabled asks Slack nothing.
    private static async Task TestAsync(
        Store store,
        Caller caller,
        SlackConnection slack,
        SlackClientOptions call,
        TimeProvider clock
    )
    {
        // What was imported once is tested beside the requests, or the process would end where only Slack is in trouble.
        if (
            !store.Read(session => Tenants.Find(session, caller.TenantId)).Enabled
            || SlackImport.HasEnded(store, caller.TenantId)
        )
            return;
        using var http = SlackScimClient.NewHttpClient();
        await Connecting.TestAsync(
            store,
            caller.TenantId,
            () => SlackTokenTest.AskAsync(http, slack, call.AttemptLimit, clock, CancellationToken.None),
            new Patience(clock, Console.Error.WriteLine),
            clock,
            CancellationToken.None
        );
    }
}
