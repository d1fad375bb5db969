namespace ScimGateway.Host.Telemetry;

/// <summary>Where metrics and traces go.</summary>
/// <param name="IsAsked">Whether Prometheus asks for metrics.</param>
/// <param name="Collector">Where traces and metrics are sent by OTLP; null for nowhere.</param>
/// <param name="Tenants">How many tenants have series of their own.</param>
internal sealed record TelemetryOptions(bool IsAsked, Uri? Collector, int Tenants)
{
    /// <summary>The most tenants that have series of their own unless it is said.</summary>
    public const int UsualTenants = 200;
}
