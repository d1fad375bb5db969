using System.Net;
using ScimGateway.Host.Cluster;
using ScimGateway.Host.Operations;
using ScimGateway.Host.Setup;
using ScimGateway.Host.SignIn;
using ScimGateway.Host.Telemetry;
using ScimGateway.Slack.Http;

namespace ScimGateway.Host.Serve;

/// <summary>What the gateway is started with.</summary>
internal sealed record ServeOptions
{
    /// <summary>Where it listens.</summary>
    public required string Urls { get; init; }

    /// <summary>What has an address of its own.</summary>
    public required Faces Faces { get; init; }

    /// <summary>How clients reach it.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>For how many days browsers come by https alone.</summary>
    public int HstsDays { get; init; }

    /// <summary>Who is believed that he forwards.</summary>
    public IReadOnlyList<IPNetwork> Proxies { get; init; } = [];

    /// <summary>The folder of what it keeps.</summary>
    public required string Data { get; init; }

    /// <summary>The connection string of its store; null for a file in <see cref="Data"/>.</summary>
    public string? Store { get; init; }

    /// <summary>The SCIM v1 address of all tenants' Slack.</summary>
    public required Uri Slack { get; init; }

    /// <summary>The operator's Slack app; null if there is none.</summary>
    public SlackApp? App { get; init; }

    /// <summary>Who signs administrators in beside their keys; null for nobody.</summary>
    public SignInOptions? SignIn { get; init; }

    /// <summary>The cluster it is an instance of; null where it is alone.</summary>
    public ClusterOptions? Cluster { get; init; }

    /// <summary>Where metrics and traces go; null where nothing is measured.</summary>
    public TelemetryOptions? Telemetry { get; init; }

    /// <summary>How often the store is copied by the clock; null for never.</summary>
    public BackupOptions? Backup { get; init; }

    /// <summary>Whether the log is JSON.</summary>
    public bool IsLogJson { get; init; }
}
