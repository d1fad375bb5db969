namespace ScimGateway.Host.Telemetry;

/// <summary>Where metrics and traces go.</summary>
/// <param name="Url">The address at which the server answers Prometheus and nobody else; null for none.</param>
/// <param name="Port">Its port, by which a connection to it is known.</param>
/// <param name="Collector">Where traces and metrics are sent by OTLP; null for nowhere.</param>
/// <param name="Tenants">How many tenants have series of their own.</param>
internal sealed record TelemetryOptions(string? Url, int Port, Uri? Collector, int Tenants)
{
    /// <summary>The most tenants that have series of their own unless it is said.</summary>
    public const int UsualTenants = 200;
}
