using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ScimGateway.Host.Demo;
using ScimGateway.Host.Scim;
using ScimGateway.Host.Security;
using ScimGateway.Provisioning.Model;
using ScimGateway.SlackEmulator;
using IPNetwork = System.Net.IPNetwork;

namespace ScimGateway.Benchmarks;

/// <summary>
/// What it costs to let a request in, by the middleware that does it and nothing else: CPU of one request in microseconds,
/// beside what an empty way costs. tests/bench/entry.sh puts it beside a read.
/// </summary>
internal static class LettingInRun
{
    private const string Token = "token-of-the-bench";
    private const int Rounds = 9;
    private const int Times = 100_000;

    public static async Task<int> PrintAsync()
    {
        var folder = Directory.CreateTempSubdirectory("scimgateway-entry-").FullName;
        try
        {
            await using var slack = await SlackEmulatorServer.StartAsync(new SlackEmulatorOptions());
            await using var app = await DemoCommand.BuildAsync(
                new DemoOptions
                {
                    Urls = new Uri("http://127.0.0.1:0"),
                    PublicUrl = new Uri("https://gateway.example"),
                    Slack = slack.BaseUrl,
                    Data = folder,
                },
                [.. DemoTenant.All(1, Token)],
                TimeProvider.System,
                services => services.Configure<PublicUrlOptions>(url => url.Proxies = [IPNetwork.Parse("10.1.2.0/24")])
            );
            Print(app.Services);
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Print(IServiceProvider services)
    {
        var empty = Way(services, _ => { });
        (string Name, RequestDelegate Way)[] ways =
        [
            ("credentials", Way(services, way => way.UseSourcesAlone())), // and the rate
            ("forwarded", Way(services, way => way.UsePublicUrl())),
            (
                "all",
                Way(
                    services,
                    way =>
                    {
                        way.UsePublicUrl();
                        way.UseSourcesAlone();
                    }
                )
            ),
        ];
        foreach (var (name, way) in ways)
            Line(name, InTurn(Request(services, way), Request(services, empty)));

        // The rate by itself, and the same by ASP.NET's limiter: a bucket and a bound for each of whom requests come.
        var lanes = new Lanes<TenantId>(() => new TrafficLane(TrafficOptions.Most, 1_000, 1_000, TimeProvider.System));
        using var theirs = PartitionedRateLimiter.CreateChained(
            PartitionedRateLimiter.Create<TenantId, TenantId>(tenant =>
                RateLimitPartition.GetTokenBucketLimiter(
                    tenant,
                    _ => new TokenBucketRateLimiterOptions
                    {
                        TokenLimit = 2 * TrafficOptions.Most,
                        TokensPerPeriod = TrafficOptions.Most / 10,
                        ReplenishmentPeriod = TimeSpan.FromMilliseconds(100),
                    }
                )
            ),
            PartitionedRateLimiter.Create<TenantId, TenantId>(tenant =>
                RateLimitPartition.GetConcurrencyLimiter(
                    tenant,
                    _ => new ConcurrencyLimiterOptions { PermitLimit = 1_000 }
                )
            )
        );
        Line(
            "rate",
            InTurn(
                () =>
                {
                    lanes.Of(new TenantId(1)).Enter(out var place);
                    place.Dispose();
                },
                () => { }
            )
        );
        Line("aspnet", InTurn(() => theirs.AttemptAcquire(new TenantId(1)).Dispose(), () => { }));
    }

    private static RequestDelegate Way(IServiceProvider services, Action<IApplicationBuilder> way)
    {
        var builder = new ApplicationBuilder(services);
        way(builder);
        builder.Run(_ => Task.CompletedTask);
        return builder.Build();
    }

    // A provider's request as a balancer hands it on; what the way changes is as before the next time.
    private static Action Request(IServiceProvider services, RequestDelegate way)
    {
        var context = new DefaultHttpContext { RequestServices = services };
        context.Request.Method = "GET";
        context.Request.Path = "/demo/scim/v2/Users/0190163c-0000-7000-8000-000000000000";
        context.Connection.LocalIpAddress = IPAddress.Loopback;
        var (balancer, host) = (IPAddress.Parse("10.1.2.3"), new HostString("inner:8080"));
        return () =>
        {
            context.Request.Headers.Authorization = $"Bearer {Token}";
            context.Request.Headers["X-Forwarded-For"] = "192.0.2.1";
            context.Request.Headers.Remove("X-Original-For");
            (context.Connection.RemoteIpAddress, context.Request.Host) = (balancer, host);
            way(context).GetAwaiter().GetResult();
            if (context.Response.StatusCode != StatusCodes.Status200OK)
                throw new InvalidOperationException("It was not let in.");
        };
    }

    private static double InTurn(Action action, Action nothing)
    {
        List<double> costs = [];
        for (var round = -1; round < Rounds; round++)
        {
            var cost = Measure(action) - Measure(nothing);
            if (round >= 0)
                costs.Add(cost);
        }
        return costs.Order().ElementAt(Rounds / 2);
    }

    private static double Measure(Action action)
    {
        var before = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < Times; i++)
            action();
        return (Environment.CpuUsage.TotalTime - before).TotalMicroseconds / Times;
    }

    private static void Line(string name, double micros) =>
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name} {micros:0.000}"));
}
