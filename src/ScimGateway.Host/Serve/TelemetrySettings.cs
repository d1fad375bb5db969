using System.Globalization;
using ScimGateway.Host.Scim;
using ScimGateway.Host.Telemetry;

namespace ScimGateway.Host.Serve;

/// <summary>The settings of metrics and traces.</summary>
internal static class TelemetrySettings
{
    private static readonly Setting _tenants = new(
        "Metrics:Tenants",
        TelemetryOptions.UsualTenants.ToString(CultureInfo.InvariantCulture),
        "How many tenants have series of their own, the oldest first; the others are counted together as ~others.",
        "--metrics-tenants"
    );

    private static readonly Setting _collector = new(
        "Telemetry:Collector",
        "none",
        "Where traces and metrics are sent by OTLP over HTTP, as http://127.0.0.1:4318: an OpenTelemetry collector. A header that it wants comes from OTEL_EXPORTER_OTLP_HEADERS.",
        "--otlp-url"
    );

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Setting> All { get; } = [_tenants, _collector];

    /// <summary>What they come to; null where nobody is told anything, so that nothing is measured.</summary>
    /// <param name="configuration">The settings.</param>
    /// <param name="isAsked">Whether Prometheus asks.</param>
    /// <exception cref="SettingException">One of them makes no sense.</exception>
    public static TelemetryOptions? Of(IConfiguration configuration, bool isAsked)
    {
        var tenants = ServeSettings.NumberOf(configuration, _tenants, "tenants");
        var collector = configuration[_collector.Key];
        return isAsked || collector is not null
            ? new TelemetryOptions(isAsked, collector is null ? null : UriOf(collector), tenants)
            : null;
    }

    private static Uri UriOf(string collector) =>
        Uri.TryCreate(collector, UriKind.Absolute, out var url) && PublicUrlOptions.CanBeExtended(url)
            ? url
            : throw ServeSettings.Wrong(_collector, "it is the URL of a collector, such as http://127.0.0.1:4318");
}
