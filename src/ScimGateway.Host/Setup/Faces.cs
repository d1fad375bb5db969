using ScimGateway.Host.Cluster;
using ScimGateway.Host.Telemetry;

namespace ScimGateway.Host.Setup;

/// <summary>
/// What the gateway shows: SCIM with all that belongs to it, the admin API with the console, health, and metrics. Each of the last three may have
/// an address of its own. It is there then and nowhere else, and SCIM is not there.
/// </summary>
internal sealed class Faces
{
    /// <summary>Where the admin API is; null for where SCIM is.</summary>
    public OwnAddress? Admin { get; init; }

    /// <summary>Where health is; null for where SCIM is.</summary>
    public OwnAddress? Health { get; init; }

    /// <summary>Where metrics are; null for nowhere.</summary>
    public OwnAddress? Metrics { get; init; }

    /// <summary>The addresses, each once.</summary>
    public IEnumerable<OwnAddress> Own => new[] { Admin, Health, Metrics }.OfType<OwnAddress>().Distinct();

    /// <summary>Whether what is asked for is shown at the port that it is asked at.</summary>
    public bool IsHere(PathString path, int port) =>
        Of(path) is { } own
            ? own.Port == port
            : Own.All(face => face.Port != port)
                // It describes the admin API, too.
                || (Admin?.Port == port && path.Equals(OpenApi.Path, StringComparison.Ordinal));

    // By one spelling: in another one nothing is mapped.
    private OwnAddress? Of(PathString path) =>
        path.StartsWithSegments("/admin", StringComparison.Ordinal)
        || path.StartsWithSegments("/console", StringComparison.Ordinal)
            ? Admin
        : path.StartsWithSegments("/health", StringComparison.Ordinal) ? Health
        : path.Equals(TelemetrySetup.Path, StringComparison.Ordinal) ? Metrics
        : null;
}

/// <summary>An address with a port that nothing else has.</summary>
/// <param name="Url">As the server reads it.</param>
/// <param name="Port">Its port, by which a connection to it is known.</param>
internal sealed record OwnAddress(string Url, int Port);

/// <summary>The way of a request to what it asks for.</summary>
internal static class FacesSetup
{
    /// <summary>Answers 404 where it is not shown. What another instance hands on has been asked at the right address.</summary>
    public static void UseFaces(this IApplicationBuilder app)
    {
        if (app.ApplicationServices.GetService<Faces>() is not { } faces)
            return;
        app.Use(next =>
            context =>
            {
                if (InnerRequest.Is(context) || faces.IsHere(context.Request.Path, context.Connection.LocalPort))
                    return next(context);
                context.Response.StatusCode = StatusCodes.Status404NotFound;
                return Task.CompletedTask;
            }
        );
    }
}
