using System.Globalization;
using ScimGateway.Host.Scim;
using ScimGateway.Host.Telemetry;

namespace ScimGateway.Host.Serve;

/// <summary>The settings of metrics and traces.</summary>
internal static class TelemetrySettings
{
    private static readonly Setting _url = new(
        "Metrics:Url",
        "none",
        "Where Prometheus asks for /metrics, as http://127.0.0.1:9464: an address with a port of its own, at which nothing else is. Nobody shows a key there, so let nobody else reach it.",
        "--metrics-url"
    );
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
    public static IReadOnlyList<Setting> All { get; } = [_url, _tenants, _collector];

    /// <summary>What they come to; null where nobody is told anything, so that nothing is measured.</summary>
    /// <exception cref="SettingException">One of them makes no sense.</exception>
    public static TelemetryOptions? Of(IConfiguration configuration)
    {
        var tenants = ServeSettings.NumberOf(configuration, _tenants, "tenants");
        var (url, collector) = (configuration[_url.Key], configuration[_collector.Key]);
        return url is null && collector is null
            ? null
            : new TelemetryOptions(
                url,
                url is null ? 0 : PortOf(url),
                collector is null ? null : UriOf(collector),
                tenants
            );
    }

    private static Uri UriOf(string collector) =>
        Uri.TryCreate(collector, UriKind.Absolute, out var url) && PublicUrlOptions.CanBeExtended(url)
            ? url
            : throw ServeSettings.Wrong(_collector, "it is the URL of a collector, such as http://127.0.0.1:4318");

    private static int PortOf(string url)
    {
        try
        {
            // As the server reads it.
            var address = BindingAddress.Parse(url);
            if (address is { Scheme: "http", Port: > 0, PathBase: "", IsUnixPipe: false, IsNamedPipe: false })
                return address.Port;
        }
        catch (FormatException)
        {
            // that is said below
        }
        throw ServeSettings.Wrong(
            _url,
            "it is one address with a port, such as http://127.0.0.1:9464 or, in a container, http://+:9464"
        );
    }
}
