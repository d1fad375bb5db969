using System.Security.Cryptography;
using System.Text;
using ScimGateway.Host.CommandLine;
using ScimGateway.Host.Scim;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Protocol.Errors;
using ScimGateway.Protocol.Resources;
using ScimGateway.Provisioning.Data;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Journal;
using ScimGateway.Provisioning.Tenants;
using ScimGateway.Provisioning.Users;
using ScimGateway.Slack.Budget;
using ScimGateway.Slack.Http;
using ScimGateway.SlackEmulator;

namespace ScimGateway.Host.Demo;

/// <summary>Gateway and emulator in one process, for whoever wants to see it work.</summary>
internal static class DemoCommand
{
    public static async Task<int> RunAsync(DemoOptions? options)
    {
        if (options is null)
            return Usage.Print();
        try
        {
            await ServeAsync(options);
            return 0;
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

    internal static async Task<WebApplication> BuildAsync(DemoOptions options, Uri slack, string data)
    {
        var token = options.Token ?? Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var clock = TimeProvider.System;
        var store = await Store.OpenAsync(Path.Combine(data, "gateway.db"), CancellationToken.None);
        var caller = new Caller(1, 1, "demo", new Preferences { UserSlackCannotHold = Unholdable.Keep });
        var limits = new SlackClientOptions { AttemptLimit = options.SlackTimeLimit };
        var budget = new SlackBudget(SlackLimits.Unlimited, clock);
        var outcomes = new Outcomes(clock);

        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(options.Urls.ToString());
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = ReadLimits.User.MostBytes);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton(store).AddSingleton(caller).AddSingleton(outcomes).AddSingleton(clock);
        builder.Services.AddSingleton(options.Rfc ? Dialect.Rfc : Dialect.Everything);
        builder.Services.AddSingleton(services => new Executor(
            store,
            new SlackScimClient(
                SlackScimClient.NewHttpClient(),
                new SlackConnection(slack, SlackEmulatorServer.Token),
                limits,
                budget,
                clock,
                services.GetRequiredService<ILogger<SlackScimClient>>()
            ),
            limits,
            budget,
            caller.Preferences,
            caller.TenantId,
            outcomes,
            clock,
            services.GetRequiredService<ILogger<Executor>>(),
            services.GetService<AtStep>()
        ));
        builder.Services.AddSingleton<OperationJournal>().AddSingleton<WriteRequests>();
        builder.Services.AddSingleton<UserWrites>().AddSingleton<UserReads>();

        var app = builder.Build();
        app.UseScimErrors();
        var expected = Encoding.UTF8.GetBytes("Bearer " + token);
        app.Use(
            async (context, next) =>
            {
                // The scheme's case does not matter (RFC 9110 §11.1).
                var header = context.Request.Headers.Authorization.ToString();
                if (header.StartsWith("bearer ", StringComparison.OrdinalIgnoreCase))
                    header = "Bearer " + header[7..].Trim();
                var given = Encoding.UTF8.GetBytes(header);
                if (CryptographicOperations.FixedTimeEquals(given, expected))
                    await next(context);
                else
                    await ScimWriter.ErrorAsync(
                        context,
                        ScimException.Of(System.Net.HttpStatusCode.Unauthorized, "The credential is missing or not accepted.")
                    );
            }
        );
        var tenant = app.MapGroup("/{tenant}/scim/v2");
        tenant.MapUsers();
        tenant.MapDiscovery();
        app.Lifetime.ApplicationStopping.Register(outcomes.StopWaiting);
        app.Lifetime.ApplicationStarted.Register(() =>
        {
            Console.WriteLine($"SCIM   {options.Urls.ToString().TrimEnd('/')}/demo/scim/v2");
            Console.WriteLine($"token  {token}");
            Console.WriteLine($"Slack  {slack}");
            Console.WriteLine($"data   {data}");
        });
        await app.Services.GetRequiredService<Executor>().StartAsync();
        return app;
    }
}
