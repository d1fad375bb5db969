using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using ScimGateway.Host.Security;
using ScimGateway.Protocol.Deviations;
using ScimGateway.Provisioning.Executing;
using ScimGateway.Provisioning.Storage;
using ScimGateway.Slack.Http;

namespace ScimGateway.Host.Telemetry;

/// <summary>
/// Metrics for Prometheus, on an address of their own; traces and metrics for a collector. Without either nothing is measured.
/// </summary>
internal static class TelemetrySetup
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
    public static void AddTelemetry(this IServiceCollection services, TelemetryOptions options)
    {
        services.AddSingleton(options).AddHostedService<StoreFigures>().AddSingleton<HomeFigures>();
        var told = services
            .AddOpenTelemetry()
            .ConfigureResource(own => own.AddService("ScimGateway"))
            .WithMetrics(metrics =>
            {
                metrics.AddMeter([
                    SlackScimClient.Source,
                    RefusedCredentials.Source,
                    Reading.Source,
                    Store.Source,
                    .. _others,
                ]);
                // It costs a read more than all else here, and each connection is counted anyway.
                metrics.AddView("http.server.active_requests", MetricStreamConfiguration.Drop);
                if (options.IsAsked)
                    metrics.AddPrometheusExporter();
            });
        if (options.Collector is not { } collector)
            return;
        told.WithTracing(traces =>
                traces
                    .AddSource(SlackScimClient.Source, Traces.Source)
                    .AddAspNetCoreInstrumentation(requests =>
                    {
                        // A read leads to no call to Slack, and would cost a seventh more with a trace.
                        requests.Filter = context => !ReadMethods.Has(context.Request.Method);
                        // What somebody looks for may be a person's name, and stands in both.
                        requests.EnrichWithHttpRequest = (request, _) =>
                            request.SetTag("url.path", null).SetTag("url.query", null);
                    })
            )
            .UseOtlpExporter(OtlpExportProtocol.HttpProtobuf, collector);
    }

    /// <summary>Answers requests for metrics, which <see cref="Setup.Faces"/> lets through at their address alone.</summary>
    public static void UseMetrics(this IApplicationBuilder app)
    {
        if (app.ApplicationServices.GetService<TelemetryOptions>() is not { } options)
            return;
        app.ApplicationServices.GetRequiredService<HomeFigures>();
        if (!options.IsAsked)
            return;
        app.MapWhen(
            context => context.Request.Path.Equals(Path, StringComparison.Ordinal),
            asked =>
                asked
                    .Use(next => context => OneSpelling.Has(context) ? next(context) : NotFound(context))
                    .UseOpenTelemetryPrometheusScrapingEndpoint(context => ReadMethods.Has(context.Request.Method))
                    .Run(context =>
                    {
                        context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
                        return Task.CompletedTask;
                    })
        );
    }

    private static Task NotFound(HttpContext context)
    {
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
