using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using ScimGateway.Host.Security;
using ScimGateway.Slack.Http;

namespace ScimGateway.Host.Telemetry;

/// <summary>
/// Metrics for Prometheus, on an address of their own. Without one nothing is measured.
/// </summary>
internal static class MetricsSetup
{
    /// <summary>Where they are asked for.</summary>
    public const string Path = "/metrics";

    // What the server and the runtime measure themselves. Routes stand in it as they are written, never a path. Of calls to
    // elsewhere it would be the names of machines, which tenants choose.
    private static readonly string[] _others =
    [
        "Microsoft.AspNetCore.Hosting",
        "Microsoft.AspNetCore.Server.Kestrel",
        "System.Runtime",
    ];

    /// <summary>Measures.</summary>
    public static void AddMetrics(this IServiceCollection services, MetricsOptions options)
    {
        services.AddSingleton(options).AddHostedService<StoreFigures>();
        services
            .AddOpenTelemetry()
            .ConfigureResource(own => own.AddService("ScimGateway"))
            .WithMetrics(metrics =>
                metrics
                    .AddMeter([SlackScimClient.Source, RefusedCredentials.Source, .. _others])
                    .AddPrometheusExporter()
            );
    }

    /// <summary>Answers at the address of the metrics, where nothing else is.</summary>
    public static void UseMetrics(this IApplicationBuilder app)
    {
        if (app.ApplicationServices.GetService<MetricsOptions>() is not { } options)
            return;
        app.MapWhen(
            context => context.Connection.LocalPort == options.Port,
            asked =>
                asked
                    .UseOpenTelemetryPrometheusScrapingEndpoint(context =>
                        IsThere(context) && ReadMethods.Has(context.Request.Method)
                    )
                    .Run(context =>
                    {
                        context.Response.StatusCode = IsThere(context)
                            ? StatusCodes.Status405MethodNotAllowed
                            : StatusCodes.Status404NotFound;
                        return Task.CompletedTask;
                    })
        );
    }

    private static bool IsThere(HttpContext context) => context.Request.Path.Equals(Path, StringComparison.Ordinal);
}
