using System.Security.Cryptography;
using ScimGateway.Host.CommandLine;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Provisioning.Importing;
using ScimGateway.Provisioning.Model.Tenants;
using ScimGateway.Provisioning.Operating;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Slack.Http;
using ScimGateway.SlackEmulator;

namespace ScimGateway.Host.Demo;

/// <summary>Gateway and emulator in one process, for whoever wants to see it work.</summary>
internal static class DemoCommand
{
    /// <summary>The demo's tenant and its one source.</summary>
    public const string Slug = "demo";

    /// <summary>The second source, where there is one.</summary>
    public const string OtherSource = "other";

    public static async Task<int> RunAsync(DemoOptions? options)
    {
        if (options is null)
            return Usage.Print();
        try
        {
            await ServeAsync(options);
            return 0;
        }
        catch (Exception e) when (e is StoreInUseException or SlackUnreadableException or PreferencesException)
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

    private static async Task ServeAsync(DemoOptions options)
    {
        await using var emulator = options.Slack is null
            ? await SlackEmulatorServer.StartAsync(
                new SlackEmulatorOptions { Url = options.SlackUrls.ToString(), Seed = options.Seed }
            )
            : null;
        var data = options.Data ?? Directory.CreateTempSubdirectory("scimgateway-").FullName;
        Directory.CreateDirectory(data);
        await using var app = await BuildAsync(options, emulator?.ScimUrl ?? new Uri(options.Slack!, "scim/v1/"), data);
        await app.RunAsync();
    }

    /// <summary>A gateway that is ready to answer: its import is done.</summary>
    internal static async Task<WebApplication> BuildAsync(DemoOptions options, Uri slack, string data)
    {
        var token = options.Token ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var limits = new SlackClientOptions { AttemptLimit = options.SlackTimeLimit };
        var store = await Store.OpenAsync(Path.Combine(data, "gateway.db"), CancellationToken.None);
        WebApplication? app = null;
        try
        {
            var caller = await store.WriteAsync(
                session => TenantRows.Open(session, Slug, "Demo", Slug, options.Preferences),
                CancellationToken.None
            );
            var credentials = new List<(string, Caller)> { (token, caller) };
            if (options.OtherToken is { } other)
                credentials.Add(
                    (
                        other,
                        await store.WriteAsync(
                            session => TenantRows.Open(session, Slug, "Demo", OtherSource, options.Preferences),
                            CancellationToken.None
                        )
                    )
                );
            // Whose the token is comes first: from then on Slack is known to be there.
            var connection = new SlackConnection(slack, SlackEmulatorServer.Token);
            using var http = SlackScimClient.NewHttpClient();
            if (store.Read(session => TenantRows.Read(session, caller.TenantId)).Enabled)
                await Connecting.TestAsync(
                    store,
                    caller.TenantId,
                    () => SlackTokenTest.AskAsync(http, connection, limits.AttemptLimit, options.Clock, CancellationToken.None),
                    new Patience(options.Clock, Console.Error.WriteLine),
                    options.Clock,
                    CancellationToken.None
                );

            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.UseUrls(options.Urls.ToString());
            builder.AddGateway(
                store,
                caller,
                options.Rfc ? Dialect.Rfc : Dialect.Everything,
                connection,
                await EmulatorKnobs.LimitsAsync(slack, limits.AttemptLimit),
                limits,
                options.Notices,
                options.Clock
            );
            if (options.Reached is { } reached)
                builder.Services.AddSingleton(reached);
            app = builder.Build();
            app.UseGateway(Slug, credentials, options.PublicUrl);
            await app.TakeUpAsync(CancellationToken.None);
            var urls = app.Urls; // the port is known when it has started
            app.Lifetime.ApplicationStarted.Register(() =>
            {
                Console.WriteLine($"SCIM   {(options.PublicUrl?.ToString() ?? urls.First()).TrimEnd('/')}/{Slug}/scim/v2");
                Console.WriteLine($"token  {token}");
                Console.WriteLine($"Slack  {slack}");
                Console.WriteLine($"data   {data}");
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
}
