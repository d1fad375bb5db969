using ScimGateway.Host.Cluster;
using ScimGateway.Host.Setup;

namespace ScimGateway.Host.Serve;

/// <summary>The addresses of the admin API, health and metrics.</summary>
internal static class FaceSettings
{
    private static readonly Setting _admin = new(
        "Admin:Url",
        "where it listens",
        "Where the admin API and the console are, such as http://127.0.0.1:5081: an address with a port of its own, so that whoever reaches SCIM does not reach them. It wants a public URL.",
        "--admin-url"
    );
    private static readonly Setting _health = new(
        "Health:Url",
        "where it listens",
        "Where /health/live and /health/ready are, as an address with a port of its own; it may be that of the metrics.",
        "--health-url"
    );
    private static readonly Setting _metrics = new(
        "Metrics:Url",
        "none",
        "Where Prometheus asks for /metrics, as http://127.0.0.1:9464: an address with a port of its own, at which nothing else is but health, if that is said. Nobody shows a key there, so let nobody else reach it.",
        "--metrics-url"
    );

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Setting> All { get; } = [_admin, _health, _metrics];

    /// <summary>Where health is asked for if it has an address of its own.</summary>
    public static string? HealthUrl(IConfiguration configuration) => configuration[_health.Key];

    /// <summary>What they come to.</summary>
    /// <param name="configuration">The settings.</param>
    /// <param name="urls">Where it listens.</param>
    /// <param name="cluster">What has ports of its own, too.</param>
    /// <param name="hasPublicUrl">Whether it is said how clients reach it.</param>
    /// <exception cref="SettingException">One of them makes no sense.</exception>
    public static Faces Of(IConfiguration configuration, string urls, ClusterOptions? cluster, bool hasPublicUrl)
    {
        var faces = new Faces
        {
            Admin = AddressOf(configuration, _admin),
            Health = AddressOf(configuration, _health),
            Metrics = AddressOf(configuration, _metrics),
        };
        // What it tells providers, and Slack, would else be the address at which an administrator asks.
        if (faces.Admin is not null && !hasPublicUrl)
            throw ServeSettings.Wrong(
                _admin,
                "providers cannot come by it, so say a public URL as well (--public-url)"
            );
        HashSet<int> others = [.. urls.Split(';').Select(url => BindingAddress.Parse(url.Trim()).Port)];
        if (cluster is not null)
            others.UnionWith([cluster.Silo.Port, cluster.InnerPort]);
        foreach (
            var (setting, face) in new[] { (_admin, faces.Admin), (_health, faces.Health), (_metrics, faces.Metrics) }
        )
            if (
                face is not null
                && (others.Contains(face.Port) || faces.Own.Any(own => own != face && own.Port == face.Port))
            )
                throw ServeSettings.Wrong(setting, $"something else has the port {face.Port}; say another one");
        return faces;
    }

    private static OwnAddress? AddressOf(IConfiguration configuration, Setting setting)
    {
        if (configuration[setting.Key] is not { } url)
            return null;
        try
        {
            // As the server reads it.
            var address = BindingAddress.Parse(url);
            if (address is { Scheme: "http", Port: > 0, PathBase: "", IsUnixPipe: false, IsNamedPipe: false })
                return new OwnAddress(url, address.Port);
        }
        catch (FormatException)
        {
            // that is said below
        }
        throw ServeSettings.Wrong(
            setting,
            "it is one address with a port, such as http://127.0.0.1:9464 or, in a container, http://+:9464"
        );
    }
}
