using System.Globalization;
using ScimGateway.Host.Telemetry;

namespace ScimGateway.Host.Serve;

/// <summary>The settings of the metrics.</summary>
internal static class MetricsSettings
{
    private static readonly Setting _url = new(
        "Metrics:Url",
        "none: nothing is measured",
        "Where Prometheus asks for /metrics, as http://127.0.0.1:9464: an address with a port of its own, at which nothing else is. Nobody shows a key there, so let nobody else reach it.",
        "--metrics-url"
    );
    private static readonly Setting _tenants = new(
        "Metrics:Tenants",
        MetricsOptions.UsualTenants.ToString(CultureInfo.InvariantCulture),
        "How many tenants have series of their own, the oldest first; the others are counted together as ~others.",
        "--metrics-tenants"
    );

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Setting> All { get; } = [_url, _tenants];

    /// <summary>What they come to; null where nobody asks for metrics.</summary>
    /// <exception cref="SettingException">One of them makes no sense.</exception>
    public static MetricsOptions? Of(IConfiguration configuration)
    {
        var tenants = ServeSettings.NumberOf(configuration, _tenants, "tenants");
        return configuration[_url.Key] is { } url ? new MetricsOptions(url, PortOf(url), tenants) : null;
    }

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
