namespace ScimGateway.Host.Telemetry;

/// <summary>Where metrics are asked for.</summary>
/// <param name="Url">The address that the server listens at for nothing else.</param>
/// <param name="Port">Its port, by which a connection to it is known.</param>
/// <param name="Tenants">How many tenants have series of their own.</param>
internal sealed record MetricsOptions(string Url, int Port, int Tenants)
{
    /// <summary>The most tenants that have series of their own unless it is said.</summary>
    public const int UsualTenants = 200;
}
